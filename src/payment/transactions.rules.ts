import { inDecidingOrder } from './fact-order.rules';
import { type PaymentFact } from './payment-fact.entity';
import { type PaymentTransaction } from './payment-transaction.entity';
import { type TransactionStatus, type TransactionType } from './payment.machine';

/** A transaction as its facts tell it: everything but the row's own ids and versions. */
export type ProjectedTransaction = Omit<
  PaymentTransaction,
  'id' | 'checkoutId' | 'paymentId' | 'version' | 'createdAt' | 'updatedAt'
> & {
  /** Some fact ever said FAILED, stale ones included (S3.14). */
  readonly everFailed: boolean;
};

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
        ({ type, facts: [first] }) =>
          type === fact.transactionType && first?.providerRequestKey === fact.providerRequestKey,
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
  return groups;
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
  return {
    naturalKey: `${type}:${gatewayTransactionId ?? `key:${requestKey ?? ''}:${facts[0]?.naturalKey ?? ''}`}`,
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
    everFailed: facts.some(({ result }) => result === 'FAILED'),
  };
}
