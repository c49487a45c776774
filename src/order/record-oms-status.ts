import { type Command } from '../checkout/command';
import { orderOf } from '../checkout/draft.rules';
import { refuse } from '../kernel/refusal';
import { rolesOf } from '../kernel/state-machine';
import { moveOrder } from './move-order.rules';
import { NO_MONEY, orderMachine, type OmsCause, type OmsStatus } from './order.machine';
import { requireOwnSide } from './own-side.rules';

export interface RecordOmsStatusInput {
  readonly orderId: string;
  readonly status: OmsStatus;
  readonly cause?: OmsCause | null;
}

/**
 * What the OMS says of the order: a field of its own that moves no status (S2.28). A rejection has a cause, be it that
 * nobody has classified it yet (S2.6); it goes with the rejection. Told of an order in any state: it is a fact.
 */
export const recordOmsStatus: Command<RecordOmsStatusInput> = {
  name: 'recordOmsStatus',
  entity: 'order',
  creation: false,
  subject: 'order',
  roles: rolesOf(orderMachine, 'recordOmsStatus'),
  keys: ({ orderId }) => [{ kind: 'ID', value: orderId, field: 'orderId' }],
  target: (draft, { orderId }) => orderOf(draft, orderId).id,
  sellerOrder: (_draft, { orderId }) => orderId,
  probe: (draft, orderId) => {
    const { omsStatus, omsCause } = orderOf(draft, orderId);
    return { orderId, status: omsStatus, cause: omsCause };
  },

  check({ status, cause }) {
    if (status === 'REJECTED' && !cause) {
      refuse('REASON_REQUIRED', 'REJECTED needs a cause; UNCLASSIFIED where nobody knows (S2.6).', {
        field: ['cause'],
      });
    }
    if (status !== 'REJECTED' && cause) {
      refuse('GUARD_FAILED', 'cause goes with REJECTED, and only with it.', { field: ['cause'] });
    }
  },

  decide(draft, { orderId, status, cause }, { actor, now }) {
    const order = orderOf(draft, orderId);
    requireOwnSide(actor, order, recordOmsStatus);
    moveOrder(order, { trigger: 'recordOmsStatus' }, NO_MONEY, now);
    order.omsStatus = status;
    order.omsCause = cause ?? null;
    return order.id;
  },
};
