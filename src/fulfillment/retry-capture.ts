import { type Command } from '../checkout/command';
import { exceptionOf, fulfillmentOf, type Draft } from '../checkout/draft.rules';
import { isLive } from '../exception/exception.machine';
import { refuse } from '../kernel/refusal';
import { rolesOf } from '../kernel/state-machine';
import { fulfillmentFacts } from './fulfillment-facts.rules';
import { fulfillmentMachine } from './fulfillment.machine';
import { moveFulfillment } from './move-fulfillment.rules';
import { captureOrRefuse } from './request-captures.rules';

export interface RetryCaptureInput {
  readonly fulfillmentId: string;
  readonly exceptionId?: string | null;
}

/**
 * Asks for what is missing again: after a soft failure, an edited instruction or a partial capture, never while an outcome
 * is unknown (S1.2, S1.7). It takes the exception that was decided so, and is not frozen by that one.
 */
export const retryCapture: Command<RetryCaptureInput> = {
  name: 'retryCapture',
  entity: 'fulfillment',
  creation: false,
  subject: 'fulfillment',
  roles: rolesOf(fulfillmentMachine, 'retryCapture'),
  keys: ({ fulfillmentId }) => [{ kind: 'ID', value: fulfillmentId, field: 'fulfillmentId' }],
  target: (draft, { fulfillmentId }) => fulfillmentOf(draft, fulfillmentId).id,
  probe: (draft, fulfillmentId) => ({
    fulfillmentId,
    exceptionId: draft.exceptions.find(isDecidedSo)?.id ?? null,
  }),

  decide(draft, { fulfillmentId, exceptionId }, tools) {
    const fulfillment = fulfillmentOf(draft, fulfillmentId);
    if (exceptionId) refuseUndecided(draft, exceptionId);
    const facts = fulfillmentFacts(draft, fulfillment, tools, exceptionId);
    moveFulfillment(fulfillment, { trigger: 'retryCapture' }, facts, tools.now);
    captureOrRefuse(draft, fulfillment, tools);
    return fulfillment.id;
  },
};

const isDecidedSo = (row: Draft['exceptions'][number]): boolean =>
  isLive(row) && row.decision === 'RETRY_CAPTURE' && row.status !== 'ON_HOLD';

function refuseUndecided(draft: Draft, exceptionId: string): void {
  if (isDecidedSo(exceptionOf(draft, exceptionId))) return;
  refuse('GUARD_FAILED', 'The exception is not decided RETRY_CAPTURE.', { field: ['exceptionId'] });
}
