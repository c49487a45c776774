import { Column, Entity, PrimaryColumn } from 'typeorm';
import { code, instant, reference } from '../db/columns';

/**
 * Who may run a background loop until when: one instance at a time.
 */
@Entity('lease')
export class Lease {
  @PrimaryColumn(code)
  name!: string;

  @Column(reference)
  holder!: string;

  @Column(instant)
  until!: Date;
}
