import { setTimeout as wait } from 'node:timers/promises';

import { openDatabase, type Database } from '../../../src/db/database';
import { classify } from '../../../src/db/error-class';
import { insertRows, selectRows } from '../../../src/db/rows';
import { lane, freshTarget, openTestDatabase } from '../../support/lane';
import { aSample, CreateOther2, CreateSample1, Sample } from '../../support/sample-table';

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

const COUNT = 'SELECT id FROM sample ORDER BY id';
const ids = async () => (await db.reader.query<{ id: string }>(COUNT)).map(({ id }) => id);
const insertInto = (sql: Parameters<Parameters<Database['write']>[0]>[0], id: string) =>
  insertRows(sql, db.dialect, Sample, [aSample({ id })]);
const failure = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => error,
  );
function signal() {
  let give!: () => void;
  const given = new Promise<void>((resolve) => (give = resolve));
  return { given, give };
}

test('a write that throws leaves nothing', async () => {
  const refused = new Error('refused');

  const error = await failure(
    db.write(async (sql) => {
      await insertInto(sql, 'a');
      throw refused;
    }),
  );

  expect(error).toBe(refused);
  expect(await ids()).toEqual([]);
});

test('a read during an open write sees only what is committed', async () => {
  const during = await db.write(async (sql) => {
    await insertInto(sql, 'a');
    return { outside: await ids(), inside: await sql.query(COUNT) };
  });

  expect(during).toEqual({ outside: [], inside: [{ id: 'a' }] });
  expect(await ids()).toEqual(['a']);
});

test('of two writes at once, the one that fails takes nothing of the other with it', async () => {
  const inserted = signal();
  const first = failure(
    db.write(async (sql) => {
      await insertInto(sql, 'a');
      inserted.give();
      await wait(5);
      throw new Error('refused');
    }),
  );
  await inserted.given;

  await Promise.all([
    db.write((sql) => insertInto(sql, 'b')),
    db.write((sql) => insertInto(sql, 'c')),
    first,
  ]);

  expect(await ids()).toEqual(['b', 'c']);
});

test('80 concurrent increments of two rows are all counted', async () => {
  await db.write(async (sql) => {
    await insertInto(sql, 'a');
    await insertInto(sql, 'b');
  });
  const increment = () =>
    db.write(async (sql) => {
      const rows = await selectRows(
        sql,
        db.dialect,
        Sample,
        '',
        [],
        `ORDER BY id${db.dialect.forUpdate}`,
      );
      for (const { id, version } of rows) {
        await sql.run('UPDATE sample SET version = ? WHERE id = ?', [version + 1, id]);
      }
    });

  await Promise.all(Array.from({ length: 80 }, increment));

  expect(await db.reader.query('SELECT id FROM sample WHERE version = 81')).toHaveLength(2);
});

test('a statement that nobody awaited is rolled back with the rest', async () => {
  await failure(
    db.write(async (sql) => {
      void insertInto(sql, 'a').catch(() => undefined);
      throw new Error('refused');
    }),
  );

  expect(await ids()).toEqual([]);
});

test('a statement that nobody awaited and that fails takes the write with it', async () => {
  const error = await failure(
    db.write(async (sql) => {
      await insertInto(sql, 'a');
      void sql.run('UPDATE no_such_table SET x = 1').catch(() => undefined);
    }),
  );

  expect(classify(error)).toBe('BUG');
  expect(error).not.toBeNull();
  expect(await ids()).toEqual([]);
});

test('a statement after the end of its transaction is refused', async () => {
  const leaked = await db.write((sql) => Promise.resolve({ sql }));

  expect(await failure(leaked.sql.run('DELETE FROM sample'))).toEqual(
    new Error('This transaction has ended.'),
  );
});

test('an error that the work swallowed still rolls back, a duplicate does not', async () => {
  const broken = await failure(
    db.write(async (sql) => {
      await insertInto(sql, 'a');
      await failure(sql.run('UPDATE no_such_table SET x = 1'));
      await failure(insertInto(sql, 'b'));
    }),
  );
  await db.write(async (sql) => {
    await insertInto(sql, 'c');
    await failure(insertInto(sql, 'c'));
    await insertInto(sql, 'd');
  });

  expect(classify(broken)).toBe('BUG');
  expect(await ids()).toEqual(['c', 'd']);
});

test('a write inside a write is refused, one after it is not', async () => {
  const nested = await failure(db.write(() => db.write((sql) => insertInto(sql, 'a'))));
  const later = signal();
  let after: Promise<unknown> = Promise.resolve();
  await db.write(() => {
    after = later.given.then(() => db.write((sql) => insertInto(sql, 'b')));
    return Promise.resolve();
  });
  later.give();
  await after;

  expect(nested).toEqual(new Error('write() inside write(): pass the outer sql on instead.'));
  expect(await ids()).toEqual(['b']);
});

test('a snapshot sees one moment, and the next one sees what came meanwhile', async () => {
  await db.write((sql) => insertInto(sql, 'a'));

  const seen = await db.snapshot(async (sql) => {
    await db.write((other) => insertInto(other, 'b'));
    const first = await sql.query(COUNT);
    await db.write((other) => insertInto(other, 'c'));
    return [first, await sql.query(COUNT)];
  });

  expect(seen).toEqual([[{ id: 'a' }], [{ id: 'a' }]]);
  expect(await db.snapshot((sql) => sql.query(COUNT))).toHaveLength(3);
});

test('neither reader nor snapshot writes', async () => {
  const deleting = 'DELETE FROM sample';
  await db.write((sql) => insertInto(sql, 'a'));

  const refused = new Error('A reader does not write: use write().');
  expect(await failure(db.reader.run(deleting))).toEqual(refused);
  expect(await failure(db.snapshot((sql) => sql.run(deleting)))).toEqual(refused);
  expect(classify(await failure(db.snapshot((sql) => sql.query(deleting))))).toBe('UNAVAILABLE');
  expect(await ids()).toEqual(['a']);
});

test('every statement is heard, BEGIN and COMMIT too', async () => {
  await db.write((sql) => sql.run('DELETE FROM sample WHERE id = ?', ['a']));
  await failure(db.write(() => Promise.reject(new Error('refused'))));

  const begin =
    lane() === 'sqlite'
      ? ['BEGIN IMMEDIATE']
      : ['SET TRANSACTION ISOLATION LEVEL READ COMMITTED', 'START TRANSACTION'];
  expect(statements).toEqual([
    ...begin,
    'DELETE FROM sample WHERE id = ?',
    'COMMIT',
    ...begin,
    'ROLLBACK',
  ]);
});

test('migrations run once, in order, and only those that have not run', async () => {
  const { target, remove } = await freshTarget();
  const open = (migrations: Parameters<typeof openDatabase>[0]['migrations']) =>
    openDatabase({ ...target, entities: [], migrations });
  const first = await open([CreateSample1]);
  const ran = [await first.migrate(), await first.migrate()];
  await first.close();
  const second = await open([CreateSample1, CreateOther2]);
  ran.push(await second.migrate());
  await second.ping();
  await second.close();
  await remove();

  expect(ran).toEqual([['CreateSample1'], [], ['CreateOther2']]);
});
