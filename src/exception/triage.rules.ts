import { mainOrder, type Draft } from '../checkout/draft.rules';
import { isCreated } from '../order/order.rules';
import { type ReconciliationException } from './exception.entity';
import { type TriageAnswer, type TriageClass } from './exception-kind.rules';

type Triage = Pick<ReconciliationException, 'customerCharged' | 'orderFulfillable' | 'triageClass'>;

/** The two first questions (S2.41) as far as the records answer them for certain; null where a person must. */
export function triageFromFacts(draft: Draft, paymentId: string | null): Triage {
  const customerCharged = chargedFromFacts(draft, paymentId);
  const orderFulfillable = fulfillableFromFacts(draft);
  return {
    customerCharged,
    orderFulfillable,
    triageClass: triageClass(customerCharged, orderFulfillable),
  };
}

export function chargedFromFacts(draft: Draft, paymentId: string | null): TriageAnswer | null {
  const payment = draft.payments.find(({ id }) => id === paymentId);
  if (payment === undefined || payment.moneyState === 'UNKNOWN') return null;
  if (payment.moneyState === 'CAPTURED' || payment.moneyState === 'PARTIALLY_RETURNED')
    return 'YES';
  return payment.moneyState === 'DISPUTED' ? null : 'NO';
}

/** Only the OMS's own word counts; an order that exists says nothing of stock. */
export function fulfillableFromFacts(draft: Draft): TriageAnswer | null {
  const order = mainOrder(draft);
  if (!isCreated(order)) return null;
  if (order.omsStatus === 'ALLOCATED') return 'YES';
  return order.omsStatus === 'CANCELLED' ? 'NO' : null;
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
