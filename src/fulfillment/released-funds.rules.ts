import { payingOrder, type Draft, type Tools } from '../checkout/draft.rules';
import { sum } from '../kernel/money';
import { type Order } from '../order/order.entity';
import { countedPayments, payableOf } from '../order/order.rules';
import { type PaymentTransaction } from '../payment/payment-transaction.entity';
import { type Payment } from '../payment/payment.entity';
import { requestTransaction } from '../payment/request-transaction.rules';
import { allocate } from './allocation.rules';
import { type Fulfillment } from './fulfillment.entity';
import { leftOf, openOf } from './room.rules';
import {
  atLeastZero,
  byPriority,
  paidFulfillments,
  sharesOf,
  smaller,
  type Share,
} from './shares.rules';

const NEEDS_NOTHING: readonly string[] = ['CANCELLED', 'RETURNED'];
const SENT: readonly string[] = ['FULFILLED', 'DELIVERED', 'RETURNED', 'CANCELLED'];

/** What a payment has reserved beyond what live fulfillments need: what they claim, then what else they lack. */
function unneeded(draft: Draft, order: Order): Map<string, bigint> {
  const parts = paidFulfillments(draft, order).filter(
    ({ status }) => !NEEDS_NOTHING.includes(status),
  );
  const ids = new Set(parts.map(({ id }) => id));
  const shares = sharesOf(draft, order).filter(({ fulfillmentId }) => ids.has(fulfillmentId));
  const payments = countedPayments(order, draft.payments).sort(byPriority);
  const free = payments.map((payment) => {
    const claimed = shares.filter(({ paymentId }) => paymentId === payment.id).map(leftOf);
    return {
      paymentId: payment.id,
      available: atLeastZero(openOf(payment) - sum(claimed)),
      whole: false,
    };
  });
  const totals = sum(parts.map(({ totalMinor }) => totalMinor));
  const provided = sum(shares.map((share) => share.taken + leftOf(share)));
  const { lines } = allocate(atLeastZero(totals - provided), free);
  return new Map(
    free.map(({ paymentId, available }) => {
      const used = lines.filter((line) => line.paymentId === paymentId);
      return [paymentId, available - sum(used.map(({ amount }) => amount))];
    }),
  );
}

/** An outcome nobody knows is looked up before anything is released (S1.2). */
function release(draft: Draft, payment: Payment, amountMinor: bigint, tools: Tools): void {
  if (amountMinor <= 0n || payment.moneyState === 'UNKNOWN') return;
  requestTransaction(draft, payment, { type: 'VOID', amountMinor }, tools);
}

/**
 * Releases what was reserved for a cancelled fulfillment alone (S1.9): only funds allocated to it, and only as far as no
 * live one needs them. `shares` are its shares as they were.
 */
export function releaseAllocated(
  draft: Draft,
  order: Order,
  shares: readonly Share[],
  tools: Tools,
): void {
  const free = unneeded(draft, order);
  for (const { paymentId, claimed, reserved, taken } of shares) {
    const payment = draft.payments.find(({ id }) => id === paymentId);
    const allocated = smaller(claimed, reserved) - taken;
    if (payment !== undefined) {
      release(draft, payment, smaller(allocated, free.get(paymentId) ?? 0n), tools);
    }
  }
}

/**
 * Releases unused authorizations with the last shipment (states.md 2.4). While a part of the order is not planned yet,
 * there is no last one: what is payable for it stays reserved.
 */
export function releaseUnused(draft: Draft, { orderId }: Fulfillment, tools: Tools): void {
  const own = draft.orders.find(({ id }) => id === orderId);
  if (own === undefined) return;
  const order = payingOrder(draft, own);
  const parts = paidFulfillments(draft, order);
  const planned = parts
    .filter(({ status }) => status !== 'CANCELLED')
    .map(({ totalMinor }) => totalMinor);
  const isLast = parts.every(({ status }) => SENT.includes(status));
  if (!isLast || sum(planned) < payableOf(order)) return;
  const free = unneeded(draft, order);
  for (const payment of countedPayments(order, draft.payments)) {
    release(draft, payment, free.get(payment.id) ?? 0n, tools);
  }
}

const GIVEN_UP: readonly string[] = ['CANCELLING', 'CANCELLED'];

/**
 * Releases, once, what was reserved by name for a fulfillment that was cancelled before the provider answered. What
 * comes late for a cancelled order is decided by people (E06).
 */
export function releaseLate(draft: Draft, tools: Tools): void {
  for (const part of draft.fulfillments.filter(({ status }) => status === 'CANCELLED')) {
    const own = draft.orders.find(({ id }) => id === part.orderId);
    if (own === undefined || GIVEN_UP.includes(payingOrder(draft, own).status)) continue;
    for (const one of draft.transactions) {
      if (one.fulfillmentId !== part.id || one.type !== 'AUTHORIZE') continue;
      if (one.status !== 'SUCCEEDED' || !cameAfter(draft, one, part.statusAt)) continue;
      const providerRequestKey = `late:${one.id}`;
      if (draft.facts.some((fact) => fact.providerRequestKey === providerRequestKey)) continue;
      const payment = draft.payments.find(({ id }) => id === one.paymentId);
      if (payment === undefined || payment.moneyState === 'UNKNOWN') continue;
      const free = unneeded(draft, payingOrder(draft, own)).get(payment.id) ?? 0n;
      const amountMinor = smaller(one.processedMinor ?? 0n, free);
      if (amountMinor <= 0n) continue;
      const request = { type: 'VOID', amountMinor, providerRequestKey } as const;
      requestTransaction(draft, payment, request, tools);
    }
  }
}

/** Its success was told later than that. */
function cameAfter({ facts }: Draft, one: PaymentTransaction, at: Date): boolean {
  return facts.some(
    ({ paymentId, transactionType, result, recordedAt, ...fact }) =>
      paymentId === one.paymentId &&
      transactionType === 'AUTHORIZE' &&
      result === 'SUCCEEDED' &&
      recordedAt > at &&
      (fact.providerRequestKey ?? fact.gatewayTransactionId) ===
        (fact.providerRequestKey === null ? one.gatewayTransactionId : one.providerRequestKey),
  );
}
