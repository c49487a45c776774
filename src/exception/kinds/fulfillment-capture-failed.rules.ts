import { type Draft } from '../../checkout/draft.rules';
import { capturesFor } from '../../fulfillment/fulfillment.rules';
import { type Fulfillment } from '../../fulfillment/fulfillment.entity';
import { type ExceptionKindRules } from '../exception-kind.rules';
import { moneyTime, paymentsAbout } from '../money-about.rules';

/** E33: PAYMENT_CAPTURE_FAILED, finalized < total, and every outcome is known. */
export const fulfillmentCaptureFailed: ExceptionKindRules = {
  kind: 'FULFILLMENT_CAPTURE_FAILED',
  description: 'The money of a fulfillment could not be taken.',
  source: 'S1.1, S1.7',
  subjectType: 'FULFILLMENT',
  group: 'CAPTURE_PROBLEMS',
  impact: ['CUSTOMER', 'FINANCE'],
  owners: ['PAYMENT', 'ADMIN'],
  contributing: ['OMS', 'COMMERCE'],
  decisions: [
    'RETRY_CAPTURE',
    'RECORD_EXTERNAL',
    'CANCEL_FULFILLMENT',
    'CANCEL_AND_REPLACE',
    'ESCALATE',
  ],
  forbidden: ['REFUND'],
  yieldsTo: ['INDETERMINATE_RESULT'],
  autoResolves: 'It is captured; cancelled, it is closed by finance.',
  asksProvider: false,
  maxGraceMs: () => 0,

  find(draft) {
    return draft.fulfillments
      .filter((one) => hasFailed(draft, one))
      .map((one) => {
        const { orderId } = one;
        const payments = paymentsAbout(draft, { paymentId: null, orderId });
        const failed = capturesFor(draft, one).filter(({ status }) => status === 'FAILED');
        return {
          subjectId: one.id,
          orderId,
          paymentId: null,
          cause: [one.id, one.totalMinor, one.finalizedMinor, ...failed.map(({ id }) => id).sort()],
          graceMs: 0,
          amountMinor: one.totalMinor - one.finalizedMinor,
          currency: one.currency,
          moneyAt: moneyTime(payments, one.statusAt),
        };
      });
  },

  resolvesItself(draft, { subjectId }) {
    const one = draft.fulfillments.find(({ id }) => id === subjectId);
    return one !== undefined && one.status !== 'CANCELLED';
  },
};

function hasFailed(draft: Draft, one: Fulfillment): boolean {
  return (
    one.status === 'PAYMENT_CAPTURE_FAILED' &&
    one.finalizedMinor < one.totalMinor &&
    capturesFor(draft, one).every(({ status }) => status !== 'INDETERMINATE')
  );
}
