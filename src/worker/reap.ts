import { type Database } from '../db/database';
import { type Clock } from '../kernel/clock';
import { toInstant } from '../db/values';
import { withLease } from './lease';

export interface ReapDeps {
  readonly db: Database;
  readonly clock: Clock;
  /** Whoever asks for the lease. */
  readonly instance: string;
  /** Whole days; what is younger stays. */
  readonly retention: { readonly idempotencyDays: number; readonly deliveryDays: number };
}

export interface Reaped {
  readonly keys: number;
  readonly deliveries: number;
}

const DAY_MS = 24 * 60 * 60_000;
const LEASE_MS = 10 * 60_000;
/** Rows of one transaction, and those of the same millisecond as its last one. */
const CHUNK = 1_000;

const OLD_KEYS = '`created_at` < ?';
/**
 * `payload_since` is null where nothing is to be emptied (any more), so that the index leads to what is. What may still
 * be applied keeps its bytes at any age; a delivery that waited long is as old as its outcome.
 */
const OLD_PAYLOADS = '`payload_since` < ?';

/**
 * Ends what is kept for a time (design.md, retention): deletes idempotency keys, empties payload and headers of
 * deliveries that have their outcome. Answers how many of each; none while another instance does it.
 */
export async function reap({ db, clock, instance, retention }: ReapDeps): Promise<Reaped> {
  const now = clock();
  const before = (days: number) => new Date(now.getTime() - days * DAY_MS);
  const lease = { name: 'reap', holder: instance, forMs: LEASE_MS };
  const reaped = await withLease(db, lease, now, async () => ({
    keys: await reapKeys(db, before(retention.idempotencyDays)),
    deliveries: await emptyDeliveries(db, before(retention.deliveryDays)),
  }));
  return reaped ?? { keys: 0, deliveries: 0 };
}

function reapKeys(db: Database, limit: Date): Promise<number> {
  return inChunks(db, {
    boundary: `SELECT \`created_at\` AS \`last\` FROM \`idempotency_key\` WHERE ${OLD_KEYS} ORDER BY \`created_at\``,
    change: `DELETE FROM \`idempotency_key\` WHERE ${OLD_KEYS} AND \`created_at\` <= ?`,
    limit,
  });
}

function emptyDeliveries(db: Database, limit: Date): Promise<number> {
  return inChunks(db, {
    boundary: `SELECT \`payload_since\` AS \`last\` FROM \`webhook_delivery\` WHERE ${OLD_PAYLOADS} ORDER BY \`payload_since\``,
    change: `UPDATE \`webhook_delivery\` SET \`payload\` = NULL, \`headers\` = '{}' WHERE ${OLD_PAYLOADS} AND \`payload_since\` <= ?`,
    limit,
  });
}

/** Runs `change` up to the time of the row that fills a chunk, until a chunk is not full any more. */
async function inChunks(
  db: Database,
  statements: {
    readonly boundary: string;
    readonly change: string;
    readonly limit: Date;
  },
): Promise<number> {
  const { boundary, change, limit } = statements;
  for (let done = 0; ;) {
    const text = `${boundary} LIMIT 1 OFFSET ${CHUNK - 1}`;
    const [row] = await db.reader.query<{ last: unknown }>(text, [limit]);
    // Less than a chunk is left: all of it.
    const last = row === undefined ? limit : toInstant(row.last);
    done += await db.write((sql) => sql.run(change, [limit, last]));
    if (row === undefined) return done;
  }
}
