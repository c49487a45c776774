import { Order } from '../../../src/order/order.entity';
import { refused, rowsOf } from '../../support/refused';
import { aCart, authorized, captured, creationFails, EUR_129 } from '../../support/stories';
import { startWorld, type World } from '../../support/world';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const create = (input: object, selection = 'id code status') =>
  world.act('STOREFRONT', 'createOrder', input, selection);

test('the registered order gets its code, and follows its payments', async () => {
  const cart = await aCart(world);
  await authorized(world, cart);

  const { order, userErrors } = await create(
    { cartGuid: cart.guid, code: 'CO-1', total: EUR_129 },
    'id code status paymentStatus { chargeStatus authorizeStatus } payments { id order { code } }',
  );

  expect(userErrors).toEqual([]);
  expect(order).toEqual({
    id: cart.orderId,
    code: 'CO-1',
    status: 'PAYMENT_AUTHORIZED',
    paymentStatus: { chargeStatus: 'NONE', authorizeStatus: 'FULL' },
    payments: [{ id: cart.paymentId, order: { code: 'CO-1' } }],
  });
});

test('an order that was not registered registers its cart', async () => {
  const { order } = await create(
    {
      cartGuid: 'create-unregistered',
      code: 'CO-2',
      total: EUR_129,
      market: 'FR',
      customerId: 'cus_2',
    },
    'code cartGuid status total { amount currencyCode } market customer { id } payments { id }',
  );

  expect(order).toEqual({
    code: 'CO-2',
    cartGuid: 'create-unregistered',
    status: 'PAYMENT_DENIED',
    total: EUR_129,
    market: 'FR',
    customer: { id: 'cus_2' },
    payments: [],
  });
});

test('a failed creation may succeed later', async () => {
  const cart = await aCart(world);
  await creationFails(world, cart);

  const { order } = await world.act(
    'COMMERCE',
    'createOrder',
    { cartGuid: cart.guid, code: 'CO-3' },
    'id status creationFailureReason',
  );

  expect(order).toEqual({
    id: cart.orderId,
    status: 'PAYMENT_PENDING',
    creationFailureReason: 'address normalisation failed',
  });
});

test('the code in time cures the exception of the money that waited', async () => {
  const cart = await aCart(world);
  await captured(world, cart);
  const { data } = await world.ask(
    'auditor; roles=AUDITOR',
    'query ($id: ID!) { order(id: $id) { exceptions(live: true) { id kind status } } }',
    { id: cart.orderId },
  );
  const [watching] = data.order.exceptions;

  const { order, exceptionsResolved } = await create({ cartGuid: cart.guid, code: 'CO-4' });

  expect(watching).toMatchObject({ kind: 'CAPTURED_ORDER_CREATION_FAILED', status: 'WATCHING' });
  expect(exceptionsResolved).toEqual([{ ...watching, status: 'AUTO_RESOLVED' }]);
  expect(order.status).toBe('PAYMENT_AUTHORIZED');
});

test('the same code again is the same order, and nothing happens', async () => {
  const cart = await aCart(world);
  const first = await create({ cartGuid: cart.guid, code: 'CO-5' }, 'id code status version');
  const orders = await rowsOf(world, Order);

  const again = await create(
    { cartGuid: cart.guid, code: 'CO-5', total: EUR_129 },
    'id code status version',
  );

  expect(again).toEqual({ ...first, replayed: false });
  expect(again.userErrors).toEqual([]);
  expect(await rowsOf(world, Order)).toEqual(orders);
});

test('a second live order of a cart is stored, as a duplicate of the first', async () => {
  const cart = await aCart(world);
  await authorized(world, cart);
  await create({ cartGuid: cart.guid, code: 'CO-6' });

  const second = await create(
    { cartGuid: cart.guid, code: 'CO-6-again' },
    `code status total { amount currencyCode } version payments { id } duplicateOfOrder { code status }
     linkedOrders { code }`,
  );

  expect(second.userErrors).toEqual([]);
  expect(second.order).toEqual({
    code: 'CO-6-again',
    status: 'PAYMENT_DENIED',
    total: EUR_129,
    version: 1,
    payments: [],
    duplicateOfOrder: { code: 'CO-6', status: 'PAYMENT_AUTHORIZED' },
    linkedOrders: [{ code: 'CO-6' }],
  });
});

test('a third one duplicates the first, not the second; it may have a total of its own', async () => {
  const cart = await aCart(world);
  for (const code of ['CO-7', 'CO-7-b']) await create({ cartGuid: cart.guid, code });

  const third = await create(
    { cartGuid: cart.guid, code: 'CO-7-c', total: { amount: '99.00', currencyCode: 'EUR' } },
    'total { amount } duplicateOfOrder { code }',
  );

  expect(third.order).toEqual({ total: { amount: '99.00' }, duplicateOfOrder: { code: 'CO-7' } });
});

test('a payment the order names is its own, also one nobody announced', async () => {
  const cart = await aCart(world);

  const { order } = await create(
    {
      cartGuid: cart.guid,
      code: 'CO-8',
      payments: [
        { provider: 'acme', providerReference: cart.reference },
        { provider: 'acme', providerReference: 'co-8-other' },
      ],
    },
    'payments { providerReference status currencyCode amounts { expected { amount } } }',
  );

  expect(order.payments).toEqual([
    {
      providerReference: cart.reference,
      status: 'CREATED',
      currencyCode: 'EUR',
      amounts: { expected: { amount: '129.00' } },
    },
    { providerReference: 'co-8-other', status: 'CREATED', currencyCode: null, amounts: null },
  ]);
});

describe('createOrder is refused', () => {
  const guid = () => cart.guid;
  let cart: Awaited<ReturnType<typeof aCart>>;
  let other: Awaited<ReturnType<typeof aCart>>;
  beforeAll(async () => {
    cart = await aCart(world);
    other = await aCart(world);
    await create({ cartGuid: other.guid, code: 'CO-TAKEN' });
  });

  test.each([
    [
      'with a total that is not the registered one',
      { total: { amount: '128.99', currencyCode: 'EUR' } },
      'GUARD_FAILED',
      ['total', 'amount'],
    ],
    [
      'with a total above the registered one',
      { total: { amount: '129.01', currencyCode: 'EUR' } },
      'GUARD_FAILED',
      ['total', 'amount'],
    ],
    [
      'in another currency',
      { total: { amount: '129.00', currencyCode: 'USD' } },
      'CURRENCY_MISMATCH',
      ['total', 'currencyCode'],
    ],
    [
      'with a total of nothing',
      { total: { amount: '0.00', currencyCode: 'EUR' } },
      'AMOUNT_RANGE',
      ['total', 'amount'],
    ],
    ['with the code of another cart', { code: 'CO-TAKEN' }, 'ALREADY_EXISTS', ['code']],
    ['with a code that has a space', { code: 'CO 1' }, 'GUARD_FAILED', ['code']],
    [
      'without a total for a cart nobody registered',
      { cartGuid: 'create-new', total: null },
      'GUARD_FAILED',
      ['total'],
    ],
    [
      'with a provider that is no name',
      { payments: [{ provider: 'Acme', providerReference: 'x' }] },
      'GUARD_FAILED',
      ['payments', 'provider'],
    ],
    [
      'with more than a hundred payments',
      {
        payments: Array.from({ length: 101 }, (_, index) => ({
          provider: 'acme',
          providerReference: `p${index}`,
        })),
      },
      'LIMIT',
      ['payments'],
    ],
  ])('%s', async (_why, more, code, field) => {
    const input = { cartGuid: guid(), code: 'CO-REFUSED', ...more };

    expect(await refused(world, 'STOREFRONT', 'createOrder', input)).toEqual([{ code, field }]);
  });

  test('with a payment of another cart', async () => {
    const payments = [{ provider: 'acme', providerReference: other.reference }];

    expect(
      await refused(world, 'STOREFRONT', 'createOrder', {
        cartGuid: cart.guid,
        code: 'CO-REFUSED',
        payments,
      }),
    ).toEqual([{ code: 'ALREADY_EXISTS', field: ['payments'] }]);
  });

  test('with what pays for another order that stands; a duplicate may name it, and does not take it', async () => {
    const own = await aCart(world);
    await create({ cartGuid: own.guid, code: 'CO-HELD-1' });
    await world.act('COMMERCE', 'cancelOrder', { orderId: own.orderId, reason: 'no stock' });
    const payments = [{ provider: 'acme', providerReference: 'pi_held' }];
    await create({ cartGuid: own.guid, code: 'CO-HELD-2', total: EUR_129, payments });
    const { order } = await world.act(
      'STOREFRONT',
      'createOrder',
      { cartGuid: own.guid, code: 'CO-HELD-3', payments },
      'duplicateOfOrder { code } payments { id }',
    );
    const input = { cartGuid: own.guid, code: 'CO-HELD-1', payments };

    expect(order).toEqual({ duplicateOfOrder: { code: 'CO-HELD-2' }, payments: [] });
    expect(await refused(world, 'STOREFRONT', 'createOrder', input)).toEqual([
      { code: 'ALREADY_EXISTS', field: ['payments'] },
    ]);
  });

  test('for a new cart, with the code of another', async () => {
    const input = { cartGuid: 'create-new', code: 'CO-TAKEN', total: EUR_129 };

    expect(await refused(world, 'STOREFRONT', 'createOrder', input)).toEqual([
      { code: 'ALREADY_EXISTS', field: ['code'] },
    ]);
  });

  test.each(['PAYMENT', 'OMS', 'FINANCE', 'SUPPORT', 'ADMIN', 'AUDITOR'])(
    'for %s',
    async (role) => {
      const input = { cartGuid: cart.guid, code: 'CO-REFUSED' };

      expect(await refused(world, role, 'createOrder', input)).toEqual([
        { code: 'FORBIDDEN', field: null },
      ]);
    },
  );
});
