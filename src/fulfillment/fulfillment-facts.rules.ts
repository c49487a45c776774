import { orderOf, payingOrder, type Draft, type Tools } from '../checkout/draft.rules';
import { isFrozenFor } from '../checkout/freeze.rules';
import { isLive } from '../exception/exception.machine';
import { sum } from '../kernel/money';
import { type PaymentTransaction } from '../payment/payment-transaction.entity';
import { type Fulfillment } from './fulfillment.entity';
import { NO_FULFILLMENT_FACTS, type FulfillmentFacts } from './fulfillment.machine';
import { capturesFor } from './fulfillment.rules';
import { isStarted } from './shares.rules';
import { capturedOnceStarted } from './uncaptured.rules';

/**
 * What the fulfillment machine's guards look at; `exceptionId` is the decided exception the command acts for. What only
 * commands ask for is looked up when it is asked for: the automatic edges are tried for every fulfillment of a checkout.
 */
export function fulfillmentFacts(
  draft: Draft,
  fulfillment: Fulfillment,
  { actor }: Pick<Tools, 'actor'>,
  exceptionId?: string | null,
): FulfillmentFacts {
  const order = orderOf(draft, fulfillment.orderId);
  const captures = capturesFor(draft, fulfillment);
  const has = (status: string) => captures.some((one) => one.status === status);
  const { totalMinor } = fulfillment;
  return {
    ...NO_FULFILLMENT_FACTS,
    side: actor.side,
    orderSide: order.side,
    policy: fulfillment.capturePolicy,
    orderStatus: worseOf(order.status, payingOrder(draft, order).status),
    total: totalMinor,
    reserving: fulfillment.reservingMinor,
    reserved: fulfillment.reservedMinor,
    get finalized() {
      return isStarted(fulfillment)
        ? fulfillment.finalizedMinor
        : capturedOnceStarted(draft, fulfillment);
    },
    finalizing: fulfillment.finalizingMinor,
    reservationRequested: isReservationRequested(fulfillment),
    captureIsNew: has('NEW'),
    captureIsPending: has('PENDING'),
    captureIsIndeterminate: has('INDETERMINATE'),
    captureHasFailed: captures.some(isShort),
    get frozen() {
      return isFrozenFor(draft, exceptionId ?? '');
    },
    get stuck() {
      return isStuck(draft, fulfillment);
    },
    get retryCanHelp() {
      return retryCanHelp(draft, fulfillment);
    },
  };
}

/** A reservation claims all of the total; a capture alone claims what it takes. */
function isReservationRequested({ claims, totalMinor }: Fulfillment): boolean {
  return claims.length > 0 && sum(claims.map((one) => BigInt(one.amountMinor))) >= totalMinor;
}

/** It failed, or gave less than was asked. */
function isShort({ status, requestedMinor, processedMinor }: PaymentTransaction): boolean {
  if (status === 'FAILED') return true;
  return status === 'SUCCEEDED' && (processedMinor ?? 0n) < (requestedMinor ?? 0n);
}

function isStuck(draft: Draft, { id }: Fulfillment): boolean {
  return draft.exceptions
    .filter(isLive)
    .some(({ kind, subjectId }) => kind === 'STUCK_CAPTURING_PAYMENT' && subjectId === id);
}

/** FAILED(SOFT), the instruction edited since, or a part captured (states.md 2.4). */
function retryCanHelp(draft: Draft, fulfillment: Fulfillment): boolean {
  if (fulfillment.captureResult === 'PARTIAL') return true;
  const newest = new Map<string, PaymentTransaction>();
  for (const one of capturesFor(draft, fulfillment)) {
    const known = newest.get(one.paymentId);
    if (known === undefined || isNewer(one, known)) newest.set(one.paymentId, one);
  }
  return [...newest.values()]
    .filter(({ status }) => status === 'FAILED')
    .some((failed) => {
      const payment = draft.payments.find(({ id }) => id === failed.paymentId);
      const editedAt = payment?.instructionEditedAt ?? null;
      return failed.failureType === 'SOFT' || (editedAt !== null && editedAt >= failed.recordedAt);
    });
}

const isNewer = (a: PaymentTransaction, b: PaymentTransaction): boolean =>
  a.recordedAt > b.recordedAt || (a.recordedAt.getTime() === b.recordedAt.getTime() && a.id > b.id);

const CANCELLED = ['CANCELLATION_REQUESTED', 'CANCELLING', 'CANCELLED'];

/** A seller's goods stop with the order that pays for them, too. */
function worseOf<Status extends string>(own: Status, paying: Status): Status {
  return CANCELLED.indexOf(own) >= CANCELLED.indexOf(paying) ? own : paying;
}
