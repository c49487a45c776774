import { refuse } from './refusal';

const DAY_MS = 24 * 60 * 60_000;
/** Longer than any clock is wrong. */
const AHEAD_MS = 365 * DAY_MS;
/** Nobody paid before, and MariaDB keeps no year before 1000. */
const FIRST = new Date(0);

/** No instant is later: the last before NO_DEADLINE, and with a day more its year still has four digits. */
export const LAST_INSTANT = new Date('9999-12-30T23:59:59.999Z');

/** The sooner of the instant and the last one there is. */
export function noLater(at: Date): Date {
  return at > LAST_INSTANT ? LAST_INSTANT : at;
}

/** A time at which something can have happened: since 1970, and at most a year ahead of our clock. */
function isPlausible(at: Date, now: Date): boolean {
  return at >= FIRST && at.getTime() <= now.getTime() + AHEAD_MS;
}

/** What a provider says of the time; when it reached us where that cannot be true. The delivery keeps what was said. */
export function believed(at: Date, receivedAt: Date): Date {
  return isPlausible(at, receivedAt) ? at : receivedAt;
}

/** Refuses a caller's time of what happened that cannot be true. */
export function checkTime(at: Date, field: readonly string[], now: Date): void {
  if (isPlausible(at, now)) return;
  refuse('GUARD_FAILED', 'The time is before 1970 or more than a year ahead.', { field });
}

/** Refuses a caller's time of what is to come that no column keeps. */
export function checkFutureTime(at: Date | null | undefined, field: readonly string[]): void {
  if (!at || (at >= FIRST && at <= LAST_INSTANT)) return;
  refuse('GUARD_FAILED', 'The time is before 1970 or after 9999-12-30.', { field });
}
