import { answer, codesOf, done, money, read } from '../../support/examples';
import {
  covered,
  grantsOf,
  line,
  paid,
  released,
  standing,
  statusOf,
  step,
} from '../../support/releases';
import { startWorld, type World } from '../../support/world';

let world: World;
beforeAll(async () => (world = await startWorld()));
afterAll(() => world.close());

const giveBack = (id: string, more: object = {}) =>
  step(world, 'SUPPORT', 'recordReturn', id, { reason: 'too small', ...more });

async function sent(id: string): Promise<string> {
  await step(world, 'OMS', 'startFulfilling', id);
  return step(world, 'OMS', 'shipFulfillment', id);
}

test.each(['FULFILLED', 'DELIVERED'])(
  'what was %s comes back: what was captured for it may be refunded',
  async (from) => {
    const shop = await covered(world);
    const a = await sent(await paid(world, shop));
    if (from === 'DELIVERED') await step(world, 'OMS', 'confirmDelivery', a);

    await giveBack(a);

    expect(await standing(world, a)).toBe('RETURNED 100.00/100.00/100.00');
    expect(await grantsOf(world, shop.orderId)).toEqual(['RETURN 100.00']);
    const { order } = await read(
      world,
      'order(id: $id) { refundGrants { fulfillmentId amount { currencyCode } } }',
      { id: shop.orderId },
    );
    expect(order.refundGrants).toEqual([{ fulfillmentId: a, amount: { currencyCode: 'USD' } }]);
  },
);

test('of what is not captured nothing is granted', async () => {
  const shop = await covered(world);
  const a = await sent(await released(world, shop, '100.00', { capturePolicy: 'AT_SHIPMENT' }));
  await answer(world, shop.paymentId, 'CAPTURE', { processedAmount: money('30.00') });

  await giveBack(a);
  expect(await grantsOf(world, shop.orderId)).toEqual(['RETURN 30.00']);

  const other = await covered(world);
  const b = await sent(await released(world, other, '100.00', { capturePolicy: 'AT_INVOICE' }));
  await giveBack(b);
  expect(await grantsOf(world, other.orderId)).toEqual([]);
});

test('what was granted for it before is not granted again', async () => {
  const shop = await covered(world);
  const a = await sent(await paid(world, shop));
  await done(world, 'FINANCE', 'grantRefund', {
    orderId: shop.orderId,
    fulfillmentId: a,
    amount: money('30.00'),
    reason: 'it came late',
  });

  await giveBack(a);

  expect(await grantsOf(world, shop.orderId)).toEqual(['GRANT 30.00', 'RETURN 70.00']);
});

test('returned already, it stays so and is granted once', async () => {
  const shop = await covered(world);
  const a = await sent(await paid(world, shop));
  await giveBack(a);

  await giveBack(a);

  expect(await grantsOf(world, shop.orderId)).toEqual(['RETURN 100.00']);
});

test('some items come back with the money that was taken for them', async () => {
  const shop = await covered(world, '101', { currency: 'JPY' });
  const a = await sent(await paid(world, shop, '101', { items: [line('sku-1', 2, '101', 'JPY')] }));

  const part = await giveBack(a, { items: [{ reference: 'sku-1', quantity: 1 }] });

  expect(await standing(world, part)).toBe('RETURNED 50/50/50');
  expect(await standing(world, a)).toBe('FULFILLED 51/51/51');
  expect(await grantsOf(world, shop.orderId)).toEqual(['RETURN 50']);
  await giveBack(a);
  expect(await grantsOf(world, shop.orderId)).toEqual(['RETURN 50', 'RETURN 51']);
});

test('refused before it is sent, without a reason, and by others', async () => {
  const a = await paid(world, await covered(world));
  const returnAs = (actor: string, reason = 'too small') =>
    codesOf(world, actor, 'recordReturn', { fulfillmentId: a, reason });

  expect(await returnAs('OMS')).toEqual(['INVALID_TRANSITION']);
  expect(await returnAs('OMS', ' ')).toEqual(['REASON_REQUIRED']);
  for (const role of ['SYSTEM', 'ADMIN', 'COMMERCE']) {
    expect(await returnAs(role)).toEqual(['FORBIDDEN']);
  }
  expect(await statusOf(world, a)).toBe('PAYMENT_CAPTURED');
});

test('no more is granted than is payable, less what was granted before', async () => {
  const shop = await covered(world);
  const a = await sent(await paid(world, shop));
  await done(world, 'FINANCE', 'grantRefund', {
    orderId: shop.orderId,
    amount: money('70.00'),
    reason: 'late',
  });

  await giveBack(a);

  expect(await grantsOf(world, shop.orderId)).toEqual(['GRANT 70.00', 'RETURN 30.00']);
});
