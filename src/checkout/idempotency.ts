import { classify, duplicateIndex } from '../db/error-class';
import { insertRows, selectRows } from '../db/rows';
import { canonicalJson, sha256Hex } from '../kernel/canonical';
import { refuse } from '../kernel/refusal';
import { IdempotencyKey, type StoredAnswer } from './idempotency-key.entity';
import { type Source } from './load';

export interface Claim {
  readonly caller: string;
  readonly idempotencyKey: string;
  readonly operation: string;
  readonly fingerprint: string;
  readonly now: Date;
}

const NO_ANSWER: StoredAnswer = { entityId: null, exceptionsOpened: [], exceptionsResolved: [] };

/** One text per meaning of an input: absent and null are the same, unicode spelling does not matter. */
export function fingerprintOf(operation: string, input: unknown): string {
  return sha256Hex(canonicalJson({ operation, input: withoutNulls(input) }).normalize('NFC'));
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  const entries = Object.entries(value).filter(([, part]) => part !== null && part !== undefined);
  return Object.fromEntries(entries.map(([key, part]) => [key, withoutNulls(part)]));
}

/**
 * Claims the key by inserting it; answers null when it is ours now, or what it was answered before.
 * Refuses IDEMPOTENCY_KEY_REUSED for other input and IDEMPOTENCY_IN_PROGRESS while another one holds it.
 */
export async function claim({ sql, dialect }: Source, wanted: Claim): Promise<StoredAnswer | null> {
  const { now, ...key } = wanted;
  try {
    await insertRows(sql, dialect, IdempotencyKey, [{ ...key, answer: NO_ANSWER, createdAt: now }]);
    return null;
  } catch (error) {
    if (classify(error) === 'LOCK_TIMEOUT') {
      return refuse('IDEMPOTENCY_IN_PROGRESS', 'The same key is being executed right now.', {
        field: ['control', 'idempotencyKey'],
        retryable: true,
      });
    }
    if (classify(error) !== 'DUPLICATE' || duplicateIndex(error) === '') throw error;
  }
  const where = '`caller` = ? AND `idempotency_key` = ?';
  const parameters = [wanted.caller, wanted.idempotencyKey];
  const [stored] = await selectRows(sql, dialect, IdempotencyKey, where, parameters);
  if (stored === undefined) throw new Error('the key that was taken is not there');
  if (stored.operation !== wanted.operation || stored.fingerprint !== wanted.fingerprint) {
    refuse('IDEMPOTENCY_KEY_REUSED', 'The idempotency key was used with other input.', {
      field: ['control', 'idempotencyKey'],
    });
  }
  return stored.answer;
}

/** Keeps the answer under the key that `claim` took. */
export async function keepAnswer(
  { sql }: Source,
  { caller, idempotencyKey }: Claim,
  answer: StoredAnswer,
): Promise<void> {
  await sql.run(
    'UPDATE `idempotency_key` SET `answer` = ? WHERE `caller` = ? AND `idempotency_key` = ?',
    [JSON.stringify(answer), caller, idempotencyKey],
  );
}
