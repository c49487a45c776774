import { type Command } from '../checkout/command';
import { providerReferenceKey } from '../checkout/checkout-key.rules';
import { orderOf, payingOrder, type Draft, type Tools } from '../checkout/draft.rules';
import { positiveAmount, sameCurrency, type MoneyInput } from '../kernel/money';
import { refuse } from '../kernel/refusal';
import { rolesOf, step } from '../kernel/state-machine';
import { reference } from '../kernel/text';
import { newPayment } from '../payment/new-payment';
import { type Payment } from '../payment/payment.entity';
import { checkProvider } from '../payment/provider-name';
import { reapplyWaiting } from '../webhook/reapply-waiting.rules';
import { type ProviderReference } from './create-order';
import { giveCode, orderLike } from './new-order.rules';
import { type Order } from './order.entity';
import { NO_MONEY, orderMachine } from './order.machine';

export interface ReplaceOrderInput {
  readonly orderId: string;
  readonly code: string;
  readonly total?: MoneyInput | null;
  readonly paymentIds?: readonly string[] | null;
  readonly payments?: readonly ProviderReference[] | null;
}

/**
 * A new order in place of a cancelled one, linked both ways; it is the cart's order from now on (S0.16). It is linked
 * to what pays for it, or refused (S2.29). Answers the new order; `expectedVersion` is that of the old one.
 */
export const replaceOrder: Command<ReplaceOrderInput> = {
  name: 'replaceOrder',
  entity: 'order',
  creation: false,
  subject: 'order',
  roles: rolesOf(orderMachine, 'replaceOrder'),
  keys: ({ orderId, code, payments }) => [
    { kind: 'ID', value: orderId, field: 'orderId' },
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
  target: (draft, { orderId }) => orderOf(draft, orderId).id,
  probe: probeOf,

  check({ code, total, paymentIds, payments }) {
    reference(code, ['code']);
    if (total) positiveAmount(total, ['total']);
    for (const [field, list] of Object.entries({ paymentIds, payments })) {
      if ((list?.length ?? 0) <= PAYMENTS_MAX) continue;
      refuse('LIMIT', `At most ${PAYMENTS_MAX} payments are named at once.`, { field: [field] });
    }
    for (const payment of payments ?? []) checkProvider(payment, ['payments']);
  },

  decide(draft, input, tools) {
    const order = orderOf(draft, input.orderId);
    step(orderMachine, { trigger: 'replaceOrder', from: order.status }, NO_MONEY);
    const known = draft.orders.find(({ code }) => code === input.code);
    if (known !== undefined) return sameReplacement(order, known, input).id;
    if (order.replacedByOrderId !== null) {
      refuse('ALREADY_EXISTS', 'The order is replaced already.', { field: ['orderId'] });
    }
    const replacement = replacementOf(draft, order, input, tools);
    linkPayments(draft, { order, replacement }, input, tools);
    giveCode(draft, replacement, { code: input.code, trigger: 'createOrder', now: tools.now });
    reapplyWaiting(draft, tools.now);
    return replacement.id;
  },
};

const PAYMENTS_MAX = 100;

/** The same replacement once more is a success; a code names one order only. */
function sameReplacement(order: Order, known: Order, { total }: ReplaceOrderInput): Order {
  const isSame = known.id === order.replacedByOrderId;
  if (isSame && (!total || termsOf(order, total).totalMinor === known.totalMinor)) return known;
  return refuse('ALREADY_EXISTS', 'The code belongs to another order.', { field: ['code'] });
}

function termsOf(
  order: Order,
  total: MoneyInput | null | undefined,
): Pick<Order, 'totalMinor' | 'currency'> {
  if (!total) return { totalMinor: order.totalMinor, currency: order.currency };
  const given = positiveAmount(total, ['total']);
  sameCurrency(given, order, ['total']);
  return { totalMinor: given.minorUnits, currency: given.currency };
}

function replacementOf(draft: Draft, order: Order, input: ReplaceOrderInput, tools: Tools): Order {
  const terms = termsOf(order, input.total);
  const replacement = Object.assign(orderLike(draft, order, tools), terms, {
    replacesOrderId: order.id,
    duplicateOfOrderId: order.duplicateOfOrderId,
    marketplaceOrderId: order.side === 'SELLER' ? payingOrder(draft, order).id : null,
  });
  if (order.side === 'SELLER') raisePayable(payingOrder(draft, order), replacement);
  order.replacedByOrderId = replacement.id;
  return replacement;
}

/** What the cancelled seller's order took from what is payable its replacement brings back. */
function raisePayable(paying: Order, { totalMinor, duplicateOfOrderId }: Order): void {
  if (duplicateOfOrderId !== null) return;
  const { cancelledMinor } = paying;
  paying.cancelledMinor = cancelledMinor > totalMinor ? cancelledMinor - totalMinor : 0n;
}

interface Replaced {
  readonly order: Order;
  readonly replacement: Order;
}

/** What pays for the new order, at least one payment (S2.29); a seller's is paid on the marketplace order (S0.2). */
function linkPayments(
  draft: Draft,
  { order, replacement }: Replaced,
  { paymentIds, payments }: ReplaceOrderInput,
  tools: Tools,
): void {
  const field = ['paymentIds'];
  const given = (paymentIds?.length ?? 0) + (payments?.length ?? 0);
  if (order.side === 'SELLER') {
    const market = payingOrder(draft, order).id;
    if (given === 0 && draft.payments.some(({ orderId }) => orderId === market)) return;
    refuse('GUARD_FAILED', 'A seller order is paid on its marketplace order (S0.2).', { field });
  }
  if (given === 0) {
    refuse('GUARD_FAILED', 'A replacement is linked to at least one payment (S2.29).', { field });
  }
  for (const id of new Set(paymentIds)) {
    const payment = draft.payments.find((row) => row.id === id);
    if (payment === undefined) return refuse('NOT_FOUND', 'There is no such payment.', { field });
    takePayment(payment, { order, replacement }, field);
  }
  for (const { provider, providerReference } of payments ?? []) {
    const known = draft.payments.find(
      (row) => row.provider === provider && row.providerReference === providerReference,
    );
    if (known !== undefined) takePayment(known, { order, replacement }, ['payments']);
    else newPayment(draft, { provider, providerReference, orderId: replacement.id }, tools);
  }
}

/** Of the replaced order, or of none yet; never one whose outcome nobody knows. */
function takePayment(payment: Payment, { order, replacement }: Replaced, field: string[]): void {
  if (![null, order.id, replacement.id].includes(payment.orderId)) {
    refuse('GUARD_FAILED', 'The payment belongs to another order.', { field });
  }
  if (payment.moneyState === 'UNKNOWN') {
    refuse('OUTCOME_INDETERMINATE', 'The outcome of the payment is not known yet.', { field });
  }
  if (payment.currency !== null) {
    sameCurrency({ currency: payment.currency }, replacement, field);
  }
  payment.orderId = replacement.id;
}

/** A payment nobody has heard of pays for it. */
function probeOf(draft: Draft, orderId: string): ReplaceOrderInput {
  const { side } = orderOf(draft, orderId);
  const code = `probe-${orderId}`;
  if (side === 'SELLER') return { orderId, code };
  return { orderId, code, payments: [{ provider: 'probe', providerReference: code }] };
}
