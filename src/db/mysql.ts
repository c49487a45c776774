import { type Database, type DatabaseOptions } from './database';
import { mysqlDialect } from './dialect';
import { runMigrations, underMigrationLock } from './migrate';
import { CONNECT_MS, openPool, type Pool } from './mysql-pool';
import { askServer, parseTarget, placeOf } from './mysql-target';
import { inTransaction, readOnlySql, refusingNested, sqlOn } from './transaction';

const POOL_SIZE = 10;
const WORK = { statementS: 5, idleTransactionS: 10, lockWaitS: 1 };
const REPORT = { statementS: 30, idleTransactionS: 30, lockWaitS: 1 };
const REPORT_POOL_SIZE = 2;
const MIGRATION = { statementS: 0, idleTransactionS: 0, lockWaitS: 5 };

const BEGIN_WRITE = ['SET TRANSACTION ISOLATION LEVEL READ COMMITTED', 'START TRANSACTION'];
const BEGIN_SNAPSHOT = [
  'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ',
  'START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY',
];

/** MySQL or MariaDB: a pool for work, one for reports that is opened by the first report. */
export async function openMysql(options: DatabaseOptions & { url: string }): Promise<Database> {
  const target = parseTarget(options.url);
  const server = await askServer(target, CONNECT_MS);
  const { entities, onStatement, migrations } = options;
  const common = { target, server, onStatement };
  const size = options.poolSize ?? POOL_SIZE;
  const work = await openPool({ ...common, entities, limits: WORK, size });
  const reports = openedOnce(() =>
    openPool({ ...common, entities: [], limits: REPORT, size: REPORT_POOL_SIZE }),
  );
  const unnested = refusingNested();

  return {
    dialect: mysqlDialect,
    description: `${server.mariadb ? 'MariaDB' : 'MySQL'} ${server.version} (${placeOf(target)})`,
    embedded: false,
    reader: readOnlySql((text, parameters) => work.lease((execute) => execute(text, parameters))),
    write: (unit) =>
      unnested(() =>
        work.lease((execute) => inTransaction(execute, BEGIN_WRITE, (each) => unit(sqlOn(each)))),
      ),
    async snapshot(report) {
      const pool = await reports.get();
      return pool.lease((execute) =>
        inTransaction(execute, BEGIN_SNAPSHOT, (each) => report(readOnlySql(each))),
      );
    },
    async migrate() {
      const pool = await openPool({ ...common, entities: [], limits: MIGRATION, size: 1 });
      try {
        return await pool.leaseRunner((runner) =>
          underMigrationLock(runner, () => runMigrations(runner, migrations, false)),
        );
      } finally {
        await pool.close();
      }
    },
    async ping() {
      await work.leaseReserved((execute) => execute('SELECT 1'));
    },
    async close() {
      await reports.close();
      await work.close();
    },
  };
}

/** A pool that is opened when it is first wanted, and tried again after it could not be. */
function openedOnce(open: () => Promise<Pool>) {
  let opening: Promise<Pool> | null = null;
  return {
    get(): Promise<Pool> {
      opening ??= open().catch((error: unknown) => {
        opening = null;
        throw error;
      });
      return opening;
    },
    async close(): Promise<void> {
      await (await opening)?.close();
    },
  };
}
