import { type Database, type Sql } from '../db/database';
import { toBigint, toInstant, toNumber } from '../db/values';
import { NO_DEADLINE } from '../exception/window.rules';
import { joined, textConditions, type Where } from '../exception/exception-query';
import { type Money } from '../kernel/money';

interface TextFilter {
  readonly eq?: string | null;
  readonly in?: readonly string[] | null;
  readonly startsWith?: string | null;
}

export interface SummaryFilter {
  readonly market?: TextFilter | null;
  readonly channel?: TextFilter | null;
}

/** The stakeholder summary (S2.45–S2.47): figures over checkouts with at least one live exception. */
export interface Summary {
  readonly asOf: Date;
  readonly dataThroughPosition: bigint;
  readonly customersCharged: number;
  readonly awaitingRepair: number;
  readonly refunded: number;
  readonly heldAmount: readonly (Money & { readonly count: number })[];
  readonly oldestUnresolvedCapture: Date | null;
  readonly nextDecisionDeadline: Date | null;
  readonly retryModes: {
    readonly running: number;
    readonly paused: number;
    readonly blockedByDuplicateRisk: number;
  };
  readonly chargedWithoutDecision: number;
  readonly watching: number;
  readonly open: number;
}

const LIVE = 'e.`live_flag` = 1';
const NET = '(p.`captured` - p.`refunded` - p.`charged_back`)';
const HELD = "(e.`status` = 'ON_HOLD' OR e.`decision` = 'HOLD_SETTLEMENT')";
const number = (value: unknown): number => (value === null ? 0 : toNumber(value));

/** All figures from one snapshot, in four statements whatever the number of exceptions. */
export async function reconciliationSummary(
  db: Database,
  filter: SummaryFilter,
  now: Date,
): Promise<Summary> {
  const where = joined(
    [
      { text: LIVE, parameters: [] },
      ...qualified(textConditions('market', filter.market)),
      ...qualified(textConditions('channel', filter.channel)),
    ],
    'AND',
  );
  return db.snapshot(async (sql) => ({
    asOf: now,
    ...(await exceptionFigures(sql, where)),
    ...(await moneyFigures(sql, where)),
    heldAmount: await heldAmount(sql, where),
    dataThroughPosition: await sealedPosition(sql),
  }));
}

/** A condition that names no column (an empty list matches no row) has nothing to qualify. */
const qualified = (parts: readonly Where[]): Where[] =>
  parts.map(({ text, parameters }) => ({
    text: text.startsWith('`') ? `e.${text}` : text,
    parameters,
  }));

async function exceptionFigures(sql: Sql, { text, parameters }: Where) {
  const mode = (name: string) =>
    `SUM(CASE WHEN c.\`retry_mode\` = '${name}' THEN 1 ELSE 0 END) AS \`${name.toLowerCase()}\``;
  const [row = {}] = await sql.query(
    `SELECT ${mode('RUNNING')}, ${mode('PAUSED')}, ${mode('BLOCKED_BY_DUPLICATE_RISK')},
      SUM(CASE WHEN e.\`status\` = 'WATCHING' THEN 1 ELSE 0 END) AS \`watching\`,
      COUNT(*) AS \`live\`, MIN(e.\`deadline_at\`) AS \`deadline\`
    FROM \`reconciliation_exception\` e JOIN \`checkout\` c ON c.\`id\` = e.\`checkout_id\`
    WHERE ${text}`,
    parameters,
  );
  const deadline = row['deadline'] === null ? null : toInstant(row['deadline']);
  return {
    retryModes: {
      running: number(row['running']),
      paused: number(row['paused']),
      blockedByDuplicateRisk: number(row['blocked_by_duplicate_risk']),
    },
    watching: number(row['watching']),
    open: number(row['live']) - number(row['watching']),
    nextDecisionDeadline: deadline !== null && deadline < NO_DEADLINE ? deadline : null,
  };
}

/** Customers are counted once; a checkout without a known customer counts as one of its own. */
async function moneyFigures(sql: Sql, { text, parameters }: Where) {
  const customer = 'COALESCE(c.`customer_id`, c.`id`)';
  const charged = `(${NET} > 0 OR (p.\`amount_source\` = 'UNKNOWN' AND p.\`captured_at\` IS NOT NULL))`;
  const [row = {}] = await sql.query(
    `SELECT
      COUNT(DISTINCT CASE WHEN ${charged} THEN ${customer} END) AS \`charged\`,
      COUNT(DISTINCT CASE WHEN ${charged} AND o.\`code\` IS NULL THEN c.\`id\` END) AS \`repair\`,
      COUNT(DISTINCT CASE WHEN p.\`refunded\` > 0 AND ${NET} <= 0 THEN c.\`id\` END) AS \`refunded\`,
      COUNT(DISTINCT CASE WHEN ${charged} AND e.\`decision\` IS NULL THEN ${customer} END) AS \`undecided\`,
      MIN(CASE WHEN ${charged} THEN p.\`captured_at\` END) AS \`oldest\`
    FROM \`reconciliation_exception\` e
    JOIN \`checkout\` c ON c.\`id\` = e.\`checkout_id\`
    JOIN \`payment\` p ON p.\`checkout_id\` = c.\`id\`
    LEFT JOIN \`orders\` o ON o.\`id\` = p.\`order_id\`
    WHERE ${text}`,
    parameters,
  );
  const oldest = row['oldest'] ?? null;
  return {
    customersCharged: number(row['charged']),
    awaitingRepair: number(row['repair']),
    refunded: number(row['refunded']),
    chargedWithoutDecision: number(row['undecided']),
    oldestUnresolvedCapture: oldest === null ? null : toInstant(oldest),
  };
}

/** Each held payment once, per currency; never two currencies in one sum. */
async function heldAmount(sql: Sql, { text, parameters }: Where) {
  const rows = await sql.query(
    `SELECT p.\`currency\` AS \`currency\`, SUM(${NET}) AS \`amount\`, COUNT(*) AS \`count\`
    FROM \`payment\` p
    WHERE p.\`currency\` IS NOT NULL AND ${NET} > 0 AND p.\`checkout_id\` IN (
      SELECT e.\`checkout_id\` FROM \`reconciliation_exception\` e WHERE ${text} AND ${HELD})
    GROUP BY p.\`currency\` ORDER BY p.\`currency\``,
    parameters,
  );
  return rows.map((row) => ({
    currency: String(row['currency']),
    minorUnits: toBigint(row['amount']),
    count: number(row['count']),
  }));
}

async function sealedPosition(sql: Sql): Promise<bigint> {
  const [row] = await sql.query('SELECT MAX(`position`) AS `position` FROM `journal_position`');
  return toBigint(row?.['position'] ?? 0);
}
