import {
  anOrder,
  answer,
  aRelease,
  asked,
  capture,
  codesOf,
  done,
  money,
  read,
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

async function authorized(total = '100.00', currency = 'USD'): Promise<Shop> {
  const shop = await anOrder(world, total, { currency });
  await told(world, shop, 'AUTHORIZE', total, { gatewayTransactionId: `auth-${shop.guid}` });
  return shop;
}

const wish = ({ paymentId, currency }: Shop, amount: string, more: object = {}) => ({
  paymentId,
  amount: money(amount, currency),
  ...more,
});
const request = (shop: Shop, amount: string, more: object = {}) =>
  done(world, 'PAYMENT', 'requestCapture', wish(shop, amount, more));
const refusal = (shop: Shop, amount: string, more: object = {}) =>
  refusals(world, 'PAYMENT', 'requestCapture', wish(shop, amount, more));

const AMOUNTS = ['authorizedOpen', 'capturing', 'captured', 'voiding', 'voided'];
const amountsOf = async ({ paymentId }: Shop) => sums(world, paymentId, ...AMOUNTS);

test('a request is journaled as an intent and a transaction NEW, and takes from what is open', async () => {
  const shop = await authorized();

  await request(shop, '40.00', { providerRequestKey: 'capture-1' });

  expect(await amountsOf(shop)).toEqual({
    status: 'CAPTURING',
    authorizedOpen: '60.00',
    capturing: '40.00',
    captured: '0.00',
    voiding: '0.00',
    voided: '0.00',
  });
  const { payment } = await read(
    world,
    `payment(id: $id) { journal(first: 50) { nodes { kind action after } }
      transactions { type status final implied externallyExecuted requestId providerRequestKey
        parent { type gatewayTransactionId } } }`,
    { id: shop.paymentId },
  );
  expect(payment.transactions[1]).toEqual({
    type: 'CAPTURE',
    status: 'NEW',
    final: false,
    implied: false,
    externallyExecuted: false,
    requestId: expect.stringMatching(/^req_/),
    providerRequestKey: 'capture-1',
    parent: { type: 'AUTHORIZE', gatewayTransactionId: `auth-${shop.guid}` },
  });
  const [intent] = payment.journal.nodes.filter(({ kind }: any) => kind === 'INTENT');
  expect(intent).toEqual({
    kind: 'INTENT',
    action: 'CAPTURE',
    after: {
      amount: '40.00',
      currency: 'USD',
      provider: 'acme',
      providerReference: shop.references[0],
      providerRequestKey: 'capture-1',
      parentGatewayTransactionId: `auth-${shop.guid}`,
      fulfillmentId: null,
      disbursementId: null,
    },
  });
});

test('its result is told under our key, and opens it again when it failed', async () => {
  const shop = await authorized();
  await request(shop, '40.00');
  await answer(world, shop.paymentId, 'CAPTURE', { result: 'PENDING' });
  expect((await amountsOf(shop)).status).toBe('CAPTURING');
  await answer(world, shop.paymentId, 'CAPTURE', { result: 'FAILED' });

  expect(await amountsOf(shop)).toMatchObject({ status: 'AUTHORIZED', authorizedOpen: '100.00' });
});

describe('the amount', () => {
  test.each([
    ['one unit more', 'USD', '100.00', '100.01'],
    ['a yen more', 'JPY', '500', '501'],
    ['a thousandth more', 'KWD', '1.234', '1.235'],
  ])('%s than is open is refused, all of it is not', async (_case, currency, total, tooMuch) => {
    const shop = await authorized(total, currency);

    expect(await refusal(shop, tooMuch)).toEqual([
      { code: 'AMOUNT_EXCEEDS', field: ['amount'], available: money(total, currency) },
    ]);
    await request(shop, total);
    expect(await asked(world, shop.paymentId)).toEqual([`CAPTURE ${total}`]);
  });

  test('is above zero, and what is left stays capturable (V4)', async () => {
    const shop = await authorized();
    await capture(world, shop, '50.00');

    for (const nothing of ['0.00', '-0.01']) {
      expect(await refusal(shop, nothing)).toMatchObject([
        { code: 'AMOUNT_RANGE', field: ['amount', 'amount'] },
      ]);
    }
    await request(shop, '50.00');
  });

  test('has the currency of the payment', async () => {
    const shop = await authorized();

    expect(await refusal({ ...shop, currency: 'EUR' }, '1.00')).toMatchObject([
      { code: 'CURRENCY_MISMATCH', field: ['amount', 'currencyCode'] },
    ]);
  });

  test('has no more decimals than its currency', async () => {
    const shop = await authorized('500', 'JPY');

    expect(await refusal(shop, '1.0')).toMatchObject([{ code: 'AMOUNT_SCALE' }]);
  });
});

describe('the last capture', () => {
  test('has what remains released when it succeeds, and what was captured stays (I1)', async () => {
    const shop = await authorized();
    await capture(world, shop, '70.00');
    await request(shop, '20.00', { final: true });
    expect(await asked(world, shop.paymentId)).toEqual(['CAPTURE 20.00']);

    await answer(world, shop.paymentId, 'CAPTURE');
    expect(await asked(world, shop.paymentId)).toEqual(['VOID 10.00']);
    await answer(world, shop.paymentId, 'VOID');

    expect(await amountsOf(shop)).toEqual({
      status: 'CAPTURED',
      authorizedOpen: '0.00',
      capturing: '0.00',
      captured: '90.00',
      voiding: '0.00',
      voided: '10.00',
    });
  });

  test('releases nothing when it failed', async () => {
    const shop = await authorized();
    await request(shop, '20.00', { final: true });
    await answer(world, shop.paymentId, 'CAPTURE', { result: 'FAILED' });

    expect(await asked(world, shop.paymentId)).toEqual([]);
    expect(await amountsOf(shop)).toMatchObject({ status: 'AUTHORIZED', authorizedOpen: '100.00' });
  });

  test('of everything has nothing to release', async () => {
    const shop = await authorized();
    await request(shop, '100.00', { final: true });
    await answer(world, shop.paymentId, 'CAPTURE');

    expect(await asked(world, shop.paymentId)).toEqual([]);
  });
});

describe('the same request key again', () => {
  const providerRequestKey = 'capture-key';

  test('while it is under way answers that request, and asks for nothing more', async () => {
    const shop = await authorized();
    await request(shop, '40.00', { providerRequestKey });
    await request(shop, '40.00', { providerRequestKey });
    await answer(world, shop.paymentId, 'CAPTURE', { result: 'PENDING' });
    await request(shop, '40.00', { providerRequestKey });

    const attempts = (await transactionsOf(world, shop.paymentId)).map(
      ({ type, status }) => `${type} ${status}`,
    );
    expect(attempts).toEqual(['AUTHORIZE SUCCEEDED', 'CAPTURE PENDING']);
  });

  test('for another amount is refused', async () => {
    const shop = await authorized();
    await request(shop, '40.00', { providerRequestKey });

    expect(await refusal(shop, '30.00', { providerRequestKey })).toMatchObject([
      { code: 'ALREADY_EXISTS', field: ['providerRequestKey'] },
    ]);
  });

  test('after a success is refused', async () => {
    const shop = await authorized();
    await request(shop, '40.00', { providerRequestKey });
    await answer(world, shop.paymentId, 'CAPTURE');

    expect(await refusal(shop, '40.00', { providerRequestKey })).toMatchObject([
      { code: 'ALREADY_EXISTS', field: ['providerRequestKey'] },
    ]);
  });

  test('after a failure begins a new attempt, and the failed one keeps its row', async () => {
    const shop = await authorized();
    await request(shop, '40.00', { providerRequestKey });
    await answer(world, shop.paymentId, 'CAPTURE', {
      result: 'FAILED',
      gatewayTransactionId: 'gw-failed',
    });
    await request(shop, '40.00', { providerRequestKey });
    expect(await asked(world, shop.paymentId)).toEqual(['CAPTURE 40.00']);
    await answer(world, shop.paymentId, 'CAPTURE', { gatewayTransactionId: 'gw-done' });

    const attempts = (await transactionsOf(world, shop.paymentId)).map(
      ({ type, status, gatewayTransactionId }) => `${type} ${status} ${gatewayTransactionId}`,
    );
    expect(attempts.slice(1)).toEqual(['CAPTURE FAILED gw-failed', 'CAPTURE SUCCEEDED gw-done']);
    expect(await amountsOf(shop)).toMatchObject({ captured: '40.00', authorizedOpen: '60.00' });
  });

  test('while nobody knows what came of it is refused', async () => {
    const shop = await authorized();
    await request(shop, '40.00', { providerRequestKey });
    const lost = { result: 'INDETERMINATE', indeterminateCause: 'NETWORK' };
    await answer(world, shop.paymentId, 'CAPTURE', lost);

    expect(await refusal(shop, '40.00', { providerRequestKey })).toMatchObject([
      { code: 'OUTCOME_INDETERMINATE', field: ['providerRequestKey'] },
    ]);
    expect(await refusal(shop, '1.00', { providerRequestKey: 'other' })).toMatchObject([
      { code: 'OUTCOME_INDETERMINATE', field: null },
    ]);
  });
});

describe('a capture is refused', () => {
  test('while another has no result yet', async () => {
    const shop = await authorized();
    await request(shop, '40.00');

    expect(await refusal(shop, '40.00')).toMatchObject([{ code: 'INVALID_TRANSITION' }]);
  });

  test('while a void has none', async () => {
    const shop = await authorized();
    await done(world, 'PAYMENT', 'requestVoid', wish(shop, '10.00'));

    expect(await refusal(shop, '40.00')).toMatchObject([{ code: 'OUTCOME_INDETERMINATE' }]);
  });

  test.each([
    ['CREATED', async (_shop: Shop) => undefined],
    ['CAPTURED', async (shop: Shop) => told(world, shop, 'SALE', '100.00')],
    [
      'REJECTED',
      async (shop: Shop) => told(world, shop, 'AUTHORIZE', '9.00', { result: 'FAILED' }),
    ],
  ])('of a payment that is %s', async (status, happens) => {
    const shop = await anOrder(world, '100.00');
    await happens(shop);

    expect((await amountsOf(shop)).status).toBe(status);
    expect(await codesOf(world, 'PAYMENT', 'requestCapture', wish(shop, '1.00'))).toEqual([
      'INVALID_TRANSITION',
    ]);
  });

  test('when the authorization has run out by our clock', async () => {
    const shop = await anOrder(world, '100.00');
    const end = new Date(world.now().getTime() + 10_000).toISOString();
    await told(world, shop, 'AUTHORIZE', '100.00', { authorizationExpiresAt: end });
    await request(shop, '1.00');
    await answer(world, shop.paymentId, 'CAPTURE');
    world.advance(10_000);

    expect(await refusal(shop, '1.00')).toMatchObject([{ code: 'GUARD_FAILED', field: null }]);
  });

  test.each(['STOREFRONT', 'COMMERCE', 'OMS', 'FINANCE', 'SUPPORT', 'ENGINEERING', 'AUDITOR'])(
    'to %s',
    async (role) => {
      const shop = await authorized();

      expect(await codesOf(world, role, 'requestCapture', wish(shop, '1.00'))).toEqual([
        'FORBIDDEN',
      ]);
    },
  );

  test("to a seller's people, whatever their role (S0.14)", async () => {
    const shop = await authorized();
    const seller = 'PAYMENT; side=SELLER; sellerId=seller-1';

    expect(await codesOf(world, seller, 'requestCapture', wish(shop, '1.00'))).toEqual([
      'FORBIDDEN',
    ]);
  });

  test('in the name of an exception nobody decided, or that is not there', async () => {
    const shop = await authorized();

    expect(
      await refusal(shop, '1.00', { exceptionId: 'exc_00000000-0000-7000-8000-000000000000' }),
    ).toMatchObject([{ code: 'NOT_FOUND', field: ['exceptionId'] }]);
  });

  test.each([
    ['a space', 'a b', 'GUARD_FAILED'],
    ['a card number', '4111111111111111', 'PAN_DETECTED'],
  ])('with %s as its key', async (_why, providerRequestKey, code) => {
    const shop = await authorized();

    expect(await refusal(shop, '1.00', { providerRequestKey })).toMatchObject([
      { code, field: ['providerRequestKey'] },
    ]);
  });
});

describe('for a fulfillment', () => {
  const statusOf = async (id: string) =>
    (await read(world, 'fulfillment(id: $id) { status finalized { amount } }', { id })).fulfillment;

  test('it begins the capture of it, and is attributed to it (S1.10)', async () => {
    const shop = await authorized();
    const fulfillmentId = await aRelease(world, shop, '60.00');
    await reserve(world, fulfillmentId);

    await request(shop, '60.00', { fulfillmentId });
    expect(await statusOf(fulfillmentId)).toMatchObject({ status: 'CAPTURING_PAYMENT' });
    await answer(world, shop.paymentId, 'CAPTURE');

    expect(await statusOf(fulfillmentId)).toEqual({
      status: 'PAYMENT_CAPTURED',
      finalized: { amount: '60.00' },
    });
    const [, attempt] = await transactionsOf(world, shop.paymentId);
    expect(attempt).toMatchObject({ type: 'CAPTURE', fulfillmentId });
  });

  test('never beyond its total', async () => {
    const shop = await authorized();
    const fulfillmentId = await aRelease(world, shop, '60.00');

    expect(await refusal(shop, '60.01', { fulfillmentId })).toEqual([
      { code: 'AMOUNT_EXCEEDS', field: ['amount'], available: money('60.00') },
    ]);
    await request(shop, '60.00', { fulfillmentId });
    await answer(world, shop.paymentId, 'CAPTURE');
    expect(await refusal(shop, '0.01', { fulfillmentId })).toEqual([
      { code: 'AMOUNT_EXCEEDS', field: ['amount'], available: money('0.00') },
    ]);
  });

  test('of another order it is refused', async () => {
    const [shop, other] = [await authorized(), await authorized()];
    const fulfillmentId = await aRelease(world, other, '60.00');

    expect(await refusal(shop, '1.00', { fulfillmentId })).toMatchObject([
      { code: 'NOT_FOUND', field: ['fulfillmentId'] },
    ]);
  });
});
