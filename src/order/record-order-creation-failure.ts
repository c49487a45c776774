import { type Command } from '../checkout/command';
import { orderOf } from '../checkout/draft.rules';
import { rolesOf } from '../kernel/state-machine';
import { boundedText, requireReason } from '../kernel/text';
import { refusePan } from '../kernel/pan';
import { moveOrder } from './move-order.rules';
import { NO_MONEY, orderMachine } from './order.machine';

export interface RecordOrderCreationFailureInput {
  readonly orderId: string;
  readonly reason: string;
}

/** Creating the order failed; money that is there becomes E01 or E02 in the same write, without grace (S2.4, S2.5). */
export const recordOrderCreationFailure: Command<RecordOrderCreationFailureInput> = {
  name: 'recordOrderCreationFailure',
  entity: 'order',
  creation: false,
  subject: 'order',
  roles: rolesOf(orderMachine, 'recordOrderCreationFailure'),
  keys: ({ orderId }) => [{ kind: 'ID', value: orderId, field: 'orderId' }],
  target: (draft, { orderId }) => orderOf(draft, orderId).id,
  probe: (_draft, orderId) => ({ orderId, reason: 'probe' }),

  check({ reason }) {
    requireReason(reason, ['reason']);
    boundedText(reason, ['reason'], 1000);
    refusePan(reason, ['reason'], 'REJECT');
  },

  decide(draft, { orderId, reason }, { explain, now }) {
    const order = orderOf(draft, orderId);
    moveOrder(order, { trigger: 'recordOrderCreationFailure' }, NO_MONEY, now);
    order.creationFailureReason = reason; // The newest; the journal has each.
    explain(order.id, reason);
    return order.id;
  },
};
