import { payingOrder, type Draft, type Tools } from '../checkout/draft.rules';
import { freezeReasons } from '../checkout/freeze.rules';
import { projectPayments } from '../checkout/project-payments.rules';
import { allocate } from '../fulfillment/allocation.rules';
import { fulfillmentFacts } from '../fulfillment/fulfillment-facts.rules';
import { type Fulfillment } from '../fulfillment/fulfillment.entity';
import { projectFulfillments } from '../fulfillment/fulfillment.rules';
import { moveFulfillment } from '../fulfillment/move-fulfillment.rules';
import { canBeCaptured, requestCaptures } from '../fulfillment/request-captures.rules';
import { openOf, sellingOf } from '../fulfillment/room.rules';
import { byPriority, smaller } from '../fulfillment/shares.rules';
import { sharesOnceStarted } from '../fulfillment/uncaptured.rules';
import { sum } from '../kernel/money';
import { requestTransaction } from '../payment/request-transaction.rules';
import { moveOrder } from './move-order.rules';
import { type Invoice, type Order } from './order.entity';
import { orderMachine } from './order.machine';
import { countedPayments, orderFacts } from './order.rules';

/**
 * What an invoice sets going (S0.5): on the marketplace order the capture, on a seller's order the same invoice on the
 * marketplace order it is linked to, in the same write.
 */
export function addInvoice(draft: Draft, order: Order, invoice: Invoice, tools: Tools): void {
  order.invoices = [...order.invoices, invoice];
  if (order.side === 'MARKETPLACE') requestInvoiced(draft, order, invoice, tools);
  else mirrorInvoice(draft, order, invoice, tools);
}

/**
 * The seller is not stopped by where the marketplace order stands, but it is reflected there (S0.10): the invoice is
 * kept, and the order moves where its table lets it. One the marketplace inserted itself is not counted twice.
 */
function mirrorInvoice(draft: Draft, seller: Order, invoice: Invoice, tools: Tools): void {
  const market = payingOrder(draft, seller);
  if (market.id === seller.id) return;
  const isKnown = market.invoices.some(
    ({ number, amountMinor, mirrorOfOrderId }) =>
      number === invoice.number &&
      (mirrorOfOrderId === seller.id ||
        (mirrorOfOrderId === null && amountMinor === invoice.amountMinor)),
  );
  if (isKnown) return;
  const mirrored = { ...invoice, mirrorOfOrderId: seller.id };
  market.invoices = [...market.invoices, mirrored];
  if (verify(draft, market, tools)) requestInvoiced(draft, market, mirrored, tools);
}

/** Invoices a seller inserted while the order stood still are verified when it goes on. */
export function verifyMirroredInvoices(draft: Draft, order: Order, tools: Tools): void {
  if (order.invoices.length === 0 || !verify(draft, order, tools)) return;
  for (const invoice of order.invoices) requestInvoiced(draft, order, invoice, tools);
}

/** False where the marketplace order does not move: unpaid, asked to be cancelled, cancelled, finished. */
function verify(draft: Draft, market: Order, tools: Tools): boolean {
  const trigger = 'mirrored invoice';
  const moves = orderMachine.edges.some(
    (edge) => edge.trigger === trigger && edge.from?.includes(market.status),
  );
  return moves && moveOrder(market, { trigger }, orderFacts(draft, market, tools), tools.now);
}

/**
 * Requests the capture of what is invoiced (S0.5): of the fulfillments the invoice names, and what is left of it over
 * all payments by priority. What no payment can give is no refusal: E07 tells. While retries are frozen nothing is
 * requested.
 */
function requestInvoiced(draft: Draft, order: Order, invoice: Invoice, tools: Tools): void {
  if (freezeReasons(draft).length > 0) return;
  let left = BigInt(invoice.amountMinor);
  const named = draft.fulfillments.filter(({ id }) => invoice.fulfillmentIds.includes(id));
  for (const part of named) {
    const amount = smaller(left, uncaptured(draft, part));
    left -= amount;
    // One whose capture failed is retried by people who look why (states.md 2.4).
    if (amount === 0n || part.status === 'PAYMENT_CAPTURE_FAILED') continue;
    startCapture(draft, part, tools);
    requestCaptures(draft, part, tools, amount);
    project(draft, tools);
  }
  requestOverPayments(draft, order, left, tools);
}

/** So that the next request sees what this one took. */
function project(draft: Draft, tools: Tools): void {
  projectPayments(draft, tools);
  projectFulfillments(draft);
}

/** Neither captured nor being captured; minor units. */
function uncaptured(draft: Draft, part: Fulfillment): bigint {
  const shares = sharesOnceStarted(draft, part);
  return part.totalMinor - sum(shares.map(({ taken }) => taken));
}

const PAID_LATER = ['AT_SHIPMENT', 'AT_INVOICE', 'ON_DELIVERY'];

/**
 * A fulfillment that has not begun waits for its capture. A seller's whose policy does not ask for the money first keeps
 * its state: the seller is not stopped by a capture that fails (S0.10).
 */
function startCapture(draft: Draft, part: Fulfillment, tools: Tools): void {
  const isSellers = draft.orders.some(({ id, side }) => id === part.orderId && side === 'SELLER');
  if (isSellers && PAID_LATER.includes(part.capturePolicy)) return;
  if (part.status !== 'NEW' && part.status !== 'RELEASED') return;
  // The marketplace asks for it, whoever inserted the invoice (S0.14).
  const facts = { ...fulfillmentFacts(draft, part, tools), side: 'MARKETPLACE' } as const;
  moveFulfillment(part, { trigger: 'captureFulfillment' }, facts, tools.now);
}

/** What Σ invoiced exceeds Σ captured, being captured and deferred, up to a limit, by priority (money.md 5). */
export function requestOverPayments(draft: Draft, order: Order, limit: bigint, tools: Tools): void {
  const { invoiced, payable, captured, deferred } = orderFacts(draft, order, tools);
  const payments = countedPayments(order, draft.payments).sort(byPriority);
  const capturing = sum(payments.map((payment) => payment.capturing + sellingOf(draft, payment)));
  const wanted = invoiced < payable ? invoiced : payable;
  const { lines } = allocate(
    smaller(limit, wanted - captured - capturing - deferred),
    payments
      .filter((payment) => canBeCaptured(payment, tools.now))
      .map((payment) => ({
        paymentId: payment.id,
        available: openOf(payment),
        whole: !payment.partiallyConsumable,
      })),
  );
  const requestId = tools.newId('req');
  for (const { paymentId, amount } of lines) {
    const payment = payments.find(({ id }) => id === paymentId);
    if (payment === undefined) continue;
    const request = { type: 'CAPTURE', amountMinor: amount, requestId } as const;
    requestTransaction(draft, payment, request, tools);
  }
  project(draft, tools);
}
