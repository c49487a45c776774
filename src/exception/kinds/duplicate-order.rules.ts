import { mainOrder } from '../../checkout/draft.rules';
import { type Order } from '../../order/order.entity';
import { type ExceptionKindRules } from '../exception-kind.rules';
import { isOver, moneyTime } from '../money-about.rules';

/**
 * E29: two live orders of one cart, side and seller, of which neither replaces the other. The payments of a checkout
 * are one set, so two live marketplace orders of it stand on one provider reference as well.
 */
export const duplicateOrder: ExceptionKindRules = {
  kind: 'DUPLICATE_ORDER',
  description: 'One cart has two live orders.',
  source: 'design; medusajs/medusa#14205',
  subjectType: 'CHECKOUT',
  group: 'UNMATCHED_CAPTURES',
  impact: ['CUSTOMER'],
  owners: ['COMMERCE'],
  contributing: ['OMS', 'PAYMENT'],
  decisions: ['KEEP_ONE', 'CANCEL_ORDER', 'ESCALATE'],
  forbidden: [],
  yieldsTo: [],
  autoResolves: 'One of them is cancelled.',
  asksProvider: false,
  maxGraceMs: () => 0,

  find(draft) {
    const live = draft.orders.filter((order) => !isOver(order));
    const twins = live.filter((one) => live.some((other) => isTwin(one, other)));
    const [first] = twins;
    if (first === undefined) return [];
    const second = twins.find((one) => isTwin(one, first)) ?? first;
    return [
      {
        subjectId: draft.checkout.id,
        orderId: mainOrder(draft)?.id ?? first.id,
        paymentId: null,
        cause: [draft.checkout.id, ...twins.map(({ id }) => id).sort()],
        graceMs: 0,
        amountMinor: second.totalMinor,
        currency: second.currency,
        moneyAt: moneyTime(draft.payments, second.createdAt),
      },
    ];
  },

  resolvesItself: () => true,
};

function isTwin(one: Order, other: Order): boolean {
  if (one.id === other.id) return false;
  if (one.replacesOrderId === other.id || other.replacesOrderId === one.id) return false;
  return one.side === other.side && one.sellerId === other.sellerId;
}
