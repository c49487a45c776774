import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { journalKey } from '../../../src/journal/journal-key';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'recon-key-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const given = 'a journal key of 32 characters..';

test('a configured key is used as it is, and no file is made', () => {
  const { keyId, key } = journalKey({ journalKey: given, dataDir: directory });

  expect(key).toEqual(Buffer.from(given));
  expect(keyId).toBe(createHash('sha256').update(given).digest('hex').slice(0, 16));
  expect(readdirSync(directory)).toEqual([]);
});

test('without one a key is made beside the data, for its owner only', () => {
  const dataDir = join(directory, 'deep', 'data');

  const { key } = journalKey({ journalKey: null, dataDir });

  expect(key.toString()).toMatch(/^[0-9a-f]{64}$/);
  expect(readdirSync(dataDir)).toEqual(['journal.key']);
  expect(readFileSync(join(dataDir, 'journal.key'), 'utf8')).toBe(`${key.toString()}\n`);
  expect(statSync(join(dataDir, 'journal.key')).mode & 0o777).toBe(0o600);
});

test('the key that was made is the key from then on, and may be configured elsewhere', () => {
  const made = journalKey({ journalKey: null, dataDir: directory });

  expect(journalKey({ journalKey: null, dataDir: directory })).toEqual(made);
  expect(journalKey({ journalKey: made.key.toString(), dataDir: '/nowhere' })).toEqual(made);
});

test('two directories have two keys', () => {
  const one = journalKey({ journalKey: null, dataDir: join(directory, '1') });
  const other = journalKey({ journalKey: null, dataDir: join(directory, '2') });

  expect(one.keyId).not.toBe(other.keyId);
});

test.each(['', 'a'.repeat(63), 'x'.repeat(64)])('a key file that holds %j is refused', (text) => {
  writeFileSync(join(directory, 'journal.key'), text);

  expect(() => journalKey({ journalKey: null, dataDir: directory })).toThrow(
    `${join(directory, 'journal.key')} does not hold 64 hex digits.`,
  );
});
