import { type Command } from '../checkout/command';
import { fulfillmentOf } from '../checkout/draft.rules';
import { rolesOf } from '../kernel/state-machine';
import { fulfillmentFacts } from './fulfillment-facts.rules';
import { orderIsNotCancelled } from './fulfillment-guards.rules';
import { fulfillmentMachine } from './fulfillment.machine';
import { moveFulfillment } from './move-fulfillment.rules';
import { releaseUnused } from './released-funds.rules';
import { requestCaptures } from './request-captures.rules';
import { checkItems, partFor, type PartInput } from './split.rules';

/**
 * Sends it (FULFILLED). AT_SHIPMENT asks for the capture; what no payment can give is no refusal, the goods are out and
 * E27 tells (S0.17). The last one sent releases what nobody needs. While retries are frozen no money is asked for.
 */
export const shipFulfillment: Command<PartInput> = {
  name: 'shipFulfillment',
  entity: 'fulfillment',
  creation: false,
  subject: 'fulfillment',
  roles: rolesOf(fulfillmentMachine, 'shipFulfillment'),
  keys: ({ fulfillmentId }) => [{ kind: 'ID', value: fulfillmentId, field: 'fulfillmentId' }],
  target: (draft, { fulfillmentId }) => fulfillmentOf(draft, fulfillmentId).id,
  sellerOrder: (draft, { fulfillmentId }) => fulfillmentOf(draft, fulfillmentId).orderId,
  probe: (_draft, fulfillmentId) => ({ fulfillmentId }),

  check: ({ items }) => {
    checkItems(items);
  },

  decide(draft, input, tools) {
    const part = partFor(draft, input, 'FULFILLED', tools);
    const facts = fulfillmentFacts(draft, part, tools);
    const isMoved = moveFulfillment(part, { trigger: 'shipFulfillment' }, facts, tools.now);
    if (!isMoved || facts.frozen || orderIsNotCancelled(facts) !== null) return part.id;
    if (part.capturePolicy === 'AT_SHIPMENT') requestCaptures(draft, part, tools);
    releaseUnused(draft, part, tools);
    return part.id;
  },
};
