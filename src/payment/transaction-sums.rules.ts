import { type TransactionStatus, type TransactionType } from './payment.machine';
import { type ProjectedTransaction } from './transactions.rules';

/** Under way: an outcome nobody knows may have happened. */
export const OPEN: readonly TransactionStatus[] = ['NEW', 'PENDING', 'INDETERMINATE'];

export function succeeded(
  transactions: readonly ProjectedTransaction[],
  ...types: TransactionType[]
): bigint {
  return total(transactions, types, ({ status }) => status === 'SUCCEEDED');
}

export function total(
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
 * sale takes its authorization with it, a reversed capture leaves it open again; a reversal that names no original is
 * that of a sale first.
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
  const sales = newer.filter(({ type }) => type === 'SALE');
  const reversals = done.filter(({ type }) => type === 'CAPTURE_REVERSAL');
  const sold = lessReversed([...sales, ...reversals], ['SALE'], 'CAPTURE_REVERSAL');
  return succeeded(newer, 'AUTHORIZE') + sold + (adjusted?.processedMinor ?? 0n);
}
