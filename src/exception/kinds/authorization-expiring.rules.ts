import { type Draft } from '../../checkout/draft.rules';
import { type Limits } from '../../kernel/limits';
import { sum } from '../../kernel/money';
import { type Order } from '../../order/order.entity';
import { countedPayments, coverOf, isCreated, payableOf } from '../../order/order.rules';
import { type Payment } from '../../payment/payment.entity';
import { authorizedOpen } from '../../payment/sums.rules';
import { type ExceptionKindRules } from '../exception-kind.rules';
import { after, isOver, orderOfPayment } from '../money-about.rules';

/**
 * E25: a live order's authorization that runs out within a day or a quarter of its life, or has; or one that expired
 * while the order is not covered. What an order that is paid for leaves open may run out.
 */
export const authorizationExpiring: ExceptionKindRules = {
  kind: 'AUTHORIZATION_EXPIRING',
  description: 'An authorization that is still needed runs out, or has.',
  source: 'S2.53; S3.10',
  subjectType: 'PAYMENT',
  group: 'CAPTURE_PROBLEMS',
  impact: ['FINANCE'],
  owners: ['COMMERCE', 'PAYMENT'],
  contributing: ['OMS'],
  decisions: ['RETRY_CAPTURE', 'REAUTHORIZE', 'CANCEL_ORDER', 'LET_EXPIRE', 'ESCALATE'],
  forbidden: ['REFUND'],
  yieldsTo: [],
  autoResolves: 'It is captured, released or authorized again, or the order is cancelled.',
  asksProvider: false,
  maxGraceMs: () => 0,

  find(draft, { limits }, now) {
    return draft.payments.flatMap((payment) => {
      const order = orderNeeding(draft, payment);
      if (order === null) return [];
      const warnAt = warningAt(payment, limits);
      const runsOut = authorizedOpen(payment) > 0n && warnAt !== null && warnAt <= now;
      const hasRunOut = payment.status === 'EXPIRED' && !isCovered(draft, order);
      if (!runsOut && !hasRunOut) return [];
      return [
        {
          subjectId: payment.id,
          orderId: order.id,
          paymentId: payment.id,
          // Running out and having run out are one matter; an authorization with a new term is another.
          cause: [payment.id, payment.authorizationExpiresAt?.toISOString() ?? null],
          graceMs: 0,
          amountMinor: runsOut ? authorizedOpen(payment) : payment.expired,
          currency: payment.currency,
          moneyAt: payment.authorizedAt ?? payment.createdAt,
        },
      ];
    });
  },

  dueTimes: (draft, { limits }) =>
    draft.payments
      .filter((payment) => authorizedOpen(payment) > 0n && orderNeeding(draft, payment) !== null)
      .flatMap((payment) => warningAt(payment, limits) ?? []),

  resolvesItself: () => true,
};

/** An order that exists, lives and still waits for some of its money. */
function orderNeeding(draft: Draft, payment: Payment): Order | null {
  const order = orderOfPayment(draft, payment);
  if (!isCreated(order) || isOver(order) || order.status === 'INVOICED') return null;
  return order;
}

const isCovered = (draft: Draft, order: Order): boolean =>
  sum(countedPayments(order, draft.payments).map(coverOf)) >= payableOf(order);

/** A day before the end, or a quarter of its life where that is less. */
function warningAt(payment: Payment, { expiryWarningMs }: Limits): Date | null {
  const { authorizationExpiresAt: end, authorizedAt, createdAt } = payment;
  if (end === null) return null;
  const lifeMs = end.getTime() - (authorizedAt ?? createdAt).getTime();
  const quarterMs = Math.max(0, Math.floor(lifeMs / 4));
  return after(end, -Math.min(expiryWarningMs, quarterMs));
}
