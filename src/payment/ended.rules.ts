import { type TransactionType } from './payment.machine';
import { isAfter, type ProviderTotals } from './totals.rules';
import { OPEN } from './transaction-sums.rules';
import { type ProjectedTransaction } from './transactions.rules';

const ENDS: readonly (string | null)[] = ['EXPIRED', 'VOIDED', 'CANCELLED'];
const TAKES: readonly TransactionType[] = ['CAPTURE', 'VOID'];

/**
 * What the provider's word ended: what was open when it was said, less what was taken of that all the same. What is
 * told after the word takes from newer authorizations first, and an adjustment after it says anew what is authorized.
 * A word of our own ends nothing: only the provider can. `openOf` tells what some transactions leave open; minor units.
 */
export function endedByWord(
  totals: ProviderTotals,
  transactions: readonly ProjectedTransaction[],
  openOf: (some: readonly ProjectedTransaction[]) => bigint,
): bigint {
  const { word, wordBy, order } = totals;
  if (wordBy === null || wordBy.source === 'command' || !ENDS.includes(word)) return 0n;
  const isNewer = ({ decidedBy }: ProjectedTransaction) =>
    isAfter(totals, decidedBy, wordBy.naturalKey);
  const place = ({ decidedBy }: ProjectedTransaction) => order.get(decidedBy ?? '') ?? -1;
  const newer = transactions.filter(isNewer).sort((a, b) => place(a) - place(b));
  if (newer.some(({ type, status }) => type === 'AUTH_ADJUST' && status === 'SUCCEEDED')) return 0n;
  // A capture that is reversed later gives back what had run out meanwhile.
  const most = atLeastZero(
    openOf(transactions.filter((one) => !isNewer(one) || one.type === 'CAPTURE_REVERSAL')),
  );
  let ended = most;
  let fresh = 0n;
  for (const { type, status, processedMinor, requestedMinor } of newer) {
    const amount = processedMinor ?? requestedMinor ?? 0n;
    const isDone = status === 'SUCCEEDED';
    if (type === 'AUTHORIZE' && isDone) fresh += amount;
    if (type === 'CAPTURE_REVERSAL' && isDone) ended = smaller(most, ended + amount);
    if (!TAKES.includes(type) || !(isDone || OPEN.includes(status))) continue;
    const ofFresh = smaller(fresh, amount);
    fresh -= ofFresh;
    ended = atLeastZero(ended - (amount - ofFresh));
  }
  return smaller(ended, atLeastZero(openOf(transactions)));
}

const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b);

const atLeastZero = (amount: bigint): bigint => (amount > 0n ? amount : 0n);
