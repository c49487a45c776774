import {
  anOrder,
  answer,
  aRelease,
  asked,
  done,
  money,
  orderStatus,
  reserve,
  told,
} from '../../support/examples';
import { covered, standing, step } from '../../support/releases';
import { startWorld, type World } from '../../support/world';

let world: World;
beforeAll(async () => (world = await startWorld()));
afterAll(() => world.close());

// When the money of a release is taken, from the plan to the door, one policy each.

const go = (mutation: string, id: string) => step(world, 'OMS', mutation, id);

async function deliver(id: string): Promise<string[]> {
  const seen: string[] = [];
  for (const mutation of ['startFulfilling', 'shipFulfillment', 'confirmDelivery']) {
    await go(mutation, id);
    seen.push(await standing(world, id));
  }
  return seen;
}

test('BEFORE_FULFILLING: captured, then prepared', async () => {
  const shop = await covered(world);
  const a = await aRelease(world, shop, '100.00');
  await reserve(world, a);
  await go('captureFulfillment', a);
  await answer(world, shop.paymentId, 'CAPTURE');

  expect(await deliver(a)).toEqual([
    'FULFILLING 100.00/100.00/100.00',
    'FULFILLED 100.00/100.00/100.00',
    'DELIVERED 100.00/100.00/100.00',
  ]);
});

test('AT_SHIPMENT: captured as it leaves', async () => {
  const shop = await covered(world);
  const a = await aRelease(world, shop, '100.00', { capturePolicy: 'AT_SHIPMENT' });
  await reserve(world, a);
  await go('startFulfilling', a);
  expect(await asked(world, shop.paymentId)).toEqual([]);
  await go('shipFulfillment', a);
  expect(await asked(world, shop.paymentId)).toEqual(['CAPTURE 100.00']);
  await answer(world, shop.paymentId, 'CAPTURE');
  await go('confirmDelivery', a);

  expect(await standing(world, a)).toBe('DELIVERED 100.00/100.00/100.00');
});

test('AT_INVOICE: captured as it is invoiced (S0.5)', async () => {
  const shop = await covered(world);
  const a = await aRelease(world, shop, '100.00', { capturePolicy: 'AT_INVOICE' });
  await reserve(world, a);
  await go('startFulfilling', a);
  await go('shipFulfillment', a);
  expect(await asked(world, shop.paymentId)).toEqual([]);
  const { orderId } = shop;
  await done(world, 'COMMERCE', 'releaseOrderForHandling', { orderId });
  await done(world, 'OMS', 'startHandling', { orderId });
  await done(world, 'OMS', 'insertInvoice', {
    orderId,
    number: 'I-1',
    amount: money('100.00'),
    fulfillmentIds: [a],
  });

  expect(await asked(world, shop.paymentId)).toEqual(['CAPTURE 100.00']);
  expect(await standing(world, a)).toBe('FULFILLED 100.00/100.00/0.00');
  await answer(world, shop.paymentId, 'CAPTURE');
  expect(await standing(world, a)).toBe('FULFILLED 100.00/100.00/100.00');
  await go('confirmDelivery', a);
  expect(await orderStatus(world, orderId)).toBe('COMPLETED');
});

test('AT_ORDER: paid before it is planned', async () => {
  const shop = await anOrder(world, '100.00');
  await told(world, shop, 'SALE', '100.00');
  const a = await aRelease(world, shop, '100.00', { capturePolicy: 'AT_ORDER' });
  expect(await standing(world, a)).toBe('NEW 100.00/0.00/0.00');

  expect(await deliver(a)).toEqual([
    'FULFILLING 100.00/100.00/100.00',
    'FULFILLED 100.00/100.00/100.00',
    'DELIVERED 100.00/100.00/100.00',
  ]);
});

test('ON_DELIVERY: collected at the door, and counted when that is told', async () => {
  const shop = await anOrder(world, '100.00', {
    payments: [{ amount: '100.00', collection: 'ON_DELIVERY' }],
  });
  const a = await aRelease(world, shop, '100.00', { capturePolicy: 'ON_DELIVERY' });
  await reserve(world, a);

  expect(await deliver(a)).toEqual([
    'FULFILLING 100.00/100.00/0.00',
    'FULFILLED 100.00/100.00/0.00',
    'DELIVERED 100.00/100.00/0.00',
  ]);
  await told(world, shop, 'SALE', '100.00');
  expect(await standing(world, a)).toBe('DELIVERED 100.00/100.00/100.00');
});

test('a rule that reserves nothing sells at shipment (money.md 11)', async () => {
  const shop = await anOrder(world, '100.00', {
    payments: [{ amount: '100.00', paymentRule: 'NO_VALIDATION_OR_RESERVATION' }],
  });
  const a = await aRelease(world, shop, '60.00', { capturePolicy: 'AT_SHIPMENT' });
  await reserve(world, a);
  expect(await standing(world, a)).toBe('RELEASED 60.00/60.00/0.00');
  await go('startFulfilling', a);
  await go('shipFulfillment', a);

  expect(await asked(world, shop.paymentId)).toEqual(['SALE 60.00']);
  await answer(world, shop.paymentId, 'SALE');
  expect(await standing(world, a)).toBe('FULFILLED 60.00/60.00/60.00');
});

test('and sells what was never released, too', async () => {
  const shop = await anOrder(world, '100.00', {
    payments: [{ amount: '100.00', paymentRule: 'NO_VALIDATION_OR_RESERVATION' }],
  });
  const a = await aRelease(world, shop, '60.00');
  await go('captureFulfillment', a);

  expect(await asked(world, shop.paymentId)).toEqual(['SALE 60.00']);
  await answer(world, shop.paymentId, 'SALE');
  expect(await standing(world, a)).toBe('PAYMENT_CAPTURED 60.00/60.00/60.00');
});
