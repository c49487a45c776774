import { type ExceptionKind } from '../exception/exception-kind.rules';
import { FULFILLMENT_STATUSES, type FulfillmentStatus } from '../fulfillment/fulfillment.machine';
import { type Limits } from '../kernel/limits';
import { ORDER_STATUSES, type OrderStatus } from '../order/order.machine';
import { type PaymentStatus } from '../payment/payment.machine';

/**
 * One reason why states that stand beside each other contradict. A clock that is not named may stand anywhere.
 * The table speaks of a marketplace order, one payment over its total, collected by its provider, and one fulfillment of all
 * of it that is captured before fulfilling; amounts, sellers and other policies are judged by the kinds themselves.
 */
export interface LegalityRule {
  readonly order?: readonly OrderStatus[];
  readonly payment?: readonly PaymentStatus[];
  readonly fulfillment?: readonly FulfillmentStatus[];
  readonly kind: ExceptionKind;
  /** Kinds that tell of it instead while somebody is asked to end it: the request is on its way, or failed. */
  readonly orElse?: readonly ExceptionKind[];
  /** Legal until this limit has passed; absent: a contradiction at once. */
  readonly until?: keyof Limits | 'orderCreationGraceMs';
  readonly because: string;
}

/** Captured money stands on it, at least in part. */
const HELD = ['PARTIALLY_CAPTURED', 'CAPTURED', 'PARTIALLY_REFUNDED'] as const;
/** Reserved, nothing captured. */
const RESERVED = ['AUTHORIZED'] as const;
/** Nothing reserved or under way, nothing captured, nothing given back. */
const NOTHING = ['CREATED', 'VOIDED', 'EXPIRED', 'REJECTED', 'CANCELLED', 'FAILED'] as const;
const OVER = ['CANCELLING', 'CANCELLED'] as const;
const BEFORE_CANCELLATION = ORDER_STATUSES.filter(
  (status) => status !== 'CANCELLING' && status !== 'CANCELLED',
);

/** Everything that may not stand beside each other, or not for long (states.md, exceptions.md). */
export const LEGALITY: readonly LegalityRule[] = [
  {
    payment: ['INDETERMINATE'],
    kind: 'INDETERMINATE_RESULT',
    because: 'nobody knows what the provider did',
  },
  {
    payment: ['DISPUTED', 'CHARGED_BACK'],
    kind: 'CHARGEBACK',
    because: "the payer's bank takes the money back",
  },
  {
    order: ['CREATION_PENDING'],
    payment: HELD,
    kind: 'CAPTURED_ORDER_CREATION_FAILED',
    until: 'orderCreationGraceMs',
    because: 'money is taken and the order has not followed',
  },
  {
    order: ['CREATION_FAILED'],
    payment: HELD,
    kind: 'CAPTURED_ORDER_CREATION_FAILED',
    because: 'money is taken and there is no order',
  },
  {
    order: ['CREATION_PENDING'],
    payment: RESERVED,
    kind: 'AUTHORIZED_ORDER_NOT_CREATED',
    until: 'orderCreationGraceMs',
    because: 'money is reserved and the order has not followed',
  },
  {
    order: ['CREATION_FAILED'],
    payment: RESERVED,
    kind: 'AUTHORIZED_ORDER_NOT_CREATED',
    because: 'money is reserved and there is no order',
  },
  {
    order: ['CREATED', 'PAYMENT_PENDING', 'PAYMENT_DENIED', 'HANDLING'],
    payment: ['VACATED'],
    kind: 'PAYMENT_VACATED',
    because: 'the order waits for a payment the provider could not create',
  },
  {
    order: ['HANDLING'],
    payment: ['EXPIRED'],
    kind: 'AUTHORIZATION_EXPIRING',
    because: 'goods are prepared and the authorization has run out',
  },
  {
    order: ['VERIFYING_INVOICE'],
    payment: [...RESERVED, ...NOTHING, 'PENDING', 'IN_PROCESS', 'VACATED'],
    kind: 'INVOICED_CAPTURE_FAILED',
    until: 'invoiceCaptureMs',
    because: 'it is invoiced and the capture is not confirmed',
  },
  {
    order: OVER,
    payment: HELD,
    kind: 'CAPTURED_AFTER_CANCELLATION',
    orElse: ['INTENT_NOT_EXECUTED', 'REFUND_FAILED'],
    until: 'refundAfterCancelMs',
    because: 'the order is cancelled and its money is still held',
  },
  {
    order: OVER,
    payment: RESERVED,
    kind: 'CANCELLED_ORDER_AUTHORIZATION_OPEN',
    orElse: ['INTENT_NOT_EXECUTED'],
    until: 'settlingGraceMs',
    because: 'the order is cancelled and its money is still reserved',
  },
  {
    fulfillment: ['RESERVATION_FAILED', 'RELEASED', 'FULFILLING'],
    payment: NOTHING,
    kind: 'UNDER_RESERVED_RELEASE',
    because: 'a release exists and its money is not, or no longer, reserved',
  },
  {
    fulfillment: ['CAPTURING_PAYMENT'],
    kind: 'STUCK_CAPTURING_PAYMENT',
    until: 'stuckCapturingMs',
    because: 'its captures never came back',
  },
  {
    fulfillment: ['CAPTURE_AWAITING_RESULT'],
    kind: 'STUCK_CAPTURING_PAYMENT',
    until: 'captureResultMs',
    because: 'its captures never came back',
  },
  {
    fulfillment: ['PAYMENT_CAPTURE_FAILED'],
    kind: 'FULFILLMENT_CAPTURE_FAILED',
    because: 'its money could not be taken',
  },
  {
    order: BEFORE_CANCELLATION,
    fulfillment: ['PAYMENT_CAPTURED'],
    payment: [...RESERVED, ...NOTHING, 'PENDING', 'IN_PROCESS', 'VACATED'],
    kind: 'CAPTURE_FAILED_AFTER_SUCCESS',
    because: 'the capture it rests on was taken back',
  },
  {
    fulfillment: ['FULFILLED', 'DELIVERED'],
    payment: [...RESERVED, ...NOTHING, 'PENDING', 'IN_PROCESS'],
    kind: 'SHIPPED_NOT_CAPTURED',
    until: 'settlingGraceMs',
    because: 'goods are out and nothing is captured',
  },
  {
    fulfillment: ['DELIVERED', 'RETURNED'],
    payment: RESERVED,
    kind: 'CANCELLED_ORDER_AUTHORIZATION_OPEN',
    orElse: ['INTENT_NOT_EXECUTED'],
    until: 'settlingGraceMs',
    because: 'nothing is left to send and money is still reserved',
  },
];

/** An order without a code has no fulfillments: nothing leads there, and a test shows that no mutation does. */
const UNREACHABLE: Pick<LegalityRule, 'order' | 'fulfillment'> = {
  order: ['CREATION_PENDING', 'CREATION_FAILED'],
  fulfillment: FULFILLMENT_STATUSES,
};

export interface Standing {
  readonly order: OrderStatus;
  readonly payment: PaymentStatus;
  readonly fulfillment: FulfillmentStatus | null;
}

export type Verdict = 'LEGAL' | 'LEGAL_UNTIL' | 'CONTRADICTION' | 'UNREACHABLE';

/** The rules that judge a combination; none: it is legal. */
export function rulesFor(standing: Standing): LegalityRule[] {
  return LEGALITY.filter((rule) => isMet(rule, standing));
}

export function verdictOf(standing: Standing): Verdict {
  if (isMet(UNREACHABLE, standing)) return 'UNREACHABLE';
  const rules = rulesFor(standing);
  if (rules.length === 0) return 'LEGAL';
  return rules.every(({ until }) => until !== undefined) ? 'LEGAL_UNTIL' : 'CONTRADICTION';
}

function isMet(
  rule: Pick<LegalityRule, 'order' | 'payment' | 'fulfillment'>,
  { order, payment, fulfillment }: Standing,
): boolean {
  const meets = <State>(states: readonly State[] | undefined, state: State | null) =>
    states === undefined || (state !== null && states.includes(state));
  return (
    meets(rule.order, order) && meets(rule.payment, payment) && meets(rule.fulfillment, fulfillment)
  );
}
