import { selectRows } from '../../../src/db/rows';
import { JournalPosition } from '../../../src/journal/journal-position.entity';
import { JournalSeal } from '../../../src/journal/journal-seal.entity';
import { sealJournal } from '../../../src/journal/seal-journal';
import { type Database } from '../../../src/db/database';
import { KEY, NOW, openJournalWorld, type JournalWorld } from '../../support/journal-world';

let world: JournalWorld;
beforeAll(async () => {
  world = await openJournalWorld();
});
afterEach(() => world.clear());
afterAll(() => world.db.close());

const positions = () =>
  selectRows(world.db.reader, world.db.dialect, JournalPosition, '', [], 'ORDER BY `position`');
const seals = () =>
  selectRows(world.db.reader, world.db.dialect, JournalSeal, '', [], 'ORDER BY `block`');

test('what waits gets gapless positions in the order of the chains, and one signed block', async () => {
  const a = await world.paidOrder('cart-a');
  const b = await world.paidOrder('cart-b');
  const entries = [...(await world.entries(a)), ...(await world.entries(b))];

  expect(await world.seal()).toBe(entries.length);
  expect(await world.seal()).toBe(0);

  expect(await positions()).toEqual(
    entries.map(({ id, hash }, index) => ({ position: index + 1, entryId: id, entryHash: hash })),
  );
  expect(await world.count('journal_queue')).toBe(0);
  expect(await seals()).toEqual([
    {
      block: 1,
      fromPosition: 1,
      toPosition: entries.length,
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      keyId: KEY.keyId,
      signature: expect.stringMatching(/^[0-9a-f]{64}$/),
      sealedAt: NOW,
    },
  ]);
});

test('the next block goes on where the last one ended', async () => {
  const a = await world.paidOrder('cart-a');
  const first = await world.seal();
  const b = await world.paidOrder('cart-b');
  const second = await world.seal();

  const sizes = [(await world.entries(a)).length, (await world.entries(b)).length];
  expect([first, second]).toEqual(sizes);
  expect(
    (await seals()).map(({ block, fromPosition, toPosition }) => [block, fromPosition, toPosition]),
  ).toEqual([
    [1, 1, first],
    [2, first + 1, first + second],
  ]);
});

test('nothing waits: nothing is sealed', async () => {
  expect(await world.seal()).toBe(0);
  expect(await seals()).toEqual([]);
});

test('of several sealers at once, entries get one position each and none is left', async () => {
  const a = await world.paidOrder('cart-a');
  const b = await world.paidOrder('cart-b');
  const total = (await world.entries(a)).length + (await world.entries(b)).length;

  const sealed = await Promise.all([1, 2, 3, 4].map(() => world.seal()));

  expect(sealed.filter((count) => count > 0)).toEqual([total]);
  expect((await positions()).map(({ position }) => position)).toEqual(
    Array.from({ length: total }, (_, index) => index + 1),
  );
  expect((await seals()).length).toBe(1);
  expect((await world.verify()).valid).toBe(true);
});

test('a sealer that is stopped before its commit loses nothing', async () => {
  const a = await world.paidOrder('cart-a');
  const entries = await world.entries(a);
  const failing: Database = {
    ...world.db,
    write: (work) =>
      world.db.write(async (sql) => {
        await work(sql);
        throw new Error('stopped');
      }),
  };

  await expect(sealJournal({ db: failing, clock: () => NOW, key: KEY })).rejects.toThrow('stopped');

  expect(await positions()).toEqual([]);
  expect(await seals()).toEqual([]);
  expect(await world.count('journal_queue')).toBe(entries.length);
  expect(await world.seal()).toBe(entries.length);
  expect(await world.verify()).toEqual({
    valid: true,
    checked: entries.length,
    firstBad: null,
    endCursor: null,
  });
});

test('a block holds 1,000 entries at most', async () => {
  const a = await world.paidOrder('cart-a');
  const known = (await world.entries(a)).length;
  const { hash } = await world.entry(a, 1);
  const rows = Array.from(
    { length: 1_001 - known },
    (_, index) => `x${String(index).padStart(5, '0')}`,
  );
  await world.db.write(async (sql) => {
    for (const id of rows) {
      await sql.run(
        'INSERT INTO journal_entry (id, checkout_id, sequence, kind, action, actor, subject_type, subject_id, `before`, `after`, recorded_at, previous_hash, hash) ' +
          "SELECT ?, 'chk_x', ?, kind, action, actor, subject_type, subject_id, `before`, `after`, recorded_at, previous_hash, hash FROM journal_entry WHERE hash = ? AND checkout_id = ?",
        [id, Number(id.slice(1)) + 1, hash, a],
      );
      await sql.run(
        'INSERT INTO journal_queue (entry_id, checkout_id, sequence) VALUES (?, ?, ?)',
        [id, 'chk_x', Number(id.slice(1)) + 1],
      );
    }
  });

  expect([await world.seal(), await world.seal(), await world.seal()]).toEqual([1_000, 1, 0]);
});

test('a seal that was taken away is not sealed over: the sealer says so', async () => {
  await world.paidOrder('cart-a');
  await world.seal();
  await world.paidOrder('cart-b');
  await world.run('DELETE FROM journal_seal');

  await expect(world.seal()).rejects.toThrow();

  expect(await seals()).toEqual([]);
});
