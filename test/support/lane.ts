import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import mysql from 'mysql2/promise';

import { openDatabase, type Database, type DatabaseOptions } from '../../src/db/database';

type Lane = 'sqlite' | 'mariadb';

/** The database this run of the suite is for: jest.config.js says it per project. */
export function lane(): Lane {
  const name = (globalThis as { LANE?: unknown }).LANE;
  if (name !== 'sqlite' && name !== 'mariadb') throw new Error('This test belongs to a lane.');
  return name;
}

/** How to open a fresh, empty database of the lane, as often as wanted, and how to remove it. */
export async function freshTarget(): Promise<{
  readonly target: Pick<DatabaseOptions, 'url' | 'file'>;
  readonly remove: () => Promise<void>;
}> {
  if (lane() === 'sqlite') {
    const directory = mkdtempSync(join(tmpdir(), 'recon-test-'));
    return {
      target: { url: null, file: join(directory, 'recon.db') },
      remove: async () => rmSync(directory, { recursive: true }),
    };
  }
  const { url, remove } = await freshServerDatabase();
  return { target: { url, file: '' }, remove };
}

/** A fresh, empty database of the server that TEST_DATABASE_URL names. */
export async function freshServerDatabase(): Promise<{
  readonly url: string;
  readonly remove: () => Promise<void>;
}> {
  const name = `recon_test_${randomBytes(6).toString('hex')}`;
  await onServer(`CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
  const url = new URL(serverUrl());
  url.pathname = `/${name}`;
  return { url: url.href, remove: () => onServer(`DROP DATABASE ${name}`) };
}

/** A fresh, migrated database of the lane, removed when it is closed. */
export async function openTestDatabase(
  entities: DatabaseOptions['entities'],
  migrations: DatabaseOptions['migrations'],
  more: Pick<DatabaseOptions, 'poolSize' | 'onStatement'> = {},
): Promise<Database> {
  const { target, remove } = await freshTarget();
  const database = await openDatabase({ ...target, entities, migrations, ...more });
  await database.migrate();
  return {
    ...database,
    async close() {
      await database.close();
      await remove();
    },
  };
}

function serverUrl(): string {
  const url = process.env['TEST_DATABASE_URL'];
  if (url === undefined) throw new Error('TEST_DATABASE_URL must name a MySQL or MariaDB server.');
  return url;
}

async function onServer(text: string): Promise<void> {
  const url = new URL(serverUrl());
  const socketPath = url.searchParams.get('socketPath');
  const connection = await mysql.createConnection({
    host: url.hostname,
    port: Number(url.port || 3306),
    ...(socketPath === null ? {} : { socketPath }),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
  });
  try {
    await connection.query(text);
  } finally {
    await connection.end();
  }
}
