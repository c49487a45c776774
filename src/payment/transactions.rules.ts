import { inDecidingOrder, mayAnswer } from './fact-order.rules';
import { type PaymentFact } from './payment-fact.entity';
import { type PaymentTransaction } from './payment-transaction.entity';
import {
  projected,
  statusOf,
  type Group,
  type ProjectedTransaction,
} from './projected-transaction.rules';
import { withReversal } from './won-dispute.rules';

export { type ProjectedTransaction } from './projected-transaction.rules';

/** Folds TRANSACTION facts, given in deciding order, into transactions. */
export function foldTransactions(ordered: readonly PaymentFact[]): ProjectedTransaction[] {
  return attemptsOf(ordered).map(projected);
}

const attemptsOf = (ordered: readonly PaymentFact[]): Group[] =>
  groupByTransaction(ordered.filter(({ kind }) => kind === 'TRANSACTION')).flatMap(withReversal);

/** The facts that made a transaction, in deciding order; of an implied one, the provider's words. */
export function transactionFacts(
  { naturalKey, implied }: Pick<PaymentTransaction, 'naturalKey' | 'implied'>,
  facts: readonly PaymentFact[],
): PaymentFact[] {
  const { ordered, idsByKey } = told(facts);
  if (implied) {
    return ordered.filter(({ kind, reported }) => kind === 'SNAPSHOT' || reported !== null);
  }
  const ids = idsByKey.get(naturalKey);
  return ids === undefined ? [] : ordered.filter(({ id }) => ids.has(id));
}

interface Told {
  readonly ordered: readonly PaymentFact[];
  readonly idsByKey: ReadonlyMap<string, ReadonlySet<string>>;
}

/** One fold for all transactions of a payment whose facts are asked for one by one: a list that is handed in again is the same. */
const FOLDED = new WeakMap<readonly PaymentFact[], Told>();

function told(facts: readonly PaymentFact[]): Told {
  const known = FOLDED.get(facts);
  if (known !== undefined) return known;
  const ordered = inDecidingOrder(facts);
  const idsByKey = new Map(
    attemptsOf(ordered).map((group) => [
      projected(group).naturalKey,
      new Set(group.facts.map(({ id }) => id)),
    ]),
  );
  const folded = { ordered, idsByKey };
  FOLDED.set(facts, folded);
  return folded;
}

/** A fact that knows the gateway's id names its transaction; one that knows only our request key joins by that. */
function groupByTransaction(facts: readonly PaymentFact[]): Group[] {
  const byGateway = new Map<string, Group>();
  for (const fact of facts.filter(({ gatewayTransactionId }) => gatewayTransactionId !== null)) {
    const name = `${fact.transactionType ?? ''} ${fact.gatewayTransactionId ?? ''}`;
    const group = byGateway.get(name);
    if (group) group.facts.push(fact);
    else byGateway.set(name, newGroup(fact));
  }
  const groups = [...byGateway.values()];
  const position = new Map(facts.map((fact, index) => [fact.id, index]));
  const lastOf = (group: Group) => Math.max(...group.facts.map(({ id }) => position.get(id) ?? 0));
  const requests = facts.filter(({ result }) => result === null);
  const reports = facts.filter(
    ({ gatewayTransactionId, result }) => gatewayTransactionId === null && result !== null,
  );
  for (const fact of reports) {
    const sameKey = groups
      .filter(
        ({ type, facts: own }) =>
          type === fact.transactionType &&
          own.some(({ providerRequestKey }) => providerRequestKey === fact.providerRequestKey),
      )
      .sort((a, b) => lastOf(a) - lastOf(b));
    // The attempt still running at that time, else the newest unless it had failed: then this is a new attempt, if
    // one more was asked for by then; otherwise it tells of the failed one again.
    const running = sameKey.find((group) => lastOf(group) >= (position.get(fact.id) ?? 0));
    const newest = sameKey.at(-1);
    const asked = requests.filter((request) => asksFor(request, fact)).length;
    const isOver = newest && statusOf(newest.facts) === 'FAILED';
    const joined =
      running ?? (isOver && (asked === 0 || asked > sameKey.length) ? undefined : newest);
    if (joined) joined.facts.push(fact);
    else groups.push(newGroup(fact));
  }
  joinRequests(groups, requests, lastOf);
  for (const group of groups) {
    group.facts.sort((a, b) => (position.get(a.id) ?? 0) - (position.get(b.id) ?? 0));
  }
  return answered(groups, position);
}

/** The report may tell of what was requested: it was made under that key, and was recorded before. */
function asksFor(request: PaymentFact, report: PaymentFact): boolean {
  return (
    request.transactionType === report.transactionType &&
    request.providerRequestKey === report.providerRequestKey &&
    request.recordedAt <= report.recordedAt
  );
}

/** Requests of ours, oldest first: the n-th under one key began the n-th attempt that was reported under it. */
function joinRequests(
  groups: Group[],
  requests: readonly PaymentFact[],
  lastOf: (group: Group) => number,
): void {
  const taken = new Set<Group>();
  for (const request of requests) {
    const attempt = groups
      .filter(
        (group) =>
          !taken.has(group) &&
          // What was recorded before it was asked for is another attempt.
          group.facts.some((report) => asksFor(request, report)),
      )
      .sort((a, b) => lastOf(a) - lastOf(b))[0];
    const own = attempt ?? newGroup(request);
    if (attempt) attempt.facts.push(request);
    else groups.push(own);
    taken.add(own);
  }
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
    .filter(({ facts }) => ['NEW', 'PENDING', 'INDETERMINATE'].includes(statusOf(facts)))
    .sort((a, b) => at(a.facts[0]) - at(b.facts[0]));
  for (const attempt of waiting) {
    const answer = left.find(
      (group) =>
        isUnclaimedSuccess(group) &&
        group.type === attempt.type &&
        amountOf(group.facts) === amountOf(attempt.facts) &&
        cameAfter(group, attempt, at),
    );
    if (answer === undefined) continue;
    answer.facts.unshift(...attempt.facts);
    answer.facts.sort((a, b) => at(a) - at(b));
    left.splice(left.indexOf(attempt), 1);
  }
  return left;
}

/** By the provider's clock where both are its reports; a request of ours is as old as our clock and records say. */
function cameAfter(
  answer: Group,
  { facts }: Group,
  at: (fact: PaymentFact | undefined) => number,
): boolean {
  const request = facts.find(({ result }) => result === null);
  if (request && answer.facts.some((fact) => wasRecordedBefore(fact, request))) return false;
  const report = facts.findLast(({ result }) => result !== null);
  if (report) return at(answer.facts.at(-1)) > at(report);
  const last = answer.facts.at(-1);
  return last !== undefined && request !== undefined && mayAnswer(last, request);
}

/** What was known before we asked is no answer, whatever its clock says. */
function wasRecordedBefore(fact: PaymentFact, request: PaymentFact): boolean {
  if (fact.recordedAt.getTime() === request.recordedAt.getTime()) return fact.id < request.id;
  return fact.recordedAt < request.recordedAt;
}

function isUnclaimedSuccess({ gatewayTransactionId, facts }: Group): boolean {
  if (gatewayTransactionId === null || statusOf(facts) !== 'SUCCEEDED') return false;
  return facts.every((fact) => fact.providerRequestKey === null && !fact.externallyExecuted);
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
