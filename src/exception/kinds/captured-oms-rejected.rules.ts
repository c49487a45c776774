import { payingOrder } from '../../checkout/draft.rules';
import { sum } from '../../kernel/money';
import { isCreated } from '../../order/order.rules';
import { type Decision, type ExceptionKindRules } from '../exception-kind.rules';
import { moneyTime, netOf, paymentsAbout } from '../money-about.rules';

/** E03: net > 0 ∧ omsStatus REJECTED. */
export const capturedOmsRejected: ExceptionKindRules = {
  kind: 'CAPTURED_OMS_REJECTED',
  description: 'Money is taken and the OMS rejected the order.',
  source: 'S2.6',
  subjectType: 'ORDER',
  group: 'UNMATCHED_CAPTURES',
  impact: ['CUSTOMER'],
  owners: ['OMS'],
  contributing: ['COMMERCE', 'PAYMENT'],
  decisions: ['REPAIR_ORDER', 'REFUND', 'ESCALATE'],
  forbidden: [],
  yieldsTo: [],
  autoResolves: 'The OMS takes the order after all.',
  asksProvider: false,
  maxGraceMs: () => 0,

  find(draft) {
    return draft.orders
      .filter((order) => isCreated(order) && order.omsStatus === 'REJECTED')
      .flatMap((order) => {
        const paying = payingOrder(draft, order);
        const payments = paymentsAbout(draft, { paymentId: null, orderId: order.id });
        const amountMinor = netOf(payments);
        if (amountMinor <= 0n) return [];
        const captured = sum(payments.map((payment) => payment.captured));
        return [
          {
            subjectId: order.id,
            orderId: order.id,
            paymentId: null,
            cause: [order.id, order.omsCause, captured, paying.currency],
            graceMs: 0,
            amountMinor,
            currency: paying.currency,
            moneyAt: moneyTime(payments, order.statusAt),
          },
        ];
      });
  },

  // What the cause leaves: no repair sells stock that is not there, and no cause on record decides nothing (S2.6).
  decisionsFor(draft, { subjectId }): readonly Decision[] {
    const cause = draft.orders.find(({ id }) => id === subjectId)?.omsCause ?? 'UNCLASSIFIED';
    if (cause === 'UNCLASSIFIED') return ['ESCALATE'];
    if (cause === 'ADDRESS' || cause === 'FRAUD') return ['REPAIR_ORDER', 'ESCALATE'];
    // Repair rests on the OMS's proof that stock can be allocated; without it the way out is a refund.
    return ['REPAIR_ORDER', 'REFUND', 'ESCALATE'];
  },

  resolvesItself: (draft, { subjectId }) =>
    draft.orders.find(({ id }) => id === subjectId)?.omsStatus !== 'REJECTED',
};
