import { NO_MONEY, AUTOMATIC_ORDER_TRIGGERS, orderMachine } from '../order/order.machine';
import { type Order } from '../order/order.entity';
import { isCreated, orderFacts } from '../order/order.rules';
import { Refused } from '../kernel/refusal';
import { step } from '../kernel/state-machine';
import { mainOrder, type Draft, type Tools } from './draft.rules';
import { projectPayments } from './project-payments.rules';

/** What follows by itself: payments from their facts, orders by their automatic edges, to a fixpoint. */
export function settle(draft: Draft, tools: Tools): void {
  attachPayments(draft);
  projectPayments(draft, tools);
  for (const order of draft.orders) followPayments(draft, order);
}

/** Payments of the cart belong to its marketplace order as soon as there is one. */
function attachPayments(draft: Draft): void {
  const order = mainOrder(draft);
  if (order === null) return;
  for (const payment of draft.payments) payment.orderId ??= order.id;
}

/** Takes automatic edges until none is open. Bounded: a cycle would be a fault of the table. */
function followPayments(draft: Draft, order: Order): void {
  if (!isCreated(order)) return;
  for (let taken = 0; taken < 10; taken += 1) {
    const next = automaticStep(draft, order);
    if (next === null) return;
    order.status = next;
  }
  throw new Error('the automatic edges of the order machine form a cycle');
}

function automaticStep(draft: Draft, order: Order): Order['status'] | null {
  const facts = order.side === 'MARKETPLACE' ? orderFacts(order, draft.payments) : NO_MONEY;
  for (const trigger of AUTOMATIC_ORDER_TRIGGERS) {
    // An external seller confirms by itself.
    if (trigger === 'no external seller' && order.side === 'SELLER') continue;
    try {
      return step(orderMachine, { trigger, from: order.status }, facts);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
  }
  return null;
}
