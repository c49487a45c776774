import { anOrder, aRelease, codesOf, done, told } from '../../support/examples';
import {
  covered,
  line,
  linesOf,
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

const start = (id: string, more: object = {}) => step(world, 'OMS', 'startFulfilling', id, more);
const startAs = (actor: string, fulfillmentId: string) =>
  codesOf(world, actor, 'startFulfilling', { fulfillmentId });

test('what is captured is prepared', async () => {
  const a = await paid(world, await covered(world));

  await start(a);

  expect(await standing(world, a)).toBe('FULFILLING 100.00/100.00/100.00');
});

test.each(['AT_SHIPMENT', 'AT_INVOICE', 'ON_DELIVERY'])(
  'what is released is prepared where its money is taken %s (S0.6)',
  async (capturePolicy) => {
    const a = await released(world, await covered(world), '100.00', { capturePolicy });

    await start(a);

    expect(await standing(world, a)).toBe('FULFILLING 100.00/100.00/0.00');
  },
);

test('what was paid at order needs neither reservation nor capture', async () => {
  const shop = await anOrder(world, '100.00');
  await told(world, shop, 'SALE', '100.00');
  const a = await aRelease(world, shop, '100.00', { capturePolicy: 'AT_ORDER' });

  await start(a);

  expect(await standing(world, a)).toBe('FULFILLING 100.00/100.00/100.00');
});

test('started already, it stays so', async () => {
  const a = await paid(world, await covered(world));
  await start(a);

  expect(await start(a)).toBe(a);
  expect(await statusOf(world, a)).toBe('FULFILLING');
});

test('some items begin, captured money with them; the rest waits, captured too', async () => {
  const shop = await covered(world, '100.01');
  const a = await paid(world, shop, '100.01', { items: [line('sku-1', 2, '100.01')] });

  const part = await start(a, { items: [{ reference: 'sku-1', quantity: 1 }] });

  // The odd cent stays with what stays (money.md 10).
  expect(await standing(world, part)).toBe('FULFILLING 50.00/50.00/50.00');
  expect(await standing(world, a)).toBe('PAYMENT_CAPTURED 50.01/50.01/50.01');
  expect(await linesOf(world, part)).toEqual(['sku-1 1 50.00']);
});

describe('refused, and nothing changed', () => {
  test('before it is paid, where the policy wants that', async () => {
    const shop = await covered(world);
    const a = await released(world, shop, '60.00');
    const b = await released(world, shop, '40.00', { capturePolicy: 'AT_ORDER' });

    expect(await startAs('OMS', a)).toEqual(['GUARD_FAILED']);
    expect(await startAs('OMS', b)).toEqual(['GUARD_FAILED']);
  });

  test('before it is released', async () => {
    const a = await aRelease(world, await covered(world), '100.00', {
      capturePolicy: 'AT_SHIPMENT',
    });

    expect(await startAs('OMS', a)).toEqual(['GUARD_FAILED']);
  });

  test('while the order may be cancelled', async () => {
    const shop = await covered(world);
    const a = await paid(world, shop);
    await done(world, 'COMMERCE', 'requestOrderCancellation', {
      orderId: shop.orderId,
      reason: 'the customer asked',
    });

    expect(await startAs('OMS', a)).toEqual(['GUARD_FAILED']);
  });

  test('while retries are frozen', async () => {
    const shop = await covered(world, '100.00', { amounts: ['60.00', '40.00'] });
    const a = await released(world, shop, '60.00', { capturePolicy: 'AT_SHIPMENT' });
    await told(world, { paymentId: shop.paymentIds[1]!, currency: 'USD' }, 'CAPTURE', '40.00', {
      result: 'INDETERMINATE',
      indeterminateCause: 'NETWORK',
    });

    expect(await startAs('OMS', a)).toEqual(['REPLAY_BLOCKED']);
  });

  test.each(['SYSTEM', 'ADMIN', 'COMMERCE'])('by %s', async (role) => {
    const a = await paid(world, await covered(world));

    expect(await startAs(role, a)).toEqual(['FORBIDDEN']);
  });
});
