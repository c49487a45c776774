import { type Command } from '../checkout/command';
import { fulfillmentOf, orderOf, payingOrder, type Draft } from '../checkout/draft.rules';
import { isLive } from '../exception/exception.machine';
import { refusePan } from '../kernel/pan';
import { rolesOf } from '../kernel/state-machine';
import { requireReason } from '../kernel/text';
import { fulfillmentFacts } from './fulfillment-facts.rules';
import { type Fulfillment } from './fulfillment.entity';
import { fulfillmentMachine } from './fulfillment.machine';
import { moveFulfillment } from './move-fulfillment.rules';
import { checkItems, partFor, type PartInput } from './split.rules';

export interface ConfirmDeliveryInput extends PartInput {
  readonly carrierReport?: boolean | null;
  readonly override?: boolean | null;
  readonly reason?: string | null;
}

/**
 * Confirms the delivery (DELIVERED). What is not paid is handed over only where somebody takes responsibility for an open
 * case; what a carrier reports, or a seller's goods, is recorded whatever the money says (S0.10, S0.17).
 */
export const confirmDelivery: Command<ConfirmDeliveryInput> = {
  name: 'confirmDelivery',
  entity: 'fulfillment',
  creation: false,
  subject: 'fulfillment',
  roles: rolesOf(fulfillmentMachine, 'confirmDelivery'),
  keys: ({ fulfillmentId }) => [{ kind: 'ID', value: fulfillmentId, field: 'fulfillmentId' }],
  target: (draft, { fulfillmentId }) => fulfillmentOf(draft, fulfillmentId).id,
  sellerOrder: (draft, { fulfillmentId }) => fulfillmentOf(draft, fulfillmentId).orderId,
  probe: (_draft, fulfillmentId) => ({ fulfillmentId }),

  check({ items, override, reason }) {
    checkItems(items);
    if (override || reason) refusePan(requireReason(reason, ['reason']), ['reason'], 'REJECT');
  },

  decide(draft, input, tools) {
    const part = partFor(draft, input, 'DELIVERED', tools);
    const facts = {
      ...fulfillmentFacts(draft, part, tools),
      carrierReport: input.carrierReport ?? false,
      overridden: input.override === true && hasOpenCase(draft, part),
    };
    const isMoved = moveFulfillment(part, { trigger: 'confirmDelivery' }, facts, tools.now);
    if (isMoved && input.reason) tools.explain(part.id, input.reason);
    return part.id;
  },
};

/** E07, E27 and E33: they say that the goods go out unpaid, and somebody owns that. */
const UNPAID: readonly string[] = [
  'INVOICED_CAPTURE_FAILED',
  'SHIPPED_NOT_CAPTURED',
  'FULFILLMENT_CAPTURE_FAILED',
];

/** About it, what it was split from, or the order that pays for it. */
function hasOpenCase(draft: Draft, { id, splitFromId, orderId }: Fulfillment): boolean {
  const order = payingOrder(draft, orderOf(draft, orderId));
  const subjects = [id, splitFromId, orderId, order.id];
  return draft.exceptions
    .filter(isLive)
    .some(({ kind, subjectId }) => UNPAID.includes(kind) && subjects.includes(subjectId));
}
