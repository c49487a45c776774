import { type Command, type KeyRef } from '../checkout/command';
import { exceptionOf, orderOf, type Draft } from '../checkout/draft.rules';
import { isFrozenFor } from '../checkout/freeze.rules';
import { decisionRules } from '../exception/decision.rules';
import { type ReconciliationException } from '../exception/exception.entity';
import { type RepairAction } from '../exception/exception-kind.rules';
import { refuse } from '../kernel/refusal';
import { rolesOf } from '../kernel/state-machine';
import { reference } from '../kernel/text';
import { type Payment } from '../payment/payment.entity';
import { giveCode } from './new-order.rules';
import { type Order } from './order.entity';
import { orderMachine } from './order.machine';

export interface RepairOrderInput {
  readonly orderId: string;
  readonly code: string;
  readonly paymentIds: readonly string[];
  readonly action: RepairAction;
  readonly originalIdempotencyKey?: string | null;
  readonly exceptionId?: string | null;
}

/**
 * Creates an order after all, as it was decided (S2.23), and links what pays for it, so that no order stands without
 * its payment (S2.29). The owner decided that it is repaired; how, is for who does it to say. Only a replay repeats
 * something, so only a replay has to prove that it cannot do it twice.
 */
export const repairOrder: Command<RepairOrderInput> = {
  name: 'repairOrder',
  entity: 'order',
  creation: false,
  subject: 'order',
  roles: rolesOf(orderMachine, 'repairOrder'),
  keys: keysOf,
  deliveries: ({ action, paymentIds }) =>
    action === 'REPLAY' ? paymentIds.map((id) => ({ unreplayableOfPayment: id })) : [],
  target: (draft, { orderId }) => orderOf(draft, orderId).id,
  probe: probeOf,

  check({ code, paymentIds, originalIdempotencyKey }) {
    reference(code, ['code']);
    if (originalIdempotencyKey) reference(originalIdempotencyKey, ['originalIdempotencyKey']);
    if (paymentIds.length === 0) {
      refuse('GUARD_FAILED', 'An order is repaired with what pays for it (S2.29).', {
        field: ['paymentIds'],
      });
    }
    if (paymentIds.length > 100) {
      refuse('LIMIT', 'At most 100 payments are named at once.', { field: ['paymentIds'] });
    }
  },

  decide(draft, input, tools) {
    const order = orderOf(draft, input.orderId);
    const payments = input.paymentIds.map((id) => paymentFor(draft, order, id));
    if (order.code === input.code && payments.every(({ orderId }) => orderId === order.id)) {
      return order.id; // Repaired already.
    }
    refuseOtherCode(draft, order, input);
    const exception = decidedRepair(draft, input);
    if (isFrozenFor(draft, exception.id)) {
      refuse('REPLAY_BLOCKED', 'Retries are frozen on this checkout; see retryModeReasons.');
    }
    if (input.action === 'REPLAY') refuseUnsafeReplay(draft, exception, input);
    giveCode(draft, order, { code: input.code, trigger: 'repairOrder', now: tools.now });
    for (const payment of payments) payment.orderId = order.id;
    tools.explain(order.id, `${exception.decision ?? ''} ${input.action}`);
    return order.id;
  },
};

/** Payments nobody had announced live in a checkout of their own until then: it is adopted. */
function keysOf({ orderId, paymentIds, code }: RepairOrderInput): KeyRef[] {
  return [
    { kind: 'ID', value: orderId, field: 'orderId' },
    ...paymentIds.map((value): KeyRef => ({ kind: 'ID', value, field: 'paymentIds' })),
    { kind: 'TOLD_ORDER_CODE', value: code, field: 'code' },
    { kind: 'ORDER_CODE', value: code, field: 'code' },
  ];
}

/** A payment of the cart that no other order has. */
function paymentFor(draft: Draft, order: Order, id: string): Payment {
  const field = ['paymentIds'];
  const payment = draft.payments.find((row) => row.id === id);
  if (payment === undefined) return refuse('NOT_FOUND', 'There is no such payment.', { field });
  if (payment.orderId !== null && payment.orderId !== order.id) {
    refuse('GUARD_FAILED', 'A payment belongs to another order.', { field });
  }
  if (payment.currency !== null && payment.currency !== order.currency) {
    refuse('CURRENCY_MISMATCH', 'A payment has another currency than the order.', { field });
  }
  return payment;
}

function refuseOtherCode({ orders }: Draft, order: Order, { code }: RepairOrderInput): void {
  const taken = orders.some((row) => row.id !== order.id && row.code === code);
  if (!taken && (order.code === null || order.code === code)) return;
  const message = taken ? 'Another order has this code.' : 'The order has another code.';
  refuse('ALREADY_EXISTS', message, { field: ['code'] });
}

const isDecidedRepair = ({ status, decision }: ReconciliationException): boolean =>
  (status === 'DECIDED' || status === 'ACTIONING') &&
  decision !== null &&
  decisionRules[decision].releases.includes('repairOrder');

/** The exception whose decision this carries out: the one that is named, else the one of the checkout. */
function decidedRepair(draft: Draft, { exceptionId }: RepairOrderInput): ReconciliationException {
  const candidates = exceptionId ? [exceptionOf(draft, exceptionId)] : draft.exceptions;
  return (
    candidates.find(isDecidedRepair) ??
    refuse(
      'GUARD_FAILED',
      'No exception is decided as REPAIR_ORDER, RETRY_CREATION or SUPPORT_ORDER.',
      { field: ['exceptionId'] },
    )
  );
}

/** The same request under its own key, and nothing that its sender said must not run again (S2.16, S2.23). */
function refuseUnsafeReplay(
  { deliveries }: Draft,
  exception: ReconciliationException,
  { originalIdempotencyKey, paymentIds }: RepairOrderInput,
): void {
  const field = ['originalIdempotencyKey'];
  if (!originalIdempotencyKey) {
    refuse('EVIDENCE_MISSING', 'A replay names the key of the request it replays (S2.23).', {
      field,
      missingEvidence: ['ORIGINAL_IDEMPOTENCY_KEY'],
    });
  }
  const decided = exception.originalIdempotencyKey;
  if (decided !== null && decided !== originalIdempotencyKey) {
    refuse('REPLAY_BLOCKED', 'The decision names another key.', { field });
  }
  const isUnreplayable = deliveries.some(
    ({ paymentId, replayable, outcome }) =>
      paymentId !== null &&
      paymentIds.includes(paymentId) &&
      !replayable &&
      outcome !== 'REJECTED_SIGNATURE',
  );
  if (!isUnreplayable) return;
  refuse(
    'REPLAY_BLOCKED',
    'A delivery of a payment may not run again (webhook replayable false).',
    {
      field: ['action'],
    },
  );
}

/** A repair that replays nothing: what a replay has to prove is a matter of its input. */
function probeOf(draft: Draft, orderId: string): RepairOrderInput | null {
  const order = orderOf(draft, orderId);
  const paymentIds = draft.payments
    .filter((payment) => payment.orderId === null || payment.orderId === orderId)
    .filter(({ currency }) => currency === null || currency === order.currency)
    .map(({ id }) => id);
  if (paymentIds.length === 0) return null;
  const code = order.code ?? `probe-${order.id}`;
  return { orderId, code, paymentIds: paymentIds.slice(0, 1), action: 'ADDRESS_FIX' };
}
