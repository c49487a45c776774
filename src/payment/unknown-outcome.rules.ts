import { mayAnswer } from './fact-order.rules';
import { type PaymentFact } from './payment-fact.entity';
import {
  type ReportedStatus,
  type TransactionStatus,
  type TransactionType,
} from './payment.machine';
import { isAfter, type ProviderTotal, type ProviderTotals } from './totals.rules';
import { authorizedOf, capturedOf, refundedOf } from './transaction-sums.rules';
import { type ProjectedTransaction } from './transactions.rules';

/** What the provider said in total of some types, and what of it is known by transactions. */
interface Account {
  readonly types: readonly TransactionType[];
  readonly total: ProviderTotal;
  readonly known: bigint;
}

const OPEN: readonly TransactionStatus[] = ['NEW', 'PENDING', 'INDETERMINATE'];
const DECLINED: readonly (ReportedStatus | null)[] = ['REJECTED', 'CANCELLED', 'FAILED', 'VACATED'];
const STILL_PENDING: readonly (ReportedStatus | null)[] = ['PENDING', 'IN_PROCESS'];
const GIVEN_BACK: readonly (ReportedStatus | null)[] = ['VOIDED', 'CANCELLED'];

/**
 * An unknown outcome is answered by what the provider said after it (states.md 2.2: a snapshot, a newer event). Where
 * the totals fit no answer exactly, or something else is still open, it stays unknown: nothing is guessed.
 */
export function resolveUnknown(
  transactions: readonly ProjectedTransaction[],
  totals: ProviderTotals,
): ProjectedTransaction[] {
  let resolved = transactions.map((one) => answeredByWord(one, totals));
  for (const account of accountsOf(resolved, totals)) {
    resolved = answeredByTotal(resolved, totals, account);
  }
  return resolved;
}

function accountsOf(transactions: readonly ProjectedTransaction[], totals: ProviderTotals) {
  const { authorized, captured, refunded, allRefunded } = totals;
  // What was captured had been authorized; what was not captured says nothing of that.
  const implied = { ...captured, standsIn: true };
  const all = { ...refunded, amount: capturedOf(transactions) };
  return [
    {
      types: ['AUTHORIZE'],
      total: authorized.by === null ? implied : authorized,
      known: authorizedOf(transactions),
    },
    { types: ['CAPTURE', 'SALE'], total: captured, known: capturedOf(transactions) },
    { types: ['REFUND'], total: allRefunded ? all : refunded, known: refundedOf(transactions) },
  ] satisfies Account[];
}

function answeredByTotal(
  transactions: readonly ProjectedTransaction[],
  totals: ProviderTotals,
  { types, total, known }: Account,
): ProjectedTransaction[] {
  const { by, amount, standsIn } = total;
  if (by === null || amount === null) return [...transactions];
  const wasAsked = (one: ProjectedTransaction) => cameAfter(totals, by, one);
  const waiting = transactions.filter(
    ({ type, status }) => types.includes(type) && OPEN.includes(status),
  );
  const open = waiting.filter(wasAsked);
  // One whose outcome was lost after the provider spoke may or may not be in the total.
  if (waiting.some((one) => one.status === 'INDETERMINATE' && !wasAsked(one))) {
    return [...transactions];
  }
  const missing = amount - known;
  const requested = open.reduce((sum, { requestedMinor }) => sum + (requestedMinor ?? 0n), 0n);
  const allUnknown = open.every(({ status }) => status === 'INDETERMINATE');
  const fits = missing > 0n && missing === requested;
  const onlyOne = missing > 0n && open.length === 1 && requested === 0n;
  // What is still under way may come yet; only a lost outcome is answered by its absence.
  const none = missing <= 0n && !standsIn && allUnknown;
  if (!fits && !onlyOne && !none) return [...transactions];
  return transactions.map((one) => {
    if (!open.includes(one)) return one;
    if (none) return answer(one, 'FAILED', { by, amount: null });
    return answer(one, 'SUCCEEDED', { by, amount: one.requestedMinor ?? missing });
  });
}

/** What was known before we asked is no answer; a clock that is a little behind ours makes none of what came later. */
function cameAfter(totals: ProviderTotals, by: PaymentFact, one: ProjectedTransaction): boolean {
  const isLater = isAfter(totals, by.naturalKey, one.decidedBy);
  if (one.status !== 'NEW') return isLater;
  return by.recordedAt > one.recordedAt
    ? mayAnswer(by, one)
    : isLater && by.recordedAt >= one.recordedAt;
}

function answeredByWord(one: ProjectedTransaction, totals: ProviderTotals): ProjectedTransaction {
  const { word, wordBy: by } = totals;
  if (!OPEN.includes(one.status) || by === null) return one;
  if (!cameAfter(totals, by, one)) return one;
  // That we gave it up tells what becomes of an attempt under way, not what came of a lost one or of a release.
  if (by.source === 'command' && (one.status === 'INDETERMINATE' || one.type === 'VOID'))
    return one;
  if (one.type === 'VOID' && GIVEN_BACK.includes(word)) {
    return answer(one, 'SUCCEEDED', { by, amount: one.requestedMinor });
  }
  if (one.type !== 'AUTHORIZE' && one.type !== 'SALE') return one;
  if (DECLINED.includes(word)) return answer(one, 'FAILED', { by, amount: null });
  const isAcknowledged = one.status !== 'PENDING' && STILL_PENDING.includes(word);
  return isAcknowledged ? answer(one, 'PENDING', { by, amount: null }) : one;
}

function answer(
  one: ProjectedTransaction,
  status: 'SUCCEEDED' | 'FAILED' | 'PENDING',
  { by, amount }: { by: PaymentFact; amount: bigint | null },
): ProjectedTransaction {
  return {
    ...one,
    status,
    processedMinor: amount,
    currency: one.currency ?? by.currency,
    indeterminateCause: null,
    occurredAt: by.occurredAt,
    decidedBy: by.naturalKey,
  };
}
