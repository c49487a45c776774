import { payingOrder, type Draft, type Tools } from '../checkout/draft.rules';
import { moveFulfillment } from '../fulfillment/move-fulfillment.rules';
import { fulfillmentFacts } from '../fulfillment/fulfillment-facts.rules';
import { capturesFor } from '../fulfillment/fulfillment.rules';
import { sum } from '../kernel/money';
import { addFact } from '../payment/new-fact';
import { type Payment } from '../payment/payment.entity';
import { requestTransaction } from '../payment/request-transaction.rules';
import { capturable, returnable } from '../payment/sums.rules';
import { type Order } from './order.entity';
import { invoicedOf, payableOf } from './order.rules';

const UNSENT = [
  'NEW',
  'RELEASED',
  'RESERVATION_FAILED',
  'PAYMENT_CAPTURE_FAILED',
  'PAYMENT_CAPTURED',
  'FULFILLING',
];
const OPEN = ['NEW', 'PENDING', 'INDETERMINATE'];

/**
 * What cancelling an order does with its money and goods (states.md 2.1): payments nobody was asked for are cancelled,
 * open authorizations released, captured money given back where that was asked for, what was not sent is cancelled.
 * Nothing here refuses: it also runs by itself, beside facts.
 */
export function unwindOrder(
  draft: Draft,
  order: Order,
  { refunds }: { readonly refunds: boolean },
  tools: Tools,
): void {
  for (const payment of draft.payments.filter(({ orderId }) => orderId === order.id)) {
    // An outcome nobody knows is looked up first (S1.2); what it leaves open E06 and E26 tell.
    if (payment.moneyState === 'UNKNOWN') continue;
    cancelUnfinished(draft, payment, tools);
    const open = capturable(payment);
    if (open > 0n) requestTransaction(draft, payment, { type: 'VOID', amountMinor: open }, tools);
    const back = returnable(payment);
    if (refunds && back > 0n) {
      requestTransaction(draft, payment, { type: 'REFUND', amountMinor: back }, tools);
    }
  }
  for (const part of draft.fulfillments.filter(({ orderId }) => orderId === order.id)) {
    const isCaptured = capturesFor(draft, part).some(({ status }) => OPEN.includes(status));
    if (isCaptured || !UNSENT.includes(part.status)) continue;
    moveFulfillment(
      part,
      { trigger: 'order cancelled' },
      fulfillmentFacts(draft, part, tools),
      tools.now,
    );
    part.claims = [];
  }
  lowerPayable(draft, order);
}

/**
 * What a seller will not send any more nobody pays for: its order's total less what was cancelled, invoiced or sent
 * already, on both orders, as for a cancelled fulfillment (S0.2). A duplicate was never part of what is paid.
 */
function lowerPayable(draft: Draft, order: Order): void {
  const paying = payingOrder(draft, order);
  if (paying.id === order.id || order.duplicateOfOrderId !== null) return;
  const sent = draft.fulfillments.filter(
    ({ orderId, status }) => orderId === order.id && status !== 'CANCELLED',
  );
  const kept = larger(invoicedOf(order), sum(sent.map(({ totalMinor }) => totalMinor)));
  const given = larger(payableOf(order) - kept, 0n);
  const unpaid = larger(payableOf(paying) - invoicedOf(paying), 0n);
  order.cancelledMinor += given;
  paying.cancelledMinor += given < unpaid ? given : unpaid;
}

const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b);

/** Where no provider knows of it nothing has to be asked; else the provider is asked to give it up. */
function cancelUnfinished(draft: Draft, payment: Payment, tools: Tools): void {
  const { id, status, provider, providerReference } = payment;
  if (status === 'PENDING' || status === 'IN_PROCESS') {
    const details = { provider, providerReference };
    tools.intend({ action: 'CANCEL_PAYMENT', subjectType: 'Payment', subjectId: id, details });
  }
  if (status !== 'CREATED') return;
  const naturalKey = `cancelled:${id}`;
  addFact(
    draft,
    payment,
    {
      naturalKey,
      kind: 'STATUS',
      source: 'command',
      eventId: naturalKey,
      occurredAt: tools.now,
      reported: 'CANCELLED',
    },
    tools,
  );
}
