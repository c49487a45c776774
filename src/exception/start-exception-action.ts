import { exceptionOf } from '../checkout/draft.rules';
import { isFrozenFor } from '../checkout/freeze.rules';
import { step } from '../kernel/state-machine';
import { decisionRules } from './decision.rules';
import { exceptionCommand, exceptionFacts, requireRole } from './exception-command';
import { exceptionMachine } from './exception.machine';

export interface StartExceptionActionInput {
  readonly exceptionId: string;
}

/** The executing role begins what was decided; not while retries are frozen by something else (S2.42). */
export const startExceptionAction = exceptionCommand<StartExceptionActionInput>(
  'startExceptionAction',
  {
    probe: (_draft, exceptionId) => ({ exceptionId }),

    decide(draft, { exceptionId }, { actor, now }) {
      const row = exceptionOf(draft, exceptionId);
      const next = step(
        exceptionMachine,
        { trigger: 'startExceptionAction', from: row.status },
        exceptionFacts(row, { frozen: isFrozenFor(draft, row.id) }),
      );
      if (row.decision !== null) {
        requireRole(actor, decisionRules[row.decision].executors, `Executing ${row.decision}`);
      }
      row.status = next;
      row.actionStartedAt ??= now;
      return row.id;
    },
  },
);
