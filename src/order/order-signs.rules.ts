import { linkedSellers, type Draft } from '../checkout/draft.rules';
import { type Fulfillment } from '../fulfillment/fulfillment.entity';
import { type PaymentTransaction } from '../payment/payment-transaction.entity';
import { type Payment } from '../payment/payment.entity';
import { type Order } from './order.entity';

const DONE = ['DELIVERED', 'RETURNED', 'CANCELLED'];
const SENT = ['FULFILLED', 'DELIVERED', 'RETURNED'];
const CONTESTED = ['DISPUTED', 'CHARGED_BACK'];

const isCapture = ({ type }: PaymentTransaction): boolean => type === 'CAPTURE' || type === 'SALE';

/** The newest capture of some payment for some fulfillment, or for none by name, failed. */
export function newestCaptureFailed(draft: Draft, paymentIds: readonly string[]): boolean {
  const newest = new Map<string, PaymentTransaction>();
  const captures = draft.transactions
    .filter((one) => paymentIds.includes(one.paymentId) && isCapture(one))
    .sort((a, b) => a.occurredAt.getTime() - b.occurredAt.getTime() || (a.id < b.id ? -1 : 1));
  for (const one of captures) newest.set(`${one.paymentId}:${one.fulfillmentId ?? ''}`, one);
  return [...newest.values()].some(({ status }) => status === 'FAILED');
}

/** Some capture was tried in vain: whether it is tried again is for people who look why (states.md 2.4). */
export function someCaptureFailed(draft: Draft, paymentIds: readonly string[]): boolean {
  return draft.transactions.some(
    (one) =>
      paymentIds.includes(one.paymentId) &&
      isCapture(one) &&
      (one.status === 'FAILED' || one.status === 'CANCELLED'),
  );
}

/** Its outcome is unknown, or somebody else claims it: what is to be given back is not ours to say. */
export const isContested = ({ moneyState, status }: Payment): boolean =>
  moneyState === 'UNKNOWN' || CONTESTED.includes(status);

/** Its fulfillments and those of its linked sellers. */
function partsOf(draft: Draft, order: Order): Fulfillment[] {
  const ids = [order, ...linkedSellers(draft, order)].map(({ id }) => id);
  return draft.fulfillments.filter(({ orderId }) => ids.includes(orderId));
}

/** Goods left the house, whether they came back or not. */
export const isSent = (draft: Draft, order: Order): boolean =>
  partsOf(draft, order).some(({ status }) => SENT.includes(status));

/** Everything arrived; without any fulfillment, a delivered event. */
export function isDelivered(draft: Draft, order: Order): boolean {
  const parts = partsOf(draft, order);
  if (parts.length === 0) return order.deliveredAt !== null;
  const isOver = ({ status }: Fulfillment) => DONE.includes(status);
  return parts.every(isOver) && parts.some(({ status }) => status !== 'CANCELLED');
}
