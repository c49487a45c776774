import {
  familyOf,
  most,
  type Payment,
  type Transaction,
  type TransactionStatus,
  type TransactionType,
  type Word,
} from './world';
import { isLive, unclaimedOf } from './fulfillment';
import { isUnderWay, openOf, outcomeOf, refundableOf, statusOf, sumsOf, type Sums } from './money';
import { paymentOf } from './payment-plans';
import { type Settling } from './settle';
import { amountOf, cartOf, money, pickOf, unless, type Move, type Plan } from './step';

const DIED = ['EXPIRED', 'CANCELLED', 'VACATED'];
const hasWord = ({ words }: Payment, word: Word): boolean => words.some((one) => one.word === word);

/** What another success of this type could move at most, by the amounts it takes from. */
function roomFor(type: TransactionType, sums: Sums): bigint | null {
  switch (type) {
    case 'CAPTURE':
    case 'VOID':
      return openOf(sums);
    case 'REFUND':
    case 'CHARGEBACK':
      return refundableOf(sums);
    default:
      return null;
  }
}

interface Report {
  readonly requested: bigint | null;
  readonly processed: bigint | null;
  readonly status: TransactionStatus;
  readonly at: number;
  readonly failureType: 'HARD' | 'SOFT' | null;
}

const inputOf = (report: Report) => ({
  result: report.status,
  requestedAmount: report.requested === null ? null : money(report.requested),
  processedAmount: report.processed === null ? null : money(report.processed),
  failureType: report.failureType,
  indeterminateCause: report.status === 'INDETERMINATE' ? 'NETWORK' : null,
  occurredAt: new Date(report.at),
});

function reportOf(move: Move, amount: bigint, at: number): Report {
  const status = String(move['result']) as TransactionStatus;
  return {
    status,
    at,
    requested: amount,
    processed: status === 'SUCCEEDED' ? amount : null,
    failureType: status === 'FAILED' ? (move['hard'] === true ? 'HARD' : 'SOFT') : null,
  };
}

/** What came of a transaction that is known: of a request of ours by its key, of the provider's own by its id. */
const result: Plan = (scene, move) => {
  const all = cartOf(scene, move).payments.flatMap(({ transactions }) => transactions);
  const open = all.filter(isUnderWay);
  const one = pickOf(move['closed'] === true || open.length === 0 ? all : open, move);
  if (one === null) return null;
  const { payment } = one;
  const asked = outcomeOf(one).requested ?? 0n;
  const processed = one.fulfillment === null && move['amount'] === 'half' ? asked / 2n : asked;
  const report = {
    ...reportOf(move, asked, scene.now),
    ...(move['result'] === 'SUCCEEDED' ? { processed } : {}),
  };
  if (processed === 0n || isSilent(one, report)) return null;
  return {
    command: 'recordTransactionResult',
    cart: payment.cart,
    input: {
      paymentId: payment.id,
      type: one.type,
      ...('key' in one.by
        ? { providerRequestKey: one.by.key }
        : { gatewayTransactionId: one.by.gateway }),
      ...inputOf(report),
    },
    refusals: [],
    effect: (done) => {
      const before = outcomeOf(one).status;
      one.told.push(report);
      if (one.isFinal && before !== 'SUCCEEDED' && outcomeOf(one).status === 'SUCCEEDED') {
        releaseRest(payment, done);
      }
    },
  };
};

/** The last capture of an authorization: what remains of it is released when it succeeds (money.md 7). */
function releaseRest(payment: Payment, done: Settling): void {
  done.take({
    why: 'the final capture',
    types: ['VOID'],
    payment,
    sum: most(openOf(sumsOf(payment)), 0n),
  });
}

/** Whether a chargeback of unknown outcome is an open one, no row says. */
const isOddDispute = (type: TransactionType, status: TransactionStatus): boolean =>
  type === 'CHARGEBACK' && status === 'INDETERMINATE';

/** Where no row of the table says what follows. */
function isSilent(one: Transaction, report: Report): boolean {
  const now = outcomeOf(one);
  const sums = sumsOf(one.payment);
  if (isOddDispute(one.type, report.status)) return true;
  const { status } = report;
  const isOver = ['SUCCEEDED', 'FAILED', 'CANCELLED'].includes(now.status);
  if (now.status === 'CANCELLED' || hasWord(one.payment, 'EXPIRED')) return true;
  if (
    status === 'CANCELLED' &&
    (now.status === 'INDETERMINATE' || one.fulfillment !== null || isOver)
  )
    return true;
  if (status === 'INDETERMINATE' && now.status !== 'NEW' && now.status !== 'PENDING') return true;
  if (status === 'PENDING' && now.status === 'PENDING') return false;
  if (!isOver) return false;
  // A second success says the same again; another amount would be a duplicate with a conflict.
  // What follows a failure by the same key may be another attempt; whether a second failure is news, no row says.
  if (now.status === 'FAILED' && ('key' in one.by || status === 'FAILED')) return true;
  if (status === now.status) return report.processed !== now.processed;
  if (status === 'SUCCEEDED') {
    const room = roomFor(one.type, sums);
    return one.type.endsWith('REVERSAL') || (room !== null && (report.processed ?? 0n) > room);
  }
  // Whether a late "pending" is the newest word on a payment that has nothing left, no row says.
  // And after a failure the same key begins another attempt.
  if (status === 'PENDING')
    return now.status === 'FAILED' || ['AUTHORIZE', 'SALE'].includes(one.type);
  if (status === 'FAILED') return !canFailLate(one, sums);
  return false;
}

/** A late failure takes back what nothing else rests on. */
function canFailLate(one: Transaction, sums: Sums): boolean {
  const amount = outcomeOf(one).processed ?? 0n;
  if (one.payment.transactions.some(({ parent }) => parent === one)) return false;
  switch (one.type) {
    case 'AUTHORIZE':
      return openOf(sums) >= amount && one.fulfillment === null && !isHeld(one.payment);
    case 'CAPTURE':
      return refundableOf(sums) >= amount && one.fulfillment === null && !isHeld(one.payment);
    case 'SALE':
    case 'AUTH_ADJUST':
      return false;
    default:
      return true;
  }
}

const isHeld = ({ order }: Payment): boolean => order !== null && familyOf(order).some(isLive);

/** An older report of a transaction that is known: history, unless nothing newer is known. */
const staleResult: Plan = (scene, move) => {
  const all = cartOf(scene, move).payments.flatMap(({ transactions }) => transactions);
  const one = pickOf(all, move);
  const { status, requested } = one === null ? { status: null, requested: null } : outcomeOf(one);
  if (one === null || requested === null) return null;
  const [first, second] = [...one.told].sort((a, b) => a.at - b.at);
  if (first === undefined || one.told.some((told) => told.status === 'INDETERMINATE')) return null;
  // Between our request and what is known of it, or before all that the provider told; never at the same moment.
  const at =
    first.status === 'NEW' ? first.at + 1 + (scene.turn % 900) : first.at - 1 - (scene.turn % 900);
  if (first.status === 'NEW' && (second === undefined || at >= second.at)) return null;
  if (one.told.some((told) => told.at === at) || status === 'CANCELLED') return null;
  const said = String(move['result']);
  if (!['PENDING', 'FAILED'].includes(said) || hasWord(one.payment, 'EXPIRED')) return null;
  // A failure before a pending one, or before a reversal's original, is told by no row.
  if (said === 'FAILED' && status !== 'SUCCEEDED' && status !== 'FAILED') return null;
  if (said === 'FAILED' && status === 'FAILED') return null;
  if (one.told.some((told) => told.status === 'PENDING') && said === 'FAILED') return null;
  const report = reportOf(move, requested, at);
  return {
    command: 'recordTransactionResult',
    cart: one.payment.cart,
    input: {
      paymentId: one.payment.id,
      type: one.type,
      ...('key' in one.by
        ? { providerRequestKey: one.by.key }
        : { gatewayTransactionId: one.by.gateway }),
      ...inputOf(report),
    },
    refusals: [],
    effect: () => void one.told.push(report),
  };
};

/** Something the provider did that nobody here asked for. */
const fact: Plan = (scene, move) => {
  const payment = paymentOf(scene, move);
  if (payment === null || payment.deferred || hasWord(payment, 'EXPIRED')) return null;
  const type = String(move['type']) as TransactionType;
  const base = baseOf(payment, type, move);
  if (base === null || base.max <= 0n) return null;
  const amount = amountOf(move, base.max);
  if (amount <= 0n || (amount > base.max && !base.mayExceed)) return null;
  if (move['result'] === 'CANCELLED') return null;
  // Where an adjustment under way is counted, no row says.
  if (type === 'AUTH_ADJUST' && !['SUCCEEDED', 'FAILED'].includes(String(move['result'])))
    return null;
  // It may be the answer to a request of ours that the provider names by its own id only.
  const isAsked = payment.transactions.some(
    (one) => one.type === type && 'key' in one.by && isUnderWay(one),
  );
  if (isAsked) return null;
  const report = reportOf(move, amount, scene.now);
  if (isOddDispute(type, report.status)) return null;
  const gateway = `${type}-${payment.id}-${scene.turn}`;
  const expiresAt = type === 'AUTHORIZE' && move['expires'] === true ? scene.now + 7_200_000 : null;
  const { parent } = base;
  return {
    command: 'recordTransactionResult',
    cart: payment.cart,
    input: {
      paymentId: payment.id,
      type,
      gatewayTransactionId: gateway,
      parentGatewayTransactionId:
        parent !== null && 'gateway' in parent.by ? parent.by.gateway : null,
      authorizationExpiresAt: expiresAt === null ? null : new Date(expiresAt),
      ...inputOf(report),
    },
    refusals: [],
    effect: () => {
      if (expiresAt !== null && report.status === 'SUCCEEDED') payment.expiresAt = expiresAt;
      payment.transactions.push({
        payment,
        type,
        by: { gateway },
        id: null,
        fulfillment: null,
        parent,
        isFinal: false,
        external: false,
        told: [report],
      });
    },
  };
};

interface Base {
  readonly max: bigint;
  readonly parent: Transaction | null;
  readonly mayExceed: boolean;
}

function baseOf(payment: Payment, type: TransactionType, move: Move): Base | null {
  const sums = sumsOf(payment);
  const plain = (max: bigint, mayExceed = false): Base => ({ max, parent: null, mayExceed });
  const above = (original: TransactionType): Base | null => {
    const parent = pickOf(
      payment.transactions.filter(
        (one) =>
          one.type === original &&
          'gateway' in one.by &&
          outcomeOf(one).status === 'SUCCEEDED' &&
          !payment.transactions.some(
            (other) => other.parent === one && other.type.endsWith('REVERSAL'),
          ),
      ),
      move,
    );
    return parent === null
      ? null
      : { max: outcomeOf(parent).processed ?? 0n, parent, mayExceed: false };
  };
  switch (type) {
    case 'AUTHORIZE': {
      const rest = payment.expected - sums.authorized - sums.authorizing;
      return plain(rest > 0n ? rest : payment.expected, true);
    }
    case 'SALE':
      if (payment.transactions.length > 0 || payment.words.length > 0 || isHeld(payment))
        return null;
      return plain(payment.expected);
    case 'CAPTURE':
      return isHeld(payment) || move['result'] === 'CANCELLED' ? null : plain(openOf(sums));
    case 'VOID':
      return plain(unclaimedOf(payment));
    case 'REFUND':
      return plain(refundableOf(sums));
    case 'AUTH_ADJUST': {
      if (payment.transactions.some((one) => one.type === 'SALE' || isUnderWay(one))) return null;
      if (isHeld(payment)) return null;
      const used = sums.captured + sums.voided + sums.expired;
      const wanted = amountOf(move, sums.authorized);
      return sums.authorized > 0n && wanted >= used ? plain(sums.authorized, true) : null;
    }
    case 'CAPTURE_REVERSAL': {
      const base = above('CAPTURE');
      return base === null || isHeld(payment) || base.max > refundableOf(sums) ? null : base;
    }
    case 'REFUND_REVERSAL':
      return above('REFUND');
    case 'CHARGEBACK': {
      const base = above('CAPTURE') ?? above('SALE');
      return base === null ? null : { ...base, max: min(base.max, refundableOf(sums)) };
    }
    case 'CHARGEBACK_REVERSAL':
      return above('CHARGEBACK');
  }
}

const min = (a: bigint, b: bigint): bigint => (a < b ? a : b);

const recordPaymentStatus: Plan = (scene, move) => {
  const payment = paymentOf(scene, move);
  if (payment === null || payment.deferred) return null;
  const word = String(move['word']) as Word;
  const status = statusOf(payment);
  const last = most(0n, ...payment.words.map(({ at }) => BigInt(at)));
  if (word === 'EXPIRED') {
    if (!['AUTHORIZED', 'PARTIALLY_CAPTURED'].includes(status)) return null;
    if (payment.transactions.some(isUnderWay) || isHeld(payment)) return null;
    if (
      payment.transactions.some(({ type }) => type === 'AUTH_ADJUST' || type.endsWith('REVERSAL'))
    )
      return null;
  } else if (
    payment.transactions.length > 0 ||
    payment.words.some((one) => DIED.includes(one.word))
  ) {
    return null;
  }
  if (word === 'VACATED' && status !== 'CREATED') return null;
  const isStale = move['stale'] === true && last > 0n && word !== 'EXPIRED';
  const at = isStale ? Number(last) - 1 - (scene.turn % 900) : scene.now;
  if (payment.words.some((one) => one.at === at)) return null;
  if (isStale && DIED.includes(word)) return null;
  return {
    command: 'recordPaymentStatus',
    cart: payment.cart,
    input: { paymentId: payment.id, status: word, occurredAt: new Date(at) },
    refusals: [],
    effect: () => void payment.words.push({ at, word }),
  };
};

const resolveIndeterminateTransaction: Plan = (scene, move) => {
  const all = cartOf(scene, move).payments.flatMap(({ transactions }) => transactions);
  const unknown = all.filter((row) => outcomeOf(row).status === 'INDETERMINATE');
  const one = pickOf(move['closed'] === true || unknown.length === 0 ? all : unknown, move);
  const status = String(move['result']) as TransactionStatus;
  if (one?.id == null || !['SUCCEEDED', 'FAILED', 'PENDING'].includes(status)) return null;
  const { payment } = one;
  if (hasWord(payment, 'EXPIRED')) return null;
  const asked = outcomeOf(one).requested ?? 0n;
  const isEmpty = status === 'SUCCEEDED' && move['amount'] === 'zero';
  const report: Report = {
    ...reportOf(move, asked, scene.now),
    processed: status === 'SUCCEEDED' ? (isEmpty ? 0n : asked) : null,
    failureType: null,
  };
  return {
    command: 'resolveIndeterminateTransaction',
    cart: payment.cart,
    input: {
      paymentId: payment.id,
      transactionId: one.id,
      result: status,
      processedAmount: report.processed === null ? null : money(report.processed),
      evidenceReference: `look-up-${scene.turn}`,
    },
    refusals: [
      ...unless(outcomeOf(one).status === 'INDETERMINATE', 'INVALID_TRANSITION', 'GUARD_FAILED'),
      ...unless(!isEmpty, 'AMOUNT_RANGE', 'GUARD_FAILED'),
    ],
    effect: () => void one.told.push(report),
  };
};

export const factPlans: Readonly<Record<string, Plan>> = {
  result,
  staleResult,
  fact,
  recordPaymentStatus,
  resolveIndeterminateTransaction,
};
