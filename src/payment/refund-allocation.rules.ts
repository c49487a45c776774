import { smaller } from '../fulfillment/shares.rules';
import { refuse } from '../kernel/refusal';

/** A payment a refund may use; minor units. */
export interface RefundSource {
  readonly paymentId: string;
  /** What it can give back, not below zero; of a disbursement no more than that one has. */
  readonly refundable: bigint;
  /** Only grants stand behind it: what they leave is shared by all of these. */
  readonly needsGrant: boolean;
}

export interface RefundLine {
  readonly paymentId: string;
  readonly amountMinor: bigint;
}

/** What is asked for, and what grants of the order leave. */
export interface RefundWish {
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly grantedLeft: bigint;
}

/**
 * Spreads a refund over its sources in their order: each gives what it can (money.md 6). More than all of them can
 * give together is AMOUNT_EXCEEDS with that sum: no part of it is done.
 */
export function spreadRefund(
  { amountMinor, currency, grantedLeft }: RefundWish,
  sources: readonly RefundSource[],
): RefundLine[] {
  let granted = grantedLeft;
  let left = amountMinor;
  let available = 0n;
  const lines: RefundLine[] = [];
  for (const { paymentId, refundable, needsGrant } of sources) {
    const most = needsGrant ? smaller(refundable, granted) : refundable;
    if (needsGrant) granted -= most;
    available += most;
    const given = smaller(left, most);
    if (given > 0n) lines.push({ paymentId, amountMinor: given });
    left -= given;
  }
  if (left > 0n) exceeds(['amount'], { minorUnits: available, currency });
  return lines;
}

/**
 * Lines as the caller wrote them, each above zero: one per payment, each within what that payment can give, together
 * exactly the amount (money.md 6).
 */
export function checkLines(
  { amountMinor, currency, grantedLeft }: RefundWish,
  lines: readonly RefundLine[],
  sources: readonly RefundSource[],
): void {
  const sum = lines.reduce((total, line) => total + line.amountMinor, 0n);
  const payments = new Set(lines.map(({ paymentId }) => paymentId));
  if (sum !== amountMinor || payments.size !== lines.length) {
    refuse('GUARD_FAILED', 'The lines, one per payment, add up to the amount.', {
      field: ['lines'],
    });
  }
  let granted = grantedLeft;
  for (const { paymentId, amountMinor: wanted } of lines) {
    const source = sources.find((one) => one.paymentId === paymentId);
    const refundable = source?.refundable ?? 0n;
    const needsGrant = source?.needsGrant ?? true;
    const most = needsGrant ? smaller(refundable, granted) : refundable;
    if (wanted > most) exceeds(['lines'], { minorUnits: most, currency });
    if (needsGrant) granted -= wanted;
  }
}

function exceeds(
  field: readonly string[],
  available: { readonly minorUnits: bigint; readonly currency: string },
): never {
  return refuse('AMOUNT_EXCEEDS', 'That is more than can be refunded; see available.', {
    field,
    available,
  });
}
