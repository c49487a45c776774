import { Column, Entity, PrimaryColumn } from 'typeorm';
import { code, count, instant } from '../db/columns';

/**
 * A signed block of the journal: what an edit of a whole chain cannot forge without the key.
 */
@Entity('journal_seal')
export class JournalSeal {
  @PrimaryColumn(count)
  block!: number;

  @Column(count)
  fromPosition!: number;

  @Column(count)
  toPosition!: number;

  /** SHA-256 over the digest before and the entries' hashes, hex. */
  @Column(code)
  digest!: string;

  @Column(code)
  keyId!: string;

  /** HMAC-SHA256 of the digest, hex. */
  @Column(code)
  signature!: string;

  @Column(instant)
  sealedAt!: Date;
}
