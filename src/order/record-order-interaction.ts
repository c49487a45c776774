import { type Command } from '../checkout/command';
import { orderOf } from '../checkout/draft.rules';
import { sha256Hex } from '../kernel/canonical';
import { checkTime } from '../kernel/foreign-time';
import { refusePan } from '../kernel/pan';
import { rolesOf } from '../kernel/state-machine';
import { boundedText, MAX_REASON, requireReason } from '../kernel/text';
import { moveOrder } from './move-order.rules';
import { NO_MONEY, orderMachine, type InteractionKind } from './order.machine';
import { requireOwnSide } from './own-side.rules';

export interface RecordOrderInteractionInput {
  readonly orderId: string;
  readonly kind?: InteractionKind | null;
  readonly message: string;
  readonly code?: string | null;
  readonly sourceSystem?: string | null;
  readonly occurredAt?: Date | null;
}

const LENGTHS = { message: MAX_REASON, code: 191, sourceSystem: 64 } as const;

/**
 * Appends a line to the order's log, in the other system's words and with its code (S0.12): never changed afterwards,
 * only its text can be erased. DELIVERED completes an invoiced order that has no fulfillments.
 */
export const recordOrderInteraction: Command<RecordOrderInteractionInput> = {
  name: 'recordOrderInteraction',
  entity: 'order',
  creation: false,
  subject: 'order',
  roles: rolesOf(orderMachine, 'recordOrderInteraction'),
  keys: ({ orderId }) => [{ kind: 'ID', value: orderId, field: 'orderId' }],
  target: (draft, { orderId }) => orderOf(draft, orderId).id,
  sellerOrder: (_draft, { orderId }) => orderId,
  probe: (_draft, orderId) => ({ orderId, message: 'probe' }),

  check(input) {
    requireReason(input.message, ['message']);
    for (const field of ['message', 'code', 'sourceSystem'] as const) {
      const value = input[field];
      if (value) refusePan(boundedText(value, [field], LENGTHS[field]), [field], 'REJECT');
    }
  },

  decide(draft, input, { actor, now, newId }) {
    const order = orderOf(draft, input.orderId);
    requireOwnSide(actor, order, recordOrderInteraction);
    const occurredAt = input.occurredAt ?? now;
    checkTime(occurredAt, ['occurredAt'], now);
    moveOrder(order, { trigger: 'recordOrderInteraction' }, NO_MONEY, now);
    const { checkoutId } = order;
    const { message: text, kind, code, sourceSystem } = input;
    const textId = newId('txt');
    draft.texts.push({
      id: textId,
      checkoutId,
      field: 'interaction.message',
      text,
      createdAt: now,
    });
    draft.interactions.push({
      id: newId('int'),
      checkoutId,
      orderId: order.id,
      kind: kind ?? 'NOTE',
      code: code ?? null,
      textId,
      textHash: sha256Hex(text),
      sourceSystem: sourceSystem ?? null,
      recordedBy: actor.subject,
      occurredAt,
      recordedAt: now,
    });
    if (kind === 'DELIVERED') order.deliveredAt ??= occurredAt;
    return order.id;
  },
};
