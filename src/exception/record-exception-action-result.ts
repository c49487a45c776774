import { exceptionOf } from '../checkout/draft.rules';
import { step } from '../kernel/state-machine';
import { reference } from '../kernel/text';
import { decisionRules } from './decision.rules';
import { exceptionCommand, exceptionFacts, requireRole } from './exception-command';
import { exceptionMachine } from './exception.machine';

export interface RecordExceptionActionResultInput {
  readonly exceptionId: string;
  readonly result: 'SUCCEEDED' | 'FAILED';
  readonly reference?: string | null;
}

/** What came of the execution: a success waits for its closing note, a failure is decided anew. */
export const recordExceptionActionResult = exceptionCommand<RecordExceptionActionResultInput>(
  'recordExceptionActionResult',
  {
    probe: (_draft, exceptionId) => ({ exceptionId, result: 'SUCCEEDED' }),

    check(input) {
      if (input.reference) reference(input.reference, ['reference']);
    },

    decide(draft, { exceptionId, result, reference: done }, { actor }) {
      const row = exceptionOf(draft, exceptionId);
      const to = result === 'SUCCEEDED' ? 'AWAITING_CLOSURE' : 'DECIDED';
      const next = step(
        exceptionMachine,
        { trigger: 'recordExceptionActionResult', from: row.status, to },
        exceptionFacts(row),
      );
      if (row.decision !== null) {
        requireRole(actor, decisionRules[row.decision].executors, `Executing ${row.decision}`);
      }
      row.status = next;
      row.actionReference = done ?? row.actionReference;
      if (result === 'FAILED') row.actionStartedAt = null;
      return row.id;
    },
  },
);
