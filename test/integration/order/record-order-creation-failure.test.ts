import { refused } from '../../support/refused';
import { aCart, authorized, captured, EUR_129 } from '../../support/stories';
import { startWorld, type World } from '../../support/world';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const fail = (orderId: string, reason = 'address normalisation failed') =>
  world.act(
    'COMMERCE',
    'recordOrderCreationFailure',
    { orderId, reason },
    'id status creationFailureReason version',
  );

test('an order that could not be created says why', async () => {
  const { orderId } = await aCart(world);

  const { order, exceptionsOpened } = await fail(orderId);

  expect(order).toEqual({
    id: orderId,
    status: 'CREATION_FAILED',
    creationFailureReason: 'address normalisation failed',
    version: 2,
  });
  expect(exceptionsOpened).toEqual([]);
});

test('told again it shows the newest reason, and the journal has each', async () => {
  const { orderId } = await aCart(world);
  await fail(orderId);

  const again = await fail(orderId, 'another reason');
  const { data } = await world.ask(
    'auditor; roles=AUDITOR',
    'query ($id: ID!) { order(id: $id) { journal { nodes { reason } } } }',
    { id: orderId },
  );

  expect(again.order).toMatchObject({
    status: 'CREATION_FAILED',
    creationFailureReason: 'another reason',
  });
  const reasons = data.order.journal.nodes.map(({ reason }: { reason: string }) => reason);
  expect(reasons).toEqual(
    expect.arrayContaining(['address normalisation failed', 'another reason']),
  );
});

test.each([
  ['reserved', authorized, 'AUTHORIZED_ORDER_NOT_CREATED'],
  ['taken', captured, 'CAPTURED_ORDER_CREATION_FAILED'],
] as const)(
  'money that is %s is a contradiction at once, without grace',
  async (_what, happens, kind) => {
    const cart = await aCart(world);
    await happens(world, cart);

    const { exceptionsOpened } = await fail(cart.orderId);

    expect(exceptionsOpened).toEqual([{ id: expect.any(String), kind, status: 'OPEN' }]);
  },
);

describe('recordOrderCreationFailure is refused', () => {
  test('once the order is created', async () => {
    const cart = await aCart(world);
    await authorized(world, cart);
    await world.act('STOREFRONT', 'createOrder', {
      cartGuid: cart.guid,
      code: 'FAIL-1',
      total: EUR_129,
    });
    const before = await world.dump();

    const { order, userErrors } = await fail(cart.orderId);

    expect(order).toBeNull();
    expect(userErrors).toEqual([
      expect.objectContaining({
        code: 'INVALID_TRANSITION',
        currentState: 'PAYMENT_AUTHORIZED',
        allowedStates: ['CREATION_PENDING', 'CREATION_FAILED'],
      }),
    ]);
    expect(await world.dump()).toBe(before);
  });

  test.each([
    ['without a reason', { reason: ' ' }, 'REASON_REQUIRED', ['reason']],
    ['with a reason longer than 1000', { reason: 'x'.repeat(1001) }, 'TOO_LONG', ['reason']],
    [
      'with a card number in the reason',
      { reason: 'card 4111 1111 1111 1111' },
      'PAN_DETECTED',
      ['reason'],
    ],
    [
      'for an order there is not',
      { orderId: 'ord_01900000-0000-7000-8000-000000000000' },
      'NOT_FOUND',
      ['orderId'],
    ],
  ])('%s', async (_why, more, code, field) => {
    const { orderId } = await aCart(world);

    expect(
      await refused(world, 'STOREFRONT', 'recordOrderCreationFailure', {
        orderId,
        reason: 'why',
        ...more,
      }),
    ).toEqual([{ code, field }]);
  });

  test.each(['PAYMENT', 'OMS', 'FINANCE', 'SUPPORT', 'ADMIN'])('for %s', async (role) => {
    const { orderId } = await aCart(world);

    expect(
      await refused(world, role, 'recordOrderCreationFailure', { orderId, reason: 'why' }),
    ).toEqual([{ code: 'FORBIDDEN', field: null }]);
  });

  test('with another version than the order has', async () => {
    const { orderId } = await aCart(world);
    const control = { idempotencyKey: 'stale-version-of-an-order', expectedVersion: 99 };

    expect(
      await refused(world, 'STOREFRONT', 'recordOrderCreationFailure', {
        orderId,
        reason: 'why',
        control,
      }),
    ).toEqual([{ code: 'VERSION_CONFLICT', field: ['control', 'expectedVersion'] }]);
  });
});
