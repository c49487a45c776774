import { Order } from '../../../src/order/order.entity';
import { refused, rowsOf } from '../../support/refused';
import { aCart, EUR_129, type Cart } from '../../support/stories';
import { startWorld, type World } from '../../support/world';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

let orders = 0;

async function anOrder(cart: Pick<Cart, 'guid'>): Promise<{ id: string; code: string }> {
  orders += 1;
  const { order } = await world.act(
    'STOREFRONT',
    'createOrder',
    { cartGuid: cart.guid, code: `DUP-${orders}` },
    'id code',
  );
  return order;
}

const mark = (orderId: string, duplicateOfOrderId: string) =>
  world.act(
    'COMMERCE',
    'markDuplicateOrder',
    { orderId, duplicateOfOrderId },
    'code status duplicateOfOrder { code } linkedOrders { code duplicateOfOrder { code } }',
  );

test('the second order of a cart was marked when it came; marking it again is a success without effect', async () => {
  const cart = await aCart(world);
  const [first, second] = [await anOrder(cart), await anOrder(cart)];
  const before = await rowsOf(world, Order, 'guid = ?', [cart.guid]);

  const { order, userErrors } = await mark(second.id, first.id);

  expect(userErrors).toEqual([]);
  expect(order).toMatchObject({ code: second.code, duplicateOfOrder: { code: first.code } });
  expect(await rowsOf(world, Order, 'guid = ?', [cart.guid])).toEqual(before);
});

test('marking the first turns the mark around: the second is kept, and nothing is cancelled (E29)', async () => {
  const cart = await aCart(world);
  const [first, second] = [await anOrder(cart), await anOrder(cart)];
  const third = await anOrder(cart);

  const { order, userErrors } = await mark(first.id, second.id);

  expect(userErrors).toEqual([]);
  expect(order).toEqual({
    code: first.code,
    status: 'PAYMENT_PENDING',
    duplicateOfOrder: { code: second.code },
    linkedOrders: [{ code: second.code, duplicateOfOrder: null }],
  });
  const [row] = await rowsOf(world, Order, 'id = ?', [third.id]);
  expect(row!.duplicateOfOrderId).toBe(second.id);
});

test('what is announced after it pays for the order that is kept', async () => {
  const cart = await aCart(world);
  const [first, second] = [await anOrder(cart), await anOrder(cart)];
  await mark(first.id, second.id);

  const { payment } = await world.act(
    'STOREFRONT',
    'createPayment',
    { cartGuid: cart.guid, provider: 'acme', amount: EUR_129 },
    'order { code }',
  );

  expect(payment.order).toEqual({ code: second.code });
});

describe('is refused', () => {
  test('of itself', async () => {
    const order = await anOrder(await aCart(world));

    expect(await refusedMark(order.id, order.id)).toEqual([
      { code: 'GUARD_FAILED', field: ['duplicateOfOrderId'] },
    ]);
  });

  test('of an order of another cart', async () => {
    const [one, other] = [await anOrder(await aCart(world)), await anOrder(await aCart(world))];

    expect(await refusedMark(one.id, other.id)).toEqual([
      { code: 'NOT_FOUND', field: ['duplicateOfOrderId'] },
    ]);
  });

  test('of another duplicate', async () => {
    const cart = await aCart(world);
    await anOrder(cart);
    const [second, third] = [await anOrder(cart), await anOrder(cart)];

    expect(await refusedMark(third.id, second.id)).toEqual([
      { code: 'GUARD_FAILED', field: ['duplicateOfOrderId'] },
    ]);
  });

  test('of an order of another side, and of another seller', async () => {
    const cart = await aCart(world);
    const first = await anOrder(cart);
    const seller = async (sellerId: string) => {
      orders += 1;
      const { order } = await world.act('COMMERCE', 'createOrder', {
        cartGuid: cart.guid,
        code: `DUP-${orders}`,
        side: 'SELLER',
        sellerId,
        marketplaceOrderId: first.id,
        total: EUR_129,
      });
      return order.id;
    };
    const [one, other] = [await seller('sel_1'), await seller('sel_2')];
    const different = [{ code: 'GUARD_FAILED', field: ['duplicateOfOrderId'] }];

    expect(await refusedMark(one, first.id)).toEqual(different);
    expect(await refusedMark(first.id, one)).toEqual(different);
    expect(await refusedMark(one, other)).toEqual(different);
  });

  test.each(['OMS', 'SYSTEM', 'FINANCE', 'STOREFRONT'])('from %s', async (role) => {
    const cart = await aCart(world);
    const [first, second] = [await anOrder(cart), await anOrder(cart)];

    expect(await refusedMark(second.id, first.id, role)).toEqual([
      { code: 'FORBIDDEN', field: null },
    ]);
  });

  const refusedMark = (orderId: string, duplicateOfOrderId: string, role = 'COMMERCE') =>
    refused(world, role, 'markDuplicateOrder', { orderId, duplicateOfOrderId });
});

describe('a cart that was given up', () => {
  test('may become an order after all, which is no duplicate and takes its payments', async () => {
    const cart = await aCart(world);
    world.advance(25 * 60 * 60_000);
    await world.sweep();

    const order = await anOrder(cart);

    const rows = await rowsOf(world, Order, 'guid = ?', [cart.guid]);
    expect(rows.map(({ id, code, status }) => ({ id, code, status }))).toEqual([
      { id: cart.orderId, code: null, status: 'CANCELLED' },
      { id: order.id, code: order.code, status: expect.any(String) },
    ]);
    expect(rows[1]).toMatchObject({ duplicateOfOrderId: null });
    const { data } = await world.ask(
      'commerce; roles=COMMERCE',
      'query One($id: ID!) { order(id: $id) { linkedOrders { id } payments { id } } }',
      { id: order.id },
    );
    expect(data.order).toEqual({ linkedOrders: [], payments: [{ id: cart.paymentId }] });
  });

  test('is paid by what is announced after it became one', async () => {
    const cart = await aCart(world);
    world.advance(25 * 60 * 60_000);
    await world.sweep();
    const order = await anOrder(cart);

    const { payment } = await world.act(
      'STOREFRONT',
      'createPayment',
      { cartGuid: cart.guid, provider: 'acme', amount: EUR_129 },
      'order { id }',
    );

    expect(payment.order).toEqual({ id: order.id });
  });
});
