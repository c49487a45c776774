/**
 * Two ways to say no, and they do not mix:
 *   Refused        — a rule does not allow this. The caller's business; told to the caller as data.
 *   AssertionError — our own code is wrong (node:assert). Ours; logged, masked, never told.
 *
 * The list is closed: `ReconUserErrorCode` in schema/base.graphql repeats it and a test compares them.
 */
export const REFUSAL_CODES = [
  'FORBIDDEN',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'INVALID_TRANSITION',
  'GUARD_FAILED',
  'VERSION_CONFLICT',
  'CONFLICT_RETRY',
  'LIMIT',
  'IDEMPOTENCY_KEY_REUSED',
  'IDEMPOTENCY_IN_PROGRESS',
  'IDEMPOTENCY_KEY_INVALID',
  'AMOUNT_SCALE',
  'AMOUNT_RANGE',
  'AMOUNT_EXCEEDS',
  'CURRENCY_MISMATCH',
  'EVIDENCE_MISSING',
  'REASON_REQUIRED',
  'TOO_LONG',
  'PAN_DETECTED',
  'REPLAY_BLOCKED',
  'OUTCOME_INDETERMINATE',
  'ALREADY_DECIDED',
  'SELF_APPROVAL_FORBIDDEN',
  'APPROVAL_ALREADY_PENDING',
  'APPROVAL_UNAVAILABLE',
  'APPROVAL_EXPIRED',
] as const;
export type RefusalCode = (typeof REFUSAL_CODES)[number];

/** Typed details of a refusal. Messages name fields and limits, never the caller's values. */
export interface RefusalDetails {
  /** Path of the input field, e.g. `['amount', 'amount']`. */
  readonly field?: readonly string[];
  readonly currentState?: string;
  readonly allowedStates?: readonly string[];
  readonly currentVersion?: number;
  readonly missingEvidence?: readonly string[];
  /** What is still available: minor units of `currency`. */
  readonly available?: { readonly minorUnits: bigint; readonly currency: string };
  readonly retryable?: boolean;
}

export interface Refusal extends RefusalDetails {
  readonly code: RefusalCode;
  readonly message: string;
}

export function refusal(code: RefusalCode, message: string, details: RefusalDetails = {}): Refusal {
  return { code, message, ...details };
}

/** Carries a refusal out of a transaction: throwing it is what rolls back. */
export class Refused extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.message);
    this.name = 'Refused';
  }
}

/** Throws a refusal. Its return type lets it stand where a value is wanted. */
export function refuse(code: RefusalCode, message: string, details: RefusalDetails = {}): never {
  throw new Refused(refusal(code, message, details));
}
