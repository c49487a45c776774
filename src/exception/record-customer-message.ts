import { exceptionOf } from '../checkout/draft.rules';
import { sha256Hex } from '../kernel/canonical';
import { refusePan } from '../kernel/pan';
import { step } from '../kernel/state-machine';
import { boundedText, MAX_REASON, reference, requireReason } from '../kernel/text';
import { exceptionCommand, exceptionFacts, requireRoom } from './exception-command';
import { exceptionMachine } from './exception.machine';

export interface RecordCustomerMessageInput {
  readonly exceptionId: string;
  readonly message: string;
  readonly supportCase?: string | null;
}

/** What support told the customer, once it is known whether they were charged and will get their goods (S2.22). */
export const recordCustomerMessage = exceptionCommand<RecordCustomerMessageInput>(
  'recordCustomerMessage',
  {
    cold: ['evidence', 'texts'],
    probe: (_draft, exceptionId) => ({ exceptionId, message: 'probe' }),

    check({ message, supportCase }) {
      requireReason(message, ['message']);
      boundedText(message, ['message'], MAX_REASON);
      if (supportCase) reference(supportCase, ['supportCase']);
    },

    decide(draft, { exceptionId, message, supportCase }, { actor, now, newId }) {
      const row = exceptionOf(draft, exceptionId);
      row.status = step(
        exceptionMachine,
        { trigger: 'recordCustomerMessage', from: row.status },
        exceptionFacts(row),
      );
      requireRoom(draft, row, supportCase ? 2 : 1);
      const text = refusePan(message, ['message'], 'REDACT');
      const textId = newId('txt');
      const { checkoutId } = row;
      draft.texts.push({ id: textId, checkoutId, field: 'customerMessage', text, createdAt: now });
      row.customerMessageId = textId;
      const told = { checkoutId, exceptionId, available: true, attachedAt: now } as const;
      const by = { attachedBy: actor.subject, attachedAs: 'SUPPORT' } as const;
      const note = { noteId: textId, noteHash: sha256Hex(text) };
      const base = { ...told, ...by, ...note, id: newId('evd') };
      draft.evidence.push({ ...base, kind: 'CUSTOMER_MESSAGE', reference: textId });
      if (supportCase) {
        draft.evidence.push({
          ...base,
          id: newId('evd'),
          kind: 'SUPPORT_CASE',
          reference: supportCase,
        });
      }
      return row.id;
    },
  },
);
