import { refused } from '../../support/refused';
import { startWorld, type World } from '../../support/world';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const EUR = { amount: '129.00', currencyCode: 'EUR' };

test('a registered checkout is an order that waits for its code', async () => {
  const { order, userErrors, exceptionsOpened } = await world.act(
    'COMMERCE',
    'registerCheckout',
    {
      cartGuid: 'register-1',
      total: EUR,
      customerId: 'cus_1',
      market: 'DE',
      channel: 'web',
      promisedBy: '2026-06-01T00:00:00.000Z',
    },
    `code cartGuid side sellerId status total { amount currencyCode } omsStatus erpPostingStatus
     paymentStatus { chargeStatus authorizeStatus } market channel customer { id } promisedBy
     creationFailureReason duplicateOfOrder { id } retryMode version payments { id }`,
  );

  expect(userErrors).toEqual([]);
  expect(exceptionsOpened).toEqual([]);
  expect(order).toEqual({
    code: null,
    cartGuid: 'register-1',
    side: 'MARKETPLACE',
    sellerId: null,
    status: 'CREATION_PENDING',
    total: EUR,
    omsStatus: 'NOT_CREATED',
    erpPostingStatus: 'NOT_POSTED',
    paymentStatus: { chargeStatus: 'NONE', authorizeStatus: 'NONE' },
    market: 'DE',
    channel: 'web',
    customer: { id: 'cus_1' },
    promisedBy: '2026-06-01T00:00:00.000Z',
    creationFailureReason: null,
    duplicateOfOrder: null,
    retryMode: 'RUNNING',
    version: 1,
    payments: [],
  });
});

test('what nobody says of a cart is null', async () => {
  const { order } = await world.act(
    'COMMERCE',
    'registerCheckout',
    { cartGuid: 'register-2', total: { amount: '500', currencyCode: 'JPY' } },
    'total { amount currencyCode } market channel customer { id } promisedBy',
  );

  expect(order).toEqual({
    total: { amount: '500', currencyCode: 'JPY' },
    market: null,
    channel: null,
    customer: null,
    promisedBy: null,
  });
});

describe('registerCheckout is refused', () => {
  beforeAll(() =>
    world.act('STOREFRONT', 'registerCheckout', { cartGuid: 'register-taken', total: EUR }),
  );

  test.each([
    [
      'for a cart that is registered',
      { cartGuid: 'register-taken' },
      'ALREADY_EXISTS',
      ['cartGuid'],
    ],
    ['for a GUID with a space', { cartGuid: 'a b' }, 'GUARD_FAILED', ['cartGuid']],
    ['for an empty GUID', { cartGuid: '' }, 'GUARD_FAILED', ['cartGuid']],
    ...['market', 'channel', 'customerId'].map((field): [string, object, string, string[]] => [
      `for a card number as ${field}`,
      { [field]: '4111111111111111' },
      'PAN_DETECTED',
      [field],
    ]),
    [
      'for a GUID that is a card number',
      { cartGuid: '4111111111111111' },
      'PAN_DETECTED',
      ['cartGuid'],
    ],
    [
      'for a total of nothing',
      { total: { ...EUR, amount: '0.00' } },
      'AMOUNT_RANGE',
      ['total', 'amount'],
    ],
    [
      'for a total below nothing',
      { total: { ...EUR, amount: '-1.00' } },
      'AMOUNT_RANGE',
      ['total', 'amount'],
    ],
    [
      'for a total finer than its currency',
      { total: { ...EUR, amount: '1.001' } },
      'AMOUNT_SCALE',
      ['total', 'amount'],
    ],
    ['for a market longer than 64', { market: 'x'.repeat(65) }, 'TOO_LONG', ['market']],
    ['for a channel longer than 64', { channel: 'x'.repeat(65) }, 'TOO_LONG', ['channel']],
    [
      'for a customer that is no reference',
      { customerId: 'cus 1' },
      'GUARD_FAILED',
      ['customerId'],
    ],
  ])('%s', async (_why, more, code, field) => {
    const input = { cartGuid: 'register-refused', total: EUR, ...more };

    expect(await refused(world, 'STOREFRONT', 'registerCheckout', input)).toEqual([
      { code, field },
    ]);
  });

  test.each(['PAYMENT', 'OMS', 'FINANCE', 'SUPPORT', 'ADMIN', 'AUDITOR'])(
    'for %s',
    async (role) => {
      const input = { cartGuid: 'register-refused', total: EUR };

      expect(await refused(world, role, 'registerCheckout', input)).toEqual([
        { code: 'FORBIDDEN', field: null },
      ]);
    },
  );
});
