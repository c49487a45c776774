import { type Command } from '../checkout/command';
import {
  fulfillmentOf,
  orderOf,
  payingOrder,
  type Draft,
  type Tools,
} from '../checkout/draft.rules';
import { freezeReasons, retryModeFor } from '../checkout/freeze.rules';
import { sum } from '../kernel/money';
import { refusePan } from '../kernel/pan';
import { rolesOf } from '../kernel/state-machine';
import { requireReason } from '../kernel/text';
import { moveOrder } from '../order/move-order.rules';
import { type Order } from '../order/order.entity';
import { orderMachine } from '../order/order.machine';
import { countedPayments, orderFacts, payableOf } from '../order/order.rules';
import { unwindOrder } from '../order/unwind-order.rules';
import { grantedLeft } from '../payment/payment-facts.rules';
import { net } from '../payment/sums.rules';
import { fulfillmentFacts } from './fulfillment-facts.rules';
import { type Fulfillment } from './fulfillment.entity';
import { fulfillmentMachine } from './fulfillment.machine';
import { grantBack } from './grant-back.rules';
import { moveFulfillment } from './move-fulfillment.rules';
import { releaseAllocated } from './released-funds.rules';
import { sellingOf } from './room.rules';
import { atLeastZero, paidFulfillments, sharesOf, smaller, type Share } from './shares.rules';
import { checkItems, partFor, type PartInput } from './split.rules';
import { capturedOnceStarted } from './uncaptured.rules';

export interface CancelFulfillmentInput extends PartInput {
  readonly reason: string;
}

/**
 * Cancels a fulfillment that was not sent (S1.8 to S1.11): releases what is reserved for it alone, grants back what was
 * captured for it, and lowers what is payable. With the last live one, nothing invoiced, the order is cancelled too.
 * Nothing is released while an outcome or a hold leaves it open what is there (E08).
 */
export const cancelFulfillment: Command<CancelFulfillmentInput> = {
  name: 'cancelFulfillment',
  entity: 'fulfillment',
  creation: false,
  subject: 'fulfillment',
  roles: rolesOf(fulfillmentMachine, 'cancelFulfillment'),
  keys: ({ fulfillmentId }) => [{ kind: 'ID', value: fulfillmentId, field: 'fulfillmentId' }],
  target: (draft, { fulfillmentId }) => fulfillmentOf(draft, fulfillmentId).id,
  sellerOrder: (draft, { fulfillmentId }) => fulfillmentOf(draft, fulfillmentId).orderId,
  probe: (_draft, fulfillmentId) => ({ fulfillmentId, reason: 'probe' }),

  check({ items, reason }) {
    checkItems(items);
    refusePan(requireReason(reason, ['reason']), ['reason'], 'REJECT');
  },

  decide(draft, input, tools) {
    const part = partFor(draft, input, 'CANCELLED', tools);
    const own = orderOf(draft, part.orderId);
    const paying = payingOrder(draft, own);
    const before = sharesFor(draft, paying, part);
    const captured = capturedOnceStarted(draft, part);
    const facts = fulfillmentFacts(draft, part, tools);
    if (!moveFulfillment(part, { trigger: 'cancelFulfillment' }, facts, tools.now)) return part.id;
    tools.explain(part.id, input.reason);
    for (const order of new Set([own, paying])) order.cancelledMinor += part.totalMinor;
    const taken = keepWhatIsTaken(part, sharesFor(draft, paying, part));
    const amount = taken + paidInAdvance(draft, paying, { taken, captured });
    grantBack(draft, part, { amount, source: 'CANCELLATION' }, tools);
    if (isRisky(draft)) return part.id;
    if (own !== paying) cancelWithTheLast(draft, own, tools);
    if (!cancelWithTheLast(draft, paying, tools)) releaseAllocated(draft, paying, before, tools);
    return part.id;
  },
};

const sharesFor = (draft: Draft, order: Order, { id }: Fulfillment): Share[] =>
  sharesOf(draft, order).filter(({ fulfillmentId }) => fulfillmentId === id);

/** Its claims are given up, but for what was captured by its transactions; answers how much that is. */
function keepWhatIsTaken(part: Fulfillment, shares: readonly Share[]): bigint {
  part.claims = shares
    .filter(({ taken }) => taken > 0n)
    .map(({ paymentId, taken }) => ({
      paymentId,
      amountMinor: taken.toString(),
      heldMinor: '0',
      backed: true,
    }));
  return sum(shares.map(({ taken }) => taken));
}

/** Of money that was captured for no fulfillment by name: what is beyond what is payable and granted now. */
function paidInAdvance(
  draft: Draft,
  order: Order,
  { taken, captured }: { readonly taken: bigint; readonly captured: bigint },
): bigint {
  const payments = countedPayments(order, draft.payments);
  const held = sum(payments.map((payment) => net(payment) - payment.refunding));
  const granted = atLeastZero(grantedLeft(draft, order.id));
  return smaller(captured - taken, held - payableOf(order) - granted - taken);
}

/** Money of unknown outcome or amount, or a hold. */
const isRisky = (draft: Draft): boolean =>
  retryModeFor(freezeReasons(draft)) === 'BLOCKED_BY_DUPLICATE_RISK' ||
  draft.payments.some(({ moneyState }) => moneyState === 'UNKNOWN');

function isBeingCaptured(draft: Draft, order: Order): boolean {
  return countedPayments(order, draft.payments).some(
    (payment) => payment.capturing + sellingOf(draft, payment) > 0n,
  );
}

const TRIGGER = 'last fulfillment cancelled';

/**
 * True where the order is given up with its last live fulfillment, or stays for a capture under way that decides what
 * there is to release. A void under way keeps the order, too.
 */
function cancelWithTheLast(draft: Draft, order: Order, tools: Tools): boolean {
  const parts =
    order.side === 'MARKETPLACE'
      ? paidFulfillments(draft, order)
      : draft.fulfillments.filter(({ orderId }) => orderId === order.id);
  const isLive = parts.some(({ status }) => status !== 'CANCELLED');
  const leaves = orderMachine.edges.some(
    ({ trigger, from }) => trigger === TRIGGER && from?.includes(order.status),
  );
  if (isLive || !leaves || order.invoices.length > 0) return false;
  const facts = orderFacts(draft, order, tools);
  if (facts.captureOrVoidOpen) return isBeingCaptured(draft, order);
  moveOrder(order, { trigger: TRIGGER }, facts, tools.now);
  unwindOrder(draft, order, { refunds: false }, tools);
  return true;
}
