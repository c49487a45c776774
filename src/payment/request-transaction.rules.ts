import { type Draft, type Tools } from '../checkout/draft.rules';
import { formatDecimal } from '../kernel/money';
import { refuse } from '../kernel/refusal';
import { addFact } from './new-fact';
import { type PaymentTransaction } from './payment-transaction.entity';
import { type Payment } from './payment.entity';

type RequestType = 'AUTHORIZE' | 'CAPTURE' | 'SALE' | 'VOID' | 'REFUND';

/** Something asked of the provider; minor units of the payment's currency. */
export interface TransactionRequest {
  readonly type: RequestType;
  readonly amountMinor: bigint;
  readonly fulfillmentId?: string | null;
  /** Ours towards the provider; made up if absent. */
  readonly providerRequestKey?: string | null;
  readonly finalCapture?: boolean;
  /** The gateway's id of the transaction it builds on; the newest that is large enough if absent. */
  readonly parentKey?: string | null;
  /** One request may cover several transactions. */
  readonly requestId?: string;
  readonly disbursementId?: string | null;
  /** A REFUND that was decided on an exception: no grant is used up by it. */
  readonly decided?: boolean;
}

/** Who asked, as a fact's source. */
export const DECIDED_REQUEST = 'request:decision';

/**
 * Journals an intent and its transaction, NEW (design.md): the service that owns the connection executes it, what came
 * of it is told by a result. Amount and state are checked by the caller.
 */
export function requestTransaction(
  draft: Draft,
  payment: Payment,
  request: TransactionRequest,
  tools: Tools,
): void {
  if (payment.currency === null) throw new Error('a payment that moves money has a currency');
  const requestId = request.requestId ?? tools.newId('req');
  const key = request.providerRequestKey ?? tools.newId('req');
  const attempts = draft.facts.filter(
    ({ paymentId, kind, transactionType, providerRequestKey, result }) =>
      paymentId === payment.id &&
      kind === 'TRANSACTION' &&
      transactionType === request.type &&
      providerRequestKey === key &&
      result === null,
  );
  const naturalKey = `request:${request.type}:${attempts.length + 1}:${key}`;
  const parentKey = request.parentKey ?? parentKeyFor(draft, payment, request);
  addFact(
    draft,
    payment,
    {
      naturalKey,
      kind: 'TRANSACTION',
      source: request.decided ? DECIDED_REQUEST : 'request',
      eventId: requestId,
      occurredAt: tools.now,
      transactionType: request.type,
      requestedMinor: request.amountMinor,
      currency: payment.currency,
      providerRequestKey: key,
      parentKey,
      fulfillmentId: request.fulfillmentId ?? null,
      finalCapture: request.finalCapture ?? false,
      disbursementId: request.disbursementId ?? null,
      requestId,
    },
    tools,
  );
  tools.intend({
    action: request.type,
    subjectType: 'Payment',
    subjectId: payment.id,
    details: {
      amount: formatDecimal(request.amountMinor, payment.currency),
      currency: payment.currency,
      provider: payment.provider,
      providerReference: payment.providerReference,
      providerRequestKey: key,
      parentGatewayTransactionId: parentKey,
      fulfillmentId: request.fulfillmentId ?? null,
      disbursementId: request.disbursementId ?? null,
    },
  });
}

/** What a request asks again under a key of the caller's. */
export interface Repetition {
  readonly type: RequestType;
  readonly key: string | null | undefined;
  /** Null: whatever was asked for. */
  readonly amountMinor: bigint | null;
}

/**
 * The attempt a repeated request answers (states.md 2.3): one that is under way. After a success the key is used up,
 * and for another amount it was taken; after a failure it begins a new attempt, and null is answered.
 */
export function repeatedRequest(
  draft: Draft,
  { id }: Pick<Payment, 'id'>,
  { type, key, amountMinor }: Repetition,
): PaymentTransaction | null {
  if (!key) return null;
  const same = draft.transactions
    .filter((one) => one.paymentId === id && one.providerRequestKey === key)
    .sort((a, b) => SPEAKS.indexOf(a.status) - SPEAKS.indexOf(b.status))
    .at(-1);
  const field = ['providerRequestKey'];
  if (same === undefined || !SPEAKS.includes(same.status)) return null;
  if (same.type !== type) {
    refuse('ALREADY_EXISTS', 'The key names a request of another kind.', { field });
  }
  if (same.status === 'SUCCEEDED') {
    refuse('ALREADY_EXISTS', 'This request succeeded already.', { field });
  }
  if (same.status === 'INDETERMINATE') {
    refuse('OUTCOME_INDETERMINATE', 'Nobody knows yet what came of this request.', { field });
  }
  if (amountMinor === null || askedBy(draft, same) === amountMinor) return same;
  return refuse('ALREADY_EXISTS', 'The key names a request of another amount.', { field });
}

/** After any other a request under the same key begins a new attempt; the later one here counts. */
const SPEAKS = ['NEW', 'PENDING', 'SUCCEEDED', 'INDETERMINATE'];

/** Minor units of the whole request, which may cover several transactions. */
function askedBy({ facts }: Draft, one: PaymentTransaction): bigint | null {
  const parts = facts.filter(
    ({ requestId, result }) =>
      one.requestId !== null && requestId === one.requestId && result === null,
  );
  if (parts.length === 0) return one.requestedMinor;
  return parts.reduce((sum, { requestedMinor }) => sum + (requestedMinor ?? 0n), 0n);
}

/**
 * The gateway's id of what a request builds on (states.md 2.3: a capture or void on its authorization, a refund on its
 * capture): the newest that is large enough; null where the gateway gave it none.
 */
function parentKeyFor(
  { transactions }: Draft,
  { id }: Pick<Payment, 'id'>,
  request: Pick<TransactionRequest, 'type' | 'amountMinor'>,
): string | null {
  if (request.type === 'AUTHORIZE' || request.type === 'SALE') return null;
  const types = request.type === 'REFUND' ? ['CAPTURE', 'SALE'] : ['AUTHORIZE'];
  const parents = transactions
    .filter(({ paymentId, type }) => paymentId === id && types.includes(type))
    .filter(({ status, gatewayTransactionId }) => status === 'SUCCEEDED' && gatewayTransactionId)
    .filter(({ processedMinor }) => (processedMinor ?? 0n) >= request.amountMinor)
    .sort((a, b) => a.occurredAt.getTime() - b.occurredAt.getTime() || (a.id < b.id ? -1 : 1));
  return parents.at(-1)?.gatewayTransactionId ?? null;
}
