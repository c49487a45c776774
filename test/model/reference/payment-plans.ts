import { isLive, unclaimedOf } from './fulfillment';
import { isUnderWay, netOf, openOf, outcomeOf, refundableOf, statusOf, sumsOf } from './money';
import { byPriority } from './fulfillment';
import { payableOf } from './settle';
import {
  cartOf,
  commandMoney,
  money,
  pickOf,
  unless,
  type Plan,
  type Scene,
  type Step,
} from './step';
import {
  familyOf,
  least,
  mainOrder,
  most,
  paymentsOf,
  sum,
  type Payment,
  type Seen,
} from './world';

const GONE = ['CANCELLING', 'CANCELLED'];

const createPayment: Plan = (scene, move) => {
  const cart = cartOf(scene, move);
  const order = mainOrder(cart);
  if (order === null || cart.payments.length > 2) return null;
  if ([...GONE, 'INVOICED', 'COMPLETED'].includes(order.status)) return null;
  const announced = sum(paymentsOf(order).map(({ expected }) => expected));
  const rest = payableOf(order) - announced;
  const { amount, input, refusals } = commandMoney(move, rest > 0n ? rest : payableOf(order));
  const rule = move['rule'] === 'direct' ? 'NO_VALIDATION_OR_RESERVATION' : 'EARLY_APPROVAL';
  const isDeferred = move['deferred'] === true;
  return {
    command: 'createPayment',
    cart,
    input: {
      cartGuid: cart.guid,
      provider: 'acme',
      providerReference: `pi-${cart.guid}-${scene.turn}`,
      method: 'card',
      amount: input,
      priority: Number(move['priority'] ?? 0),
      paymentRule: rule,
      collection: isDeferred ? 'ON_DELIVERY' : 'IMMEDIATE',
    },
    refusals,
    effect: ({ entityId, now }) =>
      void cart.payments.push({
        id: entityId,
        cart,
        createdAt: now,
        order,
        expected: amount,
        priority: Number(move['priority'] ?? 0),
        rule,
        deferred: isDeferred,
        transactions: [],
        words: [],
        editedAt: null,
        expiresAt: null,
        whileVoiding: 'AUTHORIZED',
      }),
  };
};

export const paymentOf = (scene: Scene, move: Parameters<Plan>[1]): Payment | null =>
  pickOf(cartOf(scene, move).payments, move, 'payment');

const anyUnderWay = ({ transactions }: Payment, ...types: string[]): boolean =>
  transactions.some((one) => types.includes(one.type) && isUnderWay(one));

/** Which seller asks is not the question: none may (S0.14). */
const side = (move: Parameters<Plan>[1]) =>
  move['asSeller'] === true ? { as: 'SELLER' as const } : {};
const FOREIGN_SIDE = ['FORBIDDEN', 'NOT_FOUND'];

const requestCapture: Plan = (scene, move) => {
  const payment = paymentOf(scene, move);
  const { order } = payment ?? {};
  if (payment == null || order == null) return null;
  // Which fulfillment it would count for is another story: captureFulfillment.
  if (familyOf(order).some(isLive)) return null;
  const sums = sumsOf(payment);
  const open = openOf(sums);
  const { amount, input, refusals } = commandMoney(move, open);
  const status = statusOf(payment);
  const step = {
    command: 'requestCapture',
    cart: payment.cart,
    input: { paymentId: payment.id, amount: input, final: move['final'] === true },
    ...side(move),
  };
  return {
    ...step,
    refusals: [
      ...refusals,
      ...unless(move['asSeller'] !== true, ...FOREIGN_SIDE),
      ...unless(
        ['AUTHORIZED', 'PARTIALLY_CAPTURED', 'PARTIALLY_REFUNDED'].includes(status),
        'INVALID_TRANSITION',
        'AMOUNT_EXCEEDS',
        ...(status === 'INDETERMINATE' || status === 'CAPTURING' ? ['OUTCOME_INDETERMINATE'] : []),
      ),
      ...unless(amount <= open, 'AMOUNT_EXCEEDS'),
      ...unless(!anyUnderWay(payment, 'CAPTURE', 'VOID'), 'OUTCOME_INDETERMINATE'),
      ...unless(!scene.seen(payment.cart).frozen, 'REPLAY_BLOCKED'),
      ...unless(payment.expiresAt === null || scene.now < payment.expiresAt, 'GUARD_FAILED'),
      ...unless(!GONE.includes(order.status), 'GUARD_FAILED'),
    ],
    effect: (done) =>
      done.take({
        why: 'requestCapture',
        types: ['CAPTURE'],
        payment,
        fulfillment: null,
        sum: amount,
      }),
  };
};

/** The same key again: under way it answers that request, after a success it is refused. */
const repeatRequest: Plan = (scene, move) => {
  const payment = paymentOf(scene, move);
  const own = payment?.transactions.filter(
    ({ type, by, fulfillment }) =>
      ['CAPTURE', 'VOID'].includes(type) && 'key' in by && fulfillment === null,
  );
  const earlier = pickOf(own ?? [], move);
  if (payment === null || earlier === null || !('key' in earlier.by)) return null;
  const { status, requested } = outcomeOf(earlier);
  if (!['NEW', 'PENDING', 'SUCCEEDED'].includes(status)) return null;
  return {
    command: earlier.type === 'CAPTURE' ? 'requestCapture' : 'requestVoid',
    cart: payment.cart,
    input: {
      paymentId: payment.id,
      amount: money(requested!),
      providerRequestKey: earlier.by.key,
      final: earlier.isFinal,
    },
    refusals: unless(status !== 'SUCCEEDED', 'ALREADY_EXISTS'),
  };
};

const requestVoid: Plan = (scene, move) => {
  const payment = paymentOf(scene, move);
  if (payment === null) return null;
  const sums = sumsOf(payment);
  const open = openOf(sums);
  const isWhole = move['amount'] === 'none';
  const { amount, input, refusals } = commandMoney(move, open);
  const status = statusOf(payment);
  // Releasing the rest of a payment that was refunded in part: no row says.
  if (status === 'PARTIALLY_REFUNDED') return null;
  const released = isWhole ? open : amount;
  if (released <= open && released > unclaimedOf(payment)) return null;
  const isFrom = status === 'AUTHORIZED' || (status === 'PARTIALLY_CAPTURED' && !isWhole);
  return {
    command: 'requestVoid',
    cart: payment.cart,
    input: { paymentId: payment.id, ...(isWhole ? {} : { amount: input }) },
    refusals: [
      ...(isWhole ? [] : refusals),
      ...unless(
        isFrom,
        'INVALID_TRANSITION',
        'AMOUNT_EXCEEDS',
        ...(['INDETERMINATE', 'CAPTURING'].includes(status) ? ['OUTCOME_INDETERMINATE'] : []),
      ),
      ...unless(!isWhole || sums.captured === 0n, 'GUARD_FAILED'),
      ...unless(
        isWhole ? open > 0n : amount <= open,
        'AMOUNT_EXCEEDS',
        'INVALID_TRANSITION',
        'OUTCOME_INDETERMINATE',
      ),
      ...unless(!anyUnderWay(payment, 'CAPTURE'), 'OUTCOME_INDETERMINATE'),
      ...unless(!scene.seen(payment.cart).frozen, 'REPLAY_BLOCKED'),
    ],
    // A second one while the first is under way: only its amount is ruled.
    either: isFrom && anyUnderWay(payment, 'VOID'),
    effect: (done) =>
      done.take({ why: 'requestVoid', types: ['VOID'], payment, sum: isWhole ? open : amount }),
  };
};

const SHADOWS = [
  'AUTHORIZED_ORDER_NOT_CREATED',
  'CAPTURED_ORDER_CREATION_FAILED',
  'CAPTURED_OMS_REJECTED',
];
const isShadowed = ({ liveKinds }: Seen) => SHADOWS.some((kind) => liveKinds.has(kind));

const requestRefund: Plan = (scene, move) => {
  const payment = paymentOf(scene, move);
  const { order } = payment ?? {};
  if (payment == null || order == null) return null;
  const isSpread = move['allocation'] === 'AUTOMATIC';
  const others = paymentsOf(order).filter((one) => one !== payment);
  const able = isSpread ? [payment, ...others] : [payment];
  const max = sum(able.map((one) => refundableOf(sumsOf(one))));
  const { amount, input, refusals } = commandMoney(move, max);
  const all = paymentsOf(order).map(sumsOf);
  const given = sum(all.map(({ refunded, refunding }) => refunded + refunding));
  const granted = sum(order.grants);
  const isCancelled = GONE.includes(order.status);
  const isBacked = isCancelled || granted - given >= amount;
  const seen = scene.seen(payment.cart);
  // Granted in part, spread over payments in other states, or asked of one that is busy: the tables do not say.
  if (!isBacked && granted > 0n) return null;
  const statuses = able.map(statusOf);
  if (statuses.includes('CAPTURING')) return null;
  if (
    isSpread &&
    statuses.some((one) => ['DISPUTED', 'CHARGED_BACK', 'INDETERMINATE'].includes(one))
  )
    return null;
  if (isSpread && max > 0n && refundableOf(sumsOf(payment)) === 0n) return null;
  const status = statusOf(payment);
  const from = ['CAPTURED', 'PARTIALLY_CAPTURED', 'PARTIALLY_REFUNDED'];
  return {
    command: 'requestRefund',
    cart: payment.cart,
    input: {
      paymentId: payment.id,
      amount: input,
      ...(isSpread ? { allocation: 'AUTOMATIC' } : {}),
    },
    refusals: [
      ...refusals,
      ...unless(
        from.includes(status),
        'INVALID_TRANSITION',
        'AMOUNT_EXCEEDS',
        ...(status === 'INDETERMINATE' ? ['OUTCOME_INDETERMINATE'] : []),
        ...(status === 'DISPUTED' ? ['GUARD_FAILED'] : []),
      ),
      ...unless(amount <= max, 'AMOUNT_EXCEEDS'),
      ...unless(!seen.frozen, 'REPLAY_BLOCKED'),
      ...unless(isBacked, 'GUARD_FAILED'),
      ...unless(!isShadowed(seen), 'GUARD_FAILED'),
    ],
    effect: (done) => {
      let left = amount;
      for (const one of able) {
        const part = least(left, refundableOf(sumsOf(one)));
        if (part > 0n)
          done.take({ why: 'requestRefund', types: ['REFUND'], payment: one, sum: part });
        left -= part;
      }
    },
  };
};

const cancelPayment: Plan = (scene, move) => {
  const payment = paymentOf(scene, move);
  if (payment === null || payment.transactions.some(isUnderWay)) return null;
  const status = statusOf(payment);
  const step: Step = {
    command: 'cancelPayment',
    cart: payment.cart,
    input: { paymentId: payment.id, reason: 'the customer left' },
    refusals: [],
  };
  if (status === 'CANCELLED') return step;
  return {
    ...step,
    refusals: unless(
      ['CREATED', 'PENDING', 'IN_PROCESS'].includes(status),
      'INVALID_TRANSITION',
      'GUARD_FAILED',
    ),
    effect: ({ now }) => void payment.words.push({ at: now, word: 'CANCELLED' }),
  };
};

const editPaymentInstruction: Plan = (scene, move) => {
  const payment = paymentOf(scene, move);
  const { order } = payment ?? {};
  if (payment == null || order == null || GONE.includes(order.status)) return null;
  const isBusy = anyUnderWay(payment, 'AUTHORIZE', 'CAPTURE', 'SALE');
  const releases = familyOf(order).filter(isLive);
  const step = { command: 'editPaymentInstruction', cart: payment.cart };
  if (move['amount'] === 'none') {
    return {
      ...step,
      input: { paymentId: payment.id, instrumentReference: `tok-${scene.turn}` },
      refusals: unless(!isBusy, 'OUTCOME_INDETERMINATE', 'GUARD_FAILED'),
      effect: ({ now }) => {
        payment.editedAt = now;
      },
    };
  }
  const others = paymentsOf(order).filter((one) => one !== payment);
  const wanted = payableOf(order) - sum(others.map(({ expected }) => expected));
  const sums = sumsOf(payment);
  // Only the amount that makes the sum whole is ruled without a contradiction, and only where nothing is reserved.
  const beyond = most(sums.captured, sums.authorized);
  if (isBusy || releases.length > 0 || wanted <= 0n || wanted < beyond) return null;
  if (order.cancelled > 0n || netOf(sums) < 0n || byPriority(order).length === 0) return null;
  return {
    ...step,
    input: { paymentId: payment.id, amount: money(wanted) },
    refusals: [],
    effect: ({ now }) => {
      payment.expected = wanted;
      payment.editedAt = now;
    },
  };
};

export const paymentPlans: Readonly<Record<string, Plan>> = {
  createPayment,
  requestCapture,
  repeatRequest,
  requestVoid,
  requestRefund,
  cancelPayment,
  editPaymentInstruction,
};
