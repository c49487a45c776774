import { step } from '../kernel/state-machine';
import { type Order } from './order.entity';
import { orderMachine, type OrderFacts, type OrderStatus } from './order.machine';

/**
 * Takes an edge of the order machine. Answers false, and does nothing, where the order is already in the state it
 * would lead to (vendure#3734: the same state again is a success, and has no second effect).
 */
export function moveOrder(
  order: Order,
  move: { readonly trigger: string; readonly to?: OrderStatus },
  facts: OrderFacts,
  now: Date,
): boolean {
  const targets = orderMachine.edges.filter(({ trigger }) => trigger === move.trigger);
  const leaves = targets.some(({ from }) => from?.includes(order.status));
  if (!leaves && targets.some(({ to }) => to === order.status)) return false;
  const next = step(orderMachine, { ...move, from: order.status }, facts);
  if (next === order.status) return true;
  if (next === 'CANCELLATION_REQUESTED') order.statusBefore = order.status;
  order.status = next;
  order.statusAt = now;
  return true;
}
