import { payingOrder, type Draft } from '../checkout/draft.rules';
import { type Order } from '../order/order.entity';
import { countedPayments } from '../order/order.rules';
import { type Payment } from '../payment/payment.entity';
import { authorizedOpen } from '../payment/sums.rules';
import { type Fulfillment } from './fulfillment.entity';
import { namedMoney, smaller, underWay, type NamedMoney } from './named-money.rules';
import { lineOf } from './split-family.rules';

export { atLeastZero, smaller } from './named-money.rules';

/** What one payment gives for one fulfillment (S3.5, S3.6); minor units. */
export interface Share {
  readonly paymentId: string;
  readonly fulfillmentId: string;
  /** What it is to give. */
  readonly claimed: bigint;
  /** Primed for it. */
  readonly validation: bigint;
  readonly reserving: bigint;
  readonly reserved: bigint;
  readonly capturing: bigint;
  readonly captured: bigint;
  /** Captured or being captured for it, whether it is started or not. */
  readonly taken: bigint;
}

/** What shares are derived from. */
type Money = Pick<Draft, 'orders' | 'payments' | 'transactions' | 'fulfillments'>;

/** Money that came before counts for a fulfillment from the moment it is captured for or started. */
const NOT_STARTED: readonly string[] = ['NEW', 'RELEASED', 'RESERVATION_FAILED'];

export const isStarted = ({ status }: Pick<Fulfillment, 'status'>): boolean =>
  !NOT_STARTED.includes(status);

/** The fulfillments an order's payments pay for: its own and those of its linked sellers, oldest first. */
export function paidFulfillments(
  draft: Pick<Money, 'orders' | 'fulfillments'>,
  order: Order,
): Fulfillment[] {
  const paid = new Set(
    draft.orders.filter((one) => payingOrder(draft, one).id === order.id).map(({ id }) => id),
  );
  return draft.fulfillments.filter(({ orderId }) => paid.has(orderId)).sort(byAge);
}

const byAge = (a: { readonly id: string }, b: { readonly id: string }): number =>
  a.id < b.id ? -1 : 1;

/** Highest priority first, ties in the order received (money.md 5). */
export function byPriority(a: Payment, b: Payment): number {
  return b.priority - a.priority || byAge(a, b);
}

/**
 * Every share of an order's payments in its fulfillments. Captures that name no fulfillment, also those under way, go to the invoiced ones,
 * else to the oldest first, once those are started; claims are backed by what their payment really has.
 */
export function sharesOf(draft: Money, order: Order): Share[] {
  const parts = paidFulfillments(draft, order);
  const payments = countedPayments(order, draft.payments).sort(byPriority);
  const rows = namedMoney(draft.transactions, payments, parts);
  const pooled = givePools(draft.transactions, rows, inInvoiceOrder(parts, order));
  return payments.flatMap((payment, index) => {
    const own = rows.slice(index * parts.length, (index + 1) * parts.length);
    return primed(payment, backed(payment, own, pooled));
  });
}

/** Those an invoice names, or named before they were split, come first. */
function inInvoiceOrder(parts: readonly Fulfillment[], { invoices }: Order): Fulfillment[] {
  const invoiced = invoices.flatMap(({ fulfillmentIds }) => fulfillmentIds);
  if (invoiced.length === 0) return [...parts];
  const rank = new Map(
    parts.map((part) => {
      const line = lineOf(part, parts);
      const at = invoiced.findIndex((id) => line.includes(id));
      return [part.id, at < 0 ? invoiced.length : at];
    }),
  );
  return parts.toSorted((a, b) => (rank.get(a.id) ?? 0) - (rank.get(b.id) ?? 0) || byAge(a, b));
}

/** By row, what captures that name no fulfillment have taken and are taking for it. */
interface Pools {
  readonly captured: Pool;
  readonly capturing: Pool;
}
type Pool = ReadonlyMap<NamedMoney, bigint>;

function givePools(
  transactions: Money['transactions'],
  rows: readonly NamedMoney[],
  parts: readonly Fulfillment[],
): Pools {
  const there = new Map<string, bigint>();
  for (const { payment, captured } of rows) {
    there.set(payment.id, (there.get(payment.id) ?? payment.captured) - captured);
  }
  const captured = givePool(rows, parts, there, (row) => row.captured);
  const has = (row: NamedMoney) => row.captured + row.capturing + (captured.get(row) ?? 0n);
  return { captured, capturing: givePool(rows, parts, underWay(transactions, parts), has) };
}

/** Per payment: gives what is left of it; what each is to get first, then as far as its total goes. */
function givePool(
  rows: readonly NamedMoney[],
  parts: readonly Fulfillment[],
  left: Map<string, bigint>,
  owns: (row: NamedMoney) => bigint,
): Map<NamedMoney, bigint> {
  const pooled = new Map<NamedMoney, bigint>();
  const missing = new Map(parts.map(({ id, totalMinor }) => [id, totalMinor]));
  for (const row of rows) missing.set(row.part.id, (missing.get(row.part.id) ?? 0n) - owns(row));
  const place = new Map(parts.map(({ id }, index) => [id, index]));
  const takers = rows
    .filter(({ part }) => isStarted(part) && part.status !== 'CANCELLED')
    .sort((a, b) => (place.get(a.part.id) ?? 0) - (place.get(b.part.id) ?? 0));
  for (const byClaim of [true, false]) {
    for (const row of takers) {
      const { payment, part, claimed } = row;
      const has = pooled.get(row) ?? 0n;
      const room = missing.get(part.id) ?? 0n;
      const wanted = byClaim ? smaller(room, claimed - owns(row) - has) : room;
      const given = smaller(left.get(payment.id) ?? 0n, wanted);
      pooled.set(row, has + given);
      left.set(payment.id, (left.get(payment.id) ?? 0n) - given);
      missing.set(part.id, room - given);
    }
  }
  return pooled;
}

/** What is claimed counts as reserved only as far as the payment has it; the older fulfillment goes first. */
function backed(payment: Payment, rows: readonly NamedMoney[], pooled: Pools): Share[] {
  const open = authorizedOpen(payment);
  let backing = (open > 0n ? open : 0n) + payment.capturing + payment.captured;
  return rows.map((row) => {
    const { part, claimed, held, authorizing } = row;
    const capturing = row.capturing + (pooled.capturing.get(row) ?? 0n);
    const started = isStarted(part);
    const own = row.captured + (pooled.captured.get(row) ?? 0n);
    const unbacked = part.claims
      .filter((claim) => claim.paymentId === payment.id && !claim.backed)
      .reduce((sum, { amountMinor }) => sum + BigInt(amountMinor), 0n);
    const evidence = smaller(claimed - unbacked, held + row.authorized + row.captured);
    const granted = unbacked + smaller(backing, evidence);
    const reserved = larger(granted, own);
    backing -= smaller(backing, reserved);
    return {
      paymentId: payment.id,
      fulfillmentId: part.id,
      claimed,
      validation: 0n,
      reserving: authorizing + (started ? 0n : capturing),
      reserved,
      capturing: started ? capturing : 0n,
      captured: started ? own : 0n,
      taken: own + capturing,
    };
  });
}

/** Primed money is named for the releases oldest first. */
function primed({ validationMinor }: Payment, shares: readonly Share[]): Share[] {
  let left = validationMinor;
  return shares.map((share) => {
    const validation = smaller(left, larger(share.claimed, share.captured));
    left -= validation;
    return { ...share, validation };
  });
}

const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b);
