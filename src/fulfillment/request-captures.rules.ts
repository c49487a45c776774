import { orderOf, payingOrder, type Draft, type Tools } from '../checkout/draft.rules';
import { sum } from '../kernel/money';
import { refuse } from '../kernel/refusal';
import { isDeferred } from '../order/order.rules';
import { type Payment } from '../payment/payment.entity';
import { RULE_TARGETS } from '../payment/payment-rule.rules';
import { requestTransaction } from '../payment/request-transaction.rules';
import { allocate, type Allocation } from './allocation.rules';
import { type Claim, type Fulfillment } from './fulfillment.entity';
import { leftOf, openOf, roomOf, sellingOf } from './room.rules';
import { atLeastZero, sharesOf, smaller, type Share } from './shares.rules';
import { sharesOnceStarted } from './uncaptured.rules';

/** What a payment could still give for a fulfillment; minor units. */
interface Candidate {
  readonly payment: Payment;
  /** Reserved and open. */
  readonly open: bigint;
  /** Its rule reserves nothing: what is not reserved may be taken by a sale. */
  readonly sellable: bigint;
  /** Claimed for the fulfillment and not taken yet. */
  readonly claimed: bigint;
  /** Neither taken nor claimed by other fulfillments. */
  readonly free: bigint;
}

/**
 * Requests the captures a fulfillment still needs, one per payment that pays for it: claims first, then what is
 * reserved and free, by priority. Answers what no payment can give; the caller decides whether that is a refusal.
 */
export function requestCaptures(
  draft: Draft,
  fulfillment: Fulfillment,
  tools: Tools,
  limit: bigint = fulfillment.totalMinor,
): bigint {
  const shares = sharesOnceStarted(draft, fulfillment);
  const needed = smaller(limit, fulfillment.totalMinor - sum(shares.map(({ taken }) => taken)));
  const candidates = candidatesFor(draft, fulfillment, { shares, now: tools.now });
  const byClaim = allocate(
    needed,
    candidates.map(({ payment, open, sellable, claimed }) => ({
      paymentId: payment.id,
      available: smaller(open + sellable, claimed),
      whole: false,
    })),
  );
  const byPriority = allocate(
    byClaim.missing,
    candidates.map(({ payment, open, sellable, claimed, free }) => {
      const taken = amountOf(byClaim.lines, payment.id);
      return {
        paymentId: payment.id,
        available: smaller(open + sellable, free) - taken,
        whole: !payment.partiallyConsumable && claimed === 0n,
      };
    }),
  );
  const lines = [...byClaim.lines, ...byPriority.lines];
  claimWhatIsTaken(fulfillment, shares, lines);
  const requestId = tools.newId('req');
  for (const { payment, open } of candidates) {
    const amount = amountOf(lines, payment.id);
    const captured = smaller(amount, open);
    for (const [type, amountMinor] of [
      ['CAPTURE', captured],
      ['SALE', amount - captured],
    ] as const) {
      if (amountMinor <= 0n) continue;
      const request = { type, amountMinor, fulfillmentId: fulfillment.id, requestId };
      requestTransaction(draft, payment, request, tools);
    }
  }
  return byPriority.missing;
}

/** As a command: refused where the payments cannot give all that is missing. */
export function captureOrRefuse(draft: Draft, fulfillment: Fulfillment, tools: Tools): void {
  const taken = sum(sharesOnceStarted(draft, fulfillment).map((share) => share.taken));
  const missing = requestCaptures(draft, fulfillment, tools);
  if (missing === 0n) return;
  const { totalMinor, currency } = fulfillment;
  refuse('AMOUNT_EXCEEDS', 'The payments cannot give what is missing; see available.', {
    available: { minorUnits: atLeastZero(totalMinor - taken - missing), currency },
  });
}

function candidatesFor(
  draft: Draft,
  fulfillment: Fulfillment,
  { shares, now }: { shares: readonly Share[]; now: Date },
): Candidate[] {
  const order = payingOrder(draft, orderOf(draft, fulfillment.orderId));
  const others = sharesOf(draft, order).filter(
    ({ fulfillmentId }) => fulfillmentId !== fulfillment.id,
  );
  return shares.flatMap((share) => {
    const payment = draft.payments.find(({ id }) => id === share.paymentId);
    if (payment === undefined || !canBeCaptured(payment, now)) return [];
    const elsewhere = others.filter(({ paymentId }) => paymentId === payment.id);
    const open = openOf(payment);
    const sells = RULE_TARGETS[payment.paymentRule].reserve === 'DNE';
    const sellable = sells ? roomOf(draft, payment) : 0n;
    // Captured for nobody yet: some of what others claim is there already.
    const named = sum([share, ...elsewhere].map(({ taken }) => taken));
    const unnamed = payment.captured + payment.capturing + sellingOf(draft, payment) - named;
    const free = open + sellable + atLeastZero(unnamed) - sum(elsewhere.map(leftOf));
    return [{ payment, open, sellable, claimed: leftOf(share), free }];
  });
}

const amountOf = (lines: readonly Allocation[], id: string): bigint =>
  sum(lines.filter(({ paymentId }) => paymentId === id).map(({ amount }) => amount));

/**
 * What a payment gives is what it was to give. Where another stands in for it, the claim on the one that cannot goes
 * down, the last in sequence first: claims never add up to more than the total.
 */
function claimWhatIsTaken(
  fulfillment: Fulfillment,
  shares: readonly Share[],
  lines: readonly Allocation[],
): void {
  const claims = shares.map(({ paymentId, claimed, taken }) => {
    const needed = taken + amountOf(lines, paymentId);
    return { paymentId, needed, amount: claimed > needed ? claimed : needed };
  });
  let surplus = sum(claims.map(({ amount }) => amount)) - fulfillment.totalMinor;
  for (const claim of claims.toReversed()) {
    const cut = smaller(surplus, claim.amount - claim.needed);
    claim.amount -= cut;
    surplus -= cut;
  }
  fulfillment.claims = claims
    .filter(({ amount }) => amount > 0n)
    .map(({ paymentId, amount }): Claim => {
      const old = fulfillment.claims.find((claim) => claim.paymentId === paymentId);
      const { heldMinor, backed } = old ?? { heldMinor: '0', backed: true };
      return { paymentId, amountMinor: amount.toString(), heldMinor, backed };
    });
}

const NOT_CAPTURED_FROM: readonly string[] = ['DISPUTED', 'CHARGED_BACK', 'CANCELLED', 'VACATED'];

/** Deferred payments are collected outside; nothing is asked of one whose outcome is unknown (S1.2). */
export function canBeCaptured(payment: Payment, now: Date): boolean {
  const { moneyState, authorizationExpiresAt, status } = payment;
  const isOver = authorizationExpiresAt !== null && authorizationExpiresAt <= now;
  if (NOT_CAPTURED_FROM.includes(status)) return false;
  return moneyState !== 'UNKNOWN' && !isOver && !isDeferred(payment);
}
