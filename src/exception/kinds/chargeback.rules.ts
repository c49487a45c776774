import { type Draft } from '../../checkout/draft.rules';
import { type PaymentTransaction } from '../../payment/payment-transaction.entity';
import { type Payment } from '../../payment/payment.entity';
import { type ExceptionKindRules } from '../exception-kind.rules';
import { amountOf, reversalOf } from '../money-about.rules';

/** E17: a chargeback that is open or lost; where the provider told no more than the word, the payment stands for it. */
export const chargeback: ExceptionKindRules = {
  kind: 'CHARGEBACK',
  description: "The payer's bank disputes the money or took it back.",
  source: 'S2.43; alphagov/pay-connector#5739',
  subjectType: 'TRANSACTION',
  group: 'DISPUTES',
  impact: ['FINANCE'],
  owners: ['FINANCE'],
  contributing: ['PAYMENT', 'SUPPORT'],
  decisions: ['CONTEST_DISPUTE', 'ACCEPT_LOSS', 'ESCALATE'],
  forbidden: ['REFUND'],
  yieldsTo: [],
  autoResolves: 'Never by itself: won or reversed, it is closed by finance.',
  asksProvider: false,
  maxGraceMs: () => 0,

  find(draft) {
    return draft.payments.flatMap((payment) => {
      const open = chargebacksOf(draft, payment).filter((one) => isOpenOrLost(draft, one));
      const common = { orderId: payment.orderId, paymentId: payment.id, graceMs: 0 };
      if (open.length === 0 && payment.status === 'DISPUTED') {
        const moneyAt = disputedSince(draft, payment);
        return [
          {
            ...common,
            subjectId: payment.id,
            subjectType: 'PAYMENT' as const,
            cause: [payment.id, payment.captured, payment.currency],
            amountMinor: payment.captured,
            currency: payment.currency,
            moneyAt,
          },
        ];
      }
      return open.map((one) => ({
        ...common,
        subjectId: one.id,
        cause: [one.id, one.status === 'SUCCEEDED' ? 'LOST' : 'OPEN', one.processedMinor],
        amountMinor: one.processedMinor ?? one.requestedMinor,
        currency: amountOf(one) === 0n ? null : (one.currency ?? payment.currency),
        moneyAt: one.occurredAt,
      }));
    });
  },

  deadlineOf(draft, { subjectId }) {
    const one = draft.transactions.find(({ id }) => id === subjectId);
    return one !== undefined && one.status !== 'SUCCEEDED' ? one.respondBy : null;
  },

  // Carried on where the chargeback itself became known; otherwise finance says how it ended.
  resolvesItself: (draft, { subjectId }) =>
    draft.payments.some(
      (payment) =>
        payment.id === subjectId &&
        chargebacksOf(draft, payment).some((one) => isOpenOrLost(draft, one)),
    ),
};

const chargebacksOf = (draft: Draft, { id }: Payment): PaymentTransaction[] =>
  draft.transactions.filter(({ paymentId, type }) => paymentId === id && type === 'CHARGEBACK');

function isOpenOrLost(draft: Draft, one: PaymentTransaction): boolean {
  if (one.status === 'NEW' || one.status === 'PENDING') return true;
  if (one.status !== 'SUCCEEDED') return false;
  const reversal = reversalOf(draft, one, 'CHARGEBACK_REVERSAL');
  return reversal === null || amountOf(reversal) < amountOf(one);
}

/** When the provider first said so. */
function disputedSince(draft: Draft, payment: Payment): Date {
  return draft.facts
    .filter(({ paymentId, reported }) => paymentId === payment.id && reported === 'DISPUTED')
    .map(({ occurredAt }) => occurredAt)
    .reduce((first, at) => (at < first ? at : first), payment.updatedAt);
}
