import { fulfillmentFacts } from '../fulfillment/fulfillment-facts.rules';
import { type Fulfillment } from '../fulfillment/fulfillment.entity';
import { AUTOMATIC_FULFILLMENT_TRIGGERS } from '../fulfillment/fulfillment.machine';
import { projectFulfillments } from '../fulfillment/fulfillment.rules';
import { moveFulfillment } from '../fulfillment/move-fulfillment.rules';
import { releaseLate } from '../fulfillment/released-funds.rules';
import { Refused } from '../kernel/refusal';
import { requestOverPayments } from '../order/invoice.rules';
import { moveOrder } from '../order/move-order.rules';
import { notifyHop } from '../order/notify-hop.rules';
import { type Order } from '../order/order.entity';
import { AUTOMATIC_ORDER_TRIGGERS } from '../order/order.machine';
import { someCaptureFailed } from '../order/order-signs.rules';
import { countedPayments, orderFacts } from '../order/order.rules';
import { unwindOrder } from '../order/unwind-order.rules';
import { requestTransaction } from '../payment/request-transaction.rules';
import { capturable } from '../payment/sums.rules';
import { mainOrder, type Draft, type Tools } from './draft.rules';
import { freezeReasons } from './freeze.rules';
import { projectPayments } from './project-payments.rules';

/** Far more than the longest way through the tables. */
const ROUNDS_MAX = 50;

/**
 * What follows by itself, to a fixpoint: payments from their facts, fulfillments from the transactions, and the
 * automatic edges of the tables with what they ask for.
 */
export function settle(draft: Draft, tools: Tools): void {
  attachPayments(draft);
  let facts = -1;
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    if (facts !== draft.facts.length) projectPayments(draft, tools);
    facts = draft.facts.length;
    projectFulfillments(draft);
    const moved = [
      releaseRemainders(draft, tools),
      ...draft.orders.map((row) => captureInvoiced(draft, row, tools)),
      ...draft.fulfillments.map((row) => followTransactions(draft, row, tools)),
      ...draft.orders.map((row) => followFacts(draft, row, tools)),
    ];
    if (!moved.includes(true) && facts === draft.facts.length) return;
  }
  throw new Error('the automatic edges of the machines form a cycle');
}

/** Payments of the cart belong to its marketplace order as soon as there is one. */
function attachPayments(draft: Draft): void {
  const order = mainOrder(draft);
  if (order === null) return;
  for (const payment of draft.payments) payment.orderId ??= order.id;
}

/** The first edge that is open; false where none is. */
function takeFirst(triggers: readonly string[], take: (trigger: string) => boolean): string | null {
  for (const trigger of triggers) {
    try {
      if (take(trigger)) return trigger;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
  }
  return null;
}

function followTransactions(draft: Draft, row: Fulfillment, tools: Tools): boolean {
  const facts = fulfillmentFacts(draft, row, tools);
  return (
    takeFirst(AUTOMATIC_FULFILLMENT_TRIGGERS, (trigger) => {
      const before = row.status;
      return moveFulfillment(row, { trigger }, facts, tools.now) && row.status !== before;
    }) !== null
  );
}

function followFacts(draft: Draft, order: Order, tools: Tools): boolean {
  const facts = orderFacts(draft, order, tools);
  const taken = takeFirst(AUTOMATIC_ORDER_TRIGGERS, (trigger) => {
    const before = order.status;
    return moveOrder(order, { trigger }, facts, tools.now) && order.status !== before;
  });
  if (taken === 'payments covered' || taken === 'cover lost') notifyHop(draft, order, tools);
  if (taken === 'retry window over') unwindOrder(draft, order, { refunds: true }, tools);
  if (taken === 'abandoned') unwindOrder(draft, order, { refunds: false }, tools);
  return taken !== null;
}

/**
 * What was invoiced while nothing could be requested is requested as soon as it can be: an invoice inserted under a
 * freeze, or by a seller before the order was paid. Not after a failed attempt, which people look into (E07).
 */
function captureInvoiced(draft: Draft, order: Order, tools: Tools): boolean {
  if (order.status !== 'VERIFYING_INVOICE' || order.side !== 'MARKETPLACE') return false;
  const payments = countedPayments(order, draft.payments).map(({ id }) => id);
  if (freezeReasons(draft).length > 0 || someCaptureFailed(draft, payments)) return false;
  const { invoiced, captured, deferred } = orderFacts(draft, order, tools);
  if (invoiced <= captured + deferred) return false;
  const facts = draft.facts.length;
  requestOverPayments(draft, order, invoiced, tools);
  return draft.facts.length > facts;
}

/** What a final capture left of its authorization is released, once (money.md 7); not while retries are frozen. */
function releaseRemainders(draft: Draft, tools: Tools): boolean {
  const facts = draft.facts.length;
  for (const capture of draft.transactions) {
    if (!capture.finalCapture || capture.status !== 'SUCCEEDED') continue;
    const payment = draft.payments.find(({ id }) => id === capture.paymentId);
    const providerRequestKey = `final:${capture.id}`;
    const isAsked = draft.facts.some((fact) => fact.providerRequestKey === providerRequestKey);
    const open = payment === undefined ? 0n : capturable(payment);
    if (payment === undefined || isAsked || open <= 0n || freezeReasons(draft).length > 0) continue;
    const request = { type: 'VOID', amountMinor: open, providerRequestKey } as const;
    requestTransaction(draft, payment, request, tools);
  }
  if (freezeReasons(draft).length === 0) releaseLate(draft, tools);
  return draft.facts.length > facts;
}
