import { exceptionOf } from '../checkout/draft.rules';
import { sha256Hex } from '../kernel/canonical';
import { refusePan } from '../kernel/pan';
import { refuse } from '../kernel/refusal';
import { rolesOf, step } from '../kernel/state-machine';
import { boundedText, MAX_REASON, reference, requireReason } from '../kernel/text';
import {
  EVIDENCE_OWNERS,
  mayBeUnavailable,
  NOT_ATTACHABLE,
  type EvidenceKind,
} from './evidence-kind.rules';
import {
  actingRole,
  exceptionCommand,
  exceptionFacts,
  requireRole,
  requireRoom,
} from './exception-command';
import { exceptionMachine } from './exception.machine';

export interface AttachEvidenceInput {
  readonly exceptionId: string;
  readonly kind: EvidenceKind;
  readonly available: boolean;
  readonly reference?: string | null;
  readonly note?: string | null;
}

/** Attaches evidence, or marks explicitly that it cannot be had (S2.10–S2.16). Proofs only by their owner (S2.18–S2.22). */
export const attachEvidence = exceptionCommand<AttachEvidenceInput>('attachEvidence', {
  cold: ['evidence', 'texts'],
  probe: (_draft, exceptionId) => ({
    exceptionId,
    kind: 'PAYMENT_REFERENCE',
    available: true,
    reference: 'probe',
  }),

  check(input) {
    if (NOT_ATTACHABLE.includes(input.kind)) {
      refuse('GUARD_FAILED', 'This evidence is read from the records or given with a decision.', {
        field: ['kind'],
      });
    }
    if (!input.available && !mayBeUnavailable(input.kind)) {
      refuse('GUARD_FAILED', 'Only the records of S2.10–S2.16 can be marked unavailable.', {
        field: ['available'],
      });
    }
    if (input.available && !input.reference) {
      refuse('GUARD_FAILED', 'Available evidence has a reference.', { field: ['reference'] });
    }
    if (!input.available) requireReason(input.note, ['note']);
    if (input.reference) reference(input.reference, ['reference']);
    if (input.note) boundedText(input.note, ['note'], MAX_REASON);
  },

  decide(draft, input, { actor, now, newId }) {
    const row = exceptionOf(draft, input.exceptionId);
    const roles = EVIDENCE_OWNERS[input.kind] ?? rolesOf(exceptionMachine, 'attachEvidence');
    requireRole(actor, roles, `Evidence ${input.kind}`);
    row.status = step(
      exceptionMachine,
      { trigger: 'attachEvidence', from: row.status },
      exceptionFacts(row),
    );
    requireRoom(draft, row, 1);
    const note = input.note ? refusePan(input.note, ['note'], 'REDACT') : null;
    const noteId = note === null ? null : newId('txt');
    if (note !== null && noteId !== null) {
      draft.texts.push({
        id: noteId,
        checkoutId: row.checkoutId,
        field: 'evidence.note',
        text: note,
        createdAt: now,
      });
    }
    draft.evidence.push({
      id: newId('evd'),
      checkoutId: row.checkoutId,
      exceptionId: row.id,
      kind: input.kind,
      available: input.available,
      reference: input.reference ?? null,
      noteId,
      noteHash: note === null ? null : sha256Hex(note),
      attachedBy: actor.subject,
      attachedAs: actingRole(actor, roles),
      attachedAt: now,
    });
    return row.id;
  },
});
