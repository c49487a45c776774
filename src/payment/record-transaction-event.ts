import { type Command } from '../checkout/command';
import { paymentOf } from '../checkout/draft.rules';
import { canonicalJson, sha256Hex } from '../kernel/canonical';
import { checkTime } from '../kernel/foreign-time';
import { refusePan } from '../kernel/pan';
import { refuse } from '../kernel/refusal';
import { rolesOf } from '../kernel/state-machine';
import { boundedText, requireReason } from '../kernel/text';
import { addFact } from './new-fact';
import { paymentMachine } from './payment.machine';

export interface RecordTransactionEventInput {
  readonly paymentId: string;
  readonly transactionId: string;
  readonly message: string;
  readonly reasonCode?: string | null;
  readonly sourceSystem?: string | null;
  readonly occurredAt?: Date | null;
}

const LENGTHS = { message: 1000, reasonCode: 191, sourceSystem: 50 } as const;

/**
 * Appends a line to a transaction's log, message and raw code as they came (S0.13). It moves nothing: what became of the
 * transaction is told by recordTransactionResult.
 */
export const recordTransactionEvent: Command<RecordTransactionEventInput> = {
  name: 'recordTransactionEvent',
  entity: 'payment',
  creation: false,
  subject: 'payment',
  roles: rolesOf(paymentMachine, 'recordTransactionEvent'),
  keys: ({ paymentId }) => [{ kind: 'ID', value: paymentId, field: 'paymentId' }],
  target: (draft, { paymentId }) => paymentOf(draft, paymentId).id,
  probe(draft, paymentId) {
    const one = draft.transactions.find((row) => row.paymentId === paymentId);
    return one === undefined ? null : { paymentId, transactionId: one.id, message: 'probe' };
  },

  check(input) {
    requireReason(input.message, ['message']);
    for (const field of ['message', 'reasonCode', 'sourceSystem'] as const) {
      const value = input[field];
      if (value) refusePan(boundedText(value, [field], LENGTHS[field]), [field], 'REJECT');
    }
  },

  decide(draft, input, tools) {
    const payment = paymentOf(draft, input.paymentId);
    const one = draft.transactions.find(
      ({ id, paymentId }) => id === input.transactionId && paymentId === payment.id,
    );
    if (one === undefined) {
      return refuse('NOT_FOUND', 'The payment has no such transaction.', {
        field: ['transactionId'],
      });
    }
    const occurredAt = input.occurredAt ?? tools.now;
    checkTime(occurredAt, ['occurredAt'], tools.now);
    const naturalKey = `event:${sha256Hex(canonicalJson({ ...input, occurredAt }))}`;
    addFact(
      draft,
      payment,
      {
        naturalKey,
        kind: 'STATUS',
        source: `caller:${input.sourceSystem ?? ''}`,
        eventId: naturalKey,
        occurredAt,
        transactionType: one.type,
        gatewayTransactionId: one.gatewayTransactionId,
        providerRequestKey: one.providerRequestKey,
        parentKey: one.naturalKey,
        rawMessage: input.message,
        reasonCode: input.reasonCode ?? null,
        sourceSystem: input.sourceSystem ?? null,
      },
      tools,
    );
    return payment.id;
  },
};
