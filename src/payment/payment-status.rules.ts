// States and words of the money clock (states.md 2.2, 2.3).

export const PAYMENT_STATUSES = [
  'CREATED',
  'PENDING',
  'IN_PROCESS',
  'AUTHORIZED',
  'CAPTURING',
  'PARTIALLY_CAPTURED',
  'CAPTURED',
  'PARTIALLY_REFUNDED',
  'REFUNDED',
  'DISPUTED',
  'CHARGED_BACK',
  'VOIDED',
  'EXPIRED',
  'REJECTED',
  'CANCELLED',
  'FAILED',
  'VACATED',
  'INDETERMINATE',
] as const;
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number];

export const MONEY_STATES = [
  'NONE',
  'RESERVED',
  'CAPTURED',
  'PARTIALLY_RETURNED',
  'RETURNED',
  'DISPUTED',
  'UNKNOWN',
] as const;
export type MoneyState = (typeof MONEY_STATES)[number];

export type AmountSource = 'NONE' | 'REPORTED' | 'EXPECTED' | 'UNKNOWN';

export const TRANSACTION_TYPES = [
  'AUTHORIZE',
  'AUTH_ADJUST',
  'CAPTURE',
  'SALE',
  'VOID',
  'CAPTURE_REVERSAL',
  'REFUND',
  'REFUND_REVERSAL',
  'CHARGEBACK',
  'CHARGEBACK_REVERSAL',
] as const;
export type TransactionType = (typeof TRANSACTION_TYPES)[number];

export const TRANSACTION_STATUSES = [
  'NEW',
  'PENDING',
  'SUCCEEDED',
  'FAILED',
  'INDETERMINATE',
  'CANCELLED',
] as const;
export type TransactionStatus = (typeof TRANSACTION_STATUSES)[number];
export type TransactionResult = Exclude<TransactionStatus, 'NEW'>;

export type FactKind = 'TRANSACTION' | 'STATUS' | 'SNAPSHOT';
export type IndeterminateCause = 'NETWORK' | 'PROCESSOR_ERROR' | 'NOT_RECORDED';

/** What a provider says of a payment, in our words; UNKNOWN_NATIVE where it used a word we do not know. */
export type ReportedStatus = PaymentStatus | 'UNKNOWN_NATIVE';

/** What happens to a payment at prime, reserve and finalize: the six rules of WebSphere Commerce (money.md 11). */
export const PAYMENT_RULES = [
  'NO_VALIDATION_OR_RESERVATION',
  'NO_VALIDATION_APPROVAL_ON_RESERVATION',
  'NO_VALIDATION_DEPOSIT_AT_RESERVATION',
  'EARLY_APPROVAL',
  'VALIDATION_DEPOSIT_AT_RESERVATION',
  'EARLY_DEPOSIT',
] as const;
export type PaymentRule = (typeof PAYMENT_RULES)[number];

export type Collection = 'IMMEDIATE' | 'ON_DELIVERY' | 'ON_TERMS';
export type RiskStatus = 'NONE' | 'ANALYZING' | 'APPROVED' | 'DENIED';
export type SettlementStatus = 'NOT_SETTLED' | 'PENDING' | 'SETTLED' | 'HELD' | 'MISMATCHED';
