import { type Dialect } from './dialect';
import { type MigrationClass } from './migrate';
import { openMysql } from './mysql';
import { openSqlite } from './sqlite';
import { type EntityClass } from './table';

export { DatabaseInUse } from './lock-file';

/**
 * Raw SQL, quoted by backticks, `?` for each parameter: string, number, bigint, boolean, Date or
 * null. In raw rows an integer is bigint, number or text and an instant is text, by database: read
 * them with values.ts, or whole entities with rows.ts.
 */
export interface Sql {
  query<Row extends object = Record<string, unknown>>(
    text: string,
    parameters?: readonly unknown[],
  ): Promise<Row[]>;
  /** A statement that writes; answers how many rows matched. */
  run(text: string, parameters?: readonly unknown[]): Promise<number>;
}

export interface Database {
  readonly dialect: Dialect;
  /** Engine, version and place; never credentials. */
  readonly description: string;
  readonly embedded: boolean;
  /**
   * One transaction: READ COMMITTED on MySQL, alone on SQLite. Any error rolls back; nothing is
   * retried. Throws when called inside another write().
   */
  write<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /** Committed rows only. */
  readonly reader: Sql;
  /** Read-only; every statement sees the same moment. */
  snapshot<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /** Runs what has not run yet, once however many processes start; answers the names. */
  migrate(): Promise<string[]>;
  ping(): Promise<void>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** mysql://… or mariadb://…; null for the embedded database. */
  readonly url: string | null;
  /** The embedded database's file; its directory is made. */
  readonly file: string;
  readonly entities: readonly EntityClass<object>[];
  /** TypeORM migration classes, in order. */
  readonly migrations: readonly MigrationClass[];
  readonly poolSize?: number;
  /** Hears every statement, BEGIN and COMMIT too; not those of migrations and connection set-up. */
  readonly onStatement?: (text: string) => void;
}

/** Throws DatabaseInUse, MysqlUnreachable, or an error naming the session setting that does not hold. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  return options.url === null ? openSqlite(options) : openMysql({ ...options, url: options.url });
}
