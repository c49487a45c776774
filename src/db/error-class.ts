import { QueryFailedError } from 'typeorm';

/**
 * What an error of the database means for the unit of work:
 *   RETRY        — conflict; run the whole unit again.
 *   LOCK_TIMEOUT — another one holds the row; retry, or say "in progress".
 *   DUPLICATE    — a unique key is taken; `duplicateIndex` says which.
 *   UNAVAILABLE  — no server, no room or read-only. A lost COMMIT is of this class and is ambiguous.
 *   TIMEOUT      — the statement took too long and was ended.
 *   BUG          — the API should have refused it, or it is no error of a database.
 */
export type ErrorClass = 'RETRY' | 'LOCK_TIMEOUT' | 'DUPLICATE' | 'UNAVAILABLE' | 'TIMEOUT' | 'BUG';

// Numbers, never names: mysql2 gives MariaDB's numbers the names of MySQL's.
const BY_NUMBER: Readonly<Record<number, ErrorClass>> = {
  1213: 'RETRY', // deadlock, Galera certification
  1020: 'RETRY', // snapshot conflict, MariaDB 11.6.2 and later
  8002: 'RETRY', // TiDB: write conflict
  8022: 'RETRY',
  9007: 'RETRY',
  1205: 'LOCK_TIMEOUT',
  3572: 'LOCK_TIMEOUT', // NOWAIT on MySQL
  1062: 'DUPLICATE',
  1586: 'DUPLICATE',
  3024: 'TIMEOUT', // MySQL's max_execution_time
  1290: 'UNAVAILABLE', // read-only server
  1792: 'UNAVAILABLE', // read-only transaction
  1836: 'UNAVAILABLE',
  1040: 'UNAVAILABLE', // too many connections
  1203: 'UNAVAILABLE',
  1047: 'UNAVAILABLE', // Galera: not in the primary component
  1021: 'UNAVAILABLE', // disk full
  1053: 'UNAVAILABLE', // server shutting down
  1927: 'UNAVAILABLE', // connection killed
  4031: 'UNAVAILABLE', // closed for inactivity
};

/** MariaDB numbers that MySQL uses for something else: they count only with their state. */
const BY_NUMBER_AND_STATE: Readonly<Record<string, ErrorClass>> = {
  '1969/70100': 'TIMEOUT', // MariaDB's max_statement_time
  '1317/70100': 'TIMEOUT', // killed
};

const BY_CODE: Readonly<Record<string, ErrorClass>> = {
  SQLITE_BUSY: 'RETRY',
  SQLITE_BUSY_SNAPSHOT: 'RETRY',
  SQLITE_CONSTRAINT_UNIQUE: 'DUPLICATE',
  SQLITE_CONSTRAINT_PRIMARYKEY: 'DUPLICATE',
  SQLITE_FULL: 'UNAVAILABLE',
  SQLITE_READONLY: 'UNAVAILABLE',
  SQLITE_IOERR: 'UNAVAILABLE',
  SQLITE_CANTOPEN: 'UNAVAILABLE',
  ECONNREFUSED: 'UNAVAILABLE',
  ECONNRESET: 'UNAVAILABLE',
  ETIMEDOUT: 'UNAVAILABLE',
  EPIPE: 'UNAVAILABLE',
  ENOENT: 'UNAVAILABLE', // no such socket
  ENOTFOUND: 'UNAVAILABLE',
  EAI_AGAIN: 'UNAVAILABLE',
  EHOSTUNREACH: 'UNAVAILABLE',
  PROTOCOL_CONNECTION_LOST: 'UNAVAILABLE',
  PROTOCOL_SEQUENCE_TIMEOUT: 'UNAVAILABLE',
  POOL_NONEONLINE: 'UNAVAILABLE',
  DATABASE_BUSY: 'UNAVAILABLE',
};

interface Fault {
  readonly number: number | null;
  readonly state: string;
  readonly code: string;
  readonly message: string;
  /** Whether mysql2 gave the connection up. */
  readonly fatal: boolean;
}

function faultOf(error: unknown): Fault {
  const source = error instanceof QueryFailedError ? (error.driverError as unknown) : error;
  const fields: Record<string, unknown> =
    typeof source === 'object' && source !== null ? { ...source } : {};
  return {
    // A negative errno is the operating system's, not the server's.
    number: typeof fields['errno'] === 'number' && fields['errno'] > 0 ? fields['errno'] : null,
    state: typeof fields['sqlState'] === 'string' ? fields['sqlState'] : '',
    code: typeof fields['code'] === 'string' ? fields['code'] : '',
    message: messageOf(source),
    fatal: fields['fatal'] === true,
  };
}

function messageOf(source: unknown): string {
  if (typeof source !== 'object' || source === null || !('message' in source)) return '';
  return typeof source.message === 'string' ? source.message : '';
}

export function classify(error: unknown): ErrorClass {
  const { number, state, code, message, fatal } = faultOf(error);
  if (number !== null) {
    if (number === 1105 && message.includes('Information schema is changed')) return 'RETRY'; // TiDB
    return BY_NUMBER_AND_STATE[`${number}/${state}`] ?? BY_NUMBER[number] ?? 'BUG';
  }
  // SQLITE_READONLY_DBMOVED is a SQLITE_READONLY; SQLITE_CONSTRAINT_CHECK is not a duplicate.
  const family = /^SQLITE_(?:READONLY|IOERR|CANTOPEN|FULL)/.exec(code)?.[0] ?? code;
  return BY_CODE[family] ?? (fatal || message.includes('in closed state') ? 'UNAVAILABLE' : 'BUG');
}

/**
 * The index a duplicate hit (`uq_payment_reference`, `PRIMARY`), on SQLite its columns (`t.a, t.b`);
 * '' if it is no duplicate or nothing is named. Never the value.
 */
export function duplicateIndex(error: unknown): string {
  if (classify(error) !== 'DUPLICATE') return '';
  const { message } = faultOf(error);
  // Greedy to the last " for key": the value before it is the caller's and may hold anything.
  const named = /^[^]* for key '(?:[^'.]*\.)?([^']*)'$/.exec(message)?.[1];
  return named ?? /^UNIQUE constraint failed: (?:index ')?([\w$., ]*)'?$/.exec(message)?.[1] ?? '';
}

/** MySQL refuses an upsert that collides on another unique key without saying on which. */
export class UpsertCollision extends Error {
  readonly errno = 1062;
  readonly sqlState = '23000';

  constructor(table: string) {
    super(`An upsert into ${table} collides on a unique key that is not its primary key.`);
    this.name = 'UpsertCollision';
  }
}

/** Whether the error is the guard of an upsert: NULL for a key column (1048). */
export function isUpsertCollision(error: unknown, keys: readonly string[]): boolean {
  const { number, message } = faultOf(error);
  return number === 1048 && keys.some((key) => message.includes(`'${key}'`));
}

/** Whether SQLite's file was held by someone else, so that the same statement may be tried again. */
export function isBusy(error: unknown): boolean {
  return faultOf(error).code === 'SQLITE_BUSY';
}
