import { capturesFor } from '../../fulfillment/fulfillment.rules';
import { type Draft } from '../../checkout/draft.rules';
import { type Fulfillment } from '../../fulfillment/fulfillment.entity';
import { type Limits } from '../../kernel/limits';
import { type ExceptionKindRules } from '../exception-kind.rules';
import { after, moneyTime, paymentsAbout } from '../money-about.rules';

/** E12: capturing for longer than a capture takes, and no request under way that is younger than that. */
export const stuckCapturingPayment: ExceptionKindRules = {
  kind: 'STUCK_CAPTURING_PAYMENT',
  description: 'The captures of a fulfillment never came back.',
  source: 'S1.12',
  subjectType: 'FULFILLMENT',
  group: 'CAPTURE_PROBLEMS',
  impact: ['FINANCE'],
  owners: ['ADMIN'],
  contributing: ['PAYMENT', 'OMS'],
  decisions: ['OVERRIDE_STATUS', 'ESCALATE'],
  forbidden: ['RETRY_CAPTURE'],
  yieldsTo: [],
  autoResolves: 'The fulfillment leaves the status by a result that arrives.',
  asksProvider: false,
  maxGraceMs: ({ limits }) => limits.stuckCapturingMs,

  find(draft, { limits }, now) {
    return draft.fulfillments.flatMap((one) => {
      const moments = momentsOf(draft, one, limits);
      if (moments.length === 0 || moments.some((moment) => moment > now)) return [];
      const { orderId } = one;
      const payments = paymentsAbout(draft, { paymentId: null, orderId });
      return [
        {
          subjectId: one.id,
          orderId,
          paymentId: null,
          cause: [one.id, one.status, one.statusAt.toISOString()],
          graceMs: 0,
          amountMinor: one.totalMinor - one.finalizedMinor,
          currency: one.currency,
          moneyAt: moneyTime(payments, one.statusAt),
        },
      ];
    });
  },

  dueTimes: (draft, { limits }) =>
    draft.fulfillments.flatMap((one) => momentsOf(draft, one, limits)),

  resolvesItself: () => true,
};

/** Until when the status is believed: by its own age, and by that of each request the provider acknowledged. */
function momentsOf(draft: Draft, one: Fulfillment, limits: Limits): Date[] {
  const limitMs = limitOf(one, limits);
  if (limitMs === null) return [];
  const pending = capturesFor(draft, one).filter(({ status }) => status === 'PENDING');
  return [one.statusAt, ...pending.map(({ recordedAt }) => recordedAt)].map((at) =>
    after(at, limitMs),
  );
}

function limitOf({ status }: Fulfillment, limits: Limits): number | null {
  if (status === 'CAPTURING_PAYMENT') return limits.stuckCapturingMs;
  return status === 'CAPTURE_AWAITING_RESULT' ? limits.captureResultMs : null;
}
