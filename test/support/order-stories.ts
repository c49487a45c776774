import { randomUUID } from 'node:crypto';
import { aCart, authorized, EUR_129, type Cart } from './stories';
import { type World } from './world';

/** Orders and fulfillments on their way, one step after the other; a test takes the one it begins with. */

export interface Placed extends Cart {
  readonly code: string;
}
export interface Released extends Placed {
  readonly fulfillmentId: string;
}

/** Runs a mutation that has to succeed; answers its payload. */
export async function done(
  world: World,
  role: string,
  mutation: string,
  input: object,
  selection = 'id status',
): Promise<any> {
  const payload = await world.act(role, mutation, input, selection);
  if (payload.userErrors.length > 0) {
    throw new Error(`${mutation}: ${JSON.stringify(payload.userErrors)}`);
  }
  return payload;
}

/** An order with its code, waiting for its payment. */
export async function created(world: World): Promise<Placed> {
  const cart = await aCart(world);
  const code = `O-${cart.guid}`;
  await done(world, 'STOREFRONT', 'createOrder', { cartGuid: cart.guid, code });
  return { ...cart, code };
}

/** PAYMENT_AUTHORIZED: 129.00 EUR reserved. */
export async function paid(world: World): Promise<Placed> {
  const placed = await created(world);
  await authorized(world, placed);
  return placed;
}

/** HANDLING. */
export async function handled(world: World): Promise<Placed> {
  const placed = await paid(world);
  const { orderId } = placed;
  await done(world, 'COMMERCE', 'releaseOrderForHandling', { orderId });
  await done(world, 'OMS', 'startHandling', { orderId });
  return placed;
}

/** A fulfillment of the whole order, NEW. */
export async function planned(
  world: World,
  capturePolicy = 'BEFORE_FULFILLING',
  from: (world: World) => Promise<Placed> = paid,
): Promise<Released> {
  const placed = await from(world);
  const { fulfillment } = await done(world, 'OMS', 'createFulfillment', {
    orderId: placed.orderId,
    total: EUR_129,
    capturePolicy,
    items: [
      { reference: 'shirt', quantity: 2, amount: { amount: '100.00', currencyCode: 'EUR' } },
      { reference: 'socks', quantity: 1, amount: { amount: '29.00', currencyCode: 'EUR' } },
    ],
  });
  return { ...placed, fulfillmentId: fulfillment.id };
}

/** RELEASED: its money is reserved. */
export async function released(
  world: World,
  capturePolicy = 'BEFORE_FULFILLING',
): Promise<Released> {
  const part = await planned(world, capturePolicy);
  await done(world, 'OMS', 'reserveFulfillment', { fulfillmentId: part.fulfillmentId });
  return part;
}

/** CAPTURING_PAYMENT: the capture is requested. */
export async function capturing(world: World): Promise<Released> {
  const part = await released(world);
  await done(world, 'OMS', 'captureFulfillment', { fulfillmentId: part.fulfillmentId });
  return part;
}

/** What the provider did with the newest request of a type. */
export async function answeredBy(
  world: World,
  { paymentId }: Cart,
  type: string,
  result: string,
  more: object = {},
): Promise<any> {
  const { data } = await world.ask(
    'reader@example.com; roles=PAYMENT',
    `query Open($id: ID!) { payment(id: $id) { transactions {
      type providerRequestKey status requestedAmount { amount currencyCode } } } }`,
    { id: paymentId },
  );
  const request = data.payment.transactions.findLast(
    (one: any) => one.type === type && one.providerRequestKey !== null && one.status !== 'FAILED',
  );
  return done(world, 'SYSTEM', 'recordTransactionResult', {
    paymentId,
    type,
    result,
    requestedAmount: request.requestedAmount,
    providerRequestKey: request.providerRequestKey,
    ...(result === 'FAILED' ? { failureType: 'SOFT', reasonCode: 'Entity_Declined' } : {}),
    ...(result === 'INDETERMINATE' ? { indeterminateCause: 'NETWORK' } : {}),
    ...(result === 'SUCCEEDED' ? { gatewayTransactionId: `gw_${randomUUID()}` } : {}),
    occurredAt: world.now().toISOString(),
    ...more,
  });
}

/** PAYMENT_CAPTURED. */
export async function fulfillmentCaptured(world: World): Promise<Released> {
  const part = await capturing(world);
  await answeredBy(world, part, 'CAPTURE', 'SUCCEEDED');
  return part;
}

/** PAYMENT_CAPTURE_FAILED, softly. */
export async function captureFailed(world: World): Promise<Released> {
  const part = await capturing(world);
  await answeredBy(world, part, 'CAPTURE', 'FAILED');
  return part;
}

/** FULFILLING, paid. */
export async function fulfilling(world: World): Promise<Released> {
  const part = await fulfillmentCaptured(world);
  await done(world, 'OMS', 'startFulfilling', { fulfillmentId: part.fulfillmentId });
  return part;
}

/** FULFILLED, paid. */
export async function shipped(world: World): Promise<Released> {
  const part = await fulfilling(world);
  await done(world, 'OMS', 'shipFulfillment', { fulfillmentId: part.fulfillmentId });
  return part;
}

/** DELIVERED, paid. */
export async function delivered(world: World): Promise<Released> {
  const part = await shipped(world);
  await done(world, 'OMS', 'confirmDelivery', { fulfillmentId: part.fulfillmentId });
  return part;
}

/** A seller's order linked to a marketplace order; answers both ids. */
export async function linked(
  world: World,
  from: (world: World) => Promise<Placed> = created,
): Promise<Placed & { sellerOrderId: string }> {
  const placed = await from(world);
  const { order } = await done(world, 'SYSTEM', 'createOrder', {
    cartGuid: placed.guid,
    code: `S-${placed.guid}`,
    total: EUR_129,
    side: 'SELLER',
    sellerId: 'seller-1',
    marketplaceOrderId: placed.orderId,
  });
  return { ...placed, sellerOrderId: order.id };
}
