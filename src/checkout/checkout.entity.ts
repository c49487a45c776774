import { Column, Entity, PrimaryColumn } from 'typeorm';
import { code, count, id, instant, json, reference, text } from '../db/columns';

export const RETRY_MODES = ['RUNNING', 'PAUSED', 'BLOCKED_BY_DUPLICATE_RISK'] as const;
export type RetryMode = (typeof RETRY_MODES)[number];

/**
 * The aggregate's root: one cart and everything that belongs to it. Every write locks this row first and
 * compares-and-sets its version, which is the version check of all its children.
 *
 * Invariant: journalSequence counts the checkout's journal entries, journalHash is the last one's hash.
 */
@Entity('checkout')
export class Checkout {
  @PrimaryColumn(id)
  id!: string;

  /** Immutable cart GUID (S2.12); null for an orphan that a provider's event opened. */
  @Column({ ...reference, nullable: true })
  guid!: string | null;

  @Column({ ...text(64), nullable: true })
  market!: string | null;

  @Column({ ...text(64), nullable: true })
  channel!: string | null;

  @Column({ ...reference, nullable: true })
  customerId!: string | null;

  /** The checkout that took this orphan over; the row stays as a tombstone. */
  @Column({ ...id, nullable: true })
  adoptedInto!: string | null;

  @Column(code)
  retryMode!: RetryMode;

  /** Causes of the freeze, e.g. `INDETERMINATE:ptx_…`; empty when RUNNING. */
  @Column(json)
  retryReasons!: string[];

  /** When time alone may change something here; what the sweeper looks for. */
  @Column({ ...instant, nullable: true })
  nextCheckAt!: Date | null;

  /** Until when a sweeper has claimed the row. */
  @Column({ ...instant, nullable: true })
  leasedUntil!: Date | null;

  @Column(count)
  journalSequence!: number;

  @Column(code)
  journalHash!: string;

  @Column(count)
  version!: number;

  @Column(instant)
  createdAt!: Date;

  @Column(instant)
  updatedAt!: Date;
}
