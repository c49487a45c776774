import { payingOrder } from '../../checkout/draft.rules';
import { sum } from '../../kernel/money';
import { isCreated } from '../../order/order.rules';
import { authorizedOpen } from '../../payment/sums.rules';
import { type ExceptionKindRules } from '../exception-kind.rules';
import { moneyTime, paymentsAbout } from '../money-about.rules';

/** E36: authorizedOpen > 0 ∧ captured = 0 ∧ omsStatus REJECTED. */
export const authorizedOmsRejected: ExceptionKindRules = {
  kind: 'AUTHORIZED_OMS_REJECTED',
  description: 'Money is reserved and the OMS rejected the order.',
  source: 'S2.6',
  subjectType: 'ORDER',
  group: 'UNMATCHED_CAPTURES',
  impact: ['CUSTOMER'],
  owners: ['OMS'],
  contributing: ['COMMERCE', 'PAYMENT'],
  decisions: ['REPAIR_ORDER', 'VOID', 'CANCEL_ORDER', 'ESCALATE'],
  forbidden: ['REFUND'],
  yieldsTo: ['AUTHORIZED_ORDER_NOT_CREATED'],
  autoResolves: 'The OMS takes the order after all, or the authorization is released.',
  asksProvider: false,
  maxGraceMs: () => 0,

  find(draft) {
    return draft.orders
      .filter((order) => isCreated(order) && order.omsStatus === 'REJECTED')
      .flatMap((order) => {
        const payments = paymentsAbout(draft, { paymentId: null, orderId: order.id });
        const amountMinor = sum(payments.map((payment) => authorizedOpen(payment)));
        const captured = sum(payments.map((payment) => payment.captured));
        if (amountMinor <= 0n || captured > 0n) return [];
        const { currency } = payingOrder(draft, order);
        const authorized = sum(payments.map((payment) => payment.authorized));
        return [
          {
            subjectId: order.id,
            within: payments.map(({ id }) => id),
            orderId: order.id,
            paymentId: null,
            // All that was ever authorized: as much again after a void is a new cause.
            cause: [order.id, order.omsCause, authorized, currency],
            graceMs: 0,
            amountMinor,
            currency,
            moneyAt: moneyTime(payments, order.statusAt),
          },
        ];
      });
  },

  resolvesItself: () => true,
};
