import { randomUUID } from 'node:crypto';
import {
  answeredBy,
  captureFailed,
  capturing,
  created,
  delivered,
  done,
  fulfillmentCaptured,
  handled,
  linked,
  paid,
  planned,
  released,
  shipped,
  type Placed,
} from '../../support/order-stories';
import {
  aCart,
  authorized,
  captured,
  creationFails,
  EUR_129,
  type Cart,
} from '../../support/stories';
import { startWorld, type World } from '../../support/world';

// Each kind through the API, from the fact that raises it to the one that cures it; and ways on which none is raised.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

let world: World;
beforeAll(async () => (world = await startWorld()));
afterAll(() => world.close());

/** Every exception of the cart as `KIND STATUS`, by name. */
async function seen({ orderId }: Pick<Cart, 'orderId'>): Promise<string[]> {
  const { data } = await world.ask(
    'reader@example.com; roles=AUDITOR',
    'query Seen($id: ID!) { order(id: $id) { exceptions { kind status } } }',
    { id: orderId },
  );
  const rows: { kind: string; status: string }[] = data.order.exceptions;
  return rows.map(({ kind, status }) => `${kind} ${status}`).sort();
}

async function after(ms: number): Promise<void> {
  world.advance(ms);
  await world.sweep();
}

const euros = (amount: string) => ({ amount, currencyCode: 'EUR' });

/** The provider tells of a transaction nobody asked for. */
const told = (cart: Cart, type: string, more: object = {}) =>
  done(world, 'SYSTEM', 'recordTransactionResult', {
    paymentId: cart.paymentId,
    type,
    result: 'SUCCEEDED',
    requestedAmount: EUR_129,
    processedAmount: EUR_129,
    gatewayTransactionId: `gw_${randomUUID()}`,
    occurredAt: world.now().toISOString(),
    ...more,
  });

const oms = (cart: Cart, status: string, cause?: string) =>
  done(world, 'OMS', 'recordOmsStatus', { orderId: cart.orderId, status, cause });

const step = (mutation: string, fulfillmentId: string) =>
  done(world, 'OMS', mutation, { fulfillmentId });

async function sold(): Promise<Placed> {
  const one = await created(world);
  await told(one, 'SALE');
  return one;
}

describe('raised, and cured', () => {
  test('CAPTURED_OMS_REJECTED: the OMS takes the order after all', async () => {
    const one = await sold();
    await oms(one, 'REJECTED', 'ADDRESS');
    expect(await seen(one)).toEqual(['CAPTURED_OMS_REJECTED OPEN']);
    await oms(one, 'ALLOCATED');
    expect(await seen(one)).toEqual(['CAPTURED_OMS_REJECTED AUTO_RESOLVED']);
  });

  test('AUTHORIZED_OMS_REJECTED: the authorization is released', async () => {
    const one = await paid(world);
    await oms(one, 'REJECTED', 'INVENTORY');
    expect(await seen(one)).toEqual(['AUTHORIZED_OMS_REJECTED OPEN']);
    await told(one, 'VOID');
    expect(await seen(one)).toEqual(['AUTHORIZED_OMS_REJECTED AUTO_RESOLVED']);
  });

  test('REFUNDED_ORDER_LATER_CREATED: stays until somebody closes it', async () => {
    const cart = await aCart(world);
    await told(cart, 'SALE');
    await told(cart, 'REFUND');
    world.advance(MINUTE);
    await done(world, 'STOREFRONT', 'createOrder', {
      cartGuid: cart.guid,
      code: `O-${cart.guid}`,
    });
    expect(await seen(cart)).toContain('REFUNDED_ORDER_LATER_CREATED OPEN');
    await done(world, 'STOREFRONT', 'createPayment', {
      cartGuid: cart.guid,
      provider: 'acme',
      method: 'card',
      amount: EUR_129,
    }).then(({ payment }) => authorized(world, { ...cart, paymentId: payment.id }));
    expect(await seen(cart)).toContain('REFUNDED_ORDER_LATER_CREATED OPEN');
  });

  test('CAPTURED_AFTER_CANCELLATION: refunded, it awaits its note', async () => {
    const one = await paid(world);
    await done(world, 'COMMERCE', 'cancelOrder', { orderId: one.orderId, reason: 'test' });
    world.advance(1000);
    await told(one, 'CAPTURE');
    expect(await seen(one)).toContain('CAPTURED_AFTER_CANCELLATION OPEN');
    world.advance(1000);
    await told(one, 'REFUND');
    expect(await seen(one)).toContain('CAPTURED_AFTER_CANCELLATION AWAITING_CLOSURE');
  });

  test('REFUND_FAILED: a refund past its day, then one that succeeds', async () => {
    const one = await sold();
    const key = { providerRequestKey: 'r1', gatewayTransactionId: null };
    await told(one, 'REFUND', { ...key, result: 'PENDING', processedAmount: null });
    await after(DAY - 1);
    expect(await seen(one)).toEqual([]);
    await after(1);
    expect(await seen(one)).toEqual(['REFUND_FAILED OPEN']);
    await told(one, 'REFUND', key);
    expect(await seen(one)).toEqual(['REFUND_FAILED AUTO_RESOLVED']);
  });

  test('STUCK_CAPTURING_PAYMENT absorbs INTENT_NOT_EXECUTED; a result cures it', async () => {
    const one = await capturing(world);
    await after(15 * MINUTE - 1);
    expect(await seen(one)).toEqual([]);
    await after(1);
    expect(await seen(one)).toEqual(['STUCK_CAPTURING_PAYMENT OPEN']);
    await answeredBy(world, one, 'CAPTURE', 'SUCCEEDED');
    expect(await seen(one)).toEqual(['STUCK_CAPTURING_PAYMENT AUTO_RESOLVED']);
  });

  test('INTENT_NOT_EXECUTED: a void nobody submits, then its result', async () => {
    const one = await paid(world);
    await done(world, 'PAYMENT', 'requestVoid', { paymentId: one.paymentId });
    await after(15 * MINUTE);
    expect(await seen(one)).toEqual(['INTENT_NOT_EXECUTED OPEN']);
    await answeredBy(world, one, 'VOID', 'SUCCEEDED');
    expect(await seen(one)).toEqual(['INTENT_NOT_EXECUTED AUTO_RESOLVED']);
  });

  test('FULFILLMENT_CAPTURE_FAILED: told that it was captured after all', async () => {
    const one = await captureFailed(world);
    expect(await seen(one)).toEqual(['FULFILLMENT_CAPTURE_FAILED OPEN']);
    world.advance(1000);
    await told(one, 'CAPTURE', { fulfillmentId: one.fulfillmentId });
    expect(await seen(one)).toEqual(['FULFILLMENT_CAPTURE_FAILED AUTO_RESOLVED']);
  });

  test('CAPTURE_IN_CANCELLED_FULFILLMENT: refunded', async () => {
    const one = await captureFailed(world);
    await done(world, 'ADMIN', 'cancelFulfillment', {
      fulfillmentId: one.fulfillmentId,
      reason: 'the goods broke',
    });
    world.advance(1000);
    await told(one, 'CAPTURE', { fulfillmentId: one.fulfillmentId });
    expect(await seen(one)).toContain('CAPTURE_IN_CANCELLED_FULFILLMENT OPEN');
    world.advance(1000);
    await told(one, 'REFUND');
    expect(await seen(one)).toContain('CAPTURE_IN_CANCELLED_FULFILLMENT AUTO_RESOLVED');
  });

  test('UNDER_RESERVED_RELEASE: the money is gone, then reserved again', async () => {
    const one = await released(world);
    await told(one, 'VOID');
    expect(await seen(one)).toContain('UNDER_RESERVED_RELEASE OPEN');
    world.advance(1000);
    await told(one, 'AUTHORIZE');
    expect(await seen(one)).toContain('UNDER_RESERVED_RELEASE AUTO_RESOLVED');
  });

  test('SHIPPED_NOT_CAPTURED: the capture at shipment fails, a later one succeeds', async () => {
    const one = await released(world, 'AT_SHIPMENT');
    await step('startFulfilling', one.fulfillmentId);
    await step('shipFulfillment', one.fulfillmentId);
    await answeredBy(world, one, 'CAPTURE', 'FAILED');
    expect(await seen(one)).toEqual(['SHIPPED_NOT_CAPTURED WATCHING']);
    await after(15 * MINUTE);
    expect(await seen(one)).toEqual(['SHIPPED_NOT_CAPTURED OPEN']);
    await told(one, 'CAPTURE', { fulfillmentId: one.fulfillmentId });
    expect(await seen(one)).toEqual(['SHIPPED_NOT_CAPTURED AUTO_RESOLVED']);
  });

  test('INVOICED_CAPTURE_FAILED: the capture fails, and is told again as done', async () => {
    const one = await handled(world);
    await done(world, 'OMS', 'insertInvoice', {
      orderId: one.orderId,
      number: 'INV-1',
      amount: EUR_129,
    });
    await answeredBy(world, one, 'CAPTURE', 'FAILED');
    expect(await seen(one)).toContain('INVOICED_CAPTURE_FAILED OPEN');
    world.advance(1000);
    await told(one, 'CAPTURE');
    expect(await seen(one)).toContain('INVOICED_CAPTURE_FAILED AUTO_RESOLVED');
  });

  test('DUPLICATE_CAPTURE absorbs the mismatch; the extra refunded, it awaits its note', async () => {
    const one = await sold();
    await told(one, 'SALE', { requestedAmount: euros('2.00'), processedAmount: euros('1.00') });
    expect(await seen(one)).toEqual(['DUPLICATE_CAPTURE OPEN']);
    await told(one, 'REFUND', { requestedAmount: euros('1.00'), processedAmount: euros('1.00') });
    expect(await seen(one)).toContain('DUPLICATE_CAPTURE AWAITING_CLOSURE');
  });

  test('AMOUNT_OR_CURRENCY_MISMATCH: less is refunded than was asked for', async () => {
    const one = await sold();
    await told(one, 'REFUND', { requestedAmount: euros('2.00'), processedAmount: euros('1.00') });
    expect(await seen(one)).toEqual(['AMOUNT_OR_CURRENCY_MISMATCH OPEN']);
  });

  test('AMOUNT_OR_CURRENCY_MISMATCH: a seller invoices more than is to be paid', async () => {
    const one = await handled(world);
    const { order } = await done(world, 'SYSTEM', 'createOrder', {
      cartGuid: one.guid,
      code: `S-${one.guid}`,
      total: euros('129.01'),
      side: 'SELLER',
      sellerId: 'seller-1',
      marketplaceOrderId: one.orderId,
    });
    const orderId = order.id;
    await done(world, 'SYSTEM', 'confirmOrderBySeller', { orderId });
    await done(world, 'SYSTEM', 'releaseOrderForHandling', { orderId });
    await done(world, 'SYSTEM', 'startHandling', { orderId });
    expect(await seen(one)).toEqual([]);
    const amount = euros('129.01');
    await done(world, 'SYSTEM', 'insertInvoice', { orderId, number: 'S-1', amount });

    expect(await seen(one)).toContain('AMOUNT_OR_CURRENCY_MISMATCH OPEN');
  });

  test('CAPTURE_FAILED_AFTER_SUCCESS: taken back, then captured again', async () => {
    const one = await fulfillmentCaptured(world);
    await told(one, 'CAPTURE_REVERSAL');
    expect(await seen(one)).toContain('CAPTURE_FAILED_AFTER_SUCCESS OPEN');
    world.advance(1000);
    await told(one, 'CAPTURE', { fulfillmentId: one.fulfillmentId });
    expect(await seen(one)).toContain('CAPTURE_FAILED_AFTER_SUCCESS AUTO_RESOLVED');
  });

  test('CHARGEBACK: due when the bank wants its answer; won, it awaits its note', async () => {
    const one = await sold();
    const respondBy = new Date(world.now().getTime() + 7 * DAY).toISOString();
    const dispute = { paymentId: one.paymentId, disputeId: 'dp_1', amount: EUR_129 };
    await done(world, 'SYSTEM', 'recordDispute', { ...dispute, state: 'OPEN', respondBy });
    expect(await seen(one)).toEqual(['CHARGEBACK OPEN']);
    const { data } = await world.ask(
      'reader@example.com; roles=AUDITOR',
      'query Due($id: ID!) { order(id: $id) { exceptions { deadline } } }',
      { id: one.orderId },
    );
    expect(data.order.exceptions).toEqual([{ deadline: respondBy }]);
    await done(world, 'SYSTEM', 'recordDispute', { ...dispute, state: 'WON' });
    expect(await seen(one)).toEqual(['CHARGEBACK AWAITING_CLOSURE']);
  });

  test('PAYMENT_VACATED: paid by another payment', async () => {
    const one = await created(world);
    await done(world, 'SYSTEM', 'recordPaymentStatus', {
      paymentId: one.paymentId,
      status: 'VACATED',
      occurredAt: world.now().toISOString(),
    });
    expect(await seen(one)).toEqual(['PAYMENT_VACATED OPEN']);
    const { payment } = await done(world, 'STOREFRONT', 'createPayment', {
      cartGuid: one.guid,
      provider: 'acme',
      method: 'card',
      amount: EUR_129,
    });
    await authorized(world, { ...one, paymentId: payment.id });
    expect(await seen(one)).toEqual(['PAYMENT_VACATED AUTO_RESOLVED']);
  });

  test('AUTHORIZATION_EXPIRING: a day before its end, by time alone', async () => {
    const one = await created(world);
    const end = new Date(world.now().getTime() + 7 * DAY);
    await told(one, 'AUTHORIZE', { authorizationExpiresAt: end.toISOString() });
    await after(6 * DAY - 1);
    expect(await seen(one)).toEqual([]);
    await after(1);
    expect(await seen(one)).toEqual(['AUTHORIZATION_EXPIRING OPEN']);
    await told(one, 'CAPTURE');
    expect(await seen(one)).toEqual(['AUTHORIZATION_EXPIRING AUTO_RESOLVED']);
  });

  test('CANCELLED_ORDER_AUTHORIZATION_OPEN: the void fails, a later one succeeds', async () => {
    const one = await paid(world);
    await done(world, 'COMMERCE', 'cancelOrder', { orderId: one.orderId, reason: 'test' });
    await answeredBy(world, one, 'VOID', 'FAILED');
    expect(await seen(one)).toEqual(['CANCELLED_ORDER_AUTHORIZATION_OPEN WATCHING']);
    await after(15 * MINUTE);
    expect(await seen(one)).toEqual(['CANCELLED_ORDER_AUTHORIZATION_OPEN OPEN']);
    await told(one, 'VOID');
    expect(await seen(one)).toEqual(['CANCELLED_ORDER_AUTHORIZATION_OPEN AUTO_RESOLVED']);
  });

  test('DUPLICATE_ORDER: one of the two is cancelled', async () => {
    const one = await created(world);
    const { order } = await done(world, 'STOREFRONT', 'createOrder', {
      cartGuid: one.guid,
      code: `P-${one.guid}`,
      total: EUR_129,
    });
    expect(await seen(one)).toEqual(['DUPLICATE_ORDER OPEN']);
    await done(world, 'COMMERCE', 'cancelOrder', { orderId: order.id, reason: 'test' });
    expect(await seen(one)).toEqual(['DUPLICATE_ORDER AUTO_RESOLVED']);
  });

  test('CANCEL_INVOICE_RACE: the seller has invoiced what is cancelled', async () => {
    const one = await linked(world, handled);
    const orderId = one.sellerOrderId;
    await done(world, 'SYSTEM', 'confirmOrderBySeller', { orderId });
    await done(world, 'SYSTEM', 'releaseOrderForHandling', { orderId });
    await done(world, 'SYSTEM', 'startHandling', { orderId });
    await done(world, 'COMMERCE', 'requestOrderCancellation', {
      orderId: one.orderId,
      reason: 'test',
    });
    await done(world, 'SYSTEM', 'insertInvoice', { orderId, number: 'S-1', amount: EUR_129 });

    expect(await seen(one)).toContain('CANCEL_INVOICE_RACE OPEN');
  });

  test('OVER_REFUND: a refund beyond what was taken, then its reversal', async () => {
    const one = await sold();
    await told(one, 'REFUND');
    const extra = { requestedAmount: euros('1.00'), processedAmount: euros('1.00') };
    await told(one, 'REFUND', { ...extra, gatewayTransactionId: `x-${one.guid}` });
    expect(await seen(one)).toContain('OVER_REFUND OPEN');
    world.advance(1000);
    await told(one, 'REFUND_REVERSAL', {
      ...extra,
      parentGatewayTransactionId: `x-${one.guid}`,
    });
    expect(await seen(one)).toContain('OVER_REFUND AUTO_RESOLVED');
  });

  test('ILLEGAL_PROVIDER_STATE: a snapshot settles it', async () => {
    const one = await created(world);
    const status = (word: string) =>
      done(world, 'SYSTEM', 'recordPaymentStatus', {
        paymentId: one.paymentId,
        status: word,
        occurredAt: world.now().toISOString(),
      });
    await status('CAPTURED');
    world.advance(1000);
    await status('PENDING');
    expect(await seen(one)).toEqual(['ILLEGAL_PROVIDER_STATE OPEN']);
    world.advance(1000);
    await done(world, 'SYSTEM', 'recordProviderSnapshot', {
      provider: 'acme',
      providerReference: one.reference,
      status: 'CAPTURED',
      currency: 'EUR',
      authorized: '129.00',
      captured: '129.00',
      occurredAt: world.now().toISOString(),
    });
    expect(await seen(one)).toEqual(['ILLEGAL_PROVIDER_STATE AUTO_RESOLVED']);
  });

  test('DUPLICATE_WEBHOOK: one transaction that succeeded with two amounts', async () => {
    const one = await sold();
    const id = { gatewayTransactionId: `twice-${one.guid}` };
    await told(one, 'REFUND', { ...id, processedAmount: euros('3.00') });
    world.advance(1000);
    await told(one, 'REFUND', { ...id, processedAmount: euros('2.00') });

    expect(await seen(one)).toContain('DUPLICATE_WEBHOOK OPEN');
  });

  test('CAPTURED_ORDER_CREATION_FAILED and nothing beside it', async () => {
    const cart = await aCart(world);
    await captured(world, cart);
    await creationFails(world, cart);

    expect(await seen(cart)).toEqual(['CAPTURED_ORDER_CREATION_FAILED OPEN']);
  });
});

describe('a request the provider took and never answers', () => {
  test('the release of a cancelled order, sixty days later', async () => {
    const one = await paid(world);
    await done(world, 'COMMERCE', 'cancelOrder', { orderId: one.orderId, reason: 'test' });
    await answeredBy(world, one, 'VOID', 'PENDING');
    await after(DAY - 1);
    expect(await seen(one)).toEqual([]);
    await after(1);
    expect(await seen(one)).toEqual([
      'CANCELLED_ORDER_AUTHORIZATION_OPEN WATCHING',
      'ILLEGAL_PROVIDER_STATE OPEN',
    ]);
    await after(59 * DAY);
    expect(await seen(one)).toEqual([
      'CANCELLED_ORDER_AUTHORIZATION_OPEN OPEN',
      'ILLEGAL_PROVIDER_STATE OPEN',
    ]);
    await answeredBy(world, one, 'VOID', 'SUCCEEDED');
    expect(await seen(one)).toEqual([
      'CANCELLED_ORDER_AUTHORIZATION_OPEN AUTO_RESOLVED',
      'ILLEGAL_PROVIDER_STATE AUTO_RESOLVED',
    ]);
  });

  test('a capture without a fulfillment, sixty days later', async () => {
    const one = await paid(world);
    await done(world, 'PAYMENT', 'requestCapture', { paymentId: one.paymentId, amount: EUR_129 });
    await answeredBy(world, one, 'CAPTURE', 'PENDING');
    await after(60 * DAY);
    expect(await seen(one)).toEqual(['ILLEGAL_PROVIDER_STATE OPEN']);
  });
});

describe('nothing is ever raised on the way of', () => {
  /** A month later: nothing that time alone would raise. */
  async function nothing(one: Cart): Promise<void> {
    expect(await seen(one)).toEqual([]);
    await after(31 * DAY);
    expect(await seen(one)).toEqual([]);
  }

  test('a card that is authorized, captured, sent and delivered', async () => {
    await nothing(await delivered(world));
  });

  test('a full return', async () => {
    const one = await shipped(world);
    await done(world, 'OMS', 'recordReturn', {
      fulfillmentId: one.fulfillmentId,
      reason: 'too small',
    });
    await done(world, 'PAYMENT', 'requestRefund', {
      paymentId: one.paymentId,
      amount: EUR_129,
    });
    await answeredBy(world, one, 'REFUND', 'SUCCEEDED');
    await nothing(one);
  });

  test('a deposit at shipment', async () => {
    const one = await released(world, 'AT_SHIPMENT');
    await step('startFulfilling', one.fulfillmentId);
    await step('shipFulfillment', one.fulfillmentId);
    await answeredBy(world, one, 'CAPTURE', 'SUCCEEDED');
    await step('confirmDelivery', one.fulfillmentId);
    await nothing(one);
  });

  test('a capture at order', async () => {
    const one = await planned(world, 'AT_ORDER', sold);
    await step('startFulfilling', one.fulfillmentId);
    await step('shipFulfillment', one.fulfillmentId);
    await step('confirmDelivery', one.fulfillmentId);
    await nothing(one);
  });

  test('an order cancelled before it was captured', async () => {
    const one = await paid(world);
    await done(world, 'COMMERCE', 'cancelOrder', { orderId: one.orderId, reason: 'test' });
    await answeredBy(world, one, 'VOID', 'SUCCEEDED');
    await nothing(one);
  });

  test('a marketplace with a seller, from invoice to capture', async () => {
    const one = await linked(world, handled);
    const orderId = one.sellerOrderId;
    await done(world, 'SYSTEM', 'confirmOrderBySeller', { orderId });
    await done(world, 'SYSTEM', 'releaseOrderForHandling', { orderId });
    await done(world, 'SYSTEM', 'startHandling', { orderId });
    await done(world, 'SYSTEM', 'insertInvoice', { orderId, number: 'S-1', amount: EUR_129 });
    await answeredBy(world, one, 'CAPTURE', 'SUCCEEDED');
    await nothing(one);
  });

  test('a gift card beside a card', async () => {
    const one = await created(world);
    const edit = { paymentId: one.paymentId, amount: euros('100.00') };
    await done(world, 'SUPPORT', 'editPaymentInstruction', edit);
    const { payment } = await done(world, 'STOREFRONT', 'createPayment', {
      cartGuid: one.guid,
      provider: 'acme',
      method: 'voucher',
      amount: euros('29.00'),
      partiallyConsumable: false,
    });
    const part = (amount: string) => ({
      requestedAmount: euros(amount),
      processedAmount: euros(amount),
    });
    await told(one, 'SALE', part('100.00'));
    await told({ ...one, paymentId: payment.id }, 'SALE', part('29.00'));
    const both = await planned(world, 'AT_ORDER', () => Promise.resolve(one));
    await step('startFulfilling', both.fulfillmentId);
    await step('shipFulfillment', both.fulfillmentId);
    await step('confirmDelivery', both.fulfillmentId);
    await nothing(one);
  });

  test('cash on delivery, remitted within its week', async () => {
    const cart = await aCart(world);
    const code = `O-${cart.guid}`;
    await done(world, 'PAYMENT', 'cancelPayment', { paymentId: cart.paymentId, reason: 'cash' });
    const { payment } = await done(world, 'STOREFRONT', 'createPayment', {
      cartGuid: cart.guid,
      provider: 'cash',
      method: 'cash',
      amount: EUR_129,
      collection: 'ON_DELIVERY',
      paymentRule: 'NO_VALIDATION_OR_RESERVATION',
    });
    await done(world, 'STOREFRONT', 'createOrder', { cartGuid: cart.guid, code });
    const one = { ...cart, code, paymentId: payment.id };
    const { fulfillmentId } = await planned(world, 'ON_DELIVERY', () => Promise.resolve(one));
    for (const mutation of [
      'reserveFulfillment',
      'startFulfilling',
      'shipFulfillment',
      'confirmDelivery',
    ]) {
      await step(mutation, fulfillmentId);
    }
    await after(7 * DAY - 1);
    expect(await seen(one)).toEqual([]);
    await told(one, 'SALE');
    await nothing(one);
  });
});
