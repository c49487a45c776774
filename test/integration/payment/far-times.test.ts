import { randomUUID } from 'node:crypto';
import { done, refused } from '../../support/exception-stories';
import { aCart, authorized, captured, EUR_129, type Cart } from '../../support/stories';
import { START, startWorld, type World } from '../../support/world';

// Times of others that no calendar of ours reaches, on both databases.

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const DAY_MS = 24 * 60 * 60_000;
const ahead = (ms: number) => new Date(START.getTime() + ms).toISOString();
const FAR = ['0001-01-01T00:00:00.000Z', '1969-12-31T23:59:59.999Z', ahead(365 * DAY_MS + 1)];
const NEVER = '9999-12-31T23:59:59.999Z';

const result = (cart: Cart, more: object) => ({
  paymentId: cart.paymentId,
  type: 'CAPTURE',
  result: 'SUCCEEDED',
  processedAmount: EUR_129,
  gatewayTransactionId: `gw_${randomUUID()}`,
  ...more,
});
const snapshot = (cart: Cart, occurredAt: string) => ({
  provider: 'acme',
  providerReference: cart.reference,
  status: 'captured',
  currency: 'EUR',
  captured: '129.00',
  occurredAt,
});

test.each([...FAR, NEVER])('a command that tells of %s is refused', async (occurredAt) => {
  const cart = await aCart(world);

  for (const [mutation, input] of [
    ['recordTransactionResult', result(cart, { occurredAt })],
    ['recordProviderSnapshot', snapshot(cart, occurredAt)],
  ] as const) {
    expect(await refused(world, 'SYSTEM', mutation, input)).toMatchObject({
      code: 'GUARD_FAILED',
      field: ['occurredAt'],
    });
  }
});

test.each(['1970-01-01T00:00:00.000Z', ahead(365 * DAY_MS)])(
  'a command that tells of %s is recorded, and its exception can be worked on',
  async (occurredAt) => {
    const cart = await aCart(world);
    await done(world, 'PAYMENT', 'recordTransactionResult', result(cart, { occurredAt }));
    await done(world, 'SYSTEM', 'recordProviderSnapshot', snapshot(cart, occurredAt));

    const { payment } = await payments(cart);

    expect(payment.transactions.map((one: any) => one.occurredAt)).toEqual([
      occurredAt,
      occurredAt,
    ]);
  },
);

test('an authorization expires before the end of all times, and an order is promised before it', async () => {
  const cart = await aCart(world);
  const terms = { cartGuid: `cart-${randomUUID()}`, total: EUR_129 };

  for (const time of [NEVER, '0001-01-01T00:00:00.000Z']) {
    const expires = result(cart, { type: 'AUTHORIZE', authorizationExpiresAt: time });
    expect(await refused(world, 'PAYMENT', 'recordTransactionResult', expires)).toMatchObject({
      code: 'GUARD_FAILED',
      field: ['authorizationExpiresAt'],
    });
    const promised = { ...terms, promisedBy: time };
    expect(await refused(world, 'STOREFRONT', 'registerCheckout', promised)).toMatchObject({
      code: 'GUARD_FAILED',
      field: ['promisedBy'],
    });
  }
  const last = '9999-12-30T23:59:59.999Z';
  const expires = result(cart, { type: 'AUTHORIZE', authorizationExpiresAt: last });
  await done(world, 'PAYMENT', 'recordTransactionResult', expires);
  await done(world, 'STOREFRONT', 'registerCheckout', { ...terms, promisedBy: last });
});

test.each([NEVER, ahead(365 * DAY_MS + 1)])(
  'a webhook that tells of %s counts from its receipt, and keeps what it said',
  async (told) => {
    const cart = await aCart(world);
    await captured(world, cart, new Date(told));

    const { payment } = await payments(cart);

    const known = world.now().toISOString();
    expect(payment.transactions.map((one: any) => one.occurredAt)).toEqual([known, known]);
    expect(payment.webhookDeliveries.nodes).toMatchObject([
      { outcome: 'APPLIED', occurredAt: told },
    ]);
    const [delivery] = await world.db.reader.query<{ payload: string }>(
      'SELECT `payload` FROM `webhook_delivery` WHERE `payment_id` = ?',
      [cart.paymentId],
    );
    expect(JSON.parse(delivery!.payload)).toMatchObject({ capture_timestamp: told });
  },
);

test('what is believed a year ahead has a deadline that both databases keep', async () => {
  const cart = await aCart(world);
  await authorized(world, cart);
  await captured(world, cart, new Date(ahead(365 * DAY_MS)));

  const { payment } = await payments(cart);

  expect(payment.status).toBe('CAPTURED');
});

async function payments({ reference }: Cart): Promise<any> {
  const { data, errors } = await world.ask(
    'ada@example.com; roles=ADMIN',
    `query P($reference: String!) { payment(provider: "acme", providerReference: $reference) {
      status transactions { type occurredAt }
      webhookDeliveries { nodes { outcome occurredAt } } } }`,
    { reference },
  );
  expect(errors).toBeUndefined();
  return data;
}
