import { copyFileSync, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import Libsql from 'libsql';
import { type MigrationInterface, type QueryRunner } from 'typeorm';

import { openDatabase, type Database } from '../../../src/db/database';

class CreateT1 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE t (id VARCHAR(40) NOT NULL PRIMARY KEY)');
  }

  down = () => Promise.reject(new Error('Forward only.'));
}
class Broken2 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE half (id VARCHAR(40) NOT NULL PRIMARY KEY)');
    throw new Error('broken');
  }

  down = () => Promise.reject(new Error('Forward only.'));
}

let directory: string;
let file: string;
let db: Database;
const openWith = (migrations: (typeof CreateT1 | typeof Broken2)[]) =>
  openDatabase({ url: null, file, entities: [], migrations });

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'recon-embedded-'));
  file = join(directory, 'recon.db');
  db = await openWith([CreateT1]);
  await db.migrate();
});
afterEach(async () => {
  await db.close();
  rmSync(directory, { recursive: true });
});

test('it says what it is and where', () => {
  expect(db.description).toMatch(/^embedded SQLite 3\.\d+\.\d+ \(file .+recon\.db\)$/);
  expect(db.embedded).toBe(true);
  expect(db.dialect.forUpdate).toBe('');
});

test('after an orderly stop the file alone is whole: it can be copied without its log', async () => {
  await db.write((sql) => sql.run('INSERT INTO t (id) VALUES (?)', ['a']));
  await db.reader.query('SELECT id FROM t');
  await db.close();
  const log = `${file}-wal`;
  const logged = existsSync(log) ? statSync(log).size : 0;
  const copy = join(directory, 'copy.db');
  copyFileSync(file, copy);

  db = await openDatabase({ url: null, file: copy, entities: [], migrations: [] });

  expect(logged).toBe(0);
  expect(await db.reader.query('SELECT id FROM t')).toEqual([{ id: 'a' }]);
});

test('the log is written ahead, and what is committed is there after a restart', async () => {
  await db.write((sql) => sql.run('INSERT INTO t (id) VALUES (?)', ['a']));
  const [mode] = await db.reader.query('PRAGMA journal_mode');
  await db.close();

  db = await openWith([CreateT1]);

  expect(mode).toEqual({ journal_mode: 'wal' });
  expect(await db.reader.query('SELECT id FROM t')).toEqual([{ id: 'a' }]);
  expect(await db.migrate()).toEqual([]);
});

test('a write waits for a foreign process that holds the file, and the process stays awake', async () => {
  const foreign = new Libsql(file, { timeout: 0 });
  foreign.exec('BEGIN IMMEDIATE');
  const written = db.write((sql) => sql.run('INSERT INTO t (id) VALUES (?)', ['a']));

  await wait(5);
  foreign.exec('COMMIT');
  foreign.close();

  expect(await written).toBe(1);
});

test('writes run one after another, in the order they came', async () => {
  const seen: string[] = [];
  const write = (name: string) =>
    db.write(async (sql) => {
      seen.push(`${name} in`);
      await sql.query('SELECT 1');
      await wait(1);
      seen.push(`${name} out`);
    });

  await Promise.all([write('a'), write('b'), write('c')]);

  expect(seen).toEqual(['a in', 'a out', 'b in', 'b out', 'c in', 'c out']);
});

test('a migration that breaks leaves nothing of itself and is not recorded', async () => {
  await db.close();
  db = await openWith([CreateT1, Broken2]);

  await expect(db.migrate()).rejects.toThrow('broken');

  expect(await db.reader.query("SELECT name FROM sqlite_master WHERE name = 'half'")).toEqual([]);
  expect(await db.reader.query('SELECT name FROM migration')).toEqual([{ name: 'CreateT1' }]);
});

test('a statement with too few or too many parameters is refused', async () => {
  const text = "SELECT '?', ? AS a, ? AS b";

  await expect(db.reader.query(text, ['x'])).rejects.toThrow('has 2 parameters, not 1');
  await expect(db.reader.query(text, ['x', 'y', 'z'])).rejects.toThrow('has 2 parameters, not 3');
  expect(await db.reader.query('SELECT ? + 1 AS next', [1])).toEqual([{ next: 2n }]);
});
