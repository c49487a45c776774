import { randomUUID } from 'node:crypto';
import { type World } from './world';

/** A valid world to start from; a test changes only what it is about. */

export interface Cart {
  readonly guid: string;
  readonly orderId: string;
  readonly paymentId: string;
  readonly reference: string;
}

export const EUR_129 = { amount: '129.00', currencyCode: 'EUR' };

/** A registered cart with one announced payment, nothing moved yet. */
export async function aCart(world: World, total = EUR_129): Promise<Cart> {
  const guid = `cart-${randomUUID()}`;
  const reference = `pi_${randomUUID()}`;
  const { order } = await world.act('STOREFRONT', 'registerCheckout', {
    cartGuid: guid,
    total,
    customerId: 'cus_1',
    market: 'DE',
    channel: 'web',
  });
  const { payment } = await world.act('STOREFRONT', 'createPayment', {
    cartGuid: guid,
    provider: 'acme',
    providerReference: reference,
    method: 'card',
    amount: total,
  });
  return { guid, orderId: order.id, paymentId: payment.id, reference };
}

/** The provider tells of a capture, in the guide's own words (S2.28). */
export async function captured(world: World, cart: Cart, capturedAt = world.now()): Promise<any> {
  return world.deliver({
    psp_reference: cart.reference,
    capture_id: `ch_${cart.reference}`,
    amount: '129.00',
    currency: 'EUR',
    capture_timestamp: capturedAt.toISOString(),
    cart_guid: cart.guid,
    webhook_event_id: `evt_${cart.reference}`,
    webhook_replayable: true,
  });
}

export async function authorized(world: World, cart: Cart): Promise<any> {
  return world.act('SYSTEM', 'recordTransactionResult', {
    paymentId: cart.paymentId,
    type: 'AUTHORIZE',
    result: 'SUCCEEDED',
    requestedAmount: EUR_129,
    processedAmount: EUR_129,
    gatewayTransactionId: `auth_${cart.reference}`,
    occurredAt: world.now().toISOString(),
  });
}

export async function creationFails(world: World, cart: Cart): Promise<any> {
  return world.act('STOREFRONT', 'recordOrderCreationFailure', {
    orderId: cart.orderId,
    reason: 'address normalisation failed',
  });
}

/** The one exception of a captured cart whose order could not be created. */
export async function capturedWithoutOrder(world: World): Promise<Cart & { exceptionId: string }> {
  const cart = await aCart(world);
  await captured(world, cart);
  const { exceptionsOpened } = await creationFails(world, cart);
  return { ...cart, exceptionId: exceptionsOpened[0].id };
}

/** Evidence that the records do not hold by themselves. */
const ATTACHED = [
  ['OMS', 'DOWNSTREAM_STATUS'],
  ['ENGINEERING', 'REPLAY_MARKER'],
  ['COMMERCE', 'COMMERCE_PROOF'],
  ['OMS', 'OMS_PROOF'],
  ['COMMERCE', 'COMMERCE_STATEMENT'],
] as const;

export async function attachAll(
  world: World,
  exceptionId: string,
  kinds = ATTACHED,
): Promise<void> {
  for (const [role, kind] of kinds) {
    await world.act(role, 'attachEvidence', { exceptionId, kind, reference: `ref-${kind}` });
  }
}

export async function triaged(
  world: World,
  exceptionId: string,
  orderFulfillable = 'YES',
): Promise<void> {
  await world.act('COMMERCE', 'triageException', {
    exceptionId,
    customerCharged: 'YES',
    orderFulfillable,
  });
  await world.act('COMMERCE', 'assignException', { exceptionId, person: 'carla@example.com' });
}

export const note = (cart: Cart, more: object = {}) => ({
  providerReference: cart.reference,
  orderCode: 'NOT_APPLICABLE',
  settlementBatch: 'NOT_APPLICABLE',
  refundOrInvoiceReference: 'NOT_APPLICABLE',
  rootCause: 'the address service timed out',
  preventionAction: 'the shop retries normalisation before it takes money',
  customerOutcome: 'the customer has the order',
  orderOutcome: 'the order was created',
  settlementOutcome: 'the capture settles with the order code',
  ...more,
});
