import { Checkout } from '../../../src/checkout/checkout.entity';
import { type Database } from '../../../src/db/database';
import { ReconciliationException } from '../../../src/exception/exception.entity';
import { JournalEntry } from '../../../src/journal/journal-entry.entity';
import { sweepDue } from '../../../src/worker/sweep';
import { acmeRequest, GRACE_MS, openWorld, START, type World } from '../../support/webhook-world';

let world: World;

beforeAll(async () => (world = await openWorld()));
afterAll(() => world.close());
beforeEach(() => world.clear());

/** Captures that nobody announced: each a checkout that is due when the grace is over. */
async function orphans(count: number): Promise<Checkout[]> {
  for (let number = 1; number <= count; number += 1) {
    await world.receive(
      'acme',
      acmeRequest({
        event_id: `evt-${number}`,
        psp_reference: `psp-${number}`,
        occurred_at: '2026-05-23T18:40:00Z',
        status: 'captured',
        amount: '10.00',
        currency: 'EUR',
      }),
    );
  }
  while ((await world.apply()) > 0);
  return world.rows(Checkout);
}

const statuses = async () =>
  (await world.rows(ReconciliationException)).map(({ status }) => status);
const openings = async () =>
  (
    await world.rows(
      JournalEntry,
      "`action` = 'recheck' AND `subject_type` = 'ReconciliationException'",
    )
  ).length;

test('two sweepers at once open each exception once', async () => {
  await orphans(3);
  world.moveClock(GRACE_MS);

  const swept = await Promise.all([world.sweep(), world.sweep()]);

  expect(swept[0] + swept[1]).toBe(3);
  expect(await statuses()).toEqual(['OPEN', 'OPEN', 'OPEN']);
  expect(await openings()).toBe(3);
  expect(world.errors).toEqual([]);
});

test('a checkout another sweeper has is left alone until its lease is over', async () => {
  await orphans(1);
  world.moveClock(GRACE_MS);
  const leasedUntil = new Date(world.now().getTime() + 30_000);
  await world.db.write((sql) => sql.run('UPDATE `checkout` SET `leased_until` = ?', [leasedUntil]));

  world.moveClock(30_000);
  expect(await world.sweep()).toBe(0);
  world.moveClock(1);
  expect(await world.sweep()).toBe(1);

  expect(await statuses()).toEqual(['OPEN']);
  expect(await world.rows(Checkout)).toMatchObject([{ leasedUntil: null }]);
});

test('a checkout that fails does not stop the others, and is due again after its lease', async () => {
  const [broken] = await orphans(2);
  await world.db.write((sql) =>
    sql.run('UPDATE `checkout` SET `retry_reasons` = ? WHERE `id` = ?', ['{', broken!.id]),
  );
  world.moveClock(GRACE_MS);

  expect(await world.sweep()).toBe(1);

  expect((await statuses()).sort()).toEqual(['OPEN', 'WATCHING']);
  expect(world.errors).toEqual([expect.stringMatching(new RegExp(`^${broken!.id} SyntaxError`))]);
  expect(await world.sweep()).toBe(0);
  await world.db.write((sql) =>
    sql.run('UPDATE `checkout` SET `retry_reasons` = ? WHERE `id` = ?', ['[]', broken!.id]),
  );
  world.moveClock(30_001);
  expect(await world.sweep()).toBe(1);
  expect(await statuses()).toEqual(['OPEN', 'OPEN']);
});

test('one run takes as many checkouts as it is told to, the most overdue first', async () => {
  const [first, second] = await orphans(2);
  await world.db.write((sql) =>
    sql.run('UPDATE `checkout` SET `next_check_at` = ? WHERE `id` = ?', [START, second!.id]),
  );
  world.moveClock(GRACE_MS);

  expect(await world.sweep(1)).toBe(1);

  const opened = await world.rows(ReconciliationException, "`status` = 'OPEN'");
  expect(opened.map(({ checkoutId }) => checkoutId)).toEqual([second!.id]);
  expect(await world.sweep(1)).toBe(1);
  expect(await statuses()).toEqual(['OPEN', 'OPEN']);
  expect(first!.id).not.toBe(second!.id);
});

test('a checkout that was changed after it was found due is not leased', async () => {
  const [checkout] = await orphans(1);
  world.moveClock(GRACE_MS);
  const later = new Date(world.now().getTime() + 1);
  const { db } = world;
  // Another writer was faster: the checkout is due later now.
  const racing: Database = {
    ...db,
    write: async (work) => {
      await db.write((sql) =>
        sql.run('UPDATE `checkout` SET `next_check_at` = ? WHERE `id` = ?', [later, checkout!.id]),
      );
      return db.write(work);
    },
  };

  const swept = await sweepDue({
    path: { ...world.path, db: racing },
    onError: (id, error) => world.errors.push(`${id} ${String(error)}`),
  });

  expect(swept).toBe(0);
  expect(await world.rows(Checkout)).toMatchObject([{ leasedUntil: null, nextCheckAt: later }]);
});
