import { type Command } from '../checkout/command';
import { paymentOf } from '../checkout/draft.rules';
import { canonicalJson, sha256Hex } from '../kernel/canonical';
import { checkTime } from '../kernel/foreign-time';
import { refusePan } from '../kernel/pan';
import { refuse } from '../kernel/refusal';
import { rolesOf } from '../kernel/state-machine';
import { boundedText } from '../kernel/text';
import { factsOf, toldNow } from './fact-time.rules';
import { addFact } from './new-fact';
import { paymentMachine, type PaymentStatus, type RiskStatus } from './payment.machine';

export interface RecordPaymentStatusInput {
  readonly paymentId: string;
  readonly status: PaymentStatus;
  readonly providerStatus?: string | null;
  readonly version?: number | null;
  readonly riskStatus?: RiskStatus | null;
  readonly occurredAt?: Date | null;
}

/**
 * Records the provider's word on a payment, without amounts (states.md 2.2). A fact: never refused for what it says, in
 * any order; one that is illegal is stored and told by an exception (E22). The risk analysis moves no status.
 */
export const recordPaymentStatus: Command<RecordPaymentStatusInput> = {
  name: 'recordPaymentStatus',
  entity: 'payment',
  creation: false,
  subject: 'payment',
  roles: rolesOf(paymentMachine, 'recordPaymentStatus'),
  keys: ({ paymentId }) => [{ kind: 'ID', value: paymentId, field: 'paymentId' }],
  target: (draft, { paymentId }) => paymentOf(draft, paymentId).id,
  probe: (draft, paymentId) => ({
    paymentId,
    status: 'PENDING',
    occurredAt: paymentOf(draft, paymentId).createdAt,
  }),

  check({ providerStatus, version }) {
    if (providerStatus) {
      refusePan(boundedText(providerStatus, ['providerStatus'], 64), ['providerStatus'], 'REJECT');
    }
    if (version !== null && version !== undefined && version < 0) {
      refuse('GUARD_FAILED', 'A version is not negative.', { field: ['version'] });
    }
  },

  decide(draft, input, tools) {
    const payment = paymentOf(draft, input.paymentId);
    const occurredAt = input.occurredAt ?? toldNow(factsOf(draft, payment), tools.now);
    checkTime(occurredAt, ['occurredAt'], tools.now);
    const naturalKey = `status:${sha256Hex(canonicalJson({ ...input, occurredAt }))}`;
    addFact(
      draft,
      payment,
      {
        naturalKey,
        kind: 'STATUS',
        source: 'caller:',
        eventId: naturalKey,
        providerVersion: input.version ?? null,
        occurredAt,
        reported: input.status,
        nativeStatus: input.providerStatus ?? null,
        riskStatus: input.riskStatus ?? null,
      },
      tools,
    );
    return payment.id;
  },
};
