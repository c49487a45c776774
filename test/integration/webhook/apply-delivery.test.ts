import { Checkout } from '../../../src/checkout/checkout.entity';
import { createPayment } from '../../../src/payment/create-payment';
import { PaymentFact } from '../../../src/payment/payment-fact.entity';
import { recordOrderCreationFailure } from '../../../src/order/record-order-creation-failure';
import { registerCheckout } from '../../../src/order/register-checkout';
import {
  acmeRequest,
  DAY,
  fixture,
  GRACE_MS,
  HOUR,
  mercadopagoRequest,
  MINUTE,
  openWorld,
  START,
  type World,
} from '../../support/webhook-world';

let world: World;

beforeAll(async () => (world = await openWorld()));
afterAll(() => world.close());
beforeEach(() => world.clear());

const EUR_129 = { amount: '129.00', currencyCode: 'EUR' };
const GUIDE = fixture('guide-state-row.json');
const NOTIFICATION = fixture('mercadopago-notification.json');

const register = async (cartGuid: string, total = EUR_129) =>
  (await world.run(registerCheckout, { cartGuid, total })).entityId!;
const announce = (cartGuid: string, provider: string, providerReference: string) =>
  world.run(createPayment, { cartGuid, provider, providerReference, amount: EUR_129 });
const outcomeOf = async (id: string) => (await world.delivery(id)).outcome;

const PENDING = {
  event_id: 'evt-pending',
  psp_reference: 'psp-1',
  occurred_at: '2026-05-23T18:40:00Z',
  status: 'pending',
};

describe("the guide's row", () => {
  const E02 = {
    kind: 'CAPTURED_ORDER_CREATION_FAILED',
    amountMinor: 12_900n,
    currency: 'EUR',
  };

  test('opens E02 at once in the cart whose order could not be created', async () => {
    const orderId = await register('4f72a1...');
    await world.run(recordOrderCreationFailure, { orderId, reason: 'The OMS was down.' });
    const { body } = await world.receive('acme', acmeRequest(GUIDE));

    expect(await world.apply()).toBe(1);

    const payment = await world.payment('pi_3PR...');
    expect(payment).toMatchObject({
      orderId,
      status: 'CAPTURED',
      captured: 12_900n,
      currency: 'EUR',
      amountSource: 'REPORTED',
    });
    expect(await world.exceptions(payment.checkoutId)).toEqual([{ ...E02, status: 'OPEN' }]);
    expect(await world.delivery(body.id)).toMatchObject({
      outcome: 'APPLIED',
      appliedAt: START,
      nextAttemptAt: null,
      checkoutId: payment.checkoutId,
      paymentId: payment.id,
    });
    expect(world.errors).toEqual([]);
  });

  test('of a payment nobody announced is watched, and opened by the sweeper after the grace', async () => {
    await world.receive('acme', acmeRequest(GUIDE));
    await world.apply();
    const { checkoutId } = await world.payment('pi_3PR...');
    expect(await world.exceptions(checkoutId)).toEqual([{ ...E02, status: 'WATCHING' }]);

    world.moveClock(GRACE_MS - 1);
    expect(await world.sweep()).toBe(0);
    expect(await world.exceptions(checkoutId)).toEqual([{ ...E02, status: 'WATCHING' }]);
    world.moveClock(1);
    expect(await world.sweep()).toBe(1);

    expect(await world.exceptions(checkoutId)).toEqual([{ ...E02, status: 'OPEN' }]);
    expect(await world.sweep()).toBe(0);
  });

  test('goes to the payment it names even if it names another cart', async () => {
    await register('cart-of-the-payment');
    await announce('cart-of-the-payment', 'acme', 'pi_3PR...');
    await register('4f72a1...');
    const { body } = await world.receive('acme', acmeRequest(GUIDE));

    await world.apply();

    const payment = await world.payment('pi_3PR...');
    expect(payment.captured).toBe(12_900n);
    expect(await world.delivery(body.id)).toMatchObject({
      outcome: 'APPLIED',
      checkoutId: payment.checkoutId,
    });
    expect(world.errors).toEqual([]);
  });
});

describe("Mercado Pago's notification", () => {
  test.each([
    ['its data.id', 'ext_ref_ibp'],
    ['its id', '1111111'],
  ])('captures the expected amount of a payment announced by %s', async (_name, reference) => {
    await register('cart-1');
    await announce('cart-1', 'mercadopago', reference);
    const { body } = await world.receive('mercadopago', mercadopagoRequest(NOTIFICATION));

    await world.apply();

    const payment = await world.payment(reference);
    expect(payment).toMatchObject({
      status: 'CAPTURED',
      captured: 12_900n,
      amountSource: 'EXPECTED',
      providerVersion: 2,
      capturedAt: new Date('2019-01-23T20:14:51.107Z'),
    });
    expect(await world.delivery(body.id)).toMatchObject({
      outcome: 'APPLIED',
      paymentId: payment.id,
    });
    expect(await world.intents()).toEqual([]);
  });

  test('of a payment nobody knows is E02 without an amount, and its provider is to be asked', async () => {
    await world.receive('mercadopago', mercadopagoRequest(NOTIFICATION));

    await world.apply();

    const payment = await world.payment('ext_ref_ibp');
    expect(payment).toMatchObject({ status: 'CAPTURED', moneyState: 'UNKNOWN', captured: 0n });
    expect(await world.exceptions(payment.checkoutId)).toEqual([
      {
        kind: 'CAPTURED_ORDER_CREATION_FAILED',
        status: 'WATCHING',
        amountMinor: null,
        currency: null,
      },
    ]);
    expect(await world.intents()).toEqual([
      {
        action: 'FETCH_PROVIDER_RESOURCE',
        subjectId: payment.id,
        after: { provider: 'mercadopago', providerReference: 'ext_ref_ibp' },
      },
    ]);
  });

  test('in the order 1, 3, 2 ends CAPTURED: 2 is stale, a redelivery of 3 a duplicate (M4)', async () => {
    await register('cart-1');
    await announce('cart-1', 'mercadopago', 'ext_ref_ibp');
    const event = (version: number, status: string) =>
      mercadopagoRequest({
        ...(JSON.parse(NOTIFICATION.toString()) as object),
        id: 5000 + version,
        version,
        status,
        date_created: `2026-05-23T18:4${version}:00.000Z`,
      });
    const deliver = async (version: number, status: string) => {
      const { body } = await world.receive('mercadopago', event(version, status));
      await world.apply();
      return outcomeOf(body.id);
    };

    const outcomes = [
      await deliver(1, 'pending'),
      await deliver(3, 'approved'),
      await deliver(2, 'authorized'),
      await deliver(3, 'approved'),
    ];

    expect(outcomes).toEqual(['APPLIED', 'APPLIED', 'STALE', 'DUPLICATE']);
    expect(await world.payment('ext_ref_ibp')).toMatchObject({
      status: 'CAPTURED',
      captured: 12_900n,
      providerVersion: 3,
      providerStatus: 'approved',
    });
    expect(await world.rows(PaymentFact)).toHaveLength(3);
  });
});

describe('an event without money of a payment nobody knows', () => {
  test('waits, and is applied when createPayment announces it', async () => {
    const { body } = await world.receive('acme', acmeRequest(PENDING));
    expect(await world.apply()).toBe(1);
    expect(await world.delivery(body.id)).toMatchObject({
      outcome: 'UNMATCHED',
      attempts: 1,
      nextAttemptAt: new Date(START.getTime() + MINUTE),
      checkoutId: null,
    });
    expect(await world.rows(Checkout)).toEqual([]);
    await register('cart-1');

    await announce('cart-1', 'acme', 'psp-1');
    expect(await world.delivery(body.id)).toMatchObject({
      outcome: 'RECEIVED',
      attempts: 0,
      nextAttemptAt: START,
    });
    expect(await world.apply()).toBe(1);

    const payment = await world.payment('psp-1');
    expect(payment.status).toBe('PENDING');
    expect(await world.delivery(body.id)).toMatchObject({
      outcome: 'APPLIED',
      paymentId: payment.id,
    });
    expect(world.errors).toEqual([]);
  });

  test('is tried again after 1 minute, 5 minutes, 1 hour and 24 hours, then waits for good', async () => {
    const { body } = await world.receive('acme', acmeRequest(PENDING));
    await world.apply();

    for (const waitMs of [MINUTE, 5 * MINUTE, HOUR, DAY]) {
      world.moveClock(waitMs - 1);
      expect(await world.apply()).toBe(0);
      world.moveClock(1);
      expect(await world.apply()).toBe(1);
      expect(await outcomeOf(body.id)).toBe('UNMATCHED');
    }

    expect(await world.delivery(body.id)).toMatchObject({ attempts: 5, nextAttemptAt: null });
    await register('cart-1');
    await announce('cart-1', 'acme', 'psp-1');
    await world.apply();
    expect(await outcomeOf(body.id)).toBe('APPLIED');
  });

  test('is applied by a later try when its payment appeared under another of its names', async () => {
    const pending = { ...(JSON.parse(NOTIFICATION.toString()) as object), status: 'pending' };
    const { body } = await world.receive('mercadopago', mercadopagoRequest(pending));
    await world.apply();
    await register('cart-1');
    await announce('cart-1', 'mercadopago', '1111111');

    world.moveClock(MINUTE);
    await world.apply();

    expect(await outcomeOf(body.id)).toBe('APPLIED');
    expect((await world.payment('1111111')).status).toBe('PENDING');
  });
});
