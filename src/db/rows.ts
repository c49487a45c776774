import { type Sql } from './database';
import { quoted, type Dialect } from './dialect';
import { isUpsertCollision, UpsertCollision } from './error-class';
import { decode, encode, fits, tableOf, type EntityClass, type Table } from './table';

/** Rows of an INSERT and values of an IN list per statement. */
const CHUNK = 500;

function chunks<T>(items: readonly T[]): T[][] {
  const parts: T[][] = [];
  for (let start = 0; start < items.length; start += CHUNK) {
    parts.push(items.slice(start, start + CHUNK));
  }
  return parts;
}

/** Repeats the last value up to 1, 2, 4, … 256, 500: few lengths, so few distinct SQL texts. Throws on more than 500. */
export function paddedList<T>(values: readonly T[]): T[] {
  const last = values.at(-1);
  if (last === undefined) return [];
  if (values.length > CHUNK) throw new RangeError(`A list has at most ${CHUNK} values.`);
  let size = 1;
  while (size < values.length) size = Math.min(size * 2, CHUNK);
  return [...values, ...Array<T>(size - values.length).fill(last)];
}

function decoded(table: Table, row: Record<string, unknown>): object {
  const values: Record<string, unknown> = {};
  for (const column of table.columns) values[column.property] = decode(column, row[column.name]);
  return values;
}

/**
 * Plain objects with the entity's properties. `where` is the SQL after WHERE ('' for all rows),
 * `suffix` what follows (ORDER BY, LIMIT, the dialect's forUpdate).
 */
// eslint-disable-next-line max-params -- the parts of one SELECT, in the order of the SELECT
export async function selectRows<T extends object>(
  sql: Sql,
  _dialect: Dialect,
  entity: EntityClass<T>,
  where: string,
  parameters: readonly unknown[],
  suffix = '',
): Promise<T[]> {
  const table = tableOf(entity);
  const names = table.columns.map(({ name }) => quoted(name)).join(', ');
  const filter = where === '' ? '' : ` WHERE ${where}`;
  const tail = suffix === '' ? '' : ` ${suffix.trim()}`;
  const text = `SELECT ${names} FROM ${quoted(table.name)}${filter}${tail}`;
  // That the declared types are those of the columns is for the entity to say truly.
  return (await sql.query(text, parameters)).map((row) => decoded(table, row) as T);
}

/** All rows whose property is one of the values; the suffix holds within each 500 values. */
// eslint-disable-next-line max-params -- as selectRows
export async function selectRowsIn<T extends object>(
  sql: Sql,
  dialect: Dialect,
  entity: EntityClass<T>,
  property: keyof T & string,
  values: readonly string[],
  suffix = '',
): Promise<T[]> {
  const { column, wanted } = wantedOf(entity, property, values);
  const rows: T[] = [];
  for (const part of chunks([...wanted])) {
    const { where, parameters } = inList(column.name, part);
    rows.push(...(await selectRows(sql, dialect, entity, where, parameters, suffix)));
  }
  // MySQL compares 'a' and 'a ' as equal in every collation but NO PAD ones; a key is exact.
  return rows.filter((row) => wanted.has(String(row[property])));
}

/** Answers how many rows are gone. */
// eslint-disable-next-line max-params -- as selectRows
export async function deleteRowsIn<T extends object>(
  sql: Sql,
  _dialect: Dialect,
  entity: EntityClass<T>,
  property: keyof T & string,
  values: readonly string[],
): Promise<number> {
  const { table, column, wanted } = wantedOf(entity, property, values);
  let deleted = 0;
  for (const part of chunks([...wanted])) {
    const { where, parameters } = inList(column.name, part);
    deleted += await sql.run(`DELETE FROM ${quoted(table.name)} WHERE ${where}`, parameters);
  }
  return deleted;
}

function wantedOf(entity: EntityClass<object>, property: string, values: readonly string[]) {
  const table = tableOf(entity);
  const column = table.columns.find((candidate) => candidate.property === property);
  if (column === undefined) throw new TypeError(`${entity.name} has no column ${property}.`);
  return { table, column, wanted: new Set(values.filter((value) => fits(column, value))) };
}

function inList(name: string, values: readonly string[]) {
  const parameters = paddedList(values);
  return { where: `${quoted(name)} IN (${parameters.map(() => '?').join(', ')})`, parameters };
}

/** Every inserted column must have a value in every row; null is one, undefined is not. */
export async function insertRows<T extends object>(
  sql: Sql,
  dialect: Dialect,
  entity: EntityClass<T>,
  rows: readonly T[],
): Promise<void> {
  await insertWith(sql, { dialect, table: tableOf(entity), tail: '' }, rows);
}

/**
 * Inserts, and where the primary key exists updates all columns that are neither key nor declared
 * `update: false`, with the values given: whoever calls has counted `version` up.
 */
export async function upsertRows<T extends object>(
  sql: Sql,
  dialect: Dialect,
  entity: EntityClass<T>,
  rows: readonly T[],
): Promise<void> {
  const table = tableOf(entity);
  const keys = table.columns.filter(({ primary }) => primary).map(({ name }) => name);
  const updated = table.columns.filter((column) => column.updated).map(({ name }) => name);
  try {
    await insertWith(sql, { dialect, table, tail: dialect.upsert(keys, updated) }, rows);
  } catch (error) {
    throw isUpsertCollision(error, keys) ? new UpsertCollision(table.name) : error;
  }
}

async function insertWith(
  sql: Sql,
  { dialect, table, tail }: { dialect: Dialect; table: Table; tail: string },
  rows: readonly object[],
): Promise<void> {
  const columns = table.columns.filter(({ inserted }) => inserted);
  const names = columns.map(({ name }) => name);
  for (const part of chunks(rows)) {
    const cells = part.map((row) => {
      const values: Record<string, unknown> = { ...row };
      return columns.map((column) => encode(table, column, values[column.property]));
    });
    const { text, parameters } = dialect.insert(table.name, names, cells);
    await sql.run(text + tail, parameters);
  }
}
