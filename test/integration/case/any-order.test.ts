import { randomUUID } from 'node:crypto';
import { EUR_129 } from '../../support/stories';
import { startWorld, type World } from '../../support/world';

// Whichever comes first, the shop or the provider: the money finds its order.

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(async () => {
  await world.close();
});

type Step = (guid: string) => Promise<unknown>;

const register: Step = (cartGuid) =>
  world.act('STOREFRONT', 'registerCheckout', { cartGuid, total: EUR_129 });
const create: Step = (cartGuid) =>
  world.act('STOREFRONT', 'createOrder', { cartGuid, code: `O-${cartGuid}`, total: EUR_129 });
const capture =
  (told: (guid: string) => object): Step =>
  (guid) =>
    world.deliver({
      psp_reference: `pi_${guid}`,
      capture_id: `ch_${guid}`,
      amount: '129.00',
      currency: 'EUR',
      capture_timestamp: world.now().toISOString(),
      webhook_event_id: `evt_${guid}`,
      ...told(guid),
    });

const byGuid = capture((guid) => ({ cart_guid: guid }));
const byCode = capture((guid) => ({ commerce_order_code: `O-${guid}` }));

test.each<[string, readonly Step[]]>([
  ['the cart, its order, then the money that names the cart', [register, create, byGuid]],
  ['the cart, the money that names it, then its order', [register, byGuid, create]],
  ['the money that names the cart, the cart, then its order', [byGuid, register, create]],
  ['the money that names the cart, then the order of an unregistered cart', [byGuid, create]],
  ['the order, then the money that names its code', [create, byCode]],
  ['the money that names the order code, then the order', [byCode, create]],
  ['the cart, the money that names the order code, then the order', [register, byCode, create]],
])('%s: the order is paid and nothing stays open', async (_case, steps) => {
  const guid = `cart-${randomUUID()}`;
  for (const step of steps) await step(guid);

  const { data } = await world.ask(
    'me; roles=FINANCE',
    `{ order(code: "O-${guid}") { status paymentStatus { chargeStatus } payments { status } exceptions(live: true) { kind } }
       payment(provider: "acme", providerReference: "pi_${guid}") { order { code } } }`,
  );

  expect(data).toEqual({
    order: {
      status: 'PAYMENT_AUTHORIZED',
      paymentStatus: { chargeStatus: 'FULL' },
      payments: [{ status: 'CAPTURED' }],
      exceptions: [],
    },
    payment: { order: { code: `O-${guid}` } },
  });
});

test('two payments that name one unregistered cart wait for it together', async () => {
  const guid = `cart-${randomUUID()}`;
  for (const half of ['a', 'b']) {
    await world.deliver({
      psp_reference: `pi_${half}_${guid}`,
      capture_id: `ch_${half}`,
      amount: '64.50',
      currency: 'EUR',
      capture_timestamp: world.now().toISOString(),
      webhook_event_id: `evt_${half}_${guid}`,
      cart_guid: guid,
    });
  }
  await register(guid);
  const { order } = await world.act(
    'STOREFRONT',
    'createOrder',
    { cartGuid: guid, code: 'O-1' },
    'paymentStatus { chargeStatus } payments { status }',
  );

  expect(order).toEqual({
    paymentStatus: { chargeStatus: 'FULL' },
    payments: [{ status: 'CAPTURED' }, { status: 'CAPTURED' }],
  });
});

test('what a sender says of the cart does not move a payment of another cart', async () => {
  await register('cart-of-a');
  await world.act('STOREFRONT', 'createPayment', {
    cartGuid: 'cart-of-a',
    provider: 'acme',
    providerReference: 'pi_of_a',
    amount: EUR_129,
  });
  await register('cart-of-b');

  await world.deliver({
    psp_reference: 'pi_of_a',
    status: 'captured',
    occurred_at: world.now().toISOString(),
    event_id: 'evt-a',
    cart_guid: 'cart-of-b',
  });

  const { data } = await world.ask(
    'me; roles=FINANCE',
    '{ payment(provider: "acme", providerReference: "pi_of_a") { status order { cartGuid } } }',
  );
  expect(data.payment).toEqual({ status: 'CAPTURED', order: { cartGuid: 'cart-of-a' } });
});

test('of several first writers of one cart one registers it, and nobody gets an error of ours', async () => {
  for (let round = 0; round < 8; round += 1) {
    const cartGuid = `cart-raced-${round}`;
    const answers = await Promise.all(
      [0, 1, 2].map(() =>
        world.act('STOREFRONT', 'registerCheckout', { cartGuid, total: EUR_129 }),
      ),
    );
    const codes = answers.map(({ userErrors }) => userErrors[0]?.code ?? 'ok').sort();
    expect(codes).toEqual(['ALREADY_EXISTS', 'ALREADY_EXISTS', 'ok']);
  }
});

test('an event that says nothing asks for the resource, and its snapshot completes the payment (S4)', async () => {
  await register('cart-bare');
  await world.act('STOREFRONT', 'createPayment', {
    cartGuid: 'cart-bare',
    provider: 'mercadopago',
    providerReference: '4242',
    amount: EUR_129,
  });
  await world.deliverMercadopago({
    id: 99,
    action: 'payment.updated',
    type: 'payment',
    date_created: world.now().toISOString(),
    live_mode: true,
    data: { id: '4242' },
  });
  await world.seal();
  const asked = await world.ask(
    'me; roles=SYSTEM',
    '{ journal(filter: { kindIn: [INTENT] }) { nodes { action after } } }',
  );
  const { payment } = await world.act(
    'SYSTEM',
    'recordProviderSnapshot',
    {
      provider: 'mercadopago',
      providerReference: '4242',
      status: 'approved',
      currency: 'EUR',
      captured: '129.00',
      occurredAt: world.now().toISOString(),
    },
    'status amountSource',
  );

  expect(asked.data.journal.nodes).toEqual([
    {
      action: 'FETCH_PROVIDER_RESOURCE',
      after: { provider: 'mercadopago', providerReference: '4242' },
    },
  ]);
  expect(payment).toEqual({ status: 'CAPTURED', amountSource: 'REPORTED' });
});

test('a snapshot of money nobody announced opens a checkout of its own', async () => {
  const { payment, exceptionsOpened } = await world.act(
    'SYSTEM',
    'recordProviderSnapshot',
    {
      provider: 'acme',
      providerReference: 'pi_unknown',
      status: 'captured',
      currency: 'EUR',
      captured: '12.00',
      occurredAt: world.now().toISOString(),
    },
    'status order { id }',
  );

  expect(payment).toEqual({ status: 'CAPTURED', order: null });
  expect(exceptionsOpened).toMatchObject([{ kind: 'CAPTURED_ORDER_CREATION_FAILED' }]);
});

test('an event that waited for its payment is applied when another one brings the payment', async () => {
  const event = (id: string, status: string, more: object = {}) => ({
    psp_reference: 'pi_waited',
    event_id: id,
    status,
    occurred_at: world.now().toISOString(),
    ...more,
  });
  await world.deliver(event('evt-waits', 'pending'));
  await world.deliver(event('evt-brings', 'authorized', { amount: '5.00', currency: 'EUR' }));
  await world.apply();

  const { data } = await world.ask(
    'me; roles=PAYMENT',
    '{ webhookDeliveries { nodes { eventId outcome } } }',
  );
  expect(data.webhookDeliveries.nodes).toContainEqual({ eventId: 'evt-waits', outcome: 'APPLIED' });
});

test('the capture an event names counts, also when the event tells of its refund', async () => {
  await world.deliver({
    psp_reference: 'pi_partly',
    capture_id: 'ch_partly',
    amount: '129.00',
    refunded_amount: '9.00',
    currency: 'EUR',
    status: 'partially_refunded',
    event_id: 'evt-partly',
    occurred_at: world.now().toISOString(),
  });

  const { data } = await world.ask(
    'me; roles=FINANCE',
    `{ payment(provider: "acme", providerReference: "pi_partly") {
         status amounts { captured { amount } refunded { amount } net { amount } } } }`,
  );
  expect(data.payment).toEqual({
    status: 'PARTIALLY_REFUNDED',
    amounts: {
      captured: { amount: '129.00' },
      refunded: { amount: '9.00' },
      net: { amount: '120.00' },
    },
  });
});
