import { capturesFor } from '../../fulfillment/fulfillment.rules';
import { type Draft } from '../../checkout/draft.rules';
import { type Fulfillment } from '../../fulfillment/fulfillment.entity';
import { sum } from '../../kernel/money';
import { type ExceptionKindRules } from '../exception-kind.rules';
import { amountOf, moneyTime } from '../money-about.rules';

/** E28: a cancelled fulfillment whose money is still held, or one that failed with a part of it captured. */
export const captureInCancelledFulfillment: ExceptionKindRules = {
  kind: 'CAPTURE_IN_CANCELLED_FULFILLMENT',
  description: 'Money is taken for goods that will not be sent, or for a part of them only.',
  source: 'S1.10',
  subjectType: 'FULFILLMENT',
  group: 'UNMATCHED_CAPTURES',
  impact: ['CUSTOMER'],
  owners: ['PAYMENT'],
  contributing: ['OMS', 'FINANCE'],
  decisions: ['RETRY_CAPTURE', 'RECORD_EXTERNAL', 'CANCEL_FULFILLMENT', 'REFUND', 'ESCALATE'],
  forbidden: [],
  yieldsTo: [],
  autoResolves: 'It is refunded, or captured in full.',
  asksProvider: false,
  maxGraceMs: ({ limits }) => limits.settlingGraceMs,

  find(draft, { limits }) {
    return draft.fulfillments.flatMap((one) => {
      const isPartial = one.status === 'PAYMENT_CAPTURE_FAILED' && one.captureResult === 'PARTIAL';
      const held = isPartial ? one.finalizedMinor : heldFor(draft, one);
      if (held <= 0n) return [];
      const captures = capturesOf(draft, one);
      const payments = draft.payments.filter(({ id }) =>
        captures.some(({ paymentId }) => paymentId === id),
      );
      const [payment] = payments;
      return [
        {
          subjectId: one.id,
          orderId: one.orderId,
          paymentId: payments.length === 1 && payment !== undefined ? payment.id : null,
          cause: [one.id, one.status, sum(captures.map(amountOf)), one.currency],
          graceMs: isPartial ? limits.settlingGraceMs : 0,
          amountMinor: held,
          currency: one.currency,
          moneyAt: moneyTime(payments, one.statusAt),
        },
      ];
    });
  },

  resolvesItself: () => true,
};

const capturesOf = (draft: Draft, fulfillment: Fulfillment) =>
  capturesFor(draft, fulfillment).filter(({ status }) => status === 'SUCCEEDED');

/** Captured for it and not given back since: by a refund that names it, or one that names none. */
function heldFor(draft: Draft, fulfillment: Fulfillment): bigint {
  if (fulfillment.status !== 'CANCELLED') return 0n;
  const payers = new Set(capturesOf(draft, fulfillment).map(({ paymentId }) => paymentId));
  const refunds = draft.transactions.filter(
    ({ paymentId, type, status, fulfillmentId }) =>
      payers.has(paymentId) &&
      (type === 'REFUND' || type === 'CHARGEBACK') &&
      status === 'SUCCEEDED' &&
      (fulfillmentId === null || fulfillmentId === fulfillment.id),
  );
  return fulfillment.finalizedMinor - sum(refunds.map(amountOf));
}
