import { type Command } from '../checkout/command';
import { fulfillmentOf } from '../checkout/draft.rules';
import { refuse } from '../kernel/refusal';
import { rolesOf } from '../kernel/state-machine';
import { fulfillmentFacts } from './fulfillment-facts.rules';
import { fulfillmentMachine } from './fulfillment.machine';
import { moveFulfillment } from './move-fulfillment.rules';
import { checkItems, movedItems, splitOff, type ItemQuantity } from './split.rules';

export interface SplitFulfillmentInput {
  readonly fulfillmentId: string;
  readonly items: readonly ItemQuantity[];
}

/**
 * Moves items to a fulfillment of their own, which is answered (states.md 2.4). Amounts follow by largest remainder; money
 * that is reserved or captured stays with its transaction and counts for both.
 */
export const splitFulfillment: Command<SplitFulfillmentInput> = {
  name: 'splitFulfillment',
  entity: 'fulfillment',
  creation: false,
  subject: 'fulfillment',
  roles: rolesOf(fulfillmentMachine, 'splitFulfillment'),
  keys: ({ fulfillmentId }) => [{ kind: 'ID', value: fulfillmentId, field: 'fulfillmentId' }],
  target: (draft, { fulfillmentId }) => fulfillmentOf(draft, fulfillmentId).id,
  sellerOrder: (draft, { fulfillmentId }) => fulfillmentOf(draft, fulfillmentId).orderId,
  probe: (draft, fulfillmentId) => {
    const [line] = fulfillmentOf(draft, fulfillmentId).items;
    return { fulfillmentId, items: [{ reference: line?.reference ?? 'probe', quantity: 1 }] };
  },

  check: ({ items }) => {
    checkItems(items);
  },

  decide(draft, { fulfillmentId, items }, tools) {
    const fulfillment = fulfillmentOf(draft, fulfillmentId);
    const facts = fulfillmentFacts(draft, fulfillment, tools);
    moveFulfillment(fulfillment, { trigger: 'splitFulfillment' }, facts, tools.now);
    const part = splitOff(draft, fulfillment, movedItems(fulfillment, items), tools);
    if (fulfillment.items.length === 0) {
      refuse('GUARD_FAILED', 'Something has to stay in the fulfillment.', { field: ['items'] });
    }
    return part.id;
  },
};
