import { type Draft } from '../checkout/draft.rules';
import { sum } from '../kernel/money';
import { type PaymentTransaction } from '../payment/payment-transaction.entity';
import { type Payment } from '../payment/payment.entity';
import { failedOutstanding } from '../payment/sums.rules';
import { type Fulfillment } from './fulfillment.entity';
import { type CaptureResult } from './fulfillment.machine';
import { isStarted, sharesOf, smaller, type Share } from './shares.rules';
import { concerns } from './split-family.rules';

/** Rewrites every fulfillment's derived amounts, and the release amounts of the payments, from the transactions. */
export function projectFulfillments(draft: Draft): void {
  const shares = draft.orders
    .filter(({ side }) => side === 'MARKETPLACE')
    .flatMap((order) => sharesOf(draft, order));
  const byPart = new Map<string, Share[]>(draft.fulfillments.map(({ id }) => [id, []]));
  for (const share of shares) byPart.get(share.fulfillmentId)?.push(share);
  for (const fulfillment of draft.fulfillments) {
    const own = byPart.get(fulfillment.id) ?? [];
    const add = (amount: (share: Share) => bigint) => sum(own.map(amount));
    const finalizedMinor = add(({ captured }) => captured);
    // Money may be there twice, reserved here and captured there: no more than its total is reserved for it.
    const reservedMinor = smaller(
      fulfillment.totalMinor,
      add(({ reserved }) => reserved),
    );
    Object.assign(fulfillment, {
      reservingMinor: add(({ reserving }) => reserving),
      reservedMinor: reservedMinor > finalizedMinor ? reservedMinor : finalizedMinor,
      finalizingMinor: add(({ capturing }) => capturing),
      finalizedMinor,
    });
    fulfillment.captureResult = captureResultOf(draft, fulfillment);
  }
  for (const payment of draft.payments) {
    const own = shares.filter(({ paymentId }) => paymentId === payment.id);
    payment.reservationMinor = sum(own.map(({ reserved }) => reserved));
    payment.finalizationMinor = sum(own.map(({ captured }) => captured));
    payment.failedOutstanding = failedOutstandingOf(draft, payment);
  }
}

/**
 * Failed and not made good (money.md 3). For a release that is at most what of it is not finalized: a denial stands
 * until the money is taken, also after the next reservation (S3.14).
 */
function failedOutstandingOf(draft: Draft, { id, currency }: Payment): bigint {
  const own = draft.transactions.filter(
    (one) => one.paymentId === id && (one.currency === null || one.currency === currency),
  );
  const left = new Map(
    draft.fulfillments.map((part) => [
      part.id,
      part.status === 'CANCELLED' ? 0n : part.totalMinor - part.finalizedMinor,
    ]),
  );
  const others: PaymentTransaction[] = [];
  const failed = new Map<string, bigint>();
  for (const one of own) {
    const { status, fulfillmentId, requestedMinor } = one;
    if (status !== 'FAILED' || fulfillmentId === null || !left.has(fulfillmentId)) others.push(one);
    else failed.set(fulfillmentId, (failed.get(fulfillmentId) ?? 0n) + (requestedMinor ?? 0n));
  }
  const forReleases = [...failed].map(([part, amount]) => smaller(amount, left.get(part) ?? 0n));
  return sum(forReleases) + failedOutstanding(others, own);
}

/** Captures and sales for the fulfillment: those that name it, and those it shares with what it was split from. */
export function capturesFor(
  draft: Pick<Draft, 'transactions' | 'fulfillments'>,
  fulfillment: Fulfillment,
): PaymentTransaction[] {
  return draft.transactions.filter(
    (one) =>
      (one.type === 'CAPTURE' || one.type === 'SALE') &&
      concerns(one, fulfillment, draft.fulfillments),
  );
}

function captureResultOf(draft: Draft, fulfillment: Fulfillment): CaptureResult {
  const captures = capturesFor(draft, fulfillment);
  if (captures.some(({ status }) => status === 'INDETERMINATE')) return 'INDETERMINATE';
  const { finalizedMinor, totalMinor } = fulfillment;
  if (finalizedMinor > 0n) return finalizedMinor >= totalMinor ? 'SUCCEEDED' : 'PARTIAL';
  const hasFailed = isStarted(fulfillment) && captures.some(({ status }) => status === 'FAILED');
  return hasFailed ? 'FAILED' : 'NONE';
}
