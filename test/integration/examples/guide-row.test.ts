import { randomUUID } from 'node:crypto';
import { Payment } from '../../../src/payment/payment.entity';
import {
  anOrder,
  answer,
  aPayment,
  askRefund,
  codesOf,
  done,
  grant,
  liveKinds,
  money,
  read,
  sums,
  told,
} from '../../support/examples';
import { rowsOf } from '../../support/refused';
import { START, startWorld, type World } from '../../support/world';

let world: World;
beforeAll(async () => (world = await startWorld()));
afterAll(() => world.close());

const CAPTURED_AT = '2026-05-23T18:41:12Z';

/** The guide's state row, told before the order could be created. */
async function theRow({
  reference = 'pi_3PR..',
  captureId = 'ch_3PR..',
  amount = '129.00',
  currency = 'EUR',
} = {}): Promise<string> {
  const guid = `cart-${randomUUID()}`;
  const orderId = await done(world, 'STOREFRONT', 'registerCheckout', {
    cartGuid: guid,
    total: money(amount, currency),
  });
  await aPayment(world, { guid, currency }, { amount, providerReference: reference });
  await world.deliver({
    psp_reference: reference,
    capture_id: captureId,
    amount,
    currency,
    capture_timestamp: CAPTURED_AT,
    cart_guid: guid,
    webhook_event_id: `evt-${captureId}`,
    webhook_replayable: true,
  });
  await done(world, 'STOREFRONT', 'recordOrderCreationFailure', {
    orderId,
    reason: 'address normalisation failed',
  });
  return orderId;
}

const caseOf = async (id: string) => {
  const { order } = await read(
    world,
    `order(id: $id) { code omsStatus erpPostingStatus
      payments { providerReference transactions { type gatewayTransactionId occurredAt } }
      exceptions(live: true) { kind status window amount { amount currencyCode } } }`,
    { id },
  );
  return order;
};

/** The world's clock stands at an instant. */
const at = (instant: string) => world.advance(Date.parse(instant) - world.now().getTime());

test('money taken without an order is found at once, and its window counts from the capture (G1)', async () => {
  expect(START.toISOString()).toBe('2026-05-23T18:41:30.000Z');
  const orderId = await theRow();

  const order = await caseOf(orderId);
  expect(order).toMatchObject({
    code: null,
    omsStatus: 'NOT_CREATED',
    erpPostingStatus: 'NOT_POSTED',
    exceptions: [
      {
        kind: 'CAPTURED_ORDER_CREATION_FAILED',
        status: 'OPEN',
        window: 'FIRST_MINUTES',
        amount: { amount: '129.00', currencyCode: 'EUR' },
      },
    ],
  });
  expect(order.payments[0].providerReference).toBe('pi_3PR..');
  expect(order.payments[0].transactions).toContainEqual({
    type: 'CAPTURE',
    gatewayTransactionId: 'ch_3PR..',
    occurredAt: '2026-05-23T18:41:12.000Z',
  });

  for (const [instant, window] of [
    ['2026-05-23T18:46:11.999Z', 'FIRST_MINUTES'],
    ['2026-05-23T18:46:12.000Z', 'FIRST_HOUR'],
    ['2026-05-23T19:41:11.999Z', 'FIRST_HOUR'],
    ['2026-05-23T19:41:12.000Z', 'BEFORE_SETTLEMENT'],
  ] as const) {
    at(instant);
    expect((await caseOf(orderId)).exceptions).toMatchObject([{ window }]);
  }
});

const paymentRow = (id: string) => rowsOf(world, Payment, '`id` = ?', [id]);

describe('amounts in minor units, by the decimals of their currency', () => {
  test.each([
    ['¥500 is 500 yen', 'JPY', '500', 500n],
    ['¥9,899 is 9,899 yen', 'JPY', '9899', 9_899n],
    ['KWD 1.234 is 1,234 fils', 'KWD', '1.234', 1_234n],
    ['BHD 10.000 is 10,000 fils', 'BHD', '10.000', 10_000n],
    ['€129.00 is 12,900 cents', 'EUR', '129.00', 12_900n],
    ['CLF 1.2345 is 12,345 of them', 'CLF', '1.2345', 12_345n],
  ])('%s (I3)', async (_case, currency, amount, minorUnits) => {
    const shop = await anOrder(world, amount, { currency });
    await told(world, shop, 'SALE', amount);

    const [row] = await paymentRow(shop.paymentId);
    expect(row).toMatchObject({ currency, expected: minorUnits, captured: minorUnits });
    expect((await sums(world, shop.paymentId, 'captured')).captured).toBe(amount);
  });

  test.each([
    ['JPY', '9899', 9_899n],
    ['KWD', '1.234', 1_234n],
  ])(
    'a refund in %s gives back what was taken, no hundredfold (I3)',
    async (currency, amount, all) => {
      const shop = await anOrder(world, amount, { currency });
      await told(world, shop, 'SALE', amount);
      await grant(world, shop, amount);

      await askRefund(world, shop, amount);
      await answer(world, shop.paymentId, 'REFUND');

      const [row] = await paymentRow(shop.paymentId);
      expect(row).toMatchObject({ status: 'REFUNDED', refunded: all });
      expect((await sums(world, shop.paymentId, 'refunded')).refunded).toBe(amount);
    },
  );

  test.each([
    ['JPY', '500', 500n],
    ['KWD', '1.234', 1_234n],
  ])(
    'a provider’s own amount in %s is read by the same decimals (I3)',
    async (currency, amount, all) => {
      const orderId = await theRow({ reference: `pi_${currency}`, amount, currency });

      const [row] = await rowsOf(world, Payment, '`order_id` = ?', [orderId]);
      expect(row).toMatchObject({ currency, captured: all });
      expect((await caseOf(orderId)).exceptions).toMatchObject([
        { amount: { amount, currencyCode: currency } },
      ]);
    },
  );

  test.each([
    ['JPY', '500.00'],
    ['JPY', '500.5'],
    ['KWD', '1.2345'],
    ['EUR', '129.001'],
  ])('more decimals than %s has are refused, not rounded: %s (I3)', async (currency, amount) => {
    const shop = await anOrder(world, '1000', { currency, payments: [] });

    expect(
      await codesOf(world, 'STOREFRONT', 'createPayment', {
        cartGuid: shop.guid,
        provider: 'acme',
        amount: money(amount, currency),
      }),
    ).toEqual(['AMOUNT_SCALE']);
    expect(await liveKinds(world, shop.orderId)).toEqual([]);
  });
});
