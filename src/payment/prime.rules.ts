import { type Draft, type Tools } from '../checkout/draft.rules';
import { allocate } from '../fulfillment/allocation.rules';
import { openOf, roomOf, sellingOf } from '../fulfillment/room.rules';
import { atLeastZero, byPriority, smaller } from '../fulfillment/shares.rules';
import { sum } from '../kernel/money';
import { type Order } from '../order/order.entity';
import { countedPayments, isDeferred } from '../order/order.rules';
import {
  actionsTo,
  RULE_TARGETS,
  type FreeMoney,
  type RuleAction,
  type RuleTarget,
} from './payment-rule.rules';
import { type Payment } from './payment.entity';
import { returnable } from './sums.rules';

/** What they had is gone, contested or not known; nothing more is asked of them. */
const UNUSABLE: readonly string[] = [
  'CANCELLED',
  'VACATED',
  'VOIDED',
  'REFUNDED',
  'CHARGED_BACK',
  'DISPUTED',
  'INDETERMINATE',
];

/** What a payment is primed for and what it does for that; minor units. */
export interface PrimedPayment {
  readonly payment: Payment;
  readonly share: bigint;
  readonly actions: readonly RuleAction[];
}

export interface PrimePlan {
  readonly payments: readonly PrimedPayment[];
  /** What no payment can give. */
  readonly missing: bigint;
}

/**
 * The initial amount spread over the payments by priority, and what brings each to the prime target of its rule
 * (money.md 5, 11): only the difference to what it has or what is under way. A payment keeps the share it was given.
 */
export function planPrime(
  draft: Draft,
  order: Order,
  initial: bigint,
  { now }: Pick<Tools, 'now'>,
): PrimePlan {
  const payments = countedPayments(order, draft.payments)
    .filter(({ status }) => !UNUSABLE.includes(status))
    .sort(byPriority)
    .map((payment) => ({ payment, ...means(draft, payment, now) }));
  const kept = sum(payments.map(({ payment }) => payment.validationMinor));
  const { lines, missing } = allocate(
    atLeastZero(initial - kept),
    payments.map(({ payment, available }) => ({
      paymentId: payment.id,
      available: atLeastZero(available - payment.validationMinor),
      whole: !payment.partiallyConsumable && payment.validationMinor === 0n,
    })),
  );
  return {
    missing,
    payments: payments.map(({ payment, target, underWay, free }) => {
      const more = lines.find(({ paymentId }) => paymentId === payment.id)?.amount ?? 0n;
      const share = payment.validationMinor + more;
      const { actions } = actionsTo(target, atLeastZero(share - underWay), free);
      return { payment, share, actions: capped(actions, roomOf(draft, payment)) };
    }),
  };
}

interface Means {
  readonly target: RuleTarget;
  /** What it could be primed for. */
  readonly available: bigint;
  /** Nobody knows yet what becomes of it: nothing is asked for it again. */
  readonly underWay: bigint;
  readonly free: FreeMoney;
}

function means(draft: Draft, payment: Payment, now: Date): Means {
  const { expected, authorizing, capturing, authorizationExpiresAt, status } = payment;
  const target = isDeferred(payment) ? 'DNE' : RULE_TARGETS[payment.paymentRule].prime;
  const room = roomOf(draft, payment);
  const selling = sellingOf(draft, payment);
  // The provider or the payer is at it, and no request of ours says for how much: for all of it.
  const isBegun = (status === 'PENDING' || status === 'IN_PROCESS') && authorizing + selling === 0n;
  const underWay = authorizing + (isBegun ? room : 0n);
  const isOver = authorizationExpiresAt !== null && authorizationExpiresAt <= now;
  const free = {
    deposited: returnable(payment) + capturing + selling,
    approved: isOver ? 0n : openOf(payment),
  };
  const there = free.deposited + free.approved + authorizing;
  const available = target === 'DNE' && expected !== null ? expected : there + room;
  return { target, available, underWay, free };
}

/** A new authorization or sale is never for more than the instruction has left (states.md 2.2). */
function capped(actions: readonly RuleAction[], room: bigint): RuleAction[] {
  return actions
    .map((action) =>
      action.type === 'CAPTURE'
        ? action
        : { ...action, amountMinor: smaller(action.amountMinor, room) },
    )
    .filter(({ amountMinor }) => amountMinor > 0n);
}
