import { mainOrder } from '../../checkout/draft.rules';
import { isCreated } from '../../order/order.rules';
import { authorizedOpen } from '../../payment/sums.rules';
import { type ExceptionKindRules } from '../exception-kind.rules';

/** E01: authorizedOpen > 0 ∧ captured = 0 ∧ (no order ∨ its creation is pending or failed). */
export const authorizedOrderNotCreated: ExceptionKindRules = {
  kind: 'AUTHORIZED_ORDER_NOT_CREATED',
  description: 'Money is reserved and there is no order.',
  source: 'S2.4',
  subjectType: 'PAYMENT',
  group: 'UNMATCHED_CAPTURES',
  impact: ['CUSTOMER'],
  owners: ['COMMERCE'],
  contributing: ['PAYMENT', 'OMS'],
  decisions: ['RETRY_CREATION', 'REPAIR_ORDER', 'LET_EXPIRE', 'VOID', 'ESCALATE'],
  forbidden: ['REFUND'],
  yieldsTo: ['CAPTURED_ORDER_CREATION_FAILED'],
  autoResolves: 'The order gets its code, or the authorization is voided or runs out.',
  asksProvider: false,
  maxGraceMs: ({ orderCreationGraceMs }) => orderCreationGraceMs,

  find(draft, { orderCreationGraceMs }) {
    const order = mainOrder(draft);
    if (isCreated(order)) return [];
    return draft.payments
      .filter((payment) => authorizedOpen(payment) > 0n && payment.captured === 0n)
      .map((payment) => ({
        subjectId: payment.id,
        orderId: order?.id ?? null,
        paymentId: payment.id,
        // All that was ever authorized: as much again after a void is a new cause.
        cause: [payment.id, payment.authorized, payment.currency],
        graceMs: order?.status === 'CREATION_FAILED' ? 0 : orderCreationGraceMs,
        amountMinor: authorizedOpen(payment),
        currency: payment.currency,
        moneyAt: payment.authorizedAt ?? payment.createdAt,
      }));
  },

  resolvesItself: () => true,
};
