import { Column, Entity, PrimaryColumn } from 'typeorm';
import { code, count, id, instant, json, subject } from '../db/columns';

export const JOURNAL_ENTRY_KINDS = ['CHANGE', 'INTENT', 'ADOPTION'] as const;
export type JournalEntryKind = (typeof JOURNAL_ENTRY_KINDS)[number];

/**
 * One entry of the audit trail. Append-only: no UPDATE or DELETE of this table stands in the source.
 * `hash` is SHA-256 over the entry and the hash before it, per checkout, gapless from 1.
 */
@Entity('journal_entry')
export class JournalEntry {
  @PrimaryColumn(id)
  id!: string;

  @Column(id)
  checkoutId!: string;

  @Column(count)
  sequence!: number;

  @Column(code)
  kind!: JournalEntryKind;

  @Column(code)
  action!: string;

  @Column(subject)
  actor!: string;

  @Column(code)
  subjectType!: string;

  @Column(id)
  subjectId!: string;

  /** The reason's text, in personal_text: journals live long, and an erasure must reach it. */
  @Column({ ...id, nullable: true })
  reasonId!: string | null;

  @Column({ ...code, nullable: true })
  reasonHash!: string | null;

  @Column({ ...json, nullable: true })
  before!: Record<string, unknown> | null;

  @Column({ ...json, nullable: true })
  after!: Record<string, unknown> | null;

  @Column(instant)
  recordedAt!: Date;

  @Column(code)
  previousHash!: string;

  @Column(code)
  hash!: string;
}
