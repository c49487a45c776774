import { type Command } from '../checkout/command';
import { orderOf, payingOrder, type Draft } from '../checkout/draft.rules';
import {
  anyAmount,
  formatDecimal,
  positiveAmount,
  sameCurrency,
  sum,
  type Money,
  type MoneyInput,
} from '../kernel/money';
import { refuse } from '../kernel/refusal';
import { rolesOf, step } from '../kernel/state-machine';
import { type Order } from '../order/order.entity';
import { payableOf } from '../order/order.rules';
import { type Fulfillment, type FulfillmentItem } from './fulfillment.entity';
import {
  NO_FULFILLMENT_FACTS,
  fulfillmentMachine,
  type CapturePolicy,
} from './fulfillment.machine';
import { atLeastZero, paidFulfillments } from './shares.rules';
import { checkLines, refuseAtFulfillmentLimit } from './split.rules';

export interface CreateFulfillmentInput {
  readonly orderId: string;
  readonly items?:
    | readonly {
        readonly reference: string;
        readonly quantity: number;
        readonly amount: MoneyInput;
      }[]
    | null;
  readonly total: MoneyInput;
  readonly capturePolicy?: CapturePolicy | null;
}

/**
 * Plans a fulfillment, a release, of an order (S3.6). The totals of an order's live ones never pass what is payable; a
 * seller's count on the marketplace order, too, whose payments pay for them (S0.2). Only what the shop knows as an order
 * is fulfilled: it has a code, and is neither cancelled nor over.
 */
export const createFulfillment: Command<CreateFulfillmentInput> = {
  name: 'createFulfillment',
  entity: 'fulfillment',
  creation: true,
  subject: 'order',
  roles: rolesOf(fulfillmentMachine, 'createFulfillment'),
  keys: ({ orderId }) => [{ kind: 'ID', value: orderId, field: 'orderId' }],
  sellerOrder: (_draft, { orderId }) => orderId,
  probe: (draft, orderId) => {
    const { currency: currencyCode } = orderOf(draft, orderId);
    return { orderId, total: { amount: formatDecimal(1n, currencyCode), currencyCode } };
  },

  check({ items, total }) {
    const money = positiveAmount(total, ['total']);
    if (items === null || items === undefined) return;
    checkLines(items);
    checkSum(items, money);
  },

  decide(draft, { orderId, items, total, capturePolicy }, tools) {
    const order = orderOf(draft, orderId);
    const money = positiveAmount(total, ['total']);
    refuseUnfulfillable(order);
    sameCurrency(money, order, ['total']);
    refuseAtFulfillmentLimit(draft);
    refuseMoreThanPayable(draft, order, money);
    const fulfillment: Fulfillment = {
      id: tools.newId('ful'),
      checkoutId: draft.checkout.id,
      orderId,
      status: step(
        fulfillmentMachine,
        { trigger: 'createFulfillment', from: null },
        NO_FULFILLMENT_FACTS,
      ),
      statusAt: tools.now,
      capturePolicy: capturePolicy ?? 'BEFORE_FULFILLING',
      captureResult: 'NONE',
      totalMinor: money.minorUnits,
      reservingMinor: 0n,
      reservedMinor: 0n,
      finalizingMinor: 0n,
      finalizedMinor: 0n,
      currency: money.currency,
      items: (items ?? []).map(lineOf),
      claims: [],
      splitFromId: null,
      version: 1,
      createdAt: tools.now,
      updatedAt: tools.now,
    };
    draft.fulfillments.push(fulfillment);
    draft.newKeys.push({ kind: 'ID', value: fulfillment.id });
    return fulfillment.id;
  },
};

type ItemInput = NonNullable<CreateFulfillmentInput['items']>[number];

/** A line may cost nothing, e.g. a free gift. */
function amountOf({ amount }: ItemInput): Money {
  const money = anyAmount(amount, ['items']);
  if (money.minorUnits >= 0n) return money;
  return refuse('AMOUNT_RANGE', 'An amount of a line is zero or above.', { field: ['items'] });
}

const lineOf = (item: ItemInput): FulfillmentItem => ({
  reference: item.reference,
  quantity: item.quantity,
  amountMinor: amountOf(item).minorUnits.toString(),
});

function checkSum(items: readonly ItemInput[], total: Money): void {
  for (const item of items) sameCurrency(amountOf(item), total, ['items']);
  const itemsMinor = sum(items.map((item) => amountOf(item).minorUnits));
  if (items.length === 0 || itemsMinor === total.minorUnits) return;
  refuse('GUARD_FAILED', 'The amounts of the items add up to the total.', { field: ['items'] });
}

const OVER: readonly string[] = ['CANCELLING', 'CANCELLED', 'COMPLETED'];

function refuseUnfulfillable({ code, status }: Order): void {
  if (code !== null && !OVER.includes(status)) return;
  refuse('GUARD_FAILED', 'The order has no code yet, is cancelled, or is completed.', {
    field: ['orderId'],
    currentState: status,
  });
}

function refuseMoreThanPayable(draft: Draft, order: Order, { minorUnits, currency }: Money): void {
  const own = draft.fulfillments.filter(({ orderId }) => orderId === order.id);
  const paying = payingOrder(draft, order);
  const left = [
    leftOf(order, own),
    ...(paying.currency === currency ? [leftOf(paying, paidFulfillments(draft, paying))] : []),
  ];
  const available = left.reduce((least, amount) => (amount < least ? amount : least));
  if (minorUnits <= available) return;
  refuse('AMOUNT_EXCEEDS', 'Fulfillments never exceed what is payable; see available.', {
    field: ['total', 'amount'],
    available: { minorUnits: available, currency },
  });
}

/** Payable and in no live fulfillment. */
function leftOf(order: Order, parts: readonly Fulfillment[]): bigint {
  const planned = parts
    .filter(({ status }) => status !== 'CANCELLED')
    .map(({ totalMinor }) => totalMinor);
  return atLeastZero(payableOf(order) - sum(planned));
}
