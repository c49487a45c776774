import { type Draft, type Tools } from '../../../src/checkout/draft.rules';
import { noRows } from '../../../src/checkout/draft.rules';
import { type DetectSettings } from '../../../src/checkout/detect.rules';
import { runCommand } from '../../../src/checkout/run-command.rules';
import { type AnyCommand } from '../../../src/checkout/command';
import { type Fulfillment } from '../../../src/fulfillment/fulfillment.entity';
import { type FulfillmentStatus } from '../../../src/fulfillment/fulfillment.machine';
import { ROLES, type Actor } from '../../../src/kernel/actor';
import { DEFAULT_CALENDAR } from '../../../src/kernel/calendar';
import { newId } from '../../../src/kernel/id';
import { DEFAULT_LIMITS } from '../../../src/kernel/limits';
import { createOrder } from '../../../src/order/create-order';
import { type OrderStatus } from '../../../src/order/order.machine';
import { registerCheckout } from '../../../src/order/register-checkout';
import { createPayment } from '../../../src/payment/create-payment';
import { addFact } from '../../../src/payment/new-fact';
import {
  type PaymentStatus,
  type TransactionResult,
  type TransactionType,
} from '../../../src/payment/payment.machine';

// One order of 100.00 EUR, one payment of it, one fulfillment of all of it, put into any combination of states.

export const NOW = new Date('2026-05-23T18:41:30.000Z');
const TOTAL = { amount: '100.00', currencyCode: 'EUR' };
export const SETTINGS: DetectSettings = {
  orderCreationGraceMs: 300_000,
  calendar: DEFAULT_CALENDAR,
  limits: DEFAULT_LIMITS,
};
const EVERYBODY: Actor = {
  subject: 'everybody@example.com',
  roles: ROLES.filter((role) => role !== 'CUSTOMER'),
  side: 'MARKETPLACE',
  sellerId: null,
  customerId: null,
};

const tools: Tools = {
  actor: EVERYBODY,
  now: NOW,
  ...SETTINGS,
  newId: (prefix) => newId(prefix, NOW),
  intend: () => undefined,
  explain: () => undefined,
};

/** Runs a command on the draft, as everybody, at a moment. */
export function run(
  draft: Draft,
  command: AnyCommand,
  input: unknown,
  { now = NOW, before = structuredClone(draft) }: { now?: Date; before?: Draft } = {},
): void {
  const call = { command, input, actor: EVERYBODY, now, expectedVersion: null, adopted: [] };
  runCommand(draft, before, call, SETTINGS);
}

export interface Cell {
  readonly order: OrderStatus;
  readonly payment: PaymentStatus;
  readonly fulfillment: FulfillmentStatus | null;
}

const registered = start();
const created = structuredClone(registered);
run(created, createOrder, { cartGuid: 'cart-1', code: 'O-1' });

function start(): Draft {
  const draft: Draft = {
    checkout: {
      id: newId('chk', NOW),
      guid: null,
      market: null,
      channel: null,
      customerId: null,
      adoptedInto: null,
      retryMode: 'RUNNING',
      retryReasons: [],
      nextCheckAt: null,
      leasedUntil: null,
      journalSequence: 0,
      journalHash: '',
      version: 1,
      createdAt: NOW,
      updatedAt: NOW,
    },
    newKeys: [],
    knownKeys: [],
    ...noRows(),
  };
  run(draft, registerCheckout, { cartGuid: 'cart-1', total: TOTAL });
  run(draft, createPayment, {
    cartGuid: 'cart-1',
    provider: 'acme',
    providerReference: 'pi_1',
    amount: TOTAL,
  });
  return draft;
}

/** The checkout with its three clocks set; nothing has looked at it since. */
export function cellOf({ order, payment, fulfillment }: Cell): Draft {
  const isCreated = order !== 'CREATION_PENDING' && order !== 'CREATION_FAILED';
  const draft = structuredClone(isCreated ? created : registered);
  const [row] = draft.orders;
  if (row === undefined) throw new Error('a cart has an order');
  Object.assign(row, { status: order, statusAt: NOW });
  if (order === 'CANCELLATION_REQUESTED') row.statusBefore = 'PAYMENT_AUTHORIZED';
  if (['VERIFYING_INVOICE', 'INVOICED', 'COMPLETED'].includes(order)) {
    row.invoices = [
      {
        number: 'I-1',
        amountMinor: '10000',
        fulfillmentIds: [],
        mirrorOfOrderId: null,
        insertedAt: NOW.toISOString(),
      },
    ];
  }
  if (fulfillment !== null) draft.fulfillments.push(partOf(draft, fulfillment));
  tell(draft, payment, fulfillment);
  return draft;
}

function partOf(draft: Draft, status: FulfillmentStatus): Fulfillment {
  const isReserved = status !== 'NEW' && status !== 'CANCELLED';
  const claim = { amountMinor: '10000', heldMinor: '10000', backed: true };
  return {
    id: newId('ful', NOW),
    checkoutId: draft.checkout.id,
    orderId: draft.orders[0]?.id ?? '',
    status,
    statusAt: NOW,
    capturePolicy: 'BEFORE_FULFILLING',
    captureResult: 'NONE',
    totalMinor: 10_000n,
    reservingMinor: 0n,
    reservedMinor: 0n,
    finalizingMinor: 0n,
    finalizedMinor: 0n,
    currency: 'EUR',
    items: [{ reference: 'shirt', quantity: 1, amountMinor: '10000' }],
    claims: isReserved ? [{ paymentId: draft.payments[0]?.id ?? '', ...claim }] : [],
    splitFromId: null,
    version: 1,
    createdAt: NOW,
    updatedAt: NOW,
  };
}

type Told = readonly [TransactionType, TransactionResult, bigint] | PaymentStatus;

const RESERVE: Told = ['AUTHORIZE', 'SUCCEEDED', 10_000n];
const TAKE: Told = ['CAPTURE', 'SUCCEEDED', 10_000n];

/** What a provider tells of a payment in each state, oldest first. */
const STORIES: Readonly<Record<PaymentStatus, readonly Told[]>> = {
  CREATED: [],
  PENDING: [['AUTHORIZE', 'PENDING', 10_000n]],
  IN_PROCESS: ['IN_PROCESS'],
  AUTHORIZED: [RESERVE],
  CAPTURING: [RESERVE, ['CAPTURE', 'PENDING', 10_000n]],
  PARTIALLY_CAPTURED: [RESERVE, ['CAPTURE', 'SUCCEEDED', 4_000n]],
  CAPTURED: [RESERVE, TAKE],
  PARTIALLY_REFUNDED: [RESERVE, TAKE, ['REFUND', 'SUCCEEDED', 4_000n]],
  REFUNDED: [RESERVE, TAKE, ['REFUND', 'SUCCEEDED', 10_000n]],
  DISPUTED: [RESERVE, TAKE, ['CHARGEBACK', 'PENDING', 10_000n]],
  CHARGED_BACK: [RESERVE, TAKE, ['CHARGEBACK', 'SUCCEEDED', 10_000n]],
  VOIDED: [RESERVE, ['VOID', 'SUCCEEDED', 10_000n]],
  EXPIRED: [RESERVE, 'EXPIRED'],
  REJECTED: [['AUTHORIZE', 'FAILED', 10_000n]],
  CANCELLED: ['CANCELLED'],
  FAILED: ['FAILED'],
  VACATED: ['VACATED'],
  INDETERMINATE: [RESERVE, ['CAPTURE', 'INDETERMINATE', 10_000n]],
};

/** A capture that failed late, and what was reserved is released. */
const LOST_CAPTURE: readonly Told[] = [
  RESERVE,
  TAKE,
  ['CAPTURE', 'FAILED', 10_000n],
  ['VOID', 'SUCCEEDED', 10_000n],
];

/** A release that is captured for, or sent, and has nothing captured once had: the capture failed late. */
const RESTS_ON_A_CAPTURE: readonly (FulfillmentStatus | null)[] = ['PAYMENT_CAPTURED'];

function tell(draft: Draft, status: PaymentStatus, fulfillment: FulfillmentStatus | null): void {
  const [payment] = draft.payments;
  if (payment === undefined) throw new Error('a cart has a payment');
  const isTaken = STORIES[status].some((one) => typeof one !== 'string' && one[0] === 'CAPTURE');
  const lost = RESTS_ON_A_CAPTURE.includes(fulfillment) && !isTaken;
  const story = [...(lost ? LOST_CAPTURE : []), ...STORIES[status]];
  for (const [index, told] of story.entries()) {
    const occurredAt = new Date(NOW.getTime() - (story.length - index) * 1_000);
    const naturalKey = `told:${index}`;
    const common = { naturalKey, source: 'test', eventId: naturalKey, occurredAt };
    if (typeof told === 'string') {
      addFact(draft, payment, { ...common, kind: 'STATUS', reported: told }, tools);
      continue;
    }
    const [type, result, amount] = told;
    addFact(
      draft,
      payment,
      {
        ...common,
        kind: 'TRANSACTION',
        transactionType: type,
        result,
        requestedMinor: amount,
        processedMinor: result === 'SUCCEEDED' ? amount : null,
        currency: 'EUR',
        gatewayTransactionId: `${type}-${lost && index < LOST_CAPTURE.length ? 0 : 1}`,
        indeterminateCause: result === 'INDETERMINATE' ? 'NETWORK' : null,
        fulfillmentId: type === 'CAPTURE' ? (draft.fulfillments[0]?.id ?? null) : null,
      },
      tools,
    );
  }
}
