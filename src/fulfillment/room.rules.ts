import { type Draft } from '../checkout/draft.rules';
import { type Payment } from '../payment/payment.entity';
import { capturable } from '../payment/sums.rules';
import { atLeastZero, type Share } from './shares.rules';

const OPEN: readonly string[] = ['NEW', 'PENDING', 'INDETERMINATE'];

/** Sales under way stand in no bucket of the sums: nothing is authorized before they succeed (money.md, clarifications). */
export function sellingOf({ transactions }: Pick<Draft, 'transactions'>, { id }: Payment): bigint {
  return transactions
    .filter(
      ({ paymentId, type, status }) => paymentId === id && type === 'SALE' && OPEN.includes(status),
    )
    .reduce((total, { requestedMinor }) => total + (requestedMinor ?? 0n), 0n);
}

/** Reserved and not taken: never below zero, whatever the provider reported. */
export const openOf = (payment: Payment): bigint => atLeastZero(capturable(payment));

/** How much may still be asked of a payment beyond what it has: its amount less all there is or is under way. */
export function roomOf(draft: Pick<Draft, 'transactions'>, payment: Payment): bigint {
  const { expected, authorizing, capturing, captured } = payment;
  if (expected === null) return 0n;
  const there = authorizing + capturing + openOf(payment) + captured + sellingOf(draft, payment);
  return atLeastZero(expected - there);
}

/** Claimed, and neither captured nor being captured; minor units. */
export const leftOf = ({ claimed, taken }: Share): bigint => atLeastZero(claimed - taken);
