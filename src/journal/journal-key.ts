import { createHash, randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type JournalKey } from './seal.rules';

export { type JournalKey };

const FILE = 'journal.key';

/**
 * The configured key, else the one of a key file, which is made where there is none. A key beside the
 * data proves accidents only: who can edit the journal there can sign it too.
 */
export function journalKey(config: {
  readonly journalKey: string | null;
  readonly dataDir: string;
}): JournalKey {
  const key = Buffer.from(config.journalKey ?? keyInFile(config.dataDir), 'utf8');
  return { keyId: createHash('sha256').update(key).digest('hex').slice(0, 16), key };
}

function keyInFile(directory: string): string {
  const path = join(directory, FILE);
  const text = read(path) ?? made(directory, path);
  if (!/^[0-9a-f]{64}$/.test(text)) throw new Error(`${path} does not hold 64 hex digits.`);
  return text;
}

/** Written aside and linked: nobody sees half a key, and of two that make one at once both get the same. */
function made(directory: string, path: string): string {
  mkdirSync(directory, { recursive: true });
  const aside = `${path}.${randomBytes(8).toString('hex')}`;
  writeFileSync(aside, `${randomBytes(32).toString('hex')}\n`, {
    mode: 0o600,
    flag: 'wx',
    flush: true,
  });
  try {
    linkSync(aside, path);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  } finally {
    rmSync(aside);
  }
  return read(path) ?? '';
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
