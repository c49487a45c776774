import { type Command } from '../checkout/command';
import { exceptionOf, orderOf, type Draft, type Tools } from '../checkout/draft.rules';
import { capturesFor } from '../fulfillment/fulfillment.rules';
import { refusePan } from '../kernel/pan';
import { refuse } from '../kernel/refusal';
import { rolesOf } from '../kernel/state-machine';
import { requireReason } from '../kernel/text';
import { moveOrder } from './move-order.rules';
import { type Order } from './order.entity';
import { orderMachine, type OrderFacts } from './order.machine';
import { orderFacts } from './order.rules';
import { unwindOrder } from './unwind-order.rules';

export interface CancelOrderInput {
  readonly orderId: string;
  readonly reason: string;
  readonly force?: boolean | null;
  readonly exceptionId?: string | null;
}

/**
 * Cancels an order (S0.16, states.md 2.1): what is reserved is released, what was not sent is cancelled, and captured
 * money is given back if that is asked for. A person's decision is no automated retry: a freeze does not stop it, an
 * outcome nobody knows does (E08).
 */
export const cancelOrder: Command<CancelOrderInput> = {
  name: 'cancelOrder',
  entity: 'order',
  creation: false,
  subject: 'order',
  roles: rolesOf(orderMachine, 'cancelOrder'),
  keys: ({ orderId }) => [{ kind: 'ID', value: orderId, field: 'orderId' }],
  target: (draft, { orderId }) => orderOf(draft, orderId).id,
  probe: (_draft, orderId) => ({ orderId, reason: 'probe' }),

  check({ reason }) {
    requireReason(reason, ['reason']);
    refusePan(reason, ['reason'], 'REJECT');
  },

  decide(draft, { orderId, reason, force, exceptionId }, tools) {
    const order = orderOf(draft, orderId);
    if (exceptionId) requireDecision(draft, exceptionId);
    const refunds = force ?? false;
    const facts = { ...cancelFacts(draft, order, tools), forced: refunds };
    if (!moveOrder(order, { trigger: 'cancelOrder' }, facts, tools.now)) return order.id;
    unwindOrder(draft, order, { refunds }, tools);
    tools.explain(order.id, reason);
    return order.id;
  },
};

function requireDecision(draft: Draft, exceptionId: string): void {
  if (exceptionOf(draft, exceptionId).decision !== null) return;
  refuse('GUARD_FAILED', 'Nothing is decided on this exception.', { field: ['exceptionId'] });
}

const OPEN = ['NEW', 'PENDING', 'INDETERMINATE'];

/** A seller's order has no payments of its own, but goods money is being captured for. */
function cancelFacts(draft: Draft, order: Order, tools: Tools): OrderFacts {
  const facts = orderFacts(draft, order, tools);
  const isUnknown = draft.payments.some(
    ({ orderId, moneyState }) => orderId === order.id && moneyState === 'UNKNOWN',
  );
  const isCaptured = draft.fulfillments
    .filter(({ orderId }) => orderId === order.id)
    .some((part) => capturesFor(draft, part).some(({ status }) => OPEN.includes(status)));
  return { ...facts, captureOrVoidOpen: facts.captureOrVoidOpen || isUnknown || isCaptured };
}
