import { mainOrder } from '../../checkout/draft.rules';
import { isCreated } from '../../order/order.rules';
import { type ExceptionKindRules } from '../exception-kind.rules';

/**
 * E08: a transaction whose outcome nobody knows, or one that happened with no known amount. A capture of unknown
 * amount without an order is E02 already, which asks the provider too.
 */
export const indeterminateResult: ExceptionKindRules = {
  kind: 'INDETERMINATE_RESULT',
  description: 'Nobody knows whether, or how much, money moved.',
  source: 'S1.2',
  subjectType: 'TRANSACTION',
  group: 'CAPTURE_PROBLEMS',
  impact: ['CUSTOMER', 'FINANCE'],
  owners: ['PAYMENT', 'ADMIN'],
  contributing: ['COMMERCE', 'FINANCE'],
  decisions: ['RESOLVE_RESULT', 'ESCALATE'],
  forbidden: ['REFUND', 'VOID', 'RETRY_CREATION'],
  yieldsTo: [],
  autoResolves: 'A definite result arrives.',
  asksProvider: true,
  maxGraceMs: () => 0,

  find(draft) {
    const order = mainOrder(draft);
    return draft.transactions.flatMap((transaction) => {
      const unknownOutcome = transaction.status === 'INDETERMINATE';
      const unknownAmount = transaction.implied && transaction.processedMinor === null;
      const isOrphanCapture =
        unknownAmount && !isCreated(order) && ['AUTHORIZE', 'CAPTURE'].includes(transaction.type);
      if (!unknownOutcome && (!unknownAmount || isOrphanCapture)) return [];
      return [
        {
          subjectId: transaction.id,
          orderId: order?.id ?? null,
          paymentId: transaction.paymentId,
          cause: [
            transaction.paymentId,
            transaction.naturalKey,
            transaction.status,
            transaction.occurredAt.toISOString(),
          ],
          graceMs: 0,
          amountMinor: transaction.requestedMinor,
          currency: transaction.requestedMinor === null ? null : transaction.currency,
          moneyAt: transaction.occurredAt,
        },
      ];
    });
  },

  resolvesItself: () => true,
};
