import { mainOrder } from '../../checkout/draft.rules';
import { isCreated } from '../../order/order.rules';
import { net } from '../../payment/sums.rules';
import { type Payment } from '../../payment/payment.entity';
import { type ExceptionKindRules } from '../exception-kind.rules';
import { FIRST_MINUTES_MS } from '../window.rules';

/** The provider says it took money and nobody knows how much. */
export function capturedUnknown({ amountSource, capturedAt, status }: Payment): boolean {
  return amountSource === 'UNKNOWN' && capturedAt !== null && status !== 'REFUNDED';
}

/** E02: (net > 0, or captured with no amount known) ∧ (no order ∨ its code is null). */
export const capturedOrderCreationFailed: ExceptionKindRules = {
  kind: 'CAPTURED_ORDER_CREATION_FAILED',
  description: 'Money is taken and there is no order.',
  source: 'S2.5, S2.51',
  subjectType: 'PAYMENT',
  group: 'UNMATCHED_CAPTURES',
  impact: ['CUSTOMER', 'FINANCE'],
  owners: ['COMMERCE', 'PAYMENT'],
  contributing: ['OMS', 'FINANCE'],
  decisions: ['REPAIR_ORDER', 'SUPPORT_ORDER', 'REFUND', 'HOLD_SETTLEMENT', 'ESCALATE'],
  forbidden: [],
  yieldsTo: [],
  autoResolves:
    'The order gets its code within five minutes of the capture; later it is closed by finance.',
  asksProvider: true,
  maxGraceMs: ({ orderCreationGraceMs }) => orderCreationGraceMs,

  find(draft, { orderCreationGraceMs }) {
    const order = mainOrder(draft);
    if (isCreated(order)) return [];
    return draft.payments
      .filter((payment) => net(payment) > 0n || capturedUnknown(payment))
      .map((payment) => ({
        subjectId: payment.id,
        orderId: order?.id ?? null,
        paymentId: payment.id,
        // What was taken, not what is left: a new capture is a new cause, giving money back is none.
        cause: [payment.id, payment.captured, payment.currency],
        graceMs: order?.status === 'CREATION_FAILED' ? 0 : orderCreationGraceMs,
        amountMinor: capturedUnknown(payment) ? null : net(payment),
        currency: capturedUnknown(payment) ? null : payment.currency,
        moneyAt: payment.capturedAt ?? payment.createdAt,
      }));
  },

  // Whoever was charged and waited longer deserves a note that says how it ended.
  resolvesItself: (draft, { moneyAt }, now) =>
    isCreated(mainOrder(draft)) && now.getTime() - moneyAt.getTime() < FIRST_MINUTES_MS,
};
