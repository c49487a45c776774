import { orderOf, payingOrder, type Draft, type Tools } from '../checkout/draft.rules';
import { sum } from '../kernel/money';
import { type RefundGrant } from '../order/order.entity';
import { type Fulfillment } from './fulfillment.entity';

/**
 * Lets so much be refunded of what was captured for a fulfillment (S1.11), as far as it is not granted already. It stands
 * on the order whose payments paid for it.
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
  const left = amount - sum(granted);
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
