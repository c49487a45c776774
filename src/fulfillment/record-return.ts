import { type Command } from '../checkout/command';
import { fulfillmentOf } from '../checkout/draft.rules';
import { refusePan } from '../kernel/pan';
import { rolesOf } from '../kernel/state-machine';
import { requireReason } from '../kernel/text';
import { fulfillmentFacts } from './fulfillment-facts.rules';
import { fulfillmentMachine } from './fulfillment.machine';
import { grantBack } from './grant-back.rules';
import { moveFulfillment } from './move-fulfillment.rules';
import { checkItems, partFor, type PartInput } from './split.rules';
import { capturedOnceStarted } from './uncaptured.rules';

export interface RecordReturnInput extends PartInput {
  readonly reason: string;
}

/** Records that goods came back (RETURNED): what was captured for them may be refunded, and nothing is by itself. */
export const recordReturn: Command<RecordReturnInput> = {
  name: 'recordReturn',
  entity: 'fulfillment',
  creation: false,
  subject: 'fulfillment',
  roles: rolesOf(fulfillmentMachine, 'recordReturn'),
  keys: ({ fulfillmentId }) => [{ kind: 'ID', value: fulfillmentId, field: 'fulfillmentId' }],
  target: (draft, { fulfillmentId }) => fulfillmentOf(draft, fulfillmentId).id,
  sellerOrder: (draft, { fulfillmentId }) => fulfillmentOf(draft, fulfillmentId).orderId,
  probe: (_draft, fulfillmentId) => ({ fulfillmentId, reason: 'probe' }),

  check({ items, reason }) {
    checkItems(items);
    refusePan(requireReason(reason, ['reason']), ['reason'], 'REJECT');
  },

  decide(draft, input, tools) {
    const part = partFor(draft, input, 'RETURNED', tools);
    const facts = fulfillmentFacts(draft, part, tools);
    if (!moveFulfillment(part, { trigger: 'recordReturn' }, facts, tools.now)) return part.id;
    grantBack(draft, part, { amount: capturedOnceStarted(draft, part), source: 'RETURN' }, tools);
    tools.explain(part.id, input.reason);
    return part.id;
  },
};
