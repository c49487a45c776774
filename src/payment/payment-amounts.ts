import { type Money } from '../kernel/money';
import { type Payment } from './payment.entity';
import { authorizedOpen, net, refundable, type PaymentSums } from './sums.rules';

/** An amount in its currency; null where either is not known. */
export function amountOrNull(minorUnits: bigint | null, currency: string | null): Money | null {
  return minorUnits === null || currency === null ? null : { minorUnits, currency };
}

/** Asked only of payments whose currency is known: `amounts` is null for the others. */
const money =
  (amount: (sums: PaymentSums) => bigint) =>
  (payment: Payment): Money => {
    if (payment.currency === null) throw new Error('a payment with amounts has a currency');
    return { minorUnits: amount(payment), currency: payment.currency };
  };

/** The fields of ReconPaymentAmounts. */
export const amountsOf = {
  expected: ({ expected, currency }: Payment) => amountOrNull(expected, currency),
  authorizing: money((sums) => sums.authorizing),
  authorized: money((sums) => sums.authorized),
  authorizedOpen: money(authorizedOpen),
  capturing: money((sums) => sums.capturing),
  captured: money((sums) => sums.captured),
  voiding: money((sums) => sums.voiding),
  voided: money((sums) => sums.voided),
  expired: money((sums) => sums.expired),
  refunding: money((sums) => sums.refunding),
  refunded: money((sums) => sums.refunded),
  disputed: money((sums) => sums.disputed),
  chargedBack: money((sums) => sums.chargedBack),
  net: money(net),
  refundable: money(refundable),
  failedLifetime: money((sums) => sums.failedLifetime),
  failedOutstanding: money((sums) => sums.failedOutstanding),
};
