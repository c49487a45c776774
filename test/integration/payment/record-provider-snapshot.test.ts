import { refused } from '../../support/refused';
import { aCart, captured, EUR_129, type Cart } from '../../support/stories';
import { startWorld, type World } from '../../support/world';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const SHAPE = `status moneyState amountSource providerStatus providerVersion
  amounts { authorized { amount } captured { amount } refunded { amount } }
  transactions { type status implied processedAmount { amount } } retryMode`;
const snapshot = (cart: Pick<Cart, 'reference'>, more: object, selection = SHAPE) =>
  world.act(
    'SYSTEM',
    'recordProviderSnapshot',
    {
      provider: 'acme',
      providerReference: cart.reference,
      status: 'captured',
      currency: 'EUR',
      occurredAt: world.now().toISOString(),
      ...more,
    },
    selection,
  );
const later = (seconds: number) => new Date(world.now().getTime() + seconds * 1_000).toISOString();

test('the provider’s totals become the amounts, and what they imply its transactions', async () => {
  const cart = await aCart(world);

  const { payment, userErrors } = await snapshot(cart, {
    version: 4,
    status: 'partially_refunded',
    authorized: '129.00',
    captured: '100.00',
    refunded: '10.20',
  });

  expect(userErrors).toEqual([]);
  expect(payment).toEqual({
    status: 'PARTIALLY_REFUNDED',
    moneyState: 'PARTIALLY_RETURNED',
    amountSource: 'REPORTED',
    providerStatus: 'partially_refunded',
    providerVersion: 4,
    amounts: {
      authorized: { amount: '129.00' },
      captured: { amount: '100.00' },
      refunded: { amount: '10.20' },
    },
    transactions: [
      {
        type: 'AUTHORIZE',
        status: 'SUCCEEDED',
        implied: true,
        processedAmount: { amount: '129.00' },
      },
      {
        type: 'CAPTURE',
        status: 'SUCCEEDED',
        implied: true,
        processedAmount: { amount: '100.00' },
      },
      { type: 'REFUND', status: 'SUCCEEDED', implied: true, processedAmount: { amount: '10.20' } },
    ],
    retryMode: 'RUNNING',
  });
});

test('it completes an amount nobody knew, and the question is answered', async () => {
  const cart = await aCart(world);
  await captured(world, cart);
  const bare = {
    psp_reference: cart.reference,
    status: 'partially_refunded',
    occurred_at: later(1),
  };
  await world.deliver({ ...bare, event_id: 'evt-snap-1' });
  const { data } = await world.ask(
    'auditor; roles=AUDITOR',
    `query ($id: ID!) { payment(id: $id) { status moneyState retryMode exceptions(live: true) { id kind }
      journal { nodes { kind action } } } }`,
    { id: cart.paymentId },
  );

  const { payment, exceptionsResolved } = await snapshot(cart, {
    status: 'partially_refunded',
    captured: '129.00',
    refunded: '29.00',
    occurredAt: later(2),
  });

  const unknown = data.payment.exceptions.find(({ kind }: any) => kind === 'INDETERMINATE_RESULT');
  expect(data.payment).toMatchObject({
    status: 'PARTIALLY_REFUNDED',
    moneyState: 'UNKNOWN',
    retryMode: 'BLOCKED_BY_DUPLICATE_RISK',
  });
  expect(data.payment.journal.nodes).toContainEqual({
    kind: 'INTENT',
    action: 'FETCH_PROVIDER_RESOURCE',
  });
  expect(exceptionsResolved).toEqual([
    { id: unknown.id, kind: 'INDETERMINATE_RESULT', status: 'AUTO_RESOLVED' },
  ]);
  expect(payment).toMatchObject({
    moneyState: 'PARTIALLY_RETURNED',
    amountSource: 'REPORTED',
    amounts: { refunded: { amount: '29.00' } },
    retryMode: 'RUNNING',
  });
});

test.each([
  [
    'it was captured',
    { status: 'captured', captured: '129.00' },
    'CAPTURED',
    'SUCCEEDED',
    '129.00',
  ],
  ['it was not', { status: 'authorized', captured: '0.00' }, 'AUTHORIZED', 'FAILED', '0.00'],
])(
  'it answers what became of a capture whose result nobody heard: %s',
  async (_what, told, status, result, amount) => {
    const cart = await aCart(world);
    const attempt = { paymentId: cart.paymentId, requestedAmount: EUR_129 };
    await world.act('SYSTEM', 'recordTransactionResult', {
      ...attempt,
      type: 'AUTHORIZE',
      result: 'SUCCEEDED',
      gatewayTransactionId: 'snap-auth',
      occurredAt: later(-2),
    });
    const unknown = await world.act('SYSTEM', 'recordTransactionResult', {
      ...attempt,
      type: 'CAPTURE',
      result: 'INDETERMINATE',
      indeterminateCause: 'PROCESSOR_ERROR',
      providerRequestKey: 'snap-key',
      occurredAt: later(-1),
    });

    const { payment, exceptionsResolved } = await snapshot(cart, told);

    expect(exceptionsResolved).toEqual([
      { ...unknown.exceptionsOpened[0], status: 'AUTO_RESOLVED' },
    ]);
    expect(payment).toMatchObject({ status, amounts: { captured: { amount } } });
    expect(payment.transactions.map(({ type, status: of }: any) => [type, of])).toEqual([
      ['AUTHORIZE', 'SUCCEEDED'],
      ['CAPTURE', result],
    ]);
  },
);

test.each([
  ['an older version, though it is newer', { version: 1, occurredAt: later2(60) }],
  ['an older time, where there is no version', { occurredAt: later2(-60) }],
])('%s moves nothing backwards', async (_what, older) => {
  const cart = await aCart(world);
  const version = 'version' in older ? { version: 2 } : {};
  const newest = await snapshot(cart, { ...version, captured: '129.00', refunded: '10.00' });

  const { payment } = await snapshot(cart, {
    status: 'pending',
    captured: '0.00',
    refunded: '0.00',
    ...older,
  });

  expect(payment).toEqual(newest.payment);
});

function later2(seconds: number): string {
  return new Date(Date.UTC(2026, 4, 23, 18, 41, 30) + seconds * 1_000).toISOString();
}

test('in another currency it is stored and enters no sum', async () => {
  const cart = await aCart(world);

  const { payment } = await snapshot(cart, { currency: 'USD', captured: '129.00' });

  expect(payment).toMatchObject({ status: 'CREATED', amounts: { captured: { amount: '0.00' } } });
});

test('a word we do not know is shown, and means nothing', async () => {
  const cart = await aCart(world);

  const { payment } = await snapshot(cart, { status: 'in_limbo' });

  expect(payment).toMatchObject({
    status: 'CREATED',
    providerStatus: 'in_limbo',
    moneyState: 'NONE',
  });
});

test('the same one again is the same fact', async () => {
  const cart = await aCart(world);
  const first = await snapshot(cart, { captured: '129.00' }, 'version status');

  expect((await snapshot(cart, { captured: '129.00' }, 'version status')).payment).toEqual(
    first.payment,
  );
});

describe('recordProviderSnapshot is refused', () => {
  let cart: Cart;
  beforeAll(async () => {
    cart = await aCart(world);
  });
  const input = (more: object) => ({
    provider: 'acme',
    providerReference: cart.reference,
    status: 'captured',
    currency: 'EUR',
    occurredAt: world.now().toISOString(),
    ...more,
  });

  test.each([
    [
      'for a payment nobody told of',
      { providerReference: 'unknown' },
      'NOT_FOUND',
      ['providerReference'],
    ],
    [
      'for the reference of another provider',
      { provider: 'other' },
      'NOT_FOUND',
      ['providerReference'],
    ],
    ['with a provider that is no name', { provider: 'A' }, 'GUARD_FAILED', ['provider']],
    ['with a negative version', { version: -1 }, 'GUARD_FAILED', ['version']],
    ['with a status longer than 64', { status: 'x'.repeat(65) }, 'TOO_LONG', ['status']],
    ['with a total finer than its currency', { captured: '1.001' }, 'AMOUNT_SCALE', ['captured']],
    [
      'with a total above the limit',
      { refunded: '10000000000000.01' },
      'AMOUNT_RANGE',
      ['refunded'],
    ],
    ['a card number as status', { status: 'card 4111 1111 1111 1111' }, 'PAN_DETECTED', ['status']],
  ])('%s', async (_why, more, code, field) => {
    expect(await refused(world, 'SYSTEM', 'recordProviderSnapshot', input(more))).toEqual([
      { code, field },
    ]);
  });

  test.each(['STOREFRONT', 'COMMERCE', 'PAYMENT', 'OMS', 'FINANCE', 'ADMIN'])(
    'for %s',
    async (role) => {
      expect(await refused(world, role, 'recordProviderSnapshot', input({}))).toEqual([
        { code: 'FORBIDDEN', field: null },
      ]);
    },
  );
});
