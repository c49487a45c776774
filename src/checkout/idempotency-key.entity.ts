import { Column, Entity, PrimaryColumn } from 'typeorm';
import { code, instant, json, reference, subject } from '../db/columns';

/** What a key was answered: ids only, other fields of a replay are read as of now. */
export interface StoredAnswer {
  readonly entityId: string | null;
  readonly exceptionsOpened: readonly string[];
  readonly exceptionsResolved: readonly string[];
}

/** One effect per caller and key, claimed in the transaction that has the effect. */
@Entity('idempotency_key')
export class IdempotencyKey {
  /** Subject of the caller: another caller's key is invisible. */
  @PrimaryColumn(subject)
  caller!: string;

  @PrimaryColumn({ ...reference, length: 128 })
  idempotencyKey!: string;

  @Column(code)
  operation!: string;

  /** SHA-256 of the mutation and its input without `control`. */
  @Column(code)
  fingerprint!: string;

  @Column(json)
  answer!: StoredAnswer;

  @Column(instant)
  createdAt!: Date;
}
