import { exceptionOf, orderOf, payingOrder, paymentOf, type Draft } from '../checkout/draft.rules';
import { isHold } from '../exception/decision.rules';
import { isLive } from '../exception/exception.machine';
import { type Fulfillment } from '../fulfillment/fulfillment.entity';
import { formatDecimal, type MoneyInput } from '../kernel/money';
import { refuse } from '../kernel/refusal';
import { type Payment } from './payment.entity';

/** The currency money moves in; refused where no fact has named one yet. */
export function currencyOf({ currency }: Payment): { readonly currency: string } {
  if (currency !== null) return { currency };
  return refuse('GUARD_FAILED', 'No currency of the payment is known.', { field: ['amount'] });
}

/** One minor unit: the least that can be asked for. */
export function smallestAmount(draft: Draft, paymentId: string): MoneyInput {
  const currencyCode = paymentOf(draft, paymentId).currency ?? 'USD';
  return { amount: formatDecimal(1n, currencyCode), currencyCode };
}

/** Of a report: any fulfillment of the checkout; the payment may pay for another order by now. */
export function reportedFulfillment(draft: Draft, id: string | null | undefined): string | null {
  if (!id) return null;
  if (draft.fulfillments.some((row) => row.id === id)) return id;
  return refuse('NOT_FOUND', 'There is no such fulfillment.', { field: ['fulfillmentId'] });
}

/** One its payment pays for: of its order, or of a seller's linked to that (S0.2). */
export function fulfillmentFor(
  draft: Draft,
  { orderId }: Payment,
  id: string | null | undefined,
): Fulfillment | null {
  if (!id) return null;
  const known = draft.fulfillments.find((row) => row.id === id);
  const isPaidByIt =
    known !== undefined && payingOrder(draft, orderOf(draft, known.orderId)).id === orderId;
  if (isPaidByIt) return known;
  return refuse('NOT_FOUND', 'The payment pays for no such fulfillment.', {
    field: ['fulfillmentId'],
  });
}

/** An exception a request is made for lifts its own freeze, so somebody has decided on it, and not to hold (S2.42). */
export function requireDecided(draft: Draft, exceptionId: string | null | undefined): void {
  if (!exceptionId) return;
  const row = exceptionOf(draft, exceptionId);
  if (isLive(row) && row.decision !== null && !isHold(row.decision)) return;
  refuse('GUARD_FAILED', 'No action is decided on this exception.', { field: ['exceptionId'] });
}
