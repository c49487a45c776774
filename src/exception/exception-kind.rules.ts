import { type Draft } from '../checkout/draft.rules';
import { type Role } from '../kernel/actor';

export const EXCEPTION_KINDS = [
  'AUTHORIZED_ORDER_NOT_CREATED',
  'CAPTURED_ORDER_CREATION_FAILED',
  'INDETERMINATE_RESULT',
] as const;
export type ExceptionKind = (typeof EXCEPTION_KINDS)[number];

export type SubjectType = 'CHECKOUT' | 'ORDER' | 'PAYMENT' | 'TRANSACTION' | 'FULFILLMENT';
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
  'REFUND',
  'HOLD_SETTLEMENT',
  'RESOLVE_RESULT',
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
}

/** One contradiction as a kind's predicate sees it now. */
export interface Finding {
  readonly subjectId: string;
  readonly orderId: string | null;
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
  find(draft: Draft, settings: DetectionSettings): readonly Finding[];
  /** The predicate is false now: may it resolve by itself, or must somebody close it? */
  resolvesItself(draft: Draft, exception: { subjectId: string; moneyAt: Date }, now: Date): boolean;
}
