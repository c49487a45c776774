import { type Command } from '../checkout/command';
import { fulfillmentOf, paymentOf, type Draft, type Tools } from '../checkout/draft.rules';
import { projectPayments } from '../checkout/project-payments.rules';
import { refusePan } from '../kernel/pan';
import { positiveAmount, sameCurrency, type MoneyInput } from '../kernel/money';
import { refuse } from '../kernel/refusal';
import { rolesOf } from '../kernel/state-machine';
import { requireReason } from '../kernel/text';
import { factsOf, notBefore } from '../payment/fact-time.rules';
import { addFact } from '../payment/new-fact';
import { type PaymentTransaction } from '../payment/payment-transaction.entity';
import { type TransactionResult } from '../payment/payment.machine';
import { transactionFacts } from '../payment/transactions.rules';
import { checkEvidenceReference } from './evidence-text';
import { fulfillmentFacts } from './fulfillment-facts.rules';
import { type Fulfillment } from './fulfillment.entity';
import { fulfillmentMachine, type FulfillmentStatus } from './fulfillment.machine';
import { capturesFor, projectFulfillments } from './fulfillment.rules';
import { moveFulfillment } from './move-fulfillment.rules';
import { capturedOnceStarted } from './uncaptured.rules';

interface Outcome {
  readonly transactionId: string;
  readonly result: TransactionResult;
  readonly processedAmount?: MoneyInput | null;
}

export interface OverrideFulfillmentStatusInput {
  readonly fulfillmentId: string;
  readonly status: FulfillmentStatus;
  readonly reason: string;
  readonly evidenceReference: string;
  readonly results?: readonly Outcome[] | null;
}

/** Where a capture ends (S1.13). */
const CAPTURED = 'PAYMENT_CAPTURED';
const NOT_CAPTURED = 'PAYMENT_CAPTURE_FAILED';
const OPEN: readonly string[] = ['NEW', 'PENDING', 'INDETERMINATE'];
const RESULTS_MAX = 100;
const AT = ['results'];

/**
 * Ends a stuck capture by hand (S1.12 to S1.14): each open transaction gets the result that was looked up, in the same
 * write, and the state has to agree with what they then add up to.
 */
export const overrideFulfillmentStatus: Command<OverrideFulfillmentStatusInput> = {
  name: 'overrideFulfillmentStatus',
  entity: 'fulfillment',
  creation: false,
  subject: 'fulfillment',
  roles: rolesOf(fulfillmentMachine, 'overrideFulfillmentStatus'),
  keys: ({ fulfillmentId }) => [{ kind: 'ID', value: fulfillmentId, field: 'fulfillmentId' }],
  target: (draft, { fulfillmentId }) => fulfillmentOf(draft, fulfillmentId).id,
  probe: (draft, fulfillmentId) => ({
    fulfillmentId,
    status: NOT_CAPTURED,
    reason: 'probe',
    evidenceReference: 'probe',
    results: openCaptures(draft, fulfillmentOf(draft, fulfillmentId)).map(({ id }) => ({
      transactionId: id,
      result: 'FAILED',
    })),
  }),
  check: checkOverride,

  decide(draft, input, tools) {
    const fulfillment = fulfillmentOf(draft, input.fulfillmentId);
    const facts = fulfillmentFacts(draft, fulfillment, tools);
    const move = { trigger: 'overrideFulfillmentStatus', to: input.status };
    if (!moveFulfillment(fulfillment, move, facts, tools.now)) return fulfillment.id;
    const before = capturedOnceStarted(draft, fulfillment);
    resolveAll(draft, fulfillment, input, tools);
    const after = capturedOnceStarted(draft, fulfillment);
    const { totalMinor } = fulfillment;
    // What was captured too much before is a fact; the results themselves come to no more than the total.
    const isCaptured = after === totalMinor || (after > totalMinor && after === before);
    const agrees = input.status === CAPTURED ? isCaptured : after < totalMinor;
    if (!agrees) {
      refuse('GUARD_FAILED', 'The status has to agree with what the captures add up to (S1.14).', {
        field: ['status'],
      });
    }
    tools.explain(fulfillment.id, input.reason);
    return fulfillment.id;
  },
};

const openCaptures = (draft: Draft, fulfillment: Fulfillment): PaymentTransaction[] =>
  capturesFor(draft, fulfillment).filter(({ status }) => OPEN.includes(status));

function resolveAll(
  draft: Draft,
  fulfillment: Fulfillment,
  { results, evidenceReference }: OverrideFulfillmentStatusInput,
  tools: Tools,
): void {
  const open = openCaptures(draft, fulfillment);
  const outcomes = results ?? [];
  if (outcomes.some(({ transactionId }) => !open.some(({ id }) => id === transactionId))) {
    refuse('NOT_FOUND', 'The fulfillment has no such open capture.', { field: AT });
  }
  for (const transaction of open) {
    const outcome = outcomes.find(({ transactionId }) => transactionId === transaction.id);
    if (outcome === undefined) {
      refuse('GUARD_FAILED', 'results says what came of each open capture.', { field: AT });
    }
    resolve(draft, transaction, { outcome, evidenceReference }, tools);
  }
  projectPayments(draft, tools);
  projectFulfillments(draft);
}

function resolve(
  draft: Draft,
  transaction: PaymentTransaction,
  { outcome, evidenceReference }: { outcome: Outcome; evidenceReference: string },
  tools: Tools,
): void {
  const payment = paymentOf(draft, transaction.paymentId);
  const processed = outcome.processedAmount ? positiveAmount(outcome.processedAmount, AT) : null;
  const currency = payment.currency ?? '';
  if (processed !== null) sameCurrency(processed, { currency }, AT);
  const told = transactionFacts(transaction, factsOf(draft, payment));
  const naturalKey = `override:${tools.newId('req')}`;
  addFact(
    draft,
    payment,
    {
      naturalKey,
      kind: 'TRANSACTION',
      source: 'override',
      eventId: naturalKey,
      occurredAt: notBefore(told, tools.now),
      transactionType: transaction.type,
      result: outcome.result,
      processedMinor: processed?.minorUnits ?? null,
      currency,
      gatewayTransactionId: transaction.gatewayTransactionId,
      providerRequestKey: transaction.providerRequestKey,
      evidenceReference,
    },
    tools,
  );
}

function checkOverride({
  reason,
  evidenceReference,
  results,
  status,
}: OverrideFulfillmentStatusInput) {
  refusePan(requireReason(reason, ['reason']), ['reason'], 'REJECT');
  checkEvidenceReference(evidenceReference);
  if (status !== CAPTURED && status !== NOT_CAPTURED) {
    refuse('GUARD_FAILED', `A capture ends ${CAPTURED} or ${NOT_CAPTURED} (S1.13).`, {
      field: ['status'],
    });
  }
  if ((results?.length ?? 0) > RESULTS_MAX) {
    refuse('LIMIT', `At most ${RESULTS_MAX} results.`, { field: AT });
  }
  const ids = (results ?? []).map(({ transactionId }) => transactionId);
  if (new Set(ids).size < ids.length) {
    refuse('GUARD_FAILED', 'A transaction has one result.', { field: AT });
  }
  for (const { result, processedAmount } of results ?? []) {
    if (result !== 'SUCCEEDED' && result !== 'FAILED') {
      refuse('GUARD_FAILED', 'A result is SUCCEEDED or FAILED.', { field: AT });
    }
    if ((result === 'SUCCEEDED') !== Boolean(processedAmount)) {
      refuse('GUARD_FAILED', 'processedAmount goes with SUCCEEDED, and only with it.', {
        field: AT,
      });
    }
    if (processedAmount) positiveAmount(processedAmount, AT);
  }
}
