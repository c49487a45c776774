import { Column, Entity, PrimaryColumn } from 'typeorm';
import { code, id, instant, longText } from '../db/columns';

/** Free text about people, apart from everything else so that an erasure can empty it. Journals hold its hash only. */
@Entity('personal_text')
export class PersonalText {
  @PrimaryColumn(id)
  id!: string;

  @Column(id)
  checkoutId!: string;

  @Column(code)
  field!: string;

  @Column({ ...longText, nullable: true })
  text!: string | null;

  @Column(instant)
  createdAt!: Date;
}
