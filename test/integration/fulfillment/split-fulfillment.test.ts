import {
  answer,
  aRelease,
  asked,
  codesOf,
  DENIED,
  read,
  shareOf,
  sums,
} from '../../support/examples';
import {
  capturing,
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

const split = (id: string, ...items: object[]) =>
  step(world, 'OMS', 'splitFulfillment', id, { items });
const two = { items: [line('sku-1', 3, '70.00'), line('sku-2', 1, '30.00')] };

test('items move to a release of their own, which says where it comes from', async () => {
  const a = await aRelease(world, await covered(world), '100.00', {
    ...two,
    capturePolicy: 'AT_INVOICE',
  });

  const part = await split(a, { reference: 'sku-1', quantity: 2 }, { reference: 'sku-2' });

  expect(await linesOf(world, part)).toEqual(['sku-1 2 46.67', 'sku-2 1 30.00']);
  expect(await linesOf(world, a)).toEqual(['sku-1 1 23.33']);
  expect(await standing(world, part)).toBe('NEW 76.67/0.00/0.00');
  expect(await standing(world, a)).toBe('NEW 23.33/0.00/0.00');
  const { fulfillment } = await read(
    world,
    'fulfillment(id: $id) { splitFrom { id } capturePolicy order { fulfillments { id } } }',
    { id: part },
  );
  expect(fulfillment).toEqual({
    splitFrom: { id: a },
    capturePolicy: 'AT_INVOICE',
    order: { fulfillments: [{ id: a }, { id: part }] },
  });
});

test('what is reserved is divided with it, payment by payment', async () => {
  const shop = await covered(world, '100.00', { amounts: ['60.00', '40.00'] });
  const [first, second] = shop.paymentIds as [string, string];
  const a = await released(world, shop, '100.00', two);

  const part = await split(a, { reference: 'sku-2' });

  expect(await standing(world, part)).toBe('RELEASED 30.00/30.00/0.00');
  expect(await standing(world, a)).toBe('RELEASED 70.00/70.00/0.00');
  expect(await shareOf(world, part, first)).toBe('0.00/18.00/0.00');
  expect(await shareOf(world, part, second)).toBe('0.00/12.00/0.00');
  await step(world, 'OMS', 'captureFulfillment', part);
  expect(await asked(world, first)).toEqual(['CAPTURE 18.00']);
  expect(await asked(world, second)).toEqual(['CAPTURE 12.00']);
  await step(world, 'OMS', 'captureFulfillment', a);
  expect(await asked(world, first)).toEqual(['CAPTURE 18.00', 'CAPTURE 42.00']);
});

test('captured money stays with its transaction, and counts for both', async () => {
  const shop = await covered(world);
  const a = await paid(world, shop, '100.00', two);
  const before = await sums(world, shop.paymentId, 'captured', 'authorizedOpen');

  const part = await split(a, { reference: 'sku-2' });
  const last = await split(part, { reference: 'sku-2' }).catch(() => null);

  expect(last).toBeNull();
  expect(await standing(world, part)).toBe('PAYMENT_CAPTURED 30.00/30.00/30.00');
  expect(await standing(world, a)).toBe('PAYMENT_CAPTURED 70.00/70.00/70.00');
  expect(await sums(world, shop.paymentId, 'captured', 'authorizedOpen')).toEqual(before);
  const { fulfillment } = await read(
    world,
    'fulfillment(id: $id) { transactions { fulfillmentId } paymentShares { amount { amount } finalization { amount } } }',
    { id: part },
  );
  expect(fulfillment.transactions).toEqual([{ fulfillmentId: a }]);
  expect(fulfillment.paymentShares).toEqual([
    { amount: { amount: '30.00' }, finalization: { amount: '30.00' } },
  ]);
});

describe('a capture that is under way', () => {
  const underWay = async () => {
    const shop = await covered(world);
    const a = await capturing(world, shop, '100.00', two);
    return { shop, a, part: await split(a, { reference: 'sku-2' }) };
  };

  test('is awaited by both, and captures both', async () => {
    const { shop, a, part } = await underWay();
    expect(await statusOf(world, part)).toBe('CAPTURING_PAYMENT');
    await answer(world, shop.paymentId, 'CAPTURE', { result: 'PENDING' });
    expect(await statusOf(world, part)).toBe('CAPTURE_AWAITING_RESULT');
    await answer(world, shop.paymentId, 'CAPTURE');

    expect(await standing(world, part)).toBe('PAYMENT_CAPTURED 30.00/30.00/30.00');
    expect(await standing(world, a)).toBe('PAYMENT_CAPTURED 70.00/70.00/70.00');
  });

  test('fails both', async () => {
    const { shop, a, part } = await underWay();
    await answer(world, shop.paymentId, 'CAPTURE', DENIED);

    expect(await standing(world, part)).toBe('PAYMENT_CAPTURE_FAILED 30.00/30.00/0.00');
    expect(await standing(world, a)).toBe('PAYMENT_CAPTURE_FAILED 70.00/70.00/0.00');
  });
});

test('a reservation that is under way is for both', async () => {
  const shop = await covered(world, '100.00', {
    amounts: ['100.00'],
    paymentRule: 'NO_VALIDATION_DEPOSIT_AT_RESERVATION',
  });
  const a = await released(world, shop, '100.00', two);
  expect(await asked(world, shop.paymentId)).toEqual(['CAPTURE 100.00']);
  const part = await split(a, { reference: 'sku-2' });
  await answer(world, shop.paymentId, 'CAPTURE');

  expect(await standing(world, part)).toBe('RELEASED 30.00/30.00/0.00');
  expect(await standing(world, a)).toBe('RELEASED 70.00/70.00/0.00');
});

describe('refused, and nothing changed', () => {
  const splitAs = (actor: string, fulfillmentId: string, ...items: object[]) =>
    codesOf(world, actor, 'splitFulfillment', { fulfillmentId, items });

  test('where nothing stays, or there is nothing to move', async () => {
    const a = await aRelease(world, await covered(world), '100.00', two);
    const b = await aRelease(world, await covered(world), '100.00');

    expect(await splitAs('OMS', a, { reference: 'sku-1' }, { reference: 'sku-2' })).toEqual([
      'GUARD_FAILED',
    ]);
    expect(await splitAs('OMS', a)).toEqual(['GUARD_FAILED']);
    expect(await splitAs('OMS', b, { reference: 'sku-1' })).toEqual(['GUARD_FAILED']);
    expect(await splitAs('OMS', a, { reference: 'sku-1', quantity: 4 })).toEqual(['GUARD_FAILED']);
  });

  test('once it is cancelled, and by others', async () => {
    const shop = await covered(world);
    const a = await aRelease(world, shop, '100.00', two);
    for (const role of ['ADMIN', 'COMMERCE', 'SUPPORT']) {
      expect(await splitAs(role, a, { reference: 'sku-2' })).toEqual(['FORBIDDEN']);
    }
    await step(world, 'OMS', 'cancelFulfillment', a, { reason: 'sold out' });
    expect(await splitAs('OMS', a, { reference: 'sku-2' })).toEqual(['INVALID_TRANSITION']);
  });
});
