import { randomUUID } from 'node:crypto';
import { done } from '../../support/exception-stories';
import { startWorld, type World } from '../../support/world';

// Each amount has a bound; the sum of many has another one, and is exact beyond 2^53 on both databases.

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const LARGEST = { amount: '10000000000000.00', currencyCode: 'EUR' };

test('ten captures of the largest amount add up exactly, in the payment and its exception', async () => {
  const [guid, reference] = [`cart-${randomUUID()}`, `pi_${randomUUID()}`];
  const registered = { cartGuid: guid, total: LARGEST };
  const { order } = await done(world, 'STOREFRONT', 'registerCheckout', registered);
  await done(world, 'STOREFRONT', 'recordOrderCreationFailure', {
    orderId: order.id,
    reason: 'the address service timed out',
  });
  const { payment } = await done(world, 'STOREFRONT', 'createPayment', {
    cartGuid: guid,
    provider: 'acme',
    providerReference: reference,
    amount: LARGEST,
  });
  const captures = (processedAmount: object) =>
    done(world, 'PAYMENT', 'recordTransactionResult', {
      paymentId: payment.id,
      type: 'CAPTURE',
      result: 'SUCCEEDED',
      processedAmount,
      gatewayTransactionId: `gw_${randomUUID()}`,
    });

  for (let n = 1; n <= 10; n += 1) await captures(LARGEST);
  await captures({ amount: '0.01', currencyCode: 'EUR' });

  const sum = { amount: '100000000000000.01', currencyCode: 'EUR' };
  const { data, errors } = await world.ask(
    'ada@example.com; roles=ADMIN',
    `query P($id: ID!) {
      payment(id: $id) { amounts { captured { amount currencyCode } net { amount currencyCode } } }
      reconciliationExceptions { nodes { amount { amount currencyCode } } } }`,
    { id: payment.id },
  );
  expect(errors).toBeUndefined();
  expect(data).toEqual({
    payment: { amounts: { captured: sum, net: sum } },
    reconciliationExceptions: { nodes: [{ amount: sum }] },
  });
});

test('all of it refunded in one word is one transaction of the whole sum', async () => {
  const reference = `pi_${randomUUID()}`;
  const tell = (n: number, more: object) =>
    world.deliver({
      event_id: `evt_${reference}_${n}`,
      psp_reference: reference,
      occurred_at: new Date(world.now().getTime() + n).toISOString(),
      currency: 'EUR',
      ...more,
    });
  for (let n = 1; n <= 10; n += 1) {
    await tell(n, { capture_id: `ch_${n}`, amount: LARGEST.amount, status: 'captured' });
  }
  await tell(11, { status: 'refunded' });

  const { data, errors } = await world.ask(
    'ada@example.com; roles=ADMIN',
    `query P($reference: String!) { payment(provider: "acme", providerReference: $reference) {
      amounts { captured { amount } refunded { amount } }
      transactions { type implied processedAmount { amount } } } }`,
    { reference },
  );
  expect(errors).toBeUndefined();
  const whole = { amount: '100000000000000.00' };
  expect(data.payment.amounts).toEqual({ captured: whole, refunded: whole });
  expect(data.payment.transactions.filter(({ type }: any) => type === 'REFUND')).toEqual([
    { type: 'REFUND', implied: true, processedAmount: whole },
  ]);
});
