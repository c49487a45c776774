import { canonicalJson, sha256Hex } from '../kernel/canonical';
import { type JournalEntry } from './journal-entry.entity';

/** Hash before the first entry of a chain. */
export const GENESIS = '0'.repeat(64);

/** SHA-256 over everything an entry says and the hash before it (RFC 8785 JSON). */
export function entryHash(entry: Omit<JournalEntry, 'id' | 'hash'>): string {
  const { checkoutId, sequence, kind, action, actor, subjectType, subjectId } = entry;
  const { reasonId, reasonHash, before, after, recordedAt, previousHash } = entry;
  return sha256Hex(
    canonicalJson({
      checkoutId,
      sequence,
      kind,
      action,
      actor,
      subjectType,
      subjectId,
      reasonId,
      reasonHash,
      before,
      after,
      recordedAt,
      previousHash,
    }),
  );
}
