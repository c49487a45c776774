import { capturesOf, isLive, restOf } from './fulfillment';
import {
  coverOf,
  isDeferred,
  isUnderWay,
  netOf,
  openOf,
  outcomeOf,
  refundableOf,
  statusOf,
  sumsOf,
} from './money';
import {
  ABANDONED_MS,
  fulfillmentsOf,
  most,
  payerOf,
  paymentsOf,
  RETRY_WINDOW_MS,
  sellersOf,
  sum,
  type Cart,
  type Fulfillment,
  type Order,
  type Payment,
  type TransactionType,
} from './world';

/** Requests of ours that a rule makes: what the product journaled is compared with it and taken over. */
export interface Wanted {
  readonly why: string;
  readonly types: readonly TransactionType[];
  readonly payment?: Payment;
  readonly fulfillment?: Fulfillment | null;
  /** The sum of them; `atMost` where the tables leave the amount open. */
  readonly sum: bigint;
  readonly atMost?: boolean;
}
export interface Settling {
  readonly now: number;
  take(wanted: Wanted): void;
  /** The cart is frozen, and its denied order stays. */
  waits(order: Order): boolean;
}

export const payableOf = ({ total, cancelled }: Order): bigint => total - cancelled;
export const invoicedOf = ({ invoices }: Order): bigint => sum(invoices.map((one) => one.amount));
export const coverSum = (order: Order): bigint => sum(paymentsOf(payerOf(order)).map(coverOf));
/** Less the granted refunds (money.md 8). */
const neededOf = (order: Order): bigint => most(payableOf(order) - sum(order.grants), 0n);
export const isCovered = (order: Order): boolean => coverSum(order) >= neededOf(payerOf(order));
const capturedOf = (order: Order): bigint =>
  sum(paymentsOf(order).map((payment) => sumsOf(payment).captured));
export const deferredOf = (order: Order): bigint =>
  sum(
    paymentsOf(order)
      .filter(isDeferred)
      .map((payment) => payment.expected - sumsOf(payment).captured),
  );

const TOLD = ['PAYMENT_AUTHORIZED', 'CANCELLATION_WINDOW', 'READY_FOR_HANDLING', 'HANDLING'];
const PAID = [...TOLD, 'VERIFYING_INVOICE', 'INVOICED'];
const OPEN_PAYMENT = ['CREATED', 'PENDING', 'IN_PROCESS'];

const isDenied = (order: Order): boolean => {
  const payments = paymentsOf(order);
  const hoped = payments
    .filter((payment) => !isDeferred(payment) && OPEN_PAYMENT.includes(statusOf(payment)))
    .map(({ expected }) => expected);
  // An outcome nobody knows denies nothing.
  if (payments.some((payment) => statusOf(payment) === 'INDETERMINATE')) return false;
  return coverSum(order) + sum(hoped) < neededOf(order);
};

/** One automatic row of 2.1; the status it leads to, or null. */
function next(order: Order, { now, waits }: Settling): string | null {
  const isMarketplace = order.side === 'MARKETPLACE';
  const { marketplace } = order;
  switch (order.status) {
    case 'CREATED':
      return isMarketplace ? 'PAYMENT_PENDING' : null;
    case 'PAYMENT_PENDING':
      if (marketplace !== null)
        return PAID.includes(marketplace.status) ? 'PAYMENT_AUTHORIZED' : null;
      if (isCovered(order)) return 'PAYMENT_AUTHORIZED';
      return isDenied(order) ? 'PAYMENT_DENIED' : null;
    case 'PAYMENT_DENIED':
      if (!isDenied(order)) return 'PAYMENT_PENDING';
      if (waits(order) || isContested(order)) return null;
      return now >= order.since + RETRY_WINDOW_MS ? 'CANCELLING' : null;
    case 'PAYMENT_AUTHORIZED':
    case 'CANCELLATION_WINDOW':
    case 'READY_FOR_HANDLING':
      return isMarketplace && order.invoices.length === 0 && !isCovered(order)
        ? 'PAYMENT_PENDING'
        : null;
    case 'VERIFYING_INVOICE':
      return afterInvoice(order);
    case 'INVOICED':
      return hasArrived(order) ? 'COMPLETED' : null;
    case 'CANCELLING':
      return isMoneyDone(order) ? 'CANCELLED' : null;
    case 'CREATION_PENDING':
      return now >= order.since + ABANDONED_MS && !hasMoney(order) ? 'CANCELLED' : null;
    default:
      return null;
  }
}

/** What is to be given back is not certain, or goods left the house. */
function isContested(order: Order): boolean {
  const payments = paymentsOf(order);
  const odd = ['INDETERMINATE', 'DISPUTED', 'CHARGED_BACK'];
  const sent = ['FULFILLED', 'DELIVERED', 'RETURNED'];
  return (
    payments.some((payment) => odd.includes(statusOf(payment))) ||
    payments.some(({ transactions }) =>
      transactions.some((one) => ['CAPTURE', 'SALE', 'VOID'].includes(one.type) && isUnderWay(one)),
    ) ||
    [order, ...sellersOf(order)].flatMap(fulfillmentsOf).some(({ status }) => sent.includes(status))
  );
}

/** What was invoiced while nothing could be requested is requested later, unless an attempt failed. */
function captureInvoiced(order: Order, settling: Settling): void {
  if (order.side !== 'MARKETPLACE' || order.status !== 'VERIFYING_INVOICE') return;
  const payments = paymentsOf(order);
  const attempts = payments
    .flatMap(({ transactions }) => transactions)
    .filter(({ type }) => type === 'CAPTURE' || type === 'SALE');
  if (attempts.some((one) => ['FAILED', 'CANCELLED'].includes(outcomeOf(one).status))) return;
  const taken = sum(payments.map(sumsOf).map(({ captured, capturing }) => captured + capturing));
  const missing = most(invoicedOf(order) - taken - deferredOf(order), 0n);
  if (missing === 0n) return;
  settling.take({
    why: 'invoiced before',
    types: ['CAPTURE'],
    fulfillment: null,
    sum: missing,
    atMost: true,
  });
}

function afterInvoice(order: Order): string | null {
  const invoiced = invoicedOf(order);
  const isPaid = order.side === 'SELLER' || capturedOf(order) + deferredOf(order) >= invoiced;
  if (!isPaid) return null;
  if (invoiced === payableOf(order)) return 'INVOICED';
  return invoiced > 0n && invoiced < payableOf(order) ? 'PAYMENT_AUTHORIZED' : null;
}

function hasArrived(order: Order): boolean {
  const all = [order, ...sellersOf(order)].flatMap(fulfillmentsOf);
  const isOver = ({ status }: Fulfillment) =>
    ['DELIVERED', 'RETURNED', 'CANCELLED'].includes(status);
  return all.length > 0 && all.every(isOver) && all.some(isLive);
}

function isMoneyDone(order: Order): boolean {
  return paymentsOf(order).every((payment) => {
    const sums = sumsOf(payment);
    const waits = payment.transactions.some((one) =>
      ['NEW', 'PENDING', 'INDETERMINATE'].includes(outcomeOf(one).status),
    );
    return (
      openOf(sums) === 0n &&
      netOf(sums) === 0n &&
      !waits &&
      !OPEN_PAYMENT.includes(statusOf(payment))
    );
  });
}

const hasMoney = (order: Order): boolean =>
  paymentsOf(order).some((payment) => {
    const sums = sumsOf(payment);
    return openOf(sums) > 0n || sums.captured > 0n || payment.transactions.length > 0;
  });

/** What entering CANCELLING does: authorizations are released, what was not sent is cancelled. */
export function enterCancelling(order: Order, isRefunded: boolean, settling: Settling): void {
  for (const payment of paymentsOf(order)) {
    const sums = sumsOf(payment);
    const open = openOf(sums);
    if (open > 0n) settling.take({ why: 'cancelling', types: ['VOID'], payment, sum: open });
    const back = refundableOf(sums);
    if (isRefunded && back > 0n) {
      settling.take({ why: 'cancelling', types: ['REFUND'], payment, sum: back });
    }
    cancelUnsent(payment, settling.now);
  }
  const sent = ['FULFILLED', 'DELIVERED', 'RETURNED', 'CANCELLED'];
  for (const one of fulfillmentsOf(order)) if (!sent.includes(one.status)) one.status = 'CANCELLED';
}

function cancelUnsent(payment: Payment, now: number): void {
  if (payment.transactions.length === 0 && payment.words.length === 0) {
    payment.words.push({ at: now, word: 'CANCELLED' });
  }
}

/** All automatic rows, until none moves. */
export function settle(cart: Cart, settling: Settling): void {
  for (let moved = true; moved;) {
    moved = false;
    for (const one of cart.fulfillments) {
      const status = restOf(one);
      moved ||= status !== one.status;
      one.status = status;
    }
    for (const order of cart.orders) {
      captureInvoiced(order, settling);
      const status = next(order, settling);
      if (status === null) continue;
      moveTo(order, status, settling.now);
      if (status === 'CANCELLING') enterCancelling(order, true, settling);
      // An abandoned cart: nothing was sent for its payments.
      if (status === 'CANCELLED')
        for (const payment of paymentsOf(order)) cancelUnsent(payment, settling.now);
      moved = true;
    }
  }
}

export function moveTo(order: Order, status: string, now: number): void {
  order.status = status;
  order.since = now;
}

export const hasOpenCapture = (one: Fulfillment): boolean =>
  capturesOf(one).some((row) =>
    ['NEW', 'PENDING', 'INDETERMINATE'].includes(outcomeOf(row).status),
  );
