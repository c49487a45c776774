import { createHmac } from 'node:crypto';
import { sha256Hex } from '../kernel/canonical';
import { GENESIS } from './chain.rules';
import { type JournalSeal } from './journal-seal.entity';

/** What blocks are signed with. */
export interface JournalKey {
  /** First 16 hex digits of the key's SHA-256. */
  readonly keyId: string;
  readonly key: Buffer;
}

type Seal = Readonly<JournalSeal>;

/** Entries of a block at most: one transaction's worth. */
export const BLOCK_MAX = 1_000;

/** The block after `previous` (null: the first) over the entries' hashes in the order of their positions. */
export function sealOf(
  previous: Seal | null,
  hashes: readonly string[],
  key: JournalKey,
  sealedAt: Date,
): Seal {
  const fromPosition = (previous?.toPosition ?? 0) + 1;
  const digest = digestOf(previous, hashes);
  return {
    block: (previous?.block ?? 0) + 1,
    fromPosition,
    toPosition: fromPosition + hashes.length - 1,
    digest,
    keyId: key.keyId,
    signature: signatureOf(key, digest),
    sealedAt,
  };
}

/** Every digest covers all before it. Hashes have one length, so that none can move across a border. */
function digestOf(previous: Seal | null, hashes: readonly string[]): string {
  return sha256Hex((previous?.digest ?? GENESIS) + hashes.join(''));
}

function signatureOf({ key }: JournalKey, digest: string): string {
  return createHmac('sha256', key).update(digest, 'utf8').digest('hex');
}

export type SealFault = 'SEAL_MISMATCH' | 'UNKNOWN_KEY' | 'BAD_SIGNATURE';

/** What is wrong with a block, given the one before it and its hashes as they stand; null: nothing. */
export function sealFault(
  seal: Seal,
  previous: Seal | null,
  hashes: readonly string[],
  key: JournalKey,
): SealFault | null {
  const follows =
    seal.block === (previous?.block ?? 0) + 1 &&
    seal.fromPosition === (previous?.toPosition ?? 0) + 1 &&
    seal.toPosition >= seal.fromPosition &&
    hashes.length === seal.toPosition - seal.fromPosition + 1;
  if (!follows || seal.digest !== digestOf(previous, hashes)) return 'SEAL_MISMATCH';
  if (seal.keyId !== key.keyId) return 'UNKNOWN_KEY';
  return seal.signature === signatureOf(key, seal.digest) ? null : 'BAD_SIGNATURE';
}
