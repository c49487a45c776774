import { type PaymentFact } from './payment-fact.entity';
import { statusOf, type Group } from './projected-transaction.rules';

/**
 * A dispute that was won after it had been lost: the money was gone and came back, so the chargeback stays done and a
 * reversal of it stands beside it (states.md 2.2). Decided over the whole set: whichever was told first, it is the same.
 */
export function withReversal(group: Group): Group[] {
  const { type, gatewayTransactionId, facts } = group;
  const lost = facts.findLast(({ result }) => result === 'SUCCEEDED');
  if (type !== 'CHARGEBACK' || lost === undefined || statusOf(facts) !== 'CANCELLED') {
    return [group];
  }
  const since = facts.indexOf(lost);
  const isWon = (fact: PaymentFact) => fact.result === 'CANCELLED' && facts.indexOf(fact) > since;
  const amount = lost.processedMinor ?? lost.requestedMinor;
  return [
    { type, gatewayTransactionId, facts: facts.filter((fact) => !isWon(fact)) },
    {
      type: 'CHARGEBACK_REVERSAL',
      gatewayTransactionId,
      facts: facts.filter(isWon).map((fact) => ({
        ...fact,
        transactionType: 'CHARGEBACK_REVERSAL',
        result: 'SUCCEEDED',
        processedMinor: fact.processedMinor ?? fact.requestedMinor ?? amount,
        parentKey: gatewayTransactionId,
        respondBy: null,
      })),
    },
  ];
}
