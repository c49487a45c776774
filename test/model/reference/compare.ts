import { type Fulfillment as FulfillmentRow } from '../../../src/fulfillment/fulfillment.entity';
import { type Order as OrderRow } from '../../../src/order/order.entity';
import { type PaymentTransaction } from '../../../src/payment/payment-transaction.entity';
import { type Payment as PaymentRow } from '../../../src/payment/payment.entity';
import {
  captureResultOf,
  capturesOf,
  finalizedOf,
  finalizingOf,
  reservedOf,
  reservingOf,
  unclaimedOf,
} from './fulfillment';
import {
  failedOutstandingOf,
  isUnderWay,
  moneyStateOf,
  outcomeOf,
  statusOf,
  sumsOf,
} from './money';
import { invoicedOf } from './settle';
import { transactionsOf, type Cart, type Fulfillment, type Order, type Payment } from './world';

/** What the product stores, by table. */
export interface Stored {
  readonly orders: readonly OrderRow[];
  readonly payments: readonly PaymentRow[];
  readonly transactions: readonly PaymentTransaction[];
  readonly fulfillments: readonly FulfillmentRow[];
}

/** Every difference between what the tables say and what is stored, as sentences. */
export function differences(carts: readonly Cart[], stored: Stored): string[] {
  const found: string[] = [];
  const say = (subject: string, field: string, expected: unknown, actual: unknown) => {
    if (String(expected) !== String(actual)) {
      found.push(`${subject}.${field}: expected ${String(expected)}, is ${String(actual)}`);
    }
  };
  for (const cart of carts) {
    cart.orders.forEach((order, index) => {
      const row = stored.orders.find(({ id }) => id === order.id);
      for (const [field, value] of Object.entries(orderOf(order))) {
        say(`${cart.guid} order ${index}`, field, value, row?.[field as keyof OrderRow]);
      }
      say(`${cart.guid} order ${index}`, 'Σ invoices', invoicedOf(order), sumOf(row?.invoices));
    });
    cart.payments.forEach((payment, index) => {
      const row = stored.payments.find(({ id }) => id === payment.id);
      for (const [field, value] of Object.entries(paymentOf(payment))) {
        if (value === undefined) continue;
        say(`${cart.guid} payment ${index}`, field, value, row?.[field as keyof PaymentRow]);
      }
    });
    for (const one of transactionsOf(cart)) {
      const row = stored.transactions.find(({ id }) => id === one.id);
      const { status, processed } = outcomeOf(one);
      say(`${cart.guid} ${one.type} ${String(one.id)}`, 'status', status, row?.status);
      if (status === 'SUCCEEDED')
        say(`${cart.guid} ${one.type}`, 'processed', processed, row?.processedMinor);
    }
    cart.fulfillments.forEach((one, index) => {
      const row = stored.fulfillments.find(({ id }) => id === one.id);
      for (const [field, value] of Object.entries(fulfillmentOf(one))) {
        say(
          `${cart.guid} fulfillment ${index}`,
          field,
          value,
          row?.[field as keyof FulfillmentRow],
        );
      }
    });
  }
  say('the world', 'orders', carts.flatMap(({ orders }) => orders).length, stored.orders.length);
  say(
    'the world',
    'payments',
    carts.flatMap(({ payments }) => payments).length,
    stored.payments.length,
  );
  say(
    'the world',
    'fulfillments',
    carts.flatMap((cart) => cart.fulfillments).length,
    stored.fulfillments.length,
  );
  say(
    'the world',
    'transactions',
    carts.flatMap(transactionsOf).length,
    stored.transactions.length,
  );
  return found;
}

const sumOf = (invoices: OrderRow['invoices'] = []): bigint =>
  invoices.reduce((total, { amountMinor }) => total + BigInt(amountMinor), 0n);

const orderOf = (order: Order): Partial<Record<keyof OrderRow, unknown>> => ({
  code: order.code,
  status: order.status,
  omsStatus: order.omsStatus,
  totalMinor: order.total,
  // What cancelling an order as a whole makes of what is payable, no row says.
  ...(['CANCELLING', 'CANCELLED'].includes(order.status)
    ? {}
    : { cancelledMinor: order.cancelled }),
  duplicateOfOrderId: order.duplicateOf?.id ?? null,
  marketplaceOrderId: order.marketplace?.id ?? null,
  replacedByOrderId: order.replacedBy?.id ?? null,
  replacesOrderId: order.replaces?.id ?? null,
});

function paymentOf(payment: Payment): Partial<Record<keyof PaymentRow, unknown>> {
  // Which bucket a SALE under way stands in, the documents leave open.
  const { capturingOpen: capturing, ...sums } = sumsOf(payment);
  const hasSale = sums.capturing !== capturing;
  const outstanding = failedOutstandingOf(payment);
  return {
    status: statusOf(payment),
    moneyState: moneyStateOf(payment),
    orderId: payment.order?.id ?? null,
    expected: payment.expected,
    ...sums,
    capturing: hasSale ? undefined : capturing,
    ...(outstanding === null ? {} : { failedOutstanding: outstanding }),
  };
}

function fulfillmentOf(one: Fulfillment): Partial<Record<keyof FulfillmentRow, unknown>> {
  // While a capture is under way no row says what came of them.
  const isOver = !capturesOf(one).some(isUnderWay);
  return {
    status: one.status,
    totalMinor: one.total,
    finalizedMinor: finalizedOf(one),
    finalizingMinor: finalizingOf(one),
    reservingMinor: reservingOf(one),
    ...(one.status === 'CANCELLED' || isTaken(one) ? {} : { reservedMinor: reservedOf(one) }),
    ...(isOver ? { captureResult: captureResultOf(one) } : {}),
  };
}

/** An authorization it counted on was released or ran out: what is left of its reservation, no row says. */
const isTaken = ({ claims }: Fulfillment): boolean =>
  claims.some(({ payment }) => {
    const { voiding, voided, expired } = sumsOf(payment);
    return voiding + voided + expired > 0n && unclaimedOf(payment) < 0n;
  });
