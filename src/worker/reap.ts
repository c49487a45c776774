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
 * What may still be applied keeps its bytes at any age. A delivery that waited long is as old as its outcome; the
 * time of its arrival is asked first because it has the index.
 */
const OLD_PAYLOADS =
  '`received_at` < ? AND COALESCE(`applied_at`, `received_at`) < ? ' +
  "AND `payload` IS NOT NULL AND `outcome` NOT IN ('RECEIVED', 'UNMATCHED')";

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
    limits: [limit],
  });
}

function emptyDeliveries(db: Database, limit: Date): Promise<number> {
  return inChunks(db, {
    boundary: `SELECT \`received_at\` AS \`last\` FROM \`webhook_delivery\` WHERE ${OLD_PAYLOADS} ORDER BY \`received_at\``,
    change: `UPDATE \`webhook_delivery\` SET \`payload\` = NULL, \`headers\` = '{}' WHERE ${OLD_PAYLOADS} AND \`received_at\` <= ?`,
    limits: [limit, limit],
  });
}

/** Runs `change` up to the time of the row that fills a chunk, until a chunk is not full any more. */
async function inChunks(
  db: Database,
  statements: {
    readonly boundary: string;
    readonly change: string;
    readonly limits: readonly Date[];
  },
): Promise<number> {
  const { boundary, change, limits } = statements;
  for (let done = 0; ;) {
    const text = `${boundary} LIMIT 1 OFFSET ${CHUNK - 1}`;
    const [row] = await db.reader.query<{ last: unknown }>(text, limits);
    // Less than a chunk is left: all of it.
    const last = row === undefined ? limits[0] : toInstant(row.last);
    done += await db.write((sql) => sql.run(change, [...limits, last]));
    if (row === undefined) return done;
  }
}
