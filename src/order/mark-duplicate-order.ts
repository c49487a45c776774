import { type Command } from '../checkout/command';
import { orderOf, type Draft } from '../checkout/draft.rules';
import { refuse } from '../kernel/refusal';
import { rolesOf } from '../kernel/state-machine';
import { moveOrder } from './move-order.rules';
import { type Order } from './order.entity';
import { NO_MONEY, orderMachine } from './order.machine';

export interface MarkDuplicateOrderInput {
  readonly orderId: string;
  readonly duplicateOfOrderId: string;
}

/**
 * Says which of two orders of a cart is one too many (E29). The one that came second was marked when it came: marking
 * the first instead turns the mark around, so that the second is kept. Cancels nothing.
 */
export const markDuplicateOrder: Command<MarkDuplicateOrderInput> = {
  name: 'markDuplicateOrder',
  entity: 'order',
  creation: false,
  subject: 'order',
  roles: rolesOf(orderMachine, 'markDuplicateOrder'),
  keys: ({ orderId }) => [{ kind: 'ID', value: orderId, field: 'orderId' }],
  target: (draft, { orderId }) => orderOf(draft, orderId).id,
  probe: probeOf,

  decide(draft, { orderId, duplicateOfOrderId }, { now }) {
    const order = orderOf(draft, orderId);
    const kept = keptOrder(draft, order, duplicateOfOrderId);
    if (order.duplicateOfOrderId === kept.id) return order.id;
    moveOrder(order, { trigger: 'markDuplicateOrder' }, NO_MONEY, now);
    kept.duplicateOfOrderId = null;
    for (const other of draft.orders) {
      if (other.duplicateOfOrderId === order.id) other.duplicateOfOrderId = kept.id;
    }
    order.duplicateOfOrderId = kept.id;
    return order.id;
  },
};

/** The order that is kept: it stands, and is itself no duplicate but of the one that is marked now. */
function keptOrder(draft: Draft, order: Order, id: string): Order {
  const field = ['duplicateOfOrderId'];
  const kept = draft.orders.find((row) => row.id === id);
  if (kept === undefined) return refuse('NOT_FOUND', 'The cart has no such order.', { field });
  if (kept.id === order.id) {
    refuse('GUARD_FAILED', 'An order is no duplicate of itself.', { field });
  }
  if (!isAlike(order, kept)) {
    refuse('GUARD_FAILED', 'The orders are of different sides or sellers.', { field });
  }
  if (kept.status === 'CANCELLED') {
    refuse('GUARD_FAILED', 'The order that is kept was cancelled.', { field });
  }
  if (kept.duplicateOfOrderId !== null && kept.duplicateOfOrderId !== order.id) {
    refuse('GUARD_FAILED', 'The order that is kept is itself a duplicate.', { field });
  }
  return kept;
}

const isAlike = (one: Order, other: Order): boolean =>
  one.side === other.side && one.sellerId === other.sellerId;

/** The order it duplicates already, else another one of its kind that may be kept. */
function probeOf(draft: Draft, orderId: string): MarkDuplicateOrderInput | null {
  const order = orderOf(draft, orderId);
  const kept = draft.orders.find(
    (row) =>
      row.id !== orderId &&
      isAlike(order, row) &&
      row.status !== 'CANCELLED' &&
      (row.duplicateOfOrderId === null || row.duplicateOfOrderId === orderId),
  );
  return kept === undefined ? null : { orderId, duplicateOfOrderId: kept.id };
}
