import { type Database } from '../../../src/db/database';
import { classify, duplicateIndex } from '../../../src/db/error-class';
import {
  deleteRowsIn,
  insertRows,
  selectRows,
  selectRowsIn,
  upsertRows,
} from '../../../src/db/rows';
import { toBigint, toInstant, toNumber } from '../../../src/db/values';
import { serializeError } from '../../../src/log';
import { lane, openTestDatabase } from '../../support/lane';
import { aSample, CreateSample1, Sample } from '../../support/sample-table';

let db: Database;
const statements: string[] = [];

beforeAll(async () => {
  db = await openTestDatabase([Sample], [CreateSample1], {
    onStatement: (text) => statements.push(text),
  });
});
afterAll(() => db.close());
beforeEach(async () => {
  await db.write((sql) => sql.run('DELETE FROM sample'));
  statements.length = 0;
});

const insert = (...rows: Sample[]) => db.write((sql) => insertRows(sql, db.dialect, Sample, rows));
const upsert = (...rows: Sample[]) => db.write((sql) => upsertRows(sql, db.dialect, Sample, rows));
const all = () => selectRows(db.reader, db.dialect, Sample, '', [], 'ORDER BY id');
const failure = (work: Promise<unknown>) =>
  work.then(
    () => 'nothing',
    (error: unknown) => error,
  );

test.each<[string, Partial<Sample>]>([
  ['an amount of zero', { amount: 0n }],
  ['an amount beyond 2^53', { amount: 9_007_199_254_740_993n }],
  ['the greatest amount', { amount: 9_223_372_036_854_775_807n }],
  ['the least amount', { amount: -9_223_372_036_854_775_808n }],
  ['no amount', { amount: null }],
  ['a true flag', { frozen: true }],
  ['the last millisecond of a year', { seenAt: new Date('2026-12-31T23:59:59.999Z') }],
  ['a full second', { seenAt: new Date('2026-01-01T00:00:00.000Z') }],
  ['a moment that summer time skips', { seenAt: new Date('2026-03-29T01:30:00.000Z') }],
  ['no moment', { seenAt: null }],
  ['an object', { payload: { b: [1, 'two', null, true], a: { '"\\\'': '\u0000 ü 😀' } } }],
  ['a list', { payload: [] }],
  ['a lone text as JSON', { payload: 'null' }],
  ['a text of many scripts', { note: 'Ünï 😀 \'quoted\' "too" \\ ? \n' }],
  ['as many characters as fit', { note: '😀'.repeat(40) }],
  ['an empty text', { note: '' }],
  ['digits only', { note: '007', providerReference: '12345678901234567890' }],
  ['a text of 70,000 characters', { raw: 'ä'.repeat(70_000) }],
  ['the greatest count', { version: 2_147_483_647 }],
])('keeps %s exactly', async (_case, changes) => {
  await insert(aSample(changes));

  expect(await all()).toEqual([aSample(changes)]);
});

test.each<[string, Partial<Sample>, string]>([
  ['a text too long', { note: '😀'.repeat(41) }, 'sample.note: more than 40 characters.'],
  ['NUL', { note: 'a\u0000b' }, 'sample.note: a character that cannot be kept.'],
  [
    'a reference beyond ASCII',
    { providerReference: 'é' },
    'sample.provider_reference: a character that cannot be kept.',
  ],
  [
    'an amount of 65 bits',
    { amount: 9_223_372_036_854_775_808n },
    'sample.amount: An integer beyond 64 bits cannot be kept.',
  ],
  [
    'a count of 33 bits',
    { version: 2_147_483_648 },
    'sample.version: a value that is not of kind int.',
  ],
  [
    'a missing property',
    { note: undefined } as unknown as Partial<Sample>,
    'sample.note: a value that is not of kind text.',
  ],
])('refuses %s on both databases, and keeps nothing', async (_case, changes, message) => {
  const error = await failure(insert(aSample({ id: 'smp_0' }), aSample(changes)));

  expect(error).toEqual(new TypeError(message));
  expect(await all()).toEqual([]);
});

test('a lone null is a parameter like any other', async () => {
  const rows = await db.reader.query('SELECT COALESCE(?, 7) AS answer', [null]);

  expect(rows.map(({ answer }) => toNumber(answer))).toEqual([7]);
});

test('raw rows are read alike on both databases', async () => {
  await insert(aSample({ id: 'smp_1', amount: 5n }), aSample({ id: 'smp_2', amount: 6n }));

  const [row] = await db.reader.query(
    'SELECT COUNT(*) AS number, SUM(amount) AS total, MIN(seen_at) AS first FROM sample WHERE frozen = ? AND created_at < ?',
    [false, new Date('2026-01-02T03:04:05.007Z')],
  );

  expect([toNumber(row?.['number']), toBigint(row?.['total']), toInstant(row?.['first'])]).toEqual([
    2,
    11n,
    new Date('2026-11-21T10:20:30.456Z'),
  ]);
});

test('an upsert inserts what is new and updates what is there, in one statement', async () => {
  const old = aSample({ id: 'smp_1', amount: 1n, note: 'before' });
  await insert(old, aSample({ id: 'smp_3' }));
  statements.length = 0;
  const changed = { ...old, amount: null, note: 'after', version: 2, payload: { n: 1 } };

  await upsert(changed, aSample({ id: 'smp_2', frozen: true }));

  expect(await all()).toEqual([
    changed,
    aSample({ id: 'smp_2', frozen: true }),
    aSample({ id: 'smp_3' }),
  ]);
  expect(statements.filter((text) => text.startsWith('INSERT'))).toHaveLength(1);
});

test('an upsert leaves columns alone that are never updated', async () => {
  await insert(aSample());

  await upsert(aSample({ createdAt: new Date(0), version: 2 }));

  expect(await all()).toEqual([aSample({ version: 2 })]);
});

test('an upsert never overwrites another row that has the same unique key', async () => {
  await insert(aSample({ id: 'smp_1', providerReference: 'same' }));

  const error = await failure(upsert(aSample({ id: 'smp_2', providerReference: 'same' })));

  expect(classify(error)).toBe('DUPLICATE');
  expect(await all()).toEqual([aSample({ id: 'smp_1', providerReference: 'same' })]);
});

test('what is logged of a duplicate names its index, and no value of the row', async () => {
  await insert(aSample({ id: 'smp_1', providerReference: 'cart-of-ana' }));

  const error = await failure(insert(aSample({ id: 'smp_2', providerReference: 'cart-of-ana' })));
  const told = serializeError(new Error('a loop failed', { cause: error })) as {
    cause: Record<string, unknown>;
  };

  expect(JSON.stringify(told)).not.toMatch(/cart-of-ana/);
  expect(told.cause).toMatchObject(
    lane() === 'sqlite'
      ? { code: 'SQLITE_CONSTRAINT_UNIQUE', index: 'sample.provider_reference' }
      : { errno: 1062, sqlState: '23000', index: 'uq_sample_reference' },
  );
  expect(told.cause['stack']).toMatch(/^at /);
});

test('a duplicate names its index and not its value', async () => {
  await insert(aSample({ id: 'smp_1', providerReference: 'secret' }));

  const byKey = await failure(insert(aSample({ id: 'smp_1' })));
  const byReference = await failure(insert(aSample({ id: 'smp_2', providerReference: 'secret' })));

  expect([byKey, byReference].map((error) => [classify(error), duplicateIndex(error)])).toEqual(
    lane() === 'sqlite'
      ? [
          ['DUPLICATE', 'sample.id'],
          ['DUPLICATE', 'sample.provider_reference'],
        ]
      : [
          ['DUPLICATE', 'PRIMARY'],
          ['DUPLICATE', 'uq_sample_reference'],
        ],
  );
});

test('600 rows are written and read by two statements each', async () => {
  const rows = Array.from({ length: 600 }, (_, n) => aSample({ id: `smp_${n + 1000}` }));

  await insert(...rows);
  const read = await selectRowsIn(
    db.reader,
    db.dialect,
    Sample,
    'id',
    rows.map(({ id }) => id),
  );

  expect(read).toHaveLength(600);
  expect(statements.filter((text) => text.startsWith('INSERT'))).toHaveLength(2);
  expect(statements.filter((text) => text.startsWith('SELECT'))).toHaveLength(2);
});

test('values are looked up exactly, each once, and impossible ones are not found', async () => {
  await insert(aSample({ id: 'smp_1' }), aSample({ id: 'smp_2' }), aSample({ id: 'smp_3' }));

  const found = await selectRowsIn(
    db.reader,
    db.dialect,
    Sample,
    'id',
    ['smp_1', 'smp_1', 'SMP_2', 'smp_2 ', 'smp_é', 'smp_\u0000', "' OR 1=1 --", 'smp_3'],
    'ORDER BY id',
  );

  expect(found.map(({ id }) => id)).toEqual(['smp_1', 'smp_3']);
  expect(await selectRowsIn(db.reader, db.dialect, Sample, 'id', [])).toEqual([]);
});

test('deleting answers how many rows are gone', async () => {
  await insert(aSample({ id: 'smp_1' }), aSample({ id: 'smp_2' }), aSample({ id: 'smp_3' }));

  const deleted = await db.write((sql) =>
    deleteRowsIn(sql, db.dialect, Sample, 'id', ['smp_1', 'smp_3', 'smp_4']),
  );

  expect(deleted).toBe(2);
  expect((await all()).map(({ id }) => id)).toEqual(['smp_2']);
});

test('a write answers the rows it matched, changed or not', async () => {
  await insert(aSample({ id: 'smp_1' }), aSample({ id: 'smp_2' }));

  const matched = await db.write(async (sql) => [
    await sql.run('UPDATE sample SET version = 1 WHERE version = ?', [1]),
    await sql.run('UPDATE sample SET version = 2 WHERE id = ? AND version = ?', ['smp_1', 7]),
  ]);

  expect(matched).toEqual([2, 0]);
});
