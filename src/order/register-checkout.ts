import { type Command, type KeyRef } from '../checkout/command';
import { type Draft, type Tools } from '../checkout/draft.rules';
import { checkFutureTime } from '../kernel/foreign-time';
import { positiveAmount, type MoneyInput } from '../kernel/money';
import { refusePan } from '../kernel/pan';
import { refuse } from '../kernel/refusal';
import { rolesOf, step } from '../kernel/state-machine';
import { boundedText, reference } from '../kernel/text';
import { type Order } from './order.entity';
import { NO_MONEY, orderMachine } from './order.machine';

/** What is known of a cart when its order is registered. */
export interface CheckoutTerms {
  readonly cartGuid: string;
  readonly total: MoneyInput;
  readonly customerId?: string | null;
  readonly market?: string | null;
  readonly channel?: string | null;
  readonly promisedBy?: Date | null;
}

export type RegisterCheckoutInput = CheckoutTerms;

/** Registers a cart before money moves (states.md 2.1; S2.12: the GUID is immutable from here on). */
export const registerCheckout: Command<RegisterCheckoutInput> = {
  name: 'registerCheckout',
  entity: 'order',
  creation: true,
  roles: rolesOf(orderMachine, 'registerCheckout'),
  opensCheckout: () => true,
  keys: ({ cartGuid }) => cartKeys(cartGuid),
  check: checkTerms,

  decide(draft, input, tools) {
    if (draft.checkout.guid !== null) {
      refuse('ALREADY_EXISTS', 'A checkout with this cart GUID is registered.', {
        field: ['cartGuid'],
      });
    }
    step(orderMachine, { trigger: 'registerCheckout', from: null }, NO_MONEY);
    return startOrder(draft, input, tools).id;
  },
};

function checkTerms(input: CheckoutTerms): void {
  reference(input.cartGuid, ['cartGuid']);
  positiveAmount(input.total, ['total']);
  checkDescription(input);
}

/** The optional words a checkout is described by. */
export function checkDescription(
  input: Pick<CheckoutTerms, 'customerId' | 'market' | 'channel' | 'promisedBy'>,
): void {
  checkFutureTime(input.promisedBy, ['promisedBy']);
  if (input.customerId) reference(input.customerId, ['customerId']);
  for (const field of ['market', 'channel'] as const) {
    const word = input[field];
    if (word) refusePan(boundedText(word, [field], 64), [field], 'REJECT');
  }
}

/** A cart is found by its GUID, and so is the money a provider told of before the cart was registered. */
export function cartKeys(cartGuid: string): KeyRef[] {
  return [
    { kind: 'GUID', value: cartGuid, field: 'cartGuid' },
    { kind: 'TOLD_GUID', value: cartGuid, field: 'cartGuid' },
  ];
}

/** The cart gets its name and its marketplace order, CREATION_PENDING. */
export function startOrder(
  draft: Draft,
  terms: CheckoutTerms,
  { now, newId }: Pick<Tools, 'now' | 'newId'>,
): Order {
  const { minorUnits, currency } = positiveAmount(terms.total, ['total']);
  const described = {
    market: terms.market ?? null,
    channel: terms.channel ?? null,
    customerId: terms.customerId ?? null,
  };
  Object.assign(draft.checkout, { guid: terms.cartGuid, ...described });
  const order: Order = {
    id: newId('ord'),
    checkoutId: draft.checkout.id,
    guid: terms.cartGuid,
    code: null,
    side: 'MARKETPLACE',
    sellerId: null,
    status: 'CREATION_PENDING',
    totalMinor: minorUnits,
    currency,
    omsStatus: 'NOT_CREATED',
    erpPostingStatus: 'NOT_POSTED',
    ...described,
    promisedBy: terms.promisedBy ?? null,
    creationFailureReason: null,
    codeAt: null,
    duplicateOfOrderId: null,
    ...UNMOVED,
    statusAt: now,
    version: 1,
    createdAt: now,
    updatedAt: now,
  };
  draft.orders.push(order);
  draft.newKeys.push({ kind: 'GUID', value: terms.cartGuid }, { kind: 'ID', value: order.id });
  return order;
}

/** What has not happened to an order that is new. */
export const UNMOVED = {
  statusBefore: null,
  cancelledMinor: 0n,
  initialMinor: null,
  omsCause: null,
  marketplaceOrderId: null,
  replacesOrderId: null,
  replacedByOrderId: null,
  deliveredAt: null,
  invoices: [],
  erpPostings: [],
  refundGrants: [],
  notificationHops: [],
} as const;
