import { inDecidingOrder } from './fact-order.rules';
import { type PaymentFact } from './payment-fact.entity';
import { type PaymentTransaction } from './payment-transaction.entity';
import { foldTransactions } from './transactions.rules';

/** An attempt as the payment back end keeps it (S3.7, S3.13); minor units. */
export interface BackEndRow {
  /** Null: taken without an approval ("-"). */
  approved: bigint | null;
  deposited: bigint;
  /** Of this attempt; kept for ever. */
  failed: bigint;
}

type Row = BackEndRow & { readonly attempt: PaymentTransaction };

/**
 * One row per authorization and per direct sale, oldest first, those implied by the provider's word too. A failed attempt
 * keeps its row (S3.13). What was captured stands on the authorization it names, else on the oldest that has room.
 */
export function backEndRows(
  transactions: readonly PaymentTransaction[],
  facts: readonly PaymentFact[],
  currency: string,
): BackEndRow[] {
  const own = transactions
    .filter((one) => one.currency === null || one.currency === currency)
    .toSorted(byTime);
  const failed = new Map(
    foldTransactions(inDecidingOrder(facts)).map((one) => [one.naturalKey, one.failedMinor]),
  );
  const rows = own
    .filter(({ type }) => type === 'AUTHORIZE' || type === 'SALE')
    .map((attempt): Row => {
      const isSale = attempt.type === 'SALE';
      return {
        attempt,
        approved: isSale ? null : doneOf(attempt),
        deposited: isSale ? netOf(attempt, own) : 0n,
        failed: failedOf(attempt, failed),
      };
    });
  adjust(rows, own);
  for (const capture of own.filter(({ type }) => type === 'CAPTURE')) {
    deposit(rows, capture, netOf(capture, own));
  }
  return rows.map(({ attempt: _attempt, ...row }) => row);
}

const byTime = (a: PaymentTransaction, b: PaymentTransaction): number =>
  a.occurredAt.getTime() - b.occurredAt.getTime() || (a.id < b.id ? -1 : 1);

const doneOf = ({ status, processedMinor }: PaymentTransaction): bigint =>
  status === 'SUCCEEDED' ? (processedMinor ?? 0n) : 0n;

function failedOf(
  { naturalKey, status, requestedMinor }: PaymentTransaction,
  told: ReadonlyMap<string, bigint>,
): bigint {
  const amount = told.get(naturalKey) ?? 0n;
  // That it failed may follow from the provider's word alone.
  return amount === 0n && status === 'FAILED' ? (requestedMinor ?? 0n) : amount;
}

/** What was taken, less what was taken back of it. */
function netOf(one: PaymentTransaction, all: readonly PaymentTransaction[]): bigint {
  const reversed = all
    .filter(({ type, parentKey }) => type === 'CAPTURE_REVERSAL' && isNamed(one, parentKey))
    .reduce((sum, reversal) => sum + doneOf(reversal), 0n);
  const done = doneOf(one);
  return reversed < done ? done - reversed : 0n;
}

const isNamed = (
  { gatewayTransactionId, naturalKey }: PaymentTransaction,
  key: string | null,
): boolean => key !== null && (key === gatewayTransactionId || key === naturalKey);

/** An adjustment overwrites what was approved by the authorization it names, else by the newest before it (money.md 4). */
function adjust(rows: readonly Row[], all: readonly PaymentTransaction[]): void {
  for (const change of all) {
    if (change.type !== 'AUTH_ADJUST' || change.status !== 'SUCCEEDED') continue;
    const approved = rows.filter((row) => row.approved !== null);
    const row =
      approved.find(({ attempt }) => isNamed(attempt, change.parentKey)) ??
      approved.findLast(({ attempt }) => byTime(attempt, change) < 0);
    if (row !== undefined) row.approved = doneOf(change);
  }
}

function deposit(rows: Row[], capture: PaymentTransaction, amount: bigint): void {
  const approved = rows.filter(({ attempt }) => attempt.type === 'AUTHORIZE');
  const named = approved.find(({ attempt }) => isNamed(attempt, capture.parentKey));
  let left = amount;
  for (const row of named === undefined ? approved : []) {
    const room = (row.approved ?? 0n) - row.deposited;
    const given = room < left ? room : left;
    if (given <= 0n) continue;
    row.deposited += given;
    left -= given;
  }
  // More was captured than approved: the row it names, or the newest, shows it (E14).
  const last = named ?? approved.findLast((row) => (row.approved ?? 0n) > 0n) ?? approved.at(-1);
  if (last !== undefined) last.deposited += left;
  // Nobody tells what it was approved by.
  else if (left > 0n) rows.push({ attempt: capture, approved: null, deposited: left, failed: 0n });
}
