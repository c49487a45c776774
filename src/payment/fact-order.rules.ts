import { type PaymentFact } from './payment-fact.entity';
import { TRANSACTION_TYPES } from './payment-status.rules';

const RANK = {
  PENDING: 0,
  CANCELLED: 1,
  INDETERMINATE: 2,
  SUCCEEDED: 3,
  FAILED: 4, // At one instant a failure outranks a success (money.md 9).
} as const;

const REPORTED_RANK: Readonly<Record<string, number>> = {
  CREATED: 0,
  PENDING: 1,
  IN_PROCESS: 2,
  AUTHORIZED: 3,
  CAPTURED: 4,
  PARTIALLY_REFUNDED: 5,
  REFUNDED: 6,
  DISPUTED: 7,
  CHARGED_BACK: 8,
};

type Position = readonly [
  notBeforeMs: number,
  version: number,
  timeMs: number,
  rank: number,
  step: number,
  key: string,
];

/** Beside a versioned fact of the same instant: a failure outranks it, anything else stands before it. */
const unversioned = ({ result }: PaymentFact): number => (result === 'FAILED' ? Infinity : -1);

/**
 * The facts in the order that decides: provider version, provider time, rank, type, natural key (money.md 9).
 * A version orders before time does, but most facts have none; so each versioned fact counts as no older than any
 * lower version. That makes one total order of the whole set, whatever order the facts arrived in.
 */
export function inDecidingOrder(facts: readonly PaymentFact[]): PaymentFact[] {
  const versioned = facts
    .filter(({ providerVersion }) => providerVersion !== null)
    .sort((a, b) => (a.providerVersion ?? 0) - (b.providerVersion ?? 0));
  const notBefore = new Map<number, number>();
  let newestMs = 0;
  for (const { providerVersion, occurredAt } of versioned) {
    newestMs = Math.max(newestMs, occurredAt.getTime());
    notBefore.set(providerVersion ?? 0, newestMs);
  }
  const position = (fact: PaymentFact): Position => [
    notBefore.get(fact.providerVersion ?? -1) ?? fact.occurredAt.getTime(),
    fact.providerVersion ?? unversioned(fact),
    fact.occurredAt.getTime(),
    fact.result === null ? (REPORTED_RANK[fact.reported ?? ''] ?? 0) : RANK[fact.result],
    // Told of one instant, what others build on comes first: an authorization before its capture or void.
    fact.transactionType === null ? -1 : TRANSACTION_TYPES.indexOf(fact.transactionType),
    fact.naturalKey,
  ];
  return facts
    .map((fact) => ({ fact, at: position(fact) }))
    .sort((a, b) => compare(a.at, b.at))
    .map(({ fact }) => fact);
}

function compare(a: Position, b: Position): number {
  for (const [index, part] of a.entries()) {
    const other = b[index] ?? '';
    if (part !== other) return part < other ? -1 : 1;
  }
  return 0;
}

/** How far a provider's clock, or one that only counts seconds, may be behind ours. */
const SKEW_MS = 5 * 60_000;

/** A report may answer a request that was recorded before it, although the provider's clock is a little behind ours. */
export function mayAnswer(
  report: Pick<PaymentFact, 'occurredAt' | 'recordedAt'>,
  request: Pick<PaymentFact, 'occurredAt' | 'recordedAt'>,
): boolean {
  if (report.recordedAt < request.recordedAt) return false;
  return report.occurredAt.getTime() >= request.occurredAt.getTime() - SKEW_MS;
}
