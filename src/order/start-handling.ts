import { type Command } from '../checkout/command';
import { orderOf } from '../checkout/draft.rules';
import { rolesOf } from '../kernel/state-machine';
import { moveOrder } from './move-order.rules';
import { orderMachine } from './order.machine';
import { orderFacts } from './order.rules';
import { requireOwnSide } from './own-side.rules';

export interface StartHandlingInput {
  readonly orderId: string;
}

/**
 * The OMS prepares the order, and acknowledges with it that stock is reserved (states.md 2.1). What it says of
 * itself, `omsStatus`, is reported apart and never folded in (S2.28).
 */
export const startHandling: Command<StartHandlingInput> = {
  name: 'startHandling',
  entity: 'order',
  creation: false,
  subject: 'order',
  roles: rolesOf(orderMachine, 'startHandling'),
  keys: ({ orderId }) => [{ kind: 'ID', value: orderId, field: 'orderId' }],
  target: (draft, { orderId }) => orderOf(draft, orderId).id,
  sellerOrder: (_draft, { orderId }) => orderId,
  probe: (_draft, orderId) => ({ orderId }),

  decide(draft, { orderId }, tools) {
    const order = orderOf(draft, orderId);
    requireOwnSide(tools.actor, order, startHandling);
    moveOrder(order, { trigger: 'startHandling' }, orderFacts(draft, order, tools), tools.now);
    return order.id;
  },
};
