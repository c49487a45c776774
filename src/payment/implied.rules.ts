import { type PaymentFact } from './payment-fact.entity';
import { type TransactionType } from './payment.machine';
import { isAfter, type ProviderTotal, type ProviderTotals } from './totals.rules';
import { authorizedOf, capturedOf, chargedBackOf, refundedOf } from './transaction-sums.rules';
import { type ProjectedTransaction } from './transactions.rules';

type Source = PaymentFact | ProjectedTransaction;

/**
 * The transactions that the provider's totals imply beyond those reported by themselves (states.md 2.2: `approved`
 * is an implied AUTHORIZE and a CAPTURE). Where the announced amount only stands in, a reported transaction of the
 * kind is believed instead: what was captured comes from the capture, never from an order total.
 */
export function impliedTransactions(
  totals: ProviderTotals,
  reported: readonly ProjectedTransaction[],
  currency: string | null,
): ProjectedTransaction[] {
  const captured = capturedOf(reported);
  const capture = gap(totals.captured, captured);
  const refund = refundGap(totals, reported, capture);
  // One that was reported and reversed is told by itself.
  const chargedBack = reported.some(({ type }) => type === 'CHARGEBACK');
  const chargeback = chargedBack ? 0n : gap(totals.chargedBack, chargedBackOf(reported));
  const authorized = authorizedOf(reported);
  // A capture nobody told an authorization of implies one of its own size.
  const silent = totals.authorized.amount === 0n;
  const bySize: ProviderTotal = {
    ...totals.captured,
    amount: capture === null ? null : captured + capture,
  };
  const authorize =
    silent && authorized > 0n ? 0n : gap(silent ? bySize : totals.authorized, authorized);
  const firstCapture = reported.find(({ type }) => type === 'CAPTURE') ?? null;
  const authorizedBy = totals.authorized.by ?? totals.captured.by ?? firstCapture;
  return [
    implied('AUTHORIZE', authorize, authorizedBy, currency),
    implied('CAPTURE', capture, totals.captured.by, currency),
    implied('REFUND', refund, totals.refunded.by, currency),
    implied('CHARGEBACK', chargeback, totals.chargedBack.by, currency),
    unknownByWord(totals, reported, currency),
  ].filter((transaction) => transaction !== null);
}

/** The provider itself does not know, and nothing was told since: that is an attempt of unknown outcome (S1.2). */
function unknownByWord(
  totals: ProviderTotals,
  reported: readonly ProjectedTransaction[],
  currency: string | null,
): ProjectedTransaction | null {
  const { word, wordBy: by } = totals;
  const tells = ({ status, decidedBy }: ProjectedTransaction) =>
    status === 'INDETERMINATE' || isAfter(totals, decidedBy, by?.naturalKey ?? null);
  if (word !== 'INDETERMINATE' || reported.some(tells)) return null;
  const attempt = implied('AUTHORIZE', null, by, currency);
  if (attempt === null) return null;
  return {
    ...attempt,
    naturalKey: 'implied:UNKNOWN',
    status: 'INDETERMINATE',
    indeterminateCause: 'PROCESSOR_ERROR',
  };
}

/** `refunded` without an amount means all that was captured (webhooks.md), which an announced amount is not. */
function refundGap(
  { refunded, allRefunded }: ProviderTotals,
  reported: readonly ProjectedTransaction[],
  capture: bigint | null,
): bigint | null {
  const known = refundedOf(reported);
  if (!allRefunded) return gap(refunded, known);
  if (capture === null) return known > 0n ? 0n : null;
  return gap({ ...refunded, amount: capturedOf(reported) + capture, standsIn: false }, known);
}

/** What is missing up to the total; null when it happened and nobody knows how much. */
function gap({ amount, standsIn }: ProviderTotal, reported: bigint): bigint | null {
  if (reported > 0n && (standsIn || amount === null)) return 0n;
  if (amount === null) return null;
  return amount > reported ? amount - reported : 0n;
}

function implied(
  type: TransactionType,
  amount: bigint | null,
  by: Source | null,
  currency: string | null,
): ProjectedTransaction | null {
  if (amount === 0n || by === null) return null;
  return {
    naturalKey: `implied:${type}`,
    type,
    status: 'SUCCEEDED',
    requestedMinor: null,
    processedMinor: amount,
    currency: amount === null ? null : currency,
    parentKey: type === 'CAPTURE' ? 'implied:AUTHORIZE' : null,
    implied: true,
    gatewayTransactionId: null,
    providerRequestKey: null,
    responseCode: null,
    reasonCode: null,
    failureType: null,
    indeterminateCause: null,
    fulfillmentId: null,
    externallyExecuted: false,
    requestId: null,
    finalCapture: false,
    disbursementId: null,
    respondBy: null,
    sourceSystem: by.sourceSystem,
    method: null,
    occurredAt: by.occurredAt,
    recordedAt: by.recordedAt,
    failedMinor: 0n,
    decidedBy: 'decidedBy' in by ? by.decidedBy : by.naturalKey,
  };
}
