import {
  FULFILLMENT_STATUSES,
  type FulfillmentStatus,
} from '../../../src/fulfillment/fulfillment.machine';
import { overallStatus } from '../../../src/fulfillment/overall-status.rules';

const told = (...statuses: FulfillmentStatus[]) =>
  overallStatus(statuses.map((status) => ({ status })));

test('no fulfillment has no word', () => {
  expect(told()).toBeNull();
});

test.each(FULFILLMENT_STATUSES)('one that is %s is told as it is', (status) => {
  expect(told(status)).toBe(status);
});

test.each<[FulfillmentStatus, FulfillmentStatus[]]>([
  ['NEW', ['DELIVERED', 'NEW', 'CANCELLED']],
  ['RESERVATION_FAILED', ['NEW', 'RESERVATION_FAILED']],
  ['PAYMENT_CAPTURE_FAILED', ['CAPTURING_PAYMENT', 'PAYMENT_CAPTURE_FAILED', 'FULFILLING']],
  ['FULFILLED', ['DELIVERED', 'FULFILLED', 'RETURNED']],
  ['DELIVERED', ['RETURNED', 'DELIVERED', 'CANCELLED']],
  ['RETURNED', ['CANCELLED', 'RETURNED']],
])('%s is the word for %j', (word, statuses) => {
  expect(told(...statuses)).toBe(word);
});
