import { type Actor, type Role } from '../kernel/actor';
import { type Order } from './order.entity';

/** Roles that see rows because of their work; a shopper sees what is theirs. */
export const isShopper = ({ roles }: Actor): boolean =>
  roles.every((role: Role) => role === 'CUSTOMER');

/** Which rows an actor may see at all. What they may not is absent, as if it did not exist (api.md "Who may"). */
export function seesOrder(actor: Actor, order: Pick<Order, 'sellerId' | 'customerId'>): boolean {
  if (actor.side === 'SELLER') return order.sellerId !== null && order.sellerId === actor.sellerId;
  if (isShopper(actor)) return order.customerId !== null && order.customerId === actor.customerId;
  return true;
}

/** Payments, deliveries and the journal are the marketplace's (S0.14). */
export function seesMoney(actor: Actor): boolean {
  return actor.side === 'MARKETPLACE' && !isShopper(actor);
}
