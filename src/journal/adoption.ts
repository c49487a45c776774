import { type Sql } from '../db/database';
import { toNumber } from '../db/values';
import { type StoredEntry } from './stored-entries';

/** Whether an ADOPTION entry names a chain that does not hold the hash it names, or does not name this one. */
export async function adoptionFault(sql: Sql, entry: StoredEntry): Promise<boolean> {
  if (entry.kind !== 'ADOPTION') return false;
  const lastHash = entry.after?.['lastHash'];
  if (typeof lastHash !== 'string') return true;
  const [found] = await sql.query(
    'SELECT COUNT(CASE WHEN `hash` = ? THEN 1 END) AS `holds`, ' +
      "COUNT(CASE WHEN `kind` = 'ADOPTION' AND `subject_id` = ? THEN 1 END) AS `names` " +
      'FROM `journal_entry` WHERE `checkout_id` = ?',
    [lastHash, entry.checkoutId, entry.subjectId],
  );
  return toNumber(found?.['holds'] ?? 0) === 0 || toNumber(found?.['names'] ?? 0) === 0;
}
