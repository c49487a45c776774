import { type FulfillmentStatus } from '../fulfillment/fulfillment.machine';
import { type OrderStatus } from '../order/order.machine';
import { type PaymentStatus, type TransactionStatus } from '../payment/payment.machine';
import { type ExceptionKind } from './exception-kind.rules';
import { type ExceptionStatus } from './exception.machine';

const MINUTES_PER_HOUR = 60;
const MINUTES_PER_DAY = 24 * MINUTES_PER_HOUR;

/**
 * What happens to a state in which nothing happens (states.md 2.9): an exception is raised, an automatic edge is
 * taken, or it waits and shows its age. Minutes are the defaults of the limits; null where the case sets the date.
 */
export interface Idle {
  readonly exception?: ExceptionKind;
  readonly trigger?: string;
  readonly afterMinutes: number | null;
}

const raises = (exception: ExceptionKind, afterMinutes: number | null = 0): Idle => ({
  exception,
  afterMinutes,
});
const takes = (trigger: string, afterMinutes: number | null): Idle => ({ trigger, afterMinutes });
const waits = (days: number): Idle => ({ afterMinutes: days * MINUTES_PER_DAY });

const ORDER: Readonly<Partial<Record<OrderStatus, Idle>>> = {
  CREATION_PENDING: takes('abandoned', MINUTES_PER_DAY),
  CREATION_FAILED: raises('CAPTURED_ORDER_CREATION_FAILED'),
  CREATED: waits(30),
  PAYMENT_PENDING: waits(30),
  PAYMENT_DENIED: takes('retry window over', MINUTES_PER_DAY),
  PAYMENT_AUTHORIZED: raises('AUTHORIZATION_EXPIRING', null),
  CANCELLATION_WINDOW: takes('window over', 30),
  READY_FOR_HANDLING: waits(7),
  HANDLING: waits(7),
  VERIFYING_INVOICE: raises('INVOICED_CAPTURE_FAILED', MINUTES_PER_HOUR),
  INVOICED: waits(30),
  CANCELLATION_REQUESTED: waits(1),
  // A quarter of an hour after the release failed, or is not believed any more.
  CANCELLING: raises('CANCELLED_ORDER_AUTHORIZATION_OPEN', MINUTES_PER_DAY + 15),
};

const PAYMENT: Readonly<Partial<Record<PaymentStatus, Idle>>> = {
  CREATED: waits(30),
  PENDING: raises('ILLEGAL_PROVIDER_STATE', 30 * MINUTES_PER_DAY),
  IN_PROCESS: raises('ILLEGAL_PROVIDER_STATE', 30 * MINUTES_PER_DAY),
  AUTHORIZED: raises('AUTHORIZATION_EXPIRING', null),
  // Captures for a fulfillment are STUCK_CAPTURING_PAYMENT there, or SHIPPED_NOT_CAPTURED.
  CAPTURING: raises('ILLEGAL_PROVIDER_STATE', MINUTES_PER_DAY),
  PARTIALLY_CAPTURED: raises('AUTHORIZATION_EXPIRING', null),
  DISPUTED: raises('CHARGEBACK'),
  CHARGED_BACK: raises('CHARGEBACK'),
  INDETERMINATE: raises('INDETERMINATE_RESULT'),
};

const TRANSACTION: Readonly<Partial<Record<TransactionStatus, Idle>>> = {
  NEW: raises('INTENT_NOT_EXECUTED', 15),
  // A refund is REFUND_FAILED after as long; a capture for a fulfillment shows there, a payment not yet authorized waits.
  PENDING: raises('ILLEGAL_PROVIDER_STATE', MINUTES_PER_DAY),
  INDETERMINATE: raises('INDETERMINATE_RESULT'),
};

const FULFILLMENT: Readonly<Partial<Record<FulfillmentStatus, Idle>>> = {
  NEW: waits(7),
  RELEASED: waits(7),
  RESERVATION_FAILED: raises('UNDER_RESERVED_RELEASE'),
  CAPTURING_PAYMENT: raises('STUCK_CAPTURING_PAYMENT', 15),
  CAPTURE_AWAITING_RESULT: raises('STUCK_CAPTURING_PAYMENT', MINUTES_PER_DAY),
  PAYMENT_CAPTURED: waits(7),
  PAYMENT_CAPTURE_FAILED: raises('FULFILLMENT_CAPTURE_FAILED'),
  FULFILLING: waits(7),
  FULFILLED: waits(30),
};

const EXCEPTION: Readonly<Partial<Record<ExceptionStatus, Idle>>> = {
  WATCHING: takes('grace over', 5),
  OPEN: { afterMinutes: null },
  TRIAGED: { afterMinutes: null },
  ASSIGNED: { afterMinutes: null },
  ON_HOLD: { afterMinutes: null },
  DECIDED: { afterMinutes: null },
  ACTIONING: { afterMinutes: null },
  AWAITING_CLOSURE: { afterMinutes: null },
};

/** By the machine's name; states that are not here end the story, or are at rest by themselves. */
export const IDLE_RULES = {
  ORDER,
  PAYMENT,
  PAYMENT_TRANSACTION: TRANSACTION,
  FULFILLMENT,
  RECONCILIATION_EXCEPTION: EXCEPTION,
} as const satisfies Readonly<Record<string, Readonly<Record<string, Idle>>>>;

/** States that may last: nothing is expected of them any more. */
export const AT_REST: Readonly<Record<keyof typeof IDLE_RULES, readonly string[]>> = {
  ORDER: ['COMPLETED', 'CANCELLED'],
  // A late success of the provider leads out of each of them, and nobody waits for it.
  PAYMENT: [
    'CAPTURED',
    'PARTIALLY_REFUNDED',
    'REFUNDED',
    'VOIDED',
    'EXPIRED',
    'REJECTED',
    'CANCELLED',
    'FAILED',
    'VACATED',
  ],
  PAYMENT_TRANSACTION: ['SUCCEEDED', 'FAILED', 'CANCELLED'],
  FULFILLMENT: ['DELIVERED', 'RETURNED', 'CANCELLED'],
  RECONCILIATION_EXCEPTION: ['CLOSED', 'AUTO_RESOLVED'],
};
