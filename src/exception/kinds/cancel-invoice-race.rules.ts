import { linkedSellers, type Draft } from '../../checkout/draft.rules';
import { type Order } from '../../order/order.entity';
import { countedPayments, payableOf } from '../../order/order.rules';
import { type ExceptionKindRules } from '../exception-kind.rules';
import { isCancelled, marketplaceOrders, moneyTime, netOf } from '../money-about.rules';

/** E30: the marketplace order is being cancelled, its seller has invoiced, and no replacement has paid for the goods. */
export const cancelInvoiceRace: ExceptionKindRules = {
  kind: 'CANCEL_INVOICE_RACE',
  description: 'The order is being cancelled and its seller has invoiced it.',
  source: 'S0.16; design',
  subjectType: 'ORDER',
  group: 'CAPTURE_PROBLEMS',
  impact: ['CUSTOMER', 'FINANCE'],
  owners: ['COMMERCE', 'FINANCE'],
  contributing: ['OMS', 'PAYMENT'],
  decisions: [
    'CANCEL_AND_REPLACE',
    'STOP_SHIPMENT',
    'DENY_CANCEL',
    'REFUND',
    'ACCEPT_LOSS',
    'ESCALATE',
  ],
  forbidden: [],
  yieldsTo: [],
  autoResolves: 'Never by itself: replaced and paid, or returned, it is closed by finance.',
  asksProvider: false,
  maxGraceMs: () => 0,

  find(draft) {
    return marketplaceOrders(draft)
      .filter((order) => order.status === 'CANCELLATION_REQUESTED' || isCancelled(order))
      .flatMap((order) => {
        const invoiced = linkedSellers(draft, order)
          .filter((seller) => seller.marketplaceOrderId === order.id)
          .filter(({ status }) => status === 'INVOICED' || status === 'COMPLETED')
          .filter((seller) => !isReturned(draft, seller));
        if (invoiced.length === 0 || isReplaced(draft, order)) return [];
        return [
          {
            subjectId: order.id,
            orderId: order.id,
            paymentId: null,
            cause: [order.id, ...invoiced.map(({ id }) => id).sort()],
            graceMs: 0,
            amountMinor: payableOf(order),
            currency: order.currency,
            moneyAt: moneyTime(countedPayments(order, draft.payments), order.statusAt),
          },
        ];
      });
  },

  resolvesItself: () => false,
};

function isReturned(draft: Draft, seller: Order): boolean {
  const parts = draft.fulfillments.filter(({ orderId }) => orderId === seller.id);
  const isBack = ({ status }: (typeof parts)[number]) =>
    status === 'RETURNED' || status === 'CANCELLED';
  return parts.length > 0 && parts.every(isBack);
}

function isReplaced(draft: Draft, { replacedByOrderId }: Order): boolean {
  const replacement = draft.orders.find(({ id }) => id === replacedByOrderId);
  if (replacement === undefined) return false;
  return netOf(countedPayments(replacement, draft.payments)) >= payableOf(replacement);
}
