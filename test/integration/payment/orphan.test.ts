import { Checkout } from '../../../src/checkout/checkout.entity';
import { CheckoutKey } from '../../../src/checkout/checkout-key.entity';
import { Evidence } from '../../../src/exception/evidence.entity';
import { ReconciliationException } from '../../../src/exception/exception.entity';
import { JournalEntry } from '../../../src/journal/journal-entry.entity';
import { PaymentTransaction } from '../../../src/payment/payment-transaction.entity';
import { Payment } from '../../../src/payment/payment.entity';
import { rowsOf } from '../../support/refused';
import { aCart, EUR_129 } from '../../support/stories';
import { startWorld, type World } from '../../support/world';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

let number = 0;
interface Orphan {
  readonly reference: string;
  readonly checkoutId: string;
  readonly paymentId: string;
  readonly exceptionId: string;
}

const told = (reference: string, more: object = {}) => ({
  event_id: `evt-${reference}`,
  psp_reference: reference,
  capture_id: `ch-${reference}`,
  amount: '129.00',
  currency: 'EUR',
  capture_timestamp: world.now().toISOString(),
  ...more,
});

const one = <T>(rows: readonly T[]): T => {
  expect(rows).toHaveLength(1);
  return rows[0]!;
};
const paymentRow = async (reference: string) =>
  one(await rowsOf(world, Payment, '`provider_reference` = ?', [reference]));
const exceptionRows = (paymentId: string) =>
  rowsOf(world, ReconciliationException, '`payment_id` = ?', [paymentId]);
const checkoutRow = async (id: string) => one(await rowsOf(world, Checkout, '`id` = ?', [id]));
const homeOf = async (id: string) =>
  one(await rowsOf(world, CheckoutKey, "`kind` = 'ID' AND `value` = ?", [id])).checkoutId;
const cartOf = async (guid: string) => one(await rowsOf(world, Checkout, '`guid` = ?', [guid]));

/** Money nobody announced. */
async function anOrphan(): Promise<Orphan> {
  number += 1;
  const reference = `orphan-${number}`;
  await world.deliver(told(reference));
  const { id: paymentId, checkoutId } = await paymentRow(reference);
  const { id: exceptionId } = one(await exceptionRows(paymentId));
  return { reference, checkoutId, paymentId, exceptionId };
}

/** Both chains name each other, and are whole. */
async function expectAdoption(orphan: Orphan, home: string): Promise<void> {
  const adoptions = await rowsOf(
    world,
    JournalEntry,
    "`kind` = 'ADOPTION' AND `checkout_id` IN (?, ?)",
    [orphan.checkoutId, home],
  );
  const named = adoptions.map(({ checkoutId, subjectId }) => [checkoutId, subjectId]);
  expect(named).toContainEqual([orphan.checkoutId, home]);
  expect(named).toContainEqual([home, orphan.checkoutId]);
  await world.seal();
  const { data } = await world.ask(
    'auditor; roles=AUDITOR',
    'query ($id: ID!) { verifyJournal(subject: $id) { valid firstBad { reason } } }',
    { id: orphan.paymentId },
  );
  expect(data.verifyJournal).toEqual({ valid: true, firstBad: null });
}

/** Its rows are at home, its names lead there, and the emptied root says where they went. */
async function expectMoved(orphan: Orphan, home: string): Promise<void> {
  expect(home).not.toBe(orphan.checkoutId);
  expect((await paymentRow(orphan.reference)).checkoutId).toBe(home);
  expect(one(await exceptionRows(orphan.paymentId))).toMatchObject({
    id: orphan.exceptionId,
    checkoutId: home,
  });
  for (const name of [orphan.checkoutId, orphan.paymentId, orphan.exceptionId]) {
    expect(await homeOf(name)).toBe(home);
  }
  expect(await checkoutRow(orphan.checkoutId)).toMatchObject({
    adoptedInto: home,
    guid: null,
    retryMode: 'RUNNING',
    nextCheckAt: null,
  });
}

test('money nobody announced opens a checkout of its own, with its exception', async () => {
  const orphan = await anOrphan();
  const { data } = await world.ask(
    'auditor; roles=AUDITOR',
    `query ($id: ID!) { payment(id: $id) { status order { id } amounts { expected { amount } captured { amount } }
      exceptions { id kind status amount { amount currencyCode } order { id } } } }`,
    { id: orphan.paymentId },
  );

  expect(await checkoutRow(orphan.checkoutId)).toMatchObject({ guid: null, adoptedInto: null });
  expect(data.payment).toEqual({
    status: 'CAPTURED',
    order: null,
    amounts: { expected: null, captured: { amount: '129.00' } },
    exceptions: [
      {
        id: orphan.exceptionId,
        kind: 'CAPTURED_ORDER_CREATION_FAILED',
        status: 'WATCHING',
        amount: { amount: '129.00', currencyCode: 'EUR' },
        order: null,
      },
    ],
  });
});

test('what nobody did about it becomes due', async () => {
  const orphan = await anOrphan();
  world.advance(300_000);
  await world.sweep();

  expect(one(await exceptionRows(orphan.paymentId)).status).toBe('OPEN');
});

test('createPayment adopts it: the announcement completes the payment', async () => {
  const orphan = await anOrphan();
  const cart = await aCart(world);

  const { payment, userErrors } = await world.act(
    'STOREFRONT',
    'createPayment',
    {
      cartGuid: cart.guid,
      provider: 'acme',
      providerReference: orphan.reference,
      method: 'card',
      priority: 3,
      amount: EUR_129,
    },
    `id status method amountSource order { id status exceptions { id } } exceptions { id kind status order { id } }
     amounts { expected { amount } authorized { amount } captured { amount } }`,
  );

  const home = (await cartOf(cart.guid)).id;
  expect(userErrors).toEqual([]);
  expect(payment).toEqual({
    id: orphan.paymentId,
    status: 'CAPTURED',
    method: 'card',
    amountSource: 'EXPECTED',
    order: {
      id: cart.orderId,
      status: 'CREATION_PENDING',
      exceptions: [{ id: orphan.exceptionId }],
    },
    exceptions: [
      {
        id: orphan.exceptionId,
        kind: 'CAPTURED_ORDER_CREATION_FAILED',
        status: 'WATCHING',
        order: { id: cart.orderId },
      },
    ],
    amounts: {
      expected: { amount: '129.00' },
      authorized: { amount: '129.00' },
      captured: { amount: '129.00' },
    },
  });
  await expectMoved(orphan, home);
  await expectAdoption(orphan, home);
});

test('createOrder of a registered cart adopts it, and cures the exception in time', async () => {
  const orphan = await anOrphan();
  const cart = await aCart(world);

  const { order, exceptionsResolved } = await world.act(
    'STOREFRONT',
    'createOrder',
    {
      cartGuid: cart.guid,
      code: 'ORPHAN-ORDER-1',
      payments: [{ provider: 'acme', providerReference: orphan.reference }],
    },
    'id status payments { id status } exceptions { id status }',
  );

  const home = (await cartOf(cart.guid)).id;
  expect(order).toEqual({
    id: cart.orderId,
    status: 'PAYMENT_AUTHORIZED',
    payments: [
      { id: orphan.paymentId, status: 'CAPTURED' },
      { id: cart.paymentId, status: 'CREATED' },
    ].sort((a, b) => (a.id < b.id ? -1 : 1)),
    exceptions: [{ id: orphan.exceptionId, status: 'AUTO_RESOLVED' }],
  });
  expect(exceptionsResolved).toEqual([
    { id: orphan.exceptionId, kind: 'CAPTURED_ORDER_CREATION_FAILED', status: 'AUTO_RESOLVED' },
  ]);
  await expectMoved(orphan, home);
  await expectAdoption(orphan, home);
});

test('createOrder of a cart nobody registered takes the checkout over: nothing moves', async () => {
  const orphan = await anOrphan();

  const { order, userErrors } = await world.act(
    'STOREFRONT',
    'createOrder',
    {
      cartGuid: 'orphan-cart-2',
      code: 'ORPHAN-ORDER-2',
      total: EUR_129,
      payments: [{ provider: 'acme', providerReference: orphan.reference }],
    },
    'status payments { id } exceptions { id status }',
  );

  expect(userErrors).toEqual([]);
  expect(order).toEqual({
    status: 'PAYMENT_AUTHORIZED',
    payments: [{ id: orphan.paymentId }],
    exceptions: [{ id: orphan.exceptionId, status: 'AUTO_RESOLVED' }],
  });
  expect(await checkoutRow(orphan.checkoutId)).toMatchObject({
    guid: 'orphan-cart-2',
    adoptedInto: null,
  });
  expect((await paymentRow(orphan.reference)).checkoutId).toBe(orphan.checkoutId);
  expect(
    await rowsOf(world, JournalEntry, "`kind` = 'ADOPTION' AND `checkout_id` = ?", [
      orphan.checkoutId,
    ]),
  ).toEqual([]);
});

test('createOrder adopts several at once', async () => {
  const [first, second] = [await anOrphan(), await anOrphan()];
  const cart = await aCart(world, { amount: '258.00', currencyCode: 'EUR' });

  const { order } = await world.act(
    'STOREFRONT',
    'createOrder',
    {
      cartGuid: cart.guid,
      code: 'ORPHAN-ORDER-3',
      payments: [first, second].map(({ reference }) => ({
        provider: 'acme',
        providerReference: reference,
      })),
    },
    'status paymentStatus { chargeStatus }',
  );

  const home = (await cartOf(cart.guid)).id;
  expect(order).toEqual({ status: 'PAYMENT_AUTHORIZED', paymentStatus: { chargeStatus: 'FULL' } });
  for (const orphan of [first, second]) {
    await expectMoved(orphan, home);
    await expectAdoption(orphan, home);
  }
});

test('a webhook that names the cart adopts it', async () => {
  const orphan = await anOrphan();
  const cart = await aCart(world);

  await world.deliver(
    told(orphan.reference, { event_id: `evt-${orphan.reference}-cart`, cart_guid: cart.guid }),
  );

  const home = (await cartOf(cart.guid)).id;
  expect(await paymentRow(orphan.reference)).toMatchObject({
    id: orphan.paymentId,
    orderId: cart.orderId,
    status: 'CAPTURED',
    captured: 12_900n,
  });
  await expectMoved(orphan, home);
  await expectAdoption(orphan, home);
});

test('a transaction that is implied no more is not left behind by the adoption', async () => {
  const cart = await aCart(world);
  const bare = {
    psp_reference: 'orphan-bare',
    currency: 'EUR',
    occurred_at: world.now().toISOString(),
  };
  await world.deliver({ ...bare, event_id: 'evt-bare-1', status: 'partially_refunded' });
  const { id: paymentId, checkoutId: orphanId } = await paymentRow('orphan-bare');

  await world.deliver({
    ...bare,
    event_id: 'evt-bare-2',
    status: 'captured',
    amount: '129.00',
    refunded_amount: '0.00',
    cart_guid: cart.guid,
    occurred_at: new Date(world.now().getTime() + 1_000).toISOString(),
  });

  const home = (await cartOf(cart.guid)).id;
  expect(await rowsOf(world, PaymentTransaction, '`checkout_id` = ?', [orphanId])).toEqual([]);
  expect(
    (await rowsOf(world, PaymentTransaction, '`payment_id` = ?', [paymentId])).map(
      ({ type, processedMinor, checkoutId }) => [type, processedMinor, checkoutId],
    ),
  ).toEqual(
    expect.arrayContaining([
      ['AUTHORIZE', 12_900n, home],
      ['CAPTURE', 12_900n, home],
    ]),
  );
  expect((await paymentRow('orphan-bare')).status).toBe('CAPTURED');
});

test('evidence somebody attached to the orphan’s exception follows it', async () => {
  const orphan = await anOrphan();
  const cart = await aCart(world);
  const { exceptionId } = orphan;
  await world.act('OMS', 'attachEvidence', {
    exceptionId,
    kind: 'DOWNSTREAM_STATUS',
    reference: 'none',
  });

  await world.act('STOREFRONT', 'createPayment', {
    cartGuid: cart.guid,
    provider: 'acme',
    providerReference: orphan.reference,
    amount: EUR_129,
  });
  const { exception } = await world.act(
    'OMS',
    'attachEvidence',
    { exceptionId, kind: 'OMS_PROOF', reference: 'stock' },
    'evidence { kind reference }',
  );

  expect(await rowsOf(world, Evidence, '`exception_id` = ?', [exceptionId])).toHaveLength(2);
  expect(exception.evidence.filter(({ reference }: any) => reference !== null)).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ kind: 'DOWNSTREAM_STATUS', reference: 'none' }),
      expect.objectContaining({ kind: 'OMS_PROOF', reference: 'stock' }),
    ]),
  );
});

test('the payment’s journal is read across both chains', async () => {
  const orphan = await anOrphan();
  const cart = await aCart(world);
  await world.act('STOREFRONT', 'createPayment', {
    cartGuid: cart.guid,
    provider: 'acme',
    providerReference: orphan.reference,
    amount: EUR_129,
  });

  const { data } = await world.ask(
    'auditor; roles=AUDITOR',
    'query ($id: ID!) { payment(id: $id) { journal { nodes { action checkoutId } } } }',
    { id: orphan.paymentId },
  );

  const home = (await cartOf(cart.guid)).id;
  expect(data.payment.journal.nodes).toEqual([
    { action: 'applyDelivery', checkoutId: orphan.checkoutId },
    { action: 'createPayment', checkoutId: home },
  ]);
});

test('a dry run adopts nothing and says what would be', async () => {
  const orphan = await anOrphan();
  const cart = await aCart(world);
  const before = await world.dump();

  const { payment, dryRun } = await world.act(
    'STOREFRONT',
    'createPayment',
    {
      cartGuid: cart.guid,
      provider: 'acme',
      providerReference: orphan.reference,
      amount: EUR_129,
      control: { idempotencyKey: 'dry-run-of-an-adoption', dryRun: true },
    },
    'id status order { id }',
  );

  expect(dryRun).toBe(true);
  expect(payment).toEqual({
    id: orphan.paymentId,
    status: 'CAPTURED',
    order: { id: cart.orderId },
  });
  expect(await world.dump()).toBe(before);
});

test.each([
  [
    'createPayment',
    (guid: string, reference: string) => ({
      cartGuid: guid,
      provider: 'acme',
      providerReference: reference,
      amount: EUR_129,
    }),
  ],
  [
    'createOrder',
    (guid: string, reference: string) => ({
      cartGuid: guid,
      code: `code-${guid}`,
      payments: [{ provider: 'acme', providerReference: reference }],
    }),
  ],
])(
  'two carts that want one orphan at once by %s: one gets it, the other is refused',
  async (mutation, inputOf) => {
    const orphan = await anOrphan();
    const carts = [await aCart(world), await aCart(world)];

    const answers = await Promise.all(
      carts.map(({ guid }) => world.act('STOREFRONT', mutation, inputOf(guid, orphan.reference))),
    );

    const codes = answers.map(({ userErrors }) => userErrors.map(({ code }: any) => code));
    expect([...codes].sort()).toEqual([[], ['ALREADY_EXISTS']].sort());
    const winner = carts[codes.findIndex((refusals) => refusals.length === 0)]!;
    const home = (await cartOf(winner.guid)).id;
    await expectMoved(orphan, home);
    await expectAdoption(orphan, home);
  },
);

test('an adopted orphan is no orphan any more: another cart is refused afterwards', async () => {
  const orphan = await anOrphan();
  const [cart, other] = [await aCart(world), await aCart(world)];
  const input = { provider: 'acme', providerReference: orphan.reference, amount: EUR_129 };
  await world.act('STOREFRONT', 'createPayment', { cartGuid: cart.guid, ...input });

  const { userErrors } = await world.act('STOREFRONT', 'createPayment', {
    cartGuid: other.guid,
    ...input,
  });

  expect(userErrors).toEqual([
    expect.objectContaining({ code: 'ALREADY_EXISTS', field: ['providerReference'] }),
  ]);
});
