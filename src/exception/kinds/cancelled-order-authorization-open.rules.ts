import { type Draft } from '../../checkout/draft.rules';
import { paidFulfillments } from '../../fulfillment/shares.rules';
import { sum } from '../../kernel/money';
import { type Order } from '../../order/order.entity';
import { payableOf } from '../../order/order.rules';
import { type Payment } from '../../payment/payment.entity';
import { authorizedOpen } from '../../payment/sums.rules';
import { type ExceptionKindRules } from '../exception-kind.rules';
import { amountOf, believedUntil, isCancelled, orderOfPayment } from '../money-about.rules';

/**
 * E26: nothing is left to send, because the order is cancelled or all of it is delivered, and money is still reserved;
 * a release under way is believed as long as a capture.
 */
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

  find(draft, { limits }, now) {
    return draft.payments.flatMap((payment) => {
      const late = voidsUnderWay(draft, payment).filter((one) => believedUntil(one, limits) <= now);
      const amountMinor = authorizedOpen(payment) + sum(late.map(amountOf));
      if (amountMinor <= 0n || !isUseless(draft, payment)) return [];
      return [
        {
          subjectId: payment.id,
          orderId: payment.orderId,
          paymentId: payment.id,
          // All that was ever authorized: as much again after a void is a new cause.
          cause: [payment.id, payment.orderId, payment.authorized, payment.currency],
          graceMs: limits.settlingGraceMs,
          amountMinor,
          currency: payment.currency,
          moneyAt: payment.authorizedAt ?? payment.createdAt,
        },
      ];
    });
  },

  dueTimes: (draft, { limits }) =>
    draft.payments.flatMap((payment) =>
      voidsUnderWay(draft, payment).map((one) => believedUntil(one, limits)),
    ),

  resolvesItself: () => true,
};

const voidsUnderWay = (draft: Draft, { id }: Payment) =>
  draft.transactions.filter(
    ({ paymentId, type, status }) => paymentId === id && type === 'VOID' && status === 'PENDING',
  );

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
