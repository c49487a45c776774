import { PaymentFact } from '../../../src/payment/payment-fact.entity';
import { WebhookDelivery } from '../../../src/webhook/webhook-delivery.entity';
import { refused, rowsOf } from '../../support/refused';
import { aCart, authorized, captured, EUR_129, type Cart } from '../../support/stories';
import { startWorld, type World } from '../../support/world';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const MUTATION = 'recordTransactionEvent';
const DECLINED = 'Error: Response was Entity_Declined';
const LOG =
  'transactions { id type events { kind source result providerStatus rawMessage reasonCode } }';

interface Logged extends Cart {
  readonly transactionId: string;
}

async function aCapture(names: object, result = 'FAILED'): Promise<Logged> {
  const cart = await aCart(world);
  await authorized(world, cart);
  const { payment } = await report(cart, { result, ...names });
  const { id } = payment.transactions.find(({ type }: { type: string }) => type === 'CAPTURE');
  return { ...cart, transactionId: id };
}

const report = ({ paymentId }: Cart, more: object) =>
  world.act(
    'SYSTEM',
    'recordTransactionResult',
    { paymentId, type: 'CAPTURE', requestedAmount: EUR_129, ...more },
    LOG,
  );
const line = ({ paymentId, transactionId }: Logged, message: string, more: object = {}) =>
  world.act('SYSTEM', MUTATION, { paymentId, transactionId, message, ...more }, LOG);

/** The messages in the log of a payment's captures, in their order. */
const messages = ({ payment }: any): (string | null)[][] =>
  payment.transactions
    .filter(({ type }: { type: string }) => type === 'CAPTURE')
    .map(({ events }: any) => events.map(({ rawMessage }: any) => rawMessage));

test('the message of a declined capture stands in the log of its transaction (S0.13)', async () => {
  const logged = await aCapture({ gatewayTransactionId: 'log-1' });

  const { payment, userErrors } = await line(logged, DECLINED, {
    reasonCode: 'Entity_Declined',
    sourceSystem: 'gateway-eu',
  });

  expect(userErrors).toEqual([]);
  const [authorize, capture] = payment.transactions;
  expect(authorize.events).toHaveLength(1);
  expect(capture.events).toEqual([
    {
      kind: 'STATUS',
      source: 'caller:gateway-eu',
      result: null,
      providerStatus: null,
      rawMessage: DECLINED,
      reasonCode: 'Entity_Declined',
    },
    {
      kind: 'TRANSACTION',
      source: 'caller:',
      result: 'FAILED',
      providerStatus: null,
      rawMessage: null,
      reasonCode: null,
    },
  ]);
  const facts = await rowsOf(world, PaymentFact, '`payment_id` = ?', [logged.paymentId]);
  expect(facts.find(({ rawMessage }) => rawMessage === DECLINED)).toMatchObject({
    kind: 'STATUS',
    reported: null,
    transactionType: 'CAPTURE',
    gatewayTransactionId: 'log-1',
    reasonCode: 'Entity_Declined',
  });
});

test('it moves nothing: payment, transactions, orders and exceptions stay as they were', async () => {
  const logged = await aCapture({ gatewayTransactionId: 'log-2' });
  const state = () =>
    world.ask(
      'auditor; roles=AUDITOR',
      `query ($id: ID!) { payment(id: $id) { version status moneyState amountSource providerStatus providerVersion
        riskStatus authorizationExpiresAt amounts { authorizedOpen { amount } captured { amount } failedLifetime { amount } }
        transactions { id status occurredAt reasonCode sourceSystem } exceptions { id status version }
        order { version status } } }`,
      { id: logged.paymentId },
    );
  const before = await state();

  for (const occurredAt of [
    '2026-05-20T10:00:00Z',
    '2026-05-23T18:41:30Z',
    '2026-06-20T10:00:00Z',
  ]) {
    const { userErrors, exceptionsOpened, exceptionsResolved } = await line(logged, DECLINED, {
      occurredAt,
      reasonCode: 'Entity_Declined',
    });
    expect([userErrors, exceptionsOpened, exceptionsResolved]).toEqual([[], [], []]);
  }

  expect(await state()).toEqual(before);
});

test('what the provider tells of a time before a line of the log is not stale for it', async () => {
  const logged = await aCapture({ gatewayTransactionId: 'log-3' });
  await line(logged, 'retrying', {
    occurredAt: new Date(world.now().getTime() + 60_000).toISOString(),
  });

  await captured(world, logged);

  const deliveries = await rowsOf(world, WebhookDelivery, '`payment_id` = ?', [logged.paymentId]);
  expect(deliveries.map(({ outcome }) => outcome)).toEqual(['APPLIED']);
});

test('lines stand in the order in which they happened', async () => {
  const logged = await aCapture({
    gatewayTransactionId: 'log-4',
    occurredAt: '2026-05-23T10:00:00Z',
  });
  await line(logged, 'second', { occurredAt: '2026-05-23T10:02:00Z' });
  const last = await line(logged, 'first', { occurredAt: '2026-05-23T10:01:00Z' });

  expect(messages(last)).toEqual([[null, 'first', 'second']]);
});

test('a line stays with its transaction when the gateway names that later', async () => {
  const names = { providerRequestKey: 'log-key-5' };
  const logged = await aCapture(names, 'PENDING');
  await line(logged, 'sent', { occurredAt: '2026-05-23T18:50:00Z' });

  const last = await report(logged, {
    ...names,
    result: 'SUCCEEDED',
    gatewayTransactionId: 'log-5',
    occurredAt: '2026-05-23T18:55:00Z',
  });

  expect(last.payment.transactions).toMatchObject([
    { type: 'AUTHORIZE' },
    { type: 'CAPTURE', id: logged.transactionId },
  ]);
  expect(messages(last)).toEqual([[null, 'sent', null]]);
});

test('two attempts under one key have a log each', async () => {
  const cart = await aCart(world);
  await authorized(world, cart);
  await world.act('STOREFRONT', 'createOrder', { cartGuid: cart.guid, code: `L-${cart.guid}` });
  const names = { providerRequestKey: 'log-key-6' };
  const request = { paymentId: cart.paymentId, amount: EUR_129, ...names };
  const ids: string[] = [];
  for (const message of ['of the first', 'of the second']) {
    world.advance(60_000);
    const { payment } = await world.act('PAYMENT', 'requestCapture', request, LOG);
    const { id: transactionId } = payment.transactions.find(
      ({ id, type }: { id: string; type: string }) => type === 'CAPTURE' && !ids.includes(id),
    );
    ids.push(transactionId);
    await line({ ...cart, transactionId }, message);
    world.advance(60_000);
    await report(cart, { ...names, result: 'FAILED' });
  }

  const { data } = await world.ask(
    'auditor; roles=AUDITOR',
    `query ($id: ID!) { payment(id: $id) { ${LOG} } }`,
    { id: cart.paymentId },
  );

  const logs = data.payment.transactions
    .filter(({ type }: { type: string }) => type === 'CAPTURE')
    .map(({ id, events }: any) => [id, events.flatMap(({ rawMessage }: any) => rawMessage ?? [])]);
  expect(logs).toEqual([
    [ids[0], ['of the first']],
    [ids[1], ['of the second']],
  ]);
});

test('what is implied has a log too, which the reported transaction takes over', async () => {
  const cart = await aCart(world);
  const { payment } = await world.act(
    'SYSTEM',
    'recordPaymentStatus',
    { paymentId: cart.paymentId, status: 'CAPTURED' },
    LOG,
  );
  const { id } = payment.transactions.find(({ type }: { type: string }) => type === 'CAPTURE');
  const implied = await line({ ...cart, transactionId: id }, 'seen in the portal');
  expect(messages(implied)).toEqual([['seen in the portal', null]]);

  const reported = await report(cart, { result: 'SUCCEEDED', gatewayTransactionId: 'log-7' });

  expect(messages(reported)).toEqual([expect.arrayContaining(['seen in the portal'])]);
});

test('the same line counts once', async () => {
  const logged = await aCapture({ gatewayTransactionId: 'log-8' });
  const told = { occurredAt: '2026-05-23T18:50:00Z' };

  await line(logged, DECLINED, told);

  expect(messages(await line(logged, DECLINED, told))).toEqual([[null, DECLINED]]);
});

test.each([
  ['nothing said', { message: ' ' }, 'REASON_REQUIRED', ['message']],
  ['too much said', { message: 'x'.repeat(1001) }, 'TOO_LONG', ['message']],
  ['a card number', { message: 'card 4111111111111111 declined' }, 'PAN_DETECTED', ['message']],
  ['a code that is too long', { reasonCode: 'x'.repeat(192) }, 'TOO_LONG', ['reasonCode']],
  ['a system that is too long', { sourceSystem: 'x'.repeat(51) }, 'TOO_LONG', ['sourceSystem']],
  ['no such transaction', { transactionId: 'ptx_none' }, 'NOT_FOUND', ['transactionId']],
  ['no such payment', { paymentId: 'pay_none' }, 'NOT_FOUND', ['paymentId']],
  ['no such time', { occurredAt: '1960-01-01T00:00:00Z' }, 'GUARD_FAILED', ['occurredAt']],
])('%s is refused', async (_case, input, code, field) => {
  const { paymentId, transactionId } = await aCapture({ providerRequestKey: 'log-key-9' });

  expect(
    await refused(world, 'SYSTEM', MUTATION, { paymentId, transactionId, message: 'm', ...input }),
  ).toEqual([{ code, field }]);
});

test('the longest message is kept whole', async () => {
  const logged = await aCapture({ gatewayTransactionId: 'log-10' });

  const message = 'ü'.repeat(1000);

  expect(messages(await line(logged, message))).toEqual([expect.arrayContaining([message])]);
});

test('it is not for everybody', async () => {
  const { paymentId, transactionId } = await aCapture({ gatewayTransactionId: 'log-11' });

  expect(
    await refused(world, 'FINANCE', MUTATION, { paymentId, transactionId, message: 'm' }),
  ).toEqual([{ code: 'FORBIDDEN', field: null }]);
});
