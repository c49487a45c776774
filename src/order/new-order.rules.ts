import { mainOrder, type Draft, type Tools } from '../checkout/draft.rules';
import { formatDecimal, positiveAmount, type MoneyInput } from '../kernel/money';
import { refuse } from '../kernel/refusal';
import { moveOrder } from './move-order.rules';
import { type Order } from './order.entity';
import { NO_MONEY } from './order.machine';
import { startOrder, UNMOVED, type CheckoutTerms } from './register-checkout';

/** What is said of an order that has no row yet. */
export type NewOrderTerms = Omit<CheckoutTerms, 'total'> & {
  readonly total?: MoneyInput | null;
  readonly sellerId?: string | null;
  readonly marketplaceOrderId?: string | null;
};

/** The registered order that waits for its code, else a new one: the first, or a duplicate of the first. */
export function marketplaceOrderToCreate(draft: Draft, terms: NewOrderTerms, tools: Tools): Order {
  const first = mainOrder(draft);
  if (first !== null && first.code === null && first.status !== 'CANCELLED') return first;
  const total = terms.total ?? (first === null ? null : totalOf(first));
  if (total === null) {
    return refuse('GUARD_FAILED', 'The total of an order that was not registered is required.', {
      field: ['total'],
    });
  }
  if (first === null) return startOrder(draft, { ...terms, total }, tools);
  const { minorUnits, currency } = positiveAmount(total, ['total']);
  const isGone = first.status === 'CANCELLED';
  const order = Object.assign(orderLike(draft, first, tools), {
    totalMinor: minorUnits,
    currency,
    duplicateOfOrderId: isGone ? null : first.id,
  });
  if (isGone && first.code === null) takePayments(draft, { from: first, to: order });
  return order;
}

/** As an input says it. */
export function totalOf({ totalMinor, currency }: Order): MoneyInput {
  return { amount: formatDecimal(totalMinor, currency), currencyCode: currency };
}

/** An abandoned cart never was an order: what pays for the cart pays for the order it becomes after all. */
function takePayments(draft: Draft, { from, to }: { from: Order; to: Order }): void {
  for (const payment of draft.payments) if (payment.orderId === from.id) payment.orderId = to.id;
}

/**
 * A seller's order is an order of its own, linked to the marketplace's of the same cart (S0.1). A second one of the
 * same seller that stands is stored as a duplicate (E29).
 */
export function sellerOrderToCreate(draft: Draft, terms: NewOrderTerms, tools: Tools): Order {
  const market = marketplaceOrderOf(draft, terms.marketplaceOrderId ?? '');
  const sellerId = terms.sellerId ?? '';
  const total = positiveAmount(terms.total ?? { amount: '', currencyCode: '' }, ['total']);
  const first = draft.orders.find(
    (row) =>
      row.side === 'SELLER' &&
      row.sellerId === sellerId &&
      row.duplicateOfOrderId === null &&
      row.status !== 'CANCELLED',
  );
  const order = orderLike(draft, market, tools);
  return Object.assign(order, {
    side: 'SELLER',
    sellerId,
    marketplaceOrderId: market.id,
    promisedBy: terms.promisedBy ?? market.promisedBy,
    totalMinor: total.minorUnits,
    duplicateOfOrderId: first?.id ?? null,
  } satisfies Partial<Order>);
}

function marketplaceOrderOf(draft: Draft, id: string): Order {
  const field = ['marketplaceOrderId'];
  const order = draft.orders.find((row) => row.id === id);
  if (order === undefined) return refuse('NOT_FOUND', 'The cart has no such order.', { field });
  if (order.side === 'MARKETPLACE') return order;
  return refuse('GUARD_FAILED', 'A seller order is linked to a marketplace order.', { field });
}

/** One more order of the cart, described as the one beside it; nothing has happened to it. */
export function orderLike(draft: Draft, beside: Order, { newId, now }: Tools): Order {
  const order: Order = {
    ...beside,
    ...UNMOVED,
    id: newId('ord'),
    code: null,
    codeAt: null,
    status: 'CREATION_PENDING',
    statusAt: now,
    omsStatus: 'NOT_CREATED',
    erpPostingStatus: 'NOT_POSTED',
    creationFailureReason: null,
    duplicateOfOrderId: null,
    version: 1,
    createdAt: now,
    updatedAt: now,
  };
  draft.orders.push(order);
  draft.newKeys.push({ kind: 'ID', value: order.id });
  return order;
}

/** The order exists from here on: it has its code. */
export function giveCode(
  draft: Draft,
  order: Order,
  { code, trigger, now }: { code: string; trigger: 'createOrder' | 'repairOrder'; now: Date },
): void {
  moveOrder(order, { trigger }, NO_MONEY, now);
  order.code = code;
  order.codeAt = now;
  draft.newKeys.push({ kind: 'ORDER_CODE', value: code });
}
