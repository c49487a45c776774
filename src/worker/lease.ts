import { type Database } from '../db/database';
import { classify } from '../db/error-class';

/** A background loop that one instance at a time may run. */
export interface LeaseRequest {
  readonly name: string;
  /** The instance that asks; asking again renews. */
  readonly holder: string;
  readonly forMs: number;
}

/**
 * Runs the work if the lease is free, has run out or is the holder's own; null while somebody else
 * holds it. It is kept after the work, so that the same instance goes on, and given up when the work
 * fails, so that another one may try. Work that outlives it must be safe beside itself.
 */
export async function withLease<T>(
  db: Database,
  lease: LeaseRequest,
  now: Date,
  work: () => Promise<T>,
): Promise<T | null> {
  if (!(await isTaken(db, lease, now))) return null;
  try {
    return await work();
  } catch (error) {
    await giveUp(db, lease, now).catch(() => undefined); // The work's own error is the one to tell.
    throw error;
  }
}

async function isTaken(db: Database, lease: LeaseRequest, now: Date): Promise<boolean> {
  const { name, holder, forMs } = lease;
  const until = new Date(now.getTime() + forMs);
  try {
    return await db.write(async (sql) => {
      const matched = await sql.run(
        'UPDATE `lease` SET `holder` = ?, `until` = ? ' +
          'WHERE `name` = ? AND (`until` < ? OR `holder` = ?)',
        [holder, until, name, now, holder],
      );
      if (matched === 1) return true;
      await sql.run('INSERT INTO `lease` (`name`, `holder`, `until`) VALUES (?, ?, ?)', [
        name,
        holder,
        until,
      ]);
      return true;
    });
  } catch (error) {
    // It is there and not ours, or somebody is taking it this moment.
    if (['DUPLICATE', 'RETRY', 'LOCK_TIMEOUT'].includes(classify(error))) return false;
    throw error;
  }
}

async function giveUp(db: Database, { name, holder }: LeaseRequest, now: Date): Promise<void> {
  await db.write((sql) =>
    sql.run('UPDATE `lease` SET `until` = ? WHERE `name` = ? AND `holder` = ?', [
      new Date(now.getTime() - 1),
      name,
      holder,
    ]),
  );
}
