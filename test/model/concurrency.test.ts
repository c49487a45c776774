import { Checkout } from '../../src/checkout/checkout.entity';
import { IdempotencyKey } from '../../src/checkout/idempotency-key.entity';
import { entryHash, GENESIS } from '../../src/journal/chain.rules';
import { JournalEntry } from '../../src/journal/journal-entry.entity';
import { PaymentFact } from '../../src/payment/payment-fact.entity';
import { Payment } from '../../src/payment/payment.entity';
import { rowsOf } from '../support/refused';
import { aCart, EUR_129, type Cart } from '../support/stories';
import { startWorld, type World } from '../support/world';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

/** Asks again while the answer is that it may be asked again: what every caller is told to do. */
async function untilAnswered(roles: string, mutation: string, input: object): Promise<any> {
  for (let attempt = 1; ; attempt += 1) {
    const payload = await world.act(roles, mutation, input, 'id version');
    const retryable = payload.userErrors.some((error: any) => error.retryable);
    if (!retryable || attempt === 20) return { ...payload, attempt };
  }
}

const checkoutOf = async ({ guid }: Cart) =>
  (await rowsOf(world, Checkout, '`guid` = ?', [guid]))[0]!;

/** Gapless, linked, and as long as its checkout says. */
async function expectWholeChain(cart: Cart): Promise<JournalEntry[]> {
  const { id, journalSequence, journalHash } = await checkoutOf(cart);
  const entries = (await rowsOf(world, JournalEntry, '`checkout_id` = ?', [id])).sort(
    (a, b) => a.sequence - b.sequence,
  );
  expect(entries.map(({ sequence }) => sequence)).toEqual(entries.map((_, index) => index + 1));
  expect(entries.map(({ previousHash }) => previousHash)).toEqual([
    GENESIS,
    ...entries.slice(0, -1).map(({ hash }) => hash),
  ]);
  for (const { id: _id, ...entry } of entries) expect(entryHash(entry)).toBe(entry.hash);
  expect([journalSequence, journalHash]).toEqual([entries.length, entries.at(-1)!.hash]);
  return entries;
}

test('fifty equal requests at once with one key have one effect and 49 replays', async () => {
  const cart = await aCart(world);
  const before = await checkoutOf(cart);
  const input = {
    paymentId: cart.paymentId,
    type: 'SALE',
    result: 'SUCCEEDED',
    processedAmount: EUR_129,
    gatewayTransactionId: 'fifty',
    control: { idempotencyKey: 'one-key-for-fifty-requests' },
  };

  const answers = await Promise.all(
    Array.from({ length: 50 }, () => untilAnswered('SYSTEM', 'recordTransactionResult', input)),
  );

  expect(answers.map(({ userErrors }) => userErrors)).toEqual(Array(50).fill([]));
  expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
  const opened = answers.map(({ exceptionsOpened }) => exceptionsOpened);
  expect(opened).toEqual(Array(50).fill(opened[0]));
  const after = await checkoutOf(cart);
  expect(after.version).toBe(before.version + 1);
  expect(await rowsOf(world, PaymentFact, '`payment_id` = ?', [cart.paymentId])).toHaveLength(1);
  expect(
    await rowsOf(world, IdempotencyKey, '`idempotency_key` = ?', ['one-key-for-fifty-requests']),
  ).toHaveLength(1);
  await expectWholeChain(cart);
});

test('fifty equal creations at once with one key make one cart', async () => {
  const input = {
    cartGuid: 'fifty-creations',
    total: EUR_129,
    control: { idempotencyKey: 'one-key-for-fifty-creations' },
  };

  const answers = await Promise.all(
    Array.from({ length: 50 }, () => untilAnswered('STOREFRONT', 'registerCheckout', input)),
  );

  expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
  expect(new Set(answers.map(({ order }) => order.id)).size).toBe(1);
  expect(await rowsOf(world, Checkout, '`guid` = ?', ['fifty-creations'])).toHaveLength(1);
});

test('one cart registered at once under different keys is registered once', async () => {
  const answers = await Promise.all(
    Array.from({ length: 10 }, () =>
      untilAnswered('STOREFRONT', 'registerCheckout', {
        cartGuid: 'ten-registrations',
        total: EUR_129,
      }),
    ),
  );

  const codes = answers.map(({ userErrors }) => userErrors.map(({ code }: any) => code).join());
  expect(codes.filter((code) => code === '')).toHaveLength(1);
  expect(codes.filter((code) => code === 'ALREADY_EXISTS')).toHaveLength(9);
});

test('twenty different commands at once on one checkout are all applied, and its journal has no gap', async () => {
  const cart = await aCart(world, { amount: '1000.00', currencyCode: 'EUR' });
  const before = await checkoutOf(cart);
  const reports = Array.from({ length: 20 }, (_, index) => ({
    paymentId: cart.paymentId,
    type: 'CAPTURE',
    result: 'SUCCEEDED',
    processedAmount: { amount: `${index + 1}.00`, currencyCode: 'EUR' },
    gatewayTransactionId: `twenty-${index}`,
    control: { idempotencyKey: `twenty-commands-${index}` },
  }));

  const first = await Promise.all(
    reports.map((input) => world.act('SYSTEM', 'recordTransactionResult', input)),
  );
  const codes = new Set(first.flatMap(({ userErrors }) => userErrors.map(({ code }: any) => code)));
  const answers = await Promise.all(
    reports.map((input) => untilAnswered('SYSTEM', 'recordTransactionResult', input)),
  );

  expect([...codes].filter((code) => code !== 'CONFLICT_RETRY')).toEqual([]);
  expect(answers.map(({ userErrors }) => userErrors)).toEqual(Array(20).fill([]));
  const [payment] = await rowsOf(world, Payment, '`id` = ?', [cart.paymentId]);
  expect(payment!.captured).toBe(21_000n);
  expect((await checkoutOf(cart)).version).toBe(before.version + 20);
  const entries = await expectWholeChain(cart);
  expect(
    entries.filter(
      ({ subjectType, action }) =>
        subjectType === 'PaymentFact' && action === 'recordTransactionResult',
    ),
  ).toHaveLength(20);
});

test('webhooks, sweeps and commands at once on one checkout leave one whole story', async () => {
  const cart = await aCart(world);
  const told = (index: number) => ({
    event_id: `evt-mixed-${index}`,
    psp_reference: cart.reference,
    status: index % 2 === 0 ? 'authorized' : 'captured',
    amount: '129.00',
    currency: 'EUR',
    occurred_at: new Date(world.now().getTime() + index * 1_000).toISOString(),
  });

  await Promise.all([
    ...Array.from({ length: 8 }, (_, index) => world.deliver(told(index))),
    untilAnswered('STOREFRONT', 'recordOrderCreationFailure', {
      orderId: cart.orderId,
      reason: 'no stock',
    }),
    untilAnswered('STOREFRONT', 'createPayment', {
      cartGuid: cart.guid,
      provider: 'acme',
      amount: EUR_129,
    }),
    world.sweep(),
    world.apply(),
  ]);
  world.advance(120_000);
  while ((await world.apply()) > 0);

  const facts = await rowsOf(world, PaymentFact, '`payment_id` = ?', [cart.paymentId]);
  expect(facts).toHaveLength(8);
  const [payment] = await rowsOf(world, Payment, '`id` = ?', [cart.paymentId]);
  expect([payment!.status, payment!.authorized, payment!.captured]).toEqual([
    'CAPTURED',
    12_900n,
    12_900n,
  ]);
  await expectWholeChain(cart);
});
