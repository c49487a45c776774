import { QueryFailedError } from 'typeorm';

import {
  classify,
  duplicateIndex,
  UpsertCollision,
  type ErrorClass,
} from '../../../src/db/error-class';
import { DatabaseBusy } from '../../../src/db/gate';

interface Fields {
  errno?: number;
  sqlState?: string;
  code?: string;
  fatal?: boolean;
}
const driverError = (fields: Fields, message = 'x') => Object.assign(new Error(message), fields);

test.each<[string, Fields, ErrorClass]>([
  ['a deadlock', { errno: 1213, sqlState: '40001' }, 'RETRY'],
  ['a snapshot conflict', { errno: 1020, sqlState: 'HY000' }, 'RETRY'],
  ['a write conflict of TiDB', { errno: 9007, sqlState: 'HY000' }, 'RETRY'],
  ['a retryable commit of TiDB', { errno: 8002, sqlState: 'HY000' }, 'RETRY'],
  ['another one', { errno: 8022, sqlState: 'HY000' }, 'RETRY'],
  ['a busy file', { code: 'SQLITE_BUSY' }, 'RETRY'],
  ['a snapshot that is too old', { code: 'SQLITE_BUSY_SNAPSHOT' }, 'RETRY'],
  ['a lock wait', { errno: 1205, sqlState: 'HY000' }, 'LOCK_TIMEOUT'],
  ['NOWAIT on MySQL', { errno: 3572, sqlState: 'HY000' }, 'LOCK_TIMEOUT'],
  ['a duplicate', { errno: 1062, sqlState: '23000' }, 'DUPLICATE'],
  ['a duplicate of SQLite', { code: 'SQLITE_CONSTRAINT_UNIQUE' }, 'DUPLICATE'],
  ['a duplicate primary key', { code: 'SQLITE_CONSTRAINT_PRIMARYKEY' }, 'DUPLICATE'],
  ['a foreign key', { errno: 1452, sqlState: '23000' }, 'BUG'],
  ['a referenced row', { errno: 1451, sqlState: '23000' }, 'BUG'],
  // mysql2 gives MariaDB's 4025 a name of MySQL: the name must not count.
  ['a CHECK of MariaDB', { errno: 4025, sqlState: '23000', code: 'ECONNRESET' }, 'BUG'],
  ['a CHECK of MySQL', { errno: 3819, sqlState: 'HY000' }, 'BUG'],
  ['a CHECK of SQLite', { code: 'SQLITE_CONSTRAINT_CHECK' }, 'BUG'],
  ['NOT NULL of SQLite', { code: 'SQLITE_CONSTRAINT_NOTNULL' }, 'BUG'],
  ['a number out of range', { errno: 1264, sqlState: '22003' }, 'BUG'],
  ['a text too long', { errno: 1406, sqlState: '22001' }, 'BUG'],
  ['a wrong character', { errno: 1366, sqlState: '22007' }, 'BUG'],
  ['a wrong date', { errno: 1292, sqlState: '22007' }, 'BUG'],
  ['a truncation', { errno: 1265, sqlState: '01000' }, 'BUG'],
  ['an append-only guard', { errno: 1644, sqlState: '45000' }, 'BUG'],
  ['a missing grant', { errno: 1142, sqlState: '42000' }, 'BUG'],
  ['wrong SQL', { errno: 1064, sqlState: '42000' }, 'BUG'],
  ['wrong SQL of SQLite', { code: 'SQLITE_ERROR' }, 'BUG'],
  ['a statement too slow, MariaDB', { errno: 1969, sqlState: '70100' }, 'TIMEOUT'],
  ['that number with another state', { errno: 1969, sqlState: 'HY000' }, 'BUG'],
  ['a statement too slow, MySQL', { errno: 3024, sqlState: 'HY000' }, 'TIMEOUT'],
  ['a killed statement', { errno: 1317, sqlState: '70100' }, 'TIMEOUT'],
  ['a read-only server', { errno: 1290, sqlState: 'HY000' }, 'UNAVAILABLE'],
  ['a read-only transaction', { errno: 1792, sqlState: '25006' }, 'UNAVAILABLE'],
  ['read-only mode', { errno: 1836, sqlState: 'HY000' }, 'UNAVAILABLE'],
  ['too many connections', { errno: 1040, sqlState: '08004' }, 'UNAVAILABLE'],
  ['too many of one user', { errno: 1203, sqlState: '42000' }, 'UNAVAILABLE'],
  ['a Galera node alone', { errno: 1047, sqlState: '08S01' }, 'UNAVAILABLE'],
  ['a full disk', { code: 'SQLITE_FULL' }, 'UNAVAILABLE'],
  ['a read-only file', { code: 'SQLITE_READONLY' }, 'UNAVAILABLE'],
  ['a file moved away', { code: 'SQLITE_READONLY_DBMOVED' }, 'UNAVAILABLE'],
  ['a disk error', { code: 'SQLITE_IOERR_WRITE' }, 'UNAVAILABLE'],
  ['a refused connection', { errno: -111, code: 'ECONNREFUSED', fatal: true }, 'UNAVAILABLE'],
  ['a reset connection', { errno: -104, code: 'ECONNRESET', fatal: true }, 'UNAVAILABLE'],
  ['a connection too slow', { errno: -110, code: 'ETIMEDOUT', fatal: true }, 'UNAVAILABLE'],
  ['a lost connection', { code: 'PROTOCOL_CONNECTION_LOST', fatal: true }, 'UNAVAILABLE'],
  ['an answer too late', { code: 'PROTOCOL_SEQUENCE_TIMEOUT', fatal: true }, 'UNAVAILABLE'],
  ['no node online', { code: 'POOL_NONEONLINE' }, 'UNAVAILABLE'],
  ['a fatal error without name', { fatal: true }, 'UNAVAILABLE'],
  ['a plain error', {}, 'BUG'],
])('%s: %j is %s', (_case, fields, expected) => {
  const error = driverError(fields);

  expect(classify(error)).toBe(expected);
  expect(classify(new QueryFailedError('SELECT 1', [], error))).toBe(expected);
});

test.each<[string, unknown, ErrorClass]>([
  [
    'a changed schema of TiDB',
    driverError({ errno: 1105, sqlState: 'HY000' }, 'Information schema is changed during tx'),
    'RETRY',
  ],
  ['another 1105', driverError({ errno: 1105, sqlState: 'HY000' }, 'Unknown error'), 'BUG'],
  [
    'a closed connection',
    new Error("Can't add new command when connection is in closed state"),
    'UNAVAILABLE',
  ],
  ['no free connection', new DatabaseBusy(100), 'UNAVAILABLE'],
  ['an upsert that hit another key', new UpsertCollision('payment'), 'DUPLICATE'],
  ['a text', 'SQLITE_BUSY', 'BUG'],
  ['nothing', undefined, 'BUG'],
  ['null', null, 'BUG'],
])('%s is %#', (_case, error, expected) => {
  expect(classify(error)).toBe(expected);
});

const mysqlDuplicate = (message: string) =>
  driverError({ errno: 1062, sqlState: '23000' }, message);
const sqliteDuplicate = (message: string) =>
  driverError({ code: 'SQLITE_CONSTRAINT_UNIQUE' }, message);

test.each<[string, unknown, string]>([
  ['MariaDB', mysqlDuplicate("Duplicate entry 'v' for key 'uq_a'"), 'uq_a'],
  ['MySQL, with the table', mysqlDuplicate("Duplicate entry 'v' for key 'payment.uq_a'"), 'uq_a'],
  ['the primary key', mysqlDuplicate("Duplicate entry 'v' for key 'PRIMARY'"), 'PRIMARY'],
  [
    'a value that imitates',
    mysqlDuplicate("Duplicate entry 'x' for key 'fake'' for key 'uq_a'"),
    'uq_a',
  ],
  ['a value of two lines', mysqlDuplicate("Duplicate entry 'x\ny' for key 'uq_a'"), 'uq_a'],
  ['SQLite, one column', sqliteDuplicate('UNIQUE constraint failed: t.a'), 't.a'],
  ['SQLite, two columns', sqliteDuplicate('UNIQUE constraint failed: t.a, t.b'), 't.a, t.b'],
  ['SQLite, an index', sqliteDuplicate("UNIQUE constraint failed: index 'uq_a'"), 'uq_a'],
  ['a message of another form', mysqlDuplicate("Duplicate 'secret'"), ''],
  ['no duplicate', driverError({ errno: 1213 }, "for key 'uq_a'"), ''],
])('the index of a duplicate: %s', (_case, error, expected) => {
  expect(duplicateIndex(error)).toBe(expected);
});
