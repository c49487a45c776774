import { type PaymentFact } from './payment-fact.entity';
import { type ReportedStatus, type TransactionType } from './payment.machine';
import { type Payment } from './payment.entity';

/** How far a payment had come, as its facts tell it one after the other. */
type Stage = 'OPEN' | 'RESERVED' | 'TAKEN' | 'ENDED' | 'VACATED' | 'EXPIRED';

/** Where a word of the provider puts the payment. */
const STAGE_OF: Readonly<Partial<Record<ReportedStatus, Stage>>> = {
  CREATED: 'OPEN',
  PENDING: 'OPEN',
  IN_PROCESS: 'OPEN',
  REJECTED: 'OPEN', // The customer may retry (S4.1).
  FAILED: 'OPEN',
  AUTHORIZED: 'RESERVED',
  CAPTURED: 'TAKEN',
  PARTIALLY_REFUNDED: 'TAKEN',
  REFUNDED: 'TAKEN',
  DISPUTED: 'TAKEN',
  CHARGED_BACK: 'TAKEN',
  VOIDED: 'ENDED',
  CANCELLED: 'ENDED',
  EXPIRED: 'EXPIRED',
  VACATED: 'VACATED',
};

/**
 * The steps of states.md 2.2, by stage. A word that was never sent is no illegal step: what lies between two stages may
 * have been missed. What was reserved is not pending again, what was taken is refunded and not cancelled, and what had
 * ended does not come back; an expired authorization may be given again.
 */
const MAY_FOLLOW: Readonly<Record<Stage, readonly Stage[]>> = {
  OPEN: ['OPEN', 'RESERVED', 'TAKEN', 'ENDED', 'VACATED', 'EXPIRED'],
  RESERVED: ['RESERVED', 'TAKEN', 'ENDED', 'EXPIRED'],
  TAKEN: ['TAKEN'],
  ENDED: ['ENDED', 'EXPIRED'],
  EXPIRED: ['EXPIRED', 'ENDED', 'RESERVED'],
  VACATED: ['VACATED'],
};

const SUCCESS: Readonly<Partial<Record<TransactionType, Stage>>> = {
  AUTHORIZE: 'RESERVED',
  CAPTURE: 'TAKEN',
  SALE: 'TAKEN',
};
const REVERSED: Readonly<Partial<Record<TransactionType, readonly TransactionType[]>>> = {
  CAPTURE_REVERSAL: ['CAPTURE', 'SALE'],
  REFUND_REVERSAL: ['REFUND'],
  CHARGEBACK_REVERSAL: ['CHARGEBACK'],
};

/**
 * The facts, given in deciding order, that tell a step states.md 2.2 does not have, and that no snapshot after them has
 * settled. An illegal fact counts like any other in the sums (design.md); here it moves nothing.
 */
export function illegalSteps(
  { binaryMode }: Pick<Payment, 'binaryMode'>,
  ordered: readonly PaymentFact[],
): PaymentFact[] {
  let stage: Stage = 'OPEN';
  let illegal: PaymentFact[] = [];
  const sums = { authorized: 0n, voided: 0n };
  for (const fact of ordered) {
    const next = stageAfter(fact, stage, sums);
    // Our own new attempt begins anew; so does a capture that was taken back.
    const isLegal =
      (next === null || MAY_FOLLOW[stage].includes(next) || startsAnew(fact, ordered)) &&
      !isUnknown(fact) &&
      !(binaryMode && isBetween(fact)) &&
      !isOrphanReversal(fact, ordered);
    if (!isLegal) {
      illegal.push(fact);
      continue;
    }
    if (next !== null) stage = next;
    if (isCaptureLost(fact)) stage = 'RESERVED';
    if (fact.kind === 'SNAPSHOT' && fact.reported !== null) illegal = [];
  }
  return illegal;
}

function stageAfter(
  fact: PaymentFact,
  stage: Stage,
  sums: { authorized: bigint; voided: bigint },
): Stage | null {
  if (fact.kind !== 'TRANSACTION') return STAGE_OF[fact.reported ?? 'UNKNOWN_NATIVE'] ?? null;
  if (fact.result !== 'SUCCEEDED' || fact.transactionType === null) return null;
  const amount = fact.processedMinor ?? fact.requestedMinor ?? 0n;
  if (fact.transactionType === 'AUTHORIZE') sums.authorized += amount;
  if (fact.transactionType === 'VOID') {
    sums.voided += amount;
    // A part released leaves the rest reserved, and what was captured untouched.
    return stage === 'RESERVED' && sums.voided >= sums.authorized ? 'ENDED' : null;
  }
  const reached = SUCCESS[fact.transactionType] ?? null;
  // One more authorization beside what was taken goes on with the rest.
  return reached === 'RESERVED' && stage === 'TAKEN' ? 'TAKEN' : reached;
}

const isUnknown = ({ reported }: PaymentFact): boolean => reported === 'UNKNOWN_NATIVE';

const isBetween = ({ kind, reported }: PaymentFact): boolean =>
  kind !== 'TRANSACTION' && (reported === 'PENDING' || reported === 'IN_PROCESS');

const isCaptureLost = ({ transactionType, result }: PaymentFact): boolean =>
  (transactionType === 'CAPTURE' && result === 'FAILED') ||
  (transactionType === 'CAPTURE_REVERSAL' && result === 'SUCCEEDED');

/** It answers a request of ours: we asked for another authorization. */
function startsAnew(fact: PaymentFact, ordered: readonly PaymentFact[]): boolean {
  const { transactionType: type, providerRequestKey: key } = fact;
  if (key === null || (type !== 'AUTHORIZE' && type !== 'SALE')) return false;
  return ordered.some((one) => one.result === null && one.providerRequestKey === key);
}

/** A reversal of what nobody told of; it counts nothing until that arrives (money.md, clarifications). */
function isOrphanReversal(fact: PaymentFact, ordered: readonly PaymentFact[]): boolean {
  const originals = fact.transactionType === null ? undefined : REVERSED[fact.transactionType];
  if (originals === undefined || fact.parentKey === null || fact.result !== 'SUCCEEDED') {
    return false;
  }
  const named = [fact.parentKey];
  return !ordered.some(
    (one) =>
      one.transactionType !== null &&
      originals.includes(one.transactionType) &&
      (named.includes(one.gatewayTransactionId ?? '') ||
        named.includes(one.naturalKey) ||
        named.includes(one.providerRequestKey ?? '')),
  );
}
