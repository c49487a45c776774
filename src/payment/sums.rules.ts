import { endedByWord } from './ended.rules';
import { type TransactionType } from './payment.machine';
import { type ProviderTotals } from './totals.rules';
import {
  authorizedOf,
  capturedOf,
  chargedBackOf,
  OPEN,
  refundedOf,
  succeeded,
  total,
} from './transaction-sums.rules';
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

/**
 * How much of what is reserved a command may take or release: authorizedOpen, except that a negative amount of the
 * provider widens no limit.
 */
export function capturable(sums: PaymentSums): bigint {
  const { captured, voided, expired, capturing, voiding } = sums;
  const used = [captured, voided, expired, capturing, voiding];
  return atLeastZero(sums.authorized - positive(used));
}

/** How much a command may give back: refundable, except that a negative amount of the provider widens no limit. */
export function returnable(sums: PaymentSums): bigint {
  const { refunded, refunding, chargedBack, disputed } = sums;
  return atLeastZero(sums.captured - positive([refunded, refunding, chargedBack, disputed]));
}

const atLeastZero = (amount: bigint): bigint => (amount > 0n ? amount : 0n);

const positive = (parts: readonly bigint[]): bigint =>
  parts.reduce((sum, part) => sum + atLeastZero(part), 0n);

/** What a payment contributes to covering its order (states.md 2.1). */
export function cover(sums: PaymentSums): bigint {
  return authorizedOpen(sums) + sums.capturing + net(sums) - sums.refunding;
}

/** An outcome nobody knows stays in its -ing bucket: it may have happened. */
export function sumUp(
  transactions: readonly ProjectedTransaction[],
  totals: ProviderTotals,
): PaymentSums {
  const sums = bookedOf(transactions);
  const ended = endedByWord(totals, transactions, (some) => authorizedOpen(bookedOf(some)));
  if (totals.word === 'EXPIRED') sums.expired = ended;
  else sums.voided += ended;
  return sums;
}

/** What the transactions say by themselves. */
function bookedOf(transactions: readonly ProjectedTransaction[]): PaymentSums {
  const open = (...types: TransactionType[]) =>
    total(transactions, types, (one) => OPEN.includes(one.status));
  return {
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
