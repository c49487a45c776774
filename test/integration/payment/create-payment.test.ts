import { refused } from '../../support/refused';
import { aCart, EUR_129 } from '../../support/stories';
import { startWorld, type World } from '../../support/world';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const SHAPE = `provider providerReference method status moneyState amountSource providerStatus currencyCode
  amounts { expected { amount currencyCode } authorized { amount } captured { amount } refundable { amount } }
  order { id } transactions { type } version`;

test('an announced payment belongs to its order and has moved nothing', async () => {
  const { guid, orderId } = await aCart(world);

  const { payment, userErrors } = await world.act(
    'STOREFRONT',
    'createPayment',
    {
      cartGuid: guid,
      provider: 'acme',
      providerReference: 'cp-1',
      method: 'gift-card',
      amount: { amount: '29.00', currencyCode: 'EUR' },
      priority: 7,
      binaryMode: true,
    },
    SHAPE,
  );

  expect(userErrors).toEqual([]);
  expect(payment).toEqual({
    provider: 'acme',
    providerReference: 'cp-1',
    method: 'gift-card',
    status: 'CREATED',
    moneyState: 'NONE',
    amountSource: 'NONE',
    providerStatus: null,
    currencyCode: 'EUR',
    amounts: {
      expected: { amount: '29.00', currencyCode: 'EUR' },
      authorized: { amount: '0.00' },
      captured: { amount: '0.00' },
      refundable: { amount: '0.00' },
    },
    order: { id: orderId },
    transactions: [],
    version: 1,
  });
});

test('payments whose reference is not known yet do not meet', async () => {
  const { guid } = await aCart(world);
  const announce = () =>
    world.act('STOREFRONT', 'createPayment', { cartGuid: guid, provider: 'acme', amount: EUR_129 });

  const [first, second] = [await announce(), await announce()];

  expect([first.userErrors, second.userErrors]).toEqual([[], []]);
  expect(first.payment.id).not.toBe(second.payment.id);
});

test('one reference may be used at two providers', async () => {
  const { guid, reference } = await aCart(world);

  const { userErrors } = await world.act('STOREFRONT', 'createPayment', {
    cartGuid: guid,
    provider: 'other',
    providerReference: reference,
    amount: EUR_129,
  });

  expect(userErrors).toEqual([]);
});

test('a webhook that came before its payment is applied as soon as it is announced', async () => {
  const { guid } = await aCart(world);
  const told = await world.deliver({
    event_id: 'evt-cp-2',
    psp_reference: 'cp-2',
    status: 'pending',
    occurred_at: world.now().toISOString(),
  });
  const deliveries = `webhookDeliveries { nodes { eventId outcome } }`;

  const { payment } = await world.act(
    'STOREFRONT',
    'createPayment',
    { cartGuid: guid, provider: 'acme', providerReference: 'cp-2', amount: EUR_129 },
    'id status',
  );
  await world.apply();
  const { data } = await world.ask(
    'auditor; roles=AUDITOR',
    `query ($id: ID!) { payment(id: $id) { status providerStatus ${deliveries} } }`,
    { id: payment.id },
  );

  expect(told.status).toBe(200);
  expect(payment.status).toBe('CREATED');
  expect(data.payment).toEqual({
    status: 'PENDING',
    providerStatus: 'pending',
    webhookDeliveries: { nodes: [{ eventId: 'evt-cp-2', outcome: 'APPLIED' }] },
  });
});

describe('createPayment is refused', () => {
  let guid: string;
  let reference: string;
  beforeAll(async () => {
    ({ guid, reference } = await aCart(world));
  });

  test.each([
    [
      'in another currency than the order',
      { amount: { amount: '129.00', currencyCode: 'USD' } },
      'CURRENCY_MISMATCH',
      ['amount', 'currencyCode'],
    ],
    [
      'for nothing',
      { amount: { amount: '0.00', currencyCode: 'EUR' } },
      'AMOUNT_RANGE',
      ['amount', 'amount'],
    ],
    [
      'for less than nothing',
      { amount: { amount: '-0.01', currencyCode: 'EUR' } },
      'AMOUNT_RANGE',
      ['amount', 'amount'],
    ],
    [
      'for an amount finer than the currency',
      { amount: { amount: '1.005', currencyCode: 'EUR' } },
      'AMOUNT_SCALE',
      ['amount', 'amount'],
    ],
    ['for a cart nobody registered', { cartGuid: 'cp-unknown' }, 'NOT_FOUND', ['cartGuid']],
    ['with a provider that is no name', { provider: 'ACME' }, 'GUARD_FAILED', ['provider']],
    [
      'with a reference that has a space',
      { providerReference: 'a b' },
      'GUARD_FAILED',
      ['providerReference'],
    ],
    [
      'with a card number as its reference',
      { providerReference: '4111111111111111' },
      'PAN_DETECTED',
      ['providerReference'],
    ],
    ['with a method that is no word', { method: 'credit card' }, 'GUARD_FAILED', ['method']],
  ])('%s', async (_why, more, code, field) => {
    const input = { cartGuid: guid, provider: 'acme', amount: EUR_129, ...more };

    expect(await refused(world, 'STOREFRONT', 'createPayment', input)).toEqual([{ code, field }]);
  });

  test('when it is announced already', async () => {
    const input = {
      cartGuid: guid,
      provider: 'acme',
      providerReference: reference,
      amount: EUR_129,
    };

    expect(await refused(world, 'STOREFRONT', 'createPayment', input)).toEqual([
      { code: 'ALREADY_EXISTS', field: ['providerReference'] },
    ]);
  });

  test('when it is the payment of another cart', async () => {
    const other = await aCart(world);
    const input = {
      cartGuid: other.guid,
      provider: 'acme',
      providerReference: reference,
      amount: EUR_129,
    };

    expect(await refused(world, 'STOREFRONT', 'createPayment', input)).toEqual([
      { code: 'ALREADY_EXISTS', field: ['providerReference'] },
    ]);
  });

  test.each(['PAYMENT', 'OMS', 'FINANCE', 'SUPPORT', 'ADMIN', 'AUDITOR'])(
    'for %s',
    async (role) => {
      const input = { cartGuid: guid, provider: 'acme', amount: EUR_129 };

      expect(await refused(world, role, 'createPayment', input)).toEqual([
        { code: 'FORBIDDEN', field: null },
      ]);
    },
  );
});

test('a payment of a cancelled order is announced for the order that replaces it (S0.16)', async () => {
  const cart = await aCart(world);
  const code = `CP-${cart.guid}`;
  await world.act('STOREFRONT', 'createOrder', { cartGuid: cart.guid, code });
  await world.act('COMMERCE', 'cancelOrder', { orderId: cart.orderId, reason: 'no stock' });
  const input = { cartGuid: cart.guid, provider: 'acme', amount: EUR_129 };

  const announced = await world.act('STOREFRONT', 'createPayment', input, 'id status');
  const replaced = await world.act(
    'COMMERCE',
    'replaceOrder',
    { orderId: cart.orderId, code: `${code}-2`, paymentIds: [announced.payment.id] },
    'status payments { id }',
  );

  expect(announced).toMatchObject({ payment: { status: 'CREATED' }, userErrors: [] });
  expect(replaced.order).toEqual({
    status: 'PAYMENT_PENDING',
    payments: [{ id: announced.payment.id }],
  });
});
