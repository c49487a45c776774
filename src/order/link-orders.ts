import { type Command } from '../checkout/command';
import { orderOf, type Draft } from '../checkout/draft.rules';
import { refuse } from '../kernel/refusal';
import { rolesOf } from '../kernel/state-machine';
import { moveOrder } from './move-order.rules';
import { type Order } from './order.entity';
import { NO_MONEY, orderMachine } from './order.machine';

export interface LinkOrdersInput {
  readonly orderId: string;
  readonly sellerOrderIds: readonly string[];
}

/**
 * Links sellers' orders to their marketplace order: one marketplace order, any number of sellers' (S0.1). A seller's
 * order follows to another one only from one that does not stand any more, as when it was replaced (S0.16).
 */
export const linkOrders: Command<LinkOrdersInput> = {
  name: 'linkOrders',
  entity: 'order',
  creation: false,
  subject: 'order',
  roles: rolesOf(orderMachine, 'linkOrders'),
  keys: ({ orderId }) => [{ kind: 'ID', value: orderId, field: 'orderId' }],
  target: (draft, { orderId }) => orderOf(draft, orderId).id,
  probe: probeOf,

  check({ sellerOrderIds }) {
    const field = ['sellerOrderIds'];
    if (sellerOrderIds.length === 0) {
      refuse('GUARD_FAILED', 'At least one seller order is linked.', { field });
    }
    if (sellerOrderIds.length > 100) {
      refuse('LIMIT', 'At most 100 orders are linked at once.', { field });
    }
  },

  decide(draft, { orderId, sellerOrderIds }, { now }) {
    const order = orderOf(draft, orderId);
    if (order.side !== 'MARKETPLACE') {
      refuse('GUARD_FAILED', 'Seller orders are linked to a marketplace order.', {
        field: ['orderId'],
      });
    }
    const sellers = sellerOrderIds.map((id) => sellerOrderFor(draft, order, id));
    if (sellers.every(({ marketplaceOrderId }) => marketplaceOrderId === order.id)) return order.id;
    moveOrder(order, { trigger: 'linkOrders' }, NO_MONEY, now);
    for (const seller of sellers) seller.marketplaceOrderId = order.id;
    return order.id;
  },
};

/** A seller's order of the cart that may be linked to this one. */
function sellerOrderFor(draft: Draft, order: Order, id: string): Order {
  const field = ['sellerOrderIds'];
  const seller = draft.orders.find((row) => row.id === id);
  if (seller === undefined) return refuse('NOT_FOUND', 'The cart has no such order.', { field });
  if (seller.side !== 'SELLER') {
    refuse('GUARD_FAILED', 'One of the orders is not a seller order.', { field });
  }
  if (seller.currency !== order.currency) {
    refuse('CURRENCY_MISMATCH', 'A seller order has another currency.', { field });
  }
  if (isHeldElsewhere(draft, order, seller)) {
    refuse('GUARD_FAILED', 'A seller order is linked to another order that stands.', { field });
  }
  return seller;
}

function isHeldElsewhere(draft: Draft, order: Order, { marketplaceOrderId }: Order): boolean {
  if (marketplaceOrderId === order.id) return false;
  const other = draft.orders.find(({ id }) => id === marketplaceOrderId);
  if (other === undefined) return false;
  const isGone = ['CANCELLED', 'CANCELLING'].includes(other.status);
  return !isGone && other.replacedByOrderId === null && other.duplicateOfOrderId === null;
}

/** One seller's order of the cart that is, or may be, linked to the marketplace order. */
function probeOf(draft: Draft, orderId: string): LinkOrdersInput | null {
  const order = orderOf(draft, orderId);
  if (order.side !== 'MARKETPLACE') return null;
  const seller = draft.orders.find(
    (row) =>
      row.side === 'SELLER' &&
      row.currency === order.currency &&
      !isHeldElsewhere(draft, order, row),
  );
  return seller === undefined ? null : { orderId, sellerOrderIds: [seller.id] };
}
