import { type Side } from '../kernel/actor';
import { refusal, type Refusal } from '../kernel/refusal';
import { type OrderStatus } from '../order/order-status.rules';

/** What the guards of the money clock's commands look at. Amounts are checked beside them, against the input. */
export interface PaymentFacts {
  readonly side: Side;
  /** Of the order it pays; null while there is none. */
  readonly orderStatus: OrderStatus | null;
  /** A transaction is INDETERMINATE, or happened with no known amount. */
  readonly outcomeUnknown: boolean;
  readonly captureOrVoidOpen: boolean;
  readonly captureOpen: boolean;
  readonly authorizeOrCaptureOpen: boolean;
  /** Retries are frozen by something else than the exception the command acts for (S2.42). */
  readonly frozen: boolean;
  /** The authorization has run out, by the provider's word or our clock. */
  readonly authorizationOver: boolean;
  readonly captured: bigint;
  /** A release of the order has reserved > finalized. */
  readonly releaseIsReserved: boolean;
  /** The provider takes no refund of it any more (M6). */
  readonly refundIsOverdue: boolean;
  /** A return, a cancellation, a grant or a decided REFUND stands behind it. */
  readonly refundIsBacked: boolean;
  /** E01, E02 or E03 of the payment is live and REFUND is not decided (S2.29). */
  readonly mayBeRecoverable: boolean;
}

export const NO_PAYMENT_FACTS: PaymentFacts = {
  side: 'MARKETPLACE',
  orderStatus: null,
  outcomeUnknown: false,
  captureOrVoidOpen: false,
  captureOpen: false,
  authorizeOrCaptureOpen: false,
  frozen: false,
  authorizationOver: false,
  captured: 0n,
  releaseIsReserved: false,
  refundIsOverdue: false,
  refundIsBacked: true,
  mayBeRecoverable: false,
};

type PaymentGuard = (facts: PaymentFacts) => Refusal | null;

const unless = (holds: boolean, message: string): Refusal | null =>
  holds ? null : refusal('GUARD_FAILED', message);

/** S0.14: the seller neither runs nor overrides a capture. */
export const isTheMarketplace: PaymentGuard = ({ side }) =>
  side === 'MARKETPLACE'
    ? null
    : refusal('FORBIDDEN', 'Money is moved by the marketplace only (S0.14).');

export const outcomesAreKnown: PaymentGuard = ({ outcomeUnknown }) =>
  outcomeUnknown
    ? refusal('OUTCOME_INDETERMINATE', 'The outcome of an earlier request is not known yet (S1.2).')
    : null;

export const noCaptureOrVoidIsOpen: PaymentGuard = ({ captureOrVoidOpen }) =>
  captureOrVoidOpen
    ? refusal('OUTCOME_INDETERMINATE', 'A capture or void of the payment has no result yet.')
    : null;

export const noCaptureIsOpen: PaymentGuard = ({ captureOpen }) =>
  captureOpen
    ? refusal('OUTCOME_INDETERMINATE', 'A capture of the payment has no result yet.')
    : null;

export const nothingIsUnderWay: PaymentGuard = ({ authorizeOrCaptureOpen }) =>
  authorizeOrCaptureOpen
    ? refusal('OUTCOME_INDETERMINATE', 'An authorization or capture has no result yet.')
    : null;

export const retriesRun: PaymentGuard = ({ frozen }) =>
  frozen
    ? refusal('REPLAY_BLOCKED', 'Retries are frozen on this checkout; see retryModeReasons.')
    : null;

export const authorizationStands: PaymentGuard = ({ authorizationOver }) =>
  unless(!authorizationOver, 'The authorization has run out.');

export const orderIsNotCancelled: PaymentGuard = ({ orderStatus }) =>
  unless(
    orderStatus !== 'CANCELLING' && orderStatus !== 'CANCELLED',
    'The order is being cancelled: nothing more is captured for it.',
  );

/** K3: what was captured is refunded, not voided; a partial void names its amount. */
export const nothingIsCaptured: PaymentGuard = ({ captured }) =>
  unless(captured === 0n, 'Some of it is captured: state the amount to release.');

export const noReleaseIsReserved: PaymentGuard = ({ releaseIsReserved }) =>
  unless(!releaseIsReserved, 'A release has reserved money that is not finalized (S3.11).');

/** Money that cannot go back through the provider is returned outside, and recorded (S1.11). */
export const refundIsInTime: PaymentGuard = ({ refundIsOverdue }) =>
  unless(!refundIsOverdue, 'The provider takes no refund after so long: return it outside.');

export const refundIsBacked: PaymentGuard = (facts) =>
  unless(
    facts.refundIsBacked,
    'A refund needs a return, a cancellation, a granted refund or a decided REFUND behind it.',
  );

/** S2.29: the payment of an order that may still be recovered is not refunded beside a decision. */
export const orderIsNotRecoverable: PaymentGuard = ({ mayBeRecoverable }) =>
  unless(
    !mayBeRecoverable,
    'The order may still be recovered: decide REFUND on its exception first (S2.29).',
  );
