import { type Sql } from '../db/database';
import { type Dialect } from '../db/dialect';
import { selectRows, selectRowsIn } from '../db/rows';
import { WebhookDelivery } from '../webhook/webhook-delivery.entity';
import { CheckoutKey } from './checkout-key.entity';
import { Checkout } from './checkout.entity';
import { type AnyCommand, type DeliveryQuery, type KeyRef } from './command';
import { noRows, TABLE_NAMES, type Draft, type Rows } from './draft.rules';
import { isRead, TABLES } from './tables';

export interface Source {
  readonly sql: Sql;
  readonly dialect: Dialect;
}

/** Anything else is no key of ours, and the database would not compare it. */
const CAN_BE_A_KEY = /^[!-~]{1,255}$/;

/** Which checkout each key names, in the order of the keys; unknown ones are absent. */
export async function resolveKeys(source: Source, asked: readonly KeyRef[]): Promise<string[]> {
  return [...new Set((await knownKeys(source, asked)).map(({ checkoutId }) => checkoutId))];
}

/** Those of the keys that name a checkout, in the order they were asked. */
export async function knownKeys(
  { sql, dialect }: Source,
  asked: readonly KeyRef[],
): Promise<CheckoutKey[]> {
  const keys = asked.filter(({ value }) => CAN_BE_A_KEY.test(value));
  if (keys.length === 0) return [];
  const where = keys.map(() => '(`kind` = ? AND `value` = ?)').join(' OR ');
  const parameters = keys.flatMap(({ kind, value }) => [kind, value]);
  const rows = await selectRows(sql, dialect, CheckoutKey, where, parameters);
  return keys.flatMap(({ kind, value }) =>
    rows.filter((row) => row.kind === kind && row.value === value),
  );
}

/** The roots, locked in the order of their ids where the database locks rows. */
export async function lockCheckouts(
  { sql, dialect }: Source,
  ids: readonly string[],
): Promise<Checkout[]> {
  const suffix = `ORDER BY \`id\`${dialect.forUpdate}`;
  return selectRowsIn(sql, dialect, Checkout, 'id', ids, suffix);
}

/** The aggregates of some roots: one statement per table for all of them. */
export async function loadDrafts(
  source: Source,
  checkouts: readonly Checkout[],
  command: Pick<AnyCommand, 'cold'>,
): Promise<Draft[]> {
  const drafts = checkouts.map((checkout): Draft => ({
    checkout,
    newKeys: [],
    knownKeys: [],
    ...noRows(),
  }));
  for (const table of TABLE_NAMES) {
    if (!isRead(table, command.cold ?? [])) continue;
    const owners = drafts.map((draft) => ownersIn(draft, table));
    const rows = await readTable(source, table, owners.flat());
    for (const [index, draft] of drafts.entries()) {
      const own = rows.filter((row) => owners[index]?.includes(row[ownerOf(table)]));
      Object.assign(draft, { [table]: own });
    }
  }
  return drafts;
}

interface OwnedRow {
  readonly id: string;
  readonly checkoutId: string;
  readonly exceptionId: string;
}

/** Evidence and notes hang on their exception, which keeps its id when it is adopted with an orphan. */
const ownerOf = (table: keyof Rows): 'exceptionId' | 'checkoutId' =>
  table === 'evidence' || table === 'closureNotes' ? 'exceptionId' : 'checkoutId';

function ownersIn({ checkout, exceptions }: Draft, table: keyof Rows): string[] {
  return ownerOf(table) === 'exceptionId' ? exceptions.map(({ id }) => id) : [checkout.id];
}

/** Rows in the order of their ids, which is the order they were made in. */
async function readTable(
  { sql, dialect }: Source,
  table: keyof Rows,
  owners: readonly string[],
): Promise<OwnedRow[]> {
  const entity = TABLES[table] as new () => OwnedRow;
  return selectRowsIn(sql, dialect, entity, ownerOf(table), owners, 'ORDER BY `id`');
}

const WAITING =
  "(`provider` = ? AND `resource_id` = ? AND `outcome` = 'UNMATCHED') OR " +
  "(`provider` = ? AND `other_resource_id` = ? AND `outcome` = 'UNMATCHED')";
const UNREPLAYABLE = '(`payment_id` = ? AND `replayable` = FALSE)';
/** Far more than a provider sends of one payment. */
const DELIVERIES_MAX = 1_000;

/** Deliveries a command asks for; a waiting one belongs to no checkout yet. */
export async function loadDeliveries(
  { sql, dialect }: Source,
  queries: readonly DeliveryQuery[],
): Promise<WebhookDelivery[]> {
  if (queries.length === 0) return [];
  const asked = queries.map(conditionOf);
  const where = asked.map(({ text }) => text).join(' OR ');
  const parameters = asked.flatMap((condition) => condition.parameters);
  const suffix = `LIMIT ${DELIVERIES_MAX}`;
  return selectRows(sql, dialect, WebhookDelivery, where, parameters, suffix);
}

function conditionOf(query: DeliveryQuery): { text: string; parameters: readonly string[] } {
  if ('id' in query) return { text: '`id` = ?', parameters: [query.id] };
  if ('unreplayableOfPayment' in query) {
    return { text: UNREPLAYABLE, parameters: [query.unreplayableOfPayment] };
  }
  const { provider, unmatchedResource } = query;
  const resource = [provider, unmatchedResource];
  return { text: WAITING, parameters: [...resource, ...resource] };
}
