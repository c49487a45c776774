import { classify, duplicateIndex } from '../db/error-class';
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

/** Another writer was faster; the whole unit runs again on what it left. */
export class Overtaken extends Error {
  override readonly name = 'Overtaken';
}

/** Writes what changed: one statement per table. */
export async function writeDraft(
  source: Source,
  draft: Draft,
  { changes, before }: { changes: readonly RowChange[]; before: Draft | null },
): Promise<void> {
  const { sql, dialect } = source;
  await writeRoot(source, draft.checkout, before?.checkout ?? null);
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

/** The root's version is the version check of everything below it. */
async function writeRoot(
  { sql, dialect }: Source,
  checkout: Checkout,
  before: Checkout | null,
): Promise<void> {
  if (before === null) {
    await insertRows(sql, dialect, Checkout, [checkout]);
    return;
  }
  const matched = await sql.run(
    'UPDATE `checkout` SET `guid` = ?, `market` = ?, `channel` = ?, `customer_id` = ?, ' +
      '`adopted_into` = ?, `retry_mode` = ?, `retry_reasons` = ?, `next_check_at` = ?, ' +
      '`leased_until` = NULL, `journal_sequence` = ?, `journal_hash` = ?, `version` = ?, ' +
      '`updated_at` = ? WHERE `id` = ? AND `version` = ?',
    [
      checkout.guid,
      checkout.market,
      checkout.channel,
      checkout.customerId,
      checkout.adoptedInto,
      checkout.retryMode,
      JSON.stringify(checkout.retryReasons),
      checkout.nextCheckAt,
      checkout.journalSequence,
      checkout.journalHash,
      checkout.version,
      checkout.updatedAt,
      checkout.id,
      before.version,
    ],
  );
  if (matched !== 1) throw new Overtaken('the checkout was changed by another writer');
}

async function writeKeys({ sql, dialect }: Source, { checkout, newKeys }: Draft): Promise<void> {
  if (newKeys.length === 0) return;
  const rows = newKeys.map((key) => ({ ...key, checkoutId: checkout.id }));
  try {
    await insertRows(sql, dialect, CheckoutKey, rows);
  } catch (error) {
    // Somebody gave another checkout this name meanwhile: look again, then decide on what is there.
    if (classify(error) === 'DUPLICATE' && duplicateIndex(error) !== '') {
      throw new Overtaken('a key of the checkout was taken by another writer');
    }
    throw error;
  }
}

/** An adopted orphan's names lead to its new home; its root stays as a tombstone. */
export async function writeTombstone(
  source: Source,
  tombstone: Checkout,
  before: Checkout,
): Promise<void> {
  await writeRoot(source, tombstone, before);
  await source.sql.run('UPDATE `checkout_key` SET `checkout_id` = ? WHERE `checkout_id` = ?', [
    tombstone.adoptedInto,
    tombstone.id,
  ]);
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
