import { type Draft, type Tools } from '../checkout/draft.rules';
import { isFrozenFor } from '../checkout/freeze.rules';
import { isLive } from '../exception/exception.machine';
import { DECIDED_REQUEST } from './request-transaction.rules';
import { NO_PAYMENT_FACTS, type PaymentFacts, type TransactionType } from './payment.machine';
import { type Payment } from './payment.entity';
import { isRefundOverdue } from './refund-window.rules';

const OPEN: readonly string[] = ['NEW', 'PENDING', 'INDETERMINATE'];
const RECOVERABLE: readonly string[] = [
  'AUTHORIZED_ORDER_NOT_CREATED',
  'CAPTURED_ORDER_CREATION_FAILED',
  'CAPTURED_OMS_REJECTED',
];

/** What the money clock's guards look at; `exceptionId` is the decided exception the command acts for. */
export function paymentFacts(
  draft: Draft,
  payment: Payment,
  { actor, now }: Pick<Tools, 'actor' | 'now'>,
  exceptionId?: string | null,
): PaymentFacts {
  const own = draft.transactions.filter(({ paymentId }) => paymentId === payment.id);
  const isOpen = (...types: TransactionType[]) =>
    own.some(({ type, status }) => types.includes(type) && OPEN.includes(status));
  const expiry = payment.authorizationExpiresAt;
  return {
    ...NO_PAYMENT_FACTS,
    side: actor.side,
    orderStatus: draft.orders.find(({ id }) => id === payment.orderId)?.status ?? null,
    outcomeUnknown: payment.moneyState === 'UNKNOWN',
    captureOrVoidOpen: isOpen('CAPTURE', 'SALE', 'VOID'),
    captureOpen: isOpen('CAPTURE', 'SALE'),
    authorizeOrCaptureOpen: isOpen('AUTHORIZE', 'CAPTURE', 'SALE'),
    frozen: isFrozenFor(draft, exceptionId ?? ''),
    authorizationOver: expiry !== null && expiry <= now,
    captured: payment.captured,
    releaseIsReserved: hasReservedRelease(draft, payment),
    refundIsOverdue: isRefundOverdue(payment, now),
    refundIsBacked: isRefundBacked(draft, payment),
    mayBeRecoverable: mayBeRecoverable(draft, payment),
  };
}

function hasReservedRelease(draft: Draft, { id }: Payment): boolean {
  return draft.fulfillments.some(
    ({ claims, status, reservedMinor, finalizedMinor }) =>
      status !== 'CANCELLED' &&
      claims.some(({ paymentId }) => paymentId === id) &&
      reservedMinor > finalizedMinor,
  );
}

/** Decided REFUND on an exception of this payment, or of its order. */
function refundIsDecided(draft: Draft, { id, orderId }: Payment): boolean {
  return draft.exceptions
    .filter(isLive)
    .some(
      (row) =>
        row.decision === 'REFUND' &&
        (row.paymentId === id || (row.paymentId === null && row.orderId === orderId)),
    );
}

/** A return, a cancellation, a grant not used up, or a decided REFUND (states.md 2.2). */
function isRefundBacked(draft: Draft, payment: Payment): boolean {
  return !needsGrant(draft, payment) || grantedLeft(draft, payment.orderId) > 0n;
}

/** Nothing but grants stands behind a refund of it: then they bound it. */
export function needsGrant(draft: Draft, payment: Payment): boolean {
  const order = draft.orders.find(({ id }) => id === payment.orderId);
  const isOff = order?.status === 'CANCELLED' || order?.status === 'CANCELLING';
  return !isOff && !refundIsDecided(draft, payment);
}

/**
 * Granted for the order and neither refunded nor being refunded; minor units, below zero where more went back. A refund
 * that was decided on an exception used up no grant.
 */
export function grantedLeft(draft: Draft, orderId: string | null): bigint {
  const order = draft.orders.find(({ id }) => id === orderId);
  const granted = (order?.refundGrants ?? []).reduce(
    (sum, { amountMinor }) => sum + BigInt(amountMinor),
    0n,
  );
  return draft.payments
    .filter((payment) => orderId !== null && payment.orderId === orderId)
    .reduce(
      (left, payment) =>
        left - payment.refunded - payment.refunding + refundedByDecision(draft, payment),
      granted,
    );
}

const MOVES: readonly string[] = ['NEW', 'PENDING', 'INDETERMINATE', 'SUCCEEDED'];

function refundedByDecision({ facts, transactions }: Draft, { id }: Payment): bigint {
  const decided = facts
    .filter(({ paymentId, source }) => paymentId === id && source === DECIDED_REQUEST)
    .map(({ requestId }) => requestId);
  return transactions
    .filter((one) => one.paymentId === id && one.type === 'REFUND' && MOVES.includes(one.status))
    .filter(({ requestId }) => requestId !== null && decided.includes(requestId))
    .reduce(
      (sum, { processedMinor, requestedMinor }) => sum + (processedMinor ?? requestedMinor ?? 0n),
      0n,
    );
}

function mayBeRecoverable(draft: Draft, payment: Payment): boolean {
  return draft.exceptions
    .filter(isLive)
    .some(
      (row) =>
        RECOVERABLE.includes(row.kind) &&
        (row.paymentId === payment.id ||
          (row.subjectType === 'ORDER' && row.orderId === payment.orderId)) &&
        row.decision !== 'REFUND',
    );
}
