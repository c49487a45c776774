import { randomUUID } from 'node:crypto';
import {
  aCart,
  attachAll,
  captured,
  creationFails,
  EUR_129,
  triaged,
  type Cart,
} from '../../support/stories';
import { startWorld, type World } from '../../support/world';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(async () => {
  await world.close();
});

const result = (
  cart: Cart,
  type: string,
  processedAmount = EUR_129,
  id = `${type}_${randomUUID()}`,
  parent: string | null = null,
) =>
  world.act('SYSTEM', 'recordTransactionResult', {
    paymentId: cart.paymentId,
    type,
    result: 'SUCCEEDED',
    processedAmount,
    gatewayTransactionId: id,
    parentGatewayTransactionId: parent,
    occurredAt: world.now().toISOString(),
  });

test('money taken again while a refunded exception waits for its note opens it anew', async () => {
  const cart = await aCart(world);
  await captured(world, cart);
  const { exceptionsOpened } = await creationFails(world, cart);
  world.advance(6 * 60_000);
  await result(cart, 'REFUND');
  const before = await world.ask(
    'me; roles=FINANCE',
    `{ reconciliationException(id: "${exceptionsOpened[0].id}") { status } }`,
  );

  world.advance(60_000);
  const again = await result(cart, 'CAPTURE');
  const after = await world.ask(
    'me; roles=FINANCE',
    `{ reconciliationException(id: "${exceptionsOpened[0].id}") { status occurrence deadline amount { amount } } }`,
  );

  expect(before.data.reconciliationException.status).toBe('AWAITING_CLOSURE');
  expect(again.exceptionsOpened).toMatchObject([
    { id: exceptionsOpened[0].id, status: 'OPEN' },
    { kind: 'CAPTURED_AFTER_CANCELLATION', status: 'OPEN' }, // It was on its way back already.
  ]);
  expect(after.data.reconciliationException).toMatchObject({
    status: 'OPEN',
    occurrence: 2,
    amount: { amount: '129.00' },
    deadline: expect.any(String),
  });
});

test('giving the money back in two parts is no new cause, its reversal is one', async () => {
  const { cart, exceptionId } = await refundDecided(world);
  await world.act('PAYMENT', 'startExceptionAction', { exceptionId });
  await world.act('PAYMENT', 'recordExceptionActionResult', { exceptionId, result: 'SUCCEEDED' });
  const state = async () =>
    (
      await world.ask(
        'me; roles=FINANCE',
        `{ reconciliationException(id: "${exceptionId}") { status occurrence } }`,
      )
    ).data.reconciliationException;

  await result(cart, 'REFUND', { amount: '29.00', currencyCode: 'EUR' }, 're_1');
  const part = await state();
  await result(cart, 'REFUND', { amount: '100.00', currencyCode: 'EUR' }, 're_2');
  const whole = await state();
  await result(cart, 'REFUND_REVERSAL', { amount: '100.00', currencyCode: 'EUR' }, 'rr_2', 're_2');
  const reversed = await state();

  expect([part, whole, reversed]).toEqual([
    { status: 'AWAITING_CLOSURE', occurrence: 1 },
    { status: 'AWAITING_CLOSURE', occurrence: 1 },
    { status: 'OPEN', occurrence: 2 },
  ]);
});

test('the words of people stand in the journal by their hash only', async () => {
  const cart = await aCart(world);
  await captured(world, cart);
  await creationFails(world, cart);

  const rows = await world.db.reader.query('SELECT * FROM journal_entry');
  const text = JSON.stringify(rows, (_key, value) =>
    typeof value === 'bigint' ? value.toString() : value,
  );

  expect(text).not.toContain('address normalisation failed');
  expect(text).not.toContain('cus_1');
  expect(text).toContain('sha256:');
  const { data } = await world.ask(
    'me; roles=AUDITOR',
    `{ order(id: "${cart.orderId}") { journal { nodes { action reason } } } }`,
  );
  expect(data.order.journal.nodes).toContainEqual({
    action: 'recordOrderCreationFailure',
    reason: 'address normalisation failed',
  });
});

test('a shopper whose payment is under way is not told to pay again', async () => {
  const cart = await aCart(world);
  await world.act('STOREFRONT', 'createOrder', { cartGuid: cart.guid, code: 'O-1' });
  await world.deliver({
    psp_reference: cart.reference,
    status: 'in_process',
    event_id: 'evt-1',
    occurred_at: world.now().toISOString(),
  });

  const { data } = await world.ask(
    'shop; roles=STOREFRONT',
    '{ order(code: "O-1") { status customerView { charged nextStep } } }',
  );
  expect(data.order).toEqual({
    status: 'PAYMENT_PENDING',
    customerView: { charged: false, nextStep: 'WAIT' },
  });
});

/** A captured cart without an order whose refund is decided. */
async function refundDecided(world: World): Promise<{ cart: Cart; exceptionId: string }> {
  const cart = await aCart(world);
  await captured(world, cart);
  const { exceptionsOpened } = await creationFails(world, cart);
  const exceptionId = exceptionsOpened[0].id;
  await triaged(world, exceptionId, 'NO');
  await attachAll(world, exceptionId);
  await world.act('FINANCE', 'decideException', {
    exceptionId,
    decision: 'REFUND',
    reason: 'the customer cannot receive the goods',
    refundReason: 'CUSTOMER_CANNOT_RECEIVE',
  });
  return { cart, exceptionId };
}
