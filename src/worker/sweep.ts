import { changeCheckout, type WritePath } from '../checkout/change-checkout';
import { recheck } from '../checkout/recheck';
import { toInstant } from '../db/values';
import { systemActor } from '../kernel/actor';

export interface SweepDeps {
  readonly path: WritePath;
  /** Checkouts of one run; as many done means that more may be due. */
  readonly limit?: number;
  /** Hears why a checkout could not be looked at. */
  readonly onError: (checkoutId: string, error: unknown) => void;
}

export const SWEEP_BATCH = 100;
/** After a crash, or a failure, the checkout is looked at again after this. */
const LEASE_MS = 30_000;

const DUE = '`next_check_at` <= ? AND (`leased_until` IS NULL OR `leased_until` < ?)';

/**
 * Rechecks checkouts whose moment has come and answers how many. One that fails does not stop the others, and any
 * number of sweepers may run: a checkout is leased by a conditional UPDATE, and each write of it ends the lease.
 */
export async function sweepDue({ path, limit, onError }: SweepDeps): Promise<number> {
  const now = path.clock();
  const due = await path.db.reader.query<{ id: string; next_check_at: unknown }>(
    `SELECT \`id\`, \`next_check_at\` FROM \`checkout\` WHERE ${DUE} ` +
      'ORDER BY `next_check_at`, `id` LIMIT ?',
    [now, now, limit ?? SWEEP_BATCH],
  );
  let rechecked = 0;
  for (const { id, next_check_at } of due) {
    try {
      if (!(await lease(path, id, toInstant(next_check_at)))) continue;
      await changeCheckout(path, recheck, {
        actor: systemActor('sweep'),
        input: { checkoutId: id },
        control: null,
      });
      rechecked += 1;
    } catch (error) {
      onError(id, error);
    }
  }
  return rechecked;
}

/** False when another sweeper has it, or when it is not due any more. */
async function lease({ db, clock }: WritePath, id: string, nextCheckAt: Date): Promise<boolean> {
  const now = clock();
  const until = new Date(now.getTime() + LEASE_MS);
  const matched = await db.write((sql) =>
    sql.run(
      'UPDATE `checkout` SET `leased_until` = ? WHERE `id` = ? AND `next_check_at` = ? ' +
        'AND (`leased_until` IS NULL OR `leased_until` < ?)',
      [until, id, nextCheckAt, now],
    ),
  );
  return matched === 1;
}
