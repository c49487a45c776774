import { type QueryRunner } from 'typeorm';

/** Column types that the two databases spell differently. Collations are binary: keys differ where bytes differ. */
export interface Types {
  readonly ascii: (length: number) => string;
  readonly unicode: (length: number) => string;
  readonly long: string;
  /** DEFAULT of a JSON list in a `long` column; MySQL takes none but an expression, SQLite no expression. */
  readonly emptyList: string;
  /** Adds columns: in one statement where the database can. */
  readonly add: (table: string, columns: readonly string[]) => readonly string[];
}

/** Bound of a single amount, 2^53 − 1 minor units. Columns that hold sums have none: BIGINT takes 9,000 such amounts. */
export const MAX = '9007199254740991';

/** The list of an enum's CHECK. It may hold values the API does not know yet: widening a CHECK rebuilds a table. */
export const values = (names: readonly string[]): string =>
  `(${names.map((name) => `'${name}'`).join(', ')})`;

/** Runs the statements in order. Written once for both databases; nothing here is ever changed after a release. */
export async function run(
  runner: QueryRunner,
  statements: (types: Types) => readonly string[],
): Promise<void> {
  const embedded = runner.dataSource.options.type === 'better-sqlite3';
  const types: Types = embedded
    ? {
        ascii: (length) => `VARCHAR(${length})`,
        unicode: (length) => `VARCHAR(${length})`,
        long: 'TEXT',
        emptyList: "DEFAULT '[]'",
        add: (table, columns) =>
          columns.map((column) => `ALTER TABLE ${table} ADD COLUMN ${column}`),
      }
    : {
        ascii: (length) => `VARCHAR(${length}) CHARACTER SET ascii COLLATE ascii_bin`,
        unicode: (length) => `VARCHAR(${length}) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`,
        long: 'MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin',
        emptyList: "DEFAULT ('[]')",
        add: (table, columns) => [
          `ALTER TABLE ${table} ${columns.map((column) => `ADD COLUMN ${column}`).join(', ')}`,
        ],
      };
  for (const statement of statements(types)) await runner.query(statement);
}

export async function forwardOnly(): Promise<never> {
  return Promise.reject(new Error('Migrations go forward only.'));
}
