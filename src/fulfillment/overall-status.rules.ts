import { type Fulfillment } from './fulfillment.entity';
import { type FulfillmentStatus } from './fulfillment.machine';

/** How far goods are, the least first; what failed on the way stands before what is under way there. */
const FROM_LEAST: readonly FulfillmentStatus[] = [
  'RESERVATION_FAILED',
  'NEW',
  'RELEASED',
  'PAYMENT_CAPTURE_FAILED',
  'CAPTURING_PAYMENT',
  'CAPTURE_AWAITING_RESULT',
  'PAYMENT_CAPTURED',
  'FULFILLING',
  'FULFILLED',
  'DELIVERED',
  'RETURNED',
  'CANCELLED',
];

/**
 * Several fulfillments in one word: the one that is least far of those whose goods are still to come or with the
 * customer, else that goods came back, else that all was cancelled. Null where there is none.
 */
export function overallStatus(
  fulfillments: readonly Pick<Fulfillment, 'status'>[],
): FulfillmentStatus | null {
  return FROM_LEAST.find((word) => fulfillments.some(({ status }) => status === word)) ?? null;
}
