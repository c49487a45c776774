import { type Command } from '../checkout/command';
import { paymentOf } from '../checkout/draft.rules';
import { canonicalJson, sha256Hex } from '../kernel/canonical';
import { checkTime } from '../kernel/foreign-time';
import { anyAmount, type MoneyInput } from '../kernel/money';
import { refuse } from '../kernel/refusal';
import { rolesOf, step } from '../kernel/state-machine';
import { reference } from '../kernel/text';
import { addFact } from './new-fact';
import { paymentFacts } from './payment-facts.rules';
import { paymentMachine, type TransactionType } from './payment.machine';
import { reportedFulfillment, smallestAmount } from './request-terms.rules';

export interface RecordExternalTransactionInput {
  readonly paymentId: string;
  readonly type: TransactionType;
  readonly amount: MoneyInput;
  readonly evidenceReference: string;
  readonly gatewayTransactionId?: string | null;
  readonly fulfillmentId?: string | null;
  readonly occurredAt?: Date | null;
}

/** What somebody can do by hand at the processor, or be told of there. */
const BY_HAND: readonly TransactionType[] = ['CAPTURE', 'SALE', 'REFUND', 'VOID', 'CHARGEBACK'];

/**
 * Records what was executed by hand outside (S1.5, S1.11). A fact, stored as told; told twice with one reference and
 * one time it is the same, and answers no request of ours, which is resolved by itself.
 */
export const recordExternalTransaction: Command<RecordExternalTransactionInput> = {
  name: 'recordExternalTransaction',
  entity: 'payment',
  creation: false,
  subject: 'payment',
  roles: rolesOf(paymentMachine, 'recordExternalTransaction'),
  keys: ({ paymentId }) => [{ kind: 'ID', value: paymentId, field: 'paymentId' }],
  target: (draft, { paymentId }) => paymentOf(draft, paymentId).id,
  probe: (draft, paymentId) => ({
    paymentId,
    type: 'CAPTURE',
    amount: smallestAmount(draft, paymentId),
    evidenceReference: 'probe',
  }),

  check({ type, amount, evidenceReference, gatewayTransactionId }) {
    if (!BY_HAND.includes(type)) {
      refuse('GUARD_FAILED', `Recorded from outside are ${BY_HAND.join(', ')}.`, {
        field: ['type'],
      });
    }
    anyAmount(amount, ['amount']);
    reference(evidenceReference, ['evidenceReference']);
    if (gatewayTransactionId) reference(gatewayTransactionId, ['gatewayTransactionId']);
  },

  decide(draft, input, tools) {
    const payment = paymentOf(draft, input.paymentId);
    const facts = paymentFacts(draft, payment, tools);
    step(paymentMachine, { trigger: 'recordExternalTransaction', from: payment.status }, facts);
    const occurredAt = input.occurredAt ?? tools.now;
    checkTime(occurredAt, ['occurredAt'], tools.now);
    reportedFulfillment(draft, input.fulfillmentId);
    const { minorUnits, currency } = anyAmount(input.amount, ['amount']);
    const naturalKey = `external:${sha256Hex(canonicalJson({ ...input }))}`;
    addFact(
      draft,
      payment,
      {
        naturalKey,
        kind: 'TRANSACTION',
        source: 'external',
        eventId: naturalKey,
        occurredAt,
        transactionType: input.type,
        result: 'SUCCEEDED',
        requestedMinor: minorUnits,
        processedMinor: minorUnits,
        currency,
        gatewayTransactionId: input.gatewayTransactionId ?? null,
        // Without a name at the gateway it is one of its own, whatever else has none.
        providerRequestKey: input.gatewayTransactionId ? null : naturalKey,
        fulfillmentId: input.fulfillmentId ?? null,
        externallyExecuted: true,
        evidenceReference: input.evidenceReference,
      },
      tools,
    );
    return payment.id;
  },
};
