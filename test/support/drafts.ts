import { type Draft } from '../../src/checkout/draft.rules';
import { type Evidence } from '../../src/exception/evidence.entity';
import { type ReconciliationException } from '../../src/exception/exception.entity';
import { type Order } from '../../src/order/order.entity';
import { type PaymentTransaction } from '../../src/payment/payment-transaction.entity';
import { type Payment } from '../../src/payment/payment.entity';

/** Facts in memory for rules: a captured payment of a cart whose order has no code. A test changes what it is about. */

const AT = new Date('2026-05-23T18:41:30.000Z');

export const anOrder = (more: Partial<Order> = {}): Order =>
  ({
    id: 'ord_1',
    code: null,
    side: 'MARKETPLACE',
    status: 'CREATION_FAILED',
    omsStatus: 'NOT_CREATED',
    duplicateOfOrderId: null,
    replacedByOrderId: null,
    ...more,
  }) as Order;

export const aPayment = (more: Partial<Payment> = {}): Payment =>
  ({
    id: 'pay_1',
    orderId: 'ord_1',
    provider: 'acme',
    providerReference: 'pi_1',
    method: 'card',
    moneyState: 'CAPTURED',
    amountSource: 'REPORTED',
    refunded: 0n,
    ...more,
  }) as Payment;

export const aCapture = (more: Partial<PaymentTransaction> = {}): PaymentTransaction =>
  ({
    id: 'ptx_1',
    paymentId: 'pay_1',
    type: 'CAPTURE',
    status: 'SUCCEEDED',
    gatewayTransactionId: 'ch_1',
    processedMinor: 12900n,
    method: null,
    recordedAt: AT,
    ...more,
  }) as PaymentTransaction;

export const anException = (more: Partial<ReconciliationException> = {}): ReconciliationException =>
  ({
    id: 'exc_1',
    kind: 'CAPTURED_ORDER_CREATION_FAILED',
    status: 'ASSIGNED',
    occurrence: 1,
    subjectType: 'PAYMENT',
    paymentId: 'pay_1',
    customerCharged: 'YES',
    orderFulfillable: 'YES',
    decision: null,
    repairAction: null,
    originalIdempotencyKey: null,
    refundReason: null,
    holdDecider: null,
    holdDecideBy: null,
    preservedIdentifiers: [],
    actionReference: null,
    customerMessageId: null,
    firstKnownAt: AT,
    ...more,
  }) as ReconciliationException;

export const anEvidence = (kind: Evidence['kind'], more: Partial<Evidence> = {}): Evidence =>
  ({
    id: `evd_${kind}`,
    exceptionId: 'exc_1',
    kind,
    available: true,
    attachedAt: AT,
    ...more,
  }) as Evidence;

export function aDraft(more: Partial<Draft> = {}): Draft {
  return {
    checkout: { id: 'chk_1', guid: 'cart-1' } as Draft['checkout'],
    newKeys: [],
    knownKeys: [],
    orders: [anOrder()],
    payments: [aPayment()],
    facts: [{ paymentId: 'pay_1', deliveryId: 'wdl_1' } as Draft['facts'][number]],
    transactions: [aCapture()],
    fulfillments: [],
    interactions: [],
    exceptions: [anException()],
    evidence: [],
    closureNotes: [],
    texts: [],
    deliveries: [],
    ...more,
  };
}
