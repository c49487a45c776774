import { type PaymentFact } from './payment-fact.entity';

const MS = 1;

/**
 * When something told without a time happened: now, and after what was told of this very instant before. Two reports of
 * one instant would else be ranked by what they say (money.md 9), not by who spoke last.
 */
export function toldNow(facts: readonly PaymentFact[], now: Date): Date {
  const taken = new Set(facts.map(({ occurredAt }) => occurredAt.getTime()));
  let at = now.getTime();
  while (taken.has(at)) at += MS;
  return new Date(at);
}

/** The given time, or the first after all of these facts: what an operator decides is not older than what it decides on. */
export function notBefore(facts: readonly PaymentFact[], at: Date): Date {
  return facts.reduce(
    (latest, { occurredAt }) =>
      occurredAt >= latest ? new Date(occurredAt.getTime() + MS) : latest,
    at,
  );
}

/** Of one payment. */
export const factsOf = (
  { facts }: { readonly facts: readonly PaymentFact[] },
  { id }: { readonly id: string },
): PaymentFact[] => facts.filter(({ paymentId }) => paymentId === id);
