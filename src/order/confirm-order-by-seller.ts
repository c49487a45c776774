import { type Command } from '../checkout/command';
import { orderOf } from '../checkout/draft.rules';
import { rolesOf } from '../kernel/state-machine';
import { moveOrder } from './move-order.rules';
import { orderMachine } from './order.machine';
import { orderFacts } from './order.rules';
import { requireOwnSide } from './own-side.rules';

export interface ConfirmOrderBySellerInput {
  readonly orderId: string;
}

/** The seller takes the order on; an order without an external seller goes on by itself (states.md 2.1). */
export const confirmOrderBySeller: Command<ConfirmOrderBySellerInput> = {
  name: 'confirmOrderBySeller',
  entity: 'order',
  creation: false,
  subject: 'order',
  roles: rolesOf(orderMachine, 'confirmOrderBySeller'),
  keys: ({ orderId }) => [{ kind: 'ID', value: orderId, field: 'orderId' }],
  target: (draft, { orderId }) => orderOf(draft, orderId).id,
  sellerOrder: (_draft, { orderId }) => orderId,
  probe: (_draft, orderId) => ({ orderId }),

  decide(draft, { orderId }, tools) {
    const order = orderOf(draft, orderId);
    requireOwnSide(tools.actor, order, confirmOrderBySeller);
    const facts = orderFacts(draft, order, tools);
    moveOrder(order, { trigger: 'confirmOrderBySeller' }, facts, tools.now);
    return order.id;
  },
};
