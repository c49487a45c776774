import {
  anOrder,
  answer,
  askRefund,
  capture,
  codesOf,
  DENIED,
  done,
  grant,
  money,
  orderStatus,
  read,
  refund,
  refusals,
  sums,
  told,
  transactionsOf,
  type Shop,
} from '../../support/examples';
import { startWorld, type World } from '../../support/world';

let world: World;
beforeAll(async () => (world = await startWorld()));
afterAll(() => world.close());

const askCapture = ({ paymentId, currency }: Shop, amount: string, more: object = {}) => ({
  paymentId,
  amount: money(amount, currency),
  ...more,
});

async function authorized(total: string, currency = 'USD'): Promise<Shop> {
  const shop = await anOrder(world, total, { currency });
  await told(world, shop, 'AUTHORIZE', total);
  return shop;
}

/** Authorized/captured/refunded. */
async function acr({ paymentId }: Shop): Promise<string> {
  const found = await sums(world, paymentId, 'authorized', 'captured', 'refunded');
  return `${found.authorized}/${found.captured}/${found.refunded}`;
}

describe('an authorization, its captures and refunds', () => {
  test('a pending authorization reserves nothing; two captures and two refunds use it up (K1)', async () => {
    const shop = await anOrder(world, '10.00');
    const { paymentId } = shop;
    const authorization = { gatewayTransactionId: `auth_${shop.guid}` };

    await told(world, shop, 'AUTHORIZE', '10.00', { ...authorization, result: 'PENDING' });
    expect(await sums(world, paymentId, 'authorized', 'authorizing', 'authorizedOpen')).toEqual({
      status: 'PENDING',
      authorized: '0.00',
      authorizing: '10.00',
      authorizedOpen: '0.00',
    });
    await told(world, shop, 'AUTHORIZE', '10.00', authorization);
    expect(await acr(shop)).toBe('10.00/0.00/0.00');

    await capture(world, shop, '5.00');
    expect(await acr(shop)).toBe('10.00/5.00/0.00');
    expect((await sums(world, paymentId)).status).toBe('PARTIALLY_CAPTURED');
    await capture(world, shop, '5.00');
    expect(await acr(shop)).toBe('10.00/10.00/0.00');
    expect((await sums(world, paymentId)).status).toBe('CAPTURED');

    await refund(world, shop, '5.00');
    expect(await acr(shop)).toBe('10.00/10.00/5.00');
    expect((await sums(world, paymentId)).status).toBe('PARTIALLY_REFUNDED');
    await refund(world, shop, '5.00');
    expect(await acr(shop)).toBe('10.00/10.00/10.00');
    expect((await sums(world, paymentId)).status).toBe('REFUNDED');
  });

  test('nothing is captured of an authorization that is pending (K1)', async () => {
    const shop = await anOrder(world, '10.00');
    await told(world, shop, 'AUTHORIZE', '10.00', { result: 'PENDING' });

    expect(await codesOf(world, 'PAYMENT', 'requestCapture', askCapture(shop, '5.00'))).toEqual([
      'INVALID_TRANSITION',
    ]);
  });

  test('a void gives the authorization back, and there is no second one (K2)', async () => {
    const shop = await authorized('10.00');
    const { paymentId } = shop;

    await done(world, 'PAYMENT', 'requestVoid', { paymentId });
    await answer(world, paymentId, 'VOID');
    expect(await sums(world, paymentId, 'authorizedOpen', 'voided')).toEqual({
      status: 'VOIDED',
      authorizedOpen: '0.00',
      voided: '10.00',
    });

    expect(await codesOf(world, 'PAYMENT', 'requestVoid', { paymentId })).toEqual([
      'INVALID_TRANSITION',
    ]);
  });

  test('once something is captured, a void of all is refused (K3)', async () => {
    const shop = await authorized('10.00');
    await capture(world, shop, '1.00');

    expect(await codesOf(world, 'PAYMENT', 'requestVoid', { paymentId: shop.paymentId })).toEqual([
      'GUARD_FAILED',
    ]);
    expect(await acr(shop)).toBe('10.00/1.00/0.00');
  });

  test('what was captured in parts is refunded in one (K4)', async () => {
    const shop = await authorized('10.00');

    await capture(world, shop, '1.00');
    await capture(world, shop, '1.00');
    await refund(world, shop, '2.00');

    expect(await acr(shop)).toBe('10.00/2.00/2.00');
  });

  test.each([
    ['JPY', '9899', ['4000', '5899'], '9899'],
    ['KWD', '1.234', ['0.001', '1.233'], '1.234'],
  ])('parts in %s add up to the last unit', async (currency, total, parts, all) => {
    const shop = await authorized(total, currency);

    for (const part of parts) await capture(world, shop, part);
    expect(await codesOf(world, 'PAYMENT', 'requestCapture', askCapture(shop, parts[0]!))).toEqual([
      'INVALID_TRANSITION',
    ]);
    for (const part of parts) await refund(world, shop, part);

    expect(await acr(shop)).toBe(`${total}/${all}/${all}`);
    expect((await sums(world, shop.paymentId)).status).toBe('REFUNDED');
  });
});

describe('amounts under way', () => {
  const NAMES = ['authorizedOpen', 'captured', 'capturing', 'refunded', 'refunding'] as const;

  test('leave their source while they are pending, as the provider tells them (L3)', async () => {
    const shop = await anOrder(world, '250.00');

    await told(world, shop, 'AUTHORIZE', '250.00');
    await told(world, shop, 'CAPTURE', '200.00');
    await told(world, shop, 'CAPTURE', '50.00', { result: 'PENDING' });
    await told(world, shop, 'REFUND', '30.00');
    await told(world, shop, 'REFUND', '15.00', { result: 'PENDING' });

    expect(await sums(world, shop.paymentId, ...NAMES, 'refundable', 'net')).toEqual({
      status: 'CAPTURING',
      authorizedOpen: '0.00',
      captured: '200.00',
      capturing: '50.00',
      refunded: '30.00',
      refunding: '15.00',
      refundable: '155.00',
      net: '170.00',
    });
  });

  test('leave their source while they are pending, as we asked for them (L3)', async () => {
    const shop = await authorized('1000', 'JPY');
    await capture(world, shop, '700');
    await refund(world, shop, '100');
    await grant(world, shop, '50');
    await askRefund(world, shop, '50');
    await done(world, 'PAYMENT', 'requestCapture', askCapture(shop, '200'));

    expect(await sums(world, shop.paymentId, ...NAMES, 'refundable')).toEqual({
      status: 'CAPTURING',
      authorizedOpen: '100',
      captured: '700',
      capturing: '200',
      refunded: '100',
      refunding: '50',
      refundable: '550',
    });

    await answer(world, shop.paymentId, 'CAPTURE', DENIED);
    await answer(world, shop.paymentId, 'REFUND', DENIED);
    expect(await sums(world, shop.paymentId, ...NAMES, 'refundable')).toEqual({
      status: 'PARTIALLY_REFUNDED',
      authorizedOpen: '300',
      captured: '700',
      capturing: '0',
      refunded: '100',
      refunding: '0',
      refundable: '600',
    });
  });
});

describe('the remainder of a partial capture', () => {
  test('is released without touching what was captured (I1)', async () => {
    const shop = await authorized('100.00');
    const { paymentId } = shop;
    await capture(world, shop, '70.00');
    await capture(world, shop, '20.00');
    expect((await sums(world, paymentId, 'authorizedOpen')).authorizedOpen).toBe('10.00');

    await done(world, 'PAYMENT', 'requestVoid', { paymentId, amount: money('10.00') });
    await answer(world, paymentId, 'VOID');

    expect(await sums(world, paymentId, 'captured', 'voided', 'authorizedOpen')).toEqual({
      status: 'CAPTURED',
      captured: '90.00',
      voided: '10.00',
      authorizedOpen: '0.00',
    });
  });

  test('more than the remainder is not released (I1)', async () => {
    const shop = await authorized('1.234', 'KWD');
    await capture(world, shop, '1.000');

    expect(
      await refusals(world, 'PAYMENT', 'requestVoid', {
        paymentId: shop.paymentId,
        amount: money('0.235', 'KWD'),
      }),
    ).toEqual([{ code: 'AMOUNT_EXCEEDS', field: ['amount'], available: money('0.234', 'KWD') }]);
  });

  test('stays capturable after a capture of nothing was refused (V4)', async () => {
    const shop = await authorized('100.00');
    await capture(world, shop, '50.00');

    expect(await codesOf(world, 'PAYMENT', 'requestCapture', askCapture(shop, '0.00'))).toEqual([
      'AMOUNT_RANGE',
    ]);
    expect((await sums(world, shop.paymentId, 'authorizedOpen')).authorizedOpen).toBe('50.00');
    await capture(world, shop, '50.00');

    expect(await sums(world, shop.paymentId, 'captured')).toEqual({
      status: 'CAPTURED',
      captured: '100.00',
    });
  });

  test('nothing or less is neither refunded nor released (V4)', async () => {
    const shop = await authorized('100', 'JPY');
    await capture(world, shop, '60');
    const { paymentId } = shop;

    for (const mutation of ['requestCapture', 'requestRefund', 'requestVoid']) {
      for (const amount of ['0', '-1']) {
        expect(
          await codesOf(world, 'PAYMENT', mutation, { paymentId, amount: money(amount, 'JPY') }),
        ).toEqual(['AMOUNT_RANGE']);
      }
    }
  });
});

describe('two equal refunds', () => {
  const refundWith = (shop: Shop, providerRequestKey: string) =>
    askRefund(world, shop, '30.00', { providerRequestKey });

  async function aGiftCard(): Promise<Shop> {
    const shop = await anOrder(world, '100.00', {
      payments: [{ amount: '100.00', method: 'giftcard', partiallyConsumable: false }],
    });
    await told(world, shop, 'SALE', '100.00');
    await grant(world, shop, '60.00');
    return shop;
  }

  test('with two keys are two refunds (V7)', async () => {
    const shop = await aGiftCard();

    await refundWith(shop, 'refund-1');
    await answer(world, shop.paymentId, 'REFUND');
    await refundWith(shop, 'refund-2');
    await answer(world, shop.paymentId, 'REFUND');

    expect(await sums(world, shop.paymentId, 'refunded', 'refundable')).toEqual({
      status: 'PARTIALLY_REFUNDED',
      refunded: '60.00',
      refundable: '40.00',
    });
  });

  test('with two keys are two refunds while the first is under way, too (V7)', async () => {
    const shop = await aGiftCard();

    await refundWith(shop, 'refund-1');
    await refundWith(shop, 'refund-2');

    expect((await sums(world, shop.paymentId, 'refunding')).refunding).toBe('60.00');
  });

  test('with one key are one refund, and after it the key is used up (V7)', async () => {
    const shop = await aGiftCard();

    await refundWith(shop, 'refund-1');
    await refundWith(shop, 'refund-1');
    expect((await sums(world, shop.paymentId, 'refunding')).refunding).toBe('30.00');
    const all = await transactionsOf(world, shop.paymentId);
    expect(all.filter(({ type }) => type === 'REFUND')).toHaveLength(1);

    await answer(world, shop.paymentId, 'REFUND');
    expect(
      await codesOf(world, 'PAYMENT', 'requestRefund', {
        paymentId: shop.paymentId,
        amount: money('30.00'),
        providerRequestKey: 'refund-1',
      }),
    ).toEqual(['ALREADY_EXISTS']);
  });
});

describe('the provider reports another amount than was asked for', () => {
  test('of a refund: what it reports is what counts (I4)', async () => {
    const shop = await anOrder(world, '100.00');
    await told(world, shop, 'SALE', '100.00');
    await grant(world, shop, '50.00');
    await askRefund(world, shop, '50.00');

    await answer(world, shop.paymentId, 'REFUND', { processedAmount: money('30.00') });

    expect(await sums(world, shop.paymentId, 'refunded', 'refunding', 'refundable')).toEqual({
      status: 'PARTIALLY_REFUNDED',
      refunded: '30.00',
      refunding: '0.00',
      refundable: '70.00',
    });
  });

  test('of a payment: what it reports is what counts (I4)', async () => {
    const shop = await anOrder(world, '100.00');

    await told(world, shop, 'SALE', '100.00', { processedAmount: money('50.00') });

    expect(await sums(world, shop.paymentId, 'captured')).toEqual({
      status: 'CAPTURED',
      captured: '50.00',
    });
    expect(await orderStatus(world, shop.orderId)).toBe('PAYMENT_DENIED');
  });
});

test('two payments of the whole transaction are both kept as they were taken (V3)', async () => {
  const shop = await anOrder(world, '111503.00', {
    currency: 'COP',
    payments: [{ amount: '111503.00' }, { amount: '111503.00' }],
  });
  const { currency, orderId } = shop;

  const captured: string[] = [];
  for (const paymentId of shop.paymentIds) {
    await told(world, { paymentId, currency }, 'SALE', '111503.00');
    captured.push((await sums(world, paymentId, 'captured')).captured);
  }

  expect(captured).toEqual(['111503.00', '111503.00']);
  const { order } = await read(
    world,
    'order(id: $id) { payable { amount } paymentStatus { chargeStatus authorizeStatus } }',
    { id: orderId },
  );
  expect(order).toEqual({
    payable: { amount: '111503.00' },
    paymentStatus: { chargeStatus: 'OVERCHARGED', authorizeStatus: 'FULL' },
  });
});
