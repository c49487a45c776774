import { type Command } from '../checkout/command';
import { fulfillmentOf } from '../checkout/draft.rules';
import { rolesOf } from '../kernel/state-machine';
import { fulfillmentFacts } from './fulfillment-facts.rules';
import { fulfillmentMachine } from './fulfillment.machine';
import { moveFulfillment } from './move-fulfillment.rules';
import { checkItems, partFor, type PartInput } from './split.rules';

/** Starts preparing the goods (FULFILLING): paid, or released where the capture policy takes the money later (S0.6). */
export const startFulfilling: Command<PartInput> = {
  name: 'startFulfilling',
  entity: 'fulfillment',
  creation: false,
  subject: 'fulfillment',
  roles: rolesOf(fulfillmentMachine, 'startFulfilling'),
  keys: ({ fulfillmentId }) => [{ kind: 'ID', value: fulfillmentId, field: 'fulfillmentId' }],
  target: (draft, { fulfillmentId }) => fulfillmentOf(draft, fulfillmentId).id,
  sellerOrder: (draft, { fulfillmentId }) => fulfillmentOf(draft, fulfillmentId).orderId,
  probe: (_draft, fulfillmentId) => ({ fulfillmentId }),

  check: ({ items }) => {
    checkItems(items);
  },

  decide(draft, input, tools) {
    const part = partFor(draft, input, 'FULFILLING', tools);
    const facts = fulfillmentFacts(draft, part, tools);
    moveFulfillment(part, { trigger: 'startFulfilling' }, facts, tools.now);
    return part.id;
  },
};
