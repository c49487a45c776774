import { type Database, type Sql } from '../db/database';
import { type Dialect } from '../db/dialect';
import { classify } from '../db/error-class';
import { deleteRowsIn, insertRows, selectRows } from '../db/rows';
import { type Clock } from '../kernel/clock';
import { JournalPosition } from './journal-position.entity';
import { JournalQueue } from './journal-queue.entity';
import { JournalSeal } from './journal-seal.entity';
import { BLOCK_MAX, sealOf, type JournalKey } from './seal.rules';

export interface Sealer {
  readonly db: Database;
  readonly clock: Clock;
  readonly key: JournalKey;
}

/**
 * Gives up to 1,000 waiting entries their global positions and signs them as one block, in one
 * transaction; answers how many. Call it until it answers 0. Of several at once the primary keys let
 * one through; the others answer 0.
 */
export async function sealJournal({ db, clock, key }: Sealer): Promise<number> {
  const before = await lastSeal(db.reader, db.dialect);
  try {
    return await db.write((sql) => sealBlock({ sql, dialect: db.dialect }, key, clock()));
  } catch (error) {
    const kind = classify(error);
    if (kind === 'RETRY' || kind === 'LOCK_TIMEOUT') return 0;
    if (kind !== 'DUPLICATE') throw error;
    const after = await lastSeal(db.reader, db.dialect);
    // Nobody was faster: a position or a seal was tampered with, and waiting would not help.
    if (before?.block === after?.block) throw error;
    return 0;
  }
}

interface Waiting {
  readonly entry_id: string;
  readonly hash: string;
}

async function sealBlock(
  { sql, dialect }: { sql: Sql; dialect: Dialect },
  key: JournalKey,
  now: Date,
): Promise<number> {
  const previous = await lastSeal(sql, dialect);
  // An entry that is gone keeps its place in the queue, where the verification finds it.
  const waiting = await sql.query<Waiting>(
    'SELECT q.`entry_id`, e.`hash` FROM `journal_queue` q ' +
      'JOIN `journal_entry` e ON e.`id` = q.`entry_id` ' +
      'ORDER BY q.`checkout_id`, q.`sequence` LIMIT ?',
    [BLOCK_MAX],
  );
  if (waiting.length === 0) return 0;
  const hashes = waiting.map(({ hash }) => hash);
  const seal = sealOf(previous, hashes, key, now);
  const positions = waiting.map(({ entry_id: entryId, hash: entryHash }, index) => ({
    position: seal.fromPosition + index,
    entryId,
    entryHash,
  }));
  await insertRows(sql, dialect, JournalPosition, positions);
  await insertRows(sql, dialect, JournalSeal, [seal]);
  const ids = positions.map(({ entryId }) => entryId);
  await deleteRowsIn(sql, dialect, JournalQueue, 'entryId', ids);
  return waiting.length;
}

async function lastSeal(sql: Sql, dialect: Dialect): Promise<JournalSeal | null> {
  const suffix = 'ORDER BY `block` DESC LIMIT 1';
  const [seal] = await selectRows(sql, dialect, JournalSeal, '', [], suffix);
  return seal ?? null;
}
