import { aCart, EUR_129, type Cart } from '../../support/stories';
import { startWorld, type World } from '../../support/world';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

let second = 0;

/** Reports a transaction a second later; answers the order's status. */
async function report(
  cart: Cart,
  type: string,
  result: string,
  amount = '129.00',
): Promise<string> {
  second += 1;
  world.advance(1_000);
  const money = { amount, currencyCode: 'EUR' };
  const { payment, userErrors } = await world.act(
    'SYSTEM',
    'recordTransactionResult',
    {
      paymentId: cart.paymentId,
      type,
      result,
      requestedAmount: money,
      ...(result === 'SUCCEEDED' ? { processedAmount: money } : {}),
      gatewayTransactionId: `${type}-${result}-${second}`,
      occurredAt: world.now().toISOString(),
    },
    'order { status }',
  );
  expect(userErrors).toEqual([]);
  return payment.order.status;
}

test('an order is pending, covered, loses its cover and is denied, as its payments are', async () => {
  const cart = await aCart(world);
  const { order } = await world.act(
    'STOREFRONT',
    'createOrder',
    { cartGuid: cart.guid, code: 'FOLLOW-1' },
    'status',
  );

  const statuses = [
    order.status,
    await report(cart, 'AUTHORIZE', 'PENDING'),
    await report(cart, 'AUTHORIZE', 'SUCCEEDED'),
    await report(cart, 'CAPTURE', 'SUCCEEDED', '29.00'),
    await report(cart, 'VOID', 'SUCCEEDED', '99.99'),
  ];

  expect(statuses).toEqual([
    'PAYMENT_PENDING',
    'PAYMENT_PENDING',
    'PAYMENT_AUTHORIZED',
    'PAYMENT_AUTHORIZED',
    'PAYMENT_DENIED',
  ]);
});

test('a denied order hopes again with a new payment, and is covered by it', async () => {
  const cart = await aCart(world);
  await world.act('STOREFRONT', 'createOrder', { cartGuid: cart.guid, code: 'FOLLOW-2' });
  const denied = await report(cart, 'AUTHORIZE', 'FAILED');

  const { payment } = await world.act(
    'STOREFRONT',
    'createPayment',
    { cartGuid: cart.guid, provider: 'acme', amount: EUR_129 },
    'id order { status }',
  );
  const covered = await report({ ...cart, paymentId: payment.id }, 'SALE', 'SUCCEEDED');

  expect([denied, payment.order.status, covered]).toEqual([
    'PAYMENT_DENIED',
    'PAYMENT_PENDING',
    'PAYMENT_AUTHORIZED',
  ]);
});

test('two payments cover an order together, not one of them alone', async () => {
  const cart = await aCart(world, { amount: '129.00', currencyCode: 'EUR' });
  await world.act('STOREFRONT', 'createOrder', { cartGuid: cart.guid, code: 'FOLLOW-3' });
  const { payment } = await world.act('STOREFRONT', 'createPayment', {
    cartGuid: cart.guid,
    provider: 'acme',
    amount: { amount: '29.00', currencyCode: 'EUR' },
  });

  const one = await report(cart, 'AUTHORIZE', 'SUCCEEDED', '100.00');
  const almost = await report(
    { ...cart, paymentId: payment.id },
    'AUTHORIZE',
    'SUCCEEDED',
    '28.99',
  );
  const both = await report({ ...cart, paymentId: payment.id }, 'AUTHORIZE', 'SUCCEEDED', '0.01');

  expect([one, almost, both]).toEqual(['PAYMENT_PENDING', 'PAYMENT_DENIED', 'PAYMENT_AUTHORIZED']);
});

test('a refund of everything takes the cover away; its failure does not', async () => {
  const cart = await aCart(world);
  await world.act('STOREFRONT', 'createOrder', { cartGuid: cart.guid, code: 'FOLLOW-4' });
  const paid = await report(cart, 'SALE', 'SUCCEEDED');
  const failed = await report(cart, 'REFUND', 'FAILED');
  const refunded = await report(cart, 'REFUND', 'SUCCEEDED');

  expect([paid, failed, refunded]).toEqual([
    'PAYMENT_AUTHORIZED',
    'PAYMENT_AUTHORIZED',
    'PAYMENT_DENIED',
  ]);
});

test('a granted refund that is paid out leaves the order where it was', async () => {
  const cart = await aCart(world);
  const { orderId, guid, paymentId } = cart;
  await world.act('STOREFRONT', 'createOrder', { cartGuid: guid, code: 'FOLLOW-6' });
  await report(cart, 'SALE', 'SUCCEEDED');
  const amount = { amount: '10.00', currencyCode: 'EUR' };
  const { userErrors } = await world.act('FINANCE', 'grantRefund', {
    orderId,
    amount,
    reason: 'a scratch',
  });
  const asked = await world.act('FINANCE', 'requestRefund', { paymentId, amount }, 'id');
  const granted = await report(cart, 'REFUND', 'SUCCEEDED', '10.00');
  const beyond = await report(cart, 'REFUND', 'SUCCEEDED', '0.01');

  expect([userErrors, asked.userErrors]).toEqual([[], []]);
  expect([granted, beyond]).toEqual(['PAYMENT_AUTHORIZED', 'PAYMENT_DENIED']);
});

test('an unknown outcome denies nothing', async () => {
  const cart = await aCart(world);
  await world.act('STOREFRONT', 'createOrder', { cartGuid: cart.guid, code: 'FOLLOW-5' });
  const money = { amount: '129.00', currencyCode: 'EUR' };

  const { payment } = await world.act(
    'SYSTEM',
    'recordTransactionResult',
    {
      paymentId: cart.paymentId,
      type: 'AUTHORIZE',
      result: 'INDETERMINATE',
      indeterminateCause: 'NETWORK',
      requestedAmount: money,
      providerRequestKey: 'follow-5',
    },
    'status order { status retryMode }',
  );

  expect(payment).toEqual({
    status: 'INDETERMINATE',
    order: { status: 'PAYMENT_PENDING', retryMode: 'BLOCKED_BY_DUPLICATE_RISK' },
  });
});
