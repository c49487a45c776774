import { type Command } from '../checkout/command';
import { orderOf, type Draft, type Tools } from '../checkout/draft.rules';
import { paidFulfillments } from '../fulfillment/shares.rules';
import { anyAmount, formatDecimal, sameCurrency, type MoneyInput } from '../kernel/money';
import { refuse } from '../kernel/refusal';
import { rolesOf } from '../kernel/state-machine';
import { reference } from '../kernel/text';
import { addInvoice } from './invoice.rules';
import { moveOrder } from './move-order.rules';
import { type Order } from './order.entity';
import { orderMachine } from './order.machine';
import { invoicedOf, orderFacts, payableOf } from './order.rules';
import { requireOwnSide } from './own-side.rules';

export interface InsertInvoiceInput {
  readonly orderId: string;
  readonly number: string;
  readonly amount: MoneyInput;
  readonly fulfillmentIds?: readonly string[] | null;
}

/** A checkout holds no more. */
const FULFILLMENTS_MAX = 1_000;

/** An invoice is inserted, and the capture of what it says is requested by that (S0.5, states.md 2.1). */
export const insertInvoice: Command<InsertInvoiceInput> = {
  name: 'insertInvoice',
  entity: 'order',
  creation: false,
  subject: 'order',
  roles: rolesOf(orderMachine, 'insertInvoice'),
  keys: ({ orderId }) => [{ kind: 'ID', value: orderId, field: 'orderId' }],
  target: (draft, { orderId }) => orderOf(draft, orderId).id,
  sellerOrder: (_draft, { orderId }) => orderId,
  probe: probeOf,

  check({ number, amount, fulfillmentIds }) {
    reference(number, ['number']);
    if (anyAmount(amount, ['amount']).minorUnits < 0n) {
      refuse('AMOUNT_RANGE', 'An invoice is not below zero.', { field: ['amount', 'amount'] });
    }
    if ((fulfillmentIds?.length ?? 0) > FULFILLMENTS_MAX) {
      refuse('LIMIT', `At most ${FULFILLMENTS_MAX} fulfillments are named at once.`, {
        field: ['fulfillmentIds'],
      });
    }
  },

  decide(draft, input, tools) {
    const order = orderOf(draft, input.orderId);
    requireOwnSide(tools.actor, order, insertInvoice);
    const facts = orderFacts(draft, order, tools);
    moveOrder(order, { trigger: 'insertInvoice' }, facts, tools.now);
    addInvoice(draft, order, invoiceOf(draft, order, input, tools), tools);
    return order.id;
  },
};

function invoiceOf(draft: Draft, order: Order, input: InsertInvoiceInput, { now }: Tools) {
  if (order.invoices.some(({ number }) => number === input.number)) {
    refuse('ALREADY_EXISTS', 'The order has an invoice of this number.', { field: ['number'] });
  }
  return {
    number: input.number,
    amountMinor: amountOf(order, input).toString(),
    fulfillmentIds: fulfillmentsOf(draft, order, input.fulfillmentIds ?? []),
    mirrorOfOrderId: null,
    insertedAt: now.toISOString(),
  };
}

/** Above zero where anything is payable, and no more than what is not invoiced yet; minor units. */
function amountOf(order: Order, { amount }: InsertInvoiceInput): bigint {
  const given = anyAmount(amount, ['amount']);
  sameCurrency(given, order, ['amount']);
  const field = ['amount', 'amount'];
  const payable = payableOf(order);
  if (given.minorUnits === 0n && payable > 0n) {
    refuse('AMOUNT_RANGE', 'The amount must be above zero where anything is payable.', { field });
  }
  const left = payable - invoicedOf(order);
  if (given.minorUnits > left) {
    refuse('AMOUNT_EXCEEDS', 'The invoices would exceed what is payable.', {
      field,
      available: { minorUnits: left > 0n ? left : 0n, currency: order.currency },
    });
  }
  return given.minorUnits;
}

/** Fulfillments of the order; the marketplace may also invoice what its sellers send. */
function fulfillmentsOf(draft: Draft, order: Order, ids: readonly string[]): string[] {
  const field = ['fulfillmentIds'];
  const own =
    order.side === 'MARKETPLACE'
      ? paidFulfillments(draft, order)
      : draft.fulfillments.filter(({ orderId }) => orderId === order.id);
  return [...new Set(ids)].map((id) => {
    const part = own.find((one) => one.id === id);
    if (part === undefined) return refuse('NOT_FOUND', 'There is no such fulfillment.', { field });
    if (part.status !== 'CANCELLED') return id;
    return refuse('GUARD_FAILED', 'A cancelled fulfillment is not invoiced.', { field });
  });
}

/** One minor unit; nothing where nothing is payable. */
function probeOf(draft: Draft, orderId: string): InsertInvoiceInput {
  const order = orderOf(draft, orderId);
  const amount = formatDecimal(payableOf(order) > 0n ? 1n : 0n, order.currency);
  return {
    orderId,
    number: `probe-${orderId}`,
    amount: { amount, currencyCode: order.currency },
  };
}
