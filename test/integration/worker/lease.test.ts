import { entities } from '../../../src/db/entities';
import { type Database } from '../../../src/db/database';
import { withLease } from '../../../src/worker/lease';
import { migrations } from '../../../migrations';
import { openTestDatabase } from '../../support/lane';

const NOW = new Date('2026-05-23T18:41:12.000Z');
const after = (ms: number) => new Date(NOW.getTime() + ms);

let db: Database;
beforeAll(async () => {
  db = await openTestDatabase(entities, migrations);
});
afterEach(() => db.write((sql) => sql.run('DELETE FROM lease')));
afterAll(() => db.close());

const take = (holder: string, now: Date, work: () => Promise<string | null> = async () => holder) =>
  withLease(db, { name: 'seal', holder, forMs: 1_000 }, now, work);

test("a lease is one holder's until it has run out", async () => {
  expect(await take('a', NOW)).toBe('a');
  expect(await take('b', after(999))).toBeNull();
  expect(await take('b', after(1_000))).toBeNull();
  expect(await take('b', after(1_001))).toBe('b');
  expect(await take('a', after(1_002))).toBeNull();
});

test('its holder renews it', async () => {
  await take('a', NOW);
  await take('a', after(900));

  expect(await take('b', after(1_500))).toBeNull();
  expect(await take('b', after(1_901))).toBe('b');
});

test('the work is not done while somebody else holds it', async () => {
  await take('a', NOW);
  const work = jest.fn(async () => 'done');

  expect(await take('b', NOW, work)).toBeNull();

  expect(work).not.toHaveBeenCalled();
});

test('leases of different names do not know each other', async () => {
  await take('a', NOW);

  expect(await withLease(db, { name: 'sweep', holder: 'b', forMs: 1 }, NOW, async () => 'b')).toBe(
    'b',
  );
});

test.each([
  ['that nobody held', null],
  ['that has run out', after(-1_001)],
])('of eight that ask at once for a lease %s, one gets it', async (_case, heldAt) => {
  if (heldAt !== null) await take('old', heldAt);

  const taken = await Promise.all(Array.from({ length: 8 }, (_, index) => take(`h${index}`, NOW)));

  expect(taken.filter((holder) => holder !== null).length).toBe(1);
});

test('work that fails gives the lease up, and says its own error', async () => {
  await expect(take('a', NOW, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');

  expect(await take('b', NOW)).toBe('b');
});
