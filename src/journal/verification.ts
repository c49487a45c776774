import { type Sql } from '../db/database';
import { type Dialect } from '../db/dialect';
import { type JournalKey } from './seal.rules';

/**
 * What can be wrong with a record of the journal:
 *   GAP                — a number is missing in a chain or in the global order
 *   MISSING_ENTRY      — a sealed entry is gone
 *   UNSEALED_MISSING   — an entry that waits for its seal is gone
 *   HASH_MISMATCH      — an entry does not say what it was hashed with
 *   LINK_MISMATCH      — an entry does not follow the one before it
 *   TAIL_MISMATCH      — a chain does not end where its checkout says
 *   FORGED_ENTRY       — an entry is neither sealed nor waiting for its seal
 *   SEALED_TWICE       — an entry is sealed and still waits for its seal
 *   ADOPTION_MISMATCH  — the two chains of an adoption do not name each other
 *   SEAL_MISMATCH      — an entry or a block is not what was sealed
 *   UNKNOWN_KEY        — a block is signed with another key
 *   BAD_SIGNATURE      — a block is not signed by who had the key
 */
export type FaultReason =
  | 'GAP'
  | 'MISSING_ENTRY'
  | 'UNSEALED_MISSING'
  | 'HASH_MISMATCH'
  | 'LINK_MISMATCH'
  | 'TAIL_MISMATCH'
  | 'FORGED_ENTRY'
  | 'SEALED_TWICE'
  | 'ADOPTION_MISMATCH'
  | 'SEAL_MISMATCH'
  | 'UNKNOWN_KEY'
  | 'BAD_SIGNATURE';

/** A bad record: by its chain and sequence, by its global position, or by both. A block's is its first. */
export interface Fault {
  readonly reason: FaultReason;
  readonly checkoutId: string | null;
  readonly sequence: number | null;
  readonly position: bigint | null;
}

export function fault(
  reason: FaultReason,
  at: {
    readonly checkoutId?: string;
    readonly sequence?: number;
    readonly position?: number | undefined;
  },
): Fault {
  return {
    reason,
    checkoutId: at.checkoutId ?? null,
    sequence: at.sequence ?? null,
    position: at.position === undefined ? null : BigInt(at.position),
  };
}

/** What a verification looks through: one moment of the database, and the key of the seals. */
export interface View {
  readonly sql: Sql;
  readonly dialect: Dialect;
  readonly key: JournalKey;
}

/** What was looked at, and where to go on; null: nothing is left. */
export interface Checked<Next> {
  readonly checked: number;
  readonly fault: Fault | null;
  readonly next: Next | null;
}
