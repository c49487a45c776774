import { type Payment } from './payment.entity';

const DAY_MS = 24 * 60 * 60_000;

/** How long after the first capture a provider takes refunds, by its documentation (M6); others state no limit. */
const REFUNDS_WITHIN_MS: Readonly<Record<string, number>> = { mercadopago: 180 * DAY_MS };

/** The provider takes no refund of it any more. */
export function isRefundOverdue(
  { provider, capturedAt }: Pick<Payment, 'provider' | 'capturedAt'>,
  now: Date,
): boolean {
  const within = REFUNDS_WITHIN_MS[provider];
  if (within === undefined || capturedAt === null) return false;
  return now.getTime() > capturedAt.getTime() + within;
}
