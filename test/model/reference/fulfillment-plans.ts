import {
  byPriority,
  capturesOf,
  finalizedOf,
  finalizingOf,
  freeOf,
  isLive,
  namedFor,
  reservedOf,
  reservingOf,
  spread,
  unnamedOf,
} from './fulfillment';
import { isUnderWay, openOf, outcomeOf, statusOf, sumsOf } from './money';
import { enterCancelling, hasOpenCapture, moveTo, payableOf } from './settle';
import {
  cartOf,
  commandMoney,
  pickOf,
  unless,
  type Done,
  type Move,
  type Plan,
  type Scene,
  type Step,
} from './step';
import {
  familyOf,
  fulfillmentsOf,
  least,
  mainOrder,
  most,
  payerOf,
  paymentsOf,
  sellersOf,
  sum,
  type Claim,
  type Fulfillment,
  type Order,
  type Payment,
  type Policy,
} from './world';

const GONE = ['CANCELLING', 'CANCELLED'];
/** Who plans for an order that is not paid, denied or over, no row says. */
const PLANNABLE = [
  'PAYMENT_PENDING',
  'PAYMENT_AUTHORIZED',
  'CANCELLATION_WINDOW',
  'READY_FOR_HANDLING',
  'HANDLING',
];
const FOREIGN_SIDE = ['FORBIDDEN', 'NOT_FOUND'];
const side = (move: Move) => (move['asSeller'] === true ? { as: 'SELLER' as const } : {});

const partOf = (scene: Scene, move: Move): Fulfillment | null =>
  pickOf(cartOf(scene, move).fulfillments, move, 'part');

/** Authorized for more than was announced: which of the two bounds its share, no row says. */
const isOver = (payment: Payment): boolean => sumsOf(payment).authorized > payment.expected;

/** What was captured for the order and for no part: whether a part that is not started counts it, no row says. */
const isPooled = ({ order }: Fulfillment): boolean => unnamedOf(order) > 0n;

const isBusy = (order: Order, ...types: string[]): boolean =>
  paymentsOf(payerOf(order)).some(({ transactions }) =>
    transactions.some((one) => types.includes(one.type) && isUnderWay(one)),
  );

const createFulfillment: Plan = (scene, move) => {
  const main = mainOrder(cartOf(scene, move));
  const order =
    move['seller'] === true ? (main === null ? null : (sellersOf(main)[0] ?? null)) : main;
  if (order === null || !PLANNABLE.includes(order.status) || order.invoices.length > 0) return null;
  const all = fulfillmentsOf(order);
  if (all.length > 3) return null;
  const rest = payableOf(order) - sum(all.filter(isLive).map(({ total }) => total));
  const { amount, input, refusals } = commandMoney(move, rest);
  // The parts of several sides together, no row bounds.
  const others = sum(
    familyOf(order)
      .filter(isLive)
      .map(({ total }) => total),
  );
  if (amount <= rest && amount + others > payableOf(payerOf(order))) return null;
  const policy = String(move['policy']) as Policy;
  return {
    command: 'createFulfillment',
    cart: order.cart,
    input: {
      orderId: order.id,
      total: input,
      capturePolicy: policy,
      items: [{ reference: 'sku-1', quantity: 2, amount: input }],
    },
    refusals: [...refusals, ...unless(amount <= rest, 'AMOUNT_EXCEEDS')],
    effect: ({ entityId }) =>
      void order.cart.fulfillments.push({
        id: entityId,
        order,
        policy,
        status: 'NEW',
        total: amount,
        quantity: 2,
        claims: [],
        pooled: 0n,
        pooling: 0n,
      }),
  };
};

const base = (command: string, one: Fulfillment, input: object = {}): Step => ({
  command,
  cart: one.order.cart,
  input: { fulfillmentId: one.id, ...input },
  refusals: [],
});

const reserveFulfillment: Plan = (scene, move) => {
  const one = partOf(scene, move);
  if (one === null) return null;
  const step = base('reserveFulfillment', one);
  if (one.status === 'RELEASED') return step;
  if (!['NEW', 'RESERVATION_FAILED'].includes(one.status)) {
    return { ...step, refusals: ['INVALID_TRANSITION'] };
  }
  const payments = byPriority(one.order);
  const isPlain = payments.every(
    (payment) => payment.rule === 'EARLY_APPROVAL' && !payment.deferred && !isOver(payment),
  );
  if (
    !isPlain ||
    isPooled(one) ||
    finalizedOf(one) > 0n ||
    reservingOf(one) > 0n ||
    (one.claims.length > 0 && one.status === 'NEW')
  )
    return null;
  if (GONE.includes(one.order.status) || scene.seen(one.order.cart).frozen) return null;
  if (isBusy(one.order, 'AUTHORIZE', 'VOID', 'CAPTURE', 'SALE')) return null;
  const claims = reserveOver(one);
  if (claims === null) return null;
  const { held, asked, left } = claims;
  return {
    ...step,
    refusals: unless(left === 0n, 'AMOUNT_EXCEEDS'),
    effect: (done) => {
      one.claims = [...held];
      for (const [payment, amount] of asked) {
        done.take({ why: 'reserve', types: ['AUTHORIZE'], payment, fulfillment: one, sum: amount });
      }
    },
  };
};

/** Priority allocation: what is open and free is held, the difference is authorized (money.md 5, 11). */
function reserveOver(one: Fulfillment) {
  let left = one.total;
  const held: Claim[] = [];
  const asked: [Claim['payment'], bigint][] = [];
  for (const payment of byPriority(one.order)) {
    const sums = sumsOf(payment);
    const open = openOf(sums);
    const status = statusOf(payment);
    if (
      ['VOIDED', 'CANCELLED', 'VACATED', 'INDETERMINATE', 'DISPUTED', 'CHARGED_BACK'].includes(
        status,
      )
    )
      continue;
    if (['EXPIRED', 'PENDING', 'IN_PROCESS', 'REFUNDED', 'PARTIALLY_REFUNDED'].includes(status))
      return null;
    const free = least(left, freeOf(payment, one));
    const more = most(
      payment.expected - sums.authorizing - sums.capturing - open - sums.captured,
      0n,
    );
    const ask = least(left - free, more);
    if (free + ask > 0n) held.push({ payment, amount: free + ask, held: free });
    if (ask > 0n) asked.push([payment, ask]);
    left -= free + ask;
  }
  return { held, asked, left };
}

const captureFulfillment: Plan = (scene, move) => {
  const one = partOf(scene, move);
  if (one === null) return null;
  const missing = one.total - finalizedOf(one);
  const keeps = ['FULFILLING', 'FULFILLED', 'DELIVERED'].includes(one.status);
  const isFrom = keeps ? missing > 0n : ['NEW', 'RELEASED'].includes(one.status);
  const { frozen } = scene.seen(one.order.cart);
  const refusals = [
    ...unless(
      isFrom,
      'INVALID_TRANSITION',
      'GUARD_FAILED',
      ...(hasOpenCapture(one) ? ['OUTCOME_INDETERMINATE'] : []),
    ),
    ...unless(move['asSeller'] !== true, ...FOREIGN_SIDE),
    ...unless(!frozen, 'REPLAY_BLOCKED'),
  ];
  const step = { ...base('captureFulfillment', one), ...side(move) };
  if (refusals.length > 0) {
    // What else stands in the way may be told first.
    return {
      ...step,
      refusals: [...refusals, 'AMOUNT_EXCEEDS', 'OUTCOME_INDETERMINATE', 'GUARD_FAILED'],
    };
  }
  if (!canCapture(one) || missing <= 0n || finalizingOf(one) > 0n) return null;
  const claims = one.claims.length > 0 ? one.claims : spread(one, missing);
  return {
    ...step,
    refusals: unless(claims !== null, 'AMOUNT_EXCEEDS'),
    effect: (done) => {
      if (!keeps) one.status = 'CAPTURING_PAYMENT';
      one.claims = claimsOf(one, claims);
      done.take({ why: 'captureFulfillment', types: ['CAPTURE'], fulfillment: one, sum: missing });
    },
  };
};

/** What a capture without a reservation takes is nothing that was held before. */
const claimsOf = (one: Fulfillment, claims: readonly Claim[] | null): Claim[] =>
  one.claims.length > 0 ? one.claims : (claims ?? []).map((claim) => ({ ...claim, held: 0n }));

/** Where captures, voids or odd payments are in the way of others, the tables do not say which is asked. */
function canCapture(one: Fulfillment): boolean {
  const { order, claims } = one;
  if (isPooled(one)) return false;
  const payments = paymentsOf(payerOf(order));
  if (GONE.includes(order.status) || isBusy(order, 'VOID', 'AUTHORIZE', 'CAPTURE', 'SALE'))
    return false;
  if (payments.some((one) => one.rule !== 'EARLY_APPROVAL' || one.deferred || isOver(one)))
    return false;
  const usable = ['AUTHORIZED', 'PARTIALLY_CAPTURED', 'CAPTURED'];
  const odd = payments.filter((payment) => !usable.includes(statusOf(payment)));
  if (odd.some((payment) => openOf(sumsOf(payment)) > 0n || sumsOf(payment).captured > 0n))
    return false;
  // An authorization that was lost since it was claimed.
  return claims.every(({ payment }) => openOf(sumsOf(payment)) >= 0n && !odd.includes(payment));
}

const retryCapture: Plan = (scene, move) => {
  const one = partOf(scene, move);
  if (one === null) return null;
  const captures = capturesOf(one).map((row) => ({ row, ...outcomeOf(row) }));
  const newest = captures
    .filter(({ status }) => status === 'FAILED')
    .sort((a, b) => b.at - a.at)[0];
  const isUnknown = captures.some(({ status }) => status === 'INDETERMINATE');
  const isPartial = finalizedOf(one) > 0n;
  const isEdited = captures.some(
    ({ row, at, status }) =>
      status === 'FAILED' && row.payment.editedAt !== null && row.payment.editedAt > at,
  );
  const mayAgain = newest?.failureType === 'SOFT' || isEdited || isPartial;
  const { frozen } = scene.seen(one.order.cart);
  const refusals = [
    ...unless(one.status === 'PAYMENT_CAPTURE_FAILED', 'INVALID_TRANSITION'),
    ...unless(!isUnknown, 'OUTCOME_INDETERMINATE'),
    ...unless(mayAgain, 'GUARD_FAILED'),
    ...unless(!frozen, 'REPLAY_BLOCKED'),
    ...unless(move['asSeller'] !== true, ...FOREIGN_SIDE),
  ];
  const step = { ...base('retryCapture', one), ...side(move) };
  if (refusals.length > 0)
    return { ...step, refusals: [...refusals, 'AMOUNT_EXCEEDS', 'GUARD_FAILED'] };
  const missing = one.total - finalizedOf(one);
  if (!canCapture(one) || finalizingOf(one) > 0n || spread(one, missing) === null) return null;
  return {
    ...step,
    refusals: [],
    effect: (done) => {
      one.status = 'CAPTURING_PAYMENT';
      done.take({ why: 'retryCapture', types: ['CAPTURE'], fulfillment: one, sum: missing });
    },
  };
};

const resolveCapture: Plan = (scene, move) => {
  const one = partOf(scene, move);
  if (one === null) return null;
  const missing = one.total - finalizedOf(one);
  const [payment] = byPriority(one.order);
  if (payment === undefined || hasOpenCapture(one) || missing <= 0n || isPooled(one)) return null;
  if (openOf(sumsOf(payment)) < missing) return null;
  const { amount, input, refusals } = commandMoney(move, missing);
  return {
    ...base('resolveCapture', one, {
      externalCaptures: [
        { paymentId: payment.id, amount: input, gatewayTransactionId: `by-hand-${scene.turn}` },
      ],
      evidenceReference: 'seen at the processor',
    }),
    refusals: [
      ...refusals,
      ...unless(one.status === 'PAYMENT_CAPTURE_FAILED', 'INVALID_TRANSITION'),
      ...unless(amount === missing, 'GUARD_FAILED', 'AMOUNT_EXCEEDS'),
    ],
    effect: (done) =>
      done.take({
        why: 'resolveCapture',
        types: ['CAPTURE'],
        payment,
        fulfillment: one,
        sum: missing,
      }),
  };
};

const cancelFulfillment: Plan = (scene, move) => {
  const one = partOf(scene, move);
  if (one === null) return null;
  const { order } = one;
  const from = ['PAYMENT_CAPTURE_FAILED', 'NEW', 'RELEASED', 'RESERVATION_FAILED'];
  const step = base('cancelFulfillment', one, { reason: 'sold out' });
  if (one.status === 'CANCELLED') return step;
  const refusals = [
    ...unless(from.includes(one.status), 'INVALID_TRANSITION'),
    ...unless(!hasOpenCapture(one), 'OUTCOME_INDETERMINATE'),
  ];
  if (refusals.length > 0) return { ...step, refusals };
  // What a seller's cancelled part does to the marketplace's order, no row says.
  if (order.side === 'SELLER' || isPooled(one)) return null;
  if (scene.seen(order.cart).frozen && reservedOf(one) > 0n) return null;
  if (isBusy(order, 'CAPTURE', 'VOID', 'SALE', 'AUTHORIZE') || order.invoices.length > 0)
    return null;
  if (order.status === 'CANCELLATION_REQUESTED' || GONE.includes(order.status)) return null;
  return { ...step, refusals, effect: (done) => cancelPart(one, done) };
};

/** Releases what is held for it, lowers what is payable, and with the last one the order goes. */
function cancelPart(one: Fulfillment, done: Done): void {
  const { order } = one;
  const finalized = finalizedOf(one);
  one.status = 'CANCELLED';
  order.cancelled += one.total;
  if (finalized > 0n) order.grants.push(finalized);
  const isLast = !fulfillmentsOf(order).some(isLive);
  if (isLast) {
    moveTo(order, 'CANCELLING', done.now);
    enterCancelling(order, false, done);
    return;
  }
  const open = sum(paymentsOf(payerOf(order)).map((payment) => most(openOf(sumsOf(payment)), 0n)));
  done.take({
    why: 'cancelFulfillment',
    types: ['VOID'],
    sum: least(open, one.total - finalized),
    atMost: true,
  });
}

/** Paid by what was captured for the order as a whole, less what other parts took of it. */
function couldBePaid(one: Fulfillment): boolean {
  const others = familyOf(one.order).filter((other) => other !== one);
  const free = unnamedOf(one.order) - sum(others.map(({ pooled }) => pooled));
  return namedFor(one) + free >= one.total;
}

const startFulfilling: Plan = (scene, move) => {
  const one = partOf(scene, move);
  if (one === null) return null;
  const step = base('startFulfilling', one);
  const late = ['AT_SHIPMENT', 'AT_INVOICE', 'ON_DELIVERY'].includes(one.policy);
  const { frozen } = scene.seen(one.order.cart);
  const stops = ['CANCELLATION_REQUESTED', ...GONE].includes(one.order.status);
  if (one.status === 'FULFILLING')
    return { ...step, refusals: ['REPLAY_BLOCKED', 'GUARD_FAILED'], either: true };
  const isFrom =
    one.status === 'PAYMENT_CAPTURED' ||
    (one.status === 'RELEASED' && late) ||
    (['NEW', 'RELEASED'].includes(one.status) && one.policy === 'AT_ORDER' && couldBePaid(one));
  return {
    ...step,
    refusals: [
      ...unless(isFrom, 'INVALID_TRANSITION', 'GUARD_FAILED'),
      ...unless(!stops, 'GUARD_FAILED'),
      ...unless(!frozen, 'REPLAY_BLOCKED'),
    ],
    effect: () => {
      one.status = 'FULFILLING';
    },
  };
};

const shipFulfillment: Plan = (scene, move) => {
  const one = partOf(scene, move);
  if (one === null) return null;
  const step = base('shipFulfillment', one);
  if (one.status === 'FULFILLED') return step;
  const missing = one.total - finalizedOf(one);
  const isPaidFirst =
    one.order.side === 'MARKETPLACE' && ['BEFORE_FULFILLING', 'AT_ORDER'].includes(one.policy);
  const refusals = [
    ...unless(one.status === 'FULFILLING', 'INVALID_TRANSITION'),
    ...unless(!isPaidFirst || missing === 0n, 'GUARD_FAILED'),
  ];
  if (refusals.length > 0) return { ...step, refusals };
  const deposits = one.policy === 'AT_SHIPMENT' && missing > 0n;
  const isFrozen = scene.seen(one.order.cart).frozen;
  if (isFrozen || GONE.includes(one.order.status)) return null;
  if (deposits && (!canCapture(one) || finalizingOf(one) > 0n || spread(one, missing) === null))
    return null;
  if (isBusy(one.order, 'CAPTURE', 'VOID', 'SALE', 'AUTHORIZE')) return null;
  return {
    ...step,
    refusals,
    effect: (done) => {
      one.status = 'FULFILLED';
      if (deposits) {
        done.take({ why: 'shipment', types: ['CAPTURE'], fulfillment: one, sum: missing });
      }
      releaseUnused(one.order, done);
    },
  };
};

/** With the last one sent, what no part needs is released; how much that is, is left to the product up to what is open. */
function releaseUnused(order: Order, done: Done): void {
  const sent = ['FULFILLED', 'DELIVERED', 'RETURNED', 'CANCELLED'];
  if (!familyOf(order).every(({ status }) => sent.includes(status))) return;
  const open = sum(paymentsOf(payerOf(order)).map((payment) => most(openOf(sumsOf(payment)), 0n)));
  done.take({ why: 'the last shipment', types: ['VOID'], sum: open, atMost: true });
}

const confirmDelivery: Plan = (scene, move) => {
  const one = partOf(scene, move);
  if (one === null) return null;
  const isReport = move['carrier'] === true;
  const step = base('confirmDelivery', one, isReport ? { carrierReport: true } : {});
  if (one.status === 'DELIVERED') return step;
  const isPaid =
    finalizedOf(one) === one.total ||
    one.policy === 'ON_DELIVERY' ||
    isReport ||
    one.order.side === 'SELLER';
  return {
    ...step,
    refusals: [
      ...unless(one.status === 'FULFILLED', 'INVALID_TRANSITION'),
      ...unless(isPaid, 'GUARD_FAILED'),
    ],
    effect: () => {
      one.status = 'DELIVERED';
    },
  };
};

const recordReturn: Plan = (scene, move) => {
  const one = partOf(scene, move);
  if (one === null) return null;
  const step = base('recordReturn', one, { reason: 'too small' });
  if (one.status === 'RETURNED') return step;
  return {
    ...step,
    refusals: unless(['FULFILLED', 'DELIVERED'].includes(one.status), 'INVALID_TRANSITION'),
    effect: () => {
      one.status = 'RETURNED';
      const captured = finalizedOf(one);
      if (captured > 0n) one.order.grants.push(captured);
    },
  };
};

/** One of two goes: half of the amounts with it; only where nothing is reserved or captured yet. */
const splitFulfillment: Plan = (scene, move) => {
  const one = partOf(scene, move);
  if (one === null || one.status !== 'NEW' || one.claims.length > 0) return null;
  if (one.quantity < 2 || one.total % 2n !== 0n || finalizedOf(one) > 0n || hasOpenCapture(one))
    return null;
  const isTooMany = move['amount'] === 'over';
  return {
    ...base('splitFulfillment', one, {
      items: [{ reference: 'sku-1', quantity: isTooMany ? 3 : 1 }],
    }),
    refusals: unless(!isTooMany, 'AMOUNT_EXCEEDS', 'GUARD_FAILED'),
    effect: ({ entityId }) => {
      one.total /= 2n;
      one.quantity = 1;
      one.order.cart.fulfillments.push({
        ...one,
        id: entityId,
        claims: [],
        pooled: 0n,
        pooling: 0n,
      });
    },
  };
};

export const fulfillmentPlans: Readonly<Record<string, Plan>> = {
  createFulfillment,
  reserveFulfillment,
  captureFulfillment,
  retryCapture,
  resolveCapture,
  cancelFulfillment,
  startFulfilling,
  shipFulfillment,
  confirmDelivery,
  recordReturn,
  splitFulfillment,
};
