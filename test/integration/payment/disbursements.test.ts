import {
  anOrder,
  answer,
  askRefund,
  done,
  grant,
  money,
  read,
  refusals,
  told,
  type Shop,
} from '../../support/examples';
import { startWorld, type World } from '../../support/world';

let world: World;
beforeAll(async () => (world = await startWorld()));
afterAll(() => world.close());

const part = (id: string, amount: string, more: object = {}) => ({
  id,
  sellerId: `seller-${id}`,
  amount: money(amount),
  ...more,
});

/** A captured payment of 100.00 that goes to two sellers. */
async function split(): Promise<Shop> {
  const shop = await anOrder(world, '100.00', {
    payments: [{ amount: '100.00', disbursements: [part('one', '30.00'), part('two', '70.00')] }],
  });
  await told(world, shop, 'SALE', '100.00');
  return shop;
}

async function refundedOf({ paymentId }: Shop): Promise<string[]> {
  const { payment } = await read(
    world,
    'payment(id: $id) { disbursements { id refunded { amount } } }',
    { id: paymentId },
  );
  return payment.disbursements.map(({ id, refunded }: any) => `${id} ${refunded.amount}`);
}

test('a payment has what was announced, and else the terms of a plain card payment', async () => {
  const shop = await anOrder(world, '100.00', {
    payments: [
      { amount: '60.00' },
      {
        amount: '40.00',
        paymentRule: 'EARLY_DEPOSIT',
        collection: 'ON_TERMS',
        partiallyConsumable: false,
        disbursements: [part('all', '40.00', { fee: money('40.00') })],
      },
    ],
  });
  const { order } = await read(
    world,
    `order(id: $id) { payments { paymentRule collection partiallyConsumable
      disbursements { id sellerId amount { amount } fee { amount currencyCode } releaseDays } } }`,
    { id: shop.orderId },
  );

  expect(order.payments).toEqual([
    {
      paymentRule: 'EARLY_APPROVAL',
      collection: 'IMMEDIATE',
      partiallyConsumable: true,
      disbursements: [],
    },
    {
      paymentRule: 'EARLY_DEPOSIT',
      collection: 'ON_TERMS',
      partiallyConsumable: false,
      disbursements: [
        {
          id: 'all',
          sellerId: 'seller-all',
          amount: { amount: '40.00' },
          fee: money('40.00'),
          releaseDays: 0,
        },
      ],
    },
  ]);
});

test('a payment whose money came first has its disbursements from the announcement', async () => {
  const shop = await anOrder(world, '100.00', { payments: [] });
  await world.act('SYSTEM', 'recordProviderSnapshot', {
    provider: 'acme',
    providerReference: `early-${shop.guid}`,
    status: 'captured',
    currency: 'USD',
    captured: '100.00',
    occurredAt: world.now().toISOString(),
  });

  const paymentId = await done(world, 'STOREFRONT', 'createPayment', {
    cartGuid: shop.guid,
    provider: 'acme',
    providerReference: `early-${shop.guid}`,
    amount: money('100.00'),
    disbursements: [part('one', '30.00'), part('two', '70.00')],
  });

  expect(await refundedOf({ ...shop, paymentId })).toEqual(['one 0.00', 'two 0.00']);
});

describe('disbursements are refused', () => {
  const MANY = Array.from({ length: 101 }, (_, index) => part(`p${index}`, '1.00'));

  test.each<[string, object[], string, string[]]>([
    ['when they add up to less (V5)', [part('a', '99.99')], 'GUARD_FAILED', ['disbursements']],
    [
      'when they add up to more (V5)',
      [part('a', '99.99'), part('b', '0.02')],
      'GUARD_FAILED',
      ['disbursements'],
    ],
    [
      'with one id twice',
      [part('a', '50.00'), part('a', '50.00')],
      'GUARD_FAILED',
      ['disbursements', 'id'],
    ],
    [
      'of nothing',
      [part('a', '100.00'), part('b', '0.00')],
      'AMOUNT_RANGE',
      ['disbursements', 'amount', 'amount'],
    ],
    [
      'in another currency',
      [part('a', '1.00', { amount: money('100.00', 'EUR') })],
      'CURRENCY_MISMATCH',
      ['disbursements', 'amount', 'currencyCode'],
    ],
    [
      'with a fee below zero',
      [part('a', '100.00', { fee: money('-0.01') })],
      'AMOUNT_RANGE',
      ['disbursements', 'fee', 'amount'],
    ],
    [
      'with a fee above their amount',
      [part('a', '100.00', { fee: money('100.01') })],
      'AMOUNT_EXCEEDS',
      ['disbursements', 'fee'],
    ],
    [
      'released before they are paid',
      [part('a', '100.00', { releaseDays: -1 })],
      'GUARD_FAILED',
      ['disbursements', 'releaseDays'],
    ],
    [
      'to a card number',
      [part('a', '100.00', { sellerId: '4111111111111111' })],
      'PAN_DETECTED',
      ['disbursements', 'sellerId'],
    ],
    ['when there are more than a hundred', MANY, 'LIMIT', ['disbursements']],
  ])('%s', async (_case, disbursements, code, field) => {
    const shop = await anOrder(world, '100.00', { payments: [] });

    expect(
      await refusals(world, 'STOREFRONT', 'createPayment', {
        cartGuid: shop.guid,
        provider: 'acme',
        amount: money('100.00'),
        disbursements,
      }),
    ).toMatchObject([{ code, field }]);
  });
});

describe('a refund of one disbursement', () => {
  const refusal = (shop: Shop, amount: string, more: object) =>
    refusals(world, 'PAYMENT', 'requestRefund', {
      paymentId: shop.paymentId,
      amount: money(amount),
      ...more,
    });

  test('is counted on it when it is done, and takes from it at once', async () => {
    const shop = await split();
    await grant(world, shop, '100.00');
    await askRefund(world, shop, '10.00', { disbursementId: 'one' });
    expect(await refundedOf(shop)).toEqual(['one 0.00', 'two 0.00']);
    expect(await refusal(shop, '20.01', { disbursementId: 'one' })).toEqual([
      { code: 'AMOUNT_EXCEEDS', field: ['amount'], available: money('20.00') },
    ]);

    await answer(world, shop.paymentId, 'REFUND');

    expect(await refundedOf(shop)).toEqual(['one 10.00', 'two 0.00']);
    await askRefund(world, shop, '20.00', { disbursementId: 'one' });
  });

  test('that failed is left to it again', async () => {
    const shop = await split();
    await grant(world, shop, '100.00');
    await askRefund(world, shop, '30.00', { disbursementId: 'one' });
    await answer(world, shop.paymentId, 'REFUND', { result: 'FAILED' });

    expect(await refundedOf(shop)).toEqual(['one 0.00', 'two 0.00']);
    expect(await refusal(shop, '30.01', { disbursementId: 'one' })).not.toEqual([]);
  });

  test('that was taken back is not refunded', async () => {
    const shop = await split();
    await grant(world, shop, '100.00');
    await askRefund(world, shop, '30.00', { disbursementId: 'one' });
    await answer(world, shop.paymentId, 'REFUND', { gatewayTransactionId: `re-${shop.guid}` });
    expect(await refundedOf(shop)).toEqual(['one 30.00', 'two 0.00']);

    await told(world, shop, 'REFUND_REVERSAL', '30.00', {
      parentGatewayTransactionId: `re-${shop.guid}`,
    });

    expect(await refundedOf(shop)).toEqual(['one 0.00', 'two 0.00']);
  });

  test('goes over its own payment alone', async () => {
    const shop = await split();
    await grant(world, shop, '100.00');
    const lines = [{ paymentId: shop.paymentId, amount: money('10.00') }];

    for (const more of [{ allocation: 'AUTOMATIC' }, { lines }]) {
      expect(await refusal(shop, '10.00', { disbursementId: 'one', ...more })).toMatchObject([
        { code: 'GUARD_FAILED', field: ['disbursementId'] },
      ]);
    }
  });

  test('names one the payment has', async () => {
    const shop = await split();
    await grant(world, shop, '100.00');

    expect(await refusal(shop, '10.00', { disbursementId: 'three' })).toMatchObject([
      { code: 'NOT_FOUND', field: ['disbursementId'] },
    ]);
  });
});
