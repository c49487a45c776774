import { sha256Hex } from '../kernel/canonical';
import { inDecidingOrder } from './fact-order.rules';
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

interface Group {
  readonly type: TransactionType;
  gatewayTransactionId: string | null;
  readonly facts: PaymentFact[];
}

/** Folds TRANSACTION facts, given in deciding order, into transactions. */
export function foldTransactions(ordered: readonly PaymentFact[]): ProjectedTransaction[] {
  return groupByTransaction(ordered.filter(({ kind }) => kind === 'TRANSACTION')).map(projected);
}

/** The facts that made a transaction, in deciding order; of an implied one, the provider's words. */
export function transactionFacts(
  { naturalKey, implied }: Pick<PaymentTransaction, 'naturalKey' | 'implied'>,
  facts: readonly PaymentFact[],
): PaymentFact[] {
  const ordered = inDecidingOrder(facts);
  if (implied) return ordered.filter(({ kind }) => kind !== 'TRANSACTION');
  const groups = groupByTransaction(ordered.filter(({ kind }) => kind === 'TRANSACTION'));
  return groups.find((group) => projected(group).naturalKey === naturalKey)?.facts ?? [];
}

/** A fact that knows the gateway's id names its transaction; one that knows only our request key joins by that. */
function groupByTransaction(facts: readonly PaymentFact[]): Group[] {
  const groups: Group[] = [];
  for (const fact of facts.filter(({ gatewayTransactionId }) => gatewayTransactionId !== null)) {
    const group = groups.find(
      ({ type, gatewayTransactionId }) =>
        type === fact.transactionType && gatewayTransactionId === fact.gatewayTransactionId,
    );
    if (group) group.facts.push(fact);
    else groups.push(newGroup(fact));
  }
  const position = new Map(facts.map((fact, index) => [fact.id, index]));
  const lastOf = (group: Group) => Math.max(...group.facts.map(({ id }) => position.get(id) ?? 0));
  for (const fact of facts.filter(({ gatewayTransactionId }) => gatewayTransactionId === null)) {
    const sameKey = groups
      .filter(
        ({ type, facts: own }) =>
          type === fact.transactionType &&
          own.some(({ providerRequestKey }) => providerRequestKey === fact.providerRequestKey),
      )
      .sort((a, b) => lastOf(a) - lastOf(b));
    // The attempt still running at that time, else the newest unless it had failed: then this is a new attempt.
    const running = sameKey.find((group) => lastOf(group) >= (position.get(fact.id) ?? 0));
    const newest = sameKey.at(-1);
    const joined = running ?? (newest && statusOf(newest.facts) !== 'FAILED' ? newest : undefined);
    if (joined) joined.facts.push(fact);
    else groups.push(newGroup(fact));
  }
  for (const group of groups) {
    group.facts.sort((a, b) => (position.get(a.id) ?? 0) - (position.get(b.id) ?? 0));
  }
  return answered(groups, position);
}

/**
 * A success told under the gateway's id alone answers the oldest attempt of ours that waits for that amount, if it
 * came after it: else the attempt would wait for ever (juspay/hyperswitch#3751).
 */
function answered(groups: Group[], position: ReadonlyMap<string, number>): Group[] {
  const at = (fact: PaymentFact | undefined) => position.get(fact?.id ?? '') ?? 0;
  const left = [...groups];
  const waiting = groups
    .filter(({ gatewayTransactionId }) => gatewayTransactionId === null)
    .filter(({ facts }) => ['PENDING', 'INDETERMINATE'].includes(statusOf(facts)))
    .sort((a, b) => at(a.facts[0]) - at(b.facts[0]));
  for (const attempt of waiting) {
    const answer = left.find(
      (group) =>
        isUnclaimedSuccess(group) &&
        group.type === attempt.type &&
        amountOf(group.facts) === amountOf(attempt.facts) &&
        at(group.facts.at(-1)) > at(attempt.facts.at(-1)),
    );
    if (answer === undefined) continue;
    answer.facts.unshift(...attempt.facts);
    answer.facts.sort((a, b) => at(a) - at(b));
    left.splice(left.indexOf(attempt), 1);
  }
  return left;
}

function isUnclaimedSuccess({ gatewayTransactionId, facts }: Group): boolean {
  if (gatewayTransactionId === null || statusOf(facts) !== 'SUCCEEDED') return false;
  return facts.every(({ providerRequestKey }) => providerRequestKey === null);
}

/** Amount and currency, as one text to compare. */
function amountOf(facts: readonly PaymentFact[]): string {
  const fact = facts.findLast((one) => (one.processedMinor ?? one.requestedMinor) !== null);
  if (fact === undefined) return `none:${facts[0]?.naturalKey ?? ''}`;
  return `${fact.processedMinor ?? fact.requestedMinor ?? 0n} ${fact.currency ?? ''}`;
}

function newGroup(fact: PaymentFact): Group {
  if (fact.transactionType === null) throw new Error('a TRANSACTION fact has a type');
  return {
    type: fact.transactionType,
    gatewayTransactionId: fact.gatewayTransactionId,
    facts: [fact],
  };
}

/** The newest report decides, but only a late failure or cancellation undoes a success. */
function statusOf(facts: readonly PaymentFact[]): TransactionStatus {
  let status: TransactionStatus = 'NEW';
  for (const { result } of facts) {
    const undoesNothing = result === 'PENDING' || result === 'INDETERMINATE';
    if (result !== null && !(status === 'SUCCEEDED' && undoesNothing)) status = result;
  }
  return status;
}

function projected({ type, gatewayTransactionId, facts }: Group): ProjectedTransaction {
  const status = statusOf(facts);
  const deciding = facts.findLast(({ result }) => result === status) ?? facts.at(-1);
  if (deciding === undefined) throw new Error('a transaction has a fact');
  const last = <Field extends keyof PaymentFact>(field: Field): PaymentFact[Field] | null =>
    facts.findLast((fact) => fact[field] !== null)?.[field] ?? null;
  const requestKey = last('providerRequestKey');
  const requestedMinor = last('requestedMinor');
  const failedMinor = requestedMinor ?? last('processedMinor') ?? 0n;
  return {
    naturalKey: keyOf(
      `${type}:${gatewayTransactionId ?? `key:${requestKey ?? ''}:${facts[0]?.naturalKey ?? ''}`}`,
    ),
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

/** A gateway's id may be as long as the column: then its hash stands for the end of it. */
function keyOf(text: string): string {
  if (text.length <= KEY_LENGTH_MAX) return text;
  return `${text.slice(0, KEY_LENGTH_MAX - 65)}:${sha256Hex(text)}`;
}
