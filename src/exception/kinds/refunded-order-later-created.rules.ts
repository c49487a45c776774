import { sum } from '../../kernel/money';
import { type Order } from '../../order/order.entity';
import { countedPayments, coverOf, payableOf } from '../../order/order.rules';
import { type ExceptionKindRules } from '../exception-kind.rules';
import { marketplaceOrders } from '../money-about.rules';

/** E05: a marketplace order, not cancelled, whose own payment was refunded before it got its code, and is not covered. */
export const refundedOrderLaterCreated: ExceptionKindRules = {
  kind: 'REFUNDED_ORDER_LATER_CREATED',
  description: 'The payment was refunded before the order appeared, and nothing else pays for it.',
  source: 'S2.8',
  subjectType: 'PAYMENT',
  group: 'FAILED_REFUNDS',
  impact: ['CUSTOMER', 'FINANCE'],
  owners: ['FINANCE', 'SUPPORT'],
  contributing: ['COMMERCE', 'PAYMENT'],
  decisions: ['CANCEL_ORDER', 'NEW_PAYMENT', 'ACCEPT_LOSS', 'ESCALATE'],
  forbidden: ['REFUND'],
  yieldsTo: [],
  autoResolves: 'Never: finance closes it with the one closure note.',
  asksProvider: false,
  neverResolves: true,
  maxGraceMs: () => 0,

  find(draft) {
    return marketplaceOrders(draft)
      .filter((order) => order.status !== 'CANCELLED')
      .flatMap((order) => {
        const payments = countedPayments(order, draft.payments);
        if (sum(payments.map(coverOf)) >= payableOf(order)) return [];
        return payments
          .filter(({ id, refunded }) => refunded > 0n && refundedBefore(order, id))
          .map((payment) => ({
            subjectId: payment.id,
            orderId: order.id,
            paymentId: payment.id,
            cause: [payment.id, order.id, payment.captured, payment.currency],
            graceMs: 0,
            amountMinor: payment.refunded,
            currency: payment.currency,
            moneyAt: payment.capturedAt ?? payment.createdAt,
          }));
      });

    function refundedBefore({ codeAt }: Order, id: string): boolean {
      return draft.transactions.some(
        ({ paymentId, type, status, occurredAt }) =>
          paymentId === id &&
          type === 'REFUND' &&
          status === 'SUCCEEDED' &&
          codeAt !== null &&
          occurredAt < codeAt,
      );
    }
  },

  resolvesItself: () => false,
};
