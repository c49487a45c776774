import { deleteRowsIn, insertRows, upsertRows } from '../db/rows';
import { JournalEntry } from '../journal/journal-entry.entity';
import { JournalQueue } from '../journal/journal-queue.entity';
import { type RowChange } from '../journal/diff.rules';
import { CheckoutKey } from './checkout-key.entity';
import { Checkout } from './checkout.entity';
import { TABLE_NAMES, type Draft, type Rows } from './draft.rules';
import { type Source } from './load';
import { PersonalText } from './personal-text.entity';
import { TABLES } from './tables';
import { writeRoots, type RootChange } from './write-roots';

interface Written {
  readonly changes: readonly RowChange[];
  /** The checkout as it was; null for a new one. */
  readonly before: Draft | null;
  /** Roots of adopted orphans: each stays and names its new home. */
  readonly tombstones: readonly RootChange[];
}

/** Writes what changed: one statement per table. */
export async function writeDraft(
  source: Source,
  draft: Draft,
  { changes, before, tombstones }: Written,
): Promise<void> {
  const { sql, dialect } = source;
  const { checkout } = draft;
  if (before === null) await insertRows(sql, dialect, Checkout, [checkout]);
  else {
    const after = { ...checkout, leasedUntil: null };
    await writeRoots(source, [{ before: before.checkout, after }, ...tombstones]);
  }
  const orphans = tombstones.map(({ after }) => after.id);
  if (orphans.length > 0) await moveKeys(source, orphans, checkout.id);
  await writeKeys(source, draft);
  for (const table of TABLE_NAMES) {
    const touched = changes.filter((change) => change.table === table);
    const gone = touched.filter(({ after }) => after === null).map(({ subjectId }) => subjectId);
    const entity = TABLES[table] as new () => { id: string };
    if (gone.length > 0) await deleteRowsIn(sql, dialect, entity, 'id', gone);
    const ids = new Set(touched.map(({ subjectId }) => subjectId));
    const rows: { id: string }[] = draft[table].filter(({ id }) => ids.has(id));
    if (rows.length > 0) await upsertRows(sql, dialect, entity, rows);
  }
  const texts = newTexts(draft, before);
  if (texts.length > 0) await insertRows(sql, dialect, PersonalText, texts);
}

function newTexts(draft: Draft, before: Rows | null): PersonalText[] {
  const known = new Set(before?.texts.map(({ id }) => id));
  return draft.texts.filter(({ id }) => !known.has(id));
}

async function writeKeys({ sql, dialect }: Source, { checkout, newKeys }: Draft): Promise<void> {
  if (newKeys.length === 0) return;
  const rows = newKeys.map((key) => ({ ...key, checkoutId: checkout.id }));
  await insertRows(sql, dialect, CheckoutKey, rows);
}

/** An adopted orphan's names lead to its new home. */
async function moveKeys({ sql }: Source, from: readonly string[], into: string): Promise<void> {
  const ids = from.map(() => '?').join(', ');
  await sql.run(
    `UPDATE \`checkout_key\` SET \`checkout_id\` = ? WHERE \`checkout_id\` IN (${ids})`,
    [into, ...from],
  );
}

/** Appends to the journal and tells the sealer what has no global position yet. */
export async function appendJournal(
  { sql, dialect }: Source,
  entries: readonly JournalEntry[],
): Promise<void> {
  if (entries.length === 0) return;
  await insertRows(sql, dialect, JournalEntry, entries);
  const queue = entries.map(({ id, checkoutId, sequence }) => ({
    entryId: id,
    checkoutId,
    sequence,
  }));
  await insertRows(sql, dialect, JournalQueue, queue);
}
