import { getMetadataArgsStorage } from 'typeorm';
import { migrations } from '../../../migrations';
import { type Database } from '../../../src/db/database';
import { entities } from '../../../src/db/entities';
import { tableOf } from '../../../src/db/table';
import { openTestDatabase } from '../../support/lane';

let db: Database;
beforeAll(async () => {
  db = await openTestDatabase(entities, migrations);
});
afterAll(async () => {
  await db.close();
});

/** Columns the database counts by itself; no row of ours holds them. */
const GENERATED = ['live_flag', 'payload_since'];
/** Which migrations ran; written by the migrator alone. */
const OWN_TABLES = ['migration'];

interface Column {
  readonly name: string;
  readonly nullable: boolean;
}

async function columnsOf(table: string): Promise<Column[]> {
  const rows = await db.reader.query<{ name: string; nullable: unknown }>(
    db.embedded
      ? // table_xinfo tells of generated columns too.
        'SELECT `name`, (`notnull` = 0 AND `pk` = 0) AS `nullable` FROM pragma_table_xinfo(?)'
      : "SELECT `column_name` AS `name`, (`is_nullable` = 'YES') AS `nullable` " +
          'FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = ?',
    [table],
  );
  return rows.map(({ name, nullable }) => ({ name, nullable: Number(nullable) === 1 }));
}

async function tables(): Promise<string[]> {
  const rows = await db.reader.query<{ name: string }>(
    db.embedded
      ? "SELECT `name` FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
      : 'SELECT `table_name` AS `name` FROM information_schema.tables WHERE table_schema = DATABASE()',
  );
  return rows.map(({ name }) => name).sort();
}

const byName = (a: Column, b: Column) => (a.name < b.name ? -1 : 1);

test.each(entities.map((entity) => [entity.name, entity] as const))(
  '%s declares the columns of its table, null where they may be null',
  async (_name, entity) => {
    const table = tableOf(entity);
    const options = new Map(
      getMetadataArgsStorage()
        .filterColumns(entity)
        .map((column) => [column.propertyName, column.options]),
    );
    const declared = table.columns.map(({ name, property }) => ({
      name,
      nullable: options.get(property)?.nullable === true,
    }));

    const migrated = (await columnsOf(table.name)).filter(({ name }) => !GENERATED.includes(name));

    expect(declared.sort(byName)).toEqual(migrated.sort(byName));
  },
);

test('every table has an entity', async () => {
  const known = [...entities.map((entity) => tableOf(entity).name), ...OWN_TABLES];

  expect(await tables()).toEqual(known.sort());
});

test('only what an index needs is counted by the database', async () => {
  const extra: string[] = [];
  for (const entity of entities) {
    const { name: table, columns } = tableOf(entity);
    const known = new Set(columns.map(({ name }) => name));
    const unknown = (await columnsOf(table)).filter(({ name }) => !known.has(name));
    extra.push(...unknown.map(({ name }) => `${table}.${name}`));
  }

  expect(extra).toEqual(['reconciliation_exception.live_flag', 'webhook_delivery.payload_since']);
});
