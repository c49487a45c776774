import { Column, Entity, PrimaryColumn } from 'typeorm';
import { code, flag, id, instant, subject, text } from '../db/columns';
import { type Role } from '../kernel/actor';
import { type EvidenceKind } from './evidence-kind.rules';

/**
 * A piece of evidence attached to an exception, or the explicit mark that it cannot be had. Append-only.
 */
@Entity('evidence')
export class Evidence {
  @PrimaryColumn(id)
  id!: string;

  @Column(id)
  checkoutId!: string;

  @Column(id)
  exceptionId!: string;

  @Column(code)
  kind!: EvidenceKind;

  @Column(flag)
  available!: boolean;

  @Column({ ...text(191), nullable: true })
  reference!: string | null;

  /** The note's text, in personal_text. */
  @Column({ ...id, nullable: true })
  noteId!: string | null;

  @Column({ ...code, nullable: true })
  noteHash!: string | null;

  @Column(subject)
  attachedBy!: string;

  @Column(code)
  attachedAs!: Role;

  @Column(instant)
  attachedAt!: Date;
}
