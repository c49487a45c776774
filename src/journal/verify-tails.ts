import { toNumber } from '../db/values';
import { verifyChain } from './verify-chain';
import { fault, type Checked, type Fault, type View } from './verification';

const CHAIN_PAGE = 1_000;

interface Root {
  readonly id: string;
  readonly journal_sequence: unknown;
  readonly journal_hash: string;
  /** Hash of the entry the checkout says is its last; null where there is none. */
  readonly hash: string | null;
}

interface Chain {
  readonly checkout_id: string;
  readonly entries: unknown;
  readonly last: unknown;
  /** Entries that are neither sealed nor waiting, or both. */
  readonly astray: unknown;
  /** Null when all are sealed. */
  readonly first_unsealed: unknown;
}

/**
 * What the global order does not tell, for up to `first` checkouts after an id: that every entry is
 * sealed or waits for it, that what waits is a whole chain, and that chains end where their checkouts say.
 */
export async function verifyTails(
  view: View,
  { after, first }: { after: string; first: number },
): Promise<Checked<string>> {
  const roots = await rootsAfter(view, after, first + 1);
  const last = roots.length > first ? roots[first - 1]?.id : undefined;
  const page = new Map(roots.slice(0, first).map((root) => [root.id, root]));
  const range = rangeOf(after, last);
  const chains = new Map((await chainsIn(view, range)).map((row) => [row.checkout_id, row]));
  let checked = 0;
  for (const id of [...new Set([...page.keys(), ...chains.keys()])].sort()) {
    const from = suspectFrom(page.get(id), chains.get(id));
    if (from === null) continue;
    const chain = await wholeChain(view, id, from);
    checked += chain.checked;
    if (chain.fault !== null) return { ...chain, checked, next: null };
  }
  return { checked, fault: await missingFault(view, range), next: last ?? null };
}

async function rootsAfter({ sql }: View, after: string, limit: number): Promise<Root[]> {
  return sql.query<Root>(
    'SELECT c.`id`, c.`journal_sequence`, c.`journal_hash`, e.`hash` FROM `checkout` c ' +
      'LEFT JOIN `journal_entry` e ' +
      'ON e.`checkout_id` = c.`id` AND e.`sequence` = c.`journal_sequence` ' +
      'WHERE c.`id` > ? ORDER BY c.`id` LIMIT ?',
    [after, limit],
  );
}

type Range = (column: string) => { readonly where: string; readonly parameters: string[] };

/** Open at the end of the last page: a chain whose checkout is gone belongs to some page too. */
function rangeOf(after: string, last: string | undefined): Range {
  return (column) =>
    last === undefined
      ? { where: `${column} > ?`, parameters: [after] }
      : { where: `${column} > ? AND ${column} <= ?`, parameters: [after, last] };
}

async function chainsIn({ sql }: View, range: Range): Promise<Chain[]> {
  const { where, parameters } = range('e.`checkout_id`');
  return sql.query<Chain>(
    'SELECT e.`checkout_id`, COUNT(*) AS `entries`, MAX(e.`sequence`) AS `last`, ' +
      'COUNT(CASE WHEN (p.`position` IS NULL) = (q.`entry_id` IS NULL) THEN 1 END) AS `astray`, ' +
      'MIN(CASE WHEN p.`position` IS NULL THEN e.`sequence` END) AS `first_unsealed` ' +
      'FROM `journal_entry` e ' +
      'LEFT JOIN `journal_position` p ON p.`entry_id` = e.`id` ' +
      'LEFT JOIN `journal_queue` q ON q.`entry_id` = e.`id` ' +
      `WHERE ${where} GROUP BY e.\`checkout_id\``,
    parameters,
  );
}

/** After which sequence a chain must be looked at entry by entry; null: it need not be. */
function suspectFrom(root: Root | undefined, chain: Chain | undefined): number | null {
  if (root === undefined) return 0;
  const length = toNumber(root.journal_sequence);
  if (chain === undefined) return length === 0 ? null : 0;
  const isWhole = toNumber(chain.entries) === length && toNumber(chain.last) === length;
  if (!isWhole || root.hash !== root.journal_hash || toNumber(chain.astray) > 0) return 0;
  return chain.first_unsealed === null ? null : toNumber(chain.first_unsealed) - 1;
}

async function wholeChain(view: View, id: string, from: number): Promise<Checked<number>> {
  let checked = 0;
  for (let after = from; ;) {
    const page = await verifyChain(view, id, { after, first: CHAIN_PAGE });
    checked += page.checked;
    if (page.fault !== null || page.next === null) return { ...page, checked };
    after = page.next;
  }
}

async function missingFault({ sql }: View, range: Range): Promise<Fault | null> {
  const { where, parameters } = range('q.`checkout_id`');
  const [row] = await sql.query<{ checkout_id: string; sequence: unknown }>(
    'SELECT q.`checkout_id`, q.`sequence` FROM `journal_queue` q ' +
      'LEFT JOIN `journal_entry` e ON e.`id` = q.`entry_id` ' +
      `WHERE e.\`id\` IS NULL AND ${where} ORDER BY q.\`checkout_id\`, q.\`sequence\` LIMIT 1`,
    parameters,
  );
  if (row === undefined) return null;
  const at = { checkoutId: row.checkout_id, sequence: toNumber(row.sequence) };
  return fault('UNSEALED_MISSING', at);
}
