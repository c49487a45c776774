import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

/** Another process writes the embedded file. */
export class DatabaseInUse extends Error {
  constructor(
    readonly pid: number,
    readonly file: string,
  ) {
    super(
      `The embedded database ${file} is in use by process ${pid}: ` +
        'talk to that running server, or stop it first.',
    );
    this.name = 'DatabaseInUse';
  }
}

interface Holder {
  readonly pid: number;
  /** When the process started, as /proc tells it; '' where there is no /proc. */
  readonly started: string;
}

export interface LockFile {
  release(): void;
}

const ATTEMPTS = 10;
const WRITE_MS = 20;

/** Takes `<file>.lock`, which one living process can hold; a dead one's is taken over. */
export async function takeLock(file: string): Promise<LockFile> {
  const path = `${file}.lock`;
  const own: Holder = { pid: process.pid, started: startOf(process.pid) };
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    if (create(path, own))
      return {
        release: () => {
          removeIfStill(path, own);
        },
      };
    const holder = read(path);
    if (holder !== null && isAlive(holder)) throw new DatabaseInUse(holder.pid, file);
    // No holder: gone meanwhile, or made this instant and not written yet. Give the writer its time.
    if (holder === null) await wait(WRITE_MS);
    // Removed only if it still says what was read, in one go, so that a fresh one is not removed.
    if (holder !== null || attempt === ATTEMPTS - 1) removeIfStill(path, holder);
  }
  throw new Error(`The lock ${path} can neither be taken nor read.`);
}

function create(path: string, holder: Holder): boolean {
  try {
    writeFileSync(path, JSON.stringify(holder), { flag: 'wx' });
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

function read(path: string): Holder | null {
  try {
    const content = JSON.parse(readFileSync(path, 'utf8')) as Partial<Holder> | null;
    const { pid, started } = content ?? {};
    return typeof pid === 'number' && typeof started === 'string' ? { pid, started } : null;
  } catch (error) {
    if (error instanceof SyntaxError || hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

function same(left: Holder | null, right: Holder | null): boolean {
  return left?.pid === right?.pid && left?.started === right?.started;
}

function removeIfStill(path: string, holder: Holder | null): void {
  if (same(read(path), holder)) rmSync(path, { force: true });
}

/** A pid alone is not enough: it may have been given to another process since. */
function isAlive({ pid, started }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: there is one, of another user.
    if (!hasCode(error, 'EPERM')) return false;
  }
  const now = startOf(pid);
  return started === '' || now === '' || now === started;
}

function startOf(pid: number): string {
  try {
    // The name, second of the fields, may hold spaces and parentheses; the start is the 22nd.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ');
    return fields?.[19] ?? '';
  } catch {
    return '';
  }
}

function hasCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
