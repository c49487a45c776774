import { type ReconciliationException } from '../exception/exception.entity';
import { capturedUnknown } from '../exception/kinds/captured-order-creation-failed.rules';
import { type Payment } from '../payment/payment.entity';
import { type Draft, type Tools } from './draft.rules';

/** When the provider's resource is asked for again while nobody knows; milliseconds after the first time (E08). */
export const ASK_AGAIN_AFTER_MS = [0, 5 * 60_000, 60 * 60_000, 24 * 60 * 60_000] as const;

/** Journals the intent to fetch the provider's resource: at once, then again while the answer is missing. */
export function intendToAskProvider(
  draft: Draft,
  row: ReconciliationException,
  tools: Tools,
): void {
  const { now } = tools;
  const due = nextAskAt(draft, row);
  if (due === null || due > now) return;
  const payment = draft.payments.find(({ id }) => id === row.paymentId);
  if (payment === undefined) return;
  askProvider(payment, tools);
  const elapsedMs = now.getTime() - row.firstKnownAt.getTime();
  row.providerAsked = ASK_AGAIN_AFTER_MS.filter((afterMs) => afterMs <= elapsedMs).length;
}

/** Asks the service that owns the connection for the provider's resource; `recordProviderSnapshot` is the answer. */
export function askProvider(
  { id, provider, providerReference }: Pick<Payment, 'id' | 'provider' | 'providerReference'>,
  { intend }: Pick<Tools, 'intend'>,
): void {
  intend({
    action: 'FETCH_PROVIDER_RESOURCE',
    subjectType: 'Payment',
    subjectId: id,
    details: { provider, providerReference },
  });
}

/** When to ask next; null when nothing is unknown, nobody waits, or it was asked often enough. */
export function nextAskAt(draft: Draft, row: ReconciliationException): Date | null {
  if (!isUnknown(draft, row) || row.status === 'AWAITING_CLOSURE') return null;
  const afterMs = ASK_AGAIN_AFTER_MS[row.providerAsked];
  return afterMs === undefined ? null : new Date(row.firstKnownAt.getTime() + afterMs);
}

function isUnknown(draft: Draft, row: ReconciliationException): boolean {
  if (row.kind === 'INDETERMINATE_RESULT') return true;
  const payment = draft.payments.find(({ id }) => id === row.paymentId);
  return payment !== undefined && capturedUnknown(payment);
}
