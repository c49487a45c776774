import { isLive } from '../exception/exception.machine';
import { type ReconciliationException } from '../exception/exception.entity';
import { type Payment } from '../payment/payment.entity';
import { net } from '../payment/sums.rules';
import { type Order } from './order.entity';
import { isCreated } from './order.rules';

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

/** What a shop page may show: was I charged, will it ship? Nothing is claimed that is not known. */
export function customerView(facts: CustomerFacts): CustomerView {
  const charged = chargedOf(facts.payments);
  const fulfillable = fulfillableOf(facts.order);
  const nextStep = nextStepOf(facts, charged, fulfillable);
  return { charged, fulfillable, nextStep, message: facts.told ?? MESSAGES[nextStep] };
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

function nextStepOf(
  { order, payments, exceptions }: CustomerFacts,
  charged: boolean | null,
  fulfillable: boolean | null,
): NextStep {
  if (charged !== false && fulfillable === false) return 'CONTACT_SUPPORT';
  const mayStillSucceed = payments.some(({ status }) => UNDER_WAY.includes(status));
  if (exceptions.some(isLive) || charged === null || mayStillSucceed) return 'WAIT';
  if (order.status === 'PAYMENT_DENIED') return 'PAY';
  if (!isCreated(order)) return charged ? 'WAIT' : 'PAY';
  return order.status === 'PAYMENT_AUTHORIZED' ? 'NONE' : 'PAY';
}
