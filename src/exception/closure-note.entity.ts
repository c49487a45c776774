import { Column, Entity, PrimaryColumn } from 'typeorm';
import { count, id, instant, reference, subject, text } from '../db/columns';

/**
 * The permanent note of one closure (S2.48). Never changed; kept ten years.
 */
@Entity('closure_note')
export class ClosureNote {
  @PrimaryColumn(id)
  id!: string;

  @Column(id)
  checkoutId!: string;

  @Column(id)
  exceptionId!: string;

  @Column(count)
  occurrence!: number;

  @Column(reference)
  providerReference!: string;

  @Column(reference)
  orderCode!: string;

  @Column(reference)
  settlementBatch!: string;

  @Column(reference)
  refundOrInvoiceReference!: string;

  @Column(text(2000))
  rootCause!: string;

  @Column(text(2000))
  preventionAction!: string;

  @Column(text(2000))
  customerOutcome!: string;

  @Column(text(2000))
  orderOutcome!: string;

  @Column(text(2000))
  settlementOutcome!: string;

  @Column({ ...text(191), nullable: true })
  knownIssueReference!: string | null;

  @Column(subject)
  closedBy!: string;

  @Column(instant)
  closedAt!: Date;
}
