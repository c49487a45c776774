import { providerReferenceKey } from './checkout/checkout-key.rules';
import { type RowReader } from './checkout/row-reader';
import { type Checkout } from './checkout/checkout.entity';
import { type PersonalText } from './checkout/personal-text.entity';
import { batchMany, batchOne } from './db/batch';
import { type Sql } from './db/database';
import { paddedList } from './db/rows';
import { toNumber } from './db/values';
import { type ClosureNote } from './exception/closure-note.entity';
import { type Evidence } from './exception/evidence.entity';
import { type ReconciliationException } from './exception/exception.entity';
import { type Fulfillment } from './fulfillment/fulfillment.entity';
import { type Order } from './order/order.entity';
import { type PaymentFact } from './payment/payment-fact.entity';
import { type PaymentTransaction } from './payment/payment-transaction.entity';
import { type Payment } from './payment/payment.entity';
import { seesMoney, seesOrder } from './order/visibility.rules';
import { type Actor } from './kernel/actor';

/**
 * One statement per level of a query, however wide the level is. Made anew for each request and after each write.
 * What the actor may not see is not found here, whichever way it is asked for.
 */
export function createLoaders(reader: RowReader, actor: Actor, sql: Sql) {
  const visible = visibleRows(reader, actor);
  return {
    checkoutById: batchOne<Checkout>(
      (row) => row.id,
      (ids) => reader.checkouts(ids),
    ),
    ...orderLoaders(visible),
    ...paymentLoaders(visible),
    ...fulfillmentLoaders(visible),
    ...exceptionLoaders(visible, reader),
    replaysOfEvent: batchOne<Replays>(
      (row) => row.event,
      (events) => countReplays(sql, events),
    ),
  };
}

type Visible = ReturnType<typeof visibleRows>;

/** Reads that leave out what the actor may not see. */
function visibleRows(reader: RowReader, actor: Actor) {
  const orders = async (property: 'id' | 'code' | 'checkoutId', values: string[]) =>
    (await reader.rows('orders', property, values)).filter((row) => seesOrder(actor, row));
  const money = async <Row>(rows: () => Promise<Row[]>): Promise<Row[]> =>
    seesMoney(actor) ? rows() : [];
  const ofSeenOrder = async <Row extends { readonly orderId: string | null }>(rows: Row[]) => {
    if (seesMoney(actor)) return rows;
    const ids = rows.flatMap(({ orderId }) => orderId ?? []);
    const seen = new Set((await orders('id', ids)).map(({ id }) => id));
    return rows.filter(({ orderId }) => orderId !== null && seen.has(orderId));
  };
  return {
    orders,
    /** What a shopper's view, and a seller's of the payment, is derived from; not to be shown by itself. */
    unshownOrders: async (ids: string[]) => reader.rows('orders', 'id', ids),
    unshownPayments: async (orderIds: string[]) => reader.rows('payments', 'orderId', orderIds),
    payments: async (property: 'id' | 'orderId' | 'providerReference', values: string[]) =>
      money(() => reader.rows('payments', property, values)),
    transactions: async (ids: string[]) =>
      money(() => reader.rows('transactions', 'paymentId', ids)),
    facts: async (ids: string[]) => money(() => reader.rows('facts', 'paymentId', ids)),
    evidence: async (ids: string[]) => money(() => reader.rows('evidence', 'exceptionId', ids)),
    closureNotes: async (ids: string[]) =>
      money(() => reader.rows('closureNotes', 'exceptionId', ids)),
    /** A seller's people see the fulfillments and exceptions of their own orders. */
    fulfillments: async (property: 'id' | 'orderId', values: string[]) =>
      ofSeenOrder(await reader.rows('fulfillments', property, values)),
    exceptions: async (property: 'id' | 'checkoutId' | 'paymentId', values: string[]) =>
      ofSeenOrder(await reader.rows('exceptions', property, values)),
  };
}

function orderLoaders({ orders, unshownOrders }: Visible) {
  return {
    unshownOrderById: batchOne<Order>((row) => row.id, unshownOrders),
    orderById: batchOne<Order>(
      (row) => row.id,
      (ids) => orders('id', ids),
    ),
    orderByCode: batchOne<Order>(
      (row) => row.code ?? '',
      (codes) => orders('code', codes),
    ),
    ordersByCheckoutId: batchMany<Order>(
      (row) => row.checkoutId,
      (ids) => orders('checkoutId', ids),
    ),
  };
}

function paymentLoaders({ payments, unshownPayments, transactions, facts }: Visible) {
  return {
    paymentById: batchOne<Payment>(
      (row) => row.id,
      (ids) => payments('id', ids),
    ),
    paymentByReference: batchOne<Payment>(
      (row) => providerReferenceKey(row.provider, row.providerReference ?? ''),
      (keys) => payments('providerReference', keys.map(referenceOf)),
    ),
    paymentsByOrderId: batchMany<Payment>(
      (row) => row.orderId ?? '',
      (ids) => payments('orderId', ids),
    ),
    unshownPaymentsByOrderId: batchMany<Payment>((row) => row.orderId ?? '', unshownPayments),
    transactionsByPaymentId: batchMany<PaymentTransaction>((row) => row.paymentId, transactions),
    factsByPaymentId: batchMany<PaymentFact>((row) => row.paymentId, facts),
  };
}

function fulfillmentLoaders({ fulfillments }: Visible) {
  return {
    fulfillmentById: batchOne<Fulfillment>(
      (row) => row.id,
      (ids) => fulfillments('id', ids),
    ),
    fulfillmentsByOrderId: batchMany<Fulfillment>(
      (row) => row.orderId,
      (ids) => fulfillments('orderId', ids),
    ),
  };
}

function exceptionLoaders({ exceptions, evidence, closureNotes }: Visible, reader: RowReader) {
  return {
    exceptionById: batchOne<ReconciliationException>(
      (row) => row.id,
      (ids) => exceptions('id', ids),
    ),
    exceptionsByCheckoutId: batchMany<ReconciliationException>(
      (row) => row.checkoutId,
      (ids) => exceptions('checkoutId', ids),
    ),
    exceptionsByPaymentId: batchMany<ReconciliationException>(
      (row) => row.paymentId ?? '',
      (ids) => exceptions('paymentId', ids),
    ),
    evidenceByExceptionId: batchMany<Evidence>((row) => row.exceptionId, evidence),
    closureNotesByExceptionId: batchMany<ClosureNote>((row) => row.exceptionId, closureNotes),
    textById: batchOne<PersonalText>(
      (row) => row.id,
      (ids) => reader.rows('texts', 'id', ids),
    ),
  };
}

/** How often an event, named `provider event-id`, was delivered in all. */
interface Replays {
  readonly event: string;
  readonly n: number;
}

export type Loaders = ReturnType<typeof createLoaders>;

/** The reference of a `provider:reference` key; a provider's name has no colon. */
function referenceOf(key: string): string {
  return key.slice(key.indexOf(':') + 1);
}

async function countReplays(sql: Sql, events: string[]): Promise<Replays[]> {
  const ids = paddedList(events.map((event) => event.slice(event.indexOf(' ') + 1)));
  const rows = await sql.query<{ provider: string; event: string; n: unknown }>(
    'SELECT `provider`, `event_id` AS `event`, COUNT(*) AS `n` FROM `webhook_delivery` ' +
      `WHERE \`event_id\` IN (${ids.map(() => '?').join(', ')}) GROUP BY \`provider\`, \`event_id\``,
    ids,
  );
  return rows.map(({ provider, event, n }) => ({ event: `${provider} ${event}`, n: toNumber(n) }));
}
