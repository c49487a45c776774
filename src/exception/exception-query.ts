import { type Database } from '../db/database';
import { paddedList, selectRows } from '../db/rows';
import { toNumber } from '../db/values';
import { ReconciliationException } from './exception.entity';

/** A condition and its parameters. */
export interface Where {
  readonly text: string;
  readonly parameters: readonly unknown[];
}

interface TextFilter {
  readonly eq?: string | null;
  readonly in?: readonly string[] | null;
  readonly startsWith?: string | null;
}

interface RangeFilter {
  readonly gte?: Date | null;
  readonly lt?: Date | null;
}

/** As `ReconExceptionFilter`. */
export interface ExceptionFilter {
  readonly kind?: TextFilter | null;
  readonly status?: TextFilter | null;
  readonly live?: boolean | null;
  readonly ownerRole?: TextFilter | null;
  readonly ownerPerson?: TextFilter | null;
  readonly group?: TextFilter | null;
  readonly market?: TextFilter | null;
  readonly channel?: TextFilter | null;
  readonly currency?: TextFilter | null;
  readonly firstKnownAt?: RangeFilter | null;
  readonly deadline?: RangeFilter | null;
  readonly and?: readonly ExceptionFilter[] | null;
  readonly or?: readonly ExceptionFilter[] | null;
}

const TEXT_COLUMNS = {
  kind: 'kind',
  status: 'status',
  ownerRole: 'owner_role',
  ownerPerson: 'owner_person',
  group: 'owner_group',
  market: 'market',
  channel: 'channel',
  currency: 'currency',
} as const;
const RANGE_COLUMNS = { firstKnownAt: 'first_known_at', deadline: 'deadline_at' } as const;

const EVERYTHING: Where = { text: '1 = 1', parameters: [] };
const NOTHING: Where = { text: '1 = 0', parameters: [] };

/** All of the conditions, or any of them. An empty "any" is no row. */
export function joined(parts: readonly Where[], by: 'AND' | 'OR'): Where {
  if (parts.length === 0) return by === 'AND' ? EVERYTHING : NOTHING;
  const text = parts.map((part) => `(${part.text})`).join(` ${by} `);
  return { text, parameters: parts.flatMap(({ parameters }) => parameters) };
}

export function whereOf(filter: ExceptionFilter): Where {
  const texts = Object.entries(TEXT_COLUMNS).flatMap(([name, column]) =>
    textConditions(column, filter[name as keyof typeof TEXT_COLUMNS]),
  );
  const ranges = Object.entries(RANGE_COLUMNS).flatMap(([name, column]) =>
    rangeConditions(column, filter[name as keyof typeof RANGE_COLUMNS]),
  );
  const live = filter.live === null || filter.live === undefined ? [] : [liveIs(filter.live)];
  const all = filter.and ? [joined(filter.and.map(whereOf), 'AND')] : [];
  const any = filter.or ? [joined(filter.or.map(whereOf), 'OR')] : [];
  return joined([...texts, ...ranges, ...live, ...all, ...any], 'AND');
}

const liveIs = (live: boolean): Where => ({
  text: live ? '`live_flag` = 1' : '`live_flag` IS NULL',
  parameters: [],
});

/** Columns that hold any script; the others hold ASCII, and the database compares them with nothing else. */
const UNICODE_COLUMNS = ['owner_person', 'market', 'channel'];
const ASCII = /^[ -~]*$/;

export function textConditions(column: string, filter: TextFilter | null | undefined): Where[] {
  if (!filter) return [];
  const canBe = (value: string) => UNICODE_COLUMNS.includes(column) || ASCII.test(value);
  const parts: Where[] = [];
  if (filter.eq !== null && filter.eq !== undefined) {
    const equal = { text: `\`${column}\` = ?`, parameters: [filter.eq] };
    parts.push(canBe(filter.eq) ? equal : NOTHING);
  }
  if (filter.in) {
    const values = paddedList(filter.in.filter(canBe));
    const text = `\`${column}\` IN (${values.map(() => '?').join(', ')})`;
    parts.push(values.length === 0 ? NOTHING : { text, parameters: values });
  }
  if (filter.startsWith && !canBe(filter.startsWith)) return [NOTHING];
  if (filter.startsWith) {
    const escaped = filter.startsWith.replace(/[!%_]/g, '!$&');
    parts.push({ text: `\`${column}\` LIKE ? ESCAPE '!'`, parameters: [`${escaped}%`] });
  }
  return parts;
}

export function rangeConditions(column: string, filter: RangeFilter | null | undefined): Where[] {
  const parts: Where[] = [];
  if (filter?.gte) parts.push({ text: `\`${column}\` >= ?`, parameters: [filter.gte] });
  if (filter?.lt) parts.push({ text: `\`${column}\` < ?`, parameters: [filter.lt] });
  return parts;
}

export type ExceptionSortColumn = 'firstKnownAt' | 'updatedAt' | 'deadlineAt';
const SORT_COLUMNS: Readonly<Record<ExceptionSortColumn, string>> = {
  firstKnownAt: 'first_known_at',
  updatedAt: 'updated_at',
  deadlineAt: 'deadline_at',
};

export interface ExceptionPageQuery {
  readonly where: Where;
  readonly sort: ExceptionSortColumn;
  readonly descending: boolean;
  /** Sort value and id of the row before the page. */
  readonly after: readonly [at: Date, id: string] | null;
  readonly limit: number;
}

/** A keyset page, in a form whose index range both databases see (design.md). */
export async function selectExceptions(
  { reader, dialect }: Database,
  { where, sort, descending, after, limit }: ExceptionPageQuery,
): Promise<ReconciliationException[]> {
  const column = `\`${SORT_COLUMNS[sort]}\``;
  const [past, direction] = descending ? ['<', 'DESC'] : ['>', 'ASC'];
  const beyond: Where[] = after
    ? [
        {
          text: `${column} ${past}= ? AND (${column} ${past} ? OR \`id\` ${past} ?)`,
          parameters: [after[0], after[0], after[1]],
        },
      ]
    : [];
  const { text, parameters } = joined([where, ...beyond], 'AND');
  const order = `ORDER BY ${column} ${direction}, \`id\` ${direction} LIMIT ${limit}`;
  return selectRows(reader, dialect, ReconciliationException, text, parameters, order);
}

export async function countExceptions({ reader }: Database, where: Where): Promise<number> {
  const [row] = await reader.query<{ n: unknown }>(
    `SELECT COUNT(*) AS \`n\` FROM \`reconciliation_exception\` WHERE ${where.text}`,
    where.parameters,
  );
  return toNumber(row?.n);
}
