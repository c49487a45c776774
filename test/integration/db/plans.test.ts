import { databaseReader } from '../../../src/checkout/row-reader';
import { resolveKeys } from '../../../src/checkout/load';
import { CheckoutKey } from '../../../src/checkout/checkout-key.entity';
import { Checkout } from '../../../src/checkout/checkout.entity';
import { IdempotencyKey } from '../../../src/checkout/idempotency-key.entity';
import { type Database, type Sql } from '../../../src/db/database';
import { insertRows, selectRows, selectRowsIn } from '../../../src/db/rows';
import { tableOf, type EntityClass } from '../../../src/db/table';
import { selectExceptions, whereOf } from '../../../src/exception/exception-query';
import { ReconciliationException } from '../../../src/exception/exception.entity';
import { JournalEntry } from '../../../src/journal/journal-entry.entity';
import { JournalPosition } from '../../../src/journal/journal-position.entity';
import { journalPage, subjectJournalPage } from '../../../src/journal/journal.loaders';
import { ROLES } from '../../../src/kernel/actor';
import { createLoaders } from '../../../src/loaders';
import { Payment } from '../../../src/payment/payment.entity';
import { WebhookDelivery } from '../../../src/webhook/webhook-delivery.entity';
import { applyDue } from '../../../src/worker/apply';
import { reap } from '../../../src/worker/reap';
import { sweepDue } from '../../../src/worker/sweep';
import { capturedWithoutOrder } from '../../support/stories';
import { START, startWorld, type World } from '../../support/world';

// What is asked often finds its rows by an index, as each database plans it. Growing tables make a scan slow.

let world: World;
beforeAll(async () => {
  world = await startWorld();
  await capturedWithoutOrder(world);
  await world.seal();
  await copied(Checkout, 'id', 'guid');
  await copied(CheckoutKey, 'value');
  await copied(IdempotencyKey, 'idempotencyKey');
  await copied(Payment, 'id', 'providerReference');
  await copied(ReconciliationException, 'id', 'subjectId');
  await copied(WebhookDelivery, 'id', 'eventId');
  await copied(JournalEntry, 'id', 'checkoutId', 'subjectId');
  await copied(JournalPosition, 'position', 'entryId');
  if (!world.db.embedded) await world.db.write(async (sql) => analyze(sql));
}, 60_000);
afterAll(() => world.close());

const COPIES = 400;

/** Many rows like the first one, each with keys and times of its own. */
async function copied<T extends object>(entity: EntityClass<T>, ...keys: string[]): Promise<void> {
  const { db } = world;
  const [first] = await selectRows(db.reader, db.dialect, entity, '', [], 'ORDER BY 1 LIMIT 1');
  const rows = Array.from({ length: COPIES }, (_, n) => {
    const row: Record<string, unknown> = { ...first };
    for (const [name, value] of Object.entries(row)) {
      if (value instanceof Date) row[name] = new Date(value.getTime() + n * 60_000);
      if (!keys.includes(name)) continue;
      row[name] = typeof value === 'number' ? 1_000 + n : `${String(value).slice(0, 35)}-${n}`;
    }
    return row as T;
  });
  await db.write((sql) => insertRows(sql, db.dialect, entity, rows));
}

const COPIED = [
  Checkout,
  CheckoutKey,
  IdempotencyKey,
  Payment,
  ReconciliationException,
  WebhookDelivery,
  JournalEntry,
  JournalPosition,
];
async function analyze(sql: Sql): Promise<void> {
  for (const entity of COPIED) await sql.query(`ANALYZE TABLE \`${tableOf(entity).name}\``);
}

interface Asked {
  readonly text: string;
  readonly parameters: readonly unknown[];
}

/** The database, and what was asked of it. */
function listening(db: Database): { readonly db: Database; readonly asked: Asked[] } {
  const asked: Asked[] = [];
  const heard = (sql: Sql): Sql => ({
    query: (text, parameters = []) => {
      asked.push({ text, parameters });
      return sql.query(text, parameters);
    },
    run: (text, parameters = []) => {
      asked.push({ text, parameters });
      return sql.run(text, parameters);
    },
  });
  const reader = heard(db.reader);
  return { db: { ...db, reader, write: (work) => db.write((sql) => work(heard(sql))) }, asked };
}

/** The indexes a statement goes by, a table's name where it is read whole. */
async function planOf({ text, parameters }: Asked): Promise<string[]> {
  if (world.db.embedded) {
    const rows = await world.db.reader.query<{ detail: string }>(
      `EXPLAIN QUERY PLAN ${text}`,
      parameters,
    );
    return rows.flatMap(({ detail }) => sqliteIndex(detail) ?? []);
  }
  const rows = await world.db.reader.query<{ table: string; type: string; key: string | null }>(
    `EXPLAIN ${text}`,
    parameters,
  );
  return rows.map(({ table, type, key }) =>
    key === null || type === 'index' ? `all of ${table}` : key,
  );
}

function sqliteIndex(detail: string): string | null {
  const [, step, table] = /^(SCAN|SEARCH) (\w+)/.exec(detail) ?? [];
  if (step === undefined) return null; // It reads no table: a sort.
  const index = /USING (?:COVERING )?INDEX (\w+)/.exec(detail)?.[1];
  if (step === 'SCAN' || index === undefined) return `all of ${table}`;
  return index.startsWith('sqlite_autoindex_') ? 'PRIMARY' : index;
}

const ADMIN = {
  subject: 'ada',
  roles: ROLES,
  side: 'MARKETPLACE',
  sellerId: null,
  customerId: null,
} as const;
const loaders = (db: Database) => createLoaders(databaseReader(db), ADMIN, db.reader);
const exceptions =
  (sort: 'firstKnownAt' | 'updatedAt' | 'deadlineAt', descending: boolean, paged: boolean) =>
  (db: Database) =>
    selectExceptions(db, {
      where: whereOf({ live: true }),
      sort,
      descending,
      after: paged ? [new Date(START.getTime() + (COPIES / 2) * 60_000), 'exc_1'] : null,
      limit: 21,
    });
const key = (kind: 'GUID' | 'ID' | 'PROVIDER_REFERENCE', value: string) => ({
  kind,
  value,
  field: 'f',
});

const LIVE_INDEX = {
  firstKnownAt: 'ix_exception_live_known',
  updatedAt: 'ix_exception_live_updated',
  deadlineAt: 'ix_exception_live_deadline',
} as const;

type Hot = [name: string, ask: (db: Database) => Promise<unknown>, indexes: string[][]];
const HOT: Hot[] = [
  [
    'deliveries that are due',
    (db) =>
      applyDue({
        path: { ...world.path, db },
        providers: new Map(),
        actorName: 'apply',
        onError: () => undefined,
      }),
    [['ix_webhook_delivery_due']],
  ],
  [
    'checkouts that are due',
    (db) => sweepDue({ path: { ...world.path, db }, onError: () => undefined }),
    [['ix_checkout_next_check']],
  ],
  [
    'what is kept for a time',
    (db) =>
      reap({
        db,
        clock: world.path.clock,
        instance: 'plans',
        retention: { idempotencyDays: 30, deliveryDays: 400 },
      }),
    [['ix_idempotency_key_age'], ['ix_webhook_delivery_payload']],
  ],
  ...(['firstKnownAt', 'updatedAt', 'deadlineAt'] as const).flatMap((sort) =>
    [false, true].flatMap((descending) =>
      [false, true].map((paged): Hot => [
        `live exceptions by ${sort}, ${descending ? 'latest' : 'first'} first, page ${paged ? 2 : 1}`,
        exceptions(sort, descending, paged),
        [[LIVE_INDEX[sort]]],
      ]),
    ),
  ),
  [
    'the journal',
    (db) => journalPage(db.reader, db.dialect, { after: 5n, first: 21 }),
    [['PRIMARY']],
  ],
  [
    'the journal of one subject',
    (db) => subjectJournalPage(db.reader, db.dialect, { subjectId: 'a', afterId: null, first: 21 }),
    [['ix_journal_entry_subject', 'uq_journal_position_entry']],
  ],
  [
    'keys of a checkout',
    (db) =>
      resolveKeys({ sql: db.reader, dialect: db.dialect }, [
        key('GUID', 'a'),
        key('ID', 'b'),
        key('PROVIDER_REFERENCE', 'acme:c'),
      ]),
    [['PRIMARY']],
  ],
  [
    'payments by reference',
    (db) => loaders(db).paymentByReference.loadMany(['acme:a', 'acme:b', 'other:c']),
    [['uq_payment_reference']],
  ],
  [
    'how often events came',
    (db) => loaders(db).replaysOfEvent.loadMany(['acme a', 'acme b', 'other c']),
    [['ix_webhook_delivery_event']],
  ],
  [
    'what a checkout adopted',
    (db) => selectRowsIn(db.reader, db.dialect, Checkout, 'adoptedInto', ['a']),
    [['ix_checkout_adopted']],
  ],
];

test.each(HOT)('%s: found by an index', async (_name, ask, indexes) => {
  const { db, asked } = listening(world.db);
  await ask(db);

  const plans: string[][] = [];
  for (const one of asked.filter(({ text }) => !/`lease`|INSERT/.test(text))) {
    plans.push([...new Set(await planOf(one))]);
  }

  expect([...new Set(plans.map(String))]).toEqual(indexes.map(String));
});
