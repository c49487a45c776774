import { type Loaders } from '../loaders';
import { type PaymentTransaction } from '../payment/payment-transaction.entity';
import { type Payment } from '../payment/payment.entity';
import { type Fulfillment } from './fulfillment.entity';
import { sharesOf, type Share } from './shares.rules';

/** The payments that pay for a fulfillment: those of its order, or of the marketplace order of a seller's (S0.2). */
export async function payersOf(
  loaders: Loaders,
  { orderId }: Pick<Fulfillment, 'orderId'>,
): Promise<Payment[]> {
  const order = await loaders.orderById.load(orderId);
  return loaders.paymentsByOrderId.load(order?.marketplaceOrderId ?? orderId);
}

export async function transactionsOf(
  loaders: Loaders,
  payments: readonly Payment[],
): Promise<PaymentTransaction[]> {
  const rows = await Promise.all(
    payments.map(({ id }) => loaders.transactionsByPaymentId.load(id)),
  );
  return rows.flat();
}

export const inTime = (transactions: readonly PaymentTransaction[]): PaymentTransaction[] =>
  transactions.toSorted(
    (a, b) => a.occurredAt.getTime() - b.occurredAt.getTime() || (a.id < b.id ? -1 : 1),
  );

/** What each payment gives for a fulfillment, as it stands beside the others of its order. */
export async function sharesFor(
  loaders: Loaders,
  { id, checkoutId, orderId }: Fulfillment,
  payments: Payment[],
): Promise<readonly Share[]> {
  const orders = await loaders.ordersByCheckoutId.load(checkoutId);
  const own = orders.find((order) => order.id === orderId);
  const paying = orders.find((order) => order.id === (own?.marketplaceOrderId ?? orderId));
  if (paying === undefined) return [];
  const parts = await Promise.all(orders.map((one) => loaders.fulfillmentsByOrderId.load(one.id)));
  const transactions = await transactionsOf(loaders, payments);
  const draft = { orders, payments, transactions, fulfillments: parts.flat() };
  const isInvolved = (share: Share) =>
    share.fulfillmentId === id &&
    [share.claimed, share.reserving, share.reserved, share.taken].some((amount) => amount > 0n);
  return sharesOf(draft, paying).filter(isInvolved);
}

/** In the fulfillment's currency. */
export function amountsOf(share: Share, { currency }: Fulfillment) {
  const money = (minorUnits: bigint) => ({ minorUnits, currency });
  return {
    amount: money(share.claimed > share.taken ? share.claimed : share.taken),
    validation: money(share.validation),
    reservation: money(share.reserved),
    finalization: money(share.captured),
  };
}
