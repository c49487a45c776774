import { isLive } from './fulfillment';
import { isUnderWay, netOf, openOf, outcomeOf, statusOf, sumsOf } from './money';
import { deferredOf, enterCancelling, invoicedOf, isCovered, moveTo, payableOf } from './settle';
import { cartOf, commandMoney, money, orderOf, unless, type Plan, type Step } from './step';
import { familyOf, mainOrder, paymentsOf, sellersOf, sum, type Cart, type Order } from './world';

const TOTAL = 10_000n;
const SELLER_TOTAL = 6_000n;
const OVER = ['CANCELLED', 'COMPLETED'];
const GOING = ['CANCELLING', 'CANCELLED', 'COMPLETED', 'INVOICED'];
const UNCODED = ['CREATION_PENDING', 'CREATION_FAILED'];

function newOrder(cart: Cart, id: string, more: Partial<Order> = {}): Order {
  const order: Order = {
    id,
    cart,
    side: 'MARKETPLACE',
    code: null,
    status: 'CREATION_PENDING',
    since: 0,
    before: null,
    total: TOTAL,
    cancelled: 0n,
    invoices: [],
    grants: [],
    marketplace: null,
    duplicateOf: null,
    replacedBy: null,
    replaces: null,
    omsStatus: 'NOT_CREATED',
    ...more,
  };
  cart.orders.push(order);
  return order;
}

const registerCheckout: Plan = (scene, move) => {
  const cart = cartOf(scene, move);
  return {
    command: 'registerCheckout',
    cart,
    input: { cartGuid: cart.guid, total: money(TOTAL), customerId: 'cus_1', market: 'DE' },
    refusals: unless(cart.orders.length === 0, 'ALREADY_EXISTS'),
    effect: ({ entityId, now }) => void newOrder(cart, entityId, { since: now }),
  };
};

const createOrder: Plan = (scene, move) => {
  const cart = cartOf(scene, move);
  const main = mainOrder(cart);
  const code = `code-${cart.guid}-${String(move['code'])}`;
  const elsewhere = scene.carts.flatMap(({ orders }) => orders).filter((one) => one.code === code);
  const input = { cartGuid: cart.guid, code, total: money(TOTAL) };
  const step = { command: 'createOrder', cart, input };
  if (cart.orders.some(({ status }) => GOING.includes(status))) return null;
  if (main === null || main.code === null) {
    return {
      ...step,
      refusals: unless(elsewhere.length === 0, 'ALREADY_EXISTS'),
      effect: ({ entityId, now }) => {
        const order = main ?? newOrder(cart, entityId);
        order.code = code;
        moveTo(order, 'CREATED', now);
      },
    };
  }
  // The same request again: nothing happens, or it is said to exist.
  if (main.code === code) return { ...step, refusals: ['ALREADY_EXISTS'], either: true };
  if (cart.orders.some((one) => one.code === code || one.duplicateOf !== null)) return null;
  return {
    ...step,
    refusals: [],
    effect: ({ entityId, now }) =>
      void newOrder(cart, entityId, { code, status: 'CREATED', since: now, duplicateOf: main }),
  };
};

const createSellerOrder: Plan = (scene, move) => {
  const cart = cartOf(scene, move);
  const main = mainOrder(cart);
  const sellerId = `seller-${Number(move['seller'] ?? 0) % 2}`;
  const code = `code-${cart.guid}-${sellerId}`;
  if (main?.code == null || GOING.includes(main.status)) return null;
  if (cart.orders.some((one) => one.code === code)) return null;
  const isLinked = move['linked'] !== false;
  return {
    command: 'createOrder',
    cart,
    input: {
      cartGuid: cart.guid,
      code,
      side: 'SELLER',
      sellerId,
      marketplaceOrderId: isLinked ? main.id : null,
      total: money(SELLER_TOTAL),
    },
    refusals: unless(isLinked, 'GUARD_FAILED', 'REASON_REQUIRED', 'NOT_FOUND'),
    effect: ({ entityId, now }) =>
      void newOrder(cart, entityId, {
        code,
        side: 'SELLER',
        status: 'CREATED',
        since: now,
        total: SELLER_TOTAL,
        marketplace: main,
      }),
  };
};

const recordOrderCreationFailure: Plan = (scene, move) => {
  const order = orderOf(scene, move);
  if (order === null || OVER.includes(order.status)) return null;
  return {
    command: 'recordOrderCreationFailure',
    cart: order.cart,
    input: { orderId: order.id, reason: 'no stock' },
    refusals: unless(UNCODED.includes(order.status), 'INVALID_TRANSITION'),
    effect: ({ now }) => {
      if (order.status === 'CREATION_PENDING') moveTo(order, 'CREATION_FAILED', now);
    },
  };
};

/** A move of one status to another; the same state again does nothing. */
function simple(
  command: string,
  from: readonly string[],
  to: string,
  guards: (order: Order, isFrozen: boolean) => string[],
): Plan {
  return (scene, move) => {
    const order = orderOf(scene, move);
    if (order === null) return null;
    const step: Step = {
      command,
      cart: order.cart,
      input: { orderId: order.id },
      refusals: [],
      ...(order.side === 'SELLER' && move['asSeller'] === true ? { as: 'SELLER' } : {}),
    };
    const isFrozen = scene.seen(order.cart).frozen;
    const broken = guards(order, isFrozen);
    if (order.status === to) return { ...step, refusals: broken, either: broken.length > 0 };
    return {
      ...step,
      refusals: [...unless(from.includes(order.status), 'INVALID_TRANSITION'), ...broken],
      effect: ({ now }) => moveTo(order, to, now),
    };
  };
}

const confirmOrderBySeller = simple(
  'confirmOrderBySeller',
  ['CREATED'],
  'PAYMENT_PENDING',
  () => [],
);
const releaseOrderForHandling = simple(
  'releaseOrderForHandling',
  ['PAYMENT_AUTHORIZED', 'CANCELLATION_WINDOW'],
  'READY_FOR_HANDLING',
  (order) => unless(isCovered(order), 'GUARD_FAILED'),
);
const startHandling = simple(
  'startHandling',
  ['READY_FOR_HANDLING'],
  'HANDLING',
  (order, isFrozen) => [
    ...unless(!isFrozen, 'REPLAY_BLOCKED'),
    ...unless(isCovered(order), 'GUARD_FAILED'),
  ],
);

const insertInvoice: Plan = (scene, move) => {
  const order = orderOf(scene, move);
  if (order === null) return null;
  const payer = order.marketplace ?? order;
  const rest = payableOf(order) - invoicedOf(order);
  const { amount, input, refusals } = commandMoney(move, rest);
  const number = `inv-${order.code}-${String(move['number'])}`;
  const broken = [
    ...refusals,
    ...unless(!order.invoices.some((one) => one.number === number), 'ALREADY_EXISTS'),
    ...unless(amount <= rest, 'AMOUNT_EXCEEDS'),
    ...unless(['HANDLING', 'VERIFYING_INVOICE'].includes(order.status), 'INVALID_TRANSITION'),
  ];
  // An amount of nothing where nothing is payable, and captures or freezes in the way: the tables do not say.
  if (payableOf(order) === 0n) return null;
  const isBusy = paymentsOf(payer).some((payment) =>
    payment.transactions.some(
      (one) => ['CAPTURE', 'VOID', 'SALE'].includes(one.type) && isUnderWay(one),
    ),
  );
  if (broken.length === 0 && (isBusy || scene.seen(order.cart).frozen)) return null;
  const mirrors = ['READY_FOR_HANDLING', 'HANDLING', 'VERIFYING_INVOICE'];
  if (broken.length === 0 && order.marketplace !== null) {
    const { marketplace } = order;
    if (!mirrors.includes(marketplace.status)) return null;
    if (amount > payableOf(marketplace) - invoicedOf(marketplace)) return null;
  }
  return {
    command: 'insertInvoice',
    cart: order.cart,
    input: { orderId: order.id, number, amount: input },
    refusals: broken,
    ...(order.side === 'SELLER' && move['asSeller'] === true ? { as: 'SELLER' } : {}),
    effect: (done) => {
      order.invoices.push({ number, amount });
      moveTo(order, 'VERIFYING_INVOICE', done.now);
      if (order.marketplace !== null) {
        order.marketplace.invoices.push({ number, amount });
        moveTo(order.marketplace, 'VERIFYING_INVOICE', done.now);
      }
      requestInvoiced(payer, done);
    },
  };
};

/** An invoice of the marketplace requests the capture of what is invoiced and not captured yet (S0.5). */
function requestInvoiced(order: Order, done: Parameters<NonNullable<Step['effect']>>[0]): void {
  const payments = paymentsOf(order);
  const captured = sum(payments.map((payment) => sumsOf(payment).captured));
  const missing = invoicedOf(order) - captured - deferredOf(order);
  const open = sum(payments.map((payment) => openOf(sumsOf(payment))));
  const ofThem = familyOf(order).filter(isLive);
  const least = missing < open ? missing : open;
  done.take({
    why: 'the invoice',
    types: ['CAPTURE', 'SALE'],
    sum: ofThem.length === 0 ? (least > 0n ? least : 0n) : open,
    atMost: ofThem.length > 0,
  });
  // Whether a part that was only planned begins to be captured with it, the tables leave open.
  for (const one of ofThem) {
    if (!['NEW', 'RELEASED'].includes(one.status)) continue;
    const status = done.statusOf(one);
    if (['CAPTURING_PAYMENT', 'CAPTURE_AWAITING_RESULT'].includes(status))
      one.status = 'CAPTURING_PAYMENT';
  }
}

const requestOrderCancellation: Plan = (scene, move) => {
  const order = orderOf(scene, move);
  if (order === null || order.status === 'PAYMENT_DENIED') return null;
  const from = [
    'CREATED',
    'PAYMENT_PENDING',
    'PAYMENT_AUTHORIZED',
    'CANCELLATION_WINDOW',
    'READY_FOR_HANDLING',
    'HANDLING',
  ];
  const step = {
    command: 'requestOrderCancellation',
    cart: order.cart,
    input: { orderId: order.id, reason: 'the customer asked' },
  };
  if (order.status === 'CANCELLATION_REQUESTED') return { ...step, refusals: [] };
  return {
    ...step,
    refusals: [
      ...unless(from.includes(order.status), 'INVALID_TRANSITION'),
      ...unless(order.invoices.length === 0, 'GUARD_FAILED'),
    ],
    effect: ({ now }) => {
      order.before = order.status;
      moveTo(order, 'CANCELLATION_REQUESTED', now);
    },
  };
};

const denyOrderCancellation: Plan = (scene, move) => {
  const order = orderOf(scene, move);
  // Who denies where a seller fulfils is not said of the marketplace's order.
  if (order === null || order.side === 'SELLER' || sellersOf(order).length > 0) return null;
  return {
    command: 'denyOrderCancellation',
    cart: order.cart,
    input: { orderId: order.id, reason: 'it is packed' },
    refusals: unless(order.status === 'CANCELLATION_REQUESTED', 'INVALID_TRANSITION'),
    // Denied before, and there already: the same state again.
    either: order.status === order.before,
    effect: ({ now }) => moveTo(order, order.before!, now),
  };
};

const CANCELLABLE = [
  ...UNCODED,
  'CREATED',
  'PAYMENT_PENDING',
  'PAYMENT_AUTHORIZED',
  'PAYMENT_DENIED',
  'CANCELLATION_WINDOW',
  'READY_FOR_HANDLING',
  'HANDLING',
  'VERIFYING_INVOICE',
  'CANCELLATION_REQUESTED',
];

const cancelOrder: Plan = (scene, move) => {
  const order = orderOf(scene, move);
  if (order === null || order.side === 'SELLER' || order.duplicateOf !== null) return null;
  const isForced = move['force'] === true;
  const payments = paymentsOf(order);
  const all = payments.flatMap(({ transactions }) => transactions);
  const step = {
    command: 'cancelOrder',
    cart: order.cart,
    input: { orderId: order.id, reason: 'no stock', force: isForced },
  };
  if (order.status === 'CANCELLING' || order.status === 'CANCELLED') {
    return { ...step, refusals: ['INVALID_TRANSITION'], either: true };
  }
  const isBusy = all.some(
    ({ type, ...one }) => ['CAPTURE', 'VOID'].includes(type) && isUnderWay({ type, ...one }),
  );
  const isFailed = all.some(
    (one) => ['CAPTURE', 'SALE'].includes(one.type) && outcomeOf(one).status === 'FAILED',
  );
  const net = sum(payments.map((payment) => netOf(sumsOf(payment))));
  const hasMoney = net > 0n || payments.some((payment) => openOf(sumsOf(payment)) > 0n);
  const refusals = [
    ...unless(CANCELLABLE.includes(order.status), 'INVALID_TRANSITION'),
    ...unless(!isBusy, 'OUTCOME_INDETERMINATE'),
    ...unless(order.status !== 'VERIFYING_INVOICE' || isFailed, 'GUARD_FAILED'),
    ...unless(net <= 0n || isForced, 'GUARD_FAILED'),
  ];
  const odd = ['DISPUTED', 'CHARGED_BACK', 'INDETERMINATE'];
  const isOdd = payments.some((payment) => odd.includes(statusOf(payment)));
  if (refusals.length === 0 && (isOdd || (hasMoney && scene.seen(order.cart).frozen))) return null;
  if (order.status === 'INVOICED' || order.status === 'COMPLETED') {
    return { ...step, refusals: ['INVALID_TRANSITION', ...refusals] };
  }
  return {
    ...step,
    refusals,
    effect: (done) => {
      moveTo(order, 'CANCELLING', done.now);
      enterCancelling(order, true, done);
    },
  };
};

const replaceOrder: Plan = (scene, move) => {
  const order = orderOf(scene, move);
  if (order === null || order.side === 'SELLER' || order.duplicateOf !== null) return null;
  if (order.replacedBy !== null) return null;
  const code = `code-${order.cart.guid}-again-${scene.turn}`;
  const payable = paymentsOf(order).filter(
    (payment) => netOf(sumsOf(payment)) > 0n && !payment.transactions.some(isUnderWay),
  );
  const payment = move['linked'] === false ? null : (payable[0] ?? null);
  if (move['linked'] !== false && payment === null) return null;
  return {
    command: 'replaceOrder',
    cart: order.cart,
    input: { orderId: order.id, code, paymentIds: payment === null ? [] : [payment.id] },
    refusals: [
      ...unless(['CANCELLING', 'CANCELLED'].includes(order.status), 'INVALID_TRANSITION'),
      ...unless(payment !== null, 'GUARD_FAILED'),
    ],
    effect: ({ entityId, now }) => {
      const made = newOrder(order.cart, entityId, {
        code,
        status: 'CREATED',
        since: now,
        total: order.total,
        replaces: order,
      });
      order.replacedBy = made;
      payment!.order = made;
    },
  };
};

const recordOmsStatus: Plan = (scene, move) => {
  const order = orderOf(scene, move);
  if (order === null || OVER.includes(order.status) || order.code === null) return null;
  const status = String(move['oms']);
  const cause = status === 'REJECTED' && move['cause'] === true ? 'INVENTORY' : null;
  return {
    command: 'recordOmsStatus',
    cart: order.cart,
    input: { orderId: order.id, status, cause },
    refusals: unless(status !== 'REJECTED' || cause !== null, 'REASON_REQUIRED'),
    effect: () => {
      order.omsStatus = status;
    },
  };
};

const grantRefund: Plan = (scene, move) => {
  const order = orderOf(scene, move);
  if (order === null || order.side === 'SELLER' || order.code === null) return null;
  if (GOING.slice(0, 2).includes(order.status)) return null;
  const max = order.total - sum(order.grants);
  const captured = sum(paymentsOf(order).map((payment) => netOf(sumsOf(payment))));
  if (captured <= 0n || (max > captured && move['amount'] !== 'over')) return null;
  const { amount, input, refusals } = commandMoney(move, max);
  return {
    command: 'grantRefund',
    cart: order.cart,
    input: { orderId: order.id, amount: input, reason: 'a scratch' },
    refusals: [...refusals, ...unless(amount <= max, 'AMOUNT_EXCEEDS')],
    effect: () => void order.grants.push(amount),
  };
};

export const orderPlans: Readonly<Record<string, Plan>> = {
  registerCheckout,
  createOrder,
  createSellerOrder,
  recordOrderCreationFailure,
  confirmOrderBySeller,
  releaseOrderForHandling,
  startHandling,
  insertInvoice,
  requestOrderCancellation,
  denyOrderCancellation,
  cancelOrder,
  replaceOrder,
  recordOmsStatus,
  grantRefund,
};
