import { type Command } from '../checkout/command';
import { orderOf } from '../checkout/draft.rules';
import { paidFulfillments } from '../fulfillment/shares.rules';
import { formatDecimal, positiveAmount, sameCurrency, sum, type MoneyInput } from '../kernel/money';
import { refusePan } from '../kernel/pan';
import { refuse } from '../kernel/refusal';
import { rolesOf } from '../kernel/state-machine';
import { requireReason } from '../kernel/text';
import { moveOrder } from '../order/move-order.rules';
import { type Order } from '../order/order.entity';
import { orderMachine } from '../order/order.machine';
import { orderFacts, payableOf } from '../order/order.rules';

export interface GrantRefundInput {
  readonly orderId: string;
  readonly amount: MoneyInput;
  readonly reason: string;
  readonly fulfillmentId?: string | null;
}

/**
 * Grants a refund: what the order needs falls at once, and so much may be asked back; no money moves by it (money.md 8,
 * saleor#14326). All grants and returns together never pass what is payable: also before it is captured, so that less
 * is captured then.
 */
export const grantRefund: Command<GrantRefundInput> = {
  name: 'grantRefund',
  entity: 'order',
  creation: false,
  subject: 'order',
  roles: rolesOf(orderMachine, 'grantRefund'),
  keys: ({ orderId }) => [{ kind: 'ID', value: orderId, field: 'orderId' }],
  target: (draft, { orderId }) => orderOf(draft, orderId).id,
  probe: (draft, orderId) => {
    const { currency: currencyCode } = orderOf(draft, orderId);
    return {
      orderId,
      amount: { amount: formatDecimal(1n, currencyCode), currencyCode },
      reason: 'probe',
    };
  },

  check({ amount, reason }) {
    positiveAmount(amount, ['amount']);
    refusePan(requireReason(reason, ['reason']), ['reason'], 'REJECT');
  },

  decide(draft, input, tools) {
    const order = orderOf(draft, input.orderId);
    moveOrder(order, { trigger: 'grantRefund' }, orderFacts(draft, order, tools), tools.now);
    if (order.side !== 'MARKETPLACE') {
      refuse(
        'GUARD_FAILED',
        'A refund is granted on the order that was paid, which is the marketplace one.',
        {
          field: ['orderId'],
        },
      );
    }
    const amount = positiveAmount(input.amount, ['amount']);
    sameCurrency(amount, order, ['amount']);
    const { fulfillmentId } = input;
    if (fulfillmentId && !paidFulfillments(draft, order).some(({ id }) => id === fulfillmentId)) {
      refuse('NOT_FOUND', 'There is no such fulfillment of the order.', {
        field: ['fulfillmentId'],
      });
    }
    const available = grantable(order);
    if (amount.minorUnits > available) {
      refuse('AMOUNT_EXCEEDS', 'That is more than is payable and not granted; see available.', {
        field: ['amount'],
        available: { minorUnits: available, currency: order.currency },
      });
    }
    order.refundGrants = [
      ...order.refundGrants,
      {
        id: tools.newId('grt'),
        amountMinor: amount.minorUnits.toString(),
        source: 'GRANT',
        fulfillmentId: fulfillmentId ?? null,
        grantedAt: tools.now.toISOString(),
      },
    ];
    tools.explain(order.id, input.reason);
    return order.id;
  },
};

/** Payable and not granted yet. What was cancelled is payable no more, so its grants take nothing away. */
function grantable(order: Order): bigint {
  const granted = order.refundGrants
    .filter(({ source }) => source !== 'CANCELLATION')
    .map(({ amountMinor }) => BigInt(amountMinor));
  const left = payableOf(order) - sum(granted);
  return left > 0n ? left : 0n;
}
