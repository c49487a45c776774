import { selectRows, selectRowsIn } from '../db/rows';
import { toNumber } from '../db/values';
import { adoptionFault } from './adoption';
import { GENESIS } from './chain.rules';
import { JournalPosition } from './journal-position.entity';
import { JournalQueue } from './journal-queue.entity';
import { JournalSeal } from './journal-seal.entity';
import { sealFault } from './seal.rules';
import { chainEntries, type StoredEntry } from './stored-entries';
import { fault, type Checked, type Fault, type View } from './verification';

/** Up to `first` entries of one chain after a sequence; `next` is the last one's, null at the end of the chain. */
export async function verifyChain(
  view: View,
  checkoutId: string,
  { after, first }: { after: number; first: number },
): Promise<Checked<number>> {
  // The entry before the page is read again: the page begins with a link to it.
  const from = after === 0 ? null : after;
  const rows = await chainEntries(view.sql, checkoutId, from, first + (from === null ? 1 : 2));
  const before = from === null ? null : rows.shift();
  const page = rows.slice(0, first);
  const last = page.at(-1);
  const next = rows.length > first && last !== undefined ? last.sequence : null;
  const start = { sequence: after, hash: before === null ? GENESIS : (before?.hash ?? '') };
  const found =
    (await entriesFault(view, { checkoutId, page, start })) ??
    (next === null ? await tailFault(view, checkoutId, last ?? start) : null);
  return { checked: page.length, fault: found, next };
}

interface Link {
  readonly sequence: number;
  readonly hash: string;
}

async function entriesFault(
  view: View,
  { checkoutId, page, start }: { checkoutId: string; page: StoredEntry[]; start: Link },
): Promise<Fault | null> {
  const { sql, dialect } = view;
  const ids = page.map(({ id }) => id);
  const sealed = await selectRowsIn(sql, dialect, JournalPosition, 'entryId', ids);
  const positions = new Map(sealed.map((row) => [row.entryId, row]));
  const queued = await selectRowsIn(sql, dialect, JournalQueue, 'entryId', ids);
  const waiting = new Set(queued.map(({ entryId }) => entryId));
  let previous = start;
  for (const entry of page) {
    const row = positions.get(entry.id);
    const reason = linkFault(entry, previous) ?? placeFault(entry, row, waiting.has(entry.id));
    if (reason === 'GAP') return fault(reason, { checkoutId, sequence: previous.sequence + 1 });
    const at = { checkoutId, sequence: entry.sequence, position: row?.position };
    if (reason !== null) return fault(reason, at);
    if (await adoptionFault(sql, entry)) return fault('ADOPTION_MISMATCH', at);
    previous = entry;
  }
  return blocksFault(view, sealed);
}

function linkFault(entry: StoredEntry, previous: Link) {
  if (entry.sequence !== previous.sequence + 1) return 'GAP';
  if (!entry.isIntact) return 'HASH_MISMATCH';
  return entry.previousHash === previous.hash ? null : 'LINK_MISMATCH';
}

function placeFault(entry: StoredEntry, sealed: JournalPosition | undefined, isWaiting: boolean) {
  if (sealed === undefined) return isWaiting ? null : 'FORGED_ENTRY';
  if (sealed.entryHash !== entry.hash) return 'SEAL_MISMATCH';
  return isWaiting ? 'SEALED_TWICE' : null;
}

/** The checkout itself says how many entries there are, and the last one's hash. */
async function tailFault(view: View, checkoutId: string, last: Link): Promise<Fault | null> {
  const [root] = await view.sql.query(
    'SELECT `journal_sequence`, `journal_hash` FROM `checkout` WHERE `id` = ?',
    [checkoutId],
  );
  if (root === undefined) return fault('TAIL_MISMATCH', { checkoutId });
  const sequence = toNumber(root['journal_sequence']);
  if (sequence === last.sequence && root['journal_hash'] === last.hash) return null;
  // The first entry that is missing or too many; the last one when only its hash is another.
  const first = sequence === last.sequence ? sequence : Math.min(sequence, last.sequence) + 1;
  return fault('TAIL_MISMATCH', { checkoutId, sequence: first });
}

/** The blocks these positions are sealed in: what an edit that recomputed a whole chain cannot forge. */
async function blocksFault(view: View, sealed: readonly JournalPosition[]): Promise<Fault | null> {
  let covered = 0;
  for (const { position } of [...sealed].sort((a, b) => a.position - b.position)) {
    if (position <= covered) continue;
    const { sql, dialect } = view;
    const where = '`to_position` >= ?';
    const suffix = 'ORDER BY `to_position` LIMIT 1';
    const [seal] = await selectRows(sql, dialect, JournalSeal, where, [position], suffix);
    if (seal === undefined) return fault('SEAL_MISMATCH', { position });
    const reason = await blockFault(view, seal);
    if (reason !== null || seal.fromPosition > position) {
      return fault(reason ?? 'SEAL_MISMATCH', { position: seal.fromPosition });
    }
    covered = seal.toPosition;
  }
  return null;
}

async function blockFault({ sql, dialect, key }: View, seal: JournalSeal) {
  const before = [seal.block - 1];
  const [previous] = await selectRows(sql, dialect, JournalSeal, '`block` = ?', before);
  const range = [seal.fromPosition, seal.toPosition];
  const where = '`position` >= ? AND `position` <= ?';
  const suffix = 'ORDER BY `position`';
  const rows = await selectRows(sql, dialect, JournalPosition, where, range, suffix);
  const hashes = rows.map(({ entryHash }) => entryHash);
  return sealFault(seal, previous ?? null, hashes, key);
}
