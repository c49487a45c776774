const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How long things may take (states.md 2.9, exceptions.md), milliseconds. Defaults; the configuration may change each. */
export const DEFAULT_LIMITS = {
  /** A paid order may still be cancelled for so long; 0 opens no window (VTEX: 30 minutes). */
  cancellationWindowMs: 0,
  /** A denied order waits so long for a new attempt; 0 cancels at once, as VTEX does. */
  retryWindowMs: DAY_MS,
  /** A registered cart without money is given up after. */
  abandonedAfterMs: DAY_MS,
  /** E12: CAPTURING_PAYMENT. */
  stuckCapturingMs: 15 * MINUTE_MS,
  /** E07, E12, E27: a capture under way is believed for so long. */
  captureResultMs: DAY_MS,
  /** E10: a refund under way is believed for so long. */
  refundResultMs: DAY_MS,
  /** E22: a payment may be pending for so long. */
  paymentPendingMs: 30 * DAY_MS,
  /** E25: before an authorization runs out, at most a quarter of its life. */
  expiryWarningMs: DAY_MS,
  /** E06: a captured payment of a cancelled order is refunded within. */
  refundAfterCancelMs: DAY_MS,
  /** E07: an invoiced order waits so long for the confirmation of its capture. */
  invoiceCaptureMs: HOUR_MS,
  /** E07 (b), E26, E27, E28: a result may be on its way for so long. */
  settlingGraceMs: 15 * MINUTE_MS,
  /** E27: cash collected on delivery arrives within. */
  remittanceMs: 7 * DAY_MS,
  /** E34: a request is submitted within. */
  intentSubmittedMs: 15 * MINUTE_MS,
  /** E14: two captures of one cart, amount and method are one too many within. */
  doubleCaptureMs: 5 * MINUTE_MS,
};
export type Limits = Readonly<typeof DEFAULT_LIMITS>;
