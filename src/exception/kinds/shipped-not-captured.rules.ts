import { type Draft } from '../../checkout/draft.rules';
import { type Fulfillment } from '../../fulfillment/fulfillment.entity';
import { type ExceptionKindRules } from '../exception-kind.rules';
import {
  after,
  believedUntil,
  capturesAround,
  isOpen,
  moneyTime,
  orderPaying,
  paymentsAbout,
} from '../money-about.rules';

/** E27: goods are out, not all of their money is taken, and no capture of it is under way. */
export const shippedNotCaptured: ExceptionKindRules = {
  kind: 'SHIPPED_NOT_CAPTURED',
  description: 'Goods are out and their money is not taken.',
  source: 'S0.17',
  subjectType: 'FULFILLMENT',
  group: 'CAPTURE_PROBLEMS',
  impact: ['FINANCE'],
  owners: ['PAYMENT', 'OMS'],
  contributing: ['COMMERCE', 'FINANCE'],
  decisions: ['RETRY_CAPTURE', 'STOP_SHIPMENT', 'ACCEPT_LOSS', 'ESCALATE'],
  forbidden: ['REFUND'],
  yieldsTo: ['INVOICED_CAPTURE_FAILED', 'FULFILLMENT_CAPTURE_FAILED'],
  autoResolves: 'All of it is captured.',
  asksProvider: false,
  maxGraceMs: ({ limits }) => limits.settlingGraceMs,

  find(draft, { limits }, now) {
    return draft.fulfillments.flatMap((one) => {
      if (!isOut(one) || one.finalizedMinor >= one.totalMinor) return [];
      const isUnderWay = capturesAround(draft, one).some(
        (capture) => isOpen(capture) && believedUntil(capture, limits) > now,
      );
      const isEarly =
        one.capturePolicy === 'ON_DELIVERY' && after(one.statusAt, limits.remittanceMs) > now;
      if (isUnderWay || isEarly) return [];
      const { orderId } = one;
      const payments = paymentsAbout(draft, { paymentId: null, orderId });
      return [
        {
          subjectId: one.id,
          within: [orderPaying(draft, one)?.id ?? orderId],
          orderId,
          paymentId: null,
          cause: [one.id, one.totalMinor, one.finalizedMinor],
          graceMs: limits.settlingGraceMs,
          amountMinor: one.totalMinor - one.finalizedMinor,
          currency: one.currency,
          moneyAt: moneyTime(payments, one.statusAt),
        },
      ];
    });
  },

  dueTimes: (draft, { limits }) =>
    draft.fulfillments
      .filter(isOut)
      .flatMap((one) => [
        after(one.statusAt, limits.remittanceMs),
        ...underWay(draft, one).map((capture) => believedUntil(capture, limits)),
      ]),

  resolvesItself(draft, { subjectId }) {
    const one = draft.fulfillments.find(({ id }) => id === subjectId);
    return one !== undefined && one.finalizedMinor >= one.totalMinor;
  },
};

const underWay = (draft: Draft, one: Fulfillment) => capturesAround(draft, one).filter(isOpen);

/** Cash is collected at the door: until then nothing is owed. */
function isOut({ status, capturePolicy }: Fulfillment): boolean {
  return status === 'DELIVERED' || (status === 'FULFILLED' && capturePolicy !== 'ON_DELIVERY');
}
