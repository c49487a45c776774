import { type ColumnOptions, type ValueTransformer } from 'typeorm';

// Collations are spelled out: two keys are one key only if every byte is equal, as on SQLite.
const ascii = { charset: 'ascii', collation: 'ascii_bin' } as const;
const unicode = { charset: 'utf8mb4', collation: 'utf8mb4_bin' } as const;

/** Marks a text column whose rows hold the parsed value; null is the database's NULL. */
export const asJson: ValueTransformer = {
  to: (value: unknown): string | null =>
    value === null || value === undefined ? null : JSON.stringify(value),
  from: (value: unknown): unknown =>
    typeof value === 'string' ? (JSON.parse(value) as unknown) : null,
};

/** Our own ids: type prefix and UUIDv7. */
export const id = { type: 'varchar', length: 40, ...ascii } satisfies ColumnOptions;
/** References, keys and event ids that others made. */
export const reference = { type: 'varchar', length: 191, ...ascii } satisfies ColumnOptions;
/** Who acts: the `sub` of a token, or a worker's name. */
export const subject = { type: 'varchar', length: 255, ...ascii } satisfies ColumnOptions;
/** An enum's value. */
export const code = { type: 'varchar', length: 64, ...ascii } satisfies ColumnOptions;
/** ISO 4217, upper case. */
export const currency = { type: 'varchar', length: 3, ...ascii } satisfies ColumnOptions;
/** An amount in minor units; its currency is the neighbouring column. A bigint in rows. */
export const minorUnits = { type: 'bigint' } satisfies ColumnOptions;
/** UTC, milliseconds; a Date in rows. */
export const instant = { type: 'datetime', precision: 3 } satisfies ColumnOptions;
export const flag = { type: 'boolean' } satisfies ColumnOptions;
/** A whole number of 32 bits. */
export const count = { type: 'int' } satisfies ColumnOptions;
/** At most `length` characters of any script. */
export const text = (length: number) =>
  ({ type: 'varchar', length, ...unicode }) satisfies ColumnOptions;
/** Without a limit of its own; MEDIUMTEXT in MySQL's migrations. */
export const longText = { type: 'text', ...unicode } satisfies ColumnOptions;
/** Opaque to SQL: never in a WHERE. MEDIUMTEXT in MySQL's migrations. */
export const json = { ...longText, transformer: asJson } satisfies ColumnOptions;
