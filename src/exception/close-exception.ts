import { exceptionOf, mainOrder, type Draft } from '../checkout/draft.rules';
import { refusePan } from '../kernel/pan';
import { refuse } from '../kernel/refusal';
import { step } from '../kernel/state-machine';
import { boundedText, reference, requireReason } from '../kernel/text';
import { closingPath, missingToClose, refundReferences } from './evidence.rules';
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
    noteMatches(draft, row, note);
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

/** What the records know, the note must say (S2.56); a settlement batch they do not know may be said. */
function noteMatches(draft: Draft, row: ReconciliationException, note: ClosureNoteInput): void {
  const reference = referenceOf(draft, row);
  const known: Partial<Record<keyof ClosureNoteInput, readonly string[]>> = {
    ...(reference !== null && { providerReference: [reference] }),
    // Never a code that is not on record: an order beside the payment is no repair (S2.29).
    orderCode: [orderCodeOf(draft)],
    ...(closingPath(draft, row) === 'REFUND_AND_CLOSE' && {
      refundOrInvoiceReference: refundReferences(draft, row),
    }),
  };
  for (const field of REFERENCES) {
    if (known[field]?.includes(note[field]) ?? true) continue;
    refuse('GUARD_FAILED', `The note's ${field} is not the one on record.`, {
      field: ['note', field],
    });
  }
}

function orderCodeOf(draft: Draft): string {
  return mainOrder(draft)?.code ?? NOT_APPLICABLE;
}

function probeOf(draft: Draft, exceptionId: string): CloseExceptionInput {
  const words = Object.fromEntries(TEXTS.map((field) => [field, 'probe']));
  const row = exceptionOf(draft, exceptionId);
  const note = {
    settlementBatch: NOT_APPLICABLE,
    refundOrInvoiceReference: refundReferences(draft, row)[0] ?? NOT_APPLICABLE,
    ...words,
    providerReference: referenceOf(draft, row) ?? NOT_APPLICABLE,
    orderCode: orderCodeOf(draft),
  };
  return { exceptionId, note: note as ClosureNoteInput };
}
