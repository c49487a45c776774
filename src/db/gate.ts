import { Semaphore, withTimeout } from 'async-mutex';

/** No connection came free in time. Nothing was done; classified UNAVAILABLE. */
export class DatabaseBusy extends Error {
  readonly code = 'DATABASE_BUSY';

  constructor(waitMs: number) {
    super(`No database connection came free within ${waitMs} ms.`);
    this.name = 'DatabaseBusy';
  }
}

export type Gate = <T>(work: () => Promise<T>) => Promise<T>;

/** Lets `places` run at once and the others wait in line: the pools have no deadline of their own. */
export function gate(places: number, waitMs: number): Gate {
  const line = withTimeout(new Semaphore(places), waitMs, new DatabaseBusy(waitMs));
  return (work) => line.runExclusive(work);
}
