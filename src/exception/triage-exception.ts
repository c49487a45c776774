import { exceptionOf } from '../checkout/draft.rules';
import { step } from '../kernel/state-machine';
import { exceptionCommand, exceptionFacts, ownersOf, requireRole } from './exception-command';
import { type ReconciliationException } from './exception.entity';
import { exceptionMachine } from './exception.machine';
import { type TriageAnswer } from './exception-kind.rules';
import { triageClass } from './triage.rules';

export interface TriageExceptionInput {
  readonly exceptionId: string;
  readonly customerCharged: TriageAnswer;
  readonly orderFulfillable: TriageAnswer;
}

/** Answers the two first questions (S2.41). UNKNOWN freezes retries; a changed answer re-opens the decision (S2.42). */
export const triageException = exceptionCommand<TriageExceptionInput>('triageException', {
  probe: (draft, exceptionId) => {
    const { customerCharged, orderFulfillable } = exceptionOf(draft, exceptionId);
    return {
      exceptionId,
      customerCharged: customerCharged ?? 'UNKNOWN',
      orderFulfillable: orderFulfillable ?? 'UNKNOWN',
    };
  },

  decide(draft, { exceptionId, customerCharged, orderFulfillable }, { actor }) {
    const row = exceptionOf(draft, exceptionId);
    requireRole(actor, [...ownersOf(row), 'SUPPORT'], 'Triage');
    const next = step(
      exceptionMachine,
      { trigger: 'triageException', from: row.status },
      exceptionFacts(row),
    );
    const changed =
      row.customerCharged !== customerCharged || row.orderFulfillable !== orderFulfillable;
    row.status = next;
    Object.assign(row, {
      customerCharged,
      orderFulfillable,
      triageClass: triageClass(customerCharged, orderFulfillable),
    });
    if (changed && row.status === 'DECIDED') withdrawDecision(row);
    return row.id;
  },
});

/** What was decided on other answers is not decided any more. */
function withdrawDecision(row: ReconciliationException): void {
  row.status = step(
    exceptionMachine,
    { trigger: 'answer changed', from: row.status },
    exceptionFacts(row),
  );
  Object.assign(row, {
    decision: null,
    decisionReason: null,
    deadlineClass: null,
    repairAction: null,
    originalIdempotencyKey: null,
    refundReason: null,
    decidedBy: null,
    decidedAt: null,
  });
}
