/** What a session must be, whatever the server's defaults are. */
export interface SessionLimits {
  /** Seconds after which the server ends a statement; 0 for never. */
  readonly statementS: number;
  /** Seconds after which the server ends an idle transaction and frees its locks (MariaDB). */
  readonly idleTransactionS: number;
  /** Seconds to wait for a row lock. */
  readonly lockWaitS: number;
}

export type Settings = Readonly<Record<string, string | number>>;

const SQL_MODE = [
  'ERROR_FOR_DIVISION_BY_ZERO',
  'NO_ENGINE_SUBSTITUTION',
  'NO_ZERO_DATE',
  'NO_ZERO_IN_DATE',
  'ONLY_FULL_GROUP_BY',
  'STRICT_ALL_TABLES',
  'STRICT_TRANS_TABLES',
].join();

function assigned(limits: SessionLimits, mariadb: boolean): Settings {
  return {
    sql_mode: SQL_MODE,
    time_zone: '+00:00',
    autocommit: 1,
    innodb_lock_wait_timeout: limits.lockWaitS,
    // Waiting for a table that is being altered: longer would stall all traffic behind it.
    lock_wait_timeout: 5,
    ...(mariadb
      ? {
          max_statement_time: limits.statementS,
          idle_transaction_timeout: limits.idleTransactionS,
        }
      : { max_execution_time: limits.statementS * 1000 }),
  };
}

/** The statements that make a session so. */
export function sessionStatements(limits: SessionLimits, mariadb: boolean): string[] {
  const assignments = Object.entries(assigned(limits, mariadb)).map(
    ([name, value]) => `${name} = ${typeof value === 'number' ? value : `'${value}'`}`,
  );
  return [
    `SET SESSION ${assignments.join(', ')}`,
    'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
  ];
}

/** What such a session answers when it is read back, by the name of the variable. */
export function expectedSettings(limits: SessionLimits, mariadb: boolean): Settings {
  // MariaDB before 11.1 does not know the other name.
  const isolation = mariadb ? 'tx_isolation' : 'transaction_isolation';
  return {
    ...assigned(limits, mariadb),
    [isolation]: 'READ-COMMITTED',
    character_set_client: 'utf8mb4',
    character_set_connection: 'utf8mb4',
    character_set_results: 'utf8mb4',
  };
}

export function readBackStatement(expected: Settings): string {
  const names = Object.keys(expected).map((name) => `@@SESSION.${name} AS ${name}`);
  return `SELECT ${names.join(', ')}`;
}

/** Names of the settings that are not as expected, in their order. */
export function settingsNotHeld(
  expected: Settings,
  actual: Readonly<Record<string, unknown>>,
): string[] {
  return Object.entries(expected)
    .filter(([name, value]) => !holds(value, actual[name]))
    .map(([name]) => name);
}

function holds(expected: string | number, actual: unknown): boolean {
  if (typeof expected === 'number') return actual !== null && Number(actual) === expected;
  // The server lists the modes in an order of its own.
  return typeof actual === 'string' && sorted(actual) === sorted(expected);
}

function sorted(list: string): string {
  return list.split(',').sort().join();
}
