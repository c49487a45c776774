/** What a check of the signature found. Each but VALID and NOT_CHECKED refuses the delivery. */
export const SIGNATURE_RESULTS = [
  'VALID',
  'MISSING_SIGNATURE_HEADER',
  'MALFORMED_SIGNATURE_HEADER',
  'MISSING_TIMESTAMP',
  'MISSING_HASH',
  'SIGNATURE_MISMATCH',
  'TIMESTAMP_OUT_OF_TOLERANCE',
  'NOT_CHECKED',
] as const;
export type SignatureResult = (typeof SIGNATURE_RESULTS)[number];

/** What the provider says of the payment, in our words. A word we do not know is UNKNOWN_NATIVE. */
export const REPORTED_STATUSES = [
  'CREATED',
  'PENDING',
  'IN_PROCESS',
  'AUTHORIZED',
  'CAPTURED',
  'REJECTED',
  'CANCELLED',
  'EXPIRED',
  'VOIDED',
  'REFUNDED',
  'PARTIALLY_REFUNDED',
  'DISPUTED',
  'CHARGED_BACK',
  'VACATED',
  'FAILED',
  'UNKNOWN_NATIVE',
] as const;
export type ReportedStatus = (typeof REPORTED_STATUSES)[number];

/** Statuses a payment can only have after money was taken. */
export const AFTER_CAPTURE: readonly (ReportedStatus | null)[] = [
  'CAPTURED',
  'PARTIALLY_REFUNDED',
  'REFUNDED',
  'DISPUTED',
  'CHARGED_BACK',
];

/** A request as it came in. The body is the bytes: a signature is made over bytes. */
export interface WebhookRequest {
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly rawBody: Buffer;
}

/**
 * Sums in minor units since the payment began, null where the provider is silent.
 * Stored as received: negative or contradicting sums are facts too.
 */
export interface ReportedAmounts {
  readonly currency: string;
  readonly authorized: bigint | null;
  readonly captured: bigint | null;
  readonly refunded: bigint | null;
}

/** One event of a provider, in our words. Keys are visible ASCII, at most 191 characters. */
export interface Notification {
  readonly eventId: string;
  /** Candidates for the provider's reference of the payment, best first, never empty. */
  readonly resourceIds: readonly string[];
  readonly action: string | null;
  /** Only where it orders the events of one payment; null is none. Above zero, 31 bits. */
  readonly version: number | null;
  /** The provider's word as received, null when it says nothing of the status. */
  readonly nativeStatus: string | null;
  readonly status: ReportedStatus | null;
  /** False for a sandbox event. */
  readonly liveMode: boolean;
  /** True when the provider promised an answer without intermediate states (S4.9). */
  readonly binaryMode: boolean;
  /** The provider's clock, cut to milliseconds. */
  readonly occurredAt: Date;
  readonly occurredAtRaw: string;
  /** Null where the provider says nothing of them, or what it says cannot be read. */
  readonly amounts: ReportedAmounts | null;
  /** Why amounts it does speak of are unknown; null when none is. */
  readonly unreadable: 'BAD_AMOUNT' | null;
  readonly cartGuid: string | null;
  readonly orderCode: string | null;
  readonly captureId: string | null;
  /**
   * What this one capture took, in the currency of `amounts`, and never part of its sums. Null
   * where the provider only tells sums.
   */
  readonly captureAmount: bigint | null;
  /** What the sender says of a replay (S2.28); null when it says nothing. */
  readonly replayable: boolean | null;
}

/** Why a body is no notification. Names the rule, never the value. */
export type ParseFailure =
  'NOT_JSON' | 'NOT_AN_OBJECT' | 'MISSING_EVENT_ID' | 'MISSING_RESOURCE' | 'BAD_TIME';

export type Parsed =
  | { readonly ok: true; readonly notification: Notification }
  | { readonly ok: false; readonly reason: ParseFailure };

/** How one provider's deliveries are verified and read. Pure; never throws on any bytes. */
export interface ProviderAdapter {
  readonly name: string;
  verify(request: WebhookRequest, secret: string, now: Date): SignatureResult;
  parse(request: WebhookRequest): Parsed;
  mapStatus(native: string): ReportedStatus;
}
