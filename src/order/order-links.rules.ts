import { type Order } from './order.entity';

/**
 * Two orders of a cart that name each other: a marketplace order and a seller's, an order and what it replaces or
 * duplicates. Two sellers' orders are not linked to each other.
 */
export function isLinked(one: Order, other: Order): boolean {
  return names(one, other) || names(other, one);
}

function names(from: Order, { id }: Order): boolean {
  return [
    from.marketplaceOrderId,
    from.replacesOrderId,
    from.replacedByOrderId,
    from.duplicateOfOrderId,
  ].includes(id);
}
