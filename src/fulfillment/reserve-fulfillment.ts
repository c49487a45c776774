import { type Command } from '../checkout/command';
import { fulfillmentOf, type Draft } from '../checkout/draft.rules';
import { isLive } from '../exception/exception.machine';
import { hasRole } from '../kernel/actor';
import { refuse } from '../kernel/refusal';
import { rolesOf } from '../kernel/state-machine';
import { fulfillmentFacts } from './fulfillment-facts.rules';
import { type Fulfillment } from './fulfillment.entity';
import { fulfillmentMachine } from './fulfillment.machine';
import { moveFulfillment } from './move-fulfillment.rules';
import { reserve } from './reserve.rules';

export interface ReserveFulfillmentInput {
  readonly fulfillmentId: string;
}

/**
 * Reserves the money of a fulfillment as the payment rules say (S3.2, S3.12). It is RELEASED once all is reserved; where
 * a part failed or was lost, it asks for the difference again. Nothing is asked twice while a result is awaited.
 */
export const reserveFulfillment: Command<ReserveFulfillmentInput> = {
  name: 'reserveFulfillment',
  entity: 'fulfillment',
  creation: false,
  subject: 'fulfillment',
  roles: rolesOf(fulfillmentMachine, 'reserveFulfillment'),
  keys: ({ fulfillmentId }) => [{ kind: 'ID', value: fulfillmentId, field: 'fulfillmentId' }],
  target: (draft, { fulfillmentId }) => fulfillmentOf(draft, fulfillmentId).id,
  probe: (_draft, fulfillmentId) => ({ fulfillmentId }),

  decide(draft, { fulfillmentId }, tools) {
    const fulfillment = fulfillmentOf(draft, fulfillmentId);
    const { status, reservedMinor, totalMinor, currency } = fulfillment;
    const { roles } =
      fulfillmentMachine.edges.find(
        ({ trigger, from }) => trigger === 'reserveFulfillment' && from?.includes(status),
      ) ?? reserveFulfillment;
    if (!hasRole(tools.actor, roles)) {
      refuse('FORBIDDEN', `In this state it is reserved by ${roles.join(', ')}.`);
    }
    if (status === 'RELEASED' && reservedMinor >= totalMinor) return fulfillment.id;
    const facts = fulfillmentFacts(draft, fulfillment, tools, ownCase(draft, fulfillment));
    moveFulfillment(fulfillment, { trigger: 'reserveFulfillment' }, facts, tools.now);
    if (totalMinor === 0n && status !== 'RELEASED') {
      const nothing = { ...facts, reservationRequested: true };
      moveFulfillment(fulfillment, { trigger: 'reserved' }, nothing, tools.now);
      return fulfillment.id;
    }
    const { missing, available } = reserve(draft, fulfillment, tools);
    if (missing > 0n) {
      refuse('AMOUNT_EXCEEDS', 'The payments cannot give its total; see available.', {
        available: { minorUnits: available, currency },
      });
    }
    return fulfillment.id;
  },
};

/**
 * An explicit reservation is what cures a failed one (S3.12), so the questions that are open about that do not freeze
 * it. A hold does.
 */
function ownCase({ exceptions }: Draft, { id }: Fulfillment): string | null {
  const own = exceptions
    .filter(isLive)
    .find(
      ({ kind, subjectId, status }) =>
        kind === 'UNDER_RESERVED_RELEASE' && subjectId === id && status !== 'ON_HOLD',
    );
  return own?.id ?? null;
}
