import { linkedSellers, type Draft } from '../../checkout/draft.rules';
import { sum } from '../../kernel/money';
import { type Order } from '../../order/order.entity';
import { countedPayments, deferredOf, invoicedOf } from '../../order/order.rules';
import { type PaymentTransaction } from '../../payment/payment-transaction.entity';
import { type DetectionSettings, type ExceptionKindRules } from '../exception-kind.rules';
import {
  after,
  amountOf,
  believedUntil,
  isCancelled,
  isCapture,
  isOpen,
  marketplaceOrders,
  moneyTime,
} from '../money-about.rules';

/**
 * E07: an order that verifies its invoice, with less captured than invoiced, where (a) the newest capture of what is
 * missing failed, or nothing is under way and (b) its seller has invoiced or (c) it has waited too long (states.md 2.9).
 */
export const invoicedCaptureFailed: ExceptionKindRules = {
  kind: 'INVOICED_CAPTURE_FAILED',
  description: 'The order is invoiced and its money could not be taken.',
  source: 'S0.8',
  subjectType: 'ORDER',
  group: 'CAPTURE_PROBLEMS',
  impact: ['CUSTOMER', 'FINANCE'],
  owners: ['PAYMENT', 'COMMERCE'],
  contributing: ['OMS', 'FINANCE'],
  decisions: ['RETRY_CAPTURE', 'CANCEL_AND_REPLACE', 'STOP_SHIPMENT', 'ESCALATE'],
  forbidden: ['REFUND'],
  yieldsTo: [],
  autoResolves: 'The money is taken and the order goes on; a cancelled one is closed by finance.',
  asksProvider: false,
  maxGraceMs: ({ limits }) => limits.settlingGraceMs,

  find(draft, settings, now) {
    return verifying(draft).flatMap((order) => {
      const { payments, captures, missing } = moneyOf(draft, order);
      if (missing <= 0n) return [];
      const graceMs = graceOf(draft, { order, captures, missing }, { settings, now });
      if (graceMs === null) return [];
      const failed = newestOfEach(captures).filter(({ status }) => status === 'FAILED');
      return [
        {
          subjectId: order.id,
          orderId: order.id,
          paymentId: null,
          cause: [order.id, invoicedOf(order), missing, ...failed.map(({ id }) => id).sort()],
          graceMs,
          amountMinor: missing,
          currency: order.currency,
          moneyAt: moneyTime(payments, order.statusAt),
        },
      ];
    });
  },

  dueTimes(draft, { limits }) {
    return verifying(draft).flatMap((order) => [
      after(order.statusAt, limits.invoiceCaptureMs),
      ...moneyOf(draft, order)
        .captures.filter(isOpen)
        .map((one) => believedUntil(one, limits)),
    ]);
  },

  resolvesItself(draft, { subjectId }) {
    const order = draft.orders.find(({ id }) => id === subjectId);
    return order !== undefined && !isCancelled(order);
  },
};

const verifying = (draft: Draft): Order[] =>
  marketplaceOrders(draft).filter(({ status }) => status === 'VERIFYING_INVOICE');

function moneyOf(draft: Draft, order: Order) {
  const payments = countedPayments(order, draft.payments);
  const ids = payments.map(({ id }) => id);
  const deferred = payments.map(deferredOf);
  const captured = payments.map((payment) => payment.captured);
  return {
    payments,
    captures: draft.transactions.filter((one) => isCapture(one) && ids.includes(one.paymentId)),
    missing: invoicedOf(order) - sum(captured) - sum(deferred),
  };
}

interface Case {
  readonly order: Order;
  readonly captures: readonly PaymentTransaction[];
  readonly missing: bigint;
}

/** Null where what is missing may still come by itself. */
function graceOf(
  draft: Draft,
  { order, captures, missing }: Case,
  { settings: { limits }, now }: { settings: DetectionSettings; now: Date },
): number | null {
  const underWay = captures.filter((one) => isOpen(one) && believedUntil(one, limits) > now);
  const isTried = sum(underWay.map(amountOf)) >= missing;
  if (!isTried && newestOfEach(captures).some(({ status }) => status === 'FAILED')) return 0;
  if (underWay.length > 0) return null;
  const sellerInvoiced = linkedSellers(draft, order).some(({ status }) => status === 'INVOICED');
  if (sellerInvoiced) return limits.settlingGraceMs;
  return after(order.statusAt, limits.invoiceCaptureMs) <= now ? 0 : null;
}

/** One payment may be tried again for one fulfillment: its newest attempt counts. */
function newestOfEach(captures: readonly PaymentTransaction[]): PaymentTransaction[] {
  const newest = new Map<string, PaymentTransaction>();
  const byAge = captures.toSorted(
    (a, b) => a.occurredAt.getTime() - b.occurredAt.getTime() || (a.id < b.id ? -1 : 1),
  );
  for (const one of byAge) newest.set(`${one.paymentId} ${one.fulfillmentId ?? ''}`, one);
  return [...newest.values()];
}
