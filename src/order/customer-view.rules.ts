import { isLive } from '../exception/exception.machine';
import { type ReconciliationException } from '../exception/exception.entity';
import { sum } from '../kernel/money';
import { type Payment } from '../payment/payment.entity';
import { authorizedOpen, net } from '../payment/sums.rules';
import { type OrderStatus } from './order-status.rules';
import { type Order } from './order.entity';
import { countedPayments, coverOf, isCreated, isDeferred, neededOf } from './order.rules';

export type NextStep = 'NONE' | 'WAIT' | 'PAY' | 'CONTACT_SUPPORT';

export interface CustomerView {
  /** Null while nobody knows for certain. */
  readonly charged: boolean | null;
  readonly fulfillable: boolean | null;
  readonly nextStep: NextStep;
  readonly message: string;
}

export interface CustomerFacts {
  readonly order: Order;
  /** The order whose payments pay for it: a seller's is paid on its marketplace order (S0.2). */
  readonly paying: Order;
  readonly payments: readonly Payment[];
  readonly exceptions: readonly ReconciliationException[];
  /** What support told the customer, newest (S2.22). */
  readonly told: string | null;
}

const MESSAGES: Readonly<Record<NextStep, string>> = {
  NONE: 'Your order is confirmed.',
  WAIT: 'We are checking your order and payment. You do not need to do anything.',
  PAY: 'Your order is not paid yet.',
  CONTACT_SUPPORT: 'There is a problem with your order. Please contact customer service.',
};
const CANCELLED = 'Your order is cancelled.';

/** What a shop page may show: was I charged, will it ship? Nothing is claimed that is not known. */
export function customerView(facts: CustomerFacts): CustomerView {
  const charged = chargedOf(facts.payments);
  const fulfillable = fulfillableOf(facts.order);
  const nextStep = nextStepOf(facts, charged, fulfillable);
  const isOver = nextStep === 'NONE' && CANCELLING.includes(facts.order.status);
  const message = facts.told ?? (isOver ? CANCELLED : MESSAGES[nextStep]);
  return { charged, fulfillable, nextStep, message };
}

function chargedOf(payments: readonly Payment[]): boolean | null {
  if (payments.some((payment) => net(payment) > 0n)) return true;
  return payments.some(({ moneyState }) => moneyState === 'UNKNOWN') ? null : false;
}

function fulfillableOf(order: Order): boolean | null {
  if (order.omsStatus === 'ALLOCATED' || order.omsStatus === 'ACCEPTED') return true;
  return order.omsStatus === 'REJECTED' || order.omsStatus === 'CANCELLED' ? false : null;
}

/** Paying again now could charge twice. */
const UNDER_WAY = ['PENDING', 'IN_PROCESS', 'CAPTURING', 'INDETERMINATE'];
const CANCELLING: readonly OrderStatus[] = ['CANCELLING', 'CANCELLED'];
/** Money is asked for here only, and only where it is missing; afterwards the order goes its way. */
const UNPAID: readonly OrderStatus[] = [
  'CREATION_PENDING',
  'CREATION_FAILED',
  'CREATED',
  'PAYMENT_PENDING',
  'PAYMENT_DENIED',
];

function nextStepOf(
  facts: CustomerFacts,
  charged: boolean | null,
  fulfillable: boolean | null,
): NextStep {
  const { order, payments, exceptions } = facts;
  if (charged !== false && fulfillable === false) return 'CONTACT_SUPPORT';
  if (exceptions.some(isLive) || charged === null) return 'WAIT';
  const isHeld = payments.some(
    (payment) => net(payment) > 0n || authorizedOpen(payment) + payment.voiding > 0n,
  );
  const isUnderWay = payments.some(
    (payment) => UNDER_WAY.includes(payment.status) && !isDeferred(payment),
  );
  if (order.status === 'CANCELLATION_REQUESTED') return 'WAIT';
  if (CANCELLING.includes(order.status)) return isHeld || isUnderWay ? 'WAIT' : 'NONE';
  if (!UNPAID.includes(order.status)) return 'NONE';
  if (isUnderWay || (charged && !isCreated(order))) return 'WAIT';
  return order.status === 'PAYMENT_DENIED' || isMoneyMissing(facts) ? 'PAY' : 'WAIT';
}

function isMoneyMissing({ paying, payments }: CustomerFacts): boolean {
  return sum(countedPayments(paying, payments).map(coverOf)) < neededOf(paying);
}
