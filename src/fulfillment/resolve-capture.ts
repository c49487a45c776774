import { type Command } from '../checkout/command';
import {
  fulfillmentOf,
  orderOf,
  payingOrder,
  type Draft,
  type Tools,
} from '../checkout/draft.rules';
import { projectPayments } from '../checkout/project-payments.rules';
import { formatDecimal, positiveAmount, sameCurrency, type MoneyInput } from '../kernel/money';
import { refuse } from '../kernel/refusal';
import { rolesOf } from '../kernel/state-machine';
import { reference } from '../kernel/text';
import { countedPayments } from '../order/order.rules';
import { factsOf, notBefore } from '../payment/fact-time.rules';
import { addFact } from '../payment/new-fact';
import { type PaymentTransaction } from '../payment/payment-transaction.entity';
import { type Payment } from '../payment/payment.entity';
import { transactionFacts } from '../payment/transactions.rules';
import { checkEvidenceReference } from './evidence-text';
import { fulfillmentFacts } from './fulfillment-facts.rules';
import { type Fulfillment } from './fulfillment.entity';
import { fulfillmentMachine } from './fulfillment.machine';
import { capturesFor, projectFulfillments } from './fulfillment.rules';
import { moveFulfillment } from './move-fulfillment.rules';
import { byPriority } from './shares.rules';
import { capturedOnceStarted } from './uncaptured.rules';

interface ExternalCapture {
  readonly paymentId: string;
  readonly amount: MoneyInput;
  readonly gatewayTransactionId?: string | null;
}

export interface ResolveCaptureInput {
  readonly fulfillmentId: string;
  readonly externalCaptures?: readonly ExternalCapture[] | null;
  readonly evidenceReference: string;
}

const CAPTURES_MAX = 100;
const AT = ['externalCaptures'];

/**
 * Settles a failed capture whose money was taken after all, or by hand (S1.4, S1.5). What was taken is stored as the fact
 * it is; together with the captures that are known it makes up the total, or nothing is stored.
 */
export const resolveCapture: Command<ResolveCaptureInput> = {
  name: 'resolveCapture',
  entity: 'fulfillment',
  creation: false,
  subject: 'fulfillment',
  roles: rolesOf(fulfillmentMachine, 'resolveCapture'),
  keys: ({ fulfillmentId }) => [{ kind: 'ID', value: fulfillmentId, field: 'fulfillmentId' }],
  target: (draft, { fulfillmentId }) => fulfillmentOf(draft, fulfillmentId).id,
  probe: probeOf,

  check({ externalCaptures, evidenceReference }) {
    checkEvidenceReference(evidenceReference);
    if ((externalCaptures?.length ?? 0) > CAPTURES_MAX) {
      refuse('LIMIT', `At most ${CAPTURES_MAX} captures.`, { field: AT });
    }
    for (const { amount, gatewayTransactionId } of externalCaptures ?? []) {
      positiveAmount(amount, AT);
      if (gatewayTransactionId) reference(gatewayTransactionId, AT);
    }
  },

  decide(draft, { fulfillmentId, externalCaptures, evidenceReference }, tools) {
    const fulfillment = fulfillmentOf(draft, fulfillmentId);
    const before = capturedOnceStarted(draft, fulfillment);
    if (fulfillment.status === 'PAYMENT_CAPTURE_FAILED') {
      for (const capture of externalCaptures ?? []) {
        record(draft, fulfillment, { ...capture, evidenceReference }, tools);
        projectPayments(draft, tools);
      }
      projectFulfillments(draft);
    }
    const after = capturedOnceStarted(draft, fulfillment);
    if (after > before && after > fulfillment.totalMinor) {
      refuse('GUARD_FAILED', 'The captures exceed what is missing.', { field: AT });
    }
    const facts = fulfillmentFacts(draft, fulfillment, tools);
    moveFulfillment(fulfillment, { trigger: 'resolveCapture' }, facts, tools.now);
    return fulfillment.id;
  },
};

function record(
  draft: Draft,
  fulfillment: Fulfillment,
  {
    paymentId,
    amount,
    gatewayTransactionId,
    evidenceReference,
  }: ExternalCapture & {
    readonly evidenceReference: string;
  },
  tools: Tools,
): void {
  const payment = paymentFor(draft, fulfillment, paymentId);
  const { minorUnits, currency } = positiveAmount(amount, AT);
  sameCurrency({ currency }, fulfillment, AT);
  refuseKnown(draft, payment, gatewayTransactionId);
  const answered = answeredBy(draft, fulfillment, { payment, gatewayTransactionId });
  const naturalKey = `external:${tools.newId('req')}`;
  const told = answered === null ? [] : transactionFacts(answered, factsOf(draft, payment));
  addFact(
    draft,
    payment,
    {
      naturalKey,
      kind: 'TRANSACTION',
      source: 'external',
      eventId: naturalKey,
      occurredAt: notBefore(told, tools.now),
      transactionType: answered?.type ?? 'CAPTURE',
      result: 'SUCCEEDED',
      processedMinor: minorUnits,
      currency,
      gatewayTransactionId: gatewayTransactionId ?? answered?.gatewayTransactionId ?? null,
      providerRequestKey:
        answered?.providerRequestKey ?? (gatewayTransactionId ? null : naturalKey),
      fulfillmentId: fulfillment.id,
      externallyExecuted: true,
      evidenceReference,
    },
    tools,
  );
}

function paymentFor(draft: Draft, { orderId }: Fulfillment, paymentId: string): Payment {
  const order = payingOrder(draft, orderOf(draft, orderId));
  const payment = countedPayments(order, draft.payments).find(({ id }) => id === paymentId);
  return payment ?? refuse('NOT_FOUND', 'No such payment pays for it.', { field: AT });
}

/** What is counted already is not taken once more. */
function refuseKnown(draft: Draft, { id }: Payment, gatewayId: string | null | undefined): void {
  const isKnown = draft.transactions.some(
    ({ paymentId, type, status, gatewayTransactionId }) =>
      gatewayId &&
      paymentId === id &&
      (type === 'CAPTURE' || type === 'SALE') &&
      status === 'SUCCEEDED' &&
      gatewayTransactionId === gatewayId,
  );
  if (isKnown) refuse('ALREADY_EXISTS', 'The capture is recorded already.', { field: AT });
}

/** The attempt of unknown outcome that it tells of: the payment was charged by it after all (S1.4). */
function answeredBy(
  draft: Draft,
  fulfillment: Fulfillment,
  {
    payment,
    gatewayTransactionId,
  }: {
    readonly payment: Payment;
    readonly gatewayTransactionId: string | null | undefined;
  },
): PaymentTransaction | null {
  const unknown = capturesFor(draft, fulfillment).filter(
    (one) => one.paymentId === payment.id && one.status === 'INDETERMINATE',
  );
  return (
    unknown.find(
      (one) =>
        !gatewayTransactionId ||
        one.gatewayTransactionId === null ||
        one.gatewayTransactionId === gatewayTransactionId,
    ) ?? null
  );
}

/** All that is missing, taken by hand from the first payment. */
function probeOf(draft: Draft, fulfillmentId: string): ResolveCaptureInput {
  const fulfillment = fulfillmentOf(draft, fulfillmentId);
  const { orderId, totalMinor, currency: currencyCode } = fulfillment;
  const order = payingOrder(draft, orderOf(draft, orderId));
  const [payment] = countedPayments(order, draft.payments).sort(byPriority);
  const missing = totalMinor - capturedOnceStarted(draft, fulfillment);
  const amount = { amount: formatDecimal(missing, currencyCode), currencyCode };
  const isShort = payment !== undefined && missing > 0n;
  return {
    fulfillmentId,
    externalCaptures: isShort ? [{ paymentId: payment.id, amount }] : [],
    evidenceReference: 'probe',
  };
}
