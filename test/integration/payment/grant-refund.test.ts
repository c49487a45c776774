import {
  aRelease,
  anOrder,
  answer,
  askRefund,
  codesOf,
  done,
  grant,
  money,
  read,
  refusals,
  told,
  type Shop,
} from '../../support/examples';
import { triageAll } from '../../support/triage-all';
import { startWorld, type World } from '../../support/world';

let world: World;
beforeAll(async () => (world = await startWorld()));
afterAll(() => world.close());

async function paid(total = '100.00', currency = 'USD'): Promise<Shop> {
  const shop = await anOrder(world, total, { currency });
  await told(world, shop, 'SALE', total);
  return shop;
}

const wish = ({ orderId, currency }: Shop, amount: string, more: object = {}) => ({
  orderId,
  amount: money(amount, currency),
  reason: 'goodwill',
  ...more,
});
const refusal = (shop: Shop, amount: string, more: object = {}) =>
  refusals(world, 'FINANCE', 'grantRefund', wish(shop, amount, more));

async function orderOf({ orderId }: Shop): Promise<any> {
  const { order } = await read(
    world,
    `order(id: $id) { version paymentStatus { chargeStatus authorizeStatus }
      refundGrants { id amount { amount currencyCode } source fulfillmentId grantedAt } }`,
    { id: orderId },
  );
  return order;
}
const coverage = async (shop: Shop) => {
  const { chargeStatus, authorizeStatus } = (await orderOf(shop)).paymentStatus;
  return [chargeStatus, authorizeStatus];
};

test('a grant is kept with the order and moves no money', async () => {
  const shop = await paid();

  await done(world, 'SUPPORT', 'grantRefund', wish(shop, '30.00'));

  expect((await orderOf(shop)).refundGrants).toEqual([
    {
      id: expect.stringMatching(/^grt_/),
      amount: money('30.00'),
      source: 'GRANT',
      fulfillmentId: null,
      grantedAt: world.now().toISOString(),
    },
  ]);
  const { payment } = await read(
    world,
    'payment(id: $id) { status amounts { refunding { amount } refunded { amount } } transactions { type } }',
    { id: shop.paymentId },
  );
  expect(payment).toEqual({
    status: 'CAPTURED',
    amounts: { refunding: { amount: '0.00' }, refunded: { amount: '0.00' } },
    transactions: [{ type: 'SALE' }],
  });
});

test('its reason is in the journal of the order', async () => {
  const shop = await paid();
  await grant(world, shop, '30.00');

  const { order } = await read(
    world,
    'order(id: $id) { journal(first: 50) { nodes { action reason } } }',
    { id: shop.orderId },
  );
  expect(order.journal.nodes).toContainEqual({
    action: 'grantRefund',
    reason: 'the customer was promised it',
  });
});

describe('what the order needs falls at once, and again no more when the refund is done (saleor#14326)', () => {
  test('paid in full, it is overcharged until the money is back', async () => {
    const shop = await paid();
    expect(await coverage(shop)).toEqual(['FULL', 'FULL']);
    await grant(world, shop, '30.00');
    expect(await coverage(shop)).toEqual(['OVERCHARGED', 'FULL']);
    await askRefund(world, shop, '30.00');
    expect(await coverage(shop)).toEqual(['FULL', 'FULL']);
    await answer(world, shop.paymentId, 'REFUND');
    expect(await coverage(shop)).toEqual(['FULL', 'FULL']);
  });

  test('a refund that failed leaves it overcharged again', async () => {
    const shop = await paid();
    await grant(world, shop, '30.00');
    await askRefund(world, shop, '30.00');
    await answer(world, shop.paymentId, 'REFUND', { result: 'FAILED' });

    expect(await coverage(shop)).toEqual(['OVERCHARGED', 'FULL']);
  });

  test('not captured yet, less is enough', async () => {
    const shop = await anOrder(world, '100.00');
    await told(world, shop, 'AUTHORIZE', '100.00');
    await told(world, shop, 'CAPTURE', '70.00');
    expect(await coverage(shop)).toEqual(['PARTIAL', 'FULL']);
    await grant(world, shop, '29.99');
    expect(await coverage(shop)).toEqual(['PARTIAL', 'FULL']);
    await grant(world, shop, '0.01');

    expect(await coverage(shop)).toEqual(['FULL', 'FULL']);
  });

  test('all of it granted, nothing is needed', async () => {
    const shop = await anOrder(world, '500', { currency: 'JPY' });
    await grant(world, shop, '500');

    expect(await coverage(shop)).toEqual(['FULL', 'FULL']);
  });
});

describe('all grants together are at most what is payable', () => {
  test.each([
    ['dollars', 'USD', '100.00', '60.00', '40.01', '40.00'],
    ['yen', 'JPY', '500', '499', '2', '1'],
    ['dinars', 'KWD', '1.234', '1.233', '0.002', '0.001'],
  ])('%s', async (_case, currency, total, first, tooMuch, rest) => {
    const shop = await paid(total, currency);
    await grant(world, shop, first);

    expect(await refusal(shop, tooMuch)).toEqual([
      { code: 'AMOUNT_EXCEEDS', field: ['amount'], available: money(rest, currency) },
    ]);
    await grant(world, shop, rest);
  });

  test('what was refunded on them is not granted again', async () => {
    const shop = await paid();
    await grant(world, shop, '100.00');
    await askRefund(world, shop, '100.00');
    await answer(world, shop.paymentId, 'REFUND');

    expect(await refusal(shop, '0.01')).toEqual([
      { code: 'AMOUNT_EXCEEDS', field: ['amount'], available: money('0.00') },
    ]);
  });
});

describe('a grant is refused', () => {
  test.each([
    ['of zero', '0.00', {}, 'AMOUNT_RANGE', ['amount', 'amount']],
    ['of less than zero', '-1.00', {}, 'AMOUNT_RANGE', ['amount', 'amount']],
    ['finer than the currency', '1.001', {}, 'AMOUNT_SCALE', ['amount', 'amount']],
    ['without a reason', '1.00', { reason: '  ' }, 'REASON_REQUIRED', ['reason']],
    ['with a card number', '1.00', { reason: 'card 4111111111111111' }, 'PAN_DETECTED', ['reason']],
    ['with too long a reason', '1.00', { reason: 'x'.repeat(10_001) }, 'TOO_LONG', ['reason']],
    [
      'for a fulfillment of no one',
      '1.00',
      { fulfillmentId: 'ful_00000000-0000-7000-8000-000000000000' },
      'NOT_FOUND',
      ['fulfillmentId'],
    ],
  ])('%s', async (_case, amount, more, code, field) => {
    expect(await refusal(await paid(), amount, more)).toMatchObject([{ code, field }]);
  });

  test('in another currency', async () => {
    expect(await refusal({ ...(await paid()), currency: 'EUR' }, '1.00')).toMatchObject([
      { code: 'CURRENCY_MISMATCH', field: ['amount', 'currencyCode'] },
    ]);
  });

  test('of an order that is not there', async () => {
    const nobody = { orderId: 'ord_00000000-0000-7000-8000-000000000000', currency: 'USD' };

    expect(await refusal(nobody as Shop, '1.00')).toMatchObject([
      { code: 'NOT_FOUND', field: ['orderId'] },
    ]);
  });

  test('on a seller’s order: nobody paid that', async () => {
    const shop = await paid();
    const orderId = await done(world, 'COMMERCE', 'createOrder', {
      cartGuid: shop.guid,
      code: `SELLER-${shop.guid}`,
      side: 'SELLER',
      sellerId: 'seller-1',
      marketplaceOrderId: shop.orderId,
      total: money('100.00'),
    });

    expect(await refusal({ ...shop, orderId }, '1.00')).toMatchObject([
      { code: 'GUARD_FAILED', field: ['orderId'] },
    ]);
  });

  test.each(['STOREFRONT', 'COMMERCE', 'PAYMENT', 'OMS', 'ADMIN', 'ENGINEERING', 'AUDITOR'])(
    'to %s',
    async (role) => {
      expect(await codesOf(world, role, 'grantRefund', wish(await paid(), '1.00'))).toEqual([
        'FORBIDDEN',
      ]);
    },
  );
});

test('what a cancelled part had lets be refunded is needed no more, and counted once', async () => {
  const shop = await anOrder(world, '100.00');
  await told(world, shop, 'AUTHORIZE', '100.00');
  const [kept, cancelled] = [
    await aRelease(world, shop, '60.00'),
    await aRelease(world, shop, '40.00'),
  ];
  for (const fulfillmentId of [kept, cancelled]) {
    await done(world, 'PAYMENT', 'requestCapture', {
      paymentId: shop.paymentId,
      amount: money(fulfillmentId === kept ? '60.00' : '10.00'),
      fulfillmentId,
    });
    await answer(world, shop.paymentId, 'CAPTURE');
  }
  await done(world, 'OMS', 'cancelFulfillment', { fulfillmentId: cancelled, reason: 'sold out' });

  const { refundGrants } = await orderOf(shop);
  expect(refundGrants).toMatchObject([
    { amount: money('10.00'), source: 'CANCELLATION', fulfillmentId: cancelled },
  ]);
  expect(await coverage(shop)).toEqual(['OVERCHARGED', 'FULL']);
  expect(await refusal(shop, '60.01')).toEqual([
    { code: 'AMOUNT_EXCEEDS', field: ['amount'], available: money('60.00') },
  ]);
  await triageAll(world, shop);
  await askRefund(world, shop, '10.00', { fulfillmentId: cancelled });
  await answer(world, shop.paymentId, 'REFUND');

  expect(await coverage(shop)).toEqual(['FULL', 'FULL']);
});
