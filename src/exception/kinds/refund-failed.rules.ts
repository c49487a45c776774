import { type Draft } from '../../checkout/draft.rules';
import { type Limits } from '../../kernel/limits';
import { type PaymentTransaction } from '../../payment/payment-transaction.entity';
import { type ExceptionKindRules } from '../exception-kind.rules';
import { after, amountOf, reversalOf } from '../money-about.rules';

/** E10: a refund that failed, hangs past the provider's limit or was reversed, and that no later one makes good. */
export const refundFailed: ExceptionKindRules = {
  kind: 'REFUND_FAILED',
  description: 'A refund failed, hangs or was reversed.',
  source: 'S2.43',
  subjectType: 'TRANSACTION',
  group: 'FAILED_REFUNDS',
  impact: ['CUSTOMER'],
  owners: ['PAYMENT', 'FINANCE'],
  contributing: ['COMMERCE', 'SUPPORT'],
  decisions: ['RETRY_REFUND', 'RECORD_EXTERNAL', 'ESCALATE'],
  forbidden: [],
  yieldsTo: [],
  autoResolves: 'A refund of at least the amount succeeds after it.',
  asksProvider: false,
  maxGraceMs: () => 0,

  find(draft, { limits }, now) {
    return draft.transactions
      .filter(({ type }) => type === 'REFUND')
      .flatMap((refund) => {
        const trouble = troubleOf(draft, refund, { limits, now });
        if (trouble === null || isMadeGood(draft, refund)) return [];
        const payment = draft.payments.find(({ id }) => id === refund.paymentId);
        return [
          {
            subjectId: refund.id,
            orderId: payment?.orderId ?? null,
            paymentId: refund.paymentId,
            cause: [refund.id, trouble, amountOf(refund), refund.currency],
            graceMs: 0,
            amountMinor: amountOf(refund),
            currency: refund.currency ?? payment?.currency ?? null,
            moneyAt: refund.occurredAt,
          },
        ];
      });
  },

  dueTimes(draft, { limits }) {
    return draft.transactions
      .filter(({ type, status }) => type === 'REFUND' && status === 'PENDING')
      .map(({ recordedAt }) => after(recordedAt, limits.refundResultMs));
  },

  // A refund that was cancelled gave nothing back: somebody says how it ended.
  resolvesItself: (draft, { subjectId }) =>
    draft.transactions.find(({ id }) => id === subjectId)?.status !== 'CANCELLED',
};

type Trouble = 'FAILED' | 'PENDING' | 'REVERSED';

function troubleOf(
  draft: Draft,
  refund: PaymentTransaction,
  { limits, now }: { limits: Limits; now: Date },
): Trouble | null {
  if (refund.status === 'FAILED') return 'FAILED';
  if (refund.status === 'SUCCEEDED') {
    return reversalOf(draft, refund, 'REFUND_REVERSAL') === null ? null : 'REVERSED';
  }
  const isLate = after(refund.recordedAt, limits.refundResultMs) <= now;
  return refund.status === 'PENDING' && isLate ? 'PENDING' : null;
}

function isMadeGood(draft: Draft, refund: PaymentTransaction): boolean {
  return draft.transactions.some(
    (one) =>
      one.id !== refund.id &&
      one.paymentId === refund.paymentId &&
      one.type === 'REFUND' &&
      one.status === 'SUCCEEDED' &&
      one.occurredAt >= refund.occurredAt &&
      amountOf(one) >= amountOf(refund) &&
      reversalOf(draft, one, 'REFUND_REVERSAL') === null,
  );
}
