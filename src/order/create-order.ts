import { type Command, type KeyRef } from '../checkout/command';
import { type Draft, type Tools } from '../checkout/draft.rules';
import { providerReferenceKey } from '../checkout/checkout-key.rules';
import { type Side } from '../kernel/actor';
import { positiveAmount, sameCurrency } from '../kernel/money';
import { refuse } from '../kernel/refusal';
import { rolesOf } from '../kernel/state-machine';
import { reference } from '../kernel/text';
import { newPayment } from '../payment/new-payment';
import { type Payment } from '../payment/payment.entity';
import { checkProvider } from '../payment/provider-name';
import { reapplyWaiting } from '../webhook/reapply-waiting.rules';
import {
  giveCode,
  marketplaceOrderToCreate,
  sellerOrderToCreate,
  totalOf,
  type NewOrderTerms,
} from './new-order.rules';
import { type Order } from './order.entity';
import { orderMachine } from './order.machine';
import { cartKeys, checkDescription } from './register-checkout';

export interface ProviderReference {
  readonly provider: string;
  readonly providerReference: string;
}

export type CreateOrderInput = NewOrderTerms & {
  readonly code: string;
  readonly side?: Side | null;
  readonly payments?: readonly ProviderReference[] | null;
};

/**
 * Gives the order its code (states.md 2.1). Money that came before the order is adopted with its exceptions; a second
 * live order of the same cart and side is stored as a duplicate, it does not replace the first. A seller's order joins
 * the cart of its marketplace order, whose payments pay for it (S0.1, S0.2).
 */
export const createOrder: Command<CreateOrderInput> = {
  name: 'createOrder',
  entity: 'order',
  creation: true,
  subject: 'order',
  roles: rolesOf(orderMachine, 'createOrder'),
  opensCheckout: ({ side }) => side !== 'SELLER',
  keys: keysOf,
  deliveries: ({ payments }) =>
    (payments ?? []).map(({ provider, providerReference }) => ({
      provider,
      unmatchedResource: providerReference,
    })),
  probe: probeOf,

  check(input) {
    reference(input.cartGuid, ['cartGuid']);
    reference(input.code, ['code']);
    if (input.total) positiveAmount(input.total, ['total']);
    checkDescription(input);
    checkSide(input);
    if ((input.payments?.length ?? 0) > 100) {
      refuse('LIMIT', 'At most 100 payments are named at once.', { field: ['payments'] });
    }
    for (const payment of input.payments ?? []) checkProvider(payment, ['payments']);
  },

  decide(draft, input, tools) {
    refuseForeignCart(draft, input);
    const existing = draft.orders.find(({ code }) => code === input.code);
    if (existing !== undefined) checkSame(existing, input);
    const order = existing ?? orderToCreate(draft, input, tools);
    checkTotal(order, input);
    const { code } = input;
    if (existing === undefined) {
      giveCode(draft, order, { code, trigger: 'createOrder', now: tools.now });
    }
    for (const payment of input.payments ?? []) namePayment(draft, { payment, order }, tools);
    reapplyWaiting(draft, tools.now);
    return order.id;
  },
};

function keysOf({ cartGuid, code, payments, marketplaceOrderId }: CreateOrderInput): KeyRef[] {
  const market = { kind: 'ID', value: marketplaceOrderId ?? '', field: 'marketplaceOrderId' };
  return [
    ...(marketplaceOrderId ? [market as KeyRef] : []),
    ...cartKeys(cartGuid),
    { kind: 'ORDER_CODE', value: code, field: 'code' },
    { kind: 'TOLD_ORDER_CODE', value: code, field: 'code' },
    ...(payments ?? []).map(({ provider, providerReference }) => ({
      kind: 'PROVIDER_REFERENCE' as const,
      value: providerReferenceKey(provider, providerReference),
      field: 'payments',
    })),
  ];
}

/** Of an order without a code the one it will get; of another, itself once more. */
function probeOf(draft: Draft, orderId: string): CreateOrderInput | null {
  const order = draft.orders.find(({ id }) => id === orderId);
  if (order === undefined) return null;
  const { guid, side, sellerId, marketplaceOrderId } = order;
  const base = { cartGuid: guid, code: order.code ?? `probe-${order.id}` };
  if (side === 'MARKETPLACE') return base;
  return { ...base, side, sellerId, marketplaceOrderId, total: totalOf(order) };
}

/** A seller's order says whose it is and what it is worth; nobody pays a seller directly (S0.2). */
function checkSide({ side, sellerId, marketplaceOrderId, total, payments }: CreateOrderInput) {
  if (side !== 'SELLER') {
    const field = sellerId ? 'sellerId' : marketplaceOrderId ? 'marketplaceOrderId' : null;
    if (field === null) return;
    refuse('GUARD_FAILED', `${field} goes with side SELLER, and only with it.`, { field: [field] });
  }
  const required = { sellerId, marketplaceOrderId, total };
  for (const [field, value] of Object.entries(required)) {
    if (value) continue;
    refuse('GUARD_FAILED', `A seller order needs ${field}.`, { field: [field] });
  }
  reference(sellerId ?? '', ['sellerId']);
  if ((payments?.length ?? 0) === 0) return;
  refuse('GUARD_FAILED', 'Payments belong to the marketplace order (S0.2).', {
    field: ['payments'],
  });
}

/** The code, or the payment, belongs to another cart. */
function refuseForeignCart({ checkout }: Draft, { cartGuid, side }: CreateOrderInput): void {
  if (checkout.guid === null || checkout.guid === cartGuid) return;
  if (side === 'SELLER') {
    refuse('GUARD_FAILED', 'The marketplace order belongs to another cart.', {
      field: ['marketplaceOrderId'],
    });
  }
  refuse('ALREADY_EXISTS', 'The code or a payment belongs to another cart.', { field: ['code'] });
}

/** The same order once more is a success; a code names one order only. */
function checkSame(order: Order, { side, sellerId }: CreateOrderInput): void {
  if (order.side === (side ?? 'MARKETPLACE') && order.sellerId === (sellerId ?? null)) return;
  refuse('ALREADY_EXISTS', 'The code belongs to another order of this cart.', { field: ['code'] });
}

const orderToCreate = (draft: Draft, input: CreateOrderInput, tools: Tools): Order =>
  input.side === 'SELLER'
    ? sellerOrderToCreate(draft, input, tools)
    : marketplaceOrderToCreate(draft, input, tools);

function checkTotal(order: Order, { total }: CreateOrderInput): void {
  if (!total) return;
  const given = positiveAmount(total, ['total']);
  sameCurrency(given, order, ['total']);
  if (given.minorUnits === order.totalMinor) return;
  refuse('GUARD_FAILED', 'The total is not the one the checkout was registered with.', {
    field: ['total', 'amount'],
  });
}

/**
 * A payment the order names is its own, known already or not. A duplicate may name what pays for the first: that is a
 * fact E29 tells, and the payment stays where it is.
 */
function namePayment(
  draft: Draft,
  { payment, order }: { payment: ProviderReference; order: Order },
  tools: Tools,
): void {
  const known = draft.payments.find(
    (row) =>
      row.provider === payment.provider && row.providerReference === payment.providerReference,
  );
  if (known !== undefined) {
    refuseHeld(draft, known, order);
    known.orderId ??= order.id;
    return;
  }
  newPayment(draft, { ...payment, orderId: order.id }, tools);
}

/** What pays for another order that stands is not promised to this one. */
function refuseHeld(draft: Draft, { orderId }: Payment, order: Order): void {
  const holder = draft.orders.find(({ id }) => id === orderId);
  if (holder === undefined || holder.id === order.id) return;
  const stands =
    holder.status !== 'CANCELLED' &&
    holder.duplicateOfOrderId === null &&
    holder.replacedByOrderId === null;
  if (!stands || order.duplicateOfOrderId === holder.id) return;
  refuse('ALREADY_EXISTS', 'The payment pays for another order of this cart.', {
    field: ['payments'],
  });
}
