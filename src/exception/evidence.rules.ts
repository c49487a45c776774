import { type Draft } from '../checkout/draft.rules';
import { type Order } from '../order/order.entity';
import { isCreated } from '../order/order.rules';
import { type Payment } from '../payment/payment.entity';
import { rulesOf } from './catalogue.rules';
import {
  BASE_EVIDENCE,
  CLOSING_EVIDENCE,
  decisionRules,
  type DecisionPath,
} from './decision.rules';
import { type Evidence } from './evidence.entity';
import { type ReconciliationException } from './exception.entity';
import { type EvidenceKind } from './evidence-kind.rules';
import { type Decision, type ExceptionKind } from './exception-kind.rules';
import { paymentsAbout } from './money-about.rules';

/** What is given with a decision, named like the exception's columns. */
export type DecisionTerms = Pick<
  ReconciliationException,
  | 'repairAction'
  | 'originalIdempotencyKey'
  | 'refundReason'
  | 'holdDecider'
  | 'holdDecideBy'
  | 'preservedIdentifiers'
>;

/** What is missing to take `decision` with these terms, in the order of the list. */
export function missingToDecide(
  draft: Draft,
  exception: ReconciliationException,
  { decision, terms }: { decision: Decision; terms: DecisionTerms },
): EvidenceKind[] {
  const needed = [...BASE_EVIDENCE, ...decisionRules[decision].toDecide];
  if (terms.repairAction === 'REPLAY') needed.push('ORIGINAL_IDEMPOTENCY_KEY');
  return missingOf(needed, draft, { ...exception, ...terms });
}

/** What is missing to close, by the path that was decided or that the cure amounts to. */
export function missingToClose(draft: Draft, exception: ReconciliationException): EvidenceKind[] {
  return missingOf(CLOSING_EVIDENCE[closingPath(draft, exception)], draft, exception);
}

/** The order is missing: it appears, or the money goes back. */
const REPAIRABLE: readonly ExceptionKind[] = [
  'AUTHORIZED_ORDER_NOT_CREATED',
  'CAPTURED_ORDER_CREATION_FAILED',
];

/** Without a decision the cure tells: an order is a repair, money given back is a refund. */
export function closingPath(draft: Draft, exception: ReconciliationException): DecisionPath {
  if (exception.decision !== null) return decisionRules[exception.decision].path;
  const { kind } = exception;
  const isOrderMissing = REPAIRABLE.includes(kind);
  const mayBeRefunded = isOrderMissing || rulesOf(kind).decisions.includes('REFUND');
  const payments = paymentsAbout(draft, exception);
  if (mayBeRefunded && payments.some(({ refunded }) => refunded > 0n)) return 'REFUND_AND_CLOSE';
  return isOrderMissing && draft.orders.some(isCreated) ? 'REPAIR' : 'OTHER';
}

function missingOf(
  needed: readonly EvidenceKind[],
  draft: Draft,
  exception: ReconciliationException,
): EvidenceKind[] {
  return needed.filter((kind) => !isPresent(kind, draft, exception));
}

function isPresent(kind: EvidenceKind, draft: Draft, exception: ReconciliationException): boolean {
  return attachedTo(exception, kind, draft).length > 0 || isOnRecord(kind, draft, exception);
}

/** What was shown for an earlier occurrence proves nothing for the one it was re-opened by. */
function attachedTo(
  exception: ReconciliationException,
  kind: EvidenceKind,
  { evidence }: Draft,
): Evidence[] {
  return evidence.filter(
    (one) =>
      one.exceptionId === exception.id &&
      one.kind === kind &&
      isOfThisOccurrence(exception, one.attachedAt),
  );
}

const isOfThisOccurrence = (exception: ReconciliationException, at: Date): boolean =>
  exception.occurrence === 1 || at >= exception.firstKnownAt;

interface Records {
  readonly draft: Draft;
  readonly exception: ReconciliationException;
  /** The payment it is about, or all that pay for its order. */
  readonly payments: readonly Payment[];
  readonly order: Order | null;
}

/** Of each payment it is about; a case without any has nothing to show. */
const ofEach = (payments: readonly Payment[], holds: (payment: Payment) => boolean): boolean =>
  payments.length > 0 && payments.every(holds);

/** Evidence that our own records hold already, or that is given with the decision itself. */
const ON_RECORD: Readonly<Partial<Record<EvidenceKind, (records: Records) => boolean>>> = {
  PAYMENT_REFERENCE: ({ payments }) =>
    ofEach(payments, ({ providerReference }) => providerReference !== null),
  CAPTURE_DETAILS: ({ draft, payments }) =>
    ofEach(payments, (payment) => hasCaptureDetails(draft, payment)),
  ORDER_IDENTITY: ({ draft }) => draft.checkout.guid !== null,
  TRANSACTION_ROW: ({ draft, payments }) =>
    ofEach(payments, ({ id }) => draft.transactions.some(({ paymentId }) => paymentId === id)),
  WEBHOOK_EVENT: ({ draft, payments }) =>
    ofEach(payments, ({ id }) =>
      draft.facts.some(({ paymentId, deliveryId }) => paymentId === id && deliveryId !== null),
    ),
  ORDER_CODE: ({ order }) => order !== null,
  PAYMENT_LINKED: ({ order, payments }) =>
    order !== null && ofEach(payments, ({ orderId }) => orderId === order.id),
  REFUND_REFERENCE: ({ draft, exception }) => refundReferences(draft, exception).length > 0,
  CUSTOMER_MESSAGE: ({ exception }) => exception.customerMessageId !== null,
  SUPPORT_NOTE: ({ exception }) => exception.customerMessageId !== null,
  ACTION_REFERENCE: ({ exception }) => exception.actionReference !== null,
  REPAIR_ACTION: ({ exception }) => exception.repairAction !== null,
  ORIGINAL_IDEMPOTENCY_KEY: ({ exception }) => exception.originalIdempotencyKey !== null,
  REFUND_REASON: ({ exception }) => exception.refundReason !== null,
  NAMED_DECIDER: ({ exception }) => exception.holdDecider !== null,
  DECIDE_BY: ({ exception }) => exception.holdDecideBy !== null,
  PRESERVED_IDENTIFIERS: ({ exception }) => exception.preservedIdentifiers.length > 0,
};

function isOnRecord(kind: EvidenceKind, draft: Draft, exception: ReconciliationException): boolean {
  const payments = paymentsAbout(draft, exception);
  const order = draft.orders.find(isCreated) ?? null;
  return ON_RECORD[kind]?.({ draft, exception, payments, order }) ?? false;
}

/** References of the refunds that answer this occurrence: the provider's own, and those attached from outside. */
export function refundReferences(draft: Draft, exception: ReconciliationException): string[] {
  const ids = paymentsAbout(draft, exception).map(({ id }) => id);
  const refunds = draft.transactions.filter(
    (one) =>
      ids.includes(one.paymentId) &&
      one.type === 'REFUND' &&
      one.status === 'SUCCEEDED' &&
      isOfThisOccurrence(exception, one.recordedAt),
  );
  return [
    ...refunds.flatMap(({ gatewayTransactionId }) => gatewayTransactionId ?? []),
    ...attachedTo(exception, 'REFUND_REFERENCE', draft).flatMap(({ reference }) => reference ?? []),
  ];
}

/** S2.11: capture id, amount, currency, timestamp, method. */
function hasCaptureDetails(draft: Draft, payment: Payment): boolean {
  return draft.transactions.some(
    (one) =>
      one.paymentId === payment.id &&
      (one.type === 'CAPTURE' || one.type === 'SALE') &&
      one.status === 'SUCCEEDED' &&
      one.gatewayTransactionId !== null &&
      one.processedMinor !== null &&
      (one.method ?? payment.method) !== null,
  );
}
