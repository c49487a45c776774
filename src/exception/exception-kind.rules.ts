import { type Draft } from '../checkout/draft.rules';
import { type Role } from '../kernel/actor';
import { type Limits } from '../kernel/limits';

export const EXCEPTION_KINDS = [
  'AUTHORIZED_ORDER_NOT_CREATED',
  'CAPTURED_ORDER_CREATION_FAILED',
  'CAPTURED_OMS_REJECTED',
  'REFUNDED_ORDER_LATER_CREATED',
  'CAPTURED_AFTER_CANCELLATION',
  'INVOICED_CAPTURE_FAILED',
  'INDETERMINATE_RESULT',
  'UNDER_RESERVED_RELEASE',
  'REFUND_FAILED',
  'STUCK_CAPTURING_PAYMENT',
  'DUPLICATE_WEBHOOK',
  'DUPLICATE_CAPTURE',
  'AMOUNT_OR_CURRENCY_MISMATCH',
  'CAPTURE_FAILED_AFTER_SUCCESS',
  'CHARGEBACK',
  'PAYMENT_VACATED',
  'ILLEGAL_PROVIDER_STATE',
  'AUTHORIZATION_EXPIRING',
  'CANCELLED_ORDER_AUTHORIZATION_OPEN',
  'SHIPPED_NOT_CAPTURED',
  'CAPTURE_IN_CANCELLED_FULFILLMENT',
  'DUPLICATE_ORDER',
  'CANCEL_INVOICE_RACE',
  'OVER_REFUND',
  'FULFILLMENT_CAPTURE_FAILED',
  'INTENT_NOT_EXECUTED',
  'AUTHORIZED_OMS_REJECTED',
] as const;
export type ExceptionKind = (typeof EXCEPTION_KINDS)[number];

export type SubjectType =
  'CHECKOUT' | 'ORDER' | 'PAYMENT' | 'TRANSACTION' | 'FULFILLMENT' | 'DELIVERY';
export type Impact = 'CUSTOMER' | 'FINANCE' | 'TECHNICAL';
export type ExceptionGroup =
  | 'UNMATCHED_CAPTURES'
  | 'DUPLICATE_WEBHOOKS'
  | 'FAILED_REFUNDS'
  | 'MISSING_ERP_POSTINGS'
  | 'SETTLEMENT_LINES'
  | 'CAPTURE_PROBLEMS'
  | 'DISPUTES';

export const DECISIONS = [
  'RETRY_CREATION',
  'REPAIR_ORDER',
  'SUPPORT_ORDER',
  'LET_EXPIRE',
  'VOID',
  'CANCEL_ORDER',
  'CANCEL_AND_REPLACE',
  'DENY_CANCEL',
  'KEEP_ONE',
  'REFUND',
  'POST_EVIDENCE',
  'HOLD_SETTLEMENT',
  'CONTEST_DISPUTE',
  'ACCEPT_LOSS',
  'RETRY_CAPTURE',
  'REAUTHORIZE',
  'RETRY_REFUND',
  'REPROCESS',
  'NEW_PAYMENT',
  'RESOLVE_RESULT',
  'OVERRIDE_STATUS',
  'CANCEL_FULFILLMENT',
  'STOP_SHIPMENT',
  'RECORD_EXTERNAL',
  'ACCEPT_AS_IS',
  'ESCALATE',
] as const;
export type Decision = (typeof DECISIONS)[number];

export type TriageAnswer = 'YES' | 'NO' | 'UNKNOWN';
export type TriageClass = 'CUSTOMER_RECOVERY' | 'OPERATIONAL_REPAIR' | 'FINANCE_RECONCILIATION';
export type DeadlineClass = 'FIRST_HOUR' | 'SETTLEMENT_CUTOFF' | 'FINANCE_CLOSE';
export type RepairAction = 'ADDRESS_FIX' | 'FRAUD_RELEASE' | 'CART_FIX' | 'REPLAY';
export type RefundReason =
  'CUSTOMER_CANNOT_RECEIVE' | 'CANNOT_RECREATE_SAFELY' | 'ELAPSED_TIME' | 'FINANCE_CANNOT_POST';

/** Grace periods and limits that configuration may change; milliseconds. */
export interface DetectionSettings {
  /** E01, E02: how long an order may take to follow its money. */
  readonly orderCreationGraceMs: number;
  readonly limits: Limits;
}

/** One contradiction as a kind's predicate sees it now. */
export interface Finding {
  readonly subjectId: string;
  /** Where it is not the kind's usual subject. */
  readonly subjectType?: SubjectType;
  /** Ids the subject belongs to: a kind this one yields to absorbs it on any of them. */
  readonly within?: readonly string[];
  readonly orderId: string | null;
  /** Null where it is about all payments of its order. */
  readonly paymentId: string | null;
  /** Everything the predicate read: ids, amounts, states. Its hash is the cause. */
  readonly cause: readonly (string | bigint | null)[];
  /** Counted from our first knowledge; 0 = due at once. */
  readonly graceMs: number;
  /** Minor units; null where no amount is known. */
  readonly amountMinor: bigint | null;
  readonly currency: string | null;
  /** Provider time of the money fact it is about. */
  readonly moneyAt: Date;
}

/** One kind of exception: all there is to know about it. Adding a kind is adding one such file and its test. */
export interface ExceptionKindRules {
  readonly kind: ExceptionKind;
  readonly description: string;
  readonly source: string;
  readonly subjectType: SubjectType;
  readonly group: ExceptionGroup;
  readonly impact: readonly Impact[];
  /** The accountable role first (S2.3); with it those who answer for the kind. */
  readonly owners: readonly Role[];
  /** Other clocks' owners who contribute evidence (S2.31). */
  readonly contributing: readonly Role[];
  readonly decisions: readonly Decision[];
  /** What somebody might expect to be allowed and is not. */
  readonly forbidden: readonly Decision[];
  /** Kinds that absorb it on one subject. */
  readonly yieldsTo: readonly ExceptionKind[];
  readonly autoResolves: string;
  /** The provider's resource is asked for while it is live. */
  readonly asksProvider: boolean;
  maxGraceMs(settings: DetectionSettings): number;
  find(draft: Draft, settings: DetectionSettings, now: Date): readonly Finding[];
  /** Moments at which time alone may make the predicate true; past ones do no harm. */
  dueTimes?(draft: Draft, settings: DetectionSettings): readonly Date[];
  /** It stays live until somebody closes it, though the predicate is false ("never"). */
  readonly neverResolves?: boolean;
  /** What a cause allows of `decisions`; all where absent. */
  decisionsFor?(draft: Draft, exception: { subjectId: string }): readonly Decision[];
  /** A deadline the case sets itself, before any window. */
  deadlineOf?(draft: Draft, exception: { subjectId: string }): Date | null;
  /** The predicate is false now: may it resolve by itself, or must somebody close it? */
  resolvesItself(draft: Draft, exception: { subjectId: string; moneyAt: Date }, now: Date): boolean;
}
