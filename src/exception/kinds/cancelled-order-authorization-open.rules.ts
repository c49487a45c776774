import { type Draft } from '../../checkout/draft.rules';
import { paidFulfillments } from '../../fulfillment/shares.rules';
import { sum } from '../../kernel/money';
import { type Order } from '../../order/order.entity';
import { payableOf } from '../../order/order.rules';
import { type Payment } from '../../payment/payment.entity';
import { authorizedOpen } from '../../payment/sums.rules';
import { type ExceptionKindRules } from '../exception-kind.rules';
import { isCancelled, orderOfPayment } from '../money-about.rules';

/** E26: nothing is left to send, because the order is cancelled or all of it is delivered, and money is still reserved. */
export const cancelledOrderAuthorizationOpen: ExceptionKindRules = {
  kind: 'CANCELLED_ORDER_AUTHORIZATION_OPEN',
  description: 'Nothing is left to send and money is still reserved.',
  source: 'design; Automattic/woocommerce-payments#7743',
  subjectType: 'PAYMENT',
  group: 'CAPTURE_PROBLEMS',
  impact: ['CUSTOMER'],
  owners: ['PAYMENT'],
  contributing: ['COMMERCE'],
  decisions: ['VOID', 'LET_EXPIRE', 'ESCALATE'],
  forbidden: ['REFUND'],
  yieldsTo: [],
  autoResolves: 'The authorization is released or runs out.',
  asksProvider: false,
  maxGraceMs: ({ limits }) => limits.settlingGraceMs,

  find(draft, { limits }) {
    return draft.payments
      .filter((payment) => authorizedOpen(payment) > 0n && isUseless(draft, payment))
      .map((payment) => ({
        subjectId: payment.id,
        orderId: payment.orderId,
        paymentId: payment.id,
        // All that was ever authorized: as much again after a void is a new cause.
        cause: [payment.id, payment.orderId, payment.authorized, payment.currency],
        graceMs: limits.settlingGraceMs,
        amountMinor: authorizedOpen(payment),
        currency: payment.currency,
        moneyAt: payment.authorizedAt ?? payment.createdAt,
      }));
  },

  resolvesItself: () => true,
};

function isUseless(draft: Draft, payment: Payment): boolean {
  const order = orderOfPayment(draft, payment);
  return order !== null && (isCancelled(order) || isAllOver(draft, order));
}

const OVER: readonly string[] = ['DELIVERED', 'RETURNED', 'CANCELLED'];

/** What was not planned yet may still need the money. */
function isAllOver(draft: Draft, order: Order): boolean {
  const parts = paidFulfillments(draft, order);
  if (parts.length === 0 || !parts.every(({ status }) => OVER.includes(status))) return false;
  const sent = parts.filter(({ status }) => status !== 'CANCELLED');
  return sum(sent.map(({ totalMinor }) => totalMinor)) >= payableOf(order);
}
