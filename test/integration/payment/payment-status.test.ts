import { PaymentFact } from '../../../src/payment/payment-fact.entity';
import { refused, rowsOf } from '../../support/refused';
import { aCart, authorized } from '../../support/stories';
import { startWorld, type World } from '../../support/world';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const SHOWN = `status moneyState amountSource providerStatus providerVersion riskStatus
  amounts { authorized { amount } captured { amount } expired { amount } }
  transactions { type status implied processedAmount { amount } }`;
const say = (paymentId: string, status: string, more: object = {}) =>
  world.act('SYSTEM', 'recordPaymentStatus', { paymentId, status, ...more }, SHOWN);
const minute = (minutes: number) => new Date(Date.UTC(2026, 4, 23, 18, minutes)).toISOString();

test('the word of a provider on a payment nobody moved money for is its status', async () => {
  const { paymentId } = await aCart(world);

  for (const status of ['PENDING', 'IN_PROCESS', 'PENDING', 'REJECTED', 'PENDING']) {
    const { payment, userErrors } = await say(paymentId, status);

    expect(userErrors).toEqual([]);
    expect(payment).toMatchObject({ status, moneyState: 'NONE', transactions: [] });
  }
});

test("the provider's own word and version are kept beside ours", async () => {
  const { paymentId } = await aCart(world);

  const { payment } = await say(paymentId, 'PENDING', {
    providerStatus: 'Analyzing risk',
    version: 7,
    occurredAt: minute(0),
  });

  expect(payment).toMatchObject({
    status: 'PENDING',
    providerStatus: 'Analyzing risk',
    providerVersion: 7,
  });
  const [fact] = await rowsOf(world, PaymentFact, '`payment_id` = ?', [paymentId]);
  expect(fact).toMatchObject({
    kind: 'STATUS',
    reported: 'PENDING',
    nativeStatus: 'Analyzing risk',
    providerVersion: 7,
    occurredAt: new Date(minute(0)),
    riskStatus: null,
  });
});

test('an older version never moves a payment back, in whatever order versions arrive', async () => {
  const told = [
    ['PENDING', 1],
    ['REJECTED', 3],
    ['IN_PROCESS', 2],
  ] as const;
  for (const order of [told, [...told].reverse(), [told[2], told[0], told[1]]]) {
    const { paymentId } = await aCart(world);
    let last;
    for (const [status, version] of order) {
      last = await say(paymentId, status, { version, occurredAt: minute(version) });
    }

    expect(last!.payment).toMatchObject({ status: 'REJECTED', providerVersion: 3 });
  }
});

test('the newest word of the risk analysis stands, and moves no status', async () => {
  const words = [
    ['ANALYZING', 1],
    ['DENIED', 3],
    ['APPROVED', 2],
  ] as const;
  for (const order of [words, [...words].reverse()]) {
    const cart = await aCart(world);
    await authorized(world, cart);
    let last;
    for (const [riskStatus, version] of order) {
      last = await say(cart.paymentId, 'AUTHORIZED', {
        riskStatus,
        version,
        occurredAt: minute(version),
      });
    }

    expect(last!.payment).toMatchObject({ riskStatus: 'DENIED', status: 'AUTHORIZED' });
  }
  const { paymentId } = await aCart(world);
  expect((await say(paymentId, 'PENDING')).payment.riskStatus).toBe('NONE');
});

test('that an authorization ran out ends what is open of it', async () => {
  const cart = await aCart(world);
  await authorized(world, cart);

  const { payment } = await say(cart.paymentId, 'EXPIRED');

  expect(payment).toMatchObject({
    status: 'EXPIRED',
    amounts: { authorized: { amount: '129.00' }, expired: { amount: '129.00' } },
  });
});

test.each([
  ['AUTHORIZED', 'AUTHORIZED', 'RESERVED', '129.00', '0.00'],
  ['CAPTURING', 'AUTHORIZED', 'RESERVED', '129.00', '0.00'],
  ['CAPTURED', 'CAPTURED', 'CAPTURED', '129.00', '129.00'],
])(
  'where the provider says only %s, the announced amount stands in',
  async (word, status, moneyState, authorizedAmount, capturedAmount) => {
    const { paymentId } = await aCart(world);

    const { payment } = await say(paymentId, word);

    expect(payment).toMatchObject({
      status,
      moneyState,
      amountSource: 'EXPECTED',
      amounts: { authorized: { amount: authorizedAmount }, captured: { amount: capturedAmount } },
    });
  },
);

test('how much of it was captured in part nobody guesses', async () => {
  const { paymentId } = await aCart(world);

  const { payment, exceptionsOpened } = await say(paymentId, 'PARTIALLY_CAPTURED');

  expect(payment).toMatchObject({
    status: 'PARTIALLY_CAPTURED',
    moneyState: 'UNKNOWN',
    amountSource: 'UNKNOWN',
    amounts: { captured: { amount: '0.00' } },
  });
  expect(exceptionsOpened.map(({ kind }: { kind: string }) => kind)).toContain(
    'CAPTURED_ORDER_CREATION_FAILED',
  );
  expect((await say(paymentId, 'CAPTURED')).payment).toMatchObject({
    status: 'CAPTURED',
    moneyState: 'CAPTURED',
    amounts: { captured: { amount: '129.00' } },
  });
});

test('what the provider itself does not know is an unknown outcome with its exception, till it knows', async () => {
  const { paymentId } = await aCart(world);

  const { payment, exceptionsOpened } = await say(paymentId, 'INDETERMINATE');

  expect(payment).toMatchObject({
    status: 'INDETERMINATE',
    moneyState: 'UNKNOWN',
    transactions: [
      { type: 'AUTHORIZE', status: 'INDETERMINATE', implied: true, processedAmount: null },
    ],
  });
  expect(exceptionsOpened.map(({ kind }: { kind: string }) => kind)).toEqual([
    'INDETERMINATE_RESULT',
  ]);
  const after = await say(paymentId, 'REJECTED');
  expect(after.payment).toMatchObject({
    status: 'REJECTED',
    moneyState: 'NONE',
    transactions: [],
  });
  expect(after.exceptionsResolved).toHaveLength(1);
});

test('the same report counts once', async () => {
  const { paymentId } = await aCart(world);
  const told = { version: 4, occurredAt: minute(1), providerStatus: 'pending' };

  await say(paymentId, 'PENDING', told);
  await say(paymentId, 'PENDING', told);

  expect(await rowsOf(world, PaymentFact, '`payment_id` = ?', [paymentId])).toHaveLength(1);
});

test.each([
  [
    'a native word that is too long',
    { providerStatus: 'x'.repeat(65) },
    'TOO_LONG',
    'providerStatus',
  ],
  ['a card number', { providerStatus: '4111 1111 1111 1111' }, 'PAN_DETECTED', 'providerStatus'],
  ['a negative version', { version: -1 }, 'GUARD_FAILED', 'version'],
  ['a time before money', { occurredAt: '1969-12-31T23:59:59Z' }, 'GUARD_FAILED', 'occurredAt'],
])('%s is refused', async (_case, input, code, field) => {
  const { paymentId } = await aCart(world);

  expect(
    await refused(world, 'SYSTEM', 'recordPaymentStatus', {
      paymentId,
      status: 'PENDING',
      ...input,
    }),
  ).toEqual([{ code, field: [field] }]);
});

test('only the system tells of it, of a payment that exists', async () => {
  const { paymentId } = await aCart(world);
  const input = { paymentId, status: 'PENDING' };

  expect(await refused(world, 'PAYMENT', 'recordPaymentStatus', input)).toEqual([
    { code: 'FORBIDDEN', field: null },
  ]);
  expect(
    await refused(world, 'SYSTEM', 'recordPaymentStatus', { ...input, paymentId: 'pay_unknown' }),
  ).toEqual([{ code: 'NOT_FOUND', field: ['paymentId'] }]);
});
