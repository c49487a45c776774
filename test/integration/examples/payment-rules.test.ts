import {
  anOrder,
  answer,
  aRelease,
  asked,
  codesOf,
  DENIED,
  done,
  figures,
  finalize,
  liveKinds,
  money,
  orderStatus,
  prime,
  refusals,
  releaseOf,
  reserve,
  shareOf,
  sums,
  transactionsOf,
} from '../../support/examples';
import { startWorld, type World } from '../../support/world';

let world: World;
beforeAll(async () => (world = await startWorld()));
afterAll(() => world.close());

const APPROVAL_ON_RESERVATION = 'NO_VALIDATION_APPROVAL_ON_RESERVATION';

/** An order paid by one payment under a rule. */
const aRuled = (total: string, paymentRule: string, currency = 'USD') =>
  anOrder(world, total, { currency, payments: [{ amount: total, paymentRule }] });

test('a card denied at reservation: the failure is kept, the edit executes nothing, the next reservation does (W1)', async () => {
  const shop = await aRuled('300.00', APPROVAL_ON_RESERVATION);
  const { paymentId } = shop;

  await prime(world, shop, '300.00');
  expect(await figures(world, paymentId)).toEqual({ vrf: '300.00/0.00/0.00', be: [] });
  expect(await transactionsOf(world, paymentId)).toEqual([]);

  const a = await aRelease(world, shop, '300.00');
  await reserve(world, a);
  expect(await asked(world, paymentId)).toEqual(['AUTHORIZE 300.00']);
  await answer(world, paymentId, 'AUTHORIZE', DENIED);
  expect(await figures(world, paymentId)).toEqual({
    vrf: '300.00/0.00/0.00',
    be: ['0.00/0.00/300.00'],
  });
  expect(await releaseOf(world, a)).toEqual({
    rel: '300.00/0.00/0.00',
    status: 'RESERVATION_FAILED',
  });
  expect(await failed(paymentId)).toEqual(['300.00', '300.00']);

  const before = await transactionsOf(world, paymentId);
  await done(world, 'SUPPORT', 'editPaymentInstruction', {
    paymentId,
    instrumentReference: 'card-with-the-right-expiry',
  });
  expect(await transactionsOf(world, paymentId)).toEqual(before);
  expect(await figures(world, paymentId)).toEqual({
    vrf: '300.00/0.00/0.00',
    be: ['0.00/0.00/300.00'],
  });

  await reserve(world, a, 'SUPPORT');
  expect(await asked(world, paymentId)).toEqual(['AUTHORIZE 300.00']);
  await answer(world, paymentId, 'AUTHORIZE');
  expect(await figures(world, paymentId)).toEqual({
    vrf: '300.00/300.00/0.00',
    be: ['0.00/0.00/300.00', '300.00/0.00/0.00'],
  });
  expect(await releaseOf(world, a)).toEqual({ rel: '300.00/300.00/0.00', status: 'RELEASED' });
  expect(await failed(paymentId)).toEqual(['300.00', '300.00']);

  await finalize(world, a);
  expect(await asked(world, paymentId)).toEqual(['CAPTURE 300.00']);
  await answer(world, paymentId, 'CAPTURE');
  expect(await figures(world, paymentId)).toEqual({
    vrf: '300.00/300.00/300.00',
    be: ['0.00/0.00/300.00', '300.00/300.00/0.00'],
  });
  expect(await releaseOf(world, a)).toEqual({
    rel: '300.00/300.00/300.00',
    status: 'PAYMENT_CAPTURED',
  });
  expect(await failed(paymentId)).toEqual(['300.00', '0.00']);
});

/** Failed in all, and failed and not made good since. */
async function failed(paymentId: string): Promise<string[]> {
  const { failedLifetime, failedOutstanding } = await sums(
    world,
    paymentId,
    'failedLifetime',
    'failedOutstanding',
  );
  return [failedLifetime, failedOutstanding];
}

test('two cards denied at reservation keep a row each, and only the capture makes them good (W1)', async () => {
  const shop = await aRuled('1234', APPROVAL_ON_RESERVATION, 'JPY');
  const { paymentId } = shop;
  await prime(world, shop, '1234');
  const a = await aRelease(world, shop, '1234');

  for (const rows of [['0/0/1234'], ['0/0/1234', '0/0/1234']]) {
    await reserve(world, a);
    await answer(world, paymentId, 'AUTHORIZE', DENIED);
    expect(await figures(world, paymentId)).toEqual({ vrf: '1234/0/0', be: rows });
    expect(await releaseOf(world, a)).toEqual({ rel: '1234/0/0', status: 'RESERVATION_FAILED' });
  }
  expect(await failed(paymentId)).toEqual(['2468', '1234']);

  await reserve(world, a);
  await answer(world, paymentId, 'AUTHORIZE');
  await finalize(world, a);
  await answer(world, paymentId, 'CAPTURE');
  expect(await figures(world, paymentId)).toEqual({
    vrf: '1234/1234/1234',
    be: ['0/0/1234', '0/0/1234', '1234/1234/0'],
  });
  expect(await failed(paymentId)).toEqual(['2468', '0']);
});

test('a card approved at reservation and deposited at finalization (W2)', async () => {
  const shop = await aRuled('300.00', APPROVAL_ON_RESERVATION);
  const { paymentId } = shop;

  await prime(world, shop, '300.00');
  expect(await figures(world, paymentId)).toEqual({ vrf: '300.00/0.00/0.00', be: [] });

  const a = await aRelease(world, shop, '300.00');
  await reserve(world, a);
  await answer(world, paymentId, 'AUTHORIZE');
  expect(await figures(world, paymentId)).toEqual({
    vrf: '300.00/300.00/0.00',
    be: ['300.00/0.00/0.00'],
  });
  expect(await releaseOf(world, a)).toEqual({ rel: '300.00/300.00/0.00', status: 'RELEASED' });

  await finalize(world, a);
  await answer(world, paymentId, 'CAPTURE');
  expect(await figures(world, paymentId)).toEqual({
    vrf: '300.00/300.00/300.00',
    be: ['300.00/300.00/0.00'],
  });
  expect(await releaseOf(world, a)).toEqual({
    rel: '300.00/300.00/300.00',
    status: 'PAYMENT_CAPTURED',
  });
  expect(await liveKinds(world, shop.orderId)).toEqual([]);
});

test('while a reservation or capture is under way it is not reserved or finalized yet (W2)', async () => {
  const shop = await aRuled('300.00', APPROVAL_ON_RESERVATION);
  await prime(world, shop, '300.00');
  const a = await aRelease(world, shop, '300.00');

  await reserve(world, a);
  await answer(world, shop.paymentId, 'AUTHORIZE', { result: 'PENDING' });
  expect(await releaseOf(world, a)).toEqual({ rel: '300.00/0.00/0.00', status: 'NEW' });
  expect((await figures(world, shop.paymentId)).vrf).toBe('300.00/0.00/0.00');
  await answer(world, shop.paymentId, 'AUTHORIZE');

  await finalize(world, a);
  await answer(world, shop.paymentId, 'CAPTURE', { result: 'PENDING' });
  expect(await releaseOf(world, a)).toEqual({
    rel: '300.00/300.00/0.00',
    status: 'CAPTURE_AWAITING_RESULT',
  });
  expect((await figures(world, shop.paymentId)).vrf).toBe('300.00/300.00/0.00');
});

describe('a direct deposit at every event, in three releases (W3)', () => {
  const STEPS = [
    { item: '45.00', rows: ['-/45.00/0.00'] },
    { item: '120.00', rows: ['-/45.00/0.00', '-/120.00/0.00'] },
    { item: '135.00', rows: ['-/45.00/0.00', '-/120.00/0.00', '-/135.00/0.00'] },
  ];

  test('deposits the initial amount at prime, and each later release at its reservation', async () => {
    const shop = await aRuled('300.00', 'EARLY_DEPOSIT');
    const { paymentId } = shop;

    await prime(world, shop, '45.00');
    expect(await asked(world, paymentId)).toEqual(['SALE 45.00']);
    await answer(world, paymentId, 'SALE');
    expect(await figures(world, paymentId)).toEqual({
      vrf: '45.00/0.00/0.00',
      be: ['-/45.00/0.00'],
    });

    const totals = { reservation: 0, finalization: 0 };
    for (const [index, { item, rows }] of STEPS.entries()) {
      const release = await aRelease(world, shop, item, {
        items: [
          { reference: 'ABC'[index], quantity: 1, amount: { amount: item, currencyCode: 'USD' } },
        ],
      });
      const primed = index === 0 ? '45.00' : '0.00';

      await reserve(world, release);
      expect(await asked(world, paymentId)).toEqual(index === 0 ? [] : [`SALE ${item}`]);
      if (index > 0) await answer(world, paymentId, 'SALE');
      totals.reservation += Number(item);
      expect(await releaseOf(world, release)).toEqual({
        rel: `${item}/${item}/0.00`,
        status: 'RELEASED',
      });
      expect(await shareOf(world, release, paymentId)).toBe(`${primed}/${item}/0.00`);
      expect(await figures(world, paymentId)).toEqual({ vrf: vrf(totals), be: rows });

      await finalize(world, release);
      expect(await asked(world, paymentId)).toEqual([]);
      totals.finalization += Number(item);
      expect(await releaseOf(world, release)).toEqual({
        rel: `${item}/${item}/${item}`,
        status: 'PAYMENT_CAPTURED',
      });
      expect(await shareOf(world, release, paymentId)).toBe(`${primed}/${item}/${item}`);
      expect(await figures(world, paymentId)).toEqual({ vrf: vrf(totals), be: rows });
    }

    expect(await sums(world, paymentId, 'captured', 'authorizedOpen')).toEqual({
      status: 'CAPTURED',
      captured: '300.00',
      authorizedOpen: '0.00',
    });
    expect(await liveKinds(world, shop.orderId)).toEqual([]);
  });

  const vrf = ({ reservation, finalization }: { reservation: number; finalization: number }) =>
    `45.00/${reservation.toFixed(2)}/${finalization.toFixed(2)}`;

  test('finalizes a release when it is sent, where that is its policy', async () => {
    const shop = await aRuled('3.500', 'EARLY_DEPOSIT', 'KWD');
    const { paymentId } = shop;
    await prime(world, shop, '1.250');
    await answer(world, paymentId, 'SALE');
    const [a, b] = [
      await aRelease(world, shop, '1.250', { capturePolicy: 'AT_SHIPMENT' }),
      await aRelease(world, shop, '2.250', { capturePolicy: 'AT_SHIPMENT' }),
    ];

    await reserve(world, a);
    expect(await figures(world, paymentId)).toEqual({
      vrf: '1.250/1.250/0.000',
      be: ['-/1.250/0.000'],
    });
    await done(world, 'OMS', 'startFulfilling', { fulfillmentId: a });
    await done(world, 'OMS', 'shipFulfillment', { fulfillmentId: a });
    expect(await releaseOf(world, a)).toEqual({ rel: '1.250/1.250/1.250', status: 'FULFILLED' });

    await reserve(world, b);
    await answer(world, paymentId, 'SALE');
    await done(world, 'OMS', 'startFulfilling', { fulfillmentId: b });
    await done(world, 'OMS', 'shipFulfillment', { fulfillmentId: b });
    expect(await releaseOf(world, b)).toEqual({ rel: '2.250/2.250/2.250', status: 'FULFILLED' });
    expect(await figures(world, paymentId)).toEqual({
      vrf: '1.250/3.500/3.500',
      be: ['-/1.250/0.000', '-/2.250/0.000'],
    });
  });
});

describe('Early Approval of a sweeper in stock and a shirt in a week (W6)', () => {
  const aCase = async (currency = 'USD', [total, now] = ['100.00', '60.00']) => {
    const shop = await aRuled(total, 'EARLY_APPROVAL', currency);
    await prime(world, shop, now);
    return shop;
  };

  test('validates what is in stock, and approves the rest when it is released', async () => {
    const shop = await aCase();
    const { paymentId } = shop;
    expect(await asked(world, paymentId)).toEqual(['AUTHORIZE 60.00']);
    await answer(world, paymentId, 'AUTHORIZE');
    expect(await figures(world, paymentId)).toEqual({
      vrf: '60.00/0.00/0.00',
      be: ['60.00/0.00/0.00'],
    });

    const sweater = await aRelease(world, shop, '60.00');
    await reserve(world, sweater);
    expect(await asked(world, paymentId)).toEqual([]);
    expect(await releaseOf(world, sweater)).toEqual({
      rel: '60.00/60.00/0.00',
      status: 'RELEASED',
    });
    await finalize(world, sweater);
    await answer(world, paymentId, 'CAPTURE');
    expect(await figures(world, paymentId)).toEqual({
      vrf: '60.00/60.00/60.00',
      be: ['60.00/60.00/0.00'],
    });

    expect(await orderStatus(world, shop.orderId)).toBe('PAYMENT_PENDING');

    world.advance(7 * 24 * 3_600_000);
    const shirt = await aRelease(world, shop, '40.00');
    await reserve(world, shirt);
    expect(await asked(world, paymentId)).toEqual(['AUTHORIZE 40.00']);
    await answer(world, paymentId, 'AUTHORIZE');
    await finalize(world, shirt);
    await answer(world, paymentId, 'CAPTURE');
    expect(await figures(world, paymentId)).toEqual({
      vrf: '60.00/100.00/100.00',
      be: ['60.00/60.00/0.00', '40.00/40.00/0.00'],
    });
    expect(await releaseOf(world, shirt)).toEqual({
      rel: '40.00/40.00/40.00',
      status: 'PAYMENT_CAPTURED',
    });
  });

  test('approves only the difference where a part of a release is approved', async () => {
    const shop = await aCase('KWD', ['1.000', '0.601']);
    const { paymentId } = shop;
    await answer(world, paymentId, 'AUTHORIZE');

    const all = await aRelease(world, shop, '1.000');
    await reserve(world, all);
    expect(await asked(world, paymentId)).toEqual(['AUTHORIZE 0.399']);
    await answer(world, paymentId, 'AUTHORIZE');

    expect(await releaseOf(world, all)).toEqual({ rel: '1.000/1.000/0.000', status: 'RELEASED' });
    expect(await figures(world, paymentId)).toEqual({
      vrf: '0.601/1.000/0.000',
      be: ['0.601/0.000/0.000', '0.399/0.000/0.000'],
    });
  });

  test('does nothing at prime where nothing is in stock', async () => {
    const shop = await aCase('USD', ['100.00', '0.00']);
    const { paymentId } = shop;
    expect(await figures(world, paymentId)).toEqual({ vrf: '0.00/0.00/0.00', be: [] });
    expect(await transactionsOf(world, paymentId)).toEqual([]);

    const all = await aRelease(world, shop, '100.00');
    await reserve(world, all);
    expect(await asked(world, paymentId)).toEqual(['AUTHORIZE 100.00']);
    await answer(world, paymentId, 'AUTHORIZE');
    expect((await figures(world, paymentId)).vrf).toBe('0.00/100.00/0.00');
  });
});

describe('the initial amount', () => {
  const primed = async () => {
    const shop = await aRuled('300.00', 'EARLY_DEPOSIT');
    await prime(world, shop, '45.00');
    await answer(world, shop.paymentId, 'SALE');
    return shop;
  };

  test('never changes once it was given (money.md 11)', async () => {
    const { orderId, paymentId } = await primed();

    expect(
      await codesOf(world, 'SYSTEM', 'primePayments', { orderId, initialAmount: money('45.01') }),
    ).toEqual(['GUARD_FAILED']);
    expect((await figures(world, paymentId)).vrf).toBe('45.00/0.00/0.00');
  });

  test('is primed once, however often one asks (money.md 11)', async () => {
    const shop = await primed();

    await prime(world, shop, '45.00');

    expect(await asked(world, shop.paymentId)).toEqual([]);
    expect(await figures(world, shop.paymentId)).toEqual({
      vrf: '45.00/0.00/0.00',
      be: ['-/45.00/0.00'],
    });
  });

  test('is at most what is payable (S3.3)', async () => {
    const { orderId } = await aRuled('300.00', 'EARLY_DEPOSIT');

    expect(
      await refusals(world, 'SYSTEM', 'primePayments', { orderId, initialAmount: money('300.01') }),
    ).toMatchObject([{ code: 'AMOUNT_EXCEEDS', available: money('300.00') }]);
  });
});

describe('each payment rule, with 60 of 100 in stock', () => {
  test.each([
    [
      'NO_VALIDATION_OR_RESERVATION',
      { asks: [], be: [] },
      { asks: [], be: [] },
      { asks: ['SALE 100.00'], be: ['-/100.00/0.00'] },
    ],
    [
      'NO_VALIDATION_APPROVAL_ON_RESERVATION',
      { asks: [], be: [] },
      { asks: ['AUTHORIZE 100.00'], be: ['100.00/0.00/0.00'] },
      { asks: ['CAPTURE 100.00'], be: ['100.00/100.00/0.00'] },
    ],
    [
      'NO_VALIDATION_DEPOSIT_AT_RESERVATION',
      { asks: [], be: [] },
      { asks: ['SALE 100.00'], be: ['-/100.00/0.00'] },
      { asks: [], be: ['-/100.00/0.00'] },
    ],
    [
      'EARLY_APPROVAL',
      { asks: ['AUTHORIZE 60.00'], be: ['60.00/0.00/0.00'] },
      { asks: ['AUTHORIZE 40.00'], be: ['60.00/0.00/0.00', '40.00/0.00/0.00'] },
      { asks: ['CAPTURE 100.00'], be: ['60.00/60.00/0.00', '40.00/40.00/0.00'] },
    ],
    [
      'VALIDATION_DEPOSIT_AT_RESERVATION',
      { asks: ['AUTHORIZE 60.00'], be: ['60.00/0.00/0.00'] },
      { asks: ['CAPTURE 60.00', 'SALE 40.00'], be: ['60.00/60.00/0.00', '-/40.00/0.00'] },
      { asks: [], be: ['60.00/60.00/0.00', '-/40.00/0.00'] },
    ],
    [
      'EARLY_DEPOSIT',
      { asks: ['SALE 60.00'], be: ['-/60.00/0.00'] },
      { asks: ['SALE 40.00'], be: ['-/60.00/0.00', '-/40.00/0.00'] },
      { asks: [], be: ['-/60.00/0.00', '-/40.00/0.00'] },
    ],
  ])('%s (money.md 11)', async (rule, atPrime, atReserve, atFinalize) => {
    const shop = await aRuled('100.00', rule);
    const { paymentId } = shop;
    const step = async (asks: readonly string[]) => {
      expect(await asked(world, paymentId)).toEqual(asks);
      for (const ask of asks) await answer(world, paymentId, ask.split(' ')[0]!);
    };

    await prime(world, shop, '60.00');
    await step(atPrime.asks);
    expect(await figures(world, paymentId)).toEqual({ vrf: '60.00/0.00/0.00', be: atPrime.be });

    const release = await aRelease(world, shop, '100.00');
    await reserve(world, release);
    await step(atReserve.asks);
    expect(await figures(world, paymentId)).toEqual({
      vrf: '60.00/100.00/0.00',
      be: atReserve.be,
    });
    expect(await releaseOf(world, release)).toEqual({
      rel: '100.00/100.00/0.00',
      status: 'RELEASED',
    });

    await finalize(world, release);
    await step(atFinalize.asks);
    expect(await figures(world, paymentId)).toEqual({
      vrf: '60.00/100.00/100.00',
      be: atFinalize.be,
    });
    expect(await releaseOf(world, release)).toEqual({
      rel: '100.00/100.00/100.00',
      status: 'PAYMENT_CAPTURED',
    });
    expect((await sums(world, paymentId, 'captured')).captured).toBe('100.00');
  });
});

describe('two payments of one order', () => {
  const ruled = (amount: string, priority: number, more: object = {}) => ({
    amount,
    priority,
    paymentRule: APPROVAL_ON_RESERVATION,
    ...more,
  });

  test('are used by priority, whichever was announced first (money.md 5)', async () => {
    const shop = await anOrder(world, '10000', {
      currency: 'JPY',
      payments: [ruled('7000', 1), ruled('3000', 10)],
    });
    const [card, gift] = shop.paymentIds as [string, string];
    await prime(world, shop, '10000');
    expect((await figures(world, card)).vrf).toBe('7000/0/0');
    expect((await figures(world, gift)).vrf).toBe('3000/0/0');

    const a = await aRelease(world, shop, '4000');
    await reserve(world, a);
    expect(await asked(world, gift)).toEqual(['AUTHORIZE 3000']);
    expect(await asked(world, card)).toEqual(['AUTHORIZE 1000']);
    await answer(world, gift, 'AUTHORIZE');
    await answer(world, card, 'AUTHORIZE');
    expect(await releaseOf(world, a)).toEqual({ rel: '4000/4000/0', status: 'RELEASED' });

    const b = await aRelease(world, shop, '6000');
    await reserve(world, b);
    expect(await asked(world, gift)).toEqual([]);
    expect(await asked(world, card)).toEqual(['AUTHORIZE 6000']);
    await answer(world, card, 'AUTHORIZE');

    await finalize(world, a);
    expect(await asked(world, gift)).toEqual(['CAPTURE 3000']);
    expect(await asked(world, card)).toEqual(['CAPTURE 1000']);
    await answer(world, gift, 'CAPTURE');
    expect((await releaseOf(world, a)).rel).toBe('4000/4000/3000');
    await answer(world, card, 'CAPTURE');
    expect((await releaseOf(world, a)).rel).toBe('4000/4000/4000');

    await finalize(world, b);
    expect(await asked(world, gift)).toEqual([]);
    expect(await asked(world, card)).toEqual(['CAPTURE 6000']);
    await answer(world, card, 'CAPTURE');
    expect((await releaseOf(world, b)).rel).toBe('6000/6000/6000');
    expect((await figures(world, gift)).vrf).toBe('3000/3000/3000');
    expect((await figures(world, card)).vrf).toBe('7000/7000/7000');
  });

  test('are used in the order they were announced where they are of one priority', async () => {
    const shop = await anOrder(world, '100.00', {
      payments: [ruled('70.00', 5), ruled('30.00', 5)],
    });
    const [first, second] = shop.paymentIds as [string, string];
    await prime(world, shop, '100.00');

    await reserve(world, await aRelease(world, shop, '80.00'));

    expect(await asked(world, first)).toEqual(['AUTHORIZE 70.00']);
    expect(await asked(world, second)).toEqual(['AUTHORIZE 10.00']);
  });

  test('where one is denied, the next reservation asks for the difference only', async () => {
    const shop = await anOrder(world, '100.00', {
      payments: [ruled('30.00', 9), ruled('70.00', 1)],
    });
    const [gift, card] = shop.paymentIds as [string, string];
    await prime(world, shop, '100.00');
    const a = await aRelease(world, shop, '100.00');

    await reserve(world, a);
    await answer(world, gift, 'AUTHORIZE');
    await answer(world, card, 'AUTHORIZE', DENIED);
    expect(await releaseOf(world, a)).toEqual({
      rel: '100.00/30.00/0.00',
      status: 'RESERVATION_FAILED',
    });

    await reserve(world, a);
    expect(await asked(world, gift)).toEqual([]);
    expect(await asked(world, card)).toEqual(['AUTHORIZE 70.00']);
    await answer(world, card, 'AUTHORIZE');
    expect(await releaseOf(world, a)).toEqual({ rel: '100.00/100.00/0.00', status: 'RELEASED' });
    expect(await shareOf(world, a, gift)).toBe('30.00/30.00/0.00');
    expect(await shareOf(world, a, card)).toBe('70.00/70.00/0.00');
    expect((await figures(world, card)).be).toEqual(['0.00/0.00/70.00', '70.00/0.00/0.00']);
  });

  test('a gift certificate that is used whole or not at all waits for a release it fits in', async () => {
    const shop = await anOrder(world, '100.00', {
      payments: [ruled('30.00', 9, { partiallyConsumable: false }), ruled('70.00', 1)],
    });
    const [gift, card] = shop.paymentIds as [string, string];
    await prime(world, shop, '100.00');

    await reserve(world, await aRelease(world, shop, '20.00'));
    expect(await asked(world, gift)).toEqual([]);
    expect(await asked(world, card)).toEqual(['AUTHORIZE 20.00']);
    await answer(world, card, 'AUTHORIZE');

    await reserve(world, await aRelease(world, shop, '80.00'));
    expect(await asked(world, gift)).toEqual(['AUTHORIZE 30.00']);
    expect(await asked(world, card)).toEqual(['AUTHORIZE 50.00']);
  });
});
