import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const SRC = join(__dirname, '..', '..', '..', 'src');
const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.ts'),
);

/** SQL by name, in capitals or not, and the row functions that update or delete. */
const CHANGES = [
  /\b(?:UPDATE|DELETE\s+FROM|REPLACE\s+INTO|TRUNCATE(?:\s+TABLE)?)[\s`"'+]+journal_entry\b/i,
  /\b(?:upsertRows|deleteRowsIn)\([^;]*\bJournalEntry\b/,
];
const changesIt = (source: string) => CHANGES.some((pattern) => pattern.test(source));

test('no statement of the source updates or deletes a journal entry', () => {
  expect(files.length).toBeGreaterThan(50);
  expect(files.filter((name) => changesIt(readFileSync(join(SRC, name), 'utf8')))).toEqual([]);
});

test.each([
  ["sql.run('UPDATE `journal_entry` SET actor = ?')", true],
  ["sql.run('delete from journal_entry')", true],
  ["sql.run('DELETE FROM ' +\n '`journal_entry`')", true],
  ["await deleteRowsIn(sql, dialect, JournalEntry, 'id', ids);", true],
  ['await upsertRows(\n  sql,\n  dialect,\n  JournalEntry,\n  rows,\n);', true],
  ["await deleteRowsIn(sql, dialect, JournalQueue, 'entryId', ids);", false],
  ['await insertRows(sql, dialect, JournalEntry, entries);', false],
  ['SELECT `hash` FROM `journal_entry`', false],
])('the test knows a change when it sees one: %j', (source, expected) => {
  expect(changesIt(source)).toBe(expected);
});
