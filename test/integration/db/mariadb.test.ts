import { openDatabase, type Database, type Sql } from '../../../src/db/database';
import { classify } from '../../../src/db/error-class';
import { insertRows } from '../../../src/db/rows';
import { freshTarget, lane, openTestDatabase } from '../../support/lane';
import { aSample, CreateOther2, CreateSample1, Sample } from '../../support/sample-table';

// What only a server with several writers can show.
const suite = lane() === 'mariadb' ? describe : describe.skip;
const failure = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => error,
  );
const lock = (sql: Sql, id: string) =>
  sql.query('SELECT version FROM sample WHERE id = ? FOR UPDATE', [id]);
function signal() {
  let give!: () => void;
  const given = new Promise<void>((resolve) => (give = resolve));
  return { given, give };
}

suite('on MariaDB', () => {
  let db: Database;

  beforeAll(async () => {
    db = await openTestDatabase([Sample], [CreateSample1], { poolSize: 4 });
    await db.write((sql) =>
      insertRows(sql, db.dialect, Sample, [aSample({ id: 'a' }), aSample({ id: 'b' })]),
    );
  });
  afterAll(() => db.close());

  test('a deadlock is to be retried, and one of the two wins', async () => {
    const [hasA, hasB] = [signal(), signal()];
    const first = db.write(async (sql) => {
      await lock(sql, 'a');
      hasA.give();
      await hasB.given;
      await lock(sql, 'b');
    });
    const second = db.write(async (sql) => {
      await lock(sql, 'b');
      hasB.give();
      await hasA.given;
      await lock(sql, 'a');
    });

    const errors = await Promise.all([failure(first), failure(second)]);

    expect(errors.filter((error) => error === null)).toHaveLength(1);
    expect(errors.filter((error) => error !== null).map(classify)).toEqual(['RETRY']);
  });

  test('a row held too long is a lock timeout, and nothing of the waiting write is kept', async () => {
    const waited = await db.write(async (holder) => {
      await lock(holder, 'a');
      return await parallelWrite();
    });

    expect(classify(waited)).toBe('LOCK_TIMEOUT');
    expect(await db.reader.query("SELECT note FROM sample WHERE id = 'b'")).toEqual([
      { note: null },
    ]);

    // Outside of the holder's async path, as another request is.
    function parallelWrite() {
      return failure(
        other.write(async (sql) => {
          await sql.run("UPDATE sample SET note = 'half' WHERE id = 'b'");
          await failure(lock(sql, 'a'));
        }),
      );
    }
  });

  test('what another one commits is seen by the next statement: READ COMMITTED', async () => {
    const seen = await db.write(async (sql) => {
      const before = await sql.query('SELECT id FROM sample ORDER BY id');
      await other.write((writer) => insertRows(writer, db.dialect, Sample, [aSample({ id: 'c' })]));
      const after = await sql.query('SELECT id FROM sample ORDER BY id');
      return [before.length, after.length];
    });

    expect(seen).toEqual([2, 3]);
  });

  test('a statement beyond its time is ended, and the pool goes on', async () => {
    const error = await failure(
      db.write(async (sql) => {
        await sql.run('SET SESSION max_statement_time = 0.05');
        await sql.query('SELECT SLEEP(1)');
      }),
    );

    expect(classify(error)).toBe('TIMEOUT');
    expect(await db.reader.query('SELECT @@max_statement_time AS seconds')).toEqual([
      { seconds: 5 },
    ]);
  });

  test('a killed connection is given up, and the next statement has another one', async () => {
    const error = await failure(
      db.write(async (sql) => {
        const [row] = await sql.query('SELECT CONNECTION_ID() AS id');
        await other.reader.query(`KILL CONNECTION ${String(row?.['id'])}`);
        await sql.query('SELECT 1');
      }),
    );

    expect(classify(error)).toBe('UNAVAILABLE');
    await db.ping();
    expect(await db.reader.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  test('with every connection taken, others are refused in time, but health is still told', async () => {
    const { given, give } = signal();
    const holders = Array.from({ length: 4 }, () => db.write(() => given));

    const refused = await failure(db.reader.query('SELECT 1'));
    await db.ping();
    give();
    await Promise.all(holders);

    expect(classify(refused)).toBe('UNAVAILABLE');
    expect(await db.reader.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  test('every pooled session is strict, UTC and bounded', async () => {
    const sessions = await Promise.all(
      Array.from({ length: 4 }, () =>
        db.reader.query(
          'SELECT @@sql_mode LIKE "%STRICT_ALL_TABLES%" AS strict, @@time_zone AS zone, @@tx_isolation AS level, @@innodb_lock_wait_timeout AS wait_s, @@idle_transaction_timeout AS idle_s, @@collation_connection AS collation, SLEEP(0.02) AS slept',
        ),
      ),
    );

    expect(sessions).toEqual(
      Array(4).fill([
        {
          strict: 1,
          zone: '+00:00',
          level: 'READ-COMMITTED',
          wait_s: '1',
          idle_s: '10',
          collation: 'utf8mb4_bin',
          slept: 0,
        },
      ]),
    );
  });

  test('three processes that start at once migrate once', async () => {
    const { target, remove } = await freshTarget();
    const open = () =>
      openDatabase({ ...target, entities: [], migrations: [CreateSample1, CreateOther2] });
    const instances = await Promise.all([open(), open(), open()]);

    const ran = await Promise.all(instances.map((instance) => instance.migrate()));

    expect(ran.flat()).toEqual(['CreateSample1', 'CreateOther2']);
    await Promise.all(instances.map((instance) => instance.close()));
    await remove();
  });

  test('a wrong password is told without user and password', async () => {
    const { target, remove } = await freshTarget();
    const url = new URL(target.url ?? '');
    url.username = 'somebody';
    url.password = 'hunter2';

    const error = await failure(
      openDatabase({ url: url.href, file: '', entities: [], migrations: [] }),
    );

    expect(String(error)).toMatch(
      /^MysqlUnreachable: No connection to .+: ER_ACCESS_DENIED_ERROR\.$/,
    );
    expect(`${JSON.stringify(error)}${(error as Error).stack}`).not.toMatch(/somebody|hunter2/);
    expect(db.description).toMatch(/^MariaDB \d+\.\d+\.\d+ \(.+\/recon_test_[0-9a-f]+\)$/);
    await remove();
  });

  // The same database through a second Database, as a second process has it.
  let other: Database;
  beforeAll(async () => {
    const url = new URL(process.env['TEST_DATABASE_URL'] ?? '');
    const [row] = await db.reader.query<{ name: string }>('SELECT DATABASE() AS name');
    url.pathname = `/${row?.name ?? ''}`;
    other = await openDatabase({ url: url.href, file: '', entities: [], migrations: [] });
  });
  afterAll(() => other.close());
});
