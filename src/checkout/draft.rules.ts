import { type ClosureNote } from '../exception/closure-note.entity';
import { type Evidence } from '../exception/evidence.entity';
import { type ReconciliationException } from '../exception/exception.entity';
import { type Fulfillment } from '../fulfillment/fulfillment.entity';
import { type Actor } from '../kernel/actor';
import { type Calendar } from '../kernel/calendar';
import { type IdPrefix } from '../kernel/id';
import { type Limits } from '../kernel/limits';
import { refuse } from '../kernel/refusal';
import { type OrderInteraction } from '../order/order-interaction.entity';
import { type Order } from '../order/order.entity';
import { type PaymentFact } from '../payment/payment-fact.entity';
import { type PaymentTransaction } from '../payment/payment-transaction.entity';
import { type Payment } from '../payment/payment.entity';
import { type WebhookDelivery } from '../webhook/webhook-delivery.entity';
import { type CheckoutKey } from './checkout-key.entity';
import { type Checkout } from './checkout.entity';
import { type PersonalText } from './personal-text.entity';

/** Rows of the checkout by table. A command changes them in memory; what changed is journaled and written. */
export interface Rows {
  orders: Order[];
  payments: Payment[];
  facts: PaymentFact[];
  transactions: PaymentTransaction[];
  fulfillments: Fulfillment[];
  interactions: OrderInteraction[];
  exceptions: ReconciliationException[];
  evidence: Evidence[];
  closureNotes: ClosureNote[];
  texts: PersonalText[];
  deliveries: WebhookDelivery[];
}

/** No rows of any table; its keys are the tables in the order they are read and written. */
export const noRows = (): Rows => ({
  orders: [],
  payments: [],
  facts: [],
  transactions: [],
  fulfillments: [],
  interactions: [],
  exceptions: [],
  evidence: [],
  closureNotes: [],
  texts: [],
  deliveries: [],
});

export const TABLE_NAMES = Object.keys(noRows()) as (keyof Rows)[];

/** The aggregate in memory: one checkout with everything that belongs to it. */
export interface Draft extends Rows {
  checkout: Checkout;
  /** Keys that are new: names the checkout will be found by. */
  newKeys: Pick<CheckoutKey, 'kind' | 'value'>[];
  /** Those of the command's keys by which it was found. */
  knownKeys: readonly Pick<CheckoutKey, 'kind' | 'value'>[];
}

/** The checkout will be found by this name; nothing happens when it is already. */
export function nameCheckout(
  { newKeys, knownKeys }: Draft,
  kind: CheckoutKey['kind'],
  value: string,
): void {
  const isSame = (key: Pick<CheckoutKey, 'kind' | 'value'>) =>
    key.kind === kind && key.value === value;
  if (!knownKeys.some(isSame) && !newKeys.some(isSame)) newKeys.push({ kind, value });
}

/** Something asked of the service that owns the connection to a provider; journaled, never called. */
export interface Intent {
  readonly action:
    | 'FETCH_PROVIDER_RESOURCE'
    | 'AUTHORIZE'
    | 'CAPTURE'
    | 'SALE'
    | 'VOID'
    | 'REFUND'
    | 'CANCEL_PAYMENT';
  readonly subjectType: string;
  readonly subjectId: string;
  readonly details: Readonly<Record<string, string | null>>;
}

/** What a decision may use beside the facts: who, when, and how to name new things. */
export interface Tools {
  readonly actor: Actor;
  readonly now: Date;
  readonly calendar: Calendar;
  readonly limits: Limits;
  readonly newId: (prefix: IdPrefix) => string;
  readonly intend: (intent: Intent) => void;
  /** Says why a subject changes; shown in its journal. */
  readonly explain: (subjectId: string, reason: string) => void;
}

/**
 * The marketplace order of the checkout that is neither a duplicate nor replaced; one that stands before one that was
 * cancelled. Null while there is none.
 */
export function mainOrder(draft: Draft): Order | null {
  const [first = null, ...others] = draft.orders.filter(
    ({ side, duplicateOfOrderId, replacedByOrderId }) =>
      side === 'MARKETPLACE' && duplicateOfOrderId === null && replacedByOrderId === null,
  );
  if (first?.status !== 'CANCELLED') return first;
  return others.find(({ status }) => status !== 'CANCELLED') ?? first;
}

/**
 * The order whose payments pay for this one: a seller's goods are paid on the marketplace order (S0.2), or on the one
 * that replaced it (S0.16).
 */
export function payingOrder(draft: Pick<Draft, 'orders'>, order: Order): Order {
  if (order.side === 'MARKETPLACE') return order;
  let paying = draft.orders.find(({ id }) => id === order.marketplaceOrderId) ?? order;
  for (let next: Order | undefined = paying; next !== undefined;) {
    paying = next;
    const { replacedByOrderId } = paying;
    next = draft.orders.find(({ id }) => id === replacedByOrderId);
  }
  return paying;
}

/** Seller orders linked to a marketplace order, or to one it replaces. */
export function linkedSellers(draft: Draft, order: Order): Order[] {
  return draft.orders.filter(
    (row) =>
      row.side === 'SELLER' &&
      (row.marketplaceOrderId === order.id || payingOrder(draft, row).id === order.id),
  );
}

export function paymentOf(draft: Draft, id: string): Payment {
  return draft.payments.find((row) => row.id === id) ?? notFound('payment', 'paymentId');
}

export function orderOf(draft: Draft, id: string): Order {
  return draft.orders.find((row) => row.id === id) ?? notFound('order', 'orderId');
}

export function fulfillmentOf(draft: Draft, id: string): Fulfillment {
  return (
    draft.fulfillments.find((row) => row.id === id) ?? notFound('fulfillment', 'fulfillmentId')
  );
}

export function exceptionOf(draft: Draft, id: string): ReconciliationException {
  return draft.exceptions.find((row) => row.id === id) ?? notFound('exception', 'exceptionId');
}

function notFound(what: string, field: string): never {
  return refuse('NOT_FOUND', `There is no such ${what}.`, { field: [field] });
}
