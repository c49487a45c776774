import { randomUUID } from 'node:crypto';
import {
  captureFailed,
  capturing,
  created,
  delivered,
  done,
  fulfilling,
  fulfillmentCaptured,
  handled,
  linked,
  paid,
  planned,
  released,
  shipped,
} from './order-stories';
import { aCart, capturedWithoutOrder, EUR_129, triaged, attachAll } from './stories';
import { type World } from './world';

/** Who does it, and a valid input on a world made for it. */
export type Prepared = readonly [role: string, input: object];

const EUR_29 = { amount: '29.00', currencyCode: 'EUR' };

/** The newest transaction of a payment with this status. */
async function transactionId(world: World, paymentId: string, status: string): Promise<string> {
  const { data } = await world.ask(
    'reader@example.com; roles=PAYMENT',
    'query T($id: ID!) { payment(id: $id) { transactions { id status } } }',
    { id: paymentId },
  );
  return data.payment.transactions.findLast((one: any) => one.status === status).id;
}

async function told(world: World, paymentId: string, type: string, result: string) {
  return done(world, 'SYSTEM', 'recordTransactionResult', {
    paymentId,
    type,
    result,
    requestedAmount: EUR_129,
    gatewayTransactionId: `${type}-${paymentId}`,
    ...(result === 'INDETERMINATE' ? { indeterminateCause: 'NETWORK' } : {}),
  });
}

/** A decided repair. */
async function decidedRepair(world: World) {
  const cart = await capturedWithoutOrder(world);
  const { exceptionId } = cart;
  await triaged(world, exceptionId);
  await attachAll(world, exceptionId);
  await done(world, 'COMMERCE', 'decideException', {
    exceptionId,
    decision: 'REPAIR_ORDER',
    reason: 'the cart is intact and stock is there',
    repairAction: 'ADDRESS_FIX',
  });
  return cart;
}

/** Orders, payments and fulfillments: every mutation about them, ready to succeed. */
export const PREPARED: Readonly<Record<string, (world: World) => Promise<Prepared>>> = {
  repairOrder: async (world) => {
    const { orderId, paymentId, exceptionId, guid } = await decidedRepair(world);
    const input = { orderId, code: `R-${guid}`, paymentIds: [paymentId], exceptionId };
    return ['COMMERCE', { ...input, action: 'ADDRESS_FIX' }];
  },
  confirmOrderBySeller: async (world) => [
    'SYSTEM',
    { orderId: (await linked(world)).sellerOrderId },
  ],
  releaseOrderForHandling: async (world) => ['COMMERCE', { orderId: (await paid(world)).orderId }],
  startHandling: async (world) => {
    const { orderId } = await paid(world);
    await done(world, 'COMMERCE', 'releaseOrderForHandling', { orderId });
    return ['OMS', { orderId }];
  },
  insertInvoice: async (world) => {
    const { orderId } = await handled(world);
    return ['OMS', { orderId, number: 'I-1', amount: EUR_129 }];
  },
  requestOrderCancellation: async (world) => [
    'SUPPORT',
    { orderId: (await paid(world)).orderId, reason: 'the customer called' },
  ],
  denyOrderCancellation: async (world) => {
    const { orderId } = await paid(world);
    const reason = 'it is packed already';
    await done(world, 'SUPPORT', 'requestOrderCancellation', { orderId, reason });
    return ['COMMERCE', { orderId, reason }];
  },
  cancelOrder: async (world) => [
    'COMMERCE',
    { orderId: (await paid(world)).orderId, reason: 'the customer called' },
  ],
  replaceOrder: async (world) => {
    const { orderId, guid } = await created(world);
    await done(world, 'COMMERCE', 'cancelOrder', { orderId, reason: 'the customer called' });
    const payments = [{ provider: 'acme', providerReference: `pi_${randomUUID()}` }];
    return ['COMMERCE', { orderId, code: `N-${guid}`, payments }];
  },
  linkOrders: async (world) => {
    const { orderId, sellerOrderId } = await linked(world);
    return ['COMMERCE', { orderId, sellerOrderIds: [sellerOrderId] }];
  },
  markDuplicateOrder: async (world) => {
    const { orderId, guid } = await created(world);
    const { order } = await done(world, 'STOREFRONT', 'createOrder', {
      cartGuid: guid,
      code: `D-${guid}`,
    });
    return ['COMMERCE', { orderId: order.id, duplicateOfOrderId: orderId }];
  },
  recordOmsStatus: async (world) => [
    'OMS',
    { orderId: (await paid(world)).orderId, status: 'REJECTED', cause: 'INVENTORY' },
  ],
  recordErpPosting: async (world) => [
    'FINANCE',
    {
      orderId: (await paid(world)).orderId,
      subject: 'INVOICE',
      subjectId: 'I-1',
      status: 'POSTED',
      document: 'ERP-1',
    },
  ],
  recordOrderInteraction: async (world) => [
    'SYSTEM',
    {
      orderId: (await paid(world)).orderId,
      message: 'Settlement operation has returned Failed',
      sourceSystem: 'oms',
    },
  ],
  primePayments: async (world) => ['SYSTEM', { orderId: (await created(world)).orderId }],
  grantRefund: async (world) => {
    const { orderId } = await fulfillmentCaptured(world);
    return ['FINANCE', { orderId, amount: EUR_29, reason: 'the socks have a hole' }];
  },
  requestCapture: async (world) => [
    'PAYMENT',
    { paymentId: (await paid(world)).paymentId, amount: EUR_29 },
  ],
  requestVoid: async (world) => ['PAYMENT', { paymentId: (await paid(world)).paymentId }],
  requestRefund: async (world) => {
    const { orderId, paymentId } = await fulfillmentCaptured(world);
    const reason = 'the socks have a hole';
    await done(world, 'FINANCE', 'grantRefund', { orderId, amount: EUR_29, reason });
    return ['PAYMENT', { paymentId, amount: EUR_29 }];
  },
  recordPaymentStatus: async (world) => [
    'SYSTEM',
    { paymentId: (await aCart(world)).paymentId, status: 'PENDING', providerStatus: 'pending' },
  ],
  recordExternalTransaction: async (world) => [
    'ADMIN',
    {
      paymentId: (await paid(world)).paymentId,
      type: 'CAPTURE',
      amount: EUR_129,
      evidenceReference: 'portal-screenshot-1',
    },
  ],
  resolveIndeterminateTransaction: async (world) => {
    const { paymentId } = await paid(world);
    await told(world, paymentId, 'CAPTURE', 'INDETERMINATE');
    return [
      'ADMIN',
      {
        paymentId,
        transactionId: await transactionId(world, paymentId, 'INDETERMINATE'),
        result: 'SUCCEEDED',
        processedAmount: EUR_129,
        evidenceReference: 'portal-screenshot-1',
      },
    ];
  },
  cancelPayment: async (world) => [
    'PAYMENT',
    { paymentId: (await aCart(world)).paymentId, reason: 'the shopper left' },
  ],
  editPaymentInstruction: async (world) => [
    'SUPPORT',
    { paymentId: (await aCart(world)).paymentId, instrumentReference: 'card-token-2' },
  ],
  attachPaymentToOrder: async (world) => {
    const { orderId } = await created(world);
    const reference = `pi_${randomUUID()}`;
    await world.deliver({
      psp_reference: reference,
      capture_id: `ch_${reference}`,
      amount: '129.00',
      currency: 'EUR',
      capture_timestamp: world.now().toISOString(),
      webhook_event_id: `evt_${reference}`,
    });
    const { data } = await world.ask(
      'reader@example.com; roles=PAYMENT',
      'query P($r: String!) { payment(provider: "acme", providerReference: $r) { id } }',
      { r: reference },
    );
    return [
      'COMMERCE',
      { paymentId: data.payment.id, orderId, evidenceReference: 'support-case-1' },
    ];
  },
  recordTransactionEvent: async (world) => {
    const { paymentId } = await paid(world);
    return [
      'SYSTEM',
      {
        paymentId,
        transactionId: await transactionId(world, paymentId, 'SUCCEEDED'),
        message: 'Error: Response was Entity_Declined',
      },
    ];
  },
  recordDispute: async (world) => {
    const { paymentId } = await fulfillmentCaptured(world);
    return ['SYSTEM', { paymentId, disputeId: 'dp_1', amount: EUR_129, state: 'OPEN' }];
  },
  acceptChargeback: async (world) => {
    const { paymentId } = await fulfillmentCaptured(world);
    const dispute = { paymentId, disputeId: `dp_${randomUUID()}`, amount: EUR_129 };
    await done(world, 'SYSTEM', 'recordDispute', { ...dispute, state: 'OPEN' });
    const open = await transactionId(world, paymentId, 'PENDING');
    return ['FINANCE', { paymentId, transactionId: open, reason: 'nothing to contest' }];
  },
  createFulfillment: async (world) => [
    'OMS',
    { orderId: (await paid(world)).orderId, total: EUR_129 },
  ],
  reserveFulfillment: async (world) => [
    'OMS',
    { fulfillmentId: (await planned(world)).fulfillmentId },
  ],
  captureFulfillment: async (world) => [
    'OMS',
    { fulfillmentId: (await released(world)).fulfillmentId },
  ],
  overrideFulfillmentStatus: async (world) => {
    const part = await capturing(world);
    world.advance(16 * 60_000);
    await world.sweep();
    const open = await transactionId(world, part.paymentId, 'NEW');
    return [
      'ADMIN',
      {
        fulfillmentId: part.fulfillmentId,
        status: 'PAYMENT_CAPTURED',
        reason: 'the processor shows the capture',
        evidenceReference: 'portal-screenshot-1',
        results: [{ transactionId: open, result: 'SUCCEEDED', processedAmount: EUR_129 }],
      },
    ];
  },
  resolveCapture: async (world) => {
    const { fulfillmentId, paymentId } = await captureFailed(world);
    return [
      'ADMIN',
      {
        fulfillmentId,
        externalCaptures: [{ paymentId, amount: EUR_129 }],
        evidenceReference: 'portal-screenshot-1',
      },
    ];
  },
  retryCapture: async (world) => {
    const { fulfillmentId, orderId } = await captureFailed(world);
    await settleExceptions(world, orderId);
    return ['ADMIN', { fulfillmentId }];
  },
  cancelFulfillment: async (world) => [
    'OMS',
    { fulfillmentId: (await released(world)).fulfillmentId, reason: 'no stock' },
  ],
  startFulfilling: async (world) => [
    'OMS',
    { fulfillmentId: (await fulfillmentCaptured(world)).fulfillmentId },
  ],
  shipFulfillment: async (world) => [
    'OMS',
    { fulfillmentId: (await fulfilling(world)).fulfillmentId },
  ],
  confirmDelivery: async (world) => [
    'OMS',
    { fulfillmentId: (await shipped(world)).fulfillmentId },
  ],
  recordReturn: async (world) => [
    'OMS',
    { fulfillmentId: (await delivered(world)).fulfillmentId, reason: 'it did not fit' },
  ],
  splitFulfillment: async (world) => [
    'OMS',
    { fulfillmentId: (await planned(world)).fulfillmentId, items: [{ reference: 'socks' }] },
  ],
};

/** Answers both questions of every live exception of an order, so that nothing is frozen by them. */
async function settleExceptions(world: World, orderId: string): Promise<void> {
  const { data } = await world.ask(
    'reader@example.com; roles=COMMERCE',
    'query E($id: ID!) { order(id: $id) { exceptions(live: true) { id status } } }',
    { id: orderId },
  );
  for (const { id, status } of data.order.exceptions) {
    if (status === 'AWAITING_CLOSURE' || status === 'WATCHING') continue;
    await done(world, 'COMMERCE', 'triageException', {
      exceptionId: id,
      customerCharged: 'NO',
      orderFulfillable: 'YES',
    });
  }
}
