import { nextCutOff, type Calendar } from '../kernel/calendar';
import { noLater } from '../kernel/foreign-time';

/** W1 (S2.30) and W2 (S2.31), counted from the money fact in provider time. */
export const FIRST_MINUTES_MS = 5 * 60_000;
const FIRST_HOUR_MS = 60 * 60_000;

/** Stands for "nothing is to be decided" in the sorted, not nullable column; the API answers null. */
export const NO_DEADLINE = new Date('9999-12-31T00:00:00.000Z');

export type Window = 'FIRST_MINUTES' | 'FIRST_HOUR' | 'BEFORE_SETTLEMENT' | 'AFTER_SETTLEMENT';

/** The settlement cut-off that the money fact runs into: the first one after its first hour. */
export function settlementCutOff(moneyAt: Date, calendar: Calendar): Date {
  return noLater(nextCutOff(calendar, hourEnd(moneyAt)));
}

const hourEnd = (moneyAt: Date): Date => noLater(new Date(moneyAt.getTime() + FIRST_HOUR_MS));

export function windowAt(moneyAt: Date, now: Date, calendar: Calendar): Window {
  const ageMs = now.getTime() - moneyAt.getTime();
  if (ageMs < FIRST_MINUTES_MS) return 'FIRST_MINUTES';
  if (ageMs < FIRST_HOUR_MS) return 'FIRST_HOUR';
  return now < settlementCutOff(moneyAt, calendar) ? 'BEFORE_SETTLEMENT' : 'AFTER_SETTLEMENT';
}

/**
 * By when the next decision is due: the end of the first hour, then the cut-off, and after it the next cut-off from
 * now, by which finance closes the day.
 */
export function deadlineAt(moneyAt: Date, now: Date, calendar: Calendar): Date {
  switch (windowAt(moneyAt, now, calendar)) {
    case 'FIRST_MINUTES':
    case 'FIRST_HOUR':
      return hourEnd(moneyAt);
    case 'BEFORE_SETTLEMENT':
      return settlementCutOff(moneyAt, calendar);
    case 'AFTER_SETTLEMENT':
      return noLater(nextCutOff(calendar, now));
  }
}

/** A hold ends no later than this: the cut-off, or in W4 the close of the day (S2.27). */
export function latestHoldEnd(moneyAt: Date, now: Date, calendar: Calendar): Date {
  const cutOff = settlementCutOff(moneyAt, calendar);
  return now < cutOff ? cutOff : noLater(nextCutOff(calendar, now));
}
