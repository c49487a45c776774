import {
  least,
  most,
  sum,
  type Payment,
  type Told,
  type Transaction,
  type TransactionStatus,
  type TransactionType,
} from './world';

/** What one transaction comes to (states.md 2.3). */
export interface Outcome {
  readonly status: TransactionStatus;
  readonly requested: bigint | null;
  readonly processed: bigint | null;
  /** When what decides it happened. */
  readonly at: number;
  readonly everFailed: boolean;
  readonly failureType: 'HARD' | 'SOFT' | null;
}

/** The rows of the table; what is not in it is history and decides nothing. */
const STEPS: Readonly<Record<TransactionStatus, readonly TransactionStatus[]>> = {
  NEW: ['PENDING', 'SUCCEEDED', 'FAILED', 'INDETERMINATE', 'CANCELLED'],
  PENDING: ['SUCCEEDED', 'FAILED', 'INDETERMINATE', 'CANCELLED'],
  INDETERMINATE: ['SUCCEEDED', 'FAILED', 'PENDING'],
  SUCCEEDED: ['FAILED', 'SUCCEEDED'],
  FAILED: ['SUCCEEDED'],
  CANCELLED: [],
};

export function outcomeOf({ told }: Transaction): Outcome {
  const [first, ...later] = [...told].sort((a, b) => a.at - b.at);
  let deciding: Told = first!;
  for (const next of later) if (STEPS[deciding.status].includes(next.status)) deciding = next;
  const asked = told.find(({ requested }) => requested !== null)?.requested ?? null;
  return {
    status: deciding.status,
    requested: asked,
    processed: deciding.status === 'SUCCEEDED' ? (deciding.processed ?? asked) : null,
    at: deciding.at,
    everFailed: told.some(({ status }) => status === 'FAILED'),
    failureType: deciding.failureType,
  };
}

const UNDER_WAY: readonly TransactionStatus[] = ['NEW', 'PENDING', 'INDETERMINATE'];
export const isUnderWay = (one: Transaction): boolean => UNDER_WAY.includes(outcomeOf(one).status);

export interface Sums {
  readonly authorizing: bigint;
  readonly authorized: bigint;
  readonly capturing: bigint;
  readonly captured: bigint;
  readonly voiding: bigint;
  readonly voided: bigint;
  readonly expired: bigint;
  readonly refunding: bigint;
  readonly refunded: bigint;
  readonly disputed: bigint;
  readonly chargedBack: bigint;
  readonly failedLifetime: bigint;
  /** Captures under way that an authorization stands behind: a pending SALE has none. */
  readonly capturingOpen: bigint;
}

/** money.md 3, 4 and its clarifications. */
export function sumsOf(payment: Payment): Sums {
  const rows = payment.transactions.map((one) => ({ one, ...outcomeOf(one) }));
  const of = (...types: TransactionType[]) => rows.filter(({ one }) => types.includes(one.type));
  const done = (...types: TransactionType[]) =>
    of(...types).filter(({ status }) => status === 'SUCCEEDED');
  const processed = (...types: TransactionType[]) =>
    sum(done(...types).map((row) => row.processed ?? 0n));
  const underWay = (...types: TransactionType[]) =>
    sum(of(...types).map((row) => (UNDER_WAY.includes(row.status) ? (row.requested ?? 0n) : 0n)));
  // A reversal counts up to its original's amount, and nothing until that arrives.
  const reversed = (type: TransactionType, original?: TransactionType) =>
    sum(
      done(type).map(({ one, processed: amount }) => {
        const { parent } = one;
        if (parent === null || (original !== undefined && parent.type !== original)) return 0n;
        return least(amount ?? 0n, outcomeOf(parent).processed ?? 0n);
      }),
    );
  // AUTH_ADJUST overwrites and ignores what was authorized before it.
  const adjusted = done('AUTH_ADJUST').sort((a, b) => b.at - a.at)[0];
  const authorized =
    (adjusted?.processed ?? 0n) +
    sum(
      done('AUTHORIZE', 'SALE')
        .filter(({ at }) => adjusted === undefined || at > adjusted.at)
        .map((row) => row.processed ?? 0n),
    ) -
    reversed('CAPTURE_REVERSAL', 'SALE');
  return {
    authorizing: underWay('AUTHORIZE'),
    authorized,
    capturing: underWay('CAPTURE', 'SALE'),
    capturingOpen: underWay('CAPTURE'),
    captured: processed('CAPTURE', 'SALE') - reversed('CAPTURE_REVERSAL'),
    voiding: underWay('VOID'),
    voided: processed('VOID'),
    expired: expiredOf(payment),
    refunding: underWay('REFUND'),
    refunded: processed('REFUND') - reversed('REFUND_REVERSAL'),
    disputed: underWay('CHARGEBACK'),
    chargedBack: processed('CHARGEBACK') - reversed('CHARGEBACK_REVERSAL'),
    failedLifetime: sum(rows.map((row) => (row.everFailed ? (row.requested ?? 0n) : 0n))),
  };
}

/** What was open when the provider said that it ran out. */
function expiredOf({ transactions, words }: Payment): bigint {
  const word = words.find(({ word: said }) => said === 'EXPIRED');
  if (word === undefined) return 0n;
  const before = (...types: TransactionType[]) =>
    sum(
      transactions
        .filter(({ type }) => types.includes(type))
        .map(outcomeOf)
        .filter(({ status, at }) => status === 'SUCCEEDED' && at <= word.at)
        .map(({ processed }) => processed ?? 0n),
    );
  return most(before('AUTHORIZE') - before('CAPTURE') - before('VOID'), 0n);
}

export function openOf(sums: Sums): bigint {
  const { authorized, captured, voided, expired, capturingOpen, voiding } = sums;
  return authorized - captured - voided - expired - capturingOpen - voiding;
}
export const netOf = ({ captured, refunded, chargedBack }: Sums): bigint =>
  captured - refunded - chargedBack;
export const refundableOf = ({ captured, refunded, refunding, chargedBack, disputed }: Sums) =>
  most(captured - refunded - refunding - chargedBack - disputed, 0n);

/** `states.md` 2.2: derived, first match. */
export function statusOf(payment: Payment): string {
  const sums = sumsOf(payment);
  if (payment.transactions.some((one) => outcomeOf(one).status === 'INDETERMINATE'))
    return 'INDETERMINATE';
  if (sums.chargedBack > 0n) return 'CHARGED_BACK';
  if (sums.disputed > 0n) return 'DISPUTED';
  if (sums.capturingOpen > 0n) return 'CAPTURING';
  const open = openOf(sums);
  if (sums.captured > 0n) {
    if (sums.refunded >= sums.captured && open <= 0n) return 'REFUNDED';
    if (sums.refunded > 0n) return 'PARTIALLY_REFUNDED';
    return open <= 0n ? 'CAPTURED' : 'PARTIALLY_CAPTURED';
  }
  if (open > 0n) return 'AUTHORIZED';
  return sums.voiding > 0n ? payment.whileVoiding : newestWord(payment);
}

function newestWord({ transactions, words }: Payment): string {
  const said: { at: number; word: string }[] = [...words];
  for (const one of transactions) {
    const { status, at } = outcomeOf(one);
    if (one.type === 'VOID' && status === 'SUCCEEDED') said.push({ at, word: 'VOIDED' });
    if (one.type !== 'AUTHORIZE' && one.type !== 'SALE') continue;
    if (isUnderWay(one)) said.push({ at, word: 'PENDING' });
    if (status === 'FAILED') said.push({ at, word: 'REJECTED' });
  }
  return said.sort((a, b) => b.at - a.at)[0]?.word ?? 'CREATED';
}

/** money.md, clarifications. */
export function moneyStateOf(payment: Payment): string {
  const status = statusOf(payment);
  const sums = sumsOf(payment);
  if (status === 'INDETERMINATE') return 'UNKNOWN';
  if (status === 'DISPUTED') return 'DISPUTED';
  if (status === 'CHARGED_BACK' || status === 'REFUNDED') return 'RETURNED';
  if (status === 'PARTIALLY_REFUNDED') return 'PARTIALLY_RETURNED';
  if (sums.captured > 0n) return 'CAPTURED';
  return openOf(sums) > 0n ? 'RESERVED' : 'NONE';
}

/** What a payment covers (states.md 2.1, Terms). */
export function coverOf(payment: Payment): bigint {
  const sums = sumsOf(payment);
  const { captured, refunded, refunding, chargedBack } = sums;
  const gone = refunded + refunding + chargedBack;
  const now = openOf(sums) + sums.capturingOpen + captured - gone;
  return isDeferred(payment) ? most(payment.expected - gone, now) : now;
}

/** Collected later, and not in full yet. */
export function isDeferred(payment: Payment): boolean {
  if (!payment.deferred) return false;
  const status = statusOf(payment);
  if (status === 'CREATED' || status === 'PENDING') return true;
  const isCollected = ['PARTIALLY_CAPTURED', 'CAPTURED', 'PARTIALLY_REFUNDED'].includes(status);
  return isCollected && sumsOf(payment).captured < payment.expected;
}

/** Failed and not made good since, of a payment without releases (money.md 3); null where releases decide it. */
export function failedOutstandingOf({ transactions }: Payment): bigint | null {
  if (transactions.some(({ fulfillment }) => fulfillment !== null)) return null;
  const rows = transactions.map((one) => ({ type: one.type, ...outcomeOf(one) }));
  const isMadeGood = (row: (typeof rows)[number]) =>
    rows.some(({ type, status, at }) => type === row.type && status === 'SUCCEEDED' && at > row.at);
  const failed = rows.filter((row) => row.status === 'FAILED' && !isMadeGood(row));
  return sum(failed.map(({ requested }) => requested ?? 0n));
}
