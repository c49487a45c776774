import { type Draft } from '../../../src/checkout/draft.rules';
import { type Claim, type Fulfillment } from '../../../src/fulfillment/fulfillment.entity';
import { type Order } from '../../../src/order/order.entity';
import { type PaymentTransaction } from '../../../src/payment/payment-transaction.entity';
import { type Payment } from '../../../src/payment/payment.entity';

/** Facts in memory for the shares of fulfillments. Ids sort as they are numbered: ful_05 is younger than ptx_04. */

export const order = (more: Partial<Order> = {}): Order =>
  ({
    id: 'ord_1',
    side: 'MARKETPLACE',
    currency: 'EUR',
    totalMinor: 300n,
    cancelledMinor: 0n,
    invoices: [],
    refundGrants: [],
    marketplaceOrderId: null,
    ...more,
  }) as unknown as Order;

export const payment = (id: string, more: Partial<Payment> = {}): Payment =>
  ({
    id,
    orderId: 'ord_1',
    currency: 'EUR',
    status: 'AUTHORIZED',
    priority: 0,
    authorized: 0n,
    captured: 0n,
    voided: 0n,
    expired: 0n,
    capturing: 0n,
    voiding: 0n,
    validationMinor: 0n,
    ...more,
  }) as unknown as Payment;

export const claim = (paymentId: string, amount: bigint, more: Partial<Claim> = {}): Claim => ({
  paymentId,
  amountMinor: amount.toString(),
  heldMinor: '0',
  backed: true,
  ...more,
});

export const part = (id: string, totalMinor: bigint, more: Partial<Fulfillment> = {}) =>
  ({
    id,
    checkoutId: 'chk_1',
    orderId: 'ord_1',
    status: 'PAYMENT_CAPTURED',
    currency: 'EUR',
    totalMinor,
    items: [],
    claims: [],
    splitFromId: null,
    ...more,
  }) as unknown as Fulfillment;

export const transaction = (
  id: string,
  type: string,
  amount: bigint,
  more: Partial<PaymentTransaction> = {},
): PaymentTransaction =>
  ({
    id,
    paymentId: 'pay_1',
    type,
    status: 'SUCCEEDED',
    requestedMinor: amount,
    processedMinor: amount,
    currency: 'EUR',
    fulfillmentId: null,
    gatewayTransactionId: `gw_${id}`,
    naturalKey: `key_${id}`,
    parentKey: null,
    ...more,
  }) as unknown as PaymentTransaction;

export const draft = (more: Partial<Draft>): Draft =>
  ({
    checkout: { id: 'chk_1' },
    newKeys: [],
    knownKeys: [],
    orders: [order()],
    payments: [],
    facts: [],
    transactions: [],
    fulfillments: [],
    exceptions: [],
    ...more,
  }) as unknown as Draft;
