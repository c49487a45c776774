import { type Command } from '../checkout/command';
import { mainOrder, type Draft, type Tools } from '../checkout/draft.rules';
import { providerReferenceKey } from '../checkout/checkout-key.rules';
import { formatDecimal, positiveAmount, sameCurrency } from '../kernel/money';
import { refuse } from '../kernel/refusal';
import { rolesOf, step } from '../kernel/state-machine';
import { reference } from '../kernel/text';
import { newPayment } from '../payment/new-payment';
import { checkProvider } from '../payment/provider-name';
import { reapplyWaiting } from '../webhook/reapply-waiting.rules';
import { type Order } from './order.entity';
import { NO_MONEY, orderMachine } from './order.machine';
import { checkDescription, startOrder, type CheckoutTerms, cartKeys } from './register-checkout';

export interface ProviderReference {
  readonly provider: string;
  readonly providerReference: string;
}

export type CreateOrderInput = Omit<CheckoutTerms, 'total'> & {
  readonly code: string;
  readonly total?: CheckoutTerms['total'] | null;
  readonly payments?: readonly ProviderReference[] | null;
};

/**
 * Gives the order its code (states.md 2.1). Money that came before the order is adopted with its exceptions; a second
 * live order of the same cart is stored as a duplicate, it does not replace the first.
 */
export const createOrder: Command<CreateOrderInput> = {
  name: 'createOrder',
  entity: 'order',
  creation: true,
  subject: 'order',
  roles: rolesOf(orderMachine, 'createOrder'),
  opensCheckout: () => true,
  keys: ({ cartGuid, code, payments }) => [
    ...cartKeys(cartGuid),
    { kind: 'ORDER_CODE', value: code, field: 'code' },
    { kind: 'TOLD_ORDER_CODE', value: code, field: 'code' },
    ...(payments ?? []).map(({ provider, providerReference }) => ({
      kind: 'PROVIDER_REFERENCE' as const,
      value: providerReferenceKey(provider, providerReference),
      field: 'payments',
    })),
  ],
  deliveries: ({ payments }) =>
    (payments ?? []).map(({ provider, providerReference }) => ({
      provider,
      unmatchedResource: providerReference,
    })),
  probe: (draft, orderId) => {
    const order = draft.orders.find(({ id }) => id === orderId);
    if (order === undefined) return null;
    return { cartGuid: order.guid, code: order.code ?? `probe-${order.id}` };
  },

  check(input) {
    reference(input.cartGuid, ['cartGuid']);
    reference(input.code, ['code']);
    if (input.total) positiveAmount(input.total, ['total']);
    checkDescription(input);
    if ((input.payments?.length ?? 0) > 100) {
      refuse('LIMIT', 'At most 100 payments are named at once.', { field: ['payments'] });
    }
    for (const payment of input.payments ?? []) checkProvider(payment, ['payments']);
  },

  decide(draft, input, tools) {
    refuseForeignCart(draft, input);
    const existing = draft.orders.find(({ code }) => code === input.code);
    const order = existing ?? orderToCreate(draft, input, tools);
    checkTotal(order, input);
    if (existing === undefined) giveCode(draft, order, { code: input.code, now: tools.now });
    for (const payment of input.payments ?? []) namePayment(draft, { payment, order }, tools);
    reapplyWaiting(draft, tools.now);
    return order.id;
  },
};

/** The code, or the payment, belongs to another cart. */
function refuseForeignCart({ checkout }: Draft, { cartGuid }: CreateOrderInput): void {
  if (checkout.guid === null || checkout.guid === cartGuid) return;
  refuse('ALREADY_EXISTS', 'The code or a payment belongs to another cart.', { field: ['code'] });
}

/** The registered order that waits for its code, else a new one: the first, or a duplicate of the first. */
function orderToCreate(draft: Draft, input: CreateOrderInput, tools: Tools): Order {
  const first = mainOrder(draft);
  if (first?.code === null) return first;
  const total = input.total ?? (first === null ? null : totalOf(first));
  if (total === null) {
    return refuse('GUARD_FAILED', 'The total of an order that was not registered is required.', {
      field: ['total'],
    });
  }
  if (first === null) return startOrder(draft, { ...input, total }, tools);
  const duplicate: Order = {
    ...first,
    ...positive(total),
    id: tools.newId('ord'),
    code: null,
    status: 'CREATION_PENDING',
    omsStatus: 'NOT_CREATED',
    erpPostingStatus: 'NOT_POSTED',
    creationFailureReason: null,
    duplicateOfOrderId: first.id,
    version: 1,
    createdAt: tools.now,
    updatedAt: tools.now,
  };
  draft.orders.push(duplicate);
  draft.newKeys.push({ kind: 'ID', value: duplicate.id });
  return duplicate;
}

function positive(total: CheckoutTerms['total']): Pick<Order, 'totalMinor' | 'currency'> {
  const { minorUnits, currency } = positiveAmount(total, ['total']);
  return { totalMinor: minorUnits, currency };
}

function totalOf({ totalMinor, currency }: Order): CheckoutTerms['total'] {
  return { amount: formatDecimal(totalMinor, currency), currencyCode: currency };
}

function checkTotal(order: Order, { total }: CreateOrderInput): void {
  if (!total) return;
  const given = positiveAmount(total, ['total']);
  sameCurrency(given, order, ['total']);
  if (given.minorUnits === order.totalMinor) return;
  refuse('GUARD_FAILED', 'The total is not the one the checkout was registered with.', {
    field: ['total', 'amount'],
  });
}

function giveCode(draft: Draft, order: Order, { code, now }: { code: string; now: Date }): void {
  order.status = step(orderMachine, { trigger: 'createOrder', from: order.status }, NO_MONEY);
  order.code = code;
  order.codeAt = now;
  draft.newKeys.push({ kind: 'ORDER_CODE', value: code });
}

/** A payment the order names is its own, known already or not. */
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
    known.orderId ??= order.id;
    return;
  }
  newPayment(draft, { ...payment, orderId: order.id }, tools);
}
