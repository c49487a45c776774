import { type Side } from '../kernel/actor';
import { refusal, type Refusal } from '../kernel/refusal';
import { type OrderStatus } from '../order/order-status.rules';
import { type CapturePolicy } from './fulfillment.machine';

/** What the fulfillment machine's guards look at; minor units of its currency. */
export interface FulfillmentFacts {
  /** Who acts. */
  readonly side: Side;
  /** Whose goods they are. */
  readonly orderSide: Side;
  readonly policy: CapturePolicy;
  readonly orderStatus: OrderStatus;
  readonly total: bigint;
  readonly reserving: bigint;
  readonly reserved: bigint;
  readonly finalized: bigint;
  /** Being captured, by captures that name no fulfillment, too. */
  readonly finalizing: bigint;
  /** It was asked to reserve. */
  readonly reservationRequested: boolean;
  /** Its captures by where they stand. */
  readonly captureIsNew: boolean;
  readonly captureIsPending: boolean;
  readonly captureIsIndeterminate: boolean;
  readonly captureHasFailed: boolean;
  readonly frozen: boolean;
  /** E12 is open (S1.12). */
  readonly stuck: boolean;
  /** A capture failed SOFT, the instruction was edited since, or a part is captured. */
  readonly retryCanHelp: boolean;
  /** The carrier reports; nobody asks for leave. */
  readonly carrierReport: boolean;
  /** An operator takes responsibility, with an open E07, E27 or E33 (S0.17). */
  readonly overridden: boolean;
}

export const NO_FULFILLMENT_FACTS: FulfillmentFacts = {
  side: 'MARKETPLACE',
  orderSide: 'MARKETPLACE',
  policy: 'BEFORE_FULFILLING',
  orderStatus: 'READY_FOR_HANDLING',
  total: 0n,
  reserving: 0n,
  reserved: 0n,
  finalized: 0n,
  finalizing: 0n,
  reservationRequested: false,
  captureIsNew: false,
  captureIsPending: false,
  captureIsIndeterminate: false,
  captureHasFailed: false,
  frozen: false,
  stuck: false,
  retryCanHelp: false,
  carrierReport: false,
  overridden: false,
};

type FulfillmentGuard = (facts: FulfillmentFacts) => Refusal | null;

const unless = (holds: boolean, message: string): Refusal | null =>
  holds ? null : refusal('GUARD_FAILED', message);

const CANCELLED: readonly OrderStatus[] = ['CANCELLING', 'CANCELLED'];

export const orderStands: FulfillmentGuard = ({ orderStatus }) =>
  unless(
    orderStatus !== 'CANCELLATION_REQUESTED' && !CANCELLED.includes(orderStatus),
    'The order is cancelled, or about to be.',
  );

/** No money is asked for what is given up; a request to cancel may still be denied. */
export const orderIsNotCancelled: FulfillmentGuard = ({ orderStatus }) =>
  unless(!CANCELLED.includes(orderStatus), 'The order is cancelled.');

export const isTheMarketplace: FulfillmentGuard = ({ side }) =>
  side === 'MARKETPLACE'
    ? null
    : refusal('FORBIDDEN', 'Money is moved by the marketplace only (S0.14).');

export const isNotFrozen: FulfillmentGuard = ({ frozen }) =>
  frozen
    ? refusal('REPLAY_BLOCKED', 'Retries are frozen on this checkout; see retryModeReasons.')
    : null;

export const outcomesAreKnown: FulfillmentGuard = ({ captureIsIndeterminate }) =>
  captureIsIndeterminate
    ? refusal('OUTCOME_INDETERMINATE', 'The outcome of a capture is not known yet (S1.2).')
    : null;

export const noCaptureIsOpen: FulfillmentGuard = (facts) =>
  facts.captureIsNew || facts.captureIsPending || facts.captureIsIndeterminate
    ? refusal('OUTCOME_INDETERMINATE', 'A capture of the fulfillment has no definite result yet.')
    : null;

export const allIsReserved: FulfillmentGuard = ({ reservationRequested, reserved, total }) =>
  unless(reservationRequested && reserved >= total, 'Not all of it is reserved.');

export const reservationFailed: FulfillmentGuard = (facts) =>
  unless(
    facts.reservationRequested && facts.reserved + facts.reserving < facts.total,
    'A reservation may still succeed.',
  );

export const notAllIsCaptured: FulfillmentGuard = ({ finalized, total }) =>
  unless(finalized < total, 'All of it is captured already.');

export const aCaptureIsPending: FulfillmentGuard = ({ captureIsPending }) =>
  unless(captureIsPending, 'No capture awaits its result.');

/** What was captured beyond the total is captured, too: E14 tells of it. */
export const allIsCaptured: FulfillmentGuard = (facts) =>
  noCaptureIsOpen(facts) ??
  unless(facts.finalized >= facts.total, 'The captures do not add up to the total.');

/** Only a part was asked for, or nothing came: a further capture may be asked for. */
export const aPartWasAsked: FulfillmentGuard = (facts) =>
  noCaptureIsOpen(facts) ??
  unless(
    !facts.captureHasFailed && facts.finalizing === 0n && facts.finalized < facts.total,
    'A capture failed or is under way, or all of it is captured.',
  );

export const notAllIsReserved: FulfillmentGuard = (facts) =>
  unless(allIsReserved(facts) !== null, 'All of it is reserved.');

/** None awaits its result: what did not succeed has failed or is not known. */
export const capturesAreOver: FulfillmentGuard = (facts) =>
  unless(
    !facts.captureIsNew &&
      !facts.captureIsPending &&
      (facts.captureHasFailed || facts.captureIsIndeterminate),
    'A capture still awaits its result, or none failed.',
  );

/** S1.14: only what is stuck, or over and not told, is overridden. */
export const isStuckOrOver: FulfillmentGuard = (facts) =>
  unless(
    facts.stuck || (!facts.captureIsNew && !facts.captureIsPending),
    'The captures are still under way; an override waits for STUCK_CAPTURING_PAYMENT (S1.12).',
  );

export const aRetryCanHelp: FulfillmentGuard = ({ retryCanHelp }) =>
  unless(
    retryCanHelp,
    'A retry needs a soft failure, an edited payment instruction, or a partly captured total.',
  );

export const isPaidAtOrder: FulfillmentGuard = ({ policy, finalized, total }) =>
  unless(policy === 'AT_ORDER' && finalized >= total, 'It is not released, and not paid at order.');

export const policyAllowsFulfilling: FulfillmentGuard = (facts) => {
  const { policy } = facts;
  if (policy === 'AT_SHIPMENT' || policy === 'AT_INVOICE' || policy === 'ON_DELIVERY') return null;
  return isPaidAtOrder(facts) === null
    ? null
    : unless(false, 'Its capture policy wants it paid first.');
};

export const moneyAllowsShipping: FulfillmentGuard = ({ policy, orderSide, finalized, total }) => {
  const first = policy === 'BEFORE_FULFILLING' || policy === 'AT_ORDER';
  return unless(
    orderSide === 'SELLER' || !first || finalized >= total,
    'Its capture policy wants it paid before it is sent (S0.17).',
  );
};

export const moneyAllowsDelivery: FulfillmentGuard = (facts) =>
  unless(
    facts.carrierReport ||
      facts.overridden ||
      facts.orderSide === 'SELLER' ||
      facts.policy === 'ON_DELIVERY' ||
      facts.finalized >= facts.total,
    'It is not paid: delivery is confirmed only with an override and an open exception (S0.17).',
  );
