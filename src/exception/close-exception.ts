import { exceptionOf, mainOrder, type Draft } from '../checkout/draft.rules';
import { refusePan } from '../kernel/pan';
import { refuse } from '../kernel/refusal';
import { step } from '../kernel/state-machine';
import { boundedText, reference, requireReason } from '../kernel/text';
import { missingToClose } from './evidence.rules';
import { exceptionCommand, exceptionFacts } from './exception-command';
import { type ReconciliationException } from './exception.entity';
import { exceptionMachine } from './exception.machine';

export interface ClosureNoteInput {
  readonly providerReference: string;
  readonly orderCode: string;
  readonly settlementBatch: string;
  readonly refundOrInvoiceReference: string;
  readonly rootCause: string;
  readonly preventionAction: string;
  readonly customerOutcome: string;
  readonly orderOutcome: string;
  readonly settlementOutcome: string;
  readonly knownIssueReference?: string | null;
}

export interface CloseExceptionInput {
  readonly exceptionId: string;
  readonly note: ClosureNoteInput;
}

/** Written where a reference cannot apply, so that an empty one is never an oversight. */
const NOT_APPLICABLE = 'NOT_APPLICABLE';

const REFERENCES = [
  'providerReference',
  'orderCode',
  'settlementBatch',
  'refundOrInvoiceReference',
] as const;
const TEXTS = [
  'rootCause',
  'preventionAction',
  'customerOutcome',
  'orderOutcome',
  'settlementOutcome',
] as const;

/** Finance closes with one permanent note that matches the records (S2.48–S2.50, S2.56). */
export const closeException = exceptionCommand<CloseExceptionInput>('closeException', {
  cold: ['evidence', 'closureNotes'],
  probe: probeOf,

  check({ note }) {
    for (const field of REFERENCES) reference(note[field], ['note', field]);
    for (const field of TEXTS) {
      requireReason(note[field], ['note', field]);
      boundedText(note[field], ['note', field], 2000);
      refusePan(note[field], ['note', field], 'REJECT');
    }
    if (note.knownIssueReference) {
      reference(note.knownIssueReference, ['note', 'knownIssueReference']);
    }
  },

  decide(draft, { exceptionId, note }, { actor, now, newId }) {
    const row = exceptionOf(draft, exceptionId);
    const next = step(
      exceptionMachine,
      { trigger: 'closeException', from: row.status },
      exceptionFacts(row, { missingEvidence: missingToClose(draft, row) }),
    );
    noteMatches(note.providerReference, referenceOf(draft, row), 'providerReference');
    noteMatches(note.orderCode, mainOrder(draft)?.code ?? null, 'orderCode');
    row.status = next;
    row.closedCause = row.cause;
    row.closedAt = now;
    draft.closureNotes.push({
      id: newId('not'),
      checkoutId: row.checkoutId,
      exceptionId: row.id,
      occurrence: row.occurrence,
      ...note,
      knownIssueReference: note.knownIssueReference ?? null,
      closedBy: actor.subject,
      closedAt: now,
    });
    return row.id;
  },
});

function referenceOf(draft: Draft, { paymentId }: ReconciliationException): string | null {
  return draft.payments.find(({ id }) => id === paymentId)?.providerReference ?? null;
}

/** What the records know, the note must say; what they do not know may be said or NOT_APPLICABLE. */
function noteMatches(said: string, known: string | null, field: string): void {
  if (known === null || said === known) return;
  refuse('GUARD_FAILED', `The note's ${field} is not the one on record.`, {
    field: ['note', field],
  });
}

function probeOf(draft: Draft, exceptionId: string): CloseExceptionInput {
  const words = Object.fromEntries(TEXTS.map((field) => [field, 'probe']));
  const note = {
    settlementBatch: NOT_APPLICABLE,
    refundOrInvoiceReference: NOT_APPLICABLE,
    ...words,
    providerReference: referenceOf(draft, exceptionOf(draft, exceptionId)) ?? NOT_APPLICABLE,
    orderCode: mainOrder(draft)?.code ?? NOT_APPLICABLE,
  };
  return { exceptionId, note: note as ClosureNoteInput };
}
