import { type ExceptionKindRules } from '../exception-kind.rules';

/** E31: refunded + chargedBack > captured, as reported; stored so, never clamped. */
export const overRefund: ExceptionKindRules = {
  kind: 'OVER_REFUND',
  description: 'More was given back than was taken.',
  source: 'design; juspay/hyperswitch#10533',
  subjectType: 'PAYMENT',
  group: 'FAILED_REFUNDS',
  impact: ['FINANCE'],
  owners: ['FINANCE', 'PAYMENT'],
  contributing: ['COMMERCE'],
  decisions: ['POST_EVIDENCE', 'HOLD_SETTLEMENT', 'ESCALATE'],
  forbidden: ['REFUND'],
  yieldsTo: [],
  autoResolves: 'A refund is reversed.',
  asksProvider: false,
  maxGraceMs: () => 0,

  find(draft) {
    return draft.payments
      .map((payment) => ({
        payment,
        extra: payment.refunded + payment.chargedBack - payment.captured,
      }))
      .filter(({ extra }) => extra > 0n)
      .map(({ payment, extra }) => ({
        subjectId: payment.id,
        orderId: payment.orderId,
        paymentId: payment.id,
        cause: [payment.id, payment.captured, payment.refunded, payment.chargedBack],
        graceMs: 0,
        amountMinor: extra,
        currency: payment.currency,
        moneyAt: payment.capturedAt ?? payment.createdAt,
      }));
  },

  resolvesItself: () => true,
};
