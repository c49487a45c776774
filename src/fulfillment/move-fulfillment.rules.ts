import { step } from '../kernel/state-machine';
import { type Fulfillment } from './fulfillment.entity';
import {
  fulfillmentMachine,
  type FulfillmentFacts,
  type FulfillmentStatus,
} from './fulfillment.machine';

/** Asking for money again is no repetition of the same wish: it is refused. */
const MOVES_MONEY: readonly string[] = ['captureFulfillment', 'retryCapture'];

/**
 * Takes an edge of the fulfillment machine. Answers false, and does nothing, where the fulfillment is already in the
 * state it would lead to: the same state again is a success.
 */
export function moveFulfillment(
  fulfillment: Fulfillment,
  move: { readonly trigger: string; readonly to?: FulfillmentStatus },
  facts: FulfillmentFacts,
  now: Date,
): boolean {
  const { status: from } = fulfillment;
  const targets = fulfillmentMachine.edges.filter(
    ({ trigger, to }) => trigger === move.trigger && (move.to === undefined || to === move.to),
  );
  const leaves = targets.some((edge) => edge.from?.includes(from));
  const isThere = targets.some(({ to }) => to === from);
  if (!leaves && isThere && !MOVES_MONEY.includes(move.trigger)) return false;
  const next = step(fulfillmentMachine, { ...move, from }, facts);
  if (next === from) return true;
  fulfillment.status = next;
  fulfillment.statusAt = now;
  return true;
}
