import { linkedSellers, payingOrder, type Draft, type Tools } from '../checkout/draft.rules';
import { type NotificationHop, type Order } from './order.entity';

type Way = Pick<NotificationHop, 'from' | 'to'>;
const TO_MARKETPLACE: Way = { from: 'GATEWAY', to: 'MARKETPLACE' };
const TO_SELLER: Way = { from: 'MARKETPLACE', to: 'SELLER' };

/**
 * Writes down how the news of a payment travelled (S0.6, S0.9): the gateway tells the marketplace, which tells its
 * sellers. Sent is the provider's time of the newest fact, received ours; the difference is the lag.
 */
export function notifyHop(draft: Draft, order: Order, { now }: Pick<Tools, 'now'>): void {
  if (order.side === 'SELLER') {
    addHop(order, TO_SELLER, { sentAt: heardAt(payingOrder(draft, order)), receivedAt: now });
    return;
  }
  const sentAt = newestFactAt(draft, order);
  addHop(order, TO_MARKETPLACE, {
    sentAt: sentAt === null || sentAt > now ? now : sentAt,
    receivedAt: now,
  });
  // A seller that was told before is told of every change: the cover is lost, or it is back.
  for (const seller of linkedSellers(draft, order)) {
    if (seller.notificationHops.length > 0)
      addHop(seller, TO_SELLER, { sentAt: now, receivedAt: now });
  }
}

/** When the marketplace last heard of its payments: from then on it could tell. */
function heardAt({ notificationHops, statusAt }: Order): Date {
  const heard = notificationHops.findLast(({ to }) => to === 'MARKETPLACE');
  return heard === undefined ? statusAt : new Date(heard.receivedAt);
}

function newestFactAt(draft: Draft, order: Order): Date | null {
  const ids = draft.payments.filter(({ orderId }) => orderId === order.id).map(({ id }) => id);
  return draft.facts
    .filter(({ paymentId, source }) => ids.includes(paymentId) && source !== 'request')
    .reduce<Date | null>(
      (latest, { occurredAt }) => (latest === null || occurredAt > latest ? occurredAt : latest),
      null,
    );
}

function addHop(order: Order, way: Way, at: { sentAt: Date; receivedAt: Date }): void {
  order.notificationHops = [
    ...order.notificationHops,
    { ...way, sentAt: at.sentAt.toISOString(), receivedAt: at.receivedAt.toISOString() },
  ];
}
