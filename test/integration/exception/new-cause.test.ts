import { randomUUID } from 'node:crypto';
import { aCart, captured, creationFails, EUR_129, type Cart } from '../../support/stories';
import { startWorld, type World } from '../../support/world';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(async () => {
  await world.close();
});

const result = (cart: Cart, type: string) =>
  world.act('SYSTEM', 'recordTransactionResult', {
    paymentId: cart.paymentId,
    type,
    result: 'SUCCEEDED',
    processedAmount: EUR_129,
    gatewayTransactionId: `${type}_${randomUUID()}`,
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
  expect(again.exceptionsOpened).toMatchObject([{ id: exceptionsOpened[0].id, status: 'OPEN' }]);
  expect(after.data.reconciliationException).toMatchObject({
    status: 'OPEN',
    occurrence: 2,
    amount: { amount: '129.00' },
    deadline: expect.any(String),
  });
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
