import { Column, Entity, PrimaryColumn } from 'typeorm';
import { count, id } from '../db/columns';

/**
 * Entries that have no global position yet: what the sealer works through.
 */
@Entity('journal_queue')
export class JournalQueue {
  @PrimaryColumn(id)
  entryId!: string;

  @Column(id)
  checkoutId!: string;

  @Column(count)
  sequence!: number;
}
