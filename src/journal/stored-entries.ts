import { type Sql } from '../db/database';
import { quoted } from '../db/dialect';
import { paddedList } from '../db/rows';
import { decode, tableOf } from '../db/table';
import { entryHash } from './chain.rules';
import { JournalEntry } from './journal-entry.entity';

/** An entry as it stands in the table, whoever wrote it. */
export interface StoredEntry extends Pick<
  JournalEntry,
  'id' | 'checkoutId' | 'sequence' | 'kind' | 'subjectId' | 'after' | 'previousHash' | 'hash'
> {
  /** It can be read and has the hash it says. Else no other field but its place in the chain means anything. */
  readonly isIntact: boolean;
}

const table = tableOf(JournalEntry);
const SELECT = `SELECT ${table.columns.map(({ name }) => quoted(name)).join(', ')} FROM journal_entry`;
const IDS_MAX = 500;

/** Entries of a chain from a sequence on, in order. */
export async function chainEntries(
  sql: Sql,
  checkoutId: string,
  from: number | null,
  limit: number,
): Promise<StoredEntry[]> {
  // Without a bound at the start, so that a forged entry below 1 is seen too.
  const [where, parameters] =
    from === null ? ['', [checkoutId]] : [' AND `sequence` >= ?', [checkoutId, from]];
  const text = `${SELECT} WHERE \`checkout_id\` = ?${where} ORDER BY \`sequence\` LIMIT ?`;
  return (await sql.query(text, [...parameters, limit])).map(stored);
}

export async function entriesById(
  sql: Sql,
  ids: readonly string[],
): Promise<Map<string, StoredEntry>> {
  const found = new Map<string, StoredEntry>();
  for (let start = 0; start < ids.length; start += IDS_MAX) {
    const part = paddedList(ids.slice(start, start + IDS_MAX));
    const marks = part.map(() => '?').join(', ');
    const rows = await sql.query(`${SELECT} WHERE \`id\` IN (${marks})`, part);
    for (const entry of rows.map(stored)) found.set(entry.id, entry);
  }
  return found;
}

/** A forged payload may be no JSON and a forged time no time: that is a finding, not a failure. */
function stored(row: object): StoredEntry {
  const cells: Record<string, unknown> = { ...row };
  const values: Record<string, unknown> = { sequence: 0 };
  let isIntact: boolean;
  try {
    for (const column of table.columns) {
      values[column.property] = decode(column, cells[column.name]);
    }
    const entry = values as unknown as JournalEntry;
    isIntact = entryHash(entry) === entry.hash;
  } catch {
    isIntact = false;
  }
  return { ...(values as unknown as Omit<StoredEntry, 'isIntact'>), isIntact };
}
