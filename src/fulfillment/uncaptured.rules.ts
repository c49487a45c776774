import { orderOf, payingOrder, type Draft } from '../checkout/draft.rules';
import { type Fulfillment } from './fulfillment.entity';
import { sharesOf, type Share } from './shares.rules';

/**
 * The shares of a fulfillment as they are once it is captured for or started: money that names no fulfillment
 * included. Highest priority first.
 */
export function sharesOnceStarted(draft: Draft, fulfillment: Fulfillment): Share[] {
  const started: Fulfillment = { ...fulfillment, status: 'CAPTURING_PAYMENT' };
  const isNew = ['NEW', 'RELEASED', 'RESERVATION_FAILED'].includes(fulfillment.status);
  const fulfillments = draft.fulfillments.map((one) =>
    isNew && one.id === fulfillment.id ? started : one,
  );
  const order = payingOrder(draft, orderOf(draft, fulfillment.orderId));
  return sharesOf({ ...draft, fulfillments }, order).filter(
    ({ fulfillmentId }) => fulfillmentId === fulfillment.id,
  );
}

/** Captured for it, or there and waiting for it to start; minor units. */
export function capturedOnceStarted(draft: Draft, fulfillment: Fulfillment): bigint {
  return sharesOnceStarted(draft, fulfillment).reduce((sum, { captured }) => sum + captured, 0n);
}
