import { isUnderWay, openOf, outcomeOf, sumsOf } from './money';
import {
  familyOf,
  least,
  most,
  payerOf,
  paymentsOf,
  sum,
  type Claim,
  type Fulfillment,
  type Order,
  type Payment,
  type Transaction,
} from './world';

export const isLive = ({ status }: Fulfillment): boolean => status !== 'CANCELLED';

const takes = ({ type }: Transaction): boolean => type === 'CAPTURE' || type === 'SALE';

export const capturesOf = (one: Fulfillment): Transaction[] =>
  one.order.cart.payments
    .flatMap(({ transactions }) => transactions)
    .filter((row) => row.fulfillment === one && takes(row));

const reservesOf = (one: Fulfillment): Transaction[] =>
  one.order.cart.payments
    .flatMap(({ transactions }) => transactions)
    .filter(({ fulfillment, type }) => fulfillment === one && type === 'AUTHORIZE');

const kept = (row: Transaction): bigint => {
  const { status, processed } = outcomeOf(row);
  if (status !== 'SUCCEEDED') return 0n;
  const back = row.payment.transactions
    .filter(({ type, parent }) => type === 'CAPTURE_REVERSAL' && parent === row)
    .map(outcomeOf)
    .filter((it) => it.status === 'SUCCEEDED');
  return (processed ?? 0n) - sum(back.map((it) => least(it.processed ?? 0n, processed ?? 0n)));
};

/** Captured for it by name. */
export const namedFor = (one: Fulfillment, payment?: Payment): bigint =>
  sum(
    capturesOf(one)
      .filter((row) => payment === undefined || row.payment === payment)
      .map(kept),
  );

/** finalized = what is captured for it (states.md 2.4). */
export const finalizedOf = (one: Fulfillment): bigint => namedFor(one) + one.pooled;

/** Captured for no part by name. */
export const unnamedOf = (order: Order): bigint =>
  sum(
    paymentsOf(payerOf(order))
      .flatMap(({ transactions }) => transactions)
      .filter((row) => row.fulfillment === null && takes(row))
      .map(kept),
  );

/** Being captured for it by name. */
export const namedUnderWayFor = (one: Fulfillment): bigint =>
  sum(
    capturesOf(one)
      .filter(isUnderWay)
      .map((row) => outcomeOf(row).requested ?? 0n),
  );

/** Being captured for no part by name. */
export const unnamedUnderWayOf = (order: Order): bigint =>
  sum(
    paymentsOf(payerOf(order))
      .flatMap(({ transactions }) => transactions)
      .filter((row) => row.fulfillment === null && takes(row) && isUnderWay(row))
      .map((row) => outcomeOf(row).requested ?? 0n),
  );

export const finalizingOf = (one: Fulfillment): bigint => namedUnderWayFor(one) + one.pooling;
export const reservingOf = (one: Fulfillment): bigint =>
  sum(
    reservesOf(one)
      .filter(isUnderWay)
      .map((row) => outcomeOf(row).requested ?? 0n),
  );

/** Reserved by holding or authorizing, and a capture raises it. */
export function reservedOf(one: Fulfillment): bigint {
  const byPayment = one.order.cart.payments.map((payment) => {
    const held = sum(one.claims.filter((it) => it.payment === payment).map((it) => it.held));
    const authorized = reservesOf(one)
      .filter((row) => row.payment === payment)
      .map(outcomeOf)
      .filter(({ status }) => status === 'SUCCEEDED')
      .map(({ processed }) => processed ?? 0n);
    return most(held + sum(authorized), namedFor(one, payment));
  });
  return most(sum(byPayment), finalizedOf(one));
}

export function captureResultOf(one: Fulfillment): string {
  const statuses = capturesOf(one).map((row) => outcomeOf(row).status);
  const finalized = finalizedOf(one);
  if (statuses.includes('INDETERMINATE')) return 'INDETERMINATE';
  if (finalized >= one.total) return 'SUCCEEDED';
  if (finalized > 0n) return 'PARTIAL';
  return statuses.includes('FAILED') ? 'FAILED' : 'NONE';
}

/** Authorized, and held by no other live fulfillment. */
export function freeOf(payment: Payment, besides: Fulfillment): bigint {
  const held = familyOf(besides.order)
    .filter((one) => one !== besides && isLive(one))
    .flatMap((one) =>
      one.claims
        .filter((it) => it.payment === payment)
        .map((it) => most(it.amount - namedFor(one, payment), 0n)),
    );
  return most(openOf(sumsOf(payment)) - sum(held), 0n);
}

/** Payments of an order as they are used: by priority, ties in the order they came (money.md 5). */
export const byPriority = (order: Order): Payment[] =>
  [...paymentsOf(payerOf(order))].sort(
    (a, b) => b.priority - a.priority || a.createdAt - b.createdAt,
  );

/** How a total spreads over what is authorized and free; null where that does not reach it. */
export function spread(one: Fulfillment, amount: bigint): Claim[] | null {
  let left = amount;
  const claims: Claim[] = [];
  for (const payment of byPriority(one.order)) {
    const part = least(left, freeOf(payment, one));
    if (part <= 0n) continue;
    claims.push({ payment, amount: part, held: part });
    left -= part;
  }
  return left === 0n ? claims : null;
}

/** It failed, is not known, or gave less than was asked. */
function isShort(row: Transaction): boolean {
  const { status, processed, requested } = outcomeOf(row);
  return status !== 'SUCCEEDED' || (processed ?? 0n) < (requested ?? 0n);
}

/** The rows of 2.4 that nobody has to ask for; answers the status it comes to. */
export function restOf(one: Fulfillment): string {
  const captures = capturesOf(one).map((row) => outcomeOf(row).status);
  const isWhole = finalizedOf(one) >= one.total;
  switch (one.status) {
    case 'NEW':
    case 'RESERVATION_FAILED': {
      if (one.claims.length === 0) return one.status;
      if (reservedOf(one) === one.total) return 'RELEASED';
      const reserves = reservesOf(one);
      const failed = reserves.some((row) => outcomeOf(row).status === 'FAILED');
      return failed && !reserves.some(isUnderWay) ? 'RESERVATION_FAILED' : one.status;
    }
    case 'CAPTURING_PAYMENT':
    case 'CAPTURE_AWAITING_RESULT':
      if (captures.includes('PENDING')) return 'CAPTURE_AWAITING_RESULT';
      if (captures.includes('NEW')) return one.status;
      if (isWhole) return 'PAYMENT_CAPTURED';
      if (capturesOf(one).some(isShort)) return 'PAYMENT_CAPTURE_FAILED';
      return reservedOf(one) >= one.total ? 'RELEASED' : 'NEW';
    case 'PAYMENT_CAPTURE_FAILED':
      return isWhole && !capturesOf(one).some(isUnderWay) ? 'PAYMENT_CAPTURED' : one.status;
    default:
      return one.status;
  }
}

/** Open, and promised to no live part. What becomes of a part whose promise is taken away, no row says. */
export function unclaimedOf(payment: Payment): bigint {
  const { order } = payment;
  const parts = order === null ? [] : familyOf(order).filter(isLive);
  const promised = parts.flatMap((one) =>
    one.claims
      .filter((claim) => claim.payment === payment)
      .map((claim) => most(claim.amount - namedFor(one, payment), 0n)),
  );
  return openOf(sumsOf(payment)) - sum(promised);
}
