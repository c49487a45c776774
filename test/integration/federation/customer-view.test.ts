import { anOrder, answer, DENIED, told as tell } from '../../support/examples';
import {
  aSellerOrder,
  cancel,
  handledOrder,
  handledPair,
  invoice,
  paidOrder,
} from '../../support/handled-orders';
import {
  aCart,
  authorized,
  captured,
  capturedWithoutOrder,
  creationFails,
  EUR_129,
  triaged,
  type Cart,
} from '../../support/stories';
import { startWorld, type World } from '../../support/world';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(async () => {
  await world.close();
});

const WAIT = 'We are checking your order and payment. You do not need to do anything.';
const PAY = 'Your order is not paid yet.';
const DONE = 'Your order is confirmed.';

/** What the shop's page says to the shopper who placed the order. */
async function view(cart: Pick<Cart, 'orderId'>, actor = 'ana; roles=CUSTOMER; customerId=cus_1') {
  const body = await world.ask(
    actor,
    `{ order(id: "${cart.orderId}") { customerView { charged fulfillable nextStep message } } }`,
  );
  if (body.errors) throw new Error(JSON.stringify(body.errors));
  return body.data.order.customerView;
}

const created = (cart: Cart) =>
  world.act('STOREFRONT', 'createOrder', { cartGuid: cart.guid, code: `ORDER-${cart.guid}` });

const told = (charged: boolean | null, nextStep: string, message: string) => ({
  charged,
  fulfillable: null,
  nextStep,
  message,
});

test('before money moves the shopper is asked to pay', async () => {
  expect(await view(await aCart(world))).toEqual(told(false, 'PAY', PAY));
});

test('money reserved and an order: all is well, and nothing is charged yet', async () => {
  const cart = await aCart(world);
  await authorized(world, cart);
  await created(cart);

  expect(await view(cart)).toEqual(told(false, 'NONE', DONE));
});

test('money taken and an order: charged, confirmed', async () => {
  const cart = await aCart(world);
  await captured(world, cart);
  await created(cart);

  expect(await view(cart)).toEqual(told(true, 'NONE', DONE));
});

test('money taken and no order: charged, and never asked to pay again (S2.34)', async () => {
  expect(await view(await capturedWithoutOrder(world))).toEqual(told(true, 'WAIT', WAIT));
});

test('money reserved and no order: not charged, and not asked to pay while it is looked at', async () => {
  const cart = await aCart(world);
  await authorized(world, cart);
  await creationFails(world, cart);

  expect(await view(cart)).toEqual(told(false, 'WAIT', WAIT));
});

test('a result nobody knows: it is not claimed that the customer was or was not charged', async () => {
  const cart = await aCart(world);
  await world.act('SYSTEM', 'recordTransactionResult', {
    paymentId: cart.paymentId,
    type: 'CAPTURE',
    result: 'INDETERMINATE',
    indeterminateCause: 'NETWORK',
    requestedAmount: EUR_129,
    gatewayTransactionId: 'ch_1',
  });

  expect(await view(cart)).toEqual(told(null, 'WAIT', WAIT));
});

test('money given back: not charged', async () => {
  const cart = await aCart(world);
  await captured(world, cart);
  await world.act('SYSTEM', 'recordTransactionResult', {
    paymentId: cart.paymentId,
    type: 'REFUND',
    result: 'SUCCEEDED',
    processedAmount: EUR_129,
    gatewayTransactionId: 're_1',
    parentGatewayTransactionId: `ch_${cart.reference}`,
  });

  expect((await view(cart)).charged).toBe(false);
});

test('what support told the customer stands instead of our sentence (S2.22)', async () => {
  const cart = await capturedWithoutOrder(world);
  await triaged(world, cart.exceptionId);
  const { userErrors } = await world.act('SUPPORT', 'recordCustomerMessage', {
    exceptionId: cart.exceptionId,
    message: 'Your money is safe; we will write to you by noon.',
  });

  expect(userErrors).toEqual([]);
  expect(await view(cart)).toEqual(
    told(true, 'WAIT', 'Your money is safe; we will write to you by noon.'),
  );
});

test.each(['STOREFRONT', 'SUPPORT', 'AUDITOR'])('%s sees the same view', async (role) => {
  const cart = await capturedWithoutOrder(world);

  expect(await view(cart, `reader; roles=${role}`)).toEqual(await view(cart));
});

const CANCELLED = 'Your order is cancelled.';

test('on its way the order asks the shopper for nothing, invoiced and paid included', async () => {
  const part = await handledOrder(world);
  const steps = [await view(part)];
  await invoice(world, part.orderId, '100.00');
  steps.push(await view(part));
  await answer(world, part.paymentId, 'CAPTURE');
  steps.push(await view(part));

  expect(steps).toEqual([
    told(false, 'NONE', DONE),
    told(false, 'NONE', DONE),
    told(true, 'NONE', DONE),
  ]);
});

test('a cancelled order is not told to be confirmed, and waits while its money is held', async () => {
  const shop = await paidOrder(world);
  await cancel(world, shop.orderId);
  const held = await view(shop);
  await answer(world, shop.paymentId, 'VOID');

  expect([held, await view(shop)]).toEqual([
    told(false, 'WAIT', WAIT),
    told(false, 'NONE', CANCELLED),
  ]);
});

test('a payment that was declined has to be tried again', async () => {
  const shop = await anOrder(world, '100.00', { currency: 'EUR' });
  await tell(world, shop, 'AUTHORIZE', '100.00', DENIED);

  expect(await view(shop)).toEqual(told(false, 'PAY', PAY));
});

test('a seller’s order is paid with the payments of its marketplace order (S0.2)', async () => {
  const { sellerOrderId } = await handledPair(world);

  expect(await view({ orderId: sellerOrderId }, 'reader; roles=SUPPORT')).toEqual(
    told(false, 'NONE', DONE),
  );
  const shop = await paidOrder(world);
  const waiting = await aSellerOrder(world, shop);
  expect(await view({ orderId: waiting }, 'reader; roles=SUPPORT')).toEqual(
    told(false, 'WAIT', WAIT),
  );
});
