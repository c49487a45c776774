import {
  anOrder,
  answer,
  askRefund,
  aRelease,
  capture,
  codesOf,
  done,
  grant,
  money,
  orderStatus,
  read,
  refund,
  refusals,
  reserve,
  sums,
  told,
  transactionsOf,
  type Shop,
} from '../../support/examples';
import { startWorld, type World } from '../../support/world';

let world: World;
beforeAll(async () => (world = await startWorld()));
afterAll(() => world.close());

const HOUR = 3_600_000;

/** An order whose payment is authorized for all of it. */
async function approved(total = '100.00', currency = 'USD'): Promise<Shop> {
  const shop = await anOrder(world, total, { currency });
  await told(world, shop, 'AUTHORIZE', total);
  return shop;
}

async function deposited(total = '100.00', currency = 'USD'): Promise<Shop> {
  const shop = await anOrder(world, total, { currency });
  await told(world, shop, 'SALE', total);
  return shop;
}

describe('a dependent credit is at most what was deposited (W7)', () => {
  test.each([
    ['dollars', 'USD', '100.00', '100.01'],
    ['yen', 'JPY', '9899', '9900'],
    ['dinars', 'KWD', '1.234', '1.235'],
  ])('%s', async (_case, currency, deposit, tooMuch) => {
    const shop = await deposited(deposit, currency);
    await grant(world, shop, deposit);

    const [refusal] = await refusals(world, 'PAYMENT', 'requestRefund', {
      paymentId: shop.paymentId,
      amount: money(tooMuch, currency),
    });
    expect(refusal).toEqual({
      code: 'AMOUNT_EXCEEDS',
      field: ['amount'],
      available: money(deposit, currency),
    });

    await askRefund(world, shop, deposit);
    await answer(world, shop.paymentId, 'REFUND');
    expect(await sums(world, shop.paymentId, 'captured', 'refunded', 'refundable')).toMatchObject({
      status: 'REFUNDED',
      captured: deposit,
      refunded: deposit,
    });
  });

  test('after a first credit, only the rest is left', async () => {
    const shop = await deposited('100.00');
    await refund(world, shop, '99.99');
    await grant(world, shop, '0.01');

    expect(
      await refusals(world, 'PAYMENT', 'requestRefund', {
        paymentId: shop.paymentId,
        amount: money('0.02'),
      }),
    ).toEqual([{ code: 'AMOUNT_EXCEEDS', field: ['amount'], available: money('0.01') }]);
  });
});

describe('taking an approval back (W8)', () => {
  test('all of it cancels the payment', async () => {
    const shop = await approved();

    await done(world, 'PAYMENT', 'requestVoid', { paymentId: shop.paymentId });
    await answer(world, shop.paymentId, 'VOID');

    expect(await sums(world, shop.paymentId, 'authorized', 'voided', 'authorizedOpen')).toEqual({
      status: 'VOIDED',
      authorized: '100.00',
      voided: '100.00',
      authorizedOpen: '0.00',
    });
  });

  test.each([
    ['a dollar', 'USD', '100.00', '1.00', '99.00'],
    ['all but a cent', 'USD', '100.00', '99.99', '0.01'],
    ['some yen', 'JPY', '500', '200', '300'],
  ])('%s of it leaves the payment approved', async (_case, currency, total, part, rest) => {
    const shop = await approved(total, currency);

    await done(world, 'PAYMENT', 'requestVoid', {
      paymentId: shop.paymentId,
      amount: money(part, currency),
    });
    await answer(world, shop.paymentId, 'VOID');

    expect(await sums(world, shop.paymentId, 'voided', 'authorizedOpen')).toEqual({
      status: 'AUTHORIZED',
      voided: part,
      authorizedOpen: rest,
    });
  });

  test('more than is open is refused', async () => {
    const shop = await approved();

    expect(
      await refusals(world, 'PAYMENT', 'requestVoid', {
        paymentId: shop.paymentId,
        amount: money('100.01'),
      }),
    ).toEqual([{ code: 'AMOUNT_EXCEEDS', field: ['amount'], available: money('100.00') }]);
  });
});

describe('a deposit on an approval that has run out (W8)', () => {
  test('ends the payment EXPIRED once the provider says so, and nothing more is captured', async () => {
    const shop = await approved();
    const { paymentId } = shop;
    const amount = money('100.00');
    await done(world, 'PAYMENT', 'requestCapture', { paymentId, amount });

    await answer(world, paymentId, 'CAPTURE', { result: 'FAILED', reasonCode: 'expired' });
    await done(world, 'SYSTEM', 'recordPaymentStatus', { paymentId, status: 'EXPIRED' });

    expect(await sums(world, paymentId, 'captured', 'expired', 'authorizedOpen')).toEqual({
      status: 'EXPIRED',
      captured: '0.00',
      expired: '100.00',
      authorizedOpen: '0.00',
    });
    expect(await codesOf(world, 'PAYMENT', 'requestCapture', { paymentId, amount })).toEqual([
      'INVALID_TRANSITION',
    ]);
  });

  test('is not even asked for once our clock is past its end, which alone expires nothing', async () => {
    const shop = await anOrder(world, '100.00');
    const { paymentId } = shop;
    const end = new Date(world.now().getTime() + HOUR);
    await told(world, shop, 'AUTHORIZE', '100.00', { authorizationExpiresAt: end.toISOString() });
    world.advance(HOUR);

    expect(
      await codesOf(world, 'PAYMENT', 'requestCapture', { paymentId, amount: money('100.00') }),
    ).toEqual(['GUARD_FAILED']);
    expect(await sums(world, paymentId, 'expired')).toEqual({
      status: 'AUTHORIZED',
      expired: '0.00',
    });
  });
});

describe('cancelling an order with a deposit (W8)', () => {
  const reason = 'the customer called';

  test('is refused', async () => {
    const { orderId } = await deposited();

    expect(await codesOf(world, 'COMMERCE', 'cancelOrder', { orderId, reason })).toEqual([
      'GUARD_FAILED',
    ]);
  });

  test('is refused with a deposit of a part, too', async () => {
    const shop = await approved('9899', 'JPY');
    await capture(world, shop, '1');

    expect(
      await codesOf(world, 'COMMERCE', 'cancelOrder', { orderId: shop.orderId, reason }),
    ).toEqual(['GUARD_FAILED']);
  });

  test('if forced, asks for the refund, and the order is cancelled when the money is back', async () => {
    const { orderId, paymentId } = await deposited();

    await done(world, 'COMMERCE', 'cancelOrder', { orderId, reason, force: true });
    expect(await orderStatus(world, orderId)).toBe('CANCELLING');
    const refunds = (await transactionsOf(world, paymentId)).filter(
      ({ type }) => type === 'REFUND',
    );
    expect(refunds).toMatchObject([{ status: 'NEW', requestedAmount: money('100.00') }]);

    await answer(world, paymentId, 'REFUND');
    expect(await orderStatus(world, orderId)).toBe('CANCELLED');
    expect(await sums(world, paymentId, 'refunded', 'net')).toEqual({
      status: 'REFUNDED',
      refunded: '100.00',
      net: '0.00',
    });
  });

  test('without one, releases the approval first', async () => {
    const { orderId, paymentId } = await approved();

    await done(world, 'COMMERCE', 'cancelOrder', { orderId, reason });
    expect(await orderStatus(world, orderId)).toBe('CANCELLING');
    await answer(world, paymentId, 'VOID');

    expect(await orderStatus(world, orderId)).toBe('CANCELLED');
  });
});

describe('editing a payment instruction (W8)', () => {
  const edit = (paymentId: string, amount: string, currency = 'USD', more: object = {}) => ({
    paymentId,
    amount: money(amount, currency),
    ...more,
  });
  const expected = async (id: string) =>
    (await read(world, 'payment(id: $id) { amounts { expected { amount } } }', { id })).payment
      .amounts.expected.amount;

  test('to a higher amount is always allowed, and asks for nothing', async () => {
    const shop = await anOrder(world, '150.00', { payments: [{ amount: '100.00' }] });
    await told(world, shop, 'SALE', '100.00');
    const before = await transactionsOf(world, shop.paymentId);

    await done(world, 'SUPPORT', 'editPaymentInstruction', edit(shop.paymentId, '150.00'));

    expect(await expected(shop.paymentId)).toBe('150.00');
    expect(await transactionsOf(world, shop.paymentId)).toEqual(before);
  });

  test.each([
    ['USD', '100.00', '99.99'],
    ['KWD', '1.234', '1.233'],
  ])('below what was deposited is refused unless forced: %s', async (currency, deposit, less) => {
    const { paymentId } = await deposited(deposit, currency);

    expect(
      await codesOf(world, 'SUPPORT', 'editPaymentInstruction', edit(paymentId, less, currency)),
    ).toEqual(['AMOUNT_EXCEEDS']);
    expect(await expected(paymentId)).toBe(deposit);

    const forced = edit(paymentId, less, currency, { force: true });
    await done(world, 'SUPPORT', 'editPaymentInstruction', forced);
    expect(await expected(paymentId)).toBe(less);
  });

  test('down to exactly what was deposited needs no force', async () => {
    const shop = await anOrder(world, '100.00');
    await told(world, shop, 'SALE', '60.00');

    await done(world, 'SUPPORT', 'editPaymentInstruction', edit(shop.paymentId, '60.00'));

    expect(await expected(shop.paymentId)).toBe('60.00');
  });

  test('is refused for the amount while a release is reserved and not finalized', async () => {
    const shop = await anOrder(world, '100.00');
    const release = await aRelease(world, shop, '100.00');
    await reserve(world, release);
    await answer(world, shop.paymentId, 'AUTHORIZE');

    expect(
      await codesOf(world, 'SUPPORT', 'editPaymentInstruction', edit(shop.paymentId, '120.00')),
    ).toEqual(['GUARD_FAILED']);
  });
});
