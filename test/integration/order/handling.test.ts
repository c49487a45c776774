import { anOrder, codesOf, done, orderStatus, refusals, told } from '../../support/examples';
import {
  aSellerOrder,
  handledPair,
  orderOf,
  paidOrder,
  release,
  repeats,
  SELLER,
  SELLER_OMS,
  start,
  statusesOf,
  unknownCapture,
} from '../../support/handled-orders';
import { startWorld, type World } from '../../support/world';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

describe('a marketplace order', () => {
  test('is released on its authorization and handled, nothing captured yet (S0.6)', async () => {
    const shop = await paidOrder(world);
    const statuses = [await orderStatus(world, shop.orderId)];

    await release(world, shop.orderId, 'COMMERCE');
    statuses.push(await orderStatus(world, shop.orderId));
    await start(world, shop.orderId);
    statuses.push(await orderStatus(world, shop.orderId));

    expect(statuses).toEqual(['PAYMENT_AUTHORIZED', 'READY_FOR_HANDLING', 'HANDLING']);
  });

  test('is not released before it is paid', async () => {
    const shop = await anOrder(world, '100.00', { currency: 'EUR' });
    const input = { orderId: shop.orderId };

    expect(await codesOf(world, 'COMMERCE', 'releaseOrderForHandling', input)).toEqual([
      'INVALID_TRANSITION',
    ]);
    await told(world, shop, 'AUTHORIZE', '99.99');
    expect(await codesOf(world, 'COMMERCE', 'releaseOrderForHandling', input)).toEqual([
      'INVALID_TRANSITION',
    ]);
    expect(await codesOf(world, 'OMS', 'startHandling', input)).toEqual(['INVALID_TRANSITION']);
  });

  test('is ready, or handled, once only: the same wish again changes nothing', async () => {
    const { orderId } = await paidOrder(world);
    await release(world, orderId);
    const released = await repeats(world, 'SYSTEM', 'releaseOrderForHandling', { orderId });
    await start(world, orderId);
    const started = await repeats(world, 'SYSTEM', 'startHandling', { orderId });

    expect([released, started]).toEqual([true, true]);
    expect(await codesOf(world, 'SYSTEM', 'releaseOrderForHandling', { orderId })).toEqual([
      'INVALID_TRANSITION',
    ]);
  });

  test('waits while nobody knows what became of its money (S1.2)', async () => {
    const shop = await paidOrder(world);
    await release(world, shop.orderId);
    await unknownCapture(world, shop);

    expect(await codesOf(world, 'OMS', 'startHandling', { orderId: shop.orderId })).toEqual([
      'REPLAY_BLOCKED',
    ]);
    expect(await orderStatus(world, shop.orderId)).toBe('READY_FOR_HANDLING');
  });

  test('goes back to waiting when its cover is lost, and is not handled then', async () => {
    const shop = await paidOrder(world);
    await release(world, shop.orderId);
    await told(world, shop, 'VOID', '0.01');

    // Nothing that may still succeed is left.
    expect(await orderStatus(world, shop.orderId)).toBe('PAYMENT_DENIED');
    expect(await codesOf(world, 'OMS', 'startHandling', { orderId: shop.orderId })).toEqual([
      'INVALID_TRANSITION',
    ]);
  });
});

describe('who may', () => {
  test.each([
    ['OMS', 'releaseOrderForHandling'],
    ['SUPPORT', 'releaseOrderForHandling'],
    ['COMMERCE', 'startHandling'],
    ['PAYMENT', 'startHandling'],
    ['COMMERCE', 'confirmOrderBySeller'],
    ['AUDITOR', 'confirmOrderBySeller'],
  ])('%s may not: %s', async (role, mutation) => {
    const { orderId } = await paidOrder(world);

    expect(await codesOf(world, role, mutation, { orderId })).toEqual(['FORBIDDEN']);
  });

  test('goods are handled by the OMS of the side the order belongs to (S0.2)', async () => {
    const shop = await paidOrder(world);
    const sellerOrderId = await aSellerOrder(world, shop);
    const theirs = { orderId: sellerOrderId };

    expect(await codesOf(world, 'OMS', 'confirmOrderBySeller', theirs)).toEqual(['FORBIDDEN']);
    await done(world, SELLER_OMS, 'confirmOrderBySeller', theirs);
    await release(world, sellerOrderId);
    expect(await codesOf(world, 'OMS', 'startHandling', theirs)).toEqual(['FORBIDDEN']);
    await start(world, sellerOrderId, SELLER_OMS);

    expect(await orderStatus(world, sellerOrderId)).toBe('HANDLING');
  });

  test('the orders of others do not exist for a seller', async () => {
    const { orderId, sellerOrderId } = await handledPair(world);
    const rival = 'OMS; side=SELLER; sellerId=seller-2';

    expect(await codesOf(world, SELLER_OMS, 'startHandling', { orderId })).toEqual(['NOT_FOUND']);
    expect(await codesOf(world, rival, 'startHandling', { orderId: sellerOrderId })).toEqual([
      'NOT_FOUND',
    ]);
    expect(
      await codesOf(world, `COMMERCE; ${SELLER}`, 'releaseOrderForHandling', {
        orderId: sellerOrderId,
      }),
    ).toEqual(['FORBIDDEN']);
  });
});

describe('a seller order', () => {
  test('waits for its seller, then for the marketplace, and is told of the payment (S0.6)', async () => {
    const shop = await anOrder(world, '100.00', { currency: 'EUR' });
    const orderId = await aSellerOrder(world, shop);
    const statuses = [await orderStatus(world, orderId)];

    await done(world, SELLER_OMS, 'confirmOrderBySeller', { orderId });
    statuses.push(await orderStatus(world, orderId));
    await told(world, shop, 'AUTHORIZE', '100.00');
    statuses.push(await orderStatus(world, orderId));

    expect(statuses).toEqual(['CREATED', 'PAYMENT_PENDING', 'PAYMENT_AUTHORIZED']);
    expect(await repeats(world, SELLER_OMS, 'startHandling', { orderId }).catch(String)).toMatch(
      /INVALID_TRANSITION/,
    );
  });

  test('is confirmed once, and not after it went on', async () => {
    const shop = await anOrder(world, '100.00', { currency: 'EUR' });
    const orderId = await aSellerOrder(world, shop);
    await done(world, SELLER_OMS, 'confirmOrderBySeller', { orderId });

    expect(await repeats(world, SELLER_OMS, 'confirmOrderBySeller', { orderId })).toBe(true);
    await told(world, shop, 'AUTHORIZE', '100.00');
    expect(await codesOf(world, SELLER_OMS, 'confirmOrderBySeller', { orderId })).toEqual([
      'INVALID_TRANSITION',
    ]);
  });

  test('is not released any more once the marketplace lost its cover', async () => {
    const shop = await paidOrder(world);
    const sellerOrderId = await aSellerOrder(world, shop);
    await done(world, SELLER_OMS, 'confirmOrderBySeller', { orderId: sellerOrderId });
    await told(world, shop, 'VOID', '100.00');

    expect(await statusesOf(world, shop.orderId, sellerOrderId)).toEqual([
      'PAYMENT_DENIED',
      'PAYMENT_AUTHORIZED',
    ]);
    expect(
      await refusals(world, 'COMMERCE', 'releaseOrderForHandling', { orderId: sellerOrderId }),
    ).toEqual([{ code: 'GUARD_FAILED', field: null, available: null }]);
  });
});

describe('the news of a payment', () => {
  const HOPS = 'notificationHops { from to sentAt receivedAt lagMs }';

  test('goes from the gateway to the marketplace and from there to the seller, with its lag (S0.9)', async () => {
    const shop = await anOrder(world, '100.00', { currency: 'EUR' });
    const sellerOrderId = await aSellerOrder(world, shop);
    await done(world, SELLER_OMS, 'confirmOrderBySeller', { orderId: sellerOrderId });
    const sentAt = new Date(world.now().getTime() - 4_000);
    await told(world, shop, 'AUTHORIZE', '100.00', { occurredAt: sentAt.toISOString() });
    const receivedAt = world.now().toISOString();

    expect((await orderOf(world, shop.orderId, HOPS)).notificationHops).toEqual([
      {
        from: 'GATEWAY',
        to: 'MARKETPLACE',
        sentAt: sentAt.toISOString(),
        receivedAt,
        lagMs: 5_000,
      },
    ]);
    expect((await orderOf(world, sellerOrderId, HOPS)).notificationHops).toEqual([
      { from: 'MARKETPLACE', to: 'SELLER', sentAt: receivedAt, receivedAt, lagMs: 0 },
    ]);
  });

  test('waits for a seller that confirms late: the lag is the seller’s', async () => {
    const shop = await paidOrder(world);
    const heardAt = world.now().toISOString();
    await release(world, shop.orderId);
    const sellerOrderId = await aSellerOrder(world, shop);
    await done(world, SELLER_OMS, 'confirmOrderBySeller', { orderId: sellerOrderId });

    expect((await orderOf(world, sellerOrderId, HOPS)).notificationHops).toEqual([
      {
        from: 'MARKETPLACE',
        to: 'SELLER',
        sentAt: heardAt,
        receivedAt: world.now().toISOString(),
        lagMs: 3_000,
      },
    ]);
  });

  test('is told again when the cover is lost, and when it is back', async () => {
    const shop = await paidOrder(world);
    const sellerOrderId = await aSellerOrder(world, shop);
    await done(world, SELLER_OMS, 'confirmOrderBySeller', { orderId: sellerOrderId });
    const count = async () =>
      Promise.all(
        [shop.orderId, sellerOrderId].map(
          async (id) => (await orderOf(world, id, HOPS)).notificationHops.length,
        ),
      );
    const counts = [await count()];

    await told(world, shop, 'VOID', '100.00');
    counts.push(await count());
    await told(world, shop, 'AUTHORIZE', '100.00');
    counts.push(await count());

    expect(counts).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
  });
});

describe('the cancellation window', () => {
  const MINUTE_MS = 60_000;
  let windowed: World;
  beforeAll(async () => {
    windowed = await startWorld({ limits: { cancellationWindowMs: 30 * MINUTE_MS } });
  });
  afterAll(() => windowed.close());

  test('opens by itself and ends by itself, not a millisecond early', async () => {
    const { orderId } = await paidOrder(windowed);
    const statuses = [await orderStatus(windowed, orderId)];

    windowed.advance(30 * MINUTE_MS - 1);
    await windowed.sweep();
    statuses.push(await orderStatus(windowed, orderId));
    windowed.advance(1);
    await windowed.sweep();
    statuses.push(await orderStatus(windowed, orderId));

    expect(statuses).toEqual(['CANCELLATION_WINDOW', 'CANCELLATION_WINDOW', 'READY_FOR_HANDLING']);
  });

  test('is cut short by a release', async () => {
    const { orderId } = await paidOrder(windowed);

    await release(windowed, orderId, 'COMMERCE');

    expect(await orderStatus(windowed, orderId)).toBe('READY_FOR_HANDLING');
  });

  test('does not end for an order whose cancellation is requested', async () => {
    const { orderId } = await paidOrder(windowed);
    await done(windowed, 'SUPPORT', 'requestOrderCancellation', { orderId, reason: 'by phone' });
    windowed.advance(60 * MINUTE_MS);
    await windowed.sweep();

    expect(await orderStatus(windowed, orderId)).toBe('CANCELLATION_REQUESTED');
    expect(await codesOf(windowed, 'COMMERCE', 'releaseOrderForHandling', { orderId })).toEqual([
      'INVALID_TRANSITION',
    ]);
  });

  test('begins anew when a requested cancellation is denied', async () => {
    const { orderId } = await paidOrder(windowed);
    windowed.advance(20 * MINUTE_MS);
    await done(windowed, 'SUPPORT', 'requestOrderCancellation', { orderId, reason: 'by phone' });
    await done(windowed, 'COMMERCE', 'denyOrderCancellation', { orderId, reason: 'a mistake' });
    windowed.advance(20 * MINUTE_MS);
    await windowed.sweep();
    const early = await orderStatus(windowed, orderId);
    windowed.advance(10 * MINUTE_MS);
    await windowed.sweep();

    expect([early, await orderStatus(windowed, orderId)]).toEqual([
      'CANCELLATION_WINDOW',
      'READY_FOR_HANDLING',
    ]);
  });
});
