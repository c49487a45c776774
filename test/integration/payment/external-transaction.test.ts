import {
  anOrder,
  asked,
  codesOf,
  done,
  money,
  read,
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

async function authorized(total = '100.00', currency = 'USD'): Promise<Shop> {
  const shop = await anOrder(world, total, { currency });
  await told(world, shop, 'AUTHORIZE', total);
  return shop;
}

const wish = ({ paymentId, currency }: Shop, type: string, amount: string, more: object = {}) => ({
  paymentId,
  type,
  amount: money(amount, currency),
  evidenceReference: 'CASE-4711',
  ...more,
});
const record = (shop: Shop, type: string, amount: string, more: object = {}) =>
  done(world, 'ADMIN', 'recordExternalTransaction', wish(shop, type, amount, more));
const refusal = (shop: Shop, type: string, more: object = {}) =>
  refusals(world, 'ADMIN', 'recordExternalTransaction', wish(shop, type, '1.00', more));
const amountsOf = async ({ paymentId }: Shop) =>
  sums(world, paymentId, 'captured', 'capturing', 'refunded', 'voided', 'chargedBack');

test('a capture made by hand counts, and says that it was made outside (S1.5)', async () => {
  const shop = await authorized();

  await record(shop, 'CAPTURE', '40.00', {
    gatewayTransactionId: 'ch_by_hand',
    occurredAt: '2026-05-23T18:00:00.000Z',
  });

  const { payment } = await read(
    world,
    `payment(id: $id) { status transactions { type status externallyExecuted gatewayTransactionId
      occurredAt processedAmount { amount } events { source } } }`,
    { id: shop.paymentId },
  );
  expect(payment.status).toBe('PARTIALLY_CAPTURED');
  expect(payment.transactions).toContainEqual({
    type: 'CAPTURE',
    status: 'SUCCEEDED',
    externallyExecuted: true,
    gatewayTransactionId: 'ch_by_hand',
    occurredAt: '2026-05-23T18:00:00.000Z',
    processedAmount: { amount: '40.00' },
    events: [{ source: 'external' }],
  });
});

test.each([
  ['SALE', { status: 'PARTIALLY_CAPTURED', captured: '30.00' }],
  ['CAPTURE', { status: 'PARTIALLY_CAPTURED', captured: '30.00' }],
  ['VOID', { status: 'AUTHORIZED', voided: '30.00' }],
])('a %s by hand is counted as one', async (type, expected) => {
  const shop = await authorized();
  await record(shop, type, '30.00');

  expect(await amountsOf(shop)).toMatchObject(expected);
});

test.each([
  ['REFUND', { status: 'PARTIALLY_REFUNDED', refunded: '30.00' }],
  ['CHARGEBACK', { status: 'CHARGED_BACK', chargedBack: '30.00' }],
])('a %s by hand is counted as one (S1.11)', async (type, expected) => {
  const shop = await authorized();
  await record(shop, 'CAPTURE', '100.00');
  await record(shop, type, '30.00');

  expect(await amountsOf(shop)).toMatchObject({ captured: '100.00', ...expected });
});

test('a refund by hand needs nothing behind it: it happened', async () => {
  const shop = await authorized('500', 'JPY');
  await record(shop, 'CAPTURE', '500');
  await record(shop, 'REFUND', '500');

  expect((await amountsOf(shop)).status).toBe('REFUNDED');
});

test('told twice it counts once, unless the reference or the time is another', async () => {
  const shop = await authorized();
  const at = { occurredAt: '2026-05-23T18:00:00.000Z' };
  await record(shop, 'CAPTURE', '20.00', at);
  await record(shop, 'CAPTURE', '20.00', at);
  expect((await amountsOf(shop)).captured).toBe('20.00');

  await record(shop, 'CAPTURE', '20.00', { occurredAt: '2026-05-23T18:00:01.000Z' });
  await record(shop, 'CAPTURE', '20.00', { ...at, evidenceReference: 'CASE-4712' });

  expect((await amountsOf(shop)).captured).toBe('60.00');
});

test('one without a name at the gateway is none of those that have none either', async () => {
  const shop = await authorized();
  await told(world, shop, 'CAPTURE', '50.00');
  await record(shop, 'CAPTURE', '20.00');

  expect((await amountsOf(shop)).captured).toBe('70.00');
});

test('it answers no request of ours: that one may come, too', async () => {
  const shop = await authorized();
  await done(world, 'PAYMENT', 'requestCapture', {
    paymentId: shop.paymentId,
    amount: money('40.00'),
  });

  await record(shop, 'CAPTURE', '40.00', { gatewayTransactionId: 'ch_other' });

  expect(await asked(world, shop.paymentId)).toEqual(['CAPTURE 40.00']);
  expect(await amountsOf(shop)).toMatchObject({ captured: '40.00', capturing: '40.00' });
});

test.each([
  ['nothing', 'USD', '0.00', '0.00'],
  ['less than nothing', 'USD', '-5.00', '-5.00'],
  ['more than was authorized', 'USD', '100.01', '100.01'],
  ['another currency', 'EUR', '40.00', '0.00'],
])('a fact is kept as told: %s', async (_case, currency, amount, captured) => {
  const shop = await authorized();
  await record({ ...shop, currency }, 'CAPTURE', amount);

  const kept = (await transactionsOf(world, shop.paymentId)).find(({ type }) => type === 'CAPTURE');
  expect(kept?.processedAmount).toEqual(money(amount, currency));
  expect((await amountsOf(shop)).captured).toBe(captured);
});

describe('it is refused', () => {
  test.each([
    ['AUTHORIZE'],
    ['AUTH_ADJUST'],
    ['CAPTURE_REVERSAL'],
    ['REFUND_REVERSAL'],
    ['CHARGEBACK_REVERSAL'],
  ])('as %s, which nobody does by hand', async (type) => {
    expect(await refusal(await authorized(), type)).toMatchObject([
      { code: 'GUARD_FAILED', field: ['type'] },
    ]);
  });

  test.each([
    ['without a reference', { evidenceReference: '' }, 'GUARD_FAILED', ['evidenceReference']],
    [
      'with a card number as its reference',
      { evidenceReference: '4111111111111111' },
      'PAN_DETECTED',
      ['evidenceReference'],
    ],
    [
      'with a name that has a space',
      { gatewayTransactionId: 'a b' },
      'GUARD_FAILED',
      ['gatewayTransactionId'],
    ],
    [
      'with a time long ago',
      { occurredAt: '1969-12-31T23:59:59.000Z' },
      'GUARD_FAILED',
      ['occurredAt'],
    ],
    [
      'for a fulfillment of no one',
      { fulfillmentId: 'ful_00000000-0000-7000-8000-000000000000' },
      'NOT_FOUND',
      ['fulfillmentId'],
    ],
    ['with too many decimals', { amount: money('1.001') }, 'AMOUNT_SCALE', ['amount', 'amount']],
  ])('%s', async (_case, more, code, field) => {
    expect(await refusal(await authorized(), 'CAPTURE', more)).toMatchObject([{ code, field }]);
  });

  test.each(['STOREFRONT', 'COMMERCE', 'OMS', 'SUPPORT', 'ENGINEERING', 'AUDITOR', 'SYSTEM'])(
    'to %s',
    async (role) => {
      const input = wish(await authorized(), 'CAPTURE', '1.00');

      expect(await codesOf(world, role, 'recordExternalTransaction', input)).toEqual(['FORBIDDEN']);
    },
  );
});
