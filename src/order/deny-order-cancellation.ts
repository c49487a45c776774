import { type Command } from '../checkout/command';
import { orderOf, type Draft, type Tools } from '../checkout/draft.rules';
import { hasRole } from '../kernel/actor';
import { refusePan } from '../kernel/pan';
import { refuse } from '../kernel/refusal';
import { rolesOf, step } from '../kernel/state-machine';
import { requireReason } from '../kernel/text';
import { verifyMirroredInvoices } from './invoice.rules';
import { moveOrder } from './move-order.rules';
import { type Order } from './order.entity';
import { orderMachine } from './order.machine';
import { orderFacts } from './order.rules';

export interface DenyOrderCancellationInput {
  readonly orderId: string;
  readonly reason: string;
}

/**
 * The order goes back to where it was (states.md 2.1). COMMERCE decides; of a seller's order the seller's OMS may,
 * too: the goods are there (S0.2).
 */
export const denyOrderCancellation: Command<DenyOrderCancellationInput> = {
  name: 'denyOrderCancellation',
  entity: 'order',
  creation: false,
  subject: 'order',
  roles: rolesOf(orderMachine, 'denyOrderCancellation'),
  keys: ({ orderId }) => [{ kind: 'ID', value: orderId, field: 'orderId' }],
  target: (draft, { orderId }) => orderOf(draft, orderId).id,
  sellerOrder: (_draft, { orderId }) => orderId,
  probe: (_draft, orderId) => ({ orderId, reason: 'probe' }),

  check({ reason }) {
    requireReason(reason, ['reason']);
    refusePan(reason, ['reason'], 'REJECT');
  },

  decide(draft, { orderId, reason }, tools) {
    const order = orderOf(draft, orderId);
    const { actor } = tools;
    const decides = order.side === 'SELLER' && actor.side === 'SELLER';
    if (!decides && !hasRole(actor, ['COMMERCE'])) {
      refuse('FORBIDDEN', "denyOrderCancellation is for COMMERCE, or the OMS of a seller's order.");
    }
    if (goBack(draft, order, tools)) tools.explain(order.id, reason);
    return order.id;
  },
};

/** False where the order is back already. An order nobody asked to cancel has nothing to go back to. */
function goBack(draft: Draft, order: Order, tools: Tools): boolean {
  const { status, statusBefore } = order;
  const trigger = 'denyOrderCancellation';
  const facts = orderFacts(draft, order, tools);
  if (status !== 'CANCELLATION_REQUESTED' && status === statusBefore) return false;
  if (status !== 'CANCELLATION_REQUESTED' || statusBefore === null) {
    step(orderMachine, { trigger, from: status }, facts);
    return false;
  }
  moveOrder(order, { trigger, to: statusBefore }, facts, tools.now);
  verifyMirroredInvoices(draft, order, tools);
  return true;
}
