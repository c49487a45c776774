import { payingOrder, type Draft } from '../checkout/draft.rules';
import { type Fulfillment } from '../fulfillment/fulfillment.entity';
import { type Limits } from '../kernel/limits';
import { sum } from '../kernel/money';
import { type Order } from '../order/order.entity';
import { countedPayments, isCreated } from '../order/order.rules';
import { type Payment } from '../payment/payment.entity';
import { type PaymentTransaction } from '../payment/payment-transaction.entity';
import { net } from '../payment/sums.rules';

// What several kinds look at: an order's money, a fulfillment's order, a capture that is under way.

export const isCancelled = ({ status }: Pick<Order, 'status'>): boolean =>
  status === 'CANCELLING' || status === 'CANCELLED';

export const isOver = (order: Pick<Order, 'status'>): boolean =>
  isCancelled(order) || order.status === 'COMPLETED';

/** The marketplace orders that exist for the shop; a seller's goods are paid on them (S0.2). */
export function marketplaceOrders(draft: Pick<Draft, 'orders'>): Order[] {
  return draft.orders.filter((order) => order.side === 'MARKETPLACE' && isCreated(order));
}

export function orderOfPayment(draft: Pick<Draft, 'orders'>, payment: Payment): Order | null {
  return draft.orders.find(({ id }) => id === payment.orderId) ?? null;
}

/** The order that pays for a fulfillment; null where it names none of the checkout. */
export function orderPaying(
  draft: Pick<Draft, 'orders'>,
  { orderId }: Pick<Fulfillment, 'orderId'>,
): Order | null {
  const order = draft.orders.find(({ id }) => id === orderId);
  return order === undefined ? null : payingOrder(draft, order);
}

/** The payments a case is about: the one it names, else all that pay for its order. */
export function paymentsAbout(
  draft: Pick<Draft, 'orders' | 'payments'>,
  { paymentId, orderId }: { readonly paymentId: string | null; readonly orderId: string | null },
): Payment[] {
  if (paymentId !== null) return draft.payments.filter(({ id }) => id === paymentId);
  const order = draft.orders.find(({ id }) => id === orderId);
  return order === undefined ? [] : countedPayments(payingOrder(draft, order), draft.payments);
}

export const netOf = (payments: readonly Payment[]): bigint => sum(payments.map(net));

/** Provider time of the newest money of these payments; `otherwise` where none moved. */
export function moneyTime(payments: readonly Payment[], otherwise: Date): Date {
  const times = payments.flatMap(
    ({ capturedAt, authorizedAt }) => capturedAt ?? authorizedAt ?? [],
  );
  return times.reduce((newest, at) => (at > newest ? at : newest), times[0] ?? otherwise);
}

/** Which capture it is does not change when the gateway's id becomes known: a row keeps its id. */
export const isCapture = ({ type }: Pick<PaymentTransaction, 'type'>): boolean =>
  type === 'CAPTURE' || type === 'SALE';

export const isOpen = ({ status }: Pick<PaymentTransaction, 'status'>): boolean =>
  status === 'NEW' || status === 'PENDING';

export const amountOf = ({
  processedMinor,
  requestedMinor,
}: Pick<PaymentTransaction, 'processedMinor' | 'requestedMinor'>): bigint =>
  processedMinor ?? requestedMinor ?? 0n;

export const after = (at: Date, ms: number): Date => new Date(at.getTime() + ms);

/** Until when a request under way is believed. */
export const believedUntil = (
  { recordedAt }: Pick<PaymentTransaction, 'recordedAt'>,
  { captureResultMs }: Limits,
): Date => after(recordedAt, captureResultMs);

/** Captures for a fulfillment: those that name it, and of its order's payments those that name none. */
export function capturesAround(draft: Draft, fulfillment: Fulfillment): PaymentTransaction[] {
  const order = orderPaying(draft, fulfillment);
  const paymentIds = draft.payments
    .filter(({ orderId }) => order !== null && orderId === order.id)
    .map(({ id }) => id);
  return draft.transactions.filter(
    (one) =>
      isCapture(one) &&
      (one.fulfillmentId === fulfillment.id ||
        (one.fulfillmentId === null && paymentIds.includes(one.paymentId))),
  );
}

/** Reversals that name a transaction; one that names none is of the newest of `originals`. */
export function reversalOf(
  draft: Pick<Draft, 'transactions'>,
  transaction: PaymentTransaction,
  reversal: PaymentTransaction['type'],
): PaymentTransaction | null {
  const { paymentId, naturalKey, gatewayTransactionId } = transaction;
  const originals = draft.transactions
    .filter(
      (one) =>
        one.paymentId === paymentId &&
        one.status === 'SUCCEEDED' &&
        (reversal === 'CAPTURE_REVERSAL' ? isCapture(one) : one.type === transaction.type),
    )
    .sort((a, b) => a.occurredAt.getTime() - b.occurredAt.getTime());
  const isNewest = originals.at(-1)?.id === transaction.id;
  return (
    draft.transactions.find(
      (one) =>
        one.paymentId === paymentId &&
        one.type === reversal &&
        one.status === 'SUCCEEDED' &&
        (one.parentKey === null
          ? isNewest
          : one.parentKey === naturalKey || one.parentKey === gatewayTransactionId),
    ) ?? null
  );
}
