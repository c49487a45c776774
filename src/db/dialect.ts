import { type Bound } from './values';

export interface Statement {
  readonly text: string;
  readonly parameters: readonly Bound[];
}

/** All that differs between the two databases in the SQL we write. Names are quoted by backticks. */
export interface Dialect {
  readonly name: 'sqlite' | 'mysql';
  /** The tail of a SELECT that locks its rows; nothing on SQLite, where a write owns the file. */
  readonly forUpdate: '' | ' FOR UPDATE';
  /** One statement that inserts all rows. */
  insert(table: string, columns: readonly string[], rows: readonly (readonly Bound[])[]): Statement;
  /**
   * The tail that makes such an INSERT update `columns` where a row with the same `keys` exists.
   * A collision on any other unique key stays an error (see upsertCollision).
   */
  upsert(keys: readonly string[], columns: readonly string[]): string;
}

export const quoted = (name: string): string => `\`${name}\``;
const list = (names: readonly string[]): string => names.map(quoted).join(', ');

/** libsql keeps every distinct SQL text for ever, so the rows of an INSERT travel as one parameter. */
export const sqliteDialect: Dialect = {
  name: 'sqlite',
  forUpdate: '',
  insert(table, columns, rows) {
    const cells = columns.map((_column, index) => `json_extract(value, '$[${index}]')`).join(', ');
    return {
      // "WHERE true" because the parser would take a following ON CONFLICT for a join's ON.
      text: `INSERT INTO ${quoted(table)} (${list(columns)}) SELECT ${cells} FROM json_each(?) WHERE true`,
      parameters: [`[${rows.map((row) => `[${row.map(jsonCell).join()}]`).join()}]`],
    };
  },
  upsert(keys, columns) {
    const assignments = columns.map((name) => `${quoted(name)} = excluded.${quoted(name)}`);
    const action = columns.length === 0 ? 'NOTHING' : `UPDATE SET ${assignments.join(', ')}`;
    return ` ON CONFLICT (${list(keys)}) DO ${action}`;
  },
};

function jsonCell(value: Bound): string {
  return typeof value === 'bigint' ? value.toString() : JSON.stringify(value);
}

export const mysqlDialect: Dialect = {
  name: 'mysql',
  forUpdate: ' FOR UPDATE',
  insert(table, columns, rows) {
    const row = `(${columns.map(() => '?').join(', ')})`;
    return {
      text: `INSERT INTO ${quoted(table)} (${list(columns)}) VALUES ${rows.map(() => row).join(', ')}`,
      parameters: rows.flat(),
    };
  },
  upsert(keys, columns) {
    const same = keys.map((key) => `${quoted(key)} = VALUES(${quoted(key)})`).join(' AND ');
    // ON DUPLICATE KEY fires on any unique key and would overwrite another row: NULL in a key fails.
    const guards = keys.map((key) => `${quoted(key)} = IF(${same}, ${quoted(key)}, NULL)`);
    const assignments = columns.map((name) => `${quoted(name)} = VALUES(${quoted(name)})`);
    return ` ON DUPLICATE KEY UPDATE ${[...guards.slice(0, 1), ...assignments].join(', ')}`;
  },
};
