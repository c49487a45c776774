import { type TransactionStatus, type TransactionType } from './payment.machine';
import { isAfter, type ProviderTotals } from './totals.rules';
import { type ProjectedTransaction } from './transactions.rules';

/** Sums of a payment's transactions in its own currency, minor units (money.md 3). */
export interface PaymentSums {
  authorized: bigint;
  authorizing: bigint;
  capturing: bigint;
  captured: bigint;
  voiding: bigint;
  voided: bigint;
  expired: bigint;
  refunding: bigint;
  refunded: bigint;
  disputed: bigint;
  chargedBack: bigint;
  failedLifetime: bigint;
  failedOutstanding: bigint;
}

/** authorized − captured − voided − expired − capturing − voiding (money.md 3). */
export function authorizedOpen(sums: PaymentSums): bigint {
  const { authorized, captured, voided, expired, capturing, voiding } = sums;
  return authorized - captured - voided - expired - capturing - voiding;
}

/** captured − refunded − chargedBack. */
export function net({ captured, refunded, chargedBack }: PaymentSums): bigint {
  return captured - refunded - chargedBack;
}

/** What can still be refunded; a disputed amount cannot. Not below zero for a payment refunded too much. */
export function refundable(sums: PaymentSums): bigint {
  const left = net(sums) - sums.refunding - sums.disputed;
  return left > 0n ? left : 0n;
}

/** What a payment contributes to covering its order (states.md 2.1). */
export function cover(sums: PaymentSums): bigint {
  return authorizedOpen(sums) + sums.capturing + net(sums) - sums.refunding;
}

const OPEN: readonly TransactionStatus[] = ['NEW', 'PENDING', 'INDETERMINATE'];

/** An outcome nobody knows stays in its -ing bucket: it may have happened. */
export function sumUp(
  transactions: readonly ProjectedTransaction[],
  totals: ProviderTotals,
): PaymentSums {
  const open = (...types: TransactionType[]) =>
    total(transactions, types, (one) => OPEN.includes(one.status));
  const sums: PaymentSums = {
    authorized: authorizedOf(transactions),
    authorizing: open('AUTHORIZE', 'AUTH_ADJUST'),
    capturing: open('CAPTURE'),
    captured: capturedOf(transactions),
    voiding: open('VOID'),
    voided: succeeded(transactions, 'VOID'),
    expired: 0n,
    refunding: open('REFUND'),
    refunded: refundedOf(transactions),
    disputed: total(transactions, ['CHARGEBACK'], ({ status }) => status === 'PENDING'),
    chargedBack: chargedBackOf(transactions),
    failedLifetime: transactions.reduce((sum, { failedMinor }) => sum + failedMinor, 0n),
    failedOutstanding: failedOutstanding(transactions),
  };
  const gone = openBefore(totals, transactions, authorizedOpen(sums));
  // The provider says that what was open is gone; how much that was follows from the rest.
  if (totals.word === 'EXPIRED') sums.expired = gone;
  if (totals.word === 'VOIDED' || totals.word === 'CANCELLED') sums.voided += gone;
  return sums;
}

/** What the provider's word can have ended: an authorization that came after it stays open. */
function openBefore(
  totals: ProviderTotals,
  transactions: readonly ProjectedTransaction[],
  open: bigint,
): bigint {
  const newer = transactions.filter(({ decidedBy }) =>
    isAfter(totals, decidedBy, totals.wordBy?.naturalKey ?? null),
  );
  const left = open - succeeded(newer, 'AUTHORIZE', 'AUTH_ADJUST');
  return left > 0n ? left : 0n;
}

function succeeded(
  transactions: readonly ProjectedTransaction[],
  ...types: TransactionType[]
): bigint {
  return total(transactions, types, ({ status }) => status === 'SUCCEEDED');
}

function total(
  transactions: readonly ProjectedTransaction[],
  types: readonly TransactionType[],
  counts: (one: ProjectedTransaction) => boolean,
): bigint {
  return transactions
    .filter((one) => types.includes(one.type) && counts(one))
    .reduce((sum, one) => sum + (one.processedMinor ?? one.requestedMinor ?? 0n), 0n);
}

/** What was taken, less what was reversed. */
export function capturedOf(transactions: readonly ProjectedTransaction[]): bigint {
  return lessReversed(transactions, ['CAPTURE', 'SALE'], 'CAPTURE_REVERSAL');
}

export function refundedOf(transactions: readonly ProjectedTransaction[]): bigint {
  return lessReversed(transactions, ['REFUND'], 'REFUND_REVERSAL');
}

export function chargedBackOf(transactions: readonly ProjectedTransaction[]): bigint {
  return lessReversed(transactions, ['CHARGEBACK'], 'CHARGEBACK_REVERSAL');
}

/** A reversal counts up to the amount of its original, nothing until that is known (money.md, clarifications). */
function lessReversed(
  transactions: readonly ProjectedTransaction[],
  originals: readonly TransactionType[],
  reversal: TransactionType,
): bigint {
  const whole = succeeded(transactions, ...originals);
  const reversals = transactions.filter(({ type }) => type === reversal);
  const named = [...new Set(reversals.map(({ parentKey }) => parentKey))]
    .filter((key) => key !== null)
    .map((key) => {
      const original = succeeded(
        transactions.filter((one) => one.gatewayTransactionId === key || one.naturalKey === key),
        ...originals,
      );
      const reversed = succeeded(
        reversals.filter(({ parentKey }) => parentKey === key),
        reversal,
      );
      return atMost(reversed, original);
    })
    .reduce((sum, amount) => sum + amount, 0n);
  const unnamed = succeeded(
    reversals.filter(({ parentKey }) => parentKey === null),
    reversal,
  );
  return whole - named - atMost(unnamed, whole - named);
}

function atMost(amount: bigint, limit: bigint): bigint {
  if (amount < limit) return amount;
  return limit > 0n ? limit : 0n;
}

/**
 * An adjustment overwrites what was authorized before it and ignores older authorizations (money.md 4). A reversed
 * sale takes its authorization with it, a reversed capture leaves it open again.
 */
export function authorizedOf(transactions: readonly ProjectedTransaction[]): bigint {
  const done = transactions.filter(({ status }) => status === 'SUCCEEDED');
  const adjusted = done
    .filter(({ type }) => type === 'AUTH_ADJUST')
    .sort((a, b) => a.occurredAt.getTime() - b.occurredAt.getTime())
    .at(-1);
  const newer = done.filter(
    ({ occurredAt }) => adjusted === undefined || occurredAt > adjusted.occurredAt,
  );
  const sales = newer.filter(({ type }) => type === 'SALE').map((one) => one.gatewayTransactionId);
  const ofSales = done.filter(
    ({ type, parentKey }) =>
      type === 'CAPTURE_REVERSAL' && parentKey !== null && sales.includes(parentKey),
  );
  const sold = lessReversed(
    [...newer.filter(({ type }) => type === 'SALE'), ...ofSales],
    ['SALE'],
    'CAPTURE_REVERSAL',
  );
  return succeeded(newer, 'AUTHORIZE') + sold + (adjusted?.processedMinor ?? 0n);
}

type Attempt = Pick<ProjectedTransaction, 'type' | 'status' | 'occurredAt' | 'requestedMinor'>;

/** FAILED attempts not followed by a success of their type (S3.14); releases judge their own (fulfillment.rules.ts). */
export function failedOutstanding(
  attempts: readonly Attempt[],
  all: readonly Attempt[] = attempts,
): bigint {
  const madeGood = (failed: Attempt) =>
    all.some(
      (one) =>
        one.type === failed.type &&
        one.status === 'SUCCEEDED' &&
        one.occurredAt >= failed.occurredAt,
    );
  return attempts
    .filter((one) => one.status === 'FAILED' && !madeGood(one))
    .reduce((sum, { requestedMinor }) => sum + (requestedMinor ?? 0n), 0n);
}
