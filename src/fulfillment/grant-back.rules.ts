import { orderOf, payingOrder, type Draft, type Tools } from '../checkout/draft.rules';
import { sum } from '../kernel/money';
import { type Order, type RefundGrant } from '../order/order.entity';
import { grantedOf, payableOf } from '../order/order.rules';
import { type Fulfillment } from './fulfillment.entity';
import { smaller } from './named-money.rules';

/** What is payable and not granted back yet; what was cancelled is payable no more. */
function returnable(order: Order): bigint {
  const grants = order.refundGrants.filter(({ source }) => source !== 'CANCELLATION');
  return payableOf(order) - grantedOf({ ...order, refundGrants: grants });
}

/**
 * Lets so much be refunded of what was captured for a fulfillment (S1.11), as far as it is not granted already, for a
 * return as far as it is payable, too. It stands on the order whose payments paid for it.
 */
export function grantBack(
  draft: Draft,
  { id, orderId }: Fulfillment,
  { amount, source }: { readonly amount: bigint; readonly source: RefundGrant['source'] },
  { now, newId }: Tools,
): void {
  const order = payingOrder(draft, orderOf(draft, orderId));
  const granted = order.refundGrants
    .filter(({ fulfillmentId }) => fulfillmentId === id)
    .map(({ amountMinor }) => BigInt(amountMinor));
  const left = smaller(amount - sum(granted), source === 'RETURN' ? returnable(order) : amount);
  if (left <= 0n) return;
  order.refundGrants = [
    ...order.refundGrants,
    {
      id: newId('grt'),
      amountMinor: left.toString(),
      source,
      fulfillmentId: id,
      grantedAt: now.toISOString(),
    },
  ];
}
