import { inDecidingOrder } from './fact-order.rules';
import { type PaymentFact } from './payment-fact.entity';
import { type PaymentTransaction } from './payment-transaction.entity';
import { attemptKey } from './projected-transaction.rules';
import { transactionFacts } from './transactions.rules';

type Named = Pick<
  PaymentTransaction,
  'naturalKey' | 'implied' | 'type' | 'gatewayTransactionId' | 'providerRequestKey'
>;

/** A line of a transaction's log: it names the transaction, and says nothing about the payment (S0.13). */
export const isLogLine = ({ kind, reported, transactionType }: PaymentFact): boolean =>
  kind === 'STATUS' && reported === null && transactionType !== null;

/** Everything told of a transaction: what made it, and its log. `siblings` are the transactions of its payment. */
export function eventsOf(
  transaction: Named,
  facts: readonly PaymentFact[],
  siblings: readonly Named[],
): PaymentFact[] {
  const made = transactionFacts(transaction, facts);
  const lines = facts.filter(
    (fact) =>
      isLogLine(fact) &&
      fact.transactionType === transaction.type &&
      isNamed(transaction, fact, { made, siblings }),
  );
  return inDecidingOrder([...made, ...lines]);
}

/** A line keeps its transaction though that has a better name by now. */
function isNamed(
  { naturalKey, type, gatewayTransactionId, providerRequestKey }: Named,
  line: PaymentFact,
  { made, siblings }: { made: readonly PaymentFact[]; siblings: readonly Named[] },
): boolean {
  if (line.gatewayTransactionId !== null) return line.gatewayTransactionId === gatewayTransactionId;
  if (line.parentKey === naturalKey) return true;
  if (line.parentKey === `implied:${type}`) {
    const same = siblings.filter((one) => one.type === type);
    return !same.some(({ implied }) => implied) && same[0]?.naturalKey === naturalKey;
  }
  return made.some((fact) => attemptKey(type, providerRequestKey, fact) === line.parentKey);
}
