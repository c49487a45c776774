import { type Fulfillment } from '../../fulfillment/fulfillment.entity';
import { type ExceptionKindRules } from '../exception-kind.rules';
import { moneyTime, paymentsAbout } from '../money-about.rules';

/**
 * E09: a release whose reservation failed, or that needs one and has lost it. A payment whose rule reserves nothing
 * counts as reserved (states.md 2.4).
 */
export const underReservedRelease: ExceptionKindRules = {
  kind: 'UNDER_RESERVED_RELEASE',
  description: 'A release exists and its money is not all reserved.',
  source: 'S3.10',
  subjectType: 'FULFILLMENT',
  group: 'CAPTURE_PROBLEMS',
  impact: ['FINANCE'],
  owners: ['PAYMENT', 'SUPPORT'],
  contributing: ['OMS', 'COMMERCE'],
  decisions: ['REAUTHORIZE', 'CANCEL_FULFILLMENT', 'ESCALATE'],
  forbidden: [],
  yieldsTo: [],
  autoResolves: 'All of it is reserved.',
  asksProvider: false,
  maxGraceMs: () => 0,

  find(draft) {
    return draft.fulfillments
      .filter((one) => needsReservation(one) && missing(one) > 0n)
      .map((one) => {
        const { orderId } = one;
        const payments = paymentsAbout(draft, { paymentId: null, orderId });
        return {
          subjectId: one.id,
          orderId,
          paymentId: null,
          cause: [one.id, one.totalMinor, missing(one)],
          graceMs: 0,
          amountMinor: missing(one),
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

const missing = ({ totalMinor, reservedMinor, reservingMinor }: Fulfillment): bigint =>
  totalMinor - reservedMinor - reservingMinor;

function needsReservation({ status, capturePolicy }: Fulfillment): boolean {
  if (status === 'RESERVATION_FAILED') return true;
  const isReleased = status === 'RELEASED' || status === 'FULFILLING';
  return isReleased && capturePolicy !== 'AT_ORDER' && capturePolicy !== 'ON_DELIVERY';
}
