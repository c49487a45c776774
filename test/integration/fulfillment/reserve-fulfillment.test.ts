import {
  anOrder,
  answer,
  aRelease,
  asked,
  codesOf,
  DENIED,
  done,
  finalize,
  liveKinds,
  money,
  refusals,
  reserve,
  shareOf,
  told,
  transactionsOf,
} from '../../support/examples';
import {
  covered,
  line,
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

const APPROVED_LATER = { paymentRule: 'NO_VALIDATION_APPROVAL_ON_RESERVATION' };
const ruled = (amount: string, more: object = {}) => ({ amount, ...APPROVED_LATER, ...more });

test('what is authorized already is held, and nothing is asked for', async () => {
  const shop = await covered(world);
  const a = await released(world, shop, '60.00');
  const b = await released(world, shop, '40.00');

  expect(await standing(world, a)).toBe('RELEASED 60.00/60.00/0.00');
  expect(await standing(world, b)).toBe('RELEASED 40.00/40.00/0.00');
  expect(await asked(world, shop.paymentId)).toEqual([]);
});

test('nothing is asked twice while the first answer is awaited', async () => {
  const shop = await anOrder(world, '100.00', { payments: [ruled('100.00')] });
  const a = await released(world, shop);
  expect(await asked(world, shop.paymentId)).toEqual(['AUTHORIZE 100.00']);

  await reserve(world, a);
  await answer(world, shop.paymentId, 'AUTHORIZE', { result: 'PENDING' });
  await reserve(world, a);

  expect(await transactionsOf(world, shop.paymentId)).toHaveLength(1);
  expect(await statusOf(world, a)).toBe('NEW');
});

test('after a partial approval only the difference is asked for (money.md 11)', async () => {
  const shop = await anOrder(world, '300.00', { payments: [ruled('300.00')] });
  const a = await released(world, shop, '300.00');
  await answer(world, shop.paymentId, 'AUTHORIZE', { processedAmount: money('250.00') });
  expect(await standing(world, a)).toBe('RESERVATION_FAILED 300.00/250.00/0.00');

  await triageAll(world, shop.orderId);
  await reserve(world, a, 'PAYMENT');

  expect(await asked(world, shop.paymentId)).toEqual(['AUTHORIZE 50.00']);
  await answer(world, shop.paymentId, 'AUTHORIZE');
  expect(await standing(world, a)).toBe('RELEASED 300.00/300.00/0.00');
});

test('a failed reservation is told, and cured by reserving again (S3.10, S3.12)', async () => {
  const shop = await anOrder(world, '100.00', { payments: [ruled('100.00')] });
  const a = await released(world, shop);
  await answer(world, shop.paymentId, 'AUTHORIZE', DENIED);
  expect(await liveKinds(world, shop.orderId)).toContain('UNDER_RESERVED_RELEASE');

  await reserve(world, a, 'SUPPORT');
  await answer(world, shop.paymentId, 'AUTHORIZE');

  expect(await standing(world, a)).toBe('RELEASED 100.00/100.00/0.00');
  expect(await liveKinds(world, shop.orderId)).not.toContain('UNDER_RESERVED_RELEASE');
});

test('reserved already, it stays so and asks for nothing', async () => {
  const shop = await anOrder(world, '100.00', { payments: [ruled('100.00')] });
  const a = await released(world, shop);
  await answer(world, shop.paymentId, 'AUTHORIZE');

  await reserve(world, a);

  expect(await standing(world, a)).toBe('RELEASED 100.00/100.00/0.00');
  expect(await transactionsOf(world, shop.paymentId)).toHaveLength(1);
});

test('what was reserved and is lost is asked for again', async () => {
  const shop = await anOrder(world, '100.00', { payments: [ruled('100.00'), ruled('100.00')] });
  const [first, second] = shop.paymentIds as [string, string];
  const a = await released(world, shop);
  await answer(world, first, 'AUTHORIZE');
  await told(world, { paymentId: first, currency: 'USD' }, 'VOID', '100.00');
  expect(await standing(world, a)).toBe('RELEASED 100.00/0.00/0.00');

  await triageAll(world, shop.orderId);
  await reserve(world, a);

  // The voided one is passed over.
  expect(await asked(world, first)).toEqual([]);
  expect(await asked(world, second)).toEqual(['AUTHORIZE 100.00']);
  await answer(world, second, 'AUTHORIZE');
  expect(await standing(world, a)).toBe('RELEASED 100.00/100.00/0.00');
});

test('money another release holds is not given twice, whichever is asked for first', async () => {
  const shop = await anOrder(world, '100.00', { payments: [ruled('70.00'), ruled('30.00')] });
  const [first, second] = shop.paymentIds as [string, string];
  const a = await released(world, shop, '60.00');
  const b = await released(world, shop, '40.00');

  expect(await asked(world, first)).toEqual(['AUTHORIZE 60.00', 'AUTHORIZE 10.00']);
  expect(await asked(world, second)).toEqual(['AUTHORIZE 30.00']);
  expect(await shareOf(world, a, second)).toBe('none');
  expect(await shareOf(world, b, second)).toBe('0.00/0.00/0.00');
});

test('more than the payments can give is refused, with what they can', async () => {
  const shop = await anOrder(world, '100.00', { payments: [ruled('60.00')] });
  const a = await aRelease(world, shop, '100.00');

  expect(await refusals(world, 'OMS', 'reserveFulfillment', { fulfillmentId: a })).toEqual([
    { code: 'AMOUNT_EXCEEDS', field: null, available: money('60.00') },
  ]);
});

test('a failed claim of another release keeps its place', async () => {
  const shop = await anOrder(world, '100.00', { payments: [ruled('100.00')] });
  const a = await released(world, shop, '60.00');
  await answer(world, shop.paymentId, 'AUTHORIZE', DENIED);
  await triageAll(world, shop.orderId);

  const b = await released(world, shop, '40.00');
  expect(await asked(world, shop.paymentId)).toEqual(['AUTHORIZE 40.00']);
  await answer(world, shop.paymentId, 'AUTHORIZE');
  expect(await standing(world, a)).toBe('RESERVATION_FAILED 60.00/0.00/0.00');
  expect(await standing(world, b)).toBe('RELEASED 40.00/40.00/0.00');
});

test('the sequence is fixed: what another release is to have of a payment is not taken instead', async () => {
  const shop = await anOrder(world, '150.00', { payments: [ruled('100.00'), ruled('100.00')] });
  const [first, second] = shop.paymentIds as [string, string];
  await released(world, shop, '80.00');
  await answer(world, first, 'AUTHORIZE', DENIED);
  await triageAll(world, shop.orderId);

  await released(world, shop, '70.00');

  expect(await asked(world, first)).toEqual(['AUTHORIZE 20.00']);
  expect(await asked(world, second)).toEqual(['AUTHORIZE 50.00']);
});

test.each(['ON_DELIVERY', 'ON_TERMS'])(
  'a payment collected %s reserves without a transaction',
  async (collection) => {
    const shop = await anOrder(world, '100.00', { payments: [{ amount: '100.00', collection }] });
    const a = await released(world, shop, '100.00', { capturePolicy: 'ON_DELIVERY' });

    expect(await standing(world, a)).toBe('RELEASED 100.00/100.00/0.00');
    expect(await transactionsOf(world, shop.paymentId)).toEqual([]);
  },
);

describe('refused, and nothing changed', () => {
  const reserveAs = (actor: string, fulfillmentId: string) =>
    codesOf(world, actor, 'reserveFulfillment', { fulfillmentId });

  test('the first time by those who come in after a failure', async () => {
    const a = await aRelease(world, await covered(world), '100.00');

    expect(await reserveAs('PAYMENT', a)).toEqual(['FORBIDDEN']);
    expect(await reserveAs('SUPPORT', a)).toEqual(['FORBIDDEN']);
    expect(await reserve(world, a, 'SYSTEM')).toBe(a);
  });

  test('while an outcome is unknown', async () => {
    const shop = await covered(world, '100.00', { amounts: ['60.00', '40.00'] });
    const a = await aRelease(world, shop, '60.00');
    await told(world, { paymentId: shop.paymentIds[1]!, currency: 'USD' }, 'CAPTURE', '40.00', {
      result: 'INDETERMINATE',
      indeterminateCause: 'NETWORK',
    });

    expect(await reserveAs('OMS', a)).toEqual(['REPLAY_BLOCKED']);
  });

  test('for an order that is given up', async () => {
    const shop = await covered(world);
    const a = await aRelease(world, shop, '100.00');
    await done(world, 'COMMERCE', 'cancelOrder', { orderId: shop.orderId, reason: 'sold out' });

    expect(await reserveAs('OMS', a)).toEqual(['INVALID_TRANSITION']);
  });

  test('once it is captured for', async () => {
    const a = await released(world, await covered(world));
    await finalize(world, a);

    expect(await reserveAs('OMS', a)).toEqual(['INVALID_TRANSITION']);
  });
});

test('one that costs nothing is released without a payment', async () => {
  const shop = await covered(world);
  const items = [line('shoe', 1, '100.00'), line('gift', 1, '0.00')];
  const a = await aRelease(world, shop, '100.00', { items });
  const gift = await step(world, 'OMS', 'splitFulfillment', a, { items: [{ reference: 'gift' }] });
  expect(await standing(world, gift)).toBe('NEW 0.00/0.00/0.00');

  await reserve(world, gift);

  expect(await standing(world, gift)).toBe('RELEASED 0.00/0.00/0.00');
  expect(await asked(world, shop.paymentId)).toEqual([]);
});
