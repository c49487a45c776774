import {
  attach,
  capturedWithoutOrder,
  decided,
  done,
  indeterminateCapture,
  read,
  readyToDecide,
  refused,
  told,
  triaged,
  type Case,
} from '../../support/exception-stories';
import { aCart, type Cart } from '../../support/stories';
import { startWorld, type World } from '../../support/world';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(async () => {
  await world.close();
});

const freeze = (one: Case) => read(world, one.exceptionId, 'retryMode retryModeReasons');

const RUNNING = { retryMode: 'RUNNING', retryModeReasons: [] };

const triages = (one: Case, customerCharged: string, orderFulfillable: string) =>
  done(world, 'SUPPORT', 'triageException', {
    exceptionId: one.exceptionId,
    customerCharged,
    orderFulfillable,
  });

test('an open exception pauses retries until both questions are answered (S2.42)', async () => {
  const one = await capturedWithoutOrder(world);
  const paused = { retryMode: 'PAUSED', retryModeReasons: [`TRIAGE:${one.exceptionId}`] };

  const open = await freeze(one);
  await triages(one, 'YES', 'UNKNOWN');
  const unknown = await freeze(one);
  await triages(one, 'YES', 'NO');
  const known = await freeze(one);

  expect([open, unknown, known]).toEqual([paused, paused, RUNNING]);
});

test('a hold blocks retries until the decision that follows it (S2.27)', async () => {
  const one = await readyToDecide(world, await capturedWithoutOrder(world));

  await decided(world, one, 'HOLD_SETTLEMENT');
  const held = await freeze(one);
  await decided(world, one, 'REPAIR_ORDER');
  const followed = await freeze(one);

  expect([held, followed]).toEqual([
    { retryMode: 'BLOCKED_BY_DUPLICATE_RISK', retryModeReasons: [`HOLD:${one.exceptionId}`] },
    RUNNING,
  ]);
});

test('a result nobody knows blocks retries until it is known', async () => {
  const one = await indeterminateCapture(world);
  await triaged(world, one.exceptionId);
  const transaction = { type: 'CAPTURE', gatewayTransactionId: `ch_${one.reference}` };

  const blocked = await freeze(one);
  world.advance(1);
  await told(world, one, transaction);
  const ended = await freeze(one);

  expect(blocked).toEqual({
    retryMode: 'BLOCKED_BY_DUPLICATE_RISK',
    retryModeReasons: [expect.stringMatching(/^INDETERMINATE:ptx_/)],
  });
  expect(ended).toEqual(RUNNING);
});

test('the freeze ends when every cause is gone, not when one is', async () => {
  const one = await capturedWithoutOrder(world);
  const lost = { type: 'REFUND', gatewayTransactionId: `re_${one.reference}` };
  await told(world, one, { ...lost, result: 'INDETERMINATE', indeterminateCause: 'NETWORK' });

  await triages(one, 'YES', 'YES');
  const oneGone = await freeze(one);
  world.advance(1);
  await told(world, one, { ...lost, result: 'CANCELLED' });
  const allGone = await freeze(one);

  expect(oneGone.retryMode).toBe('BLOCKED_BY_DUPLICATE_RISK');
  expect(oneGone.retryModeReasons).toHaveLength(2);
  expect(allGone).toEqual(RUNNING);
});

test('the freeze of a checkout shows on its order and its payment too (S2.47)', async () => {
  const one = await capturedWithoutOrder(world);

  const { data } = await world.ask(
    'finance@example.com; roles=FINANCE',
    `query Modes($order: ID!, $payment: ID!) {
      order(id: $order) { retryMode retryModeReasons } payment(id: $payment) { retryMode } }`,
    { order: one.orderId, payment: one.paymentId },
  );

  expect(data).toEqual({
    order: { retryMode: 'PAUSED', retryModeReasons: [`TRIAGE:${one.exceptionId}`] },
    payment: { retryMode: 'PAUSED' },
  });
});

test('a freeze stops actions, never facts: the order and the refund are still told', async () => {
  const one = await readyToDecide(world, await capturedWithoutOrder(world));
  await decided(world, one, 'REPAIR_ORDER');
  const lost = { type: 'REFUND', gatewayTransactionId: `re_${one.reference}` };
  await told(world, one, { ...lost, result: 'INDETERMINATE', indeterminateCause: 'NETWORK' });
  const { exceptionId } = one;

  const error = await refused(world, 'COMMERCE', 'startExceptionAction', { exceptionId });
  world.advance(1);
  await told(world, one, lost);
  await done(world, 'STOREFRONT', 'createOrder', { cartGuid: one.guid, code: `O-${one.guid}` });

  expect(error.code).toBe('REPLAY_BLOCKED');
  expect(await read(world, exceptionId, 'status')).toEqual({ status: 'AWAITING_CLOSURE' });
});

test('a charge of unknown amount blocks retries until the provider’s resource is read', async () => {
  const reference = `pi_unknown_${String(world.now().getTime())}`;
  await world.deliver({
    psp_reference: reference,
    status: 'captured',
    occurred_at: world.now().toISOString(),
    webhook_event_id: `evt_${reference}`,
  });
  const modeOf = async () => {
    const { data } = await world.ask(
      'finance@example.com; roles=FINANCE',
      `query Mode($reference: String!) {
        payment(provider: "acme", providerReference: $reference) { retryMode amountSource } }`,
      { reference },
    );
    return data.payment;
  };

  const unknown = await modeOf();
  world.advance(1);
  await done(world, 'SYSTEM', 'recordProviderSnapshot', {
    provider: 'acme',
    providerReference: reference,
    status: 'captured',
    currency: 'EUR',
    authorized: '129.00',
    captured: '129.00',
    occurredAt: world.now().toISOString(),
  });
  const known = await modeOf();

  expect(unknown).toEqual({ retryMode: 'BLOCKED_BY_DUPLICATE_RISK', amountSource: 'UNKNOWN' });
  expect(known).toEqual({ retryMode: 'RUNNING', amountSource: 'REPORTED' });
});

test('another cart is not frozen with it', async () => {
  const frozen = await capturedWithoutOrder(world);
  const free: Cart = await aCart(world);
  await attach(world, frozen.exceptionId, ['REPLAY_MARKER']);

  const { data } = await world.ask(
    'finance@example.com; roles=FINANCE',
    'query Mode($id: ID!) { order(id: $id) { retryMode } }',
    { id: free.orderId },
  );

  expect(data.order).toEqual({ retryMode: 'RUNNING' });
});
