import { Order } from '../../../src/order/order.entity';
import { refused, rowsOf } from '../../support/refused';
import { aCart, EUR_129, type Cart } from '../../support/stories';
import { startWorld, type World } from '../../support/world';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

let carts = 0;

async function anOrder(): Promise<Cart> {
  carts += 1;
  const cart = await aCart(world);
  await world.act('STOREFRONT', 'createOrder', { cartGuid: cart.guid, code: `OMS-${carts}` });
  return cart;
}

async function aSellerOrder(cart: Cart): Promise<string> {
  carts += 1;
  const { order } = await world.act('COMMERCE', 'createOrder', {
    cartGuid: cart.guid,
    code: `OMS-${carts}`,
    side: 'SELLER',
    sellerId: 'sel_1',
    marketplaceOrderId: cart.orderId,
    total: EUR_129,
  });
  return order.id;
}

const record = (orderId: string, status: string, cause?: string) =>
  world.act(
    'OMS',
    'recordOmsStatus',
    { orderId, status, ...(cause && { cause }) },
    'omsStatus omsRejectionCause status',
  );

test.each(['PENDING', 'ACCEPTED', 'ALLOCATED', 'CANCELLED', 'NOT_CREATED'])(
  '%s is what the OMS says, and moves no status of ours (S2.28)',
  async (omsStatus) => {
    const { orderId } = await anOrder();

    const { order, userErrors } = await record(orderId, omsStatus);

    expect(userErrors).toEqual([]);
    expect(order).toEqual({ omsStatus, omsRejectionCause: null, status: 'PAYMENT_PENDING' });
  },
);

test.each(['INVENTORY', 'ADDRESS', 'FRAUD', 'ALLOCATION', 'UNCLASSIFIED'])(
  'a rejection has the cause %s (S2.6), which goes with it',
  async (cause) => {
    const { orderId } = await anOrder();

    const rejected = await record(orderId, 'REJECTED', cause);
    const accepted = await record(orderId, 'ACCEPTED');

    expect(rejected.order).toMatchObject({ omsStatus: 'REJECTED', omsRejectionCause: cause });
    expect(accepted.order).toMatchObject({ omsStatus: 'ACCEPTED', omsRejectionCause: null });
  },
);

test('a rejection is classified later', async () => {
  const { orderId } = await anOrder();
  await record(orderId, 'REJECTED', 'UNCLASSIFIED');

  const { order } = await record(orderId, 'REJECTED', 'ADDRESS');

  expect(order).toMatchObject({ omsStatus: 'REJECTED', omsRejectionCause: 'ADDRESS' });
});

test('the same again changes nothing', async () => {
  const { orderId } = await anOrder();
  await record(orderId, 'ACCEPTED');
  const before = await rowsOf(world, Order, 'id = ?', [orderId]);

  const { userErrors } = await record(orderId, 'ACCEPTED');

  expect(userErrors).toEqual([]);
  expect(await rowsOf(world, Order, 'id = ?', [orderId])).toEqual(before);
});

test('is told of a cart whose order has no code, too: it is a fact', async () => {
  const { orderId } = await aCart(world);

  const { order } = await record(orderId, 'ACCEPTED');

  expect(order).toMatchObject({ omsStatus: 'ACCEPTED', status: 'CREATION_PENDING' });
});

describe('is refused', () => {
  test('as a rejection without a cause', async () => {
    const { orderId } = await anOrder();

    expect(await refused(world, 'OMS', 'recordOmsStatus', { orderId, status: 'REJECTED' })).toEqual(
      [{ code: 'REASON_REQUIRED', field: ['cause'] }],
    );
  });

  test('with a cause of no rejection', async () => {
    const { orderId } = await anOrder();

    expect(
      await refused(world, 'OMS', 'recordOmsStatus', {
        orderId,
        status: 'ACCEPTED',
        cause: 'FRAUD',
      }),
    ).toEqual([{ code: 'GUARD_FAILED', field: ['cause'] }]);
  });

  test('for an order nobody knows', async () => {
    expect(
      await refused(world, 'OMS', 'recordOmsStatus', { orderId: 'ord_x', status: 'ACCEPTED' }),
    ).toEqual([{ code: 'NOT_FOUND', field: ['orderId'] }]);
  });

  test.each(['COMMERCE', 'FINANCE', 'SUPPORT', 'AUDITOR'])('from %s', async (role) => {
    const { orderId } = await anOrder();

    expect(await refused(world, role, 'recordOmsStatus', { orderId, status: 'ACCEPTED' })).toEqual([
      { code: 'FORBIDDEN', field: null },
    ]);
  });
});

describe('each side speaks for its own order (S0.1)', () => {
  const asSeller = async (sellerId: string, orderId: string) => {
    const { data } = await world.ask(
      `${sellerId}@example.com; roles=OMS; side=SELLER; sellerId=${sellerId}`,
      `mutation Record($input: RecordOmsStatusInput!) {
        recordOmsStatus(input: $input) { order { omsStatus } userErrors { code } } }`,
      {
        input: {
          orderId,
          status: 'ALLOCATED',
          control: { idempotencyKey: `as-${sellerId}-${orderId}` },
        },
      },
    );
    return data.recordOmsStatus;
  };

  test('the OMS of the seller for the seller order, and for no other', async () => {
    const cart = await anOrder();
    const sellerOrderId = await aSellerOrder(cart);
    const before = await rowsOf(world, Order, 'id = ?', [cart.orderId]);

    expect(await asSeller('sel_1', sellerOrderId)).toEqual({
      order: { omsStatus: 'ALLOCATED' },
      userErrors: [],
    });
    const unseen = { order: null, userErrors: [{ code: 'NOT_FOUND' }] };
    expect(await asSeller('sel_2', sellerOrderId)).toEqual(unseen);
    expect(await asSeller('sel_1', cart.orderId)).toEqual(unseen);
    expect(await rowsOf(world, Order, 'id = ?', [cart.orderId])).toEqual(before);
  });

  test('the OMS of the marketplace not for the seller order, the system for both', async () => {
    const orderId = await aSellerOrder(await anOrder());

    expect(await refused(world, 'OMS', 'recordOmsStatus', { orderId, status: 'ACCEPTED' })).toEqual(
      [{ code: 'FORBIDDEN', field: null }],
    );
    const { order } = await world.act(
      'SYSTEM',
      'recordOmsStatus',
      { orderId, status: 'ACCEPTED' },
      'omsStatus',
    );
    expect(order).toEqual({ omsStatus: 'ACCEPTED' });
  });
});
