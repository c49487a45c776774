import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { capturesOf, finalizedOf, reservedOf, reservingOf } from './fulfillment';
import { netOf, openOf, outcomeOf, statusOf, sumsOf } from './money';
import { coverSum, deferredOf, invoicedOf, payableOf } from './settle';
import { paymentsOf, sellersOf, sum, transactionsOf, type Cart, type Order } from './world';

/** A contradiction without grace: it commits together with its exception, or not at all (exceptions.md). */
export interface Contradiction {
  readonly kind: string;
  /** Null: the checkout as a whole. */
  readonly subjectId: string | null;
}

/** Kinds whose whole predicate is told here: an open one without it is a false alarm. */
export const EXACT = ['INDETERMINATE_RESULT', 'FULFILLMENT_CAPTURE_FAILED'];

const listed = readFileSync(join(__dirname, '../../../schema/exception.graphql'), 'utf8');
const KINDS = /enum ReconExceptionKind \{([^}]*)\}/.exec(listed)?.[1] ?? '';
/** Kinds the product knows. */
export const isKnown = (kind: string): boolean => new RegExp(`^\\s*${kind}$`, 'm').test(KINDS);

export function contradictionsOf(cart: Cart): Contradiction[] {
  return [
    ...ofTransactions(cart),
    ...ofPayments(cart),
    ...cart.orders.filter(({ side }) => side === 'MARKETPLACE').flatMap(ofOrder),
    ...ofFulfillments(cart),
    ...duplicates(cart),
  ];
}

function ofTransactions(cart: Cart): Contradiction[] {
  return transactionsOf(cart).flatMap((one) => {
    const { status, at, requested } = outcomeOf(one);
    const others = one.payment.transactions.filter((other) => other.type === one.type);
    const isMadeGood = others
      .map(outcomeOf)
      .some(
        (other) =>
          other.status === 'SUCCEEDED' &&
          other.at > at &&
          (other.processed ?? 0n) >= (requested ?? 0n),
      );
    const isReversed = one.payment.transactions.some(({ parent }) => parent === one);
    const wasDone = one.told.some((told) => told.status === 'SUCCEEDED' && told.at < at);
    const kinds = [
      ...(status === 'INDETERMINATE' ? ['INDETERMINATE_RESULT'] : []),
      ...(one.type === 'REFUND' && status === 'FAILED' && !isMadeGood ? ['REFUND_FAILED'] : []),
      ...(one.type === 'CHARGEBACK' && ['PENDING', 'SUCCEEDED'].includes(status) && !isReversed
        ? ['CHARGEBACK']
        : []),
      ...(one.type === 'CAPTURE' && status === 'FAILED' && wasDone && !isMadeGood
        ? ['CAPTURE_FAILED_AFTER_SUCCESS']
        : []),
    ];
    return kinds.map((kind) => ({ kind, subjectId: one.id }));
  });
}

function ofPayments(cart: Cart): Contradiction[] {
  return cart.payments.flatMap((payment) => {
    const { order } = payment;
    if (order === null) return [];
    const sums = sumsOf(payment);
    const isLost = ['PAYMENT_PENDING', 'PAYMENT_DENIED'].includes(order.status);
    const isGoing = ['CANCELLING', 'CANCELLED'].includes(order.status);
    const tookAfter = payment.transactions
      .filter(({ type }) => type === 'CAPTURE' || type === 'SALE')
      .map(outcomeOf)
      .some(({ status, at }) => status === 'SUCCEEDED' && at > order.since);
    const kinds = [
      ...(order.status === 'CREATION_FAILED' && netOf(sums) > 0n
        ? ['CAPTURED_ORDER_CREATION_FAILED']
        : []),
      ...(order.status === 'CREATION_FAILED' && openOf(sums) > 0n && sums.captured === 0n
        ? ['AUTHORIZED_ORDER_NOT_CREATED']
        : []),
      ...(isGoing && netOf(sums) > 0n && tookAfter ? ['CAPTURED_AFTER_CANCELLATION'] : []),
      ...(isLost && statusOf(payment) === 'EXPIRED' && coverSum(order) < payableOf(order)
        ? ['AUTHORIZATION_EXPIRING']
        : []),
    ];
    return kinds.map((kind) => ({ kind, subjectId: payment.id }));
  });
}

function ofOrder(order: Order): Contradiction[] {
  const payments = paymentsOf(order);
  const all = payments.map(sumsOf);
  const captured = sum(all.map((one) => one.captured));
  const [newest] = payments
    .flatMap(({ transactions }) => transactions.filter(({ type }) => type === 'CAPTURE'))
    .map(outcomeOf)
    .sort((a, b) => b.at - a.at);
  const isRejected = order.omsStatus === 'REJECTED';
  const isLacking =
    order.status === 'VERIFYING_INVOICE' && captured + deferredOf(order) < invoicedOf(order);
  const isGoing = ['CANCELLATION_REQUESTED', 'CANCELLING', 'CANCELLED'].includes(order.status);
  const isSent = sellersOf(order).some(({ status }) => ['INVOICED', 'COMPLETED'].includes(status));
  const kinds = [
    ...(isRejected && sum(all.map(netOf)) > 0n ? ['CAPTURED_OMS_REJECTED'] : []),
    ...(isRejected && captured === 0n && sum(all.map(openOf)) > 0n
      ? ['AUTHORIZED_OMS_REJECTED']
      : []),
    ...(isLacking && newest?.status === 'FAILED' ? ['INVOICED_CAPTURE_FAILED'] : []),
    ...(isGoing && isSent && order.replacedBy === null ? ['CANCEL_INVOICE_RACE'] : []),
  ];
  return kinds.map((kind) => ({ kind, subjectId: order.id }));
}

function ofFulfillments(cart: Cart): Contradiction[] {
  return cart.fulfillments.flatMap((one) => {
    const finalized = finalizedOf(one);
    const captures = capturesOf(one);
    const isUnknown = captures.some((row) => outcomeOf(row).status === 'INDETERMINATE');
    const isGivenBack = captures.some(({ payment }) => {
      const { refunded, chargedBack } = sumsOf(payment);
      return refunded + chargedBack > 0n;
    });
    const kinds = [
      ...(one.status === 'PAYMENT_CAPTURE_FAILED' && !isUnknown && finalized < one.total
        ? ['FULFILLMENT_CAPTURE_FAILED']
        : []),
      ...(one.status === 'CANCELLED' && finalized > 0n && !isGivenBack
        ? ['CAPTURE_IN_CANCELLED_FULFILLMENT']
        : []),
      ...(one.status === 'RESERVATION_FAILED' && reservedOf(one) + reservingOf(one) < one.total
        ? ['UNDER_RESERVED_RELEASE']
        : []),
    ];
    return kinds.map((kind) => ({ kind, subjectId: one.id }));
  });
}

function duplicates({ orders }: Cart): Contradiction[] {
  const live = orders.filter(
    ({ side, status }) =>
      side === 'MARKETPLACE' && !['CANCELLING', 'CANCELLED', 'COMPLETED'].includes(status),
  );
  // Whether one that is being cancelled still counts as live, the documents leave open: the exact test is not on it.
  const isLinked = live.some(({ replaces }) => replaces !== null);
  return live.length > 1 && !isLinked ? [{ kind: 'DUPLICATE_ORDER', subjectId: null }] : [];
}
