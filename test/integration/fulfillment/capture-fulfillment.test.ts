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
  read,
  refusals,
  shareOf,
  told,
  transactionsOf,
} from '../../support/examples';
import { capturing, covered, released, standing, step, triageAll } from '../../support/releases';
import { startWorld, type World } from '../../support/world';

let world: World;
beforeAll(async () => (world = await startWorld()));
afterAll(() => world.close());

const captureAs = (actor: string, fulfillmentId: string) =>
  codesOf(world, actor, 'captureFulfillment', { fulfillmentId });

async function resultOf(id: string): Promise<string> {
  const { fulfillment } = await read(
    world,
    'fulfillment(id: $id) { captureResult finalizing { amount } }',
    { id },
  );
  return `${fulfillment.captureResult} ${fulfillment.finalizing.amount}`;
}

test('one capture per payment that pays for it, each naming it (S1.10)', async () => {
  const shop = await covered(world, '100.00', { amounts: ['30.00', '70.00'] });
  const [first, second] = shop.paymentIds as [string, string];
  const a = await capturing(world, shop);

  expect(await asked(world, first)).toEqual(['CAPTURE 30.00']);
  expect(await asked(world, second)).toEqual(['CAPTURE 70.00']);
  expect(await standing(world, a)).toBe('CAPTURING_PAYMENT 100.00/100.00/0.00');
  expect(await resultOf(a)).toBe('NONE 100.00');
  const { fulfillment } = await read(
    world,
    'fulfillment(id: $id) { transactions { type status fulfillmentId } }',
    { id: a },
  );
  expect(fulfillment.transactions).toEqual([
    { type: 'CAPTURE', status: 'NEW', fulfillmentId: a },
    { type: 'CAPTURE', status: 'NEW', fulfillmentId: a },
  ]);
});

describe('of two captures', () => {
  const two = async () => {
    const shop = await covered(world, '100.00', { amounts: ['30.00', '70.00'] });
    return { shop, ids: shop.paymentIds as [string, string], a: await capturing(world, shop) };
  };

  test('any that waits holds all of it', async () => {
    const { ids, a } = await two();
    await answer(world, ids[0], 'CAPTURE');
    expect(await standing(world, a)).toBe('CAPTURING_PAYMENT 100.00/100.00/30.00');
    await answer(world, ids[1], 'CAPTURE', { result: 'PENDING' });
    expect(await standing(world, a)).toBe('CAPTURE_AWAITING_RESULT 100.00/100.00/30.00');
    await answer(world, ids[1], 'CAPTURE');
    expect(await standing(world, a)).toBe('PAYMENT_CAPTURED 100.00/100.00/100.00');
    expect(await resultOf(a)).toBe('SUCCEEDED 0.00');
  });

  test('a failed one fails it once none waits', async () => {
    const { shop, ids, a } = await two();
    await answer(world, ids[0], 'CAPTURE', DENIED);
    expect(await standing(world, a)).toBe('CAPTURING_PAYMENT 100.00/100.00/0.00');
    await answer(world, ids[1], 'CAPTURE');
    expect(await standing(world, a)).toBe('PAYMENT_CAPTURE_FAILED 100.00/100.00/70.00');
    expect(await resultOf(a)).toBe('PARTIAL 0.00');
    expect(await liveKinds(world, shop.orderId)).toContain('FULFILLMENT_CAPTURE_FAILED');
  });

  test('an unknown one fails it, and the late result cures it (S1.2)', async () => {
    const { ids, a } = await two();
    await answer(world, ids[0], 'CAPTURE', {
      result: 'INDETERMINATE',
      indeterminateCause: 'NETWORK',
    });
    await answer(world, ids[1], 'CAPTURE');
    expect(await standing(world, a)).toBe('PAYMENT_CAPTURE_FAILED 100.00/100.00/70.00');
    expect(await resultOf(a)).toBe('INDETERMINATE 30.00');

    const [open] = (await transactionsOf(world, ids[0])).filter(
      ({ status }) => status === 'INDETERMINATE',
    );
    await told(world, { paymentId: ids[0], currency: 'USD' }, 'CAPTURE', '30.00', {
      providerRequestKey: open!.providerRequestKey,
      gatewayTransactionId: open!.gatewayTransactionId,
      processedAmount: money('30.00'),
    });
    expect(await standing(world, a)).toBe('PAYMENT_CAPTURED 100.00/100.00/100.00');
  });

  test('two failures make it a failure', async () => {
    const { ids, a } = await two();
    await answer(world, ids[0], 'CAPTURE', DENIED);
    await answer(world, ids[1], 'CAPTURE', DENIED);

    expect(await resultOf(a)).toBe('FAILED 0.00');
  });
});

test('a capture of less than was asked is partial, and not captured (S1.4)', async () => {
  const shop = await covered(world);
  const a = await capturing(world, shop);
  await answer(world, shop.paymentId, 'CAPTURE', { processedAmount: money('99.99') });

  expect(await standing(world, a)).toBe('PAYMENT_CAPTURE_FAILED 100.00/100.00/99.99');
  expect(await resultOf(a)).toBe('PARTIAL 0.00');
});

test('what is not reserved yet is taken from what is open, and claimed then', async () => {
  const shop = await covered(world);
  const a = await aRelease(world, shop, '60.00');
  await finalize(world, a);

  expect(await asked(world, shop.paymentId)).toEqual(['CAPTURE 60.00']);
  await answer(world, shop.paymentId, 'CAPTURE');
  expect(await standing(world, a)).toBe('PAYMENT_CAPTURED 60.00/60.00/60.00');
  expect(await shareOf(world, a, shop.paymentId)).toBe('0.00/60.00/60.00');
});

test('where its own payment is gone another stands in, and nothing is reserved twice', async () => {
  const payments = [{ amount: '100.00' }, { amount: '100.00' }];
  const shop = await anOrder(world, '100.00', { payments });
  const [first, second] = shop.paymentIds as [string, string];
  await told(world, shop, 'AUTHORIZE', '100.00');
  const a = await released(world, shop);
  await told(world, shop, 'VOID', '100.00');
  await told(world, { paymentId: second, currency: 'USD' }, 'AUTHORIZE', '100.00');
  await triageAll(world, shop.orderId);
  await finalize(world, a);

  expect(await asked(world, second)).toEqual(['CAPTURE 100.00']);
  await answer(world, second, 'CAPTURE');
  expect(await standing(world, a)).toBe('PAYMENT_CAPTURED 100.00/100.00/100.00');
  expect(await shareOf(world, a, first)).toBe('none');
});

test('one on its way keeps its state, and its result says what came of it', async () => {
  const shop = await covered(world);
  const a = await released(world, shop, '100.00', { capturePolicy: 'AT_INVOICE' });
  await step(world, 'OMS', 'startFulfilling', a);
  await finalize(world, a);
  expect(await standing(world, a)).toBe('FULFILLING 100.00/100.00/0.00');
  expect(await captureAs('OMS', a)).toEqual(['OUTCOME_INDETERMINATE']);

  await answer(world, shop.paymentId, 'CAPTURE');

  expect(await standing(world, a)).toBe('FULFILLING 100.00/100.00/100.00');
  expect(await resultOf(a)).toBe('SUCCEEDED 0.00');
  expect(await captureAs('OMS', a)).toEqual(['GUARD_FAILED']);
});

describe('refused, and nothing changed', () => {
  test('a second time while the first is under way, or done', async () => {
    const shop = await covered(world);
    const a = await capturing(world, shop);
    expect(await captureAs('OMS', a)).toEqual(['INVALID_TRANSITION']);
    await answer(world, shop.paymentId, 'CAPTURE');
    expect(await captureAs('OMS', a)).toEqual(['INVALID_TRANSITION']);
  });

  test('more than the payments can give, with what they can', async () => {
    const shop = await covered(world, '100.00', { amounts: ['60.00'] });
    const a = await aRelease(world, shop, '100.00');

    expect(await refusals(world, 'ADMIN', 'captureFulfillment', { fulfillmentId: a })).toEqual([
      { code: 'AMOUNT_EXCEEDS', field: null, available: money('60.00') },
    ]);
  });

  test('what another release claims', async () => {
    const shop = await covered(world);
    await released(world, shop, '70.00');
    const b = await aRelease(world, shop, '30.00');
    await finalize(world, b);
    expect(await asked(world, shop.paymentId)).toEqual(['CAPTURE 30.00']);

    const other = await covered(world, '100.00', { amounts: ['80.00'] });
    await released(world, other, '70.00');
    const c = await aRelease(world, other, '30.00');
    expect(await refusals(world, 'OMS', 'captureFulfillment', { fulfillmentId: c })).toEqual([
      { code: 'AMOUNT_EXCEEDS', field: null, available: money('10.00') },
    ]);
  });

  test('while retries are frozen (S2.42)', async () => {
    const shop = await covered(world, '100.00', { amounts: ['60.00', '40.00'] });
    const a = await released(world, shop, '60.00');
    await told(world, { paymentId: shop.paymentIds[1]!, currency: 'USD' }, 'CAPTURE', '40.00', {
      result: 'INDETERMINATE',
      indeterminateCause: 'PROCESSOR_ERROR',
    });

    expect(await captureAs('OMS', a)).toEqual(['REPLAY_BLOCKED']);
  });

  test('from an authorization that has run out', async () => {
    const shop = await anOrder(world, '100.00');
    await told(world, shop, 'AUTHORIZE', '100.00', {
      authorizationExpiresAt: new Date(world.now().getTime() + 3_600_000).toISOString(),
    });
    const a = await released(world, shop);
    world.advance(3_600_000);

    expect(await refusals(world, 'OMS', 'captureFulfillment', { fulfillmentId: a })).toEqual([
      { code: 'AMOUNT_EXCEEDS', field: null, available: money('0.00') },
    ]);
  });

  test('for a seller, who does not own the capture (S0.14)', async () => {
    const shop = await covered(world);
    const orderId = await done(world, 'COMMERCE', 'createOrder', {
      cartGuid: shop.guid,
      code: `S-${shop.guid}`,
      side: 'SELLER',
      sellerId: 'seller-1',
      marketplaceOrderId: shop.orderId,
      total: money('70.00'),
    });
    const a = await aRelease(world, { ...shop, orderId }, '70.00');

    const [code] = await captureAs('OMS; side=SELLER; sellerId=seller-1', a);
    expect(['FORBIDDEN', 'NOT_FOUND']).toContain(code);
    await finalize(world, a);
    expect(await asked(world, shop.paymentId)).toEqual(['CAPTURE 70.00']);
  });

  test.each(['COMMERCE', 'FINANCE', 'PAYMENT', 'SUPPORT'])('by %s', async (role) => {
    const a = await released(world, await covered(world));

    await expect(captureAs(role, a)).resolves.toEqual(['FORBIDDEN']);
  });
});

test('what is captured beyond its total is captured, too', async () => {
  const shop = await covered(world, '110.00');
  const a = await capturing(world, shop, '100.00');

  await answer(world, shop.paymentId, 'CAPTURE', { processedAmount: money('110.00') });

  expect(await resultOf(a)).toBe('SUCCEEDED 0.00');
  const { fulfillment } = await read(world, 'fulfillment(id: $id) { status }', { id: a });
  expect(fulfillment.status).toBe('PAYMENT_CAPTURED');
  expect(await liveKinds(world, shop.orderId)).not.toContain('FULFILLMENT_CAPTURE_FAILED');
});

test('what is being captured for nobody by name is not asked of another payment', async () => {
  const shop = await covered(world, '200.00', { amounts: ['100.00', '100.00'] });
  const [first, second] = shop.paymentIds as [string, string];
  const a = await aRelease(world, shop, '100.00');
  await done(world, 'PAYMENT', 'requestCapture', { paymentId: first, amount: money('100.00') });

  await finalize(world, a);

  expect([await asked(world, first), await asked(world, second)]).toEqual([['CAPTURE 100.00'], []]);
  expect(await standing(world, a)).toBe('CAPTURING_PAYMENT 100.00/0.00/0.00');
  await answer(world, first, 'CAPTURE');
  expect(await standing(world, a)).toBe('PAYMENT_CAPTURED 100.00/100.00/100.00');
});

test('it may be asked for again where what was being captured for nobody by name failed', async () => {
  const shop = await covered(world);
  const { paymentId } = shop;
  const a = await released(world, shop);
  await done(world, 'PAYMENT', 'requestCapture', { paymentId, amount: money('100.00') });
  await finalize(world, a);

  await answer(world, paymentId, 'CAPTURE', DENIED);

  expect(await standing(world, a)).toBe('RELEASED 100.00/100.00/0.00');
});
