import { providerReferenceKey } from '../checkout/checkout-key.rules';
import { type Command, type KeyRef } from '../checkout/command';
import { nameCheckout, type Draft, type Tools } from '../checkout/draft.rules';
import { addFact, type FactContent } from '../payment/new-fact';
import { newPayment } from '../payment/new-payment';
import { type Payment } from '../payment/payment.entity';
import { isLogLine } from '../payment/transaction-log.rules';
import { askProvider } from '../checkout/ask-provider.rules';
import { type Notification } from './provider.rules';
import { reapplyWaiting } from './reapply-waiting.rules';
import { type DeliveryOutcome, type WebhookDelivery } from './webhook-delivery.entity';

export interface ApplyDeliveryInput {
  readonly delivery: Pick<WebhookDelivery, 'id' | 'provider' | 'payloadHash'>;
  readonly notification: Notification;
  /** The candidate that is known, else the best one. */
  readonly resourceId: string;
  /** Where the sender says the payment belongs; null where the resource belongs elsewhere already. */
  readonly cartGuid: string | null;
  readonly orderCode: string | null;
}

/**
 * Applies a stored delivery (domain webhooks.md). Claims no key: the delivery's own row says whether it was applied,
 * and its facts have natural keys, so that nothing counts twice however often it comes.
 */
export const applyDelivery: Command<ApplyDeliveryInput> = {
  name: 'applyDelivery',
  entity: null,
  creation: false,
  roles: ['SYSTEM'],
  keys: ({ delivery, resourceId, cartGuid, orderCode }) => [
    ...toldKeys('GUID', cartGuid),
    ...toldKeys('ORDER_CODE', orderCode),
    {
      kind: 'PROVIDER_REFERENCE',
      value: providerReferenceKey(delivery.provider, resourceId),
      field: 'resourceId',
    },
  ],
  // Money nobody announced has a home of its own; anything else waits for its payment (E24).
  opensCheckout: ({ notification }) => bearsMoney(notification),
  // With the payment known, whatever waited for it is due.
  deliveries: ({ delivery, notification }) => [
    { id: delivery.id },
    ...notification.resourceIds.map((unmatchedResource) => ({
      provider: delivery.provider,
      unmatchedResource,
    })),
  ],

  decide(draft, input, tools) {
    const row = draft.deliveries.find(({ id }) => id === input.delivery.id);
    if (row?.outcome !== 'RECEIVED') return null; // Another applier was faster.
    nameOrphan(draft, input);
    const payment = paymentOf(draft, input, tools);
    reapplyWaiting(draft, tools.now);
    const before = newestBefore(draft, payment);
    const isNew = addFacts(draft, payment, input, tools);
    const { outcome, reason } = isNew
      ? judge(input.notification, before, payment)
      : { outcome: 'DUPLICATE' as const, reason: null };
    payment.binaryMode ||= input.notification.binaryMode;
    if (saysNothing(input.notification)) askProvider(payment, tools);
    Object.assign(row, {
      outcome,
      outcomeReason: reason ?? input.notification.unreadable,
      appliedAt: tools.now,
      nextAttemptAt: null,
      checkoutId: draft.checkout.id,
      paymentId: payment.id,
    });
    return null;
  },
};

/** Found by the shop's own word, or by what a provider told of an orphan before. */
function toldKeys(kind: 'GUID' | 'ORDER_CODE', value: string | null): KeyRef[] {
  if (value === null) return [];
  const field = kind === 'GUID' ? 'cartGuid' : 'orderCode';
  return [
    { kind, value, field },
    { kind: `TOLD_${kind}`, value, field },
  ];
}

/** An orphan remembers where its provider says it belongs, so that the shop finds it whichever comes first. */
function nameOrphan(draft: Draft, { cartGuid, orderCode }: ApplyDeliveryInput): void {
  if (draft.checkout.guid !== null) return;
  if (cartGuid !== null) nameCheckout(draft, 'TOLD_GUID', cartGuid);
  if (orderCode !== null) nameCheckout(draft, 'TOLD_ORDER_CODE', orderCode);
}

/** The provider says that something happened, not what: its resource has to be asked for. */
const saysNothing = ({ status, amounts }: Notification): boolean =>
  status === null && amounts === null;

const WITHOUT_MONEY = ['CREATED', 'PENDING', 'IN_PROCESS', 'REJECTED', 'CANCELLED', 'VACATED'];

/** The event says that money was reserved or taken at some time. */
function bearsMoney({ status, amounts, captureAmount }: Notification): boolean {
  const stated = [amounts?.authorized, amounts?.captured, amounts?.refunded, captureAmount];
  if (stated.some((amount) => (amount ?? 0n) !== 0n)) return true;
  return status !== null && status !== 'UNKNOWN_NATIVE' && !WITHOUT_MONEY.includes(status);
}

function paymentOf(draft: Draft, input: ApplyDeliveryInput, tools: Tools): Payment {
  const { provider } = input.delivery;
  const known = draft.payments.find(
    (row) => row.provider === provider && row.providerReference === input.resourceId,
  );
  return known ?? newPayment(draft, { provider, providerReference: input.resourceId }, tools);
}

interface Newest {
  readonly version: number | null;
  readonly occurredAt: Date | null;
}

/** What the provider had told before this delivery. */
function newestBefore(draft: Draft, { id }: Payment): Newest {
  const facts = draft.facts.filter(
    (fact) => fact.paymentId === id && fact.kind !== 'TRANSACTION' && !isLogLine(fact),
  );
  const versions = facts.flatMap(({ providerVersion }) => providerVersion ?? []);
  const times = facts.map(({ occurredAt }) => occurredAt.getTime());
  return {
    version: versions.length === 0 ? null : Math.max(...versions),
    occurredAt: times.length === 0 ? null : new Date(Math.max(...times)),
  };
}

/** What the delivery is called in the list of deliveries; the facts are stored whatever it is. */
function judge(
  { status, version, occurredAt }: Notification,
  before: Newest,
  { binaryMode }: Payment,
): { outcome: DeliveryOutcome; reason: string | null } {
  if (status === 'UNKNOWN_NATIVE') return { outcome: 'ILLEGAL', reason: 'UNKNOWN_NATIVE_STATUS' };
  const between = status === 'PENDING' || status === 'IN_PROCESS';
  if (binaryMode && between) return { outcome: 'ILLEGAL', reason: 'PENDING_IN_BINARY_MODE' };
  const isStale =
    version !== null && before.version !== null
      ? version < before.version
      : before.occurredAt !== null && occurredAt < before.occurredAt;
  return { outcome: isStale ? 'STALE' : 'APPLIED', reason: null };
}

/** Answers false when the same event, version and content was told before. */
function addFacts(
  draft: Draft,
  payment: Payment,
  { delivery, notification }: ApplyDeliveryInput,
  tools: Tools,
): boolean {
  const { eventId, version, amounts, captureId, captureAmount, status, occurredAt } = notification;
  const event = `webhook:${eventId}:${version ?? ''}:${delivery.payloadHash.slice(0, 32)}`;
  const common = {
    source: `webhook:${delivery.provider}`.slice(0, 64),
    eventId,
    providerVersion: version,
    occurredAt,
    nativeStatus: notification.nativeStatus,
    currency: amounts?.currency ?? null,
    deliveryId: delivery.id,
  };
  // A capture with an id and an amount of its own is a transaction; the sums beside it are totals.
  const isCapture = captureId !== null && captureAmount !== null;
  const word: FactContent = {
    ...common,
    naturalKey: event,
    kind: amounts === null ? 'STATUS' : 'SNAPSHOT',
    reported: status,
    authorizedMinor: amounts?.authorized ?? null,
    capturedMinor: amounts?.captured ?? null,
    refundedMinor: amounts?.refunded ?? null,
  };
  if (!addFact(draft, payment, word, tools)) return false;
  if (!isCapture) return true;
  return addFact(
    draft,
    payment,
    {
      ...common,
      naturalKey: `${event}:capture`,
      kind: 'TRANSACTION',
      transactionType: 'CAPTURE',
      result: 'SUCCEEDED',
      processedMinor: captureAmount,
      gatewayTransactionId: captureId,
    },
    tools,
  );
}
