import { sha256Hex } from '../kernel/canonical';
import { type PaymentFact } from './payment-fact.entity';
import { type PaymentTransaction } from './payment-transaction.entity';
import { type TransactionStatus, type TransactionType } from './payment.machine';

/** A transaction as its facts tell it: everything but the row's own ids and versions. */
export type ProjectedTransaction = Omit<
  PaymentTransaction,
  'id' | 'checkoutId' | 'paymentId' | 'version' | 'createdAt' | 'updatedAt'
> & {
  /** What failed, if some fact ever said FAILED, stale ones included (S3.14); else 0. */
  readonly failedMinor: bigint;
  /** Names the fact that decides, for those who must know what came after it. */
  readonly decidedBy: string | null;
};

/** As wide as the column of a natural key. */
const KEY_LENGTH_MAX = 191;

/** The facts that tell of one transaction, in deciding order. */
export interface Group {
  readonly type: TransactionType;
  gatewayTransactionId: string | null;
  readonly facts: PaymentFact[];
}

/** The newest report decides, but only a late failure or cancellation undoes a success. */
export function statusOf(facts: readonly PaymentFact[]): TransactionStatus {
  let status: TransactionStatus = 'NEW';
  for (const { result } of facts) {
    const undoesNothing = result === 'PENDING' || result === 'INDETERMINATE';
    if (result !== null && !(status === 'SUCCEEDED' && undoesNothing)) status = result;
  }
  return status;
}

/** What the facts of a group make of it. */
export function projected({ type, gatewayTransactionId, facts }: Group): ProjectedTransaction {
  const status = statusOf(facts);
  const deciding = facts.findLast(({ result }) => (result ?? 'NEW') === status) ?? facts.at(-1);
  if (deciding === undefined) throw new Error('a transaction has a fact');
  const last = <Field extends keyof PaymentFact>(field: Field): PaymentFact[Field] | null =>
    facts.findLast((fact) => fact[field] !== null)?.[field] ?? null;
  const requestKey = last('providerRequestKey');
  const requestedMinor = last('requestedMinor');
  const failedMinor = requestedMinor ?? last('processedMinor') ?? 0n;
  return {
    naturalKey:
      gatewayTransactionId === null
        ? attemptKey(type, requestKey, facts[0])
        : keyOf(`${type}:${gatewayTransactionId}`),
    type,
    status,
    requestedMinor,
    processedMinor: status === 'SUCCEEDED' ? (deciding.processedMinor ?? requestedMinor) : null,
    currency: deciding.currency ?? last('currency'),
    parentKey: last('parentKey'),
    implied: false,
    gatewayTransactionId,
    providerRequestKey: requestKey,
    responseCode: deciding.responseCode,
    reasonCode: deciding.reasonCode,
    failureType: status === 'FAILED' ? deciding.failureType : null,
    indeterminateCause: status === 'INDETERMINATE' ? deciding.indeterminateCause : null,
    ...circumstances(facts),
    sourceSystem: deciding.sourceSystem,
    method: last('method'),
    occurredAt: deciding.occurredAt,
    recordedAt: facts.reduce(
      (first, { recordedAt }) => (recordedAt < first ? recordedAt : first),
      deciding.recordedAt,
    ),
    failedMinor: facts.some(({ result }) => result === 'FAILED') ? failedMinor : 0n,
    decidedBy: deciding.naturalKey,
  };
}

/** What the request or a report says of what the transaction is for. */
function circumstances(facts: readonly PaymentFact[]) {
  const last = <Field extends keyof PaymentFact>(field: Field): PaymentFact[Field] | null =>
    facts.findLast((fact) => fact[field] !== null)?.[field] ?? null;
  return {
    fulfillmentId: last('fulfillmentId'),
    externallyExecuted: facts.some(({ externallyExecuted }) => externallyExecuted),
    requestId: last('requestId'),
    finalCapture: facts.some(({ finalCapture }) => finalCapture),
    disbursementId: last('disbursementId'),
    respondBy: last('respondBy'),
  };
}

/** Names an attempt the gateway has given no id yet, by its first fact. */
export function attemptKey(
  type: TransactionType,
  requestKey: string | null,
  first: Pick<PaymentFact, 'naturalKey'> | undefined,
): string {
  return keyOf(`${type}:key:${requestKey ?? ''}:${first?.naturalKey ?? ''}`);
}

/** A gateway's id may be as long as the column: then its hash stands for the end of it. */
function keyOf(text: string): string {
  if (text.length <= KEY_LENGTH_MAX) return text;
  return `${text.slice(0, KEY_LENGTH_MAX - 65)}:${sha256Hex(text)}`;
}
