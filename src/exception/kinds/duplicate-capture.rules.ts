import { mainOrder, type Draft } from '../../checkout/draft.rules';
import { type Fulfillment } from '../../fulfillment/fulfillment.entity';
import { type Limits } from '../../kernel/limits';
import { sum } from '../../kernel/money';
import { countedPayments, isCreated, payableOf } from '../../order/order.rules';
import { type Payment } from '../../payment/payment.entity';
import { net } from '../../payment/sums.rules';
import { type ExceptionKindRules } from '../exception-kind.rules';
import { amountOf, isCapture, marketplaceOrders } from '../money-about.rules';

/**
 * E14: more captured than authorized; two captures for one fulfillment over its total; more held than the order is to
 * pay; or, while there is no order, the same amount taken twice by the same method within minutes.
 */
export const duplicateCapture: ExceptionKindRules = {
  kind: 'DUPLICATE_CAPTURE',
  description: 'More was captured than there is to pay.',
  source: 'design; spree/spree#8540',
  subjectType: 'PAYMENT',
  group: 'UNMATCHED_CAPTURES',
  impact: ['CUSTOMER', 'FINANCE'],
  owners: ['PAYMENT', 'FINANCE'],
  contributing: ['COMMERCE'],
  decisions: ['REFUND', 'HOLD_SETTLEMENT', 'ESCALATE'],
  forbidden: [],
  yieldsTo: [],
  autoResolves: 'Never by itself: the extra refunded, it is closed by finance.',
  asksProvider: false,
  maxGraceMs: () => 0,

  find(draft, { limits }) {
    const extra = new Map<Payment, bigint>();
    const note = (payment: Payment | undefined, amount: bigint) => {
      if (payment === undefined || amount <= 0n) return;
      if (amount > (extra.get(payment) ?? 0n)) extra.set(payment, amount);
    };
    for (const payment of draft.payments) {
      note(payment, net(payment) - payment.authorized);
      note(payment, overFulfillments(draft, payment));
    }
    for (const order of marketplaceOrders(draft)) {
      const payments = countedPayments(order, draft.payments);
      // What was captured for cancelled goods is told by its own kind.
      const held = sum(payments.map(net)) - takenForCancelled(draft, payments);
      note(newest(payments), held - payableOf(order));
    }
    if (!isCreated(mainOrder(draft))) {
      for (const payment of draft.payments) note(payment, twice(draft, payment, limits));
    }
    return [...extra].map(([payment, amountMinor]) => ({
      subjectId: payment.id,
      orderId: payment.orderId,
      paymentId: payment.id,
      // What was taken, not what is left: giving a part of it back is no new cause.
      cause: [payment.id, payment.captured, payment.currency],
      graceMs: 0,
      amountMinor,
      currency: payment.currency,
      moneyAt: payment.capturedAt ?? payment.createdAt,
    }));
  },

  resolvesItself: () => false,
};

const newest = (payments: readonly Payment[]): Payment | undefined =>
  payments
    .filter((payment) => net(payment) > 0n)
    .sort((a, b) => byCapture(a, b))
    .at(-1);

function byCapture(a: Payment, b: Payment): number {
  const at = ({ capturedAt }: Payment) => capturedAt?.getTime() ?? 0;
  return at(a) - at(b) || (a.id < b.id ? -1 : 1);
}

/** Captures that name one fulfillment, at least two, beyond its total; a part that was split from it counts with it. */
function overFulfillments(draft: Draft, payment: Payment): bigint {
  const over = draft.fulfillments.map((one) => {
    const captures = draft.transactions.filter(
      (capture) =>
        capture.paymentId === payment.id &&
        capture.fulfillmentId === one.id &&
        capture.status === 'SUCCEEDED' &&
        isCapture(capture),
    );
    if (captures.length < 2) return 0n;
    return sum(captures.map(amountOf)) - wholeTotal(draft, one) - payment.refunded;
  });
  return over.reduce((most, amount) => (amount > most ? amount : most), 0n);
}

function wholeTotal(draft: Draft, { id, totalMinor }: Fulfillment): bigint {
  const parts = draft.fulfillments.filter(({ splitFromId }) => splitFromId === id);
  return totalMinor + sum(parts.map((part) => wholeTotal(draft, part)));
}

function takenForCancelled(draft: Draft, payments: readonly Payment[]): bigint {
  const ids = payments.map(({ id }) => id);
  const cancelled = draft.fulfillments
    .filter(({ status }) => status === 'CANCELLED')
    .map(({ id }) => id);
  const captures = draft.transactions.filter(
    (one) =>
      isCapture(one) &&
      one.status === 'SUCCEEDED' &&
      ids.includes(one.paymentId) &&
      one.fulfillmentId !== null &&
      cancelled.includes(one.fulfillmentId),
  );
  const returned = sum(payments.map(({ captured }) => captured)) - sum(payments.map(net));
  const left = sum(captures.map(amountOf)) - returned;
  return left > 0n ? left : 0n;
}

/** The later one of two that look the same. */
function twice(draft: Draft, payment: Payment, { doubleCaptureMs }: Limits): bigint {
  const isTwin = (one: Payment) =>
    one.id !== payment.id &&
    one.captured === payment.captured &&
    one.currency === payment.currency &&
    one.method === payment.method &&
    net(one) > 0n &&
    byCapture(one, payment) < 0 &&
    one.capturedAt !== null &&
    payment.capturedAt !== null &&
    payment.capturedAt.getTime() - one.capturedAt.getTime() <= doubleCaptureMs;
  return net(payment) > 0n && draft.payments.some(isTwin) ? net(payment) : 0n;
}
