import { type TransactionStatus, type TransactionType } from './payment.machine';
import { type ProviderTotals } from './totals.rules';
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
  const done = (...types: TransactionType[]) =>
    total(transactions, types, (one) => one.status === 'SUCCEEDED');
  const open = (...types: TransactionType[]) =>
    total(transactions, types, (one) => OPEN.includes(one.status));
  const sums: PaymentSums = {
    authorized: authorizedOf(transactions),
    authorizing: open('AUTHORIZE', 'AUTH_ADJUST'),
    capturing: open('CAPTURE'),
    captured: done('CAPTURE', 'SALE') - done('CAPTURE_REVERSAL'),
    voiding: open('VOID'),
    voided: done('VOID'),
    expired: 0n,
    refunding: open('REFUND'),
    refunded: done('REFUND') - done('REFUND_REVERSAL'),
    disputed: total(transactions, ['CHARGEBACK'], ({ status }) => status === 'PENDING'),
    chargedBack: done('CHARGEBACK') - done('CHARGEBACK_REVERSAL'),
    failedLifetime: transactions
      .filter(({ everFailed }) => everFailed)
      .reduce((sum, { requestedMinor }) => sum + (requestedMinor ?? 0n), 0n),
    failedOutstanding: failedOutstanding(transactions),
  };
  const rest = authorizedOpen(sums);
  const { word } = totals;
  // The provider says that what was open is gone; how much that was follows from the rest.
  if (rest > 0n && word === 'EXPIRED') sums.expired = rest;
  if (rest > 0n && (word === 'VOIDED' || word === 'CANCELLED')) sums.voided += rest;
  return sums;
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

/** An adjustment overwrites what was authorized before it and ignores older authorizations (money.md 4). */
function authorizedOf(transactions: readonly ProjectedTransaction[]): bigint {
  const succeeded = transactions.filter(({ status }) => status === 'SUCCEEDED');
  const adjusted = succeeded
    .filter(({ type }) => type === 'AUTH_ADJUST')
    .sort((a, b) => a.occurredAt.getTime() - b.occurredAt.getTime())
    .at(-1);
  const counts = (one: ProjectedTransaction) =>
    adjusted === undefined || one.occurredAt > adjusted.occurredAt;
  return total(succeeded, ['AUTHORIZE', 'SALE'], counts) + (adjusted?.processedMinor ?? 0n);
}

/** FAILED attempts not followed by a success of their type (S3.14). */
function failedOutstanding(transactions: readonly ProjectedTransaction[]): bigint {
  const madeGood = (failed: ProjectedTransaction) =>
    transactions.some(
      (one) =>
        one.type === failed.type &&
        one.status === 'SUCCEEDED' &&
        one.occurredAt >= failed.occurredAt,
    );
  return transactions
    .filter((one) => one.status === 'FAILED' && !madeGood(one))
    .reduce((sum, { requestedMinor }) => sum + (requestedMinor ?? 0n), 0n);
}
