import { providerReferenceKey } from '../checkout/checkout-key.rules';
import { type Command, type KeyRef } from '../checkout/command';
import { type Draft, type Tools } from '../checkout/draft.rules';
import { addFact, type FactContent } from '../payment/new-fact';
import { newPayment } from '../payment/new-payment';
import { type Payment } from '../payment/payment.entity';
import { type Notification } from './provider.rules';
import { type DeliveryOutcome, type WebhookDelivery } from './webhook-delivery.entity';

export interface ApplyDeliveryInput {
  readonly delivery: Pick<WebhookDelivery, 'id' | 'provider' | 'payloadHash'>;
  readonly notification: Notification;
  /** The candidate that is known, else the best one. */
  readonly resourceId: string;
  /** The cart, where it may be told by: the resource does not belong to another one. */
  readonly cartGuid: string | null;
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
  keys: ({ delivery, resourceId, cartGuid }) => [
    ...(cartGuid === null ? [] : [guidKey(cartGuid)]),
    {
      kind: 'PROVIDER_REFERENCE',
      value: providerReferenceKey(delivery.provider, resourceId),
      field: 'resourceId',
    },
  ],
  // Money nobody announced has a home of its own; anything else waits for its payment (E24).
  opensCheckout: ({ notification }) => bearsMoney(notification),
  deliveries: ({ delivery }) => [{ id: delivery.id }],

  decide(draft, input, tools) {
    const row = draft.deliveries.find(({ id }) => id === input.delivery.id);
    if (row?.outcome !== 'RECEIVED') return null; // Another applier was faster.
    const payment = paymentOf(draft, input, tools);
    const before = newestBefore(draft, payment);
    const isNew = addFacts(draft, payment, input, tools);
    const { outcome, reason } = isNew
      ? judge(input.notification, before, payment)
      : { outcome: 'DUPLICATE' as const, reason: null };
    payment.binaryMode ||= input.notification.binaryMode;
    Object.assign(row, {
      outcome,
      outcomeReason: reason,
      appliedAt: tools.now,
      nextAttemptAt: null,
      checkoutId: draft.checkout.id,
      paymentId: payment.id,
    });
    return null;
  },
};

function guidKey(value: string): KeyRef {
  return { kind: 'GUID', value, field: 'cartGuid' };
}

const WITHOUT_MONEY = ['CREATED', 'PENDING', 'IN_PROCESS', 'REJECTED', 'CANCELLED', 'VACATED'];

/** The event says that money was reserved or taken at some time. */
function bearsMoney({ status, amounts }: Notification): boolean {
  const stated = [amounts?.authorized, amounts?.captured, amounts?.refunded];
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
    ({ paymentId, kind }) => paymentId === id && kind !== 'TRANSACTION',
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
  const { eventId, version, amounts, captureId, status, occurredAt } = notification;
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
  const capture = amounts?.captured ?? null;
  const isCapture = captureId !== null && capture !== null && status === 'CAPTURED';
  const word: FactContent = {
    ...common,
    naturalKey: event,
    kind: amounts === null ? 'STATUS' : 'SNAPSHOT',
    reported: status,
    authorizedMinor: amounts?.authorized ?? null,
    // A capture with an id of its own is a transaction, not a total.
    capturedMinor: isCapture ? null : capture,
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
      processedMinor: capture,
      gatewayTransactionId: captureId,
    },
    tools,
  );
}
