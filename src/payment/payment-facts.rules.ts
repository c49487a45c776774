import { payingOrder, type Draft, type Tools } from '../checkout/draft.rules';
import { isFrozenFor } from '../checkout/freeze.rules';
import { isLive } from '../exception/exception.machine';
import { grantedLeft } from './granted-left.rules';
import { NO_PAYMENT_FACTS, type PaymentFacts, type TransactionType } from './payment.machine';
import { type Payment } from './payment.entity';
import { isRefundOverdue } from './refund-window.rules';

const OPEN: readonly string[] = ['NEW', 'PENDING', 'INDETERMINATE'];
const RECOVERABLE: readonly string[] = [
  'AUTHORIZED_ORDER_NOT_CREATED',
  'CAPTURED_ORDER_CREATION_FAILED',
  'CAPTURED_OMS_REJECTED',
];

export { grantedLeft } from './granted-left.rules';

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

/** Decided REFUND on an exception of this payment, or of an order it pays for. */
function refundIsDecided(draft: Draft, { id, orderId }: Payment): boolean {
  return draft.exceptions
    .filter(isLive)
    .some(
      (row) =>
        row.decision === 'REFUND' &&
        (row.paymentId === id ||
          (row.paymentId === null && orderId !== null && paidBy(draft, row.orderId) === orderId)),
    );
}

const paidBy = (draft: Draft, id: string | null): string | null => {
  const order = draft.orders.find((one) => one.id === id);
  return order === undefined ? null : payingOrder(draft, order).id;
};

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
