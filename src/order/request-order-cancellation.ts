import { type Command } from '../checkout/command';
import { orderOf } from '../checkout/draft.rules';
import { refusePan } from '../kernel/pan';
import { refuse } from '../kernel/refusal';
import { rolesOf } from '../kernel/state-machine';
import { requireReason } from '../kernel/text';
import { moveOrder } from './move-order.rules';
import { orderMachine } from './order.machine';
import { orderFacts } from './order.rules';
import { isShopper } from './visibility.rules';

export interface RequestOrderCancellationInput {
  readonly orderId: string;
  readonly reason: string;
}

/** Somebody asks for the cancellation; the order stands still until that is decided (states.md 2.1). */
export const requestOrderCancellation: Command<RequestOrderCancellationInput> = {
  name: 'requestOrderCancellation',
  entity: 'order',
  creation: false,
  subject: 'order',
  roles: rolesOf(orderMachine, 'requestOrderCancellation'),
  keys: ({ orderId }) => [{ kind: 'ID', value: orderId, field: 'orderId' }],
  target: (draft, { orderId }) => orderOf(draft, orderId).id,
  probe: (_draft, orderId) => ({ orderId, reason: 'probe' }),

  check({ reason }) {
    requireReason(reason, ['reason']);
    refusePan(reason, ['reason'], 'REJECT');
  },

  decide(draft, { orderId, reason }, tools) {
    const order = orderOf(draft, orderId);
    // A shopper ordered from the shop: which seller sends what is not theirs to know.
    if (isShopper(tools.actor) && order.side === 'SELLER') {
      refuse('NOT_FOUND', 'There is no such order.', { field: ['orderId'] });
    }
    const facts = orderFacts(draft, order, tools);
    const trigger = 'requestOrderCancellation';
    if (moveOrder(order, { trigger }, facts, tools.now)) tools.explain(order.id, reason);
    return order.id;
  },
};
