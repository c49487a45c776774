import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { DatabaseInUse, openDatabase } from '../../../src/db/database';

let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'recon-lock-'));
  file = join(directory, 'deep', 'recon.db');
});
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill();
  rmSync(directory, { recursive: true });
});

const open = () => openDatabase({ url: null, file, entities: [], migrations: [] });
const inUse = (pid: number) => new DatabaseInUse(pid, file);

/** A process that lives until it is told to end. */
async function aProcess() {
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume(); console.log("up")']);
  children.push(child);
  await once(child.stdout, 'data');
  const pid = child.pid!;
  const started = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')[19]!;
  const end = async () => {
    const ended = once(child, 'exit');
    child.stdin.end();
    await ended;
  };
  return { pid, started, end };
}

test('the file is refused while another process holds it, and free when that one is gone', async () => {
  await (await open()).close();
  const other = await aProcess();
  writeFileSync(`${file}.lock`, JSON.stringify({ pid: other.pid, started: other.started }));

  const refused = await open().catch((error: unknown) => error);
  await other.end();
  const database = await open();

  expect(refused).toEqual(inUse(other.pid));
  expect((refused as Error).message).toBe(
    `The embedded database ${file} is in use by process ${other.pid}: talk to that running server, or stop it first.`,
  );
  expect(JSON.parse(readFileSync(`${file}.lock`, 'utf8')).pid).toBe(process.pid);
  await database.close();
});

test('a lock whose pid now belongs to another process is taken over', async () => {
  await (await open()).close();
  const other = await aProcess();
  writeFileSync(`${file}.lock`, JSON.stringify({ pid: other.pid, started: '1' }));

  const database = await open();

  await database.close();
  await other.end();
});

test.each(['', '{"pid":', '{}', 'null'])('a lock that says %j is taken over', async (content) => {
  await (await open()).close();
  writeFileSync(`${file}.lock`, content);

  await (await open()).close();

  expect(existsSync(`${file}.lock`)).toBe(false);
});

test('one process opens the file once, and again after closing', async () => {
  const first = await open();

  await expect(open()).rejects.toEqual(inUse(process.pid));
  await first.close();
  expect(existsSync(`${file}.lock`)).toBe(false);
  await (await open()).close();
});

test('of several that start at once one has the file', async () => {
  const opened = await Promise.allSettled([open(), open(), open()]);

  const databases = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  expect(databases).toHaveLength(1);
  await Promise.all(databases.map((database) => database.close()));
});

test('a database that cannot be opened leaves no lock', async () => {
  await (await open()).close();
  writeFileSync(file, 'This is no database, and long enough to be recognised as none.'.repeat(20));

  await expect(open()).rejects.toThrow('file is not a database');
  expect(existsSync(`${file}.lock`)).toBe(false);
});
