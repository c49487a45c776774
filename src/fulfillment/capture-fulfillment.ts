import { type Command } from '../checkout/command';
import { fulfillmentOf } from '../checkout/draft.rules';
import { rolesOf } from '../kernel/state-machine';
import { fulfillmentFacts } from './fulfillment-facts.rules';
import { fulfillmentMachine } from './fulfillment.machine';
import { moveFulfillment } from './move-fulfillment.rules';
import { captureOrRefuse } from './request-captures.rules';

export interface CaptureFulfillmentInput {
  readonly fulfillmentId: string;
}

/**
 * Asks for the captures of a fulfillment, one per payment that pays for it (S0.5, S1.10): for the marketplace only (S0.14).
 * One that is on its way keeps its state, and its captureResult says what came of it.
 */
export const captureFulfillment: Command<CaptureFulfillmentInput> = {
  name: 'captureFulfillment',
  entity: 'fulfillment',
  creation: false,
  subject: 'fulfillment',
  roles: rolesOf(fulfillmentMachine, 'captureFulfillment'),
  keys: ({ fulfillmentId }) => [{ kind: 'ID', value: fulfillmentId, field: 'fulfillmentId' }],
  target: (draft, { fulfillmentId }) => fulfillmentOf(draft, fulfillmentId).id,
  probe: (_draft, fulfillmentId) => ({ fulfillmentId }),

  decide(draft, { fulfillmentId }, tools) {
    const fulfillment = fulfillmentOf(draft, fulfillmentId);
    const facts = fulfillmentFacts(draft, fulfillment, tools);
    moveFulfillment(fulfillment, { trigger: 'captureFulfillment' }, facts, tools.now);
    captureOrRefuse(draft, fulfillment, tools);
    return fulfillment.id;
  },
};
