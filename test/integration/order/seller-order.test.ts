import { Order } from '../../../src/order/order.entity';
import { refused, rowsOf } from '../../support/refused';
import { aCart, authorized, EUR_129, type Cart } from '../../support/stories';
import { startWorld, type World } from '../../support/world';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

let carts = 0;

/** A marketplace order with its code, paid. */
async function marketplaceOrder(): Promise<Cart & { code: string }> {
  carts += 1;
  const cart = await aCart(world);
  await authorized(world, cart);
  const code = `MKT-${carts}`;
  await world.act('STOREFRONT', 'createOrder', { cartGuid: cart.guid, code });
  return { ...cart, code };
}

const terms = (cart: Cart, code: string, more: object = {}) => ({
  cartGuid: cart.guid,
  code,
  side: 'SELLER',
  sellerId: 'sel_1',
  marketplaceOrderId: cart.orderId,
  total: { amount: '80.00', currencyCode: 'EUR' },
  ...more,
});

const create = (input: object, selection = 'id') =>
  world.act('COMMERCE', 'createOrder', input, selection);

const asSeller = (sellerId: string, roles = 'OMS') =>
  `${sellerId}@example.com; roles=${roles}; side=SELLER; sellerId=${sellerId}`;

describe('a seller order', () => {
  test('is an order of its own in the cart of the marketplace order, each with its own status (S0.1)', async () => {
    const cart = await marketplaceOrder();

    const { order, userErrors } = await create(
      terms(cart, 'SEL-1'),
      `code side sellerId status cartGuid total { amount currencyCode } customer { id } market channel
       payments { id } paymentStatus { chargeStatus authorizeStatus } duplicateOfOrder { id }
       marketplaceOrder { code status linkedOrders { code } } linkedOrders { code }`,
    );

    expect(userErrors).toEqual([]);
    expect(order).toEqual({
      code: 'SEL-1',
      side: 'SELLER',
      sellerId: 'sel_1',
      status: 'CREATED',
      cartGuid: cart.guid,
      total: { amount: '80.00', currencyCode: 'EUR' },
      customer: { id: 'cus_1' },
      market: 'DE',
      channel: 'web',
      payments: [],
      paymentStatus: { chargeStatus: 'NONE', authorizeStatus: 'FULL' },
      duplicateOfOrder: null,
      marketplaceOrder: {
        code: cart.code,
        status: 'PAYMENT_AUTHORIZED',
        linkedOrders: [{ code: 'SEL-1' }],
      },
      linkedOrders: [{ code: cart.code }],
    });
  });

  test('once more is the same order', async () => {
    const cart = await marketplaceOrder();
    const first = await create(terms(cart, 'SEL-2'));

    const { order, userErrors } = await create(terms(cart, 'SEL-2'));

    expect(userErrors).toEqual([]);
    expect(order.id).toBe(first.order.id);
    expect(await rowsOf(world, Order, 'guid = ?', [cart.guid])).toHaveLength(2);
  });

  test('of another seller stands beside it, and the two are not linked to each other', async () => {
    const cart = await marketplaceOrder();
    await create(terms(cart, 'SEL-3'));

    const { order } = await create(
      terms(cart, 'SEL-4', { sellerId: 'sel_2' }),
      'duplicateOfOrder { id } linkedOrders { code } marketplaceOrder { linkedOrders { code } }',
    );

    expect(order).toEqual({
      duplicateOfOrder: null,
      linkedOrders: [{ code: cart.code }],
      marketplaceOrder: { linkedOrders: [{ code: 'SEL-3' }, { code: 'SEL-4' }] },
    });
  });

  test('with another code of the same seller is stored as a duplicate of the first (E29)', async () => {
    const cart = await marketplaceOrder();
    await create(terms(cart, 'SEL-5'));

    const { order } = await create(
      terms(cart, 'SEL-6'),
      'code status duplicateOfOrder { code } marketplaceOrder { code }',
    );

    expect(order).toEqual({
      code: 'SEL-6',
      status: 'CREATED',
      duplicateOfOrder: { code: 'SEL-5' },
      marketplaceOrder: { code: cart.code },
    });
  });

  test('may come before the marketplace order has its code', async () => {
    const cart = await aCart(world);

    const { order } = await create(terms(cart, 'SEL-7'), 'status marketplaceOrder { code status }');

    expect(order).toEqual({
      status: 'CREATED',
      marketplaceOrder: { code: null, status: 'CREATION_PENDING' },
    });
  });

  test.each([
    ['no seller', { sellerId: null }, 'GUARD_FAILED', ['sellerId']],
    ['no marketplace order', { marketplaceOrderId: null }, 'GUARD_FAILED', ['marketplaceOrderId']],
    ['no total', { total: null }, 'GUARD_FAILED', ['total']],
    ['a seller that is no reference', { sellerId: 'sel 1' }, 'GUARD_FAILED', ['sellerId']],
    ['a card number as its seller', { sellerId: '4111111111111111' }, 'PAN_DETECTED', ['sellerId']],
    [
      'a payment of its own',
      { payments: [{ provider: 'acme', providerReference: 'pi_1' }] },
      'GUARD_FAILED',
      ['payments'],
    ],
    [
      'another currency',
      { total: { amount: '80.00', currencyCode: 'USD' } },
      'CURRENCY_MISMATCH',
      ['total'],
    ],
    [
      'a marketplace order nobody knows',
      { marketplaceOrderId: 'ord_00000000-0000-7000-8000-000000000000' },
      'NOT_FOUND',
      ['marketplaceOrderId'],
    ],
    ['a cart nobody registered', { cartGuid: 'nowhere' }, 'GUARD_FAILED', ['marketplaceOrderId']],
    ['a side of nobody', { side: 'MARKETPLACE' }, 'GUARD_FAILED', ['sellerId']],
    [
      'a marketplace order that says who',
      { side: null, sellerId: null },
      'GUARD_FAILED',
      ['marketplaceOrderId'],
    ],
  ])('with %s is refused', async (_case, more, code, field) => {
    const cart = await marketplaceOrder();

    const errors = await refused(world, 'COMMERCE', 'createOrder', terms(cart, 'SEL-8', more));

    expect(errors).toMatchObject([{ code }]);
    expect(errors[0]!.field?.slice(0, 1)).toEqual(field);
  });

  test('is not linked to an order of another cart, nor to another seller order', async () => {
    const cart = await marketplaceOrder();
    const other = await marketplaceOrder();
    const { order } = await create(terms(cart, `SEL-9`));

    const foreign = { marketplaceOrderId: other.orderId };
    const seller = { marketplaceOrderId: order.id };

    expect(
      await refused(world, 'COMMERCE', 'createOrder', terms(cart, 'SEL-10', foreign)),
    ).toMatchObject([{ code: 'ALREADY_EXISTS' }]);
    expect(await refused(world, 'COMMERCE', 'createOrder', terms(cart, 'SEL-10', seller))).toEqual([
      { code: 'GUARD_FAILED', field: ['marketplaceOrderId'] },
    ]);
  });

  test('does not take the code of the marketplace order, nor it the code of a seller order', async () => {
    const cart = await marketplaceOrder();
    await create(terms(cart, 'SEL-11'));
    const taken = [{ code: 'ALREADY_EXISTS', field: ['code'] }];

    expect(await refused(world, 'COMMERCE', 'createOrder', terms(cart, cart.code))).toEqual(taken);
    expect(
      await refused(world, 'COMMERCE', 'createOrder', { cartGuid: cart.guid, code: 'SEL-11' }),
    ).toEqual(taken);
    expect(
      await refused(world, 'COMMERCE', 'createOrder', terms(cart, 'SEL-11', { sellerId: 'sel_2' })),
    ).toEqual(taken);
  });

  test('is for the marketplace to create: its seller may not', async () => {
    const cart = await marketplaceOrder();

    const { data } = await world.ask(
      asSeller('sel_1', 'COMMERCE'),
      `mutation Create($input: CreateOrderInput!) {
        createOrder(input: $input) { order { id } userErrors { code } } }`,
      { input: { ...terms(cart, 'SEL-12'), control: { idempotencyKey: 'seller-creates-own' } } },
    );

    expect(data.createOrder).toEqual({ order: null, userErrors: [{ code: 'FORBIDDEN' }] });
  });
});

describe('the people of a seller', () => {
  const QUERY = `query Own($id: ID!) { order(id: $id) {
    code status sellerId linkedOrders { code } marketplaceOrder { code } payments { id }
    paymentStatus { authorizeStatus } journal { totalCount } fulfillmentStatus } }`;

  test('see their own order, and neither the marketplace order nor what it is paid with (S0.14)', async () => {
    const cart = await marketplaceOrder();
    const { order } = await create(terms(cart, 'SEL-13'));

    const { data } = await world.ask(asSeller('sel_1'), QUERY, { id: order.id });

    expect(data.order).toEqual({
      code: 'SEL-13',
      status: 'CREATED',
      sellerId: 'sel_1',
      linkedOrders: [],
      marketplaceOrder: null,
      payments: [],
      paymentStatus: { authorizeStatus: 'FULL' },
      journal: { totalCount: 0 },
      fulfillmentStatus: null,
    });
  });

  test('see no order of another seller', async () => {
    const cart = await marketplaceOrder();
    const { order } = await create(terms(cart, 'SEL-14'));

    const { data } = await world.ask(asSeller('sel_2'), QUERY, { id: order.id });

    expect(data).toEqual({ order: null });
  });
});

describe('linkOrders', () => {
  const link = (orderId: string, sellerOrderIds: string[], selection = 'id') =>
    world.act('COMMERCE', 'linkOrders', { orderId, sellerOrderIds }, selection);

  test('of what is linked already is a success without effect', async () => {
    const cart = await marketplaceOrder();
    const { order } = await create(terms(cart, 'LNK-1'));
    const before = await rowsOf(world, Order, 'guid = ?', [cart.guid]);

    const { order: linked, userErrors } = await link(cart.orderId, [order.id], 'code version');

    expect(userErrors).toEqual([]);
    expect(linked.code).toBe(cart.code);
    expect(await rowsOf(world, Order, 'guid = ?', [cart.guid])).toEqual(before);
  });

  test('does not take a seller order from a marketplace order that stands', async () => {
    const cart = await marketplaceOrder();
    const { order: seller } = await create(terms(cart, 'LNK-2'));
    const second = await create({ cartGuid: cart.guid, code: 'LNK-3', total: EUR_129 });

    expect(
      await refused(world, 'COMMERCE', 'linkOrders', {
        orderId: second.order.id,
        sellerOrderIds: [seller.id],
      }),
    ).toEqual([{ code: 'GUARD_FAILED', field: ['sellerOrderIds'] }]);
  });

  test('takes it from one that is marked as a duplicate', async () => {
    const cart = await marketplaceOrder();
    const { order: seller } = await create(terms(cart, 'LNK-4'));
    const second = await create({ cartGuid: cart.guid, code: 'LNK-5', total: EUR_129 });
    await world.act('COMMERCE', 'markDuplicateOrder', {
      orderId: cart.orderId,
      duplicateOfOrderId: second.order.id,
    });

    const { order, userErrors } = await link(
      second.order.id,
      [seller.id],
      'code linkedOrders { code marketplaceOrder { code } }',
    );

    expect(userErrors).toEqual([]);
    expect(order).toEqual({
      code: 'LNK-5',
      linkedOrders: [
        { code: cart.code, marketplaceOrder: null },
        { code: 'LNK-4', marketplaceOrder: { code: 'LNK-5' } },
      ],
    });
  });

  test.each([
    ['no seller order', () => [], 'GUARD_FAILED', 'sellerOrderIds'],
    ['more than 100', () => Array<string>(101).fill('x'), 'LIMIT', 'sellerOrderIds'],
    ['an order nobody knows', () => ['ord_x'], 'NOT_FOUND', 'sellerOrderIds'],
    ['itself', (cart: Cart) => [cart.orderId], 'GUARD_FAILED', 'sellerOrderIds'],
  ])('refuses %s', async (_case, sellers, code, field) => {
    const cart = await marketplaceOrder();

    expect(
      await refused(world, 'COMMERCE', 'linkOrders', {
        orderId: cart.orderId,
        sellerOrderIds: sellers(cart),
      }),
    ).toEqual([{ code, field: [field] }]);
  });

  test('refuses a seller order in the place of the marketplace order, and one of another cart', async () => {
    const cart = await marketplaceOrder();
    const other = await marketplaceOrder();
    const { order: seller } = await create(terms(cart, 'LNK-6'));

    expect(
      await refused(world, 'COMMERCE', 'linkOrders', {
        orderId: seller.id,
        sellerOrderIds: [seller.id],
      }),
    ).toEqual([{ code: 'GUARD_FAILED', field: ['orderId'] }]);
    expect(
      await refused(world, 'COMMERCE', 'linkOrders', {
        orderId: other.orderId,
        sellerOrderIds: [seller.id],
      }),
    ).toEqual([{ code: 'NOT_FOUND', field: ['sellerOrderIds'] }]);
  });

  test.each(['OMS', 'FINANCE', 'STOREFRONT'])('is not for %s', async (role) => {
    const cart = await marketplaceOrder();

    expect(
      await refused(world, role, 'linkOrders', { orderId: cart.orderId, sellerOrderIds: ['x'] }),
    ).toEqual([{ code: 'FORBIDDEN', field: null }]);
  });
});
