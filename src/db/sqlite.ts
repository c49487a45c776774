import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import Libsql from 'libsql';
import { DataSource, type QueryRunner } from 'typeorm';

import { type Database, type DatabaseOptions } from './database';
import { sqliteDialect } from './dialect';
import { isBusy } from './error-class';
import { gate } from './gate';
import { takeLock } from './lock-file';
import { silentLogger } from './logger';
import { runMigrations } from './migrate';
import { SnakeNaming } from './naming';
import {
  executeOn,
  inTransaction,
  readOnlySql,
  refusingNested,
  sqlOn,
  type Execute,
} from './transaction';
import { bound, type Bound } from './values';

/** How long a write waits for those before it. */
const WRITER_WAIT_MS = 10_000;
const BUSY_ATTEMPTS = 40;
const BUSY_WAIT_MS = 25;

type Role = 'writer' | 'reader';

/**
 * The embedded database: one writer connection behind a mutex, one reader connection that sees what
 * is committed and cannot write. TypeORM keeps one query runner per connection, so without the mutex
 * a second write would become a savepoint of the first and be rolled back with it.
 */
export async function openSqlite(options: DatabaseOptions): Promise<Database> {
  mkdirSync(dirname(options.file), { recursive: true });
  const lock = await takeLock(options.file);
  const opened: DataSource[] = [];
  const close = async () => {
    const [writer, reader] = opened.splice(0);
    await reader?.destroy();
    // So that the file alone is whole. A foreign process may be in the way: then its log belongs to it still.
    await writer?.query('PRAGMA wal_checkpoint(TRUNCATE)').catch(() => undefined);
    await writer?.destroy();
    lock.release();
  };
  try {
    opened.push(await connect(options, 'writer'), await connect(options, 'reader'));
    return await databaseOn(options, opened, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function databaseOn(
  options: DatabaseOptions,
  [writerSource, readerSource]: readonly DataSource[],
  close: () => Promise<void>,
): Promise<Database> {
  if (writerSource === undefined || readerSource === undefined) throw new Error('Not connected.');
  const runner = writerSource.createQueryRunner();
  const writer = executor(runner, options);
  const reader = readOnlySql(executor(readerSource.createQueryRunner(), options));
  const unnested = refusingNested();
  const alone = gate(1, WRITER_WAIT_MS);
  const [server] = await readerSource.query<{ version: string }[]>(
    'SELECT sqlite_version() AS version',
  );
  return {
    dialect: sqliteDialect,
    description: `embedded SQLite ${server?.version ?? ''} (file ${options.file})`,
    embedded: true,
    reader,
    write: (work) =>
      unnested(() =>
        alone(() => inTransaction(writer, ['BEGIN IMMEDIATE'], (unit) => work(sqlOn(unit)))),
      ),
    async snapshot(work) {
      const source = await connect({ ...options, entities: [] }, 'reader');
      const execute = executor(source.createQueryRunner(), options);
      try {
        return await inTransaction(execute, ['BEGIN', PIN], (unit) => work(readOnlySql(unit)));
      } finally {
        await source.destroy();
      }
    },
    migrate: () => unnested(() => alone(() => runMigrations(runner, options.migrations, true))),
    async ping() {
      await reader.query('SELECT 1');
    },
    close: () => alone(close),
  };
}

/** BEGIN alone waits for the first read: this is it, so that the moment is the one of the call. */
const PIN = 'SELECT 1 FROM sqlite_master LIMIT 1';

async function connect(options: DatabaseOptions, role: Role): Promise<DataSource> {
  return new DataSource({
    type: 'better-sqlite3',
    driver: Libsql,
    database: options.file,
    entities: [...options.entities],
    namingStrategy: new SnakeNaming(),
    logger: silentLogger,
    // SQLite's own waiting would stop the whole process: see whenFree.
    timeout: 0,
    enableWAL: role === 'writer',
    prepareDatabase(connection: Libsql.Database) {
      connection.defaultSafeIntegers(true);
      connection.pragma('synchronous = NORMAL');
      // As the other database compares: a prefix means the letters it is written with.
      connection.pragma('case_sensitive_like = ON');
      // libsql does not enforce its option `readonly`.
      if (role === 'reader') connection.pragma('query_only = ON');
    },
  }).initialize();
}

function executor(runner: QueryRunner, { onStatement }: DatabaseOptions): Execute {
  return async (text, parameters = []) => {
    onStatement?.(text);
    const values = bind(text, parameters);
    return whenFree(() => executeOn(runner, text, values));
  };
}

/** Waits, a bounded time, for a foreign process that holds the file: a backup, a shell. */
async function whenFree<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isBusy(error) || attempt === BUSY_ATTEMPTS) throw error;
      await wait(BUSY_WAIT_MS);
    }
  }
}

/** Values as libsql takes them. It binds NULL where one is missing, so they are counted here. */
function bind(text: string, parameters: readonly unknown[]): readonly unknown[] {
  const wanted = text.replace(/'[^']*'|`[^`]*`|"[^"]*"/g, '').split('?').length - 1;
  if (wanted !== parameters.length) {
    throw new TypeError(`The statement has ${wanted} parameters, not ${parameters.length}.`);
  }
  const values = parameters.map((value) => wholeAsInteger(bound(value)));
  // A lone null is not taken as a list of one: the list itself is.
  return values.length === 1 ? [values] : values;
}

/** A number is bound as a real, so that `? + 1` would answer 2.0. */
function wholeAsInteger(value: Bound): Bound {
  return typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value;
}
