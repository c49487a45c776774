import { type Role } from '../kernel/actor';
import { type Edge, type Guard, type Machine } from '../kernel/state-machine';
import * as must from './fulfillment-guards.rules';

// The release as a table (states.md 2.4).

export const FULFILLMENT_STATUSES = [
  'NEW',
  'RELEASED',
  'RESERVATION_FAILED',
  'CAPTURING_PAYMENT',
  'CAPTURE_AWAITING_RESULT',
  'PAYMENT_CAPTURED',
  'PAYMENT_CAPTURE_FAILED',
  'FULFILLING',
  'FULFILLED',
  'DELIVERED',
  'RETURNED',
  'CANCELLED',
] as const;
export type FulfillmentStatus = (typeof FULFILLMENT_STATUSES)[number];

/** When its money is captured: Broadleaf, WCS finalize, VTEX, WCS Early Deposit, cash on delivery. */
export const CAPTURE_POLICIES = [
  'BEFORE_FULFILLING',
  'AT_SHIPMENT',
  'AT_INVOICE',
  'AT_ORDER',
  'ON_DELIVERY',
] as const;
export type CapturePolicy = (typeof CAPTURE_POLICIES)[number];

export const CAPTURE_RESULTS = ['NONE', 'SUCCEEDED', 'PARTIAL', 'FAILED', 'INDETERMINATE'] as const;
export type CaptureResult = (typeof CAPTURE_RESULTS)[number];

export { NO_FULFILLMENT_FACTS, type FulfillmentFacts } from './fulfillment-guards.rules';

type FulfillmentEdge = Edge<FulfillmentStatus, must.FulfillmentFacts>;
type States = readonly FulfillmentStatus[];

const oms: readonly Role[] = ['OMS', 'SYSTEM'];
const capturing: States = ['CAPTURING_PAYMENT', 'CAPTURE_AWAITING_RESULT'];
const moving: States = ['FULFILLING', 'FULFILLED', 'DELIVERED'];

const unsent: States = [
  'NEW',
  'RELEASED',
  'RESERVATION_FAILED',
  'PAYMENT_CAPTURE_FAILED',
  'PAYMENT_CAPTURED',
  'FULFILLING',
];
const unfinished: States = FULFILLMENT_STATUSES.filter(
  (status) => status !== 'RETURNED' && status !== 'CANCELLED',
);
const free = [must.isNotFrozen, must.orderStands] as const;
const asking = [must.isTheMarketplace, must.isNotFrozen, must.orderIsNotCancelled] as const;

const on = (
  trigger: string,
  roles: readonly Role[],
  edge: { readonly from: States | null; readonly to: FulfillmentStatus | null },
  ...guards: readonly Guard<must.FulfillmentFacts>[]
): FulfillmentEdge => ({ trigger, roles, ...edge, guards });
const automatic = (
  trigger: string,
  from: States,
  to: FulfillmentStatus,
  ...guards: readonly Guard<must.FulfillmentFacts>[]
): FulfillmentEdge => on(trigger, ['SYSTEM'], { from, to }, ...guards);

export const fulfillmentMachine: Machine<FulfillmentStatus, must.FulfillmentFacts> = {
  name: 'FULFILLMENT',
  states: FULFILLMENT_STATUSES,
  edges: [
    on('createFulfillment', oms, { from: null, to: 'NEW' }),
    ...(
      [
        [['NEW'], oms],
        [
          ['RESERVATION_FAILED', 'RELEASED'],
          [...oms, 'PAYMENT', 'SUPPORT'],
        ],
      ] as const
    ).map(([from, roles]) =>
      // RELEASED: only what was reserved and is lost is asked for again (E09).
      on(
        'reserveFulfillment',
        roles,
        { from, to: null },
        must.isNotFrozen,
        must.orderIsNotCancelled,
      ),
    ),
    automatic('reserved', ['NEW', 'RESERVATION_FAILED'], 'RELEASED', must.allIsReserved),
    automatic('reservation failed', ['NEW'], 'RESERVATION_FAILED', must.reservationFailed),
    on(
      'captureFulfillment',
      ['ADMIN', ...oms],
      { from: ['NEW', 'RELEASED'], to: 'CAPTURING_PAYMENT' },
      ...asking,
    ),
    on(
      'captureFulfillment',
      ['ADMIN', ...oms],
      { from: moving, to: null },
      ...asking,
      must.notAllIsCaptured,
      must.noCaptureIsOpen,
    ),
    automatic(
      'capture awaits its result',
      ['CAPTURING_PAYMENT'],
      'CAPTURE_AWAITING_RESULT',
      must.aCaptureIsPending,
    ),
    automatic('captures succeeded', capturing, 'PAYMENT_CAPTURED', must.allIsCaptured),
    automatic('part captured', capturing, 'RELEASED', must.aPartWasAsked, must.allIsReserved),
    automatic('part captured early', capturing, 'NEW', must.aPartWasAsked, must.notAllIsReserved),
    automatic('a capture failed', capturing, 'PAYMENT_CAPTURE_FAILED', must.capturesAreOver),
    ...(['PAYMENT_CAPTURED', 'PAYMENT_CAPTURE_FAILED'] as const).map((to) =>
      on(
        'overrideFulfillmentStatus',
        ['ADMIN'],
        { from: capturing, to },
        must.isTheMarketplace,
        must.isStuckOrOver,
      ),
    ),
    on(
      'resolveCapture',
      ['ADMIN'],
      { from: ['PAYMENT_CAPTURE_FAILED'], to: 'PAYMENT_CAPTURED' },
      must.isTheMarketplace,
      must.allIsCaptured,
    ),
    automatic(
      'last result arrived',
      ['PAYMENT_CAPTURE_FAILED'],
      'PAYMENT_CAPTURED',
      must.allIsCaptured,
    ),
    on(
      'retryCapture',
      ['ADMIN', 'PAYMENT'],
      { from: ['PAYMENT_CAPTURE_FAILED'], to: 'CAPTURING_PAYMENT' },
      must.isTheMarketplace,
      must.outcomesAreKnown,
      must.isNotFrozen,
      must.orderIsNotCancelled,
      must.aRetryCanHelp,
    ),
    on(
      'cancelFulfillment',
      ['ADMIN', 'OMS'],
      {
        from: ['PAYMENT_CAPTURE_FAILED', 'NEW', 'RELEASED', 'RESERVATION_FAILED'],
        to: 'CANCELLED',
      },
      must.noCaptureIsOpen,
    ),
    automatic('order cancelled', unsent, 'CANCELLED', must.noCaptureIsOpen),
    on('startFulfilling', ['OMS'], { from: ['PAYMENT_CAPTURED'], to: 'FULFILLING' }, ...free),
    on(
      'startFulfilling',
      ['OMS'],
      { from: ['RELEASED'], to: 'FULFILLING' },
      must.policyAllowsFulfilling,
      ...free,
    ),
    on(
      'startFulfilling',
      ['OMS'],
      { from: ['NEW'], to: 'FULFILLING' },
      must.isPaidAtOrder,
      ...free,
    ),
    on('shipFulfillment', oms, { from: ['FULFILLING'], to: 'FULFILLED' }, must.moneyAllowsShipping),
    on('confirmDelivery', oms, { from: ['FULFILLED'], to: 'DELIVERED' }, must.moneyAllowsDelivery),
    on('recordReturn', ['OMS', 'SUPPORT'], { from: ['FULFILLED', 'DELIVERED'], to: 'RETURNED' }),
    on('splitFulfillment', oms, { from: unfinished, to: null }),
  ],
};

/** Automatic edges, tried in this order until none is taken. */
export const AUTOMATIC_FULFILLMENT_TRIGGERS = [
  'reserved',
  'reservation failed',
  'captures succeeded',
  'capture awaits its result',
  'a capture failed',
  'part captured',
  'part captured early',
  'last result arrived',
] as const;
