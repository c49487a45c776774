import { type Draft } from '../../checkout/draft.rules';
import { sum } from '../../kernel/money';
import { type Order } from '../../order/order.entity';
import { countedPayments, invoicedOf, isDeferred, payableOf } from '../../order/order.rules';
import { type OrderStatus } from '../../order/order.machine';
import { type PaymentStatus, type TransactionType } from '../../payment/payment.machine';
import { type Payment } from '../../payment/payment.entity';
import { type PaymentTransaction } from '../../payment/payment-transaction.entity';
import { type ExceptionKindRules, type Finding } from '../exception-kind.rules';
import { amountOf, isCancelled, marketplaceOrders, moneyTime } from '../money-about.rules';

/**
 * E15: processed is not what was requested, nothing, or less than that; another currency than the payment's or its
 * order's; the order's live payments do not add up to it; or it is invoiced for more than is to be paid.
 */
export const amountOrCurrencyMismatch: ExceptionKindRules = {
  kind: 'AMOUNT_OR_CURRENCY_MISMATCH',
  description: 'Amounts or currencies that should be equal differ.',
  source: 'design; medusajs/medusa#8603',
  subjectType: 'TRANSACTION',
  group: 'SETTLEMENT_LINES',
  impact: ['FINANCE'],
  owners: ['FINANCE'],
  contributing: ['PAYMENT', 'COMMERCE'],
  decisions: ['POST_EVIDENCE', 'REFUND', 'HOLD_SETTLEMENT', 'ESCALATE'],
  forbidden: [],
  yieldsTo: ['DUPLICATE_CAPTURE'],
  autoResolves: 'A new fact makes them equal.',
  asksProvider: false,
  maxGraceMs: () => 0,

  find: (draft) => [
    ...draft.transactions.flatMap((one) => inTransaction(draft, one)),
    ...marketplaceOrders(draft).flatMap((order) => inOrder(draft, order)),
  ],

  resolvesItself: () => true,
};

/** An authorization of nothing checks a card, an adjustment to nothing takes one back. */
const MAY_BE_NOTHING: readonly TransactionType[] = ['AUTHORIZE', 'AUTH_ADJUST'];

function inTransaction(draft: Draft, one: PaymentTransaction): Finding[] {
  const payment = draft.payments.find(({ id }) => id === one.paymentId);
  if (payment === undefined || one.implied || one.status !== 'SUCCEEDED') return [];
  const { requestedMinor, processedMinor, currency } = one;
  const isOther =
    requestedMinor !== null && processedMinor !== null && requestedMinor !== processedMinor;
  const isNothing =
    processedMinor !== null &&
    (processedMinor < 0n || (processedMinor === 0n && !MAY_BE_NOTHING.includes(one.type)));
  const isForeign = currency !== null && payment.currency !== null && currency !== payment.currency;
  if (!isOther && !isNothing && !isForeign) return [];
  return [
    {
      subjectId: one.id,
      within: [payment.id],
      orderId: payment.orderId,
      paymentId: payment.id,
      cause: [one.id, requestedMinor, processedMinor, currency, payment.currency],
      graceMs: 0,
      amountMinor: amountOf(one),
      currency: currency ?? payment.currency,
      moneyAt: one.occurredAt,
    },
  ];
}

/** Ended without money: they announce nothing any more. */
const ENDED: readonly PaymentStatus[] = [
  'REJECTED',
  'CANCELLED',
  'FAILED',
  'VOIDED',
  'EXPIRED',
  'VACATED',
];
const PAID: readonly OrderStatus[] = [
  'PAYMENT_AUTHORIZED',
  'CANCELLATION_WINDOW',
  'READY_FOR_HANDLING',
  'HANDLING',
  'VERIFYING_INVOICE',
  'INVOICED',
  'COMPLETED',
];

/** One the provider was not asked for yet may be one of several the customer tries: it freezes nothing. */
const isLive = (payment: Payment): boolean =>
  !ENDED.includes(payment.status) && (payment.status !== 'CREATED' || isDeferred(payment));

const announced = ({ expected, authorized, captured }: Payment): bigint =>
  expected ?? (authorized > captured ? authorized : captured);

function inOrder(draft: Draft, order: Order): Finding[] {
  const payments = draft.payments.filter(({ orderId }) => orderId === order.id);
  const foreign = payments.filter(
    ({ currency }) => currency !== null && currency !== order.currency,
  );
  const counted = countedPayments(order, payments).filter(isLive);
  const all = sum(counted.map(announced));
  const unreturned = sum(counted.filter(({ status }) => status !== 'REFUNDED').map(announced));
  const isWrong = !isCancelled(order) && !addsUp(order, all) && !addsUp(order, unreturned);
  const excess = isCancelled(order) ? 0n : invoicedOf(order) - payableOf(order);
  if (foreign.length === 0 && !isWrong && excess <= 0n) return [];
  const sums = isWrong ? [all, unreturned, payableOf(order)] : [];
  return [
    {
      subjectId: order.id,
      subjectType: 'ORDER',
      within: payments.map(({ id }) => id),
      orderId: order.id,
      paymentId: null,
      cause: [
        order.id,
        order.currency,
        ...sums,
        ...(excess > 0n ? ['INVOICED', excess] : []),
        ...foreign.map(({ id, currency }) => `${id} ${currency ?? ''}`).sort(),
      ],
      graceMs: 0,
      amountMinor: amountWrong(order, { unreturned: isWrong ? unreturned : null, excess }),
      currency: order.currency,
      moneyAt: moneyTime(payments, order.codeAt ?? order.createdAt),
    },
  ];
}

function amountWrong(
  order: Order,
  { unreturned, excess }: { unreturned: bigint | null; excess: bigint },
): bigint {
  if (excess > 0n) return excess;
  return unreturned ?? order.totalMinor;
}

/** Announced for the whole order, though a part of it is cancelled by now, is not too much. */
function addsUp(order: Order, amount: bigint): boolean {
  if (amount > order.totalMinor) return false;
  return !PAID.includes(order.status) || amount >= payableOf(order);
}
