import { codesOf, DENIED, answer, done, liveKinds, money } from '../../support/examples';
import {
  covered,
  line,
  paid,
  released,
  standing,
  statusOf,
  step,
  triageAll,
} from '../../support/releases';
import { startWorld, type World } from '../../support/world';

let world: World;
beforeAll(async () => (world = await startWorld()));
afterAll(() => world.close());

const HOUR_MS = 3_600_000;
const deliver = (id: string, more: object = {}) => step(world, 'OMS', 'confirmDelivery', id, more);
const deliverAs = (actor: string, fulfillmentId: string, more: object = {}) =>
  codesOf(world, actor, 'confirmDelivery', { fulfillmentId, ...more });

async function sent(id: string): Promise<string> {
  await step(world, 'OMS', 'startFulfilling', id);
  return step(world, 'OMS', 'shipFulfillment', id);
}

/** Sent on an authorization whose capture then failed. */
async function sentUnpaid() {
  const shop = await covered(world);
  const a = await sent(await released(world, shop, '100.00', { capturePolicy: 'AT_SHIPMENT' }));
  await answer(world, shop.paymentId, 'CAPTURE', DENIED);
  return { shop, a };
}

test('what is paid is handed over', async () => {
  const a = await sent(await paid(world, await covered(world)));

  await deliver(a);

  expect(await standing(world, a)).toBe('DELIVERED 100.00/100.00/100.00');
});

test('what is collected at the door is handed over', async () => {
  const shop = await covered(world);
  const a = await sent(await released(world, shop, '100.00', { capturePolicy: 'ON_DELIVERY' }));

  await deliver(a);

  expect(await standing(world, a)).toBe('DELIVERED 100.00/100.00/0.00');
});

test('what the carrier reports is recorded whatever the money says', async () => {
  const { a } = await sentUnpaid();

  await step(world, 'SYSTEM', 'confirmDelivery', a, { carrierReport: true });

  expect(await statusOf(world, a)).toBe('DELIVERED');
});

test('somebody may take responsibility for an open case (S0.17)', async () => {
  const { shop, a } = await sentUnpaid();
  const override = { override: true, reason: 'the customer pays by transfer' };
  world.advance(HOUR_MS);
  await world.sweep();
  expect(await liveKinds(world, shop.orderId)).toContain('SHIPPED_NOT_CAPTURED');

  await deliver(a, override);

  expect(await statusOf(world, a)).toBe('DELIVERED');
});

test('delivered already, it stays so', async () => {
  const a = await sent(await paid(world, await covered(world)));
  await deliver(a);

  expect(await deliver(a)).toBe(a);
});

test('some items arrive, the rest is on its way', async () => {
  const shop = await covered(world);
  const a = await sent(await paid(world, shop, '100.00', { items: [line('sku-1', 4, '100.00')] }));

  const part = await deliver(a, { items: [{ reference: 'sku-1', quantity: 1 }] });

  expect(await standing(world, part)).toBe('DELIVERED 25.00/25.00/25.00');
  expect(await standing(world, a)).toBe('FULFILLED 75.00/75.00/75.00');
});

test('a seller’s goods are not stopped by the money (S0.10)', async () => {
  const shop = await covered(world);
  const orderId = await done(world, 'COMMERCE', 'createOrder', {
    cartGuid: shop.guid,
    code: `S-${shop.guid}`,
    side: 'SELLER',
    sellerId: 'seller-1',
    marketplaceOrderId: shop.orderId,
    total: money('100.00'),
  });
  const seller = 'OMS; side=SELLER; sellerId=seller-1';
  const a = await released(world, { ...shop, orderId }, '100.00', { capturePolicy: 'AT_INVOICE' });
  for (const mutation of ['startFulfilling', 'shipFulfillment', 'confirmDelivery']) {
    await step(world, seller, mutation, a);
  }

  expect(await standing(world, a)).toBe('DELIVERED 100.00/100.00/0.00');
});

describe('refused, and nothing changed', () => {
  test('what is not paid', async () => {
    const { a } = await sentUnpaid();

    expect(await deliverAs('OMS', a)).toEqual(['GUARD_FAILED']);
    expect(await deliverAs('OMS', a, { carrierReport: false })).toEqual(['GUARD_FAILED']);
  });

  test('an override without a case, or without a reason', async () => {
    const shop = await covered(world);
    const a = await sent(await released(world, shop, '100.00', { capturePolicy: 'AT_SHIPMENT' }));
    const override = { override: true, reason: 'the customer pays by transfer' };

    // The capture is under way: nothing is wrong yet that one could answer for.
    expect(await deliverAs('OMS', a, override)).toEqual(['GUARD_FAILED']);
    await answer(world, shop.paymentId, 'CAPTURE', DENIED);
    world.advance(HOUR_MS);
    await world.sweep();
    await triageAll(world, shop.orderId);
    expect(await deliverAs('OMS', a, { override: true })).toEqual(['REASON_REQUIRED']);
    expect(await deliverAs('OMS', a, { override: true, reason: ' ' })).toEqual(['REASON_REQUIRED']);
  });

  test('before it is sent, and by others', async () => {
    const a = await paid(world, await covered(world));

    expect(await deliverAs('OMS', a, { carrierReport: true })).toEqual(['INVALID_TRANSITION']);
    for (const role of ['ADMIN', 'COMMERCE', 'SUPPORT']) {
      expect(await deliverAs(role, a)).toEqual(['FORBIDDEN']);
    }
  });
});
