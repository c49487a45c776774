import { randomUUID } from 'node:crypto';
import {
  anOrder,
  answer,
  askRefund,
  DENIED,
  done,
  grant,
  liveKinds,
  money,
  prime,
  aRelease,
  reserve,
  told,
  type Shop,
} from '../../support/examples';
import { startWorld, type World } from '../../support/world';

// The contradictions of the worked examples are raised, and their lawful neighbours are not.

let world: World;
beforeAll(async () => (world = await startWorld()));
afterAll(() => world.close());

const DAY = 24 * 3_600_000;

/** The provider's notification with the payment's status. */
const notify = ({ references }: Shop, status: string) =>
  world.deliverMercadopago({
    id: randomUUID(),
    action: 'payment.updated',
    date_created: world.now().toISOString(),
    live_mode: true,
    status,
    data: { id: references[0]! },
  });

const atOnce = (binaryMode: boolean) =>
  anOrder(world, '100.00', {
    currency: 'BRL',
    payments: [{ amount: '100.00', provider: 'mercadopago', binaryMode }],
  });

async function said(status: string, binaryMode: boolean): Promise<Shop> {
  const shop = await atOnce(binaryMode);
  await notify(shop, status);
  return shop;
}

async function pendingFor(ms: number): Promise<Shop> {
  const shop = await said('pending', false);
  world.advance(ms);
  await world.sweep();
  return shop;
}

async function refunded(processed: string): Promise<Shop> {
  const shop = await anOrder(world, '100.00');
  await told(world, shop, 'SALE', '100.00');
  await grant(world, shop, '50.00');
  await askRefund(world, shop, '50.00');
  await answer(world, shop.paymentId, 'REFUND', { processedAmount: money(processed) });
  return shop;
}

async function received(processed: string, currency = 'USD'): Promise<Shop> {
  const shop = await anOrder(world, '100.00');
  await told(world, shop, 'SALE', '100.00', {
    requestedAmount: money('100.00', currency),
    processedAmount: money(processed, currency),
  });
  return shop;
}

/** An order of 111503.00 and two payments, of which the provider has told the same. */
async function twice(amounts: readonly string[], type: 'AUTHORIZE' | 'SALE'): Promise<Shop> {
  const shop = await anOrder(world, '111503.00', {
    currency: 'COP',
    payments: amounts.map((amount) => ({ amount })),
  });
  const { currency, paymentIds } = shop;
  for (const [index, paymentId] of paymentIds.entries()) {
    await told(world, { paymentId, currency }, type, amounts[index]!);
  }
  return shop;
}

async function disputed(states: readonly string[]): Promise<Shop> {
  const shop = await anOrder(world, '1000.50', { currency: 'ARS' });
  const { paymentId, currency } = shop;
  await told(world, shop, 'SALE', '1000.50');
  for (const state of states) {
    await done(world, 'SYSTEM', 'recordDispute', {
      paymentId,
      disputeId: '234000062890459000',
      amount: money('1000.50', currency),
      state,
    });
  }
  return shop;
}

async function reserved(outcome: object): Promise<Shop> {
  const paymentRule = 'NO_VALIDATION_APPROVAL_ON_RESERVATION';
  const shop = await anOrder(world, '300.00', { payments: [{ amount: '300.00', paymentRule }] });
  await prime(world, shop, '300.00');
  await reserve(world, await aRelease(world, shop, '300.00'));
  await answer(world, shop.paymentId, 'AUTHORIZE', outcome);
  return shop;
}

/** A seller's order invoiced, and the marketplace's capture answered. */
async function invoiced(outcome: object): Promise<Shop> {
  const shop = await anOrder(world, '129.00', { currency: 'EUR' });
  const orderId = await done(world, 'COMMERCE', 'createOrder', {
    cartGuid: shop.guid,
    code: `SEL-${randomUUID()}`,
    side: 'SELLER',
    total: money('129.00', 'EUR'),
    sellerId: 'seller-1',
    marketplaceOrderId: shop.orderId,
  });
  await told(world, shop, 'AUTHORIZE', '129.00');
  await done(world, 'SYSTEM', 'confirmOrderBySeller', { orderId });
  for (const id of [shop.orderId, orderId]) {
    await done(world, 'SYSTEM', 'releaseOrderForHandling', { orderId: id });
  }
  await done(world, 'SYSTEM', 'startHandling', { orderId });
  await done(world, 'SYSTEM', 'insertInvoice', {
    orderId,
    number: 'INV-1',
    amount: money('129.00', 'EUR'),
  });
  await answer(world, shop.paymentId, 'CAPTURE', outcome);
  return shop;
}

test.each([
  ['a reservation is denied (W1)', () => reserved(DENIED), 'UNDER_RESERVED_RELEASE'],
  [
    'a provider that answers at once says pending (M5)',
    () => said('pending', true),
    'ILLEGAL_PROVIDER_STATE',
  ],
  [
    'a provider that answers at once says in_process (M5)',
    () => said('in_process', true),
    'ILLEGAL_PROVIDER_STATE',
  ],
  [
    'a payment is pending for more than 30 days (M6)',
    () => pendingFor(30 * DAY + 1),
    'ILLEGAL_PROVIDER_STATE',
  ],
  ['a chargeback is open (M7)', () => disputed(['OPEN']), 'CHARGEBACK'],
  ['a chargeback is lost (M7)', () => disputed(['OPEN', 'LOST']), 'CHARGEBACK'],
  [
    'the capture of an invoiced order fails (V1)',
    () => invoiced(DENIED),
    'INVOICED_CAPTURE_FAILED',
  ],
  [
    'payments are authorized for more than the order (V3)',
    () => twice(['111503.00', '111503.00'], 'AUTHORIZE'),
    'AMOUNT_OR_CURRENCY_MISMATCH',
  ],
  [
    'more is taken than the order (V3)',
    () => twice(['111503.00', '111503.00'], 'SALE'),
    'DUPLICATE_CAPTURE',
  ],
  [
    'less is refunded than was asked for (I4)',
    () => refunded('30.00'),
    'AMOUNT_OR_CURRENCY_MISMATCH',
  ],
  [
    'less is received than was asked for (I4)',
    () => received('50.00'),
    'AMOUNT_OR_CURRENCY_MISMATCH',
  ],
  [
    'another currency is received (I4)',
    () => received('100.00', 'EUR'),
    'AMOUNT_OR_CURRENCY_MISMATCH',
  ],
])('%s: it is raised', async (_case, story, kind) => {
  const { orderId } = await story();

  expect(await liveKinds(world, orderId)).toContain(kind);
});

test.each([
  ['a reservation succeeds (W2)', () => reserved({})],
  ['a provider that answers at once approves (M5)', () => said('approved', true)],
  ['another provider says pending (M5)', () => said('pending', false)],
  ['a payment is pending for 30 days (M6)', () => pendingFor(30 * DAY - 1)],
  ['the capture of an invoiced order succeeds (V1)', () => invoiced({})],
  ['payments add up to the order (V3)', () => twice(['111502.99', '0.01'], 'AUTHORIZE')],
  ['what is taken adds up to the order (V3)', () => twice(['111502.99', '0.01'], 'SALE')],
  ['what was asked for is refunded (I4)', () => refunded('50.00')],
  ['what was asked for is received (I4)', () => received('100.00')],
])('%s: nothing is raised', async (_case, story) => {
  const { orderId } = await story();

  expect(await liveKinds(world, orderId)).toEqual([]);
});
