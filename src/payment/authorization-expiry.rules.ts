import { type PaymentFact } from './payment-fact.entity';
import { type TransactionType } from './payment.machine';
import { transactionFacts, type ProjectedTransaction } from './transactions.rules';

const AUTHORIZES: readonly TransactionType[] = ['AUTHORIZE', 'AUTH_ADJUST', 'SALE'];

/** That of the newest authorization that stands: what one before it said ends nothing of its successor. */
export function expiryOf(
  transactions: readonly ProjectedTransaction[],
  ordered: readonly PaymentFact[],
): Date | null {
  const stated = ordered.some((fact) => fact.authorizationExpiresAt !== null);
  const place = new Map(ordered.map(({ naturalKey }, index) => [naturalKey, index]));
  const placeOf = ({ decidedBy }: ProjectedTransaction) => place.get(decidedBy ?? '') ?? -1;
  const newest = transactions
    .filter(({ type, status }) => AUTHORIZES.includes(type) && status === 'SUCCEEDED')
    .sort((a, b) => placeOf(a) - placeOf(b))
    .at(-1);
  if (!stated || newest === undefined) return null;
  const told = transactionFacts(newest, ordered);
  return (
    told.findLast((fact) => fact.authorizationExpiresAt !== null)?.authorizationExpiresAt ?? null
  );
}
