import { type Sql } from '../db/database';
import { quoted, type Dialect } from '../db/dialect';
import { paddedList } from '../db/rows';
import { decode, fits, tableOf } from '../db/table';
import { toBigint, toNumber } from '../db/values';
import { JournalEntry, type JournalEntryKind } from './journal-entry.entity';

/** An entry with its global position; null until it is sealed. */
export type JournalRow = Readonly<JournalEntry> & { readonly position: bigint | null };

export interface JournalFilter {
  readonly kinds?: readonly JournalEntryKind[] | null;
  readonly actions?: readonly string[] | null;
  readonly subjectId?: string | null;
}

const table = tableOf(JournalEntry);
const COLUMNS = [...table.columns.map(({ name }) => `e.${quoted(name)}`), 'p.`position`'].join();
const SEALED = '`journal_position` p JOIN `journal_entry` e ON e.`id` = p.`entry_id`';
const ALL = '`journal_entry` e LEFT JOIN `journal_position` p ON p.`entry_id` = e.`id`';

/** Up to `first` sealed entries after a position, in the global order. */
export async function journalPage(
  sql: Sql,
  _dialect: Dialect,
  page: { readonly after: bigint | null; readonly first: number; readonly filter?: JournalFilter },
): Promise<JournalRow[]> {
  const { where, parameters } = conditionOf(page.filter);
  const rows = await sql.query(
    `SELECT ${COLUMNS} FROM ${SEALED} WHERE p.\`position\` > ?${where} ` +
      'ORDER BY p.`position` LIMIT ?',
    [page.after ?? 0n, ...parameters, page.first],
  );
  return rows.map(rowOf);
}

/** How many sealed entries there are. Without a filter it is the last position: they are gapless. */
export async function journalCount(
  sql: Sql,
  _dialect: Dialect,
  filter?: JournalFilter,
): Promise<number> {
  const { where, parameters } = conditionOf(filter);
  const text =
    where === ''
      ? 'SELECT COALESCE(MAX(`position`), 0) AS `total` FROM `journal_position`'
      : `SELECT COUNT(*) AS \`total\` FROM ${SEALED} WHERE p.\`position\` > 0${where}`;
  const [row] = await sql.query(text, parameters);
  return toNumber(row?.['total']);
}

/** Up to `first` entries about one id after another entry, oldest first; those not sealed yet too. */
export async function subjectJournalPage(
  sql: Sql,
  _dialect: Dialect,
  page: { readonly subjectId: string; readonly afterId: string | null; readonly first: number },
): Promise<JournalRow[]> {
  const { subjectId, afterId, first } = page;
  if (!canBe('subjectId', subjectId) || !canBe('id', afterId ?? '')) return [];
  const rows = await sql.query(
    `SELECT ${COLUMNS} FROM ${ALL} WHERE e.\`subject_id\` = ? AND e.\`id\` > ? ` +
      'ORDER BY e.`id` LIMIT ?',
    [subjectId, afterId ?? '', first],
  );
  return rows.map(rowOf);
}

export async function subjectJournalCount(
  sql: Sql,
  _dialect: Dialect,
  subjectId: string,
): Promise<number> {
  if (!canBe('subjectId', subjectId)) return 0;
  const [row] = await sql.query(
    'SELECT COUNT(*) AS `total` FROM `journal_entry` WHERE `subject_id` = ?',
    [subjectId],
  );
  return toNumber(row?.['total']);
}

/** An absent list asks for all, an empty one for none. */
function conditionOf(filter: JournalFilter = {}): { where: string; parameters: string[] } {
  const parts: [keyof JournalEntry, readonly string[] | null][] = [
    ['kind', filter.kinds ?? null],
    ['action', filter.actions ?? null],
    ['subjectId', filter.subjectId == null ? null : [filter.subjectId]],
  ];
  let where = '';
  const parameters: string[] = [];
  for (const [property, values] of parts) {
    if (values === null) continue;
    const possible = paddedList(values.filter((value) => canBe(property, value)));
    const list = possible.map(() => '?').join(', ');
    where += possible.length === 0 ? ' AND 1 = 0' : ` AND e.${nameOf(property)} IN (${list})`;
    parameters.push(...possible);
  }
  return { where, parameters };
}

/** MariaDB fails to compare what cannot stand in a column. */
function canBe(property: keyof JournalEntry, value: string): boolean {
  return fits(columnOf(property), value);
}

function nameOf(property: keyof JournalEntry): string {
  return quoted(columnOf(property).name);
}

function columnOf(property: keyof JournalEntry) {
  const column = table.columns.find((candidate) => candidate.property === property);
  if (column === undefined) throw new TypeError(`An entry has no column ${property}.`);
  return column;
}

function rowOf(row: Record<string, unknown>): JournalRow {
  const values: Record<string, unknown> = {};
  for (const column of table.columns) values[column.property] = decode(column, row[column.name]);
  const position = row['position'] == null ? null : toBigint(row['position']);
  return { ...(values as unknown as Readonly<JournalEntry>), position };
}
