import { orderOf, payingOrder, type Draft, type Tools } from '../checkout/draft.rules';
import { sum } from '../kernel/money';
import { countedPayments, isDeferred } from '../order/order.rules';
import { actionsTo, RULE_TARGETS, type RuleTarget } from '../payment/payment-rule.rules';
import { type Payment } from '../payment/payment.entity';
import { requestTransaction } from '../payment/request-transaction.rules';
import { returnable } from '../payment/sums.rules';
import { allocate } from './allocation.rules';
import { type Claim, type Fulfillment } from './fulfillment.entity';
import { leftOf, openOf, roomOf } from './room.rules';
import { atLeastZero, byPriority, sharesOf, smaller, type Share } from './shares.rules';

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

/** A payment as a source of a reservation; minor units. */
interface Source {
  readonly payment: Payment;
  readonly share: Share;
  readonly target: RuleTarget;
  /** Reserved for it, or being reserved. */
  readonly kept: bigint;
  readonly deposited: bigint;
  readonly approved: bigint;
  readonly available: bigint;
}

interface Reservation {
  /** What no payment can give, and what they can. */
  readonly missing: bigint;
  readonly available: bigint;
}

/**
 * Reserves what a fulfillment lacks (money.md 5, 11): what is reserved stays where it is, the rest is allocated by
 * priority, and each payment does for its share what its rule says, the difference only. Nothing is done if there is
 * not enough.
 */
export function reserve(draft: Draft, fulfillment: Fulfillment, tools: Tools): Reservation {
  const sources = sourcesFor(draft, fulfillment);
  const kept = sum(sources.map((source) => source.kept));
  const { lines, missing } = allocate(
    atLeastZero(fulfillment.totalMinor - kept),
    sources.map(({ payment, kept: own, available }) => ({
      paymentId: payment.id,
      available,
      whole: !payment.partiallyConsumable && own === 0n,
    })),
  );
  if (missing > 0n) return { missing, available: fulfillment.totalMinor - missing };
  const requestId = tools.newId('req');
  const claims = sources.map((source): Claim => {
    const more = lines.find(({ paymentId }) => paymentId === source.payment.id)?.amount ?? 0n;
    const { held, actions } = actionsTo(source.target, more, source);
    for (const action of actions) {
      const request = { ...action, fulfillmentId: fulfillment.id, requestId };
      requestTransaction(draft, source.payment, request, tools);
    }
    return claimOf(fulfillment, source, { more, held });
  });
  fulfillment.claims = claims.filter(({ amountMinor }) => BigInt(amountMinor) > 0n);
  return { missing: 0n, available: fulfillment.totalMinor };
}

function claimOf(
  { claims }: Fulfillment,
  { payment, kept, target }: Source,
  { more, held }: { more: bigint; held: bigint },
): Claim {
  const old = claims.find(({ paymentId }) => paymentId === payment.id);
  return {
    paymentId: payment.id,
    amountMinor: (kept + more).toString(),
    // What was held and is lost since is held no more.
    heldMinor: (smaller(BigInt(old?.heldMinor ?? '0'), kept) + held).toString(),
    backed: target !== 'DNE',
  };
}

function sourcesFor(draft: Draft, fulfillment: Fulfillment): Source[] {
  const order = payingOrder(draft, orderOf(draft, fulfillment.orderId));
  const shares = sharesOf(draft, order);
  return countedPayments(order, draft.payments)
    .sort(byPriority)
    .flatMap((payment) => {
      const all = shares.filter(({ paymentId }) => paymentId === payment.id);
      const share = all.find(({ fulfillmentId }) => fulfillmentId === fulfillment.id);
      return share === undefined ? [] : [sourceOf(draft, payment, { share, all })];
    });
}

function sourceOf(
  draft: Draft,
  payment: Payment,
  { share, all }: { share: Share; all: readonly Share[] },
): Source {
  // Money that is collected later, or that its rule does not reserve, needs nothing behind it.
  const target = isDeferred(payment) ? 'DNE' : RULE_TARGETS[payment.paymentRule].reserve;
  const kept = smaller(share.reserved + share.reserving, share.claimed);
  const others = all.filter(({ fulfillmentId }) => fulfillmentId !== share.fulfillmentId);
  const free = freeMoney(payment, all, target);
  const elsewhere = sum(others.map(({ taken, ...other }) => taken + leftOf({ taken, ...other })));
  const has = free.deposited + free.approved;
  const unclaimed = payment.expected === null ? has : payment.expected - elsewhere - kept;
  const reachable = target === 'DNE' ? unclaimed : has + roomOf(draft, payment);
  const available = UNUSABLE.includes(payment.status) ? 0n : smaller(unclaimed, reachable);
  return { payment, share, target, kept, ...free, available };
}

/**
 * What a payment has beyond what is reserved or taken for its fulfillments. What they hold without a transaction is
 * taken from the kind of money that their rule wants first.
 */
function freeMoney(payment: Payment, all: readonly Share[], target: RuleTarget) {
  const named = sum(all.map(({ taken }) => taken));
  const spare = atLeastZero(payment.captured + payment.capturing - named);
  const deposited = smaller(spare, returnable(payment));
  const approved = openOf(payment);
  const used = sum(all.map(({ reserved, taken }) => atLeastZero(reserved - taken)));
  const [first, second] = target === 'DEPOSITED' ? [deposited, approved] : [approved, deposited];
  const firstLeft = atLeastZero(first - used);
  const secondLeft = atLeastZero(second - atLeastZero(used - first));
  return target === 'DEPOSITED'
    ? { deposited: firstLeft, approved: secondLeft }
    : { deposited: secondLeft, approved: firstLeft };
}
