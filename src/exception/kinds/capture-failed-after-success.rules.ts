import { type Draft } from '../../checkout/draft.rules';
import { type PaymentTransaction } from '../../payment/payment-transaction.entity';
import { transactionFacts } from '../../payment/transactions.rules';
import { type ExceptionKindRules } from '../exception-kind.rules';
import { amountOf, isCancelled, isCapture, orderOfPayment, reversalOf } from '../money-about.rules';

/** E16: a capture that had succeeded failed later, or was reversed; a later capture of the amount makes it good. */
export const captureFailedAfterSuccess: ExceptionKindRules = {
  kind: 'CAPTURE_FAILED_AFTER_SUCCESS',
  description: 'A capture that had succeeded was taken back.',
  source: 'design; juspay/hyperswitch#11859',
  subjectType: 'TRANSACTION',
  group: 'CAPTURE_PROBLEMS',
  impact: ['FINANCE'],
  owners: ['PAYMENT'],
  contributing: ['OMS', 'FINANCE'],
  decisions: ['RETRY_CAPTURE', 'STOP_SHIPMENT', 'ESCALATE'],
  forbidden: ['REFUND'],
  yieldsTo: [],
  autoResolves: 'A new capture of the amount succeeds.',
  asksProvider: false,
  maxGraceMs: () => 0,

  find(draft) {
    return draft.transactions.filter(isCapture).flatMap((capture) => {
      const payment = draft.payments.find(({ id }) => id === capture.paymentId);
      const lost = lossOf(draft, capture);
      if (payment === undefined || lost === null || isMadeGood(draft, capture, lost)) return [];
      // Taken back for a cancelled order, it is where it belongs.
      const order = orderOfPayment(draft, payment);
      if (order !== null && isCancelled(order)) return [];
      return [
        {
          subjectId: capture.id,
          orderId: payment.orderId,
          paymentId: payment.id,
          cause: [capture.id, capture.status, lost.amount, capture.currency],
          graceMs: 0,
          amountMinor: lost.amount,
          currency: capture.currency ?? payment.currency,
          moneyAt: lost.at,
        },
      ];
    });
  },

  resolvesItself(draft, { subjectId }) {
    const capture = draft.transactions.find(({ id }) => id === subjectId);
    if (capture === undefined) return true;
    const lost = lossOf(draft, capture);
    return lost === null || isMadeGood(draft, capture, lost);
  },
};

interface Loss {
  readonly amount: bigint;
  readonly at: Date;
}

function lossOf(draft: Draft, capture: PaymentTransaction): Loss | null {
  if (capture.status === 'SUCCEEDED') {
    const reversal = reversalOf(draft, capture, 'CAPTURE_REVERSAL');
    return reversal && { amount: amountOf(reversal), at: reversal.occurredAt };
  }
  if (capture.status !== 'FAILED' || capture.implied) return null;
  const own = draft.facts.filter(({ paymentId }) => paymentId === capture.paymentId);
  const succeeded = transactionFacts(capture, own).findLast(({ result }) => result === 'SUCCEEDED');
  if (succeeded === undefined) return null;
  const amount = succeeded.processedMinor ?? amountOf(capture);
  return { amount, at: capture.occurredAt };
}

/** A capture beside it, of any payment of the order, that came after the loss and still stands. */
function isMadeGood(draft: Draft, capture: PaymentTransaction, lost: Loss): boolean {
  const orderId = draft.payments.find(({ id }) => id === capture.paymentId)?.orderId ?? null;
  const ids = draft.payments
    .filter((one) => one.id === capture.paymentId || (orderId !== null && one.orderId === orderId))
    .map(({ id }) => id);
  return draft.transactions.some(
    (one) =>
      one.id !== capture.id &&
      isCapture(one) &&
      ids.includes(one.paymentId) &&
      one.status === 'SUCCEEDED' &&
      one.occurredAt >= lost.at &&
      amountOf(one) >= lost.amount &&
      reversalOf(draft, one, 'CAPTURE_REVERSAL') === null,
  );
}
