import { anOrder, aRelease, codesOf, done, money, read, refusals } from '../../support/examples';
import { covered, line, linesOf, standing } from '../../support/releases';
import { startWorld, type World } from '../../support/world';

let world: World;
beforeAll(async () => (world = await startWorld()));
afterAll(() => world.close());

const SELECTION = `status capturePolicy captureResult total { amount currencyCode } reserved { amount }
  reserving { amount } finalizing { amount } finalized { amount } items { reference quantity amount { amount } }
  paymentShares { amount { amount } } transactions { id } splitFrom { id } statusSince order { id } version`;

test('a release is planned with its lines, and nothing is reserved for it', async () => {
  const shop = await covered(world);
  const id = await aRelease(world, shop, '60.00', {
    items: [line('sku-1', 2, '60.00'), line('gift', 1, '0.00')],
    capturePolicy: 'AT_SHIPMENT',
  });

  const { fulfillment } = await read(world, `fulfillment(id: $id) { ${SELECTION} }`, { id });

  const none = { amount: '0.00' };
  expect(fulfillment).toEqual({
    status: 'NEW',
    capturePolicy: 'AT_SHIPMENT',
    captureResult: 'NONE',
    total: { amount: '60.00', currencyCode: 'USD' },
    reserving: none,
    reserved: none,
    finalizing: none,
    finalized: none,
    items: [
      { reference: 'sku-1', quantity: 2, amount: { amount: '60.00' } },
      { reference: 'gift', quantity: 1, amount: none },
    ],
    paymentShares: [],
    transactions: [],
    splitFrom: null,
    statusSince: world.now().toISOString(),
    order: { id: shop.orderId },
    version: 1,
  });
});

test('without lines or a policy it is captured before fulfilling', async () => {
  const id = await aRelease(world, await covered(world), '100.00');

  const { fulfillment } = await read(world, 'fulfillment(id: $id) { capturePolicy }', { id });
  expect(fulfillment.capturePolicy).toBe('BEFORE_FULFILLING');
  expect(await linesOf(world, id)).toEqual([]);
});

describe('refused, and nothing changed', () => {
  const LINES = 'items';
  test.each([
    ['lines that do not add up', [line('a', 1, '99.99')], 'GUARD_FAILED', LINES],
    ['a line twice', [line('a', 1, '50.00'), line('a', 1, '50.00')], 'GUARD_FAILED', LINES],
    ['a line of nothing', [line('a', 0, '100.00')], 'GUARD_FAILED', LINES],
    ['a line of a million and one', [line('a', 1_000_001, '100.00')], 'GUARD_FAILED', LINES],
    ['a line below zero', [line('a', 1, '101.00'), line('b', 1, '-1.00')], 'AMOUNT_RANGE', LINES],
    ['a line in another currency', [line('a', 1, '100.00', 'EUR')], 'CURRENCY_MISMATCH', LINES],
    ['a card number as a line', [line('4111111111111111', 1, '100.00')], 'PAN_DETECTED', LINES],
  ])('%s', async (_case, items, code, field) => {
    const { orderId } = await covered(world);
    const [refusal] = await refusals(world, 'OMS', 'createFulfillment', {
      orderId,
      total: money('100.00'),
      items,
    });

    expect(refusal).toMatchObject({ code });
    expect(refusal!.field![0]).toBe(field);
  });

  test('more than is payable, beside what is planned; a cancelled one makes room', async () => {
    const shop = await covered(world);
    const first = await aRelease(world, shop, '60.00');
    const { orderId } = shop;
    const plan = (amount: string) => ({ orderId, total: money(amount) });

    expect(await refusals(world, 'OMS', 'createFulfillment', plan('40.01'))).toEqual([
      { code: 'AMOUNT_EXCEEDS', field: ['total', 'amount'], available: money('40.00') },
    ]);
    const second = await aRelease(world, shop, '40.00');

    // What is payable goes down with it, so that its place is not free for another.
    await done(world, 'OMS', 'cancelFulfillment', { fulfillmentId: first, reason: 'sold out' });
    expect(await codesOf(world, 'OMS', 'createFulfillment', plan('0.01'))).toEqual([
      'AMOUNT_EXCEEDS',
    ]);
    expect(await standing(world, second)).toBe('NEW 40.00/0.00/0.00');
  });

  test.each([
    ['0.00', 'USD', 'AMOUNT_RANGE'],
    ['1.001', 'USD', 'AMOUNT_SCALE'],
    ['1.00', 'EUR', 'CURRENCY_MISMATCH'],
  ])('a total of %s %s', async (amount, currency, code) => {
    const { orderId } = await covered(world);
    const total = money(amount, currency);

    expect(await codesOf(world, 'OMS', 'createFulfillment', { orderId, total })).toEqual([code]);
  });

  test('an order the shop does not have yet', async () => {
    const orderId = await done(world, 'STOREFRONT', 'registerCheckout', {
      cartGuid: 'cart-without-order',
      total: money('100.00'),
    });

    const wish = { orderId, total: money('1.00') };
    expect(await refusals(world, 'OMS', 'createFulfillment', wish)).toEqual([
      { code: 'GUARD_FAILED', field: ['orderId'], available: null },
    ]);
  });

  test('an order that is cancelled with its last release', async () => {
    const shop = await anOrder(world, '100.00');
    const only = await aRelease(world, shop, '60.00');
    await done(world, 'OMS', 'cancelFulfillment', { fulfillmentId: only, reason: 'sold out' });

    const wish = { orderId: shop.orderId, total: money('1.00') };
    expect(await codesOf(world, 'OMS', 'createFulfillment', wish)).toEqual(['GUARD_FAILED']);
  });

  test('an order that is not there, and roles that do not plan', async () => {
    const { orderId } = await covered(world);
    const wish = { orderId, total: money('1.00') };
    const nowhere = { ...wish, orderId: `${orderId.slice(0, -4)}0000` };

    expect(await codesOf(world, 'OMS', 'createFulfillment', nowhere)).toEqual(['NOT_FOUND']);
    for (const role of ['COMMERCE', 'FINANCE', 'ADMIN']) {
      const body = await world.ask(
        `someone; roles=${role}`,
        `mutation ($input: CreateFulfillmentInput!) { createFulfillment(input: $input) { userErrors { code } } }`,
        { input: { ...wish, control: { idempotencyKey: `key-of-${role}-0000000` } } },
      );
      const told =
        body.errors?.[0]?.extensions?.code ?? body.data.createFulfillment.userErrors[0].code;
      expect(told).toBe('FORBIDDEN');
    }
  });
});

describe('a seller plans its own goods (S0.2)', () => {
  const SELLER = 'OMS; side=SELLER; sellerId=seller-1';
  const market = async () => {
    const shop = await covered(world, '100.00');
    const orderId = await done(world, 'COMMERCE', 'createOrder', {
      cartGuid: shop.guid,
      code: `S-${shop.guid}`,
      side: 'SELLER',
      sellerId: 'seller-1',
      marketplaceOrderId: shop.orderId,
      total: money('70.00'),
    });
    return { shop, seller: { ...shop, orderId } };
  };

  test('as far as its own order goes', async () => {
    const { seller } = await market();
    const wish = (amount: string) => ({ orderId: seller.orderId, total: money(amount) });

    const id = await done(world, SELLER, 'createFulfillment', wish('70.00'));
    expect(await standing(world, id)).toBe('NEW 70.00/0.00/0.00');
    expect(await codesOf(world, SELLER, 'createFulfillment', wish('0.01'))).toEqual([
      'AMOUNT_EXCEEDS',
    ]);
  });

  test('as far as the marketplace order pays for it', async () => {
    const { shop, seller } = await market();
    await aRelease(world, shop, '40.00');

    expect(
      await refusals(world, SELLER, 'createFulfillment', {
        orderId: seller.orderId,
        total: money('60.01'),
      }),
    ).toEqual([{ code: 'AMOUNT_EXCEEDS', field: ['total', 'amount'], available: money('60.00') }]);
  });

  test('and nobody else’s', async () => {
    const { shop } = await market();
    const wish = { orderId: shop.orderId, total: money('1.00') };

    expect(await codesOf(world, SELLER, 'createFulfillment', wish)).toEqual(['NOT_FOUND']);
  });
});
