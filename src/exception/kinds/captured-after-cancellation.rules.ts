import { mainOrder, type Draft } from '../../checkout/draft.rules';
import { type Limits } from '../../kernel/limits';
import { type Order } from '../../order/order.entity';
import { isCreated } from '../../order/order.rules';
import { type Payment } from '../../payment/payment.entity';
import { net } from '../../payment/sums.rules';
import { type ExceptionKindRules } from '../exception-kind.rules';
import { after, isCancelled, isCapture, orderOfPayment } from '../money-about.rules';

/**
 * E06: net > 0 and the order is being cancelled, where the capture came after the cancellation or no refund is under
 * way for a day; or a capture came after the refund of an order that never was had begun.
 */
export const capturedAfterCancellation: ExceptionKindRules = {
  kind: 'CAPTURED_AFTER_CANCELLATION',
  description: 'Money was taken, or is still held, for a cancelled order.',
  source: 'design; Automattic/woocommerce-payments#5605',
  subjectType: 'PAYMENT',
  group: 'UNMATCHED_CAPTURES',
  impact: ['CUSTOMER'],
  owners: ['PAYMENT', 'FINANCE'],
  contributing: ['COMMERCE'],
  decisions: ['REFUND', 'ESCALATE'],
  forbidden: [],
  yieldsTo: [],
  autoResolves: 'Never by itself: refunded in full, it is closed by finance.',
  asksProvider: false,
  maxGraceMs: ({ limits }) => limits.refundAfterCancelMs,

  find(draft, { limits }, now) {
    return draft.payments
      .filter((payment) => net(payment) > 0n && holdsMoney(draft, payment, { limits, now }))
      .map((payment) => ({
        subjectId: payment.id,
        orderId: payment.orderId,
        paymentId: payment.id,
        // What was taken, not what is left: giving a part back is no new cause.
        cause: [payment.id, payment.orderId, payment.captured, payment.currency],
        graceMs: 0,
        amountMinor: net(payment),
        currency: payment.currency,
        moneyAt: payment.capturedAt ?? payment.createdAt,
      }));
  },

  dueTimes(draft, { limits }) {
    return draft.payments.flatMap((payment) => {
      const order = orderOfPayment(draft, payment);
      if (order?.status !== 'CANCELLING' || net(payment) <= 0n) return [];
      return [refundIsDueAt(draft, { payment, order }, limits)];
    });
  },

  resolvesItself: () => false,
};

function holdsMoney(
  draft: Draft,
  payment: Payment,
  { limits, now }: { limits: Limits; now: Date },
): boolean {
  const order = orderOfPayment(draft, payment);
  if (order === null || !isCancelled(order)) return capturedAfterRefund(draft, payment);
  // It is CANCELLED only once no money is held: whatever is held now came later.
  if (order.status === 'CANCELLED') return true;
  if (capturedAfter(draft, payment, order.statusAt)) return true;
  return payment.refunding === 0n && refundIsDueAt(draft, { payment, order }, limits) <= now;
}

/** A day after the cancellation, or after the last refund that came to nothing. */
function refundIsDueAt(
  draft: Draft,
  { payment, order }: { payment: Payment; order: Order },
  { refundAfterCancelMs }: Limits,
): Date {
  const begun = draft.transactions
    .filter(({ paymentId, type }) => paymentId === payment.id && type === 'REFUND')
    .map(({ recordedAt }) => recordedAt)
    .reduce((newest, at) => (at > newest ? at : newest), order.statusAt);
  return after(begun, refundAfterCancelMs);
}

function capturedAfter(draft: Draft, { id }: Payment, begun: Date): boolean {
  return draft.transactions.some(
    (one) =>
      one.paymentId === id &&
      isCapture(one) &&
      one.status === 'SUCCEEDED' &&
      // What the totals imply is as old as our first knowledge of it, however often they are told again.
      (one.implied ? one.createdAt : one.occurredAt) > begun,
  );
}

/** No order came, its money is on the way back, and more was taken. A total that is told again is no new capture. */
function capturedAfterRefund(draft: Draft, payment: Payment): boolean {
  if (isCreated(mainOrder(draft))) return false;
  const refunds = draft.transactions
    .filter(({ paymentId, type }) => paymentId === payment.id && type === 'REFUND')
    .filter(({ status }) => status !== 'FAILED' && status !== 'CANCELLED')
    .sort((a, b) => a.occurredAt.getTime() - b.occurredAt.getTime());
  const [first] = refunds;
  if (first === undefined) return false;
  return draft.transactions.some(
    (one) =>
      one.paymentId === payment.id &&
      isCapture(one) &&
      !one.implied &&
      one.status === 'SUCCEEDED' &&
      one.occurredAt > first.occurredAt,
  );
}
