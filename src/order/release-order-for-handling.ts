import { type Command } from '../checkout/command';
import { orderOf } from '../checkout/draft.rules';
import { rolesOf } from '../kernel/state-machine';
import { moveOrder } from './move-order.rules';
import { orderMachine } from './order.machine';
import { orderFacts } from './order.rules';

export interface ReleaseOrderForHandlingInput {
  readonly orderId: string;
}

/** A paid order may be prepared: released on its authorization, long before its capture (S0.6, states.md 2.1). */
export const releaseOrderForHandling: Command<ReleaseOrderForHandlingInput> = {
  name: 'releaseOrderForHandling',
  entity: 'order',
  creation: false,
  subject: 'order',
  roles: rolesOf(orderMachine, 'releaseOrderForHandling'),
  keys: ({ orderId }) => [{ kind: 'ID', value: orderId, field: 'orderId' }],
  target: (draft, { orderId }) => orderOf(draft, orderId).id,
  probe: (_draft, orderId) => ({ orderId }),

  decide(draft, { orderId }, tools) {
    const order = orderOf(draft, orderId);
    const facts = orderFacts(draft, order, tools);
    moveOrder(order, { trigger: 'releaseOrderForHandling' }, facts, tools.now);
    return order.id;
  },
};
