import { type Command } from '../checkout/command';
import { paymentOf } from '../checkout/draft.rules';
import { canonicalJson, sha256Hex } from '../kernel/canonical';
import { checkFutureTime, checkTime } from '../kernel/foreign-time';
import { anyAmount, type MoneyInput } from '../kernel/money';
import { refusePan } from '../kernel/pan';
import { rolesOf } from '../kernel/state-machine';
import { boundedText, reference } from '../kernel/text';
import { factsOf, toldNow } from './fact-time.rules';
import { addFact } from './new-fact';
import { paymentMachine, type TransactionResult } from './payment.machine';

export type DisputeState = 'OPEN' | 'WON' | 'LOST';

export interface RecordDisputeInput {
  readonly paymentId: string;
  readonly disputeId: string;
  readonly amount: MoneyInput;
  readonly state: DisputeState;
  readonly respondBy?: Date | null;
  readonly reasonCode?: string | null;
  readonly parentGatewayTransactionId?: string | null;
  readonly occurredAt?: Date | null;
}

/** Won after it was lost, the money comes back: the projection sets a reversal beside the chargeback. */
const RESULTS: Readonly<Record<DisputeState, TransactionResult>> = {
  OPEN: 'PENDING',
  LOST: 'SUCCEEDED',
  WON: 'CANCELLED',
};

/**
 * Records a dispute and how it went (M7): open it blocks refunds, lost the money is gone, won it stays or comes back
 * (states.md 2.2, E17). A fact: stored as reported, whatever amount it names.
 */
export const recordDispute: Command<RecordDisputeInput> = {
  name: 'recordDispute',
  entity: 'payment',
  creation: false,
  subject: 'payment',
  roles: rolesOf(paymentMachine, 'recordDispute'),
  keys: ({ paymentId }) => [{ kind: 'ID', value: paymentId, field: 'paymentId' }],
  target: (draft, { paymentId }) => paymentOf(draft, paymentId).id,
  probe: (draft, paymentId) => ({
    paymentId,
    disputeId: `probe-${paymentId}`,
    amount: { amount: '1', currencyCode: paymentOf(draft, paymentId).currency ?? 'USD' },
    state: 'OPEN',
  }),

  check(input) {
    reference(input.disputeId, ['disputeId']);
    anyAmount(input.amount, ['amount']);
    checkFutureTime(input.respondBy, ['respondBy']);
    if (input.parentGatewayTransactionId) {
      reference(input.parentGatewayTransactionId, ['parentGatewayTransactionId']);
    }
    if (!input.reasonCode) return;
    refusePan(boundedText(input.reasonCode, ['reasonCode'], 191), ['reasonCode'], 'REJECT');
  },

  decide(draft, input, tools) {
    const payment = paymentOf(draft, input.paymentId);
    const { minorUnits, currency } = anyAmount(input.amount, ['amount']);
    const occurredAt = input.occurredAt ?? toldNow(factsOf(draft, payment), tools.now);
    checkTime(occurredAt, ['occurredAt'], tools.now);
    const naturalKey = `dispute:${sha256Hex(canonicalJson({ ...input, occurredAt }))}`;
    addFact(
      draft,
      payment,
      {
        naturalKey,
        kind: 'TRANSACTION',
        source: 'caller:dispute',
        eventId: naturalKey,
        occurredAt,
        transactionType: 'CHARGEBACK',
        result: RESULTS[input.state],
        requestedMinor: minorUnits,
        processedMinor: input.state === 'LOST' ? minorUnits : null,
        currency,
        gatewayTransactionId: input.disputeId,
        parentKey: input.parentGatewayTransactionId ?? null,
        reasonCode: input.reasonCode ?? null,
        respondBy: input.respondBy ?? null,
      },
      tools,
    );
    return payment.id;
  },
};
