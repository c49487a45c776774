import { Column, Entity, PrimaryColumn } from 'typeorm';
import { code, id, instant, subject, text } from '../db/columns';
import { type InteractionKind } from './order.machine';

/** A line of an order's log (S0.12): appended, never changed. Its text stands where an erasure reaches it. */
@Entity('order_interaction')
export class OrderInteraction {
  @PrimaryColumn(id)
  id!: string;

  @Column(id)
  checkoutId!: string;

  @Column(id)
  orderId!: string;

  @Column(code)
  kind!: InteractionKind;

  /** The other system's own code, as received. */
  @Column({ ...text(191), nullable: true })
  code!: string | null;

  @Column({ ...id, nullable: true })
  textId!: string | null;

  @Column({ ...code, nullable: true })
  textHash!: string | null;

  @Column({ ...text(64), nullable: true })
  sourceSystem!: string | null;

  @Column(subject)
  recordedBy!: string;

  @Column(instant)
  occurredAt!: Date;

  @Column(instant)
  recordedAt!: Date;
}
