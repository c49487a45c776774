import { type PaymentFact } from './payment-fact.entity';
import { type TransactionType } from './payment.machine';
import { type ProviderTotal, type ProviderTotals } from './totals.rules';
import { type ProjectedTransaction } from './transactions.rules';

type Source = Pick<PaymentFact, 'occurredAt' | 'recordedAt' | 'sourceSystem'>;

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
  const sum = (...types: TransactionType[]): bigint =>
    reported
      .filter(({ type, status }) => types.includes(type) && status === 'SUCCEEDED')
      .reduce((total, { processedMinor }) => total + (processedMinor ?? 0n), 0n);
  const captured = sum('CAPTURE', 'SALE') - sum('CAPTURE_REVERSAL');
  const capture = gap(totals.captured, captured);
  const refund = gap(totals.refunded, sum('REFUND') - sum('REFUND_REVERSAL'));
  const authorized = sum('AUTHORIZE', 'SALE', 'AUTH_ADJUST');
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
  ].filter((transaction) => transaction !== null);
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
    sourceSystem: by.sourceSystem,
    method: null,
    occurredAt: by.occurredAt,
    recordedAt: by.recordedAt,
    everFailed: false,
  };
}
