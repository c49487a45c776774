import { getMetadataArgsStorage, type ColumnOptions } from 'typeorm';

import { asJson } from './columns';
import { SnakeNaming } from './naming';
import { bound, toBigint, toInstant, toNumber, type Bound } from './values';

export type EntityClass<T extends object> = new () => T;
type Kind = 'bigint' | 'int' | 'boolean' | 'instant' | 'text' | 'json';

export interface TableColumn {
  readonly property: string;
  readonly name: string;
  readonly kind: Kind;
  readonly primary: boolean;
  readonly inserted: boolean;
  readonly updated: boolean;
  /** Characters; null for no limit. */
  readonly length: number | null;
  /** Whether only ASCII fits in. */
  readonly ascii: boolean;
}

export interface Table {
  readonly name: string;
  readonly columns: readonly TableColumn[];
}

const KINDS: Readonly<Record<string, Kind>> = {
  bigint: 'bigint',
  int: 'int',
  boolean: 'boolean',
  datetime: 'instant',
  varchar: 'text',
  text: 'text',
};
const INT32_MAX = 2_147_483_647;
const naming = new SnakeNaming();
const tables = new WeakMap<EntityClass<object>, Table>();

/** The table of an entity as its decorators say it: selected columns, in the order of the class. */
export function tableOf(entity: EntityClass<object>): Table {
  const known = tables.get(entity);
  if (known !== undefined) return known;
  const storage = getMetadataArgsStorage();
  const [declared] = storage.filterTables(entity);
  if (declared === undefined) throw new TypeError(`${entity.name} is not an entity.`);
  const table: Table = {
    name: naming.tableName(entity.name, declared.name),
    columns: storage
      .filterColumns(entity)
      .filter(({ options }) => options.select !== false)
      .map(({ propertyName, options }) => columnOf(entity.name, propertyName, options)),
  };
  tables.set(entity, table);
  return table;
}

function columnOf(entity: string, property: string, options: ColumnOptions): TableColumn {
  const kind =
    options.transformer === asJson
      ? 'json'
      : typeof options.type === 'string'
        ? KINDS[options.type]
        : undefined;
  if (kind === undefined)
    throw new TypeError(`${entity}.${property}: use the types of columns.ts.`);
  const generated = options.asExpression !== undefined;
  return {
    property,
    name: naming.columnName(property, options.name),
    kind,
    primary: options.primary === true,
    inserted: options.insert !== false && !generated,
    updated: options.update !== false && options.insert !== false && !generated && !options.primary,
    length: options.length === undefined ? null : Number(options.length),
    ascii: options.charset === 'ascii',
  };
}

/** Whether the text can stand in the column at all; MariaDB fails to compare what cannot (1267). */
export function fits(column: TableColumn, value: string): boolean {
  if (value.includes('\0')) return false;
  return !column.ascii || !/[\u0080-\uffff]/.test(value);
}

function keptText(column: TableColumn, value: string): string {
  if (!fits(column, value)) throw new TypeError('a character that cannot be kept.');
  const { length } = column;
  // UTF-16 units are at least as many as characters: count those only when it matters.
  if (length !== null && value.length > length && Array.from(value).length > length) {
    throw new RangeError(`more than ${length} characters.`);
  }
  return value;
}

function kept(column: TableColumn, value: unknown): Bound {
  if (value === null) return null;
  if (column.kind === 'json') return keptText(column, JSON.stringify(value));
  if (column.kind === 'bigint' && typeof value === 'bigint') return bound(value);
  if (column.kind === 'boolean' && typeof value === 'boolean') return bound(value);
  if (column.kind === 'instant' && value instanceof Date) return bound(value);
  if (column.kind === 'text' && typeof value === 'string') return keptText(column, value);
  if (column.kind === 'int' && Number.isInteger(value) && Math.abs(Number(value)) <= INT32_MAX) {
    return Number(value);
  }
  throw new TypeError(`a value that is not of kind ${column.kind}.`);
}

/**
 * A property's value as its column keeps it. Throws alike on both databases where one of them would
 * refuse (length, charset, range, type); the message names the column, never the value.
 */
export function encode(table: Table, column: TableColumn, value: unknown): Bound {
  try {
    return kept(column, value);
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown.';
    throw new TypeError(`${table.name}.${column.name}: ${reason}`);
  }
}

export function decode(column: TableColumn, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  switch (column.kind) {
    case 'bigint':
      return toBigint(value);
    case 'int':
      return toNumber(value);
    case 'boolean':
      return toNumber(value) !== 0;
    case 'instant':
      return toInstant(value);
    case 'json':
      return asJson.from(value) as unknown;
    case 'text':
      return value;
  }
}
