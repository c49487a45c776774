import {
  anOrder,
  answer,
  asked,
  capture,
  codesOf,
  done,
  money,
  refusals,
  sums,
  told,
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

const wish = ({ paymentId, currency }: Shop, amount: string | null, more: object = {}) => ({
  paymentId,
  ...(amount === null ? {} : { amount: money(amount, currency) }),
  ...more,
});
const request = (shop: Shop, amount: string | null, more: object = {}) =>
  done(world, 'PAYMENT', 'requestVoid', wish(shop, amount, more));
const refusal = (shop: Shop, amount: string | null, more: object = {}) =>
  refusals(world, 'PAYMENT', 'requestVoid', wish(shop, amount, more));
const amountsOf = async ({ paymentId }: Shop) =>
  sums(world, paymentId, 'authorizedOpen', 'captured', 'voiding', 'voided');

test('without an amount everything that is open is released (K2)', async () => {
  const shop = await authorized('10.00');

  await request(shop, null);
  expect(await asked(world, shop.paymentId)).toEqual(['VOID 10.00']);
  expect(await amountsOf(shop)).toEqual({
    status: 'AUTHORIZED',
    authorizedOpen: '0.00',
    captured: '0.00',
    voiding: '10.00',
    voided: '0.00',
  });

  await answer(world, shop.paymentId, 'VOID');
  expect(await amountsOf(shop)).toEqual({
    status: 'VOIDED',
    authorizedOpen: '0.00',
    captured: '0.00',
    voiding: '0.00',
    voided: '10.00',
  });
});

test('a second void is refused, while the first is under way and after it (K2)', async () => {
  const shop = await authorized('10.00');
  await request(shop, null);
  expect(await refusal(shop, null)).toEqual([
    { code: 'AMOUNT_EXCEEDS', field: ['amount'], available: money('0.00') },
  ]);
  await answer(world, shop.paymentId, 'VOID');

  expect(await refusal(shop, null)).toMatchObject([{ code: 'INVALID_TRANSITION' }]);
});

test('once something is captured, everything is voided no more (K3)', async () => {
  const shop = await authorized('10.00');
  await capture(world, shop, '1.00');

  expect(await refusal(shop, null)).toMatchObject([{ code: 'GUARD_FAILED', field: ['amount'] }]);
  expect(await amountsOf(shop)).toMatchObject({ captured: '1.00', authorizedOpen: '9.00' });
});

test('but the remainder is, and what was captured stays (I1)', async () => {
  const shop = await authorized();
  await capture(world, shop, '70.00');
  await capture(world, shop, '20.00');

  expect(await refusal(shop, '10.01')).toEqual([
    { code: 'AMOUNT_EXCEEDS', field: ['amount'], available: money('10.00') },
  ]);
  await request(shop, '10.00');
  await answer(world, shop.paymentId, 'VOID');

  expect(await amountsOf(shop)).toEqual({
    status: 'CAPTURED',
    authorizedOpen: '0.00',
    captured: '90.00',
    voiding: '0.00',
    voided: '10.00',
  });
});

test('one that failed leaves the money reserved, and may be asked for again', async () => {
  const shop = await authorized();
  await request(shop, null);
  await answer(world, shop.paymentId, 'VOID', { result: 'FAILED' });
  expect(await amountsOf(shop)).toMatchObject({ status: 'AUTHORIZED', authorizedOpen: '100.00' });

  await request(shop, null);

  expect(await asked(world, shop.paymentId)).toEqual(['VOID 100.00']);
});

test('the same key answers a request under way, and after its success it is used up', async () => {
  const providerRequestKey = 'void-key';
  const shop = await authorized();
  await request(shop, '60.00', { providerRequestKey });
  await request(shop, '60.00', { providerRequestKey });
  await request(shop, null, { providerRequestKey });
  expect(await asked(world, shop.paymentId)).toEqual(['VOID 60.00']);
  expect(await refusal(shop, '10.00', { providerRequestKey })).toMatchObject([
    { code: 'ALREADY_EXISTS', field: ['providerRequestKey'] },
  ]);
  await answer(world, shop.paymentId, 'VOID');

  expect(await refusal(shop, '40.00', { providerRequestKey })).toMatchObject([
    { code: 'ALREADY_EXISTS', field: ['providerRequestKey'] },
  ]);
});

describe('a void is refused', () => {
  test('while a capture is under way', async () => {
    const shop = await authorized();
    await capture(world, shop, '1.00');
    await done(world, 'PAYMENT', 'requestCapture', {
      paymentId: shop.paymentId,
      amount: money('40.00'),
    });

    expect(await refusal(shop, '1.00')).toMatchObject([{ code: 'INVALID_TRANSITION' }]);
  });

  test('while nobody knows what came of a capture', async () => {
    const shop = await authorized();
    await told(world, shop, 'CAPTURE', '40.00', {
      result: 'INDETERMINATE',
      indeterminateCause: 'PROCESSOR_ERROR',
    });

    expect(await refusal(shop, '1.00')).toMatchObject([{ code: 'OUTCOME_INDETERMINATE' }]);
  });

  test.each([
    ['zero', '0.00', 'AMOUNT_RANGE', ['amount', 'amount']],
    ['less than zero', '-1.00', 'AMOUNT_RANGE', ['amount', 'amount']],
    ['more than is open', '100.01', 'AMOUNT_EXCEEDS', ['amount']],
  ])('of %s', async (_case, amount, code, field) => {
    expect(await refusal(await authorized(), amount)).toMatchObject([{ code, field }]);
  });

  test('in another currency', async () => {
    const shop = await authorized();

    expect(await refusal({ ...shop, currency: 'EUR' }, '1.00')).toMatchObject([
      { code: 'CURRENCY_MISMATCH', field: ['amount', 'currencyCode'] },
    ]);
  });

  test('of what was only announced', async () => {
    expect(await refusal(await anOrder(world, '100.00'), null)).toMatchObject([
      { code: 'INVALID_TRANSITION' },
    ]);
  });

  test.each(['STOREFRONT', 'OMS', 'FINANCE', 'SUPPORT', 'ADMIN', 'AUDITOR'])(
    'to %s',
    async (role) => {
      const shop = await authorized();

      expect(await codesOf(world, role, 'requestVoid', wish(shop, null))).toEqual(['FORBIDDEN']);
    },
  );
});
