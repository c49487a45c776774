import mysql from 'mysql2';
import { DataSource, type QueryRunner } from 'typeorm';

import { classify } from './error-class';
import { gate } from './gate';
import { silentLogger } from './logger';
import {
  expectedSettings,
  readBackStatement,
  sessionStatements,
  settingsNotHeld,
  type SessionLimits,
} from './mysql-session';
import { MysqlUnreachable, type MysqlServer, type MysqlTarget } from './mysql-target';
import { SnakeNaming } from './naming';
import { type EntityClass } from './table';
import { executeOn, type Execute } from './transaction';
import { bound } from './values';

export const CONNECT_MS = 5_000;
/** How long a unit waits for a connection; less than what is left of a request's 5 s. */
const POOL_WAIT_MS = 2_000;

export interface PoolOptions {
  readonly target: MysqlTarget;
  readonly server: MysqlServer;
  readonly limits: SessionLimits;
  readonly size: number;
  readonly entities: readonly EntityClass<object>[];
  readonly onStatement: ((text: string) => void) | undefined;
}

export interface Pool {
  /** Work on a connection of its own, which is destroyed if it broke. */
  lease<T>(work: (execute: Execute) => Promise<T>): Promise<T>;
  /** The same past the queue, on the place kept for health checks. */
  leaseReserved<T>(work: (execute: Execute) => Promise<T>): Promise<T>;
  /** For migrations, which want TypeORM's own object. */
  leaseRunner<T>(work: (runner: QueryRunner) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Throws MysqlUnreachable, or an error that names a session setting that does not hold. */
export async function openPool(options: PoolOptions): Promise<Pool> {
  const source = dataSource(options);
  await source.initialize().catch((error: unknown) => {
    throw new MysqlUnreachable(options.target, error);
  });
  const inLine = gate(options.size, POOL_WAIT_MS);
  const lease = <T>(work: (execute: Execute) => Promise<T>) => onConnection(source, options, work);
  const pool: Pool = {
    lease: (work) => inLine(() => lease(work)),
    leaseReserved: lease,
    leaseRunner: (work) => inLine(() => onRunner(source, options.target, work)),
    close: () => source.destroy(),
  };
  try {
    await pool.lease((execute) => verifySession(execute, options));
    return pool;
  } catch (error) {
    await pool.close();
    throw error;
  }
}

async function verifySession(execute: Execute, { limits, server }: PoolOptions): Promise<void> {
  const expected = expectedSettings(limits, server.mariadb);
  const { rows } = await execute(readBackStatement(expected));
  const broken = settingsNotHeld(expected, { ...rows[0] });
  if (broken.length > 0) throw new Error(`The server does not hold ${broken.join(', ')}.`);
}

function dataSource({ target, server, limits, size, entities }: PoolOptions): DataSource {
  return new DataSource({
    type: server.mariadb ? 'mariadb' : 'mysql',
    ...target,
    driver: { createPool: (config: mysql.PoolOptions) => poolOf(config, limits, server.mariadb) },
    entities: [...entities],
    namingStrategy: new SnakeNaming(),
    logger: silentLogger,
    charset: 'utf8mb4_bin',
    timezone: 'Z',
    // Instants as text, as on SQLite: one mapper, and no local time zone can come in.
    dateStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
    connectTimeout: CONNECT_MS,
    poolSize: size + 1,
    // The client gives up after the server should have: then the connection is dead or frozen.
    ...(limits.statementS === 0
      ? {}
      : { maxQueryExecutionTime: (limits.statementS + 1) * 1000, enableQueryTimeout: true }),
    extra: { enableKeepAlive: true, idleTimeout: 60_000, maxIdle: size },
  });
}

/** A pool whose every connection is set up before its first statement, the very first one too. */
function poolOf(config: mysql.PoolOptions, limits: SessionLimits, mariadb: boolean): mysql.Pool {
  const pool = mysql.createPool(config);
  pool.on('connection', (connection) => {
    for (const text of sessionStatements(limits, mariadb)) {
      connection.query(text, (error) => {
        if (error !== null) connection.destroy();
      });
    }
  });
  return pool;
}

async function onRunner<T>(
  source: DataSource,
  target: MysqlTarget,
  work: (runner: QueryRunner, connection: mysql.PoolConnection) => Promise<T>,
): Promise<T> {
  const runner = source.createQueryRunner();
  try {
    const connection = (await runner.connect().catch((error: unknown) => {
      throw new MysqlUnreachable(target, error);
    })) as mysql.PoolConnection;
    return await work(runner, connection);
  } finally {
    await runner.release();
  }
}

async function onConnection<T>(
  source: DataSource,
  { target, onStatement }: PoolOptions,
  work: (execute: Execute) => Promise<T>,
): Promise<T> {
  return onRunner(source, target, async (runner, connection) => {
    const state = { broken: false };
    try {
      return await work(async (text, parameters = []) => {
        onStatement?.(text);
        const values = parameters.map(bound);
        try {
          return await executeOn(runner, text, values);
        } catch (error) {
          state.broken ||= isBroken(text, error);
          throw error;
        }
      });
    } finally {
      if (state.broken) connection.destroy();
    }
  });
}

/** Whether a connection may still be busy, gone, or inside a transaction after this. */
function isBroken(text: string, error: unknown): boolean {
  const kind = classify(error);
  return kind === 'UNAVAILABLE' || kind === 'TIMEOUT' || text === 'ROLLBACK' || text === 'COMMIT';
}
