import { type AnyCommand } from '../checkout/command';
import { type Actor } from '../kernel/actor';
import { refuse } from '../kernel/refusal';
import { type Order } from './order.entity';

/**
 * "OMS of that side" (states.md 2.1): goods are prepared, sent and invoiced by the people whose order it is (S0.2).
 * Whoever else the command is for acts on both sides.
 */
export function requireOwnSide(
  actor: Actor,
  { side }: Pick<Order, 'side'>,
  { name, roles }: Pick<AnyCommand, 'name' | 'roles'>,
): void {
  const actsForBoth = actor.roles.some((role) => role !== 'OMS' && roles.includes(role));
  if (actsForBoth || actor.side === side) return;
  refuse('FORBIDDEN', `${name} is for the OMS of the side the order belongs to.`);
}
