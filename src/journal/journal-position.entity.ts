import { Column, Entity, PrimaryColumn } from 'typeorm';
import { code, count, id } from '../db/columns';

/**
 * The global, gapless order of the journal, given by the sealer.
 */
@Entity('journal_position')
export class JournalPosition {
  @PrimaryColumn(count)
  position!: number;

  @Column(id)
  entryId!: string;

  @Column(code)
  entryHash!: string;
}
