import { type Database } from '../db/database';
import { selectRowsIn } from '../db/rows';
import { Checkout } from './checkout.entity';
import { type Draft, type Rows } from './draft.rules';
import { TABLES } from './tables';

export type RowOf<Table extends keyof Rows> = Rows[Table][number];

/** How loaders read: all rows of a table whose property is one of the values, in one statement. */
export interface RowReader {
  rows<Table extends keyof Rows>(
    table: Table,
    property: keyof RowOf<Table> & string,
    values: readonly string[],
  ): Promise<RowOf<Table>[]>;
  checkouts(ids: readonly string[]): Promise<Checkout[]>;
}

/** Committed rows, oldest first. */
export function databaseReader({ reader, dialect }: Database): RowReader {
  return {
    async rows(table, property, values) {
      const entity = TABLES[table] as unknown as new () => RowOf<typeof table>;
      return selectRowsIn(reader, dialect, entity, property, values, 'ORDER BY `id`');
    },
    checkouts: async (ids) => selectRowsIn(reader, dialect, Checkout, 'id', ids),
  };
}

/** Committed rows as they would be after a dry run: the draft's rows stand in for the checkout's. */
export function draftReader(committed: RowReader, draft: Draft): RowReader {
  const removed = (row: { id: string }) =>
    'paymentId' in row && 'naturalKey' in row && belongs(row, draft);
  return {
    async rows(table, property, values) {
      const wanted = new Set(values);
      const drafted = draft[table] as RowOf<typeof table>[];
      const ids = new Set(drafted.map(({ id }) => id));
      const others = (await committed.rows(table, property, values)).filter(
        (row) => !ids.has(row.id) && !removed(row),
      );
      const own = drafted.filter((row) => wanted.has(String(row[property])));
      return [...others, ...own].sort((a, b) => (a.id < b.id ? -1 : 1));
    },
    async checkouts(ids) {
      const others = await committed.checkouts(ids.filter((id) => id !== draft.checkout.id));
      return ids.includes(draft.checkout.id) ? [...others, draft.checkout] : others;
    },
  };
}

/** A transaction of the draft's checkout that the draft has no more: only these rows can go away. */
function belongs(row: object, draft: Draft): boolean {
  return 'checkoutId' in row && row.checkoutId === draft.checkout.id && 'implied' in row;
}
