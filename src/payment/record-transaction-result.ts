import { type Command } from '../checkout/command';
import { paymentOf } from '../checkout/draft.rules';
import { canonicalJson, sha256Hex } from '../kernel/canonical';
import { checkFutureTime, checkTime } from '../kernel/foreign-time';
import { anyAmount, type Money, type MoneyInput, sameCurrency } from '../kernel/money';
import { refusePan } from '../kernel/pan';
import { refuse } from '../kernel/refusal';
import { rolesOf } from '../kernel/state-machine';
import { boundedText, reference } from '../kernel/text';
import { addFact } from './new-fact';
import {
  paymentMachine,
  type IndeterminateCause,
  type TransactionResult,
  type TransactionType,
} from './payment.machine';
import { checkMethod } from './provider-name';
import { reportedFulfillment } from './request-terms.rules';

export interface RecordTransactionResultInput {
  readonly paymentId: string;
  readonly type: TransactionType;
  readonly result: TransactionResult;
  readonly requestedAmount?: MoneyInput | null;
  readonly processedAmount?: MoneyInput | null;
  readonly gatewayTransactionId?: string | null;
  readonly providerRequestKey?: string | null;
  readonly parentGatewayTransactionId?: string | null;
  readonly responseCode?: string | null;
  readonly reasonCode?: string | null;
  readonly rawMessage?: string | null;
  readonly failureType?: 'HARD' | 'SOFT' | null;
  readonly indeterminateCause?: IndeterminateCause | null;
  readonly sourceSystem?: string | null;
  readonly method?: string | null;
  readonly authorizationExpiresAt?: Date | null;
  readonly fulfillmentId?: string | null;
  readonly occurredAt?: Date | null;
}

/** Records what came of a transaction (states.md 2.3). A fact: stored as reported, its amounts are never refused. */
export const recordTransactionResult: Command<RecordTransactionResultInput> = {
  name: 'recordTransactionResult',
  entity: 'payment',
  creation: false,
  subject: 'payment',
  roles: rolesOf(paymentMachine, 'recordTransactionResult'),
  keys: ({ paymentId }) => [{ kind: 'ID', value: paymentId, field: 'paymentId' }],
  target: (draft, { paymentId }) => paymentOf(draft, paymentId).id,
  probe: (_draft, paymentId) => ({
    paymentId,
    type: 'AUTHORIZE',
    result: 'PENDING',
    providerRequestKey: `probe-${paymentId}`,
  }),
  check: checkResult,

  decide(draft, input, tools) {
    const payment = paymentOf(draft, input.paymentId);
    const processed = money(input, 'processedAmount');
    const requested = money(input, 'requestedAmount');
    const occurredAt = input.occurredAt ?? tools.now;
    checkTime(occurredAt, ['occurredAt'], tools.now);
    const naturalKey = `result:${sha256Hex(canonicalJson({ ...input, occurredAt }))}`;
    addFact(
      draft,
      payment,
      {
        naturalKey,
        kind: 'TRANSACTION',
        source: `caller:${input.sourceSystem ?? ''}`.slice(0, 64),
        eventId: naturalKey,
        occurredAt,
        transactionType: input.type,
        result: input.result,
        requestedMinor: requested?.minorUnits ?? null,
        processedMinor: processed?.minorUnits ?? null,
        currency: processed?.currency ?? requested?.currency ?? null,
        parentKey: input.parentGatewayTransactionId ?? null,
        fulfillmentId: reportedFulfillment(draft, input.fulfillmentId),
        ...words(input),
      },
      tools,
    );
    return payment.id;
  },
};

/** What the report says in the provider's words. */
function words(input: RecordTransactionResultInput) {
  return {
    gatewayTransactionId: input.gatewayTransactionId ?? null,
    providerRequestKey: input.providerRequestKey ?? null,
    responseCode: input.responseCode ?? null,
    reasonCode: input.reasonCode ?? null,
    rawMessage: input.rawMessage ?? null,
    failureType: input.failureType ?? null,
    indeterminateCause: input.indeterminateCause ?? null,
    sourceSystem: input.sourceSystem ?? null,
    method: input.method ?? null,
    authorizationExpiresAt: input.authorizationExpiresAt ?? null,
  };
}

/** Of any sign: what a provider reports is not ours to refuse. */
function money(
  input: RecordTransactionResultInput,
  field: 'requestedAmount' | 'processedAmount',
): Money | null {
  const value = input[field];
  return value ? anyAmount(value, [field]) : null;
}

function checkResult(input: RecordTransactionResultInput): void {
  if (!input.gatewayTransactionId && !input.providerRequestKey) {
    refuse('GUARD_FAILED', 'gatewayTransactionId or providerRequestKey names the transaction.', {
      field: ['gatewayTransactionId'],
    });
  }
  for (const field of [
    'gatewayTransactionId',
    'providerRequestKey',
    'parentGatewayTransactionId',
  ] as const) {
    const value = input[field];
    if (value !== null && value !== undefined) reference(value, [field]);
  }
  for (const field of ['responseCode', 'reasonCode', 'rawMessage', 'sourceSystem'] as const) {
    const value = input[field];
    if (value === null || value === undefined) continue;
    boundedText(value, [field], LENGTHS[field]);
    refusePan(value, [field], 'REJECT');
  }
  const requested = money(input, 'requestedAmount');
  const processed = money(input, 'processedAmount');
  if (requested && processed) sameCurrency(requested, processed, ['processedAmount']);
  checkMethod(input.method);
  checkFutureTime(input.authorizationExpiresAt, ['authorizationExpiresAt']);
  checkWhatTheResultNeeds(input);
}

const LENGTHS = { responseCode: 64, reasonCode: 191, rawMessage: 1000, sourceSystem: 50 } as const;

function checkWhatTheResultNeeds(input: RecordTransactionResultInput): void {
  if (input.result === 'SUCCEEDED' && !input.processedAmount && !input.requestedAmount) {
    refuse('GUARD_FAILED', 'A success states the amount that was processed.', {
      field: ['processedAmount'],
    });
  }
  if ((input.result === 'INDETERMINATE') !== Boolean(input.indeterminateCause)) {
    refuse('GUARD_FAILED', 'indeterminateCause goes with INDETERMINATE, and only with it.', {
      field: ['indeterminateCause'],
    });
  }
  if (input.failureType && input.result !== 'FAILED') {
    refuse('GUARD_FAILED', 'failureType goes with FAILED.', { field: ['failureType'] });
  }
}
