import { selectRows } from '../db/rows';
import { toNumber } from '../db/values';
import { JournalPosition } from './journal-position.entity';
import { JournalSeal } from './journal-seal.entity';
import { BLOCK_MAX, sealFault } from './seal.rules';
import { entriesById, type StoredEntry } from './stored-entries';
import { fault, type Checked, type Fault, type View } from './verification';

/** Up to `first` sealed entries after a position, with the blocks that end among them. */
export async function verifyPositions(
  view: View,
  { after, first }: { after: number; first: number },
): Promise<Checked<number>> {
  const rows = await positionsAfter(view, after, first + 1);
  const page = rows.slice(0, first);
  const entries = await entriesById(
    view.sql,
    page.map(({ entryId }) => entryId),
  );
  const blocks = await blocksOf(view, after, page);
  let expected = after;
  for (const row of page) {
    expected += 1;
    const found =
      rowFault(row, expected, entries.get(row.entryId)) ?? blocks.faultUpTo(row.position);
    if (found !== null) return { checked: expected - after, fault: found, next: null };
  }
  const next = rows.length > first ? expected : null;
  const found = next === null ? await endFault(view, expected) : null;
  return { checked: page.length, fault: found, next };
}

async function positionsAfter({ sql, dialect }: View, after: number, limit: number) {
  // Without a bound at the start, so that a forged position below 1 is seen too.
  const [where, parameters] = after === 0 ? ['', []] : ['`position` > ?', [after]];
  const suffix = `ORDER BY \`position\` LIMIT ${limit}`;
  return selectRows(sql, dialect, JournalPosition, where, parameters, suffix);
}

function rowFault(
  row: JournalPosition,
  expected: number,
  entry: StoredEntry | undefined,
): Fault | null {
  const { position } = row;
  if (position !== expected) return fault('GAP', { position: expected });
  if (entry === undefined) return fault('MISSING_ENTRY', { position });
  const at = { checkoutId: entry.checkoutId, sequence: entry.sequence, position };
  if (!entry.isIntact) return fault('HASH_MISMATCH', at);
  return entry.hash === row.entryHash ? null : fault('SEAL_MISMATCH', at);
}

/** The blocks that end on the page, checked as the walk over its positions reaches their ends. */
async function blocksOf(view: View, after: number, page: readonly JournalPosition[]) {
  const { sql, dialect, key } = view;
  const seals = await sealsEndingIn(view, after, page.at(-1)?.position ?? after);
  const [first] = seals;
  const before = [(first?.block ?? 0) - 1];
  let [previous] = await selectRows(sql, dialect, JournalSeal, '`block` = ?', before);
  const head = first === undefined ? [] : await positionsOfBlock(view, first, after);
  const hashes = new Map([...head, ...page].map((row) => [row.position, row.entryHash]));
  return {
    faultUpTo(position: number): Fault | null {
      for (;;) {
        const [seal] = seals;
        if (seal === undefined || seal.toPosition > position) return null;
        const sealed: string[] = [];
        for (let at = seal.fromPosition; at <= seal.toPosition; at += 1) {
          const hash = hashes.get(at);
          if (hash === undefined) break;
          sealed.push(hash);
        }
        const reason = sealFault(seal, previous ?? null, sealed, key);
        if (reason !== null) return fault(reason, { position: seal.fromPosition });
        previous = seals.shift();
      }
    },
  };
}

async function sealsEndingIn({ sql, dialect }: View, after: number, last: number) {
  const [where, parameters] =
    after === 0
      ? ['`to_position` <= ?', [last]]
      : ['`to_position` > ? AND `to_position` <= ?', [after, last]];
  return selectRows(sql, dialect, JournalSeal, where, parameters, 'ORDER BY `block`');
}

/** The part of a block that earlier pages looked at. */
async function positionsOfBlock({ sql, dialect }: View, seal: JournalSeal, after: number) {
  const where = '`position` >= ? AND `position` <= ?';
  const suffix = `ORDER BY \`position\` LIMIT ${BLOCK_MAX}`;
  return selectRows(sql, dialect, JournalPosition, where, [seal.fromPosition, after], suffix);
}

/** The blocks end where the positions end, and there are no others. */
async function endFault({ sql }: View, last: number): Promise<Fault | null> {
  const [sums] = await sql.query(
    'SELECT COUNT(*) AS `blocks`, COALESCE(MAX(`block`), 0) AS `last`, ' +
      'COALESCE(MAX(`to_position`), 0) AS `sealed` FROM `journal_seal`',
  );
  const sealed = toNumber(sums?.['sealed']);
  if (sealed > last) return fault('GAP', { position: last + 1 });
  if (sealed < last) return fault('SEAL_MISMATCH', { position: sealed + 1 });
  const counted = toNumber(sums?.['blocks']) === toNumber(sums?.['last']);
  return counted ? null : fault('SEAL_MISMATCH', {});
}
