import { type PaymentTransaction } from '../payment/payment-transaction.entity';
import { type Payment } from '../payment/payment.entity';
import { projectPayment, type PaymentProjection } from '../payment/payment.rules';
import { type ProjectedTransaction } from '../payment/transactions.rules';
import { type Draft, type Tools } from './draft.rules';

/** Rewrites every payment's derived columns and transactions from its facts. */
export function projectPayments(draft: Draft, tools: Tools): void {
  for (const payment of draft.payments) {
    const facts = draft.facts.filter(({ paymentId }) => paymentId === payment.id);
    // Nobody announced an orphan: its currency is what its facts say, whichever came first.
    const currency = payment.expected === null ? null : payment.currency;
    const { transactions, ...derived } = projectPayment({ ...payment, currency }, facts);
    Object.assign(payment, derived);
    replaceTransactions(draft, { payment, transactions }, tools);
  }
}

/** Rows keep their id while the transaction is the same one, so that exceptions about it keep their subject. */
function replaceTransactions(
  draft: Draft,
  projected: { payment: Payment; transactions: PaymentProjection['transactions'] },
  tools: Tools,
): void {
  const { payment, transactions } = projected;
  const left = draft.transactions.filter(({ paymentId }) => paymentId === payment.id);
  const take = (is: (row: PaymentTransaction) => boolean): PaymentTransaction | undefined => {
    const index = left.findIndex(is);
    return index < 0 ? undefined : left.splice(index, 1)[0];
  };
  const exact = new Map(
    transactions.map((one) => [one, take(({ naturalKey }) => naturalKey === one.naturalKey)]),
  );
  const rows = transactions.map((one) => {
    const row = exact.get(one) ?? take((candidate) => becomes(candidate, one));
    return rowOf(one, row, payment, tools);
  });
  draft.transactions = [
    ...draft.transactions.filter(({ paymentId }) => paymentId !== payment.id),
    ...rows,
  ];
}

/** The same transaction under a better name: its gateway id became known, or a report replaced what was implied. */
function becomes(row: PaymentTransaction, one: ProjectedTransaction): boolean {
  if (row.type !== one.type) return false;
  const sameRequest =
    row.providerRequestKey !== null && row.providerRequestKey === one.providerRequestKey;
  return (sameRequest && row.gatewayTransactionId === null) || (row.implied && !one.implied);
}

function rowOf(
  { failedMinor: _failedMinor, decidedBy: _decidedBy, ...one }: ProjectedTransaction,
  row: PaymentTransaction | undefined,
  payment: Payment,
  { newId, now }: Tools,
): PaymentTransaction {
  return {
    id: row?.id ?? newId('ptx'),
    checkoutId: payment.checkoutId,
    paymentId: payment.id,
    ...one,
    version: row?.version ?? 1,
    createdAt: row?.createdAt ?? now,
    updatedAt: row?.updatedAt ?? now,
  };
}
