import { type PaymentTransaction } from '../payment/payment-transaction.entity';
import { type Payment } from '../payment/payment.entity';
import { type Fulfillment } from './fulfillment.entity';
import { familyFinder } from './split-family.rules';

/** What transactions that name a fulfillment, or the one it was split from, make of a payment for it; minor units. */
export interface NamedMoney {
  readonly payment: Payment;
  readonly part: Fulfillment;
  /** What it is to give, and how much of that needed no transaction. */
  readonly claimed: bigint;
  readonly held: bigint;
  captured: bigint;
  capturing: bigint;
  authorized: bigint;
  authorizing: bigint;
}

type Field = 'captured' | 'capturing' | 'authorized' | 'authorizing';
const CAPTURES: readonly Field[] = ['captured', 'capturing'];
const RESERVATIONS: readonly Field[] = ['authorized', 'authorizing'];
const OPEN: readonly string[] = ['NEW', 'PENDING', 'INDETERMINATE'];

/** A transaction's amount and those it is for; `left` is not given to one of them yet. */
interface Gift {
  readonly field: Field;
  readonly takers: readonly NamedMoney[];
  left: bigint;
}

/** One row per payment and fulfillment, payments first. */
export function namedMoney(
  transactions: readonly PaymentTransaction[],
  payments: readonly Payment[],
  parts: readonly Fulfillment[],
): NamedMoney[] {
  const rows = payments.flatMap((payment) => parts.map((part) => nothing(payment, part)));
  const byKey = new Map(rows.map((row) => [keyOf(row.payment.id, row.part.id), row]));
  const currencies = new Map(payments.map(({ id, currency }) => [id, currency]));
  const familyOf = familyFinder(parts);
  const reversals = transactions.filter(
    ({ type, status }) => type === 'CAPTURE_REVERSAL' && status === 'SUCCEEDED',
  );
  const gifts = transactions.flatMap((one): Gift[] => {
    const field = fieldOf(one);
    if (field === null || one.currency !== currencies.get(one.paymentId)) return [];
    const takers = familyOf(one).flatMap(({ id }) => byKey.get(keyOf(one.paymentId, id)) ?? []);
    return takers.length === 0 ? [] : [{ field, takers, left: keptOf(one, reversals) }];
  });
  for (const fields of [CAPTURES, RESERVATIONS]) {
    for (const field of fields) {
      hand(
        rows,
        gifts.filter((gift) => gift.field === field),
        fields,
      );
    }
  }
  return rows;
}

const keyOf = (paymentId: string, partId: string): string => `${paymentId} ${partId}`;

function nothing(payment: Payment, part: Fulfillment): NamedMoney {
  const claims = part.claims.filter(({ paymentId }) => paymentId === payment.id);
  return {
    payment,
    part,
    claimed: claims.reduce((sum, { amountMinor }) => sum + BigInt(amountMinor), 0n),
    held: claims.reduce((sum, { heldMinor }) => sum + BigInt(heldMinor), 0n),
    captured: 0n,
    capturing: 0n,
    authorized: 0n,
    authorizing: 0n,
  };
}

function fieldOf({ type, status }: PaymentTransaction): Field | null {
  const isOpen = OPEN.includes(status);
  if (!isOpen && status !== 'SUCCEEDED') return null;
  if (type === 'AUTHORIZE') return isOpen ? 'authorizing' : 'authorized';
  if (type === 'CAPTURE' || type === 'SALE') return isOpen ? 'capturing' : 'captured';
  return null;
}

/** Captures and sales under way that name no fulfillment, by payment. */
export function underWay(
  transactions: readonly PaymentTransaction[],
  parts: readonly Fulfillment[],
): Map<string, bigint> {
  const known = new Set(parts.map(({ id }) => id));
  const amounts = new Map<string, bigint>();
  for (const one of transactions) {
    if (fieldOf(one) !== 'capturing' || known.has(one.fulfillmentId ?? '')) continue;
    const amount = (amounts.get(one.paymentId) ?? 0n) + (one.requestedMinor ?? 0n);
    amounts.set(one.paymentId, amount);
  }
  return amounts;
}

/** A capture counts without what was reversed of it. */
function keptOf(one: PaymentTransaction, reversals: readonly PaymentTransaction[]): bigint {
  const amount = one.processedMinor ?? one.requestedMinor ?? 0n;
  const keys = [one.gatewayTransactionId, one.naturalKey];
  const reversed = reversals
    .filter(
      ({ paymentId, parentKey }) =>
        paymentId === one.paymentId && parentKey !== null && keys.includes(parentKey),
    )
    .reduce((sum, { processedMinor }) => sum + (processedMinor ?? 0n), 0n);
  return reversed < amount ? amount - reversed : 0n;
}

/**
 * Parts of what was split share a transaction: what each is to get of the payment first, then as far as their totals go,
 * the rest stays with the one it names. So no part has more than its total while another lacks it.
 */
function hand(rows: readonly NamedMoney[], gifts: readonly Gift[], fields: readonly Field[]): void {
  for (const gift of gifts.filter(({ takers }) => takers.length === 1)) giveRest(gift);
  const shared = gifts.filter(({ takers }) => takers.length > 1);
  if (shared.length === 0) return;
  const has = (row: NamedMoney) => fields.reduce((sum, field) => sum + row[field], 0n);
  const hasInAll = ({ part }: NamedMoney) =>
    rows.filter((row) => row.part.id === part.id).reduce((sum, row) => sum + has(row), 0n);
  const rooms = [
    (row: NamedMoney) => row.claimed - row.held - has(row),
    (row: NamedMoney) => row.claimed - has(row),
    (row: NamedMoney) => row.part.totalMinor - hasInAll(row),
  ];
  for (const room of rooms) {
    for (const gift of shared) {
      for (const taker of gift.takers) give(gift, taker, smaller(gift.left, room(taker)));
    }
  }
  for (const gift of shared) giveRest(gift);
}

function giveRest(gift: Gift): void {
  const [named] = gift.takers;
  if (named !== undefined) give(gift, named, gift.left);
}

function give(gift: Gift, taker: NamedMoney, amount: bigint): void {
  taker[gift.field] += amount;
  gift.left -= amount;
}

export const atLeastZero = (amount: bigint): bigint => (amount > 0n ? amount : 0n);

/** The smaller of two amounts, and not below zero. */
export function smaller(a: bigint, b: bigint): bigint {
  return atLeastZero(a < b ? a : b);
}
