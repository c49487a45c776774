import { type ExceptionKindRules } from '../exception-kind.rules';
import { after } from '../money-about.rules';

/** E34: a request to the provider that nobody has submitted. */
export const intentNotExecuted: ExceptionKindRules = {
  kind: 'INTENT_NOT_EXECUTED',
  description: 'A request to the provider was never submitted.',
  source: 'design; juspay/hyperswitch#9622',
  subjectType: 'TRANSACTION',
  group: 'CAPTURE_PROBLEMS',
  impact: ['TECHNICAL'],
  owners: ['PAYMENT'],
  contributing: ['ENGINEERING'],
  decisions: ['REPROCESS', 'ESCALATE'],
  forbidden: [],
  yieldsTo: ['STUCK_CAPTURING_PAYMENT'],
  autoResolves: 'The request is submitted.',
  asksProvider: false,
  maxGraceMs: ({ limits }) => limits.intentSubmittedMs,

  find(draft, { limits }, now) {
    return draft.transactions
      .filter(
        ({ status, recordedAt }) =>
          status === 'NEW' && after(recordedAt, limits.intentSubmittedMs) <= now,
      )
      .map((one) => {
        const payment = draft.payments.find(({ id }) => id === one.paymentId);
        return {
          subjectId: one.id,
          within: one.fulfillmentId === null ? [] : [one.fulfillmentId],
          orderId: payment?.orderId ?? null,
          paymentId: one.paymentId,
          cause: [one.id, one.type, one.requestedMinor],
          graceMs: 0,
          amountMinor: one.requestedMinor,
          currency: one.requestedMinor === null ? null : one.currency,
          moneyAt: one.occurredAt,
        };
      });
  },

  dueTimes: (draft, { limits }) =>
    draft.transactions
      .filter(({ status }) => status === 'NEW')
      .map(({ recordedAt }) => after(recordedAt, limits.intentSubmittedMs)),

  resolvesItself: () => true,
};
