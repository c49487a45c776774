import { mainOrder, payingOrder, type Draft } from '../checkout/draft.rules';
import { type Fulfillment } from '../fulfillment/fulfillment.entity';
import { paidFulfillments } from '../fulfillment/shares.rules';
import { type Order } from '../order/order.entity';
import { isCreated } from '../order/order.rules';
import { type ReconciliationException } from './exception.entity';
import { type TriageAnswer, type TriageClass } from './exception-kind.rules';
import { isCancelled, paymentsAbout } from './money-about.rules';

type Triage = Pick<ReconciliationException, 'customerCharged' | 'orderFulfillable' | 'triageClass'>;

/**
 * The two first questions (S2.41) as far as the records answer them for certain; null where a person must. Without a
 * payment they are asked of all that pay for the order.
 */
export function triageFromFacts(
  draft: Draft,
  paymentId: string | null,
  orderId: string | null = null,
): Triage {
  const customerCharged = chargedFromFacts(draft, paymentId, orderId);
  const orderFulfillable = fulfillableFromFacts(draft, orderId);
  return {
    customerCharged,
    orderFulfillable,
    triageClass: triageClass(customerCharged, orderFulfillable),
  };
}

export function chargedFromFacts(
  draft: Draft,
  paymentId: string | null,
  orderId: string | null = null,
): TriageAnswer | null {
  const payments = paymentsAbout(draft, { paymentId, orderId });
  if (payments.length === 0) return null;
  const states = payments.map(({ moneyState }) => moneyState);
  // What nobody knows of one payment may be what the customer paid.
  if (states.includes('UNKNOWN')) return null;
  if (states.includes('CAPTURED') || states.includes('PARTIALLY_RETURNED')) return 'YES';
  return states.includes('DISPUTED') ? null : 'NO';
}

const SENT: readonly string[] = ['FULFILLED', 'DELIVERED', 'RETURNED'];

/**
 * The OMS's own word counts; an order that exists says nothing of stock. Goods that are out could be fulfilled, an order
 * that is cancelled, or whose paying order is, is not going to be.
 */
export function fulfillableFromFacts(
  draft: Draft,
  orderId: string | null = null,
): TriageAnswer | null {
  const order = draft.orders.find(({ id }) => id === orderId) ?? mainOrder(draft);
  if (!isCreated(order)) return null;
  if (order.omsStatus === 'CANCELLED' || isCancelled(order)) return 'NO';
  if (isCancelled(payingOrder(draft, order))) return 'NO';
  if (order.omsStatus === 'ALLOCATED') return 'YES';
  const parts = goodsOf(draft, order).filter(({ status }) => status !== 'CANCELLED');
  return parts.length > 0 && parts.every(({ status }) => SENT.includes(status)) ? 'YES' : null;
}

/** Of a seller's order its own goods, of the marketplace's all that it pays for. */
function goodsOf(draft: Draft, order: Order): Fulfillment[] {
  return order.side === 'SELLER'
    ? draft.fulfillments.filter(({ orderId }) => orderId === order.id)
    : paidFulfillments(draft, order);
}

/** What the answers sort the exception into; null until both are known. */
export function triageClass(
  charged: TriageAnswer | null,
  fulfillable: TriageAnswer | null,
): TriageClass | null {
  const open = (answer: TriageAnswer | null) => answer === null || answer === 'UNKNOWN';
  if (open(charged) || open(fulfillable)) return null;
  if (charged === 'NO') return 'FINANCE_RECONCILIATION';
  return fulfillable === 'YES' ? 'OPERATIONAL_REPAIR' : 'CUSTOMER_RECOVERY';
}
