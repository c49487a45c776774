import { JournalEntry } from '../../../src/journal/journal-entry.entity';
import { refused, rowsOf } from '../../support/refused';
import { aCart, authorized, EUR_129 } from '../../support/stories';
import { startWorld, type World } from '../../support/world';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const cancel = (paymentId: string, reason = 'the customer gave up') =>
  world.act(
    'PAYMENT',
    'cancelPayment',
    { paymentId, reason },
    'status moneyState transactions { type status }',
  );
const say = (paymentId: string, status: string) =>
  world.act('SYSTEM', 'recordPaymentStatus', { paymentId, status }, 'status');
const asked = async (paymentId: string) =>
  (await rowsOf(world, JournalEntry, "`kind` = 'INTENT' AND `subject_id` = ?", [paymentId])).map(
    ({ action, after }) => ({ action, after }),
  );

test('a payment no provider has begun is cancelled, and nobody is asked', async () => {
  const { paymentId } = await aCart(world);

  const { payment, userErrors } = await cancel(paymentId);

  expect(userErrors).toEqual([]);
  expect(payment).toEqual({ status: 'CANCELLED', moneyState: 'NONE', transactions: [] });
  expect(await asked(paymentId)).toEqual([]);
});

test.each(['PENDING', 'IN_PROCESS'])(
  'one that is %s is cancelled, and its provider asked to give it up (M6)',
  async (status) => {
    const { paymentId, reference } = await aCart(world);
    await say(paymentId, status);

    const { payment } = await cancel(paymentId);

    expect(payment.status).toBe('CANCELLED');
    expect(await asked(paymentId)).toEqual([
      {
        action: 'CANCEL_PAYMENT',
        after: { provider: 'acme', providerReference: reference },
      },
    ]);
  },
);

test('an attempt that is under way fails with it', async () => {
  const { paymentId } = await aCart(world);
  await world.act('SYSTEM', 'recordTransactionResult', {
    paymentId,
    type: 'AUTHORIZE',
    result: 'PENDING',
    requestedAmount: EUR_129,
    gatewayTransactionId: 'cancelled-auth',
  });

  const { payment } = await cancel(paymentId);

  expect(payment).toMatchObject({
    status: 'CANCELLED',
    transactions: [{ type: 'AUTHORIZE', status: 'FAILED' }],
  });
});

test('a report of a clock that runs ahead does not undo it', async () => {
  const { paymentId } = await aCart(world);
  await world.act('SYSTEM', 'recordPaymentStatus', {
    paymentId,
    status: 'PENDING',
    occurredAt: new Date(world.now().getTime() + 60_000).toISOString(),
  });

  expect((await cancel(paymentId)).payment.status).toBe('CANCELLED');
});

test('money the provider took all the same is booked', async () => {
  const cart = await aCart(world);
  await say(cart.paymentId, 'PENDING');
  await cancel(cart.paymentId);
  world.advance(1_000);

  const { payment } = await world.act(
    'SYSTEM',
    'recordTransactionResult',
    {
      paymentId: cart.paymentId,
      type: 'AUTHORIZE',
      result: 'SUCCEEDED',
      processedAmount: EUR_129,
      gatewayTransactionId: 'late',
    },
    'status amounts { authorizedOpen { amount } }',
  );

  expect(payment).toEqual({
    status: 'AUTHORIZED',
    amounts: { authorizedOpen: { amount: '129.00' } },
  });
});

test('once cancelled it is cancelled: again is a success that does nothing', async () => {
  const { paymentId } = await aCart(world);
  await cancel(paymentId);
  const entries = await rowsOf(world, JournalEntry);

  const { payment, userErrors } = await cancel(paymentId, 'again');

  expect(userErrors).toEqual([]);
  expect(payment.status).toBe('CANCELLED');
  expect(await rowsOf(world, JournalEntry)).toHaveLength(entries.length);
});

test('what was authorized is released, not cancelled', async () => {
  const cart = await aCart(world);
  await authorized(world, cart);
  const input = { paymentId: cart.paymentId, reason: 'no' };

  const { userErrors } = await world.act('PAYMENT', 'cancelPayment', input);

  expect(userErrors).toMatchObject([
    {
      code: 'INVALID_TRANSITION',
      currentState: 'AUTHORIZED',
      allowedStates: ['CREATED', 'PENDING', 'IN_PROCESS'],
    },
  ]);
  expect(await refused(world, 'PAYMENT', 'cancelPayment', input)).toEqual([
    { code: 'INVALID_TRANSITION', field: null },
  ]);
});

test.each([
  ['without a reason', { reason: ' ' }, 'REASON_REQUIRED', ['reason']],
  ['with a card number', { reason: 'card 4111111111111111' }, 'PAN_DETECTED', ['reason']],
  ['of no payment', { paymentId: 'pay_none' }, 'NOT_FOUND', ['paymentId']],
])('%s it is refused', async (_case, input, code, field) => {
  const { paymentId } = await aCart(world);

  expect(
    await refused(world, 'PAYMENT', 'cancelPayment', { paymentId, reason: 'why', ...input }),
  ).toEqual([{ code, field }]);
});

test('it is for payment and the system', async () => {
  const { paymentId } = await aCart(world);

  expect(await refused(world, 'COMMERCE', 'cancelPayment', { paymentId, reason: 'why' })).toEqual([
    { code: 'FORBIDDEN', field: null },
  ]);
});
