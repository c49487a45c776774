import { randomUUID } from 'node:crypto';
import {
  anOrder,
  answer,
  askRefund,
  codesOf,
  grant,
  liveKinds,
  money,
  read,
  refusals,
  sums,
  told,
  type Shop,
} from '../../support/examples';
import { startWorld, type World } from '../../support/world';

let world: World;
beforeAll(async () => (world = await startWorld()));
afterAll(() => world.close());

interface Part {
  readonly id: string;
  readonly amount: string;
  readonly fee: string;
}

const PARTS: readonly Part[] = [
  { id: 'disbursement-1', amount: '200.00', fee: '20.00' },
  { id: 'disbursement-2', amount: '800.00', fee: '80.00' },
];

const disbursements = (parts: readonly Part[], currency: string) =>
  parts.map(({ id, amount, fee }) => ({
    id,
    sellerId: `seller-of-${id}`,
    amount: money(amount, currency),
    fee: money(fee, currency),
    releaseDays: 30,
  }));

/** A payment by Visa that goes to several sellers. */
const split = (total: string, parts: readonly Part[] = PARTS, currency = 'BRL'): Promise<Shop> =>
  anOrder(world, total, {
    currency,
    payments: [
      {
        amount: total,
        provider: 'mercadopago',
        method: 'visa',
        disbursements: disbursements(parts, currency),
      },
    ],
  });

/** The provider's notification with the payment a connector fetched for it. */
async function notify({ references }: Shop, resource: object): Promise<any> {
  world.advance(1000);
  const id = references[0]!;
  const at = world.now().toISOString();
  return world.deliverMercadopago({
    data: { id },
    notification: {
      id: randomUUID(),
      action: 'payment.updated',
      live_mode: true,
      date_created: at,
      data: { id },
    },
    resource: { id, date_last_updated: at, currency_id: 'BRL', ...resource },
  });
}

/** Amount, fee, days until release, and refunded, of each disbursement. */
async function disbursementsOf({ paymentId }: Shop): Promise<string[]> {
  const { payment } = await read(
    world,
    `payment(id: $id) { disbursements { id sellerId amount { amount } fee { amount } releaseDays
      refunded { amount } } }`,
    { id: paymentId },
  );
  return payment.disbursements.map(
    ({ id, amount, fee, releaseDays, refunded }: any) =>
      `${id}: ${amount.amount} fee ${fee.amount} after ${releaseDays} refunded ${refunded.amount}`,
  );
}

test('a payment of 1000 is split into 200 and 800 with a fee each, and approved (M1)', async () => {
  const shop = await split('1000.00');
  expect(await disbursementsOf(shop)).toEqual([
    'disbursement-1: 200.00 fee 20.00 after 30 refunded 0.00',
    'disbursement-2: 800.00 fee 80.00 after 30 refunded 0.00',
  ]);

  await notify(shop, { status: 'approved', transaction_amount: 1000 });

  const { payment } = await read(
    world,
    'payment(id: $id) { method providerStatus disbursements { amount { amount } fee { amount } } }',
    { id: shop.paymentId },
  );
  const sum = (name: 'amount' | 'fee') =>
    payment.disbursements.reduce(
      (total: number, part: any) => total + Number(part[name].amount),
      0,
    );
  expect(payment).toMatchObject({ method: 'visa', providerStatus: 'approved' });
  expect([sum('amount'), sum('fee')]).toEqual([1000, 100]);
  expect(await sums(world, shop.paymentId, 'captured')).toEqual({
    status: 'CAPTURED',
    captured: '1000.00',
  });
});

async function approved(): Promise<Shop> {
  const shop = await split('1000.00');
  await notify(shop, { status: 'approved', transaction_amount: 1000 });
  return shop;
}

describe('a refund of a disbursement', () => {
  test('is done when the webhook tells, not when it is asked for (M2)', async () => {
    const shop = await approved();
    const { paymentId } = shop;
    await grant(world, shop, '10.2');
    await askRefund(world, shop, '10.2', { disbursementId: 'disbursement-1' });
    await answer(world, paymentId, 'REFUND', { result: 'PENDING' });
    expect(await sums(world, paymentId, 'refunded', 'refunding', 'net')).toEqual({
      status: 'CAPTURED',
      refunded: '0.00',
      refunding: '10.20',
      net: '1000.00',
    });

    await notify(shop, {
      status: 'approved',
      status_detail: 'partially_refunded',
      transaction_amount: 1000,
      transaction_amount_refunded: 10.2,
    });

    expect(await sums(world, paymentId, 'refunded', 'refunding', 'net')).toEqual({
      status: 'PARTIALLY_REFUNDED',
      refunded: '10.20',
      refunding: '0.00',
      net: '989.80',
    });
    expect(await disbursementsOf(shop)).toEqual([
      'disbursement-1: 200.00 fee 20.00 after 30 refunded 10.20',
      'disbursement-2: 800.00 fee 80.00 after 30 refunded 0.00',
    ]);
  });

  test('in full, of each disbursement, refunds the payment (M2)', async () => {
    const shop = await approved();
    const { paymentId } = shop;
    await grant(world, shop, '1000.00');
    for (const { id, amount } of PARTS) {
      await askRefund(world, shop, amount, { disbursementId: id });
      await answer(world, paymentId, 'REFUND', { result: 'PENDING' });
      expect((await sums(world, paymentId, 'refunding')).refunding).toBe(amount);
      await answer(world, paymentId, 'REFUND');
    }

    await notify(shop, {
      status: 'refunded',
      transaction_amount: 1000,
      transaction_amount_refunded: 1000,
    });

    expect(await sums(world, paymentId, 'refunded', 'refunding', 'net')).toEqual({
      status: 'REFUNDED',
      refunded: '1000.00',
      refunding: '0.00',
      net: '0.00',
    });
    expect(await disbursementsOf(shop)).toEqual([
      'disbursement-1: 200.00 fee 20.00 after 30 refunded 200.00',
      'disbursement-2: 800.00 fee 80.00 after 30 refunded 800.00',
    ]);
    expect(await liveKinds(world, shop.orderId)).toEqual([]);
  });

  test('is at most what is left of it (M2)', async () => {
    const shop = await approved();
    await grant(world, shop, '300.00');
    const ask = (amount: string) =>
      refusals(world, 'PAYMENT', 'requestRefund', {
        paymentId: shop.paymentId,
        amount: money(amount, 'BRL'),
        disbursementId: 'disbursement-1',
      });

    expect(await ask('200.01')).toEqual([
      { code: 'AMOUNT_EXCEEDS', field: ['amount'], available: money('200.00', 'BRL') },
    ]);
    await askRefund(world, shop, '10.20', { disbursementId: 'disbursement-1' });
    expect(await ask('189.81')).toEqual([
      { code: 'AMOUNT_EXCEEDS', field: ['amount'], available: money('189.80', 'BRL') },
    ]);
  });

  test('names one that is there (M2)', async () => {
    const shop = await approved();
    await grant(world, shop, '10.00');

    expect(
      await codesOf(world, 'PAYMENT', 'requestRefund', {
        paymentId: shop.paymentId,
        amount: money('10.00', 'BRL'),
        disbursementId: 'disbursement-3',
      }),
    ).toEqual(['NOT_FOUND']);
  });
});

describe('disbursements that do not add up to the payment', () => {
  test.each([
    ['45.00 for recipients of 299.99', 'BRL', '299.99', ['45.00']],
    ['a cent too little', 'BRL', '1000.00', ['200.00', '799.99']],
    ['a cent too much', 'BRL', '1000.00', ['200.00', '800.01']],
    ['a yen too little', 'JPY', '500', ['200', '299']],
    ['a thousandth too much', 'KWD', '1.234', ['1.000', '0.235']],
  ])('are refused: %s (V5)', async (_case, currency, total, amounts) => {
    const shop = await anOrder(world, total, { currency, payments: [] });
    const parts = amounts.map((amount, index) => ({ id: `part-${index}`, amount }));

    expect(
      await refusals(world, 'STOREFRONT', 'createPayment', {
        cartGuid: shop.guid,
        provider: 'acme',
        amount: money(total, currency),
        disbursements: parts.map(({ id, amount }) => ({
          id,
          sellerId: `seller-of-${id}`,
          amount: money(amount, currency),
        })),
      }),
    ).toMatchObject([{ code: 'GUARD_FAILED', field: ['disbursements'] }]);
  });

  test('that do add up are taken in any currency (V5)', async () => {
    const parts = [
      { id: 'one', amount: '1.000', fee: '0.001' },
      { id: 'two', amount: '0.234', fee: '0.000' },
    ];
    const shop = await split('1.234', parts, 'KWD');
    await told(world, shop, 'SALE', '1.234');

    expect(await disbursementsOf(shop)).toEqual([
      'one: 1.000 fee 0.001 after 30 refunded 0.000',
      'two: 0.234 fee 0.000 after 30 refunded 0.000',
    ]);
  });
});

test('a second approval takes nothing more (M1)', async () => {
  const shop = await approved();
  const before = await disbursementsOf(shop);

  await notify(shop, { status: 'approved', transaction_amount: 1000 });

  expect(await disbursementsOf(shop)).toEqual(before);
  expect((await sums(world, shop.paymentId, 'captured')).captured).toBe('1000.00');
});
