import { type PaymentFact } from './payment-fact.entity';

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

type Position = readonly [timeMs: number, version: number, rank: number, key: string];

/**
 * The facts in the order that decides: provider version, provider time, rank, natural key (money.md 9).
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
    fact.providerVersion ?? -1,
    fact.result === null ? (REPORTED_RANK[fact.reported ?? ''] ?? 0) : RANK[fact.result],
    fact.naturalKey,
  ];
  return facts
    .map((fact) => ({ fact, at: position(fact) }))
    .sort((a, b) => compare(a.at, b.at))
    .map(({ fact }) => fact);
}

function compare(a: Position, b: Position): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2] || (a[3] < b[3] ? -1 : a[3] > b[3] ? 1 : 0);
}
