import {
  expectedSettings,
  sessionStatements,
  settingsNotHeld,
} from '../../../src/db/mysql-session';
import { MysqlUnreachable, parseTarget, placeOf } from '../../../src/db/mysql-target';

const limits = { statementS: 5, idleTransactionS: 10, lockWaitS: 1 };
const SQL_MODE =
  'ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION,NO_ZERO_DATE,NO_ZERO_IN_DATE,ONLY_FULL_GROUP_BY,STRICT_ALL_TABLES,STRICT_TRANS_TABLES';

test('a session is set up in the words of each server', () => {
  const common = `SET SESSION sql_mode = '${SQL_MODE}', time_zone = '+00:00', autocommit = 1, innodb_lock_wait_timeout = 1, lock_wait_timeout = 5`;
  const level = 'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED';

  expect(sessionStatements(limits, true)).toEqual([
    `${common}, max_statement_time = 5, idle_transaction_timeout = 10`,
    level,
  ]);
  expect(sessionStatements(limits, false)).toEqual([`${common}, max_execution_time = 5000`, level]);
});

/** What a MariaDB server answers when all is well: its own order, its own types. */
const good = {
  sql_mode: SQL_MODE.split(',').reverse().join(','),
  time_zone: '+00:00',
  autocommit: '1',
  innodb_lock_wait_timeout: '1',
  lock_wait_timeout: 5,
  max_statement_time: '5.000000',
  idle_transaction_timeout: 10n,
  tx_isolation: 'READ-COMMITTED',
  character_set_client: 'utf8mb4',
  character_set_connection: 'utf8mb4',
  character_set_results: 'utf8mb4',
};

test.each<[string, object, string[]]>([
  ['all as wanted', {}, []],
  ['another isolation', { tx_isolation: 'REPEATABLE-READ' }, ['tx_isolation']],
  ['a mode missing', { sql_mode: 'STRICT_TRANS_TABLES' }, ['sql_mode']],
  ['a mode too many', { sql_mode: `${SQL_MODE},NO_BACKSLASH_ESCAPES` }, ['sql_mode']],
  ['no time limit', { max_statement_time: '0.000000' }, ['max_statement_time']],
  ['autocommit answered as null', { autocommit: null }, ['autocommit']],
  [
    'two at once',
    { time_zone: 'SYSTEM', character_set_client: 'latin1' },
    ['time_zone', 'character_set_client'],
  ],
])('settings read back, %s', (_case, difference, expected) => {
  expect(settingsNotHeld(expectedSettings(limits, true), { ...good, ...difference })).toEqual(
    expected,
  );
});

test.each<[string, object, string]>([
  [
    'mysql://recon:p%40ss%3A%2Fw@db.example:3307/orders',
    { host: 'db.example', port: 3307, username: 'recon', password: 'p@ss:/w', database: 'orders' },
    'db.example:3307/orders',
  ],
  [
    'mariadb://recon@[::1]/orders',
    { host: '::1', port: 3306, username: 'recon', password: '', database: 'orders' },
    '::1:3306/orders',
  ],
  [
    'mysql://recon:x@localhost/orders?socketPath=/run/my%20sql.sock',
    {
      host: 'localhost',
      port: 3306,
      username: 'recon',
      password: 'x',
      database: 'orders',
      socketPath: '/run/my sql.sock',
    },
    '/run/my sql.sock/orders',
  ],
])('%s is understood, and told without credentials', (url, target, place) => {
  expect(parseTarget(url)).toEqual(target);
  expect(placeOf(parseTarget(url))).toBe(place);
});

test.each([
  ['mysql//user:hunter2@host/db', 'The database url is not a url.'],
  ['mysql://user:hunter2@host:99999/db', 'The database url is not a url.'],
  ['postgres://user:hunter2@host/db', 'The database url must begin with mysql:// or mariadb://.'],
  ['mysql://user:hunter2@host', 'The database url names no database.'],
  ['mysql://user:hunter2%zz@host/db', 'The database url is not percent-encoded correctly.'],
])('a wrong url is refused without being repeated: %#', (url, message) => {
  expect(() => parseTarget(url)).toThrow(new Error(message));
});

test('an unreachable server is told by place and code, its numbers kept', () => {
  const cause = Object.assign(new Error("Access denied for user 'recon'@'host'"), {
    code: 'ER_ACCESS_DENIED_ERROR',
    errno: 1045,
    sqlState: '28000',
  });

  const error = new MysqlUnreachable(parseTarget('mysql://recon:hunter2@host/db'), cause);

  expect(error.message).toBe('No connection to host:3306/db: ER_ACCESS_DENIED_ERROR.');
  expect({ ...error }).toEqual({
    name: 'MysqlUnreachable',
    code: 'ER_ACCESS_DENIED_ERROR',
    errno: 1045,
    sqlState: '28000',
  });
});
