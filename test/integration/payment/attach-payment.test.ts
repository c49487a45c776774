import { randomUUID } from 'node:crypto';
import { Checkout } from '../../../src/checkout/checkout.entity';
import { PersonalText } from '../../../src/checkout/personal-text.entity';
import { JournalEntry } from '../../../src/journal/journal-entry.entity';
import { Payment } from '../../../src/payment/payment.entity';
import { refused, rowsOf } from '../../support/refused';
import { aCart, type Cart, EUR_129 } from '../../support/stories';
import { startWorld, type World } from '../../support/world';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const MUTATION = 'attachPaymentToOrder';
const SHOWN = `id status order { id } exceptions { id kind }`;
const attach = (paymentId: string, orderId: string, evidenceReference = 'portal/42') =>
  world.act('PAYMENT', MUTATION, { paymentId, orderId, evidenceReference }, SHOWN);

/** Money nobody announced. */
async function anOrphan(currency = 'EUR'): Promise<{ paymentId: string; exceptionId: string }> {
  const reference = `orphan-${randomUUID()}`;
  await world.deliver({
    event_id: `evt-${reference}`,
    psp_reference: reference,
    capture_id: `ch-${reference}`,
    amount: '129.00',
    currency,
    capture_timestamp: world.now().toISOString(),
  });
  const { data } = await world.ask(
    'auditor; roles=AUDITOR',
    'query ($ref: String!) { payment(provider: "acme", providerReference: $ref) { id exceptions { id } } }',
    { ref: reference },
  );
  return { paymentId: data.payment.id, exceptionId: data.payment.exceptions[0].id };
}

/** A created order with its announced payment. */
async function anOrder(): Promise<Cart> {
  const cart = await aCart(world);
  await world.act('STOREFRONT', 'createOrder', { cartGuid: cart.guid, code: `C-${cart.guid}` });
  return cart;
}

const anotherOrder = async ({ guid }: Cart): Promise<string> => {
  const { order } = await world.act('STOREFRONT', 'createOrder', {
    cartGuid: guid,
    code: `D-${guid}`,
  });
  return order.id;
};

test('money nobody announced comes to its order with its exceptions (S2.29)', async () => {
  const orphan = await anOrphan();
  const { orderId } = await anOrder();
  const [{ checkoutId: home } = { checkoutId: '' }] = await rowsOf(
    world,
    Payment,
    '`order_id` = ?',
    [orderId],
  );
  const [{ checkoutId: old } = { checkoutId: '' }] = await rowsOf(world, Payment, '`id` = ?', [
    orphan.paymentId,
  ]);

  const { payment, userErrors } = await attach(orphan.paymentId, orderId);

  expect(userErrors).toEqual([]);
  expect(payment).toMatchObject({ id: orphan.paymentId, order: { id: orderId } });
  expect(payment.exceptions.map(({ id }: { id: string }) => id)).toContain(orphan.exceptionId);
  expect(await rowsOf(world, Checkout, '`id` = ?', [old])).toMatchObject([{ adoptedInto: home }]);
  expect(await rowsOf(world, Payment, '`id` = ?', [orphan.paymentId])).toMatchObject([
    { checkoutId: home, orderId },
  ]);
});

test('what shows that it belongs there stands in the journal', async () => {
  const orphan = await anOrphan();
  const { orderId } = await anOrder();

  await attach(orphan.paymentId, orderId, 'bank-statement-7');

  const entries = await rowsOf(world, JournalEntry, '`subject_id` = ? AND `action` = ?', [
    orphan.paymentId,
    MUTATION,
  ]);
  const reasons = entries.flatMap(({ reasonId }) => reasonId ?? []);
  expect(reasons).toHaveLength(1);
  expect(await rowsOf(world, PersonalText, '`id` = ?', reasons)).toMatchObject([
    { text: 'bank-statement-7' },
  ]);
});

test('the order it pays already is a success that does nothing', async () => {
  const { paymentId, orderId } = await anOrder();
  const before = await world.dump();

  const { payment, userErrors } = await attach(paymentId, orderId);

  expect(userErrors).toEqual([]);
  expect(payment.order.id).toBe(orderId);
  const withoutKeys = (dump: string) => dump.replace(/idempotency_key[\s\S]*?\njournal/, 'journal');
  expect(withoutKeys(await world.dump()).split('\n').length).toBe(
    withoutKeys(before).split('\n').length,
  );
});

test('a payment of an order that stands stays there', async () => {
  const cart = await anOrder();
  const other = await anotherOrder(cart);

  expect(
    await refused(world, 'COMMERCE', MUTATION, {
      paymentId: cart.paymentId,
      orderId: other,
      evidenceReference: 'e',
    }),
  ).toEqual([{ code: 'ALREADY_EXISTS', field: ['paymentId'] }]);
});

test('a payment of an order that is one too many follows to the one that is kept', async () => {
  const cart = await anOrder();
  const kept = await anotherOrder(cart);
  await world.act('COMMERCE', 'markDuplicateOrder', {
    orderId: cart.orderId,
    duplicateOfOrderId: kept,
  });

  const { payment, userErrors } = await attach(cart.paymentId, kept);

  expect(userErrors).toEqual([]);
  expect(payment.order.id).toBe(kept);
});

test('a payment of a cancelled order may pay for the one that came instead (S0.16)', async () => {
  const cart = await anOrder();
  await world.act('SYSTEM', 'recordPaymentStatus', {
    paymentId: cart.paymentId,
    status: 'REJECTED',
  });
  const { order } = await world.act(
    'COMMERCE',
    'cancelOrder',
    { orderId: cart.orderId, reason: 'again' },
    'status',
  );
  expect(order.status).toBe('CANCELLED');
  const next = await anotherOrder(cart);

  const { payment, userErrors } = await attach(cart.paymentId, next);

  expect(userErrors).toEqual([]);
  expect(payment.order.id).toBe(next);
});

test('a payment of another cart stays there', async () => {
  const { paymentId } = await anOrder();
  const { orderId } = await anOrder();

  expect(
    await refused(world, 'PAYMENT', MUTATION, { paymentId, orderId, evidenceReference: 'e' }),
  ).toEqual([{ code: 'ALREADY_EXISTS', field: ['paymentId'] }]);
});

test('other money pays for no order', async () => {
  const { paymentId } = await anOrphan('USD');
  const { orderId } = await anOrder();

  expect(
    await refused(world, 'PAYMENT', MUTATION, { paymentId, orderId, evidenceReference: 'e' }),
  ).toEqual([{ code: 'CURRENCY_MISMATCH', field: ['orderId'] }]);
});

test("a seller's order is not paid directly (S0.2)", async () => {
  const { paymentId } = await anOrphan();
  const cart = await anOrder();
  const { order: seller, userErrors } = await world.act('SYSTEM', 'createOrder', {
    cartGuid: cart.guid,
    code: `S-${cart.guid}`,
    side: 'SELLER',
    sellerId: 'seller-1',
    marketplaceOrderId: cart.orderId,
    total: EUR_129,
  });
  expect(userErrors).toEqual([]);

  expect(
    await refused(world, 'PAYMENT', MUTATION, {
      paymentId,
      orderId: seller.id,
      evidenceReference: 'e',
    }),
  ).toEqual([{ code: 'GUARD_FAILED', field: ['orderId'] }]);
});

test.each([
  ['no such order', { orderId: 'ord_none' }, 'NOT_FOUND', ['orderId']],
  ['no such payment', { paymentId: 'pay_none' }, 'NOT_FOUND', ['paymentId']],
  ['no evidence', { evidenceReference: '' }, 'GUARD_FAILED', ['evidenceReference']],
  [
    'a card number',
    { evidenceReference: '4111111111111111' },
    'PAN_DETECTED',
    ['evidenceReference'],
  ],
])('%s is refused', async (_case, input, code, field) => {
  const { paymentId, orderId } = await anOrder();

  expect(
    await refused(world, 'PAYMENT', MUTATION, {
      paymentId,
      orderId,
      evidenceReference: 'e',
      ...input,
    }),
  ).toEqual([{ code, field }]);
});

test('an order of nobody has no orphan either', async () => {
  const { paymentId } = await anOrphan();

  expect(
    await refused(world, 'PAYMENT', MUTATION, {
      paymentId,
      orderId: 'ord_none',
      evidenceReference: 'e',
    }),
  ).toEqual([{ code: 'NOT_FOUND', field: ['orderId'] }]);
});

test('it is for commerce and payment', async () => {
  const { paymentId, orderId } = await anOrder();

  expect(
    await refused(world, 'SUPPORT', MUTATION, { paymentId, orderId, evidenceReference: 'e' }),
  ).toEqual([{ code: 'FORBIDDEN', field: null }]);
});
