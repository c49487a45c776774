import { type Draft } from '../checkout/draft.rules';
import { sum } from '../kernel/money';
import { type PaymentTransaction } from './payment-transaction.entity';
import { type Payment } from './payment.entity';
import { DECIDED_REQUEST } from './request-transaction.rules';

/**
 * Granted for the order and not used up; minor units, below zero where more went back. Only a refund we asked for uses
 * a grant, and not one that was decided on an exception: what others gave back by themselves was given without one.
 */
export function grantedLeft(draft: Draft, orderId: string | null): bigint {
  const order = draft.orders.find(({ id }) => id === orderId);
  const granted = sum((order?.refundGrants ?? []).map(({ amountMinor }) => BigInt(amountMinor)));
  const used = draft.payments
    .filter((payment) => orderId !== null && payment.orderId === orderId)
    .map((payment) => usedUp(draft, payment));
  return granted - sum(used);
}

const MOVES: readonly string[] = ['NEW', 'PENDING', 'INDETERMINATE', 'SUCCEEDED'];

/** What was reversed may be asked for again; a reversal that names no refund is that of others first. */
function usedUp({ facts, transactions }: Draft, { id, currency }: Payment): bigint {
  const asked = new Set(
    facts
      .filter(({ paymentId, transactionType }) => paymentId === id && transactionType === 'REFUND')
      .filter(({ source, result }) => result === null && source !== DECIDED_REQUEST)
      .map(({ requestId }) => requestId),
  );
  const own = transactions.filter((one) => one.paymentId === id && one.currency === currency);
  const reversals = own.filter(
    ({ type, status }) => type === 'REFUND_REVERSAL' && status === 'SUCCEEDED',
  );
  const left = (refund: PaymentTransaction) => {
    const back = reversals.filter(({ parentKey }) => names(parentKey, refund)).map(amountOf);
    return atLeastZero(amountOf(refund) - sum(back));
  };
  const refunds = own.filter(({ type, status }) => type === 'REFUND' && MOVES.includes(status));
  const usesGrant = ({ requestId }: PaymentTransaction) =>
    requestId !== null && asked.has(requestId);
  const used = sum(refunds.filter(usesGrant).map(left));
  const others = refunds.filter((one) => !usesGrant(one) && one.status === 'SUCCEEDED');
  const unnamed = sum(reversals.filter(({ parentKey }) => parentKey === null).map(amountOf));
  return atLeastZero(used - atLeastZero(unnamed - sum(others.map(left))));
}

const names = (parentKey: string | null, refund: PaymentTransaction): boolean =>
  parentKey !== null &&
  (parentKey === refund.gatewayTransactionId || parentKey === refund.naturalKey);

const amountOf = ({ processedMinor, requestedMinor }: PaymentTransaction): bigint =>
  processedMinor ?? requestedMinor ?? 0n;

const atLeastZero = (amount: bigint): bigint => (amount > 0n ? amount : 0n);
