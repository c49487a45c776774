import { payingOrder, type Draft, type Tools } from '../checkout/draft.rules';
import { freezeReasons } from '../checkout/freeze.rules';
import { sum } from '../kernel/money';
import { type Payment } from '../payment/payment.entity';
import { type TransactionType } from '../payment/payment.machine';
import { authorizedOpen, cover, net } from '../payment/sums.rules';
import { isContested, isDelivered, isSent, newestCaptureFailed } from './order-signs.rules';
import { type Order } from './order.entity';
import { NO_MONEY, type OrderFacts, type OrderStatus } from './order.machine';

const MAY_SUCCEED = ['CREATED', 'PENDING', 'IN_PROCESS', 'INDETERMINATE'];
const STANDS = ['AUTHORIZED', 'CAPTURING', 'PARTIALLY_CAPTURED', 'CAPTURED'];
const UNFINISHED = ['CREATED', 'PENDING', 'IN_PROCESS'];
const OPEN = ['NEW', 'PENDING', 'INDETERMINATE'];
/** PAYMENT_AUTHORIZED … INVOICED: the marketplace has told its sellers. */
const TELLS: readonly OrderStatus[] = [
  'PAYMENT_AUTHORIZED',
  'CANCELLATION_WINDOW',
  'READY_FOR_HANDLING',
  'HANDLING',
  'VERIFYING_INVOICE',
  'INVOICED',
];
const COLLECTED = ['PARTIALLY_CAPTURED', 'CAPTURED', 'PARTIALLY_REFUNDED'];

/** Order total less cancelled amounts, minor units. */
export const payableOf = ({ totalMinor, cancelledMinor }: Order): bigint =>
  totalMinor - cancelledMinor;

export const invoicedOf = ({ invoices }: Order): bigint =>
  sum(invoices.map(({ amountMinor }) => BigInt(amountMinor)));

export const grantedOf = ({ refundGrants }: Order): bigint =>
  sum(refundGrants.map(({ amountMinor }) => BigInt(amountMinor)));

/** Its payments that count: in its currency (money.md 1). */
export function countedPayments(order: Order, payments: readonly Payment[]): Payment[] {
  return payments.filter(
    ({ orderId, currency }) => orderId === order.id && currency === order.currency,
  );
}

/**
 * Less what was granted back, which is needed no more (money.md 8). What was cancelled is payable no more: its grant lets
 * it be refunded and lowers the need no second time.
 */
export function neededOf(order: Order): bigint {
  const refundGrants = order.refundGrants.filter(({ source }) => source !== 'CANCELLATION');
  const left = payableOf(order) - grantedOf({ ...order, refundGrants });
  return left > 0n ? left : 0n;
}

/** Collected on delivery or on terms, and not in full yet (states.md 2.1). */
export function isDeferred({ collection, status, captured, expected }: Payment): boolean {
  if (collection === 'IMMEDIATE') return false;
  if (status === 'CREATED' || status === 'PENDING') return true;
  return COLLECTED.includes(status) && captured < (expected ?? 0n);
}

/** What is still to be collected of it. */
export const deferredOf = (payment: Payment): bigint =>
  isDeferred(payment) ? (payment.expected ?? 0n) - payment.captured : 0n;

/** What a payment contributes to covering its order: one that is collected later, with what it will bring. */
export function coverOf(payment: Payment): bigint {
  const now = cover(payment);
  if (!isDeferred(payment)) return now;
  const { expected, refunded, refunding, chargedBack } = payment;
  const later = (expected ?? 0n) - refunded - refunding - chargedBack;
  return later > now ? later : now;
}

/**
 * What payments may still bring. Of an order primed with less than its total (W6: what is not in stock is reserved
 * later), a payment that stands may bring the rest of its instruction.
 */
function hopedOf(order: Order, payments: readonly Payment[]): bigint {
  const own = payments.filter(
    ({ orderId, currency }) =>
      orderId === order.id && (currency === order.currency || currency === null),
  );
  const isPrimedInPart = order.initialMinor !== null && order.initialMinor < payableOf(order);
  return sum(
    own.map((payment) => {
      if (isDeferred(payment)) return 0n;
      // One of unknown amount may cover all of it.
      if (MAY_SUCCEED.includes(payment.status)) return payment.expected ?? order.totalMinor;
      const rest = (payment.expected ?? 0n) - payment.authorized - payment.authorizing;
      return isPrimedInPart && STANDS.includes(payment.status) && rest > 0n ? rest : 0n;
    }),
  );
}

function moneyOf(order: Order, payments: readonly Payment[]) {
  const counted = countedPayments(order, payments);
  return {
    covered: sum(counted.map(coverOf)),
    hoped: hopedOf(order, payments),
    deferred: sum(counted.map(deferredOf)),
    captured: sum(counted.map(({ captured }) => captured)),
    net: sum(counted.map(net)),
    authorizedOpen: sum(counted.map((payment) => authorizedOpen(payment))),
    payable: payableOf(order),
    needed: neededOf(order),
    invoiced: invoicedOf(order),
  };
}

type FactTools = Pick<Tools, 'now' | 'limits'>;

/** What the order machine looks at. */
export function orderFacts(draft: Draft, order: Order, tools: FactTools): OrderFacts {
  const payments = draft.payments.filter(({ orderId }) => orderId === order.id);
  const ids = payments.map(({ id }) => id);
  const own = draft.transactions.filter(({ paymentId }) => ids.includes(paymentId));
  const isOpen = (types: readonly TransactionType[] | null) =>
    own.some(
      ({ type, status }) => OPEN.includes(status) && (types === null || types.includes(type)),
    );
  const market = payingOrder(draft, order);
  return {
    ...NO_MONEY,
    ...moneyOf(order, draft.payments),
    side: order.side,
    isTold: market.id !== order.id && TELLS.includes(market.status),
    transactionOpen: isOpen(null),
    captureOrVoidOpen: isOpen(['CAPTURE', 'SALE', 'VOID']),
    captureFailed: newestCaptureFailed(draft, ids),
    paymentUnfinished: payments.some(({ status }) => UNFINISHED.includes(status)),
    moneySeen: own.length > 0 || payments.some(({ moneyState }) => moneyState !== 'NONE'),
    moneyContested: payments.some(isContested),
    goodsSent: isSent(draft, order),
    delivered: isDelivered(draft, order),
    frozen: freezeReasons(draft).length > 0,
    isOverdue: isOverdue(order, tools),
    hasWindow: tools.limits.cancellationWindowMs > 0,
  };
}

/** How long a status may last by itself. */
const LASTS: Partial<Record<OrderStatus, keyof Tools['limits']>> = {
  CREATION_PENDING: 'abandonedAfterMs',
  PAYMENT_DENIED: 'retryWindowMs',
  CANCELLATION_WINDOW: 'cancellationWindowMs',
};

/** Until when the order's status may last by itself; null where time changes nothing. */
export function statusEndsAt(order: Order, limits: Tools['limits']): Date | null {
  const limit = LASTS[order.status];
  return limit === undefined ? null : new Date(order.statusAt.getTime() + limits[limit]);
}

function isOverdue(order: Order, { now, limits }: FactTools): boolean {
  const endsAt = statusEndsAt(order, limits);
  return endsAt !== null && endsAt <= now;
}

export type ChargeStatus = 'NONE' | 'PARTIAL' | 'FULL' | 'OVERCHARGED';
export type AuthorizeStatus = 'NONE' | 'PARTIAL' | 'FULL';

/**
 * Coverage by money taken and by money taken or reserved, against what is needed: the payable less granted refunds
 * (money.md 8). Equality first: a need of 0 is FULL.
 */
export function orderPaymentStatus(
  order: Order,
  payments: readonly Payment[],
): { chargeStatus: ChargeStatus; authorizeStatus: AuthorizeStatus } {
  const counted = countedPayments(order, payments);
  const charged = sum(counted.map((payment) => net(payment) - payment.refunding));
  const { covered, needed: need } = moneyOf(order, payments);
  return {
    chargeStatus: charged === need ? 'FULL' : chargeStatusOf(charged, need),
    authorizeStatus: covered >= need ? 'FULL' : covered > 0n ? 'PARTIAL' : 'NONE',
  };
}

function chargeStatusOf(charged: bigint, need: bigint): ChargeStatus {
  if (charged <= 0n) return 'NONE';
  return charged > need ? 'OVERCHARGED' : 'PARTIAL';
}

/** The order has its code: it exists for the shop. */
export function isCreated(order: Order | null): order is Order & { code: string } {
  return order !== null && order.code !== null;
}
