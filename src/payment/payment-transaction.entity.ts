import { Column, Entity, PrimaryColumn } from 'typeorm';
import {
  code,
  count,
  currency,
  flag,
  id,
  instant,
  minorUnits,
  reference,
  text,
} from '../db/columns';
import {
  type IndeterminateCause,
  type TransactionStatus,
  type TransactionType,
} from './payment.machine';

/**
 * One attempt to move money: the projection of the facts that name it. A failed attempt keeps its row (S3.13);
 * an implied one stands for what the provider's totals say and nobody reported by itself.
 */
@Entity('payment_transaction')
export class PaymentTransaction {
  @PrimaryColumn(id)
  id!: string;

  @Column(id)
  checkoutId!: string;

  @Column(id)
  paymentId!: string;

  /** Unique per payment: the gateway's id, our request key, or `implied:<type>`. */
  @Column(reference)
  naturalKey!: string;

  @Column(code)
  type!: TransactionType;

  @Column(code)
  status!: TransactionStatus;

  @Column({ ...minorUnits, nullable: true })
  requestedMinor!: bigint | null;

  @Column({ ...minorUnits, nullable: true })
  processedMinor!: bigint | null;

  @Column({ ...currency, nullable: true })
  currency!: string | null;

  /** Natural key of the transaction it builds on. */
  @Column({ ...reference, nullable: true })
  parentKey!: string | null;

  @Column(flag)
  implied!: boolean;

  @Column({ ...reference, nullable: true })
  gatewayTransactionId!: string | null;

  @Column({ ...reference, nullable: true })
  providerRequestKey!: string | null;

  @Column({ ...text(64), nullable: true })
  responseCode!: string | null;

  @Column({ ...text(191), nullable: true })
  reasonCode!: string | null;

  @Column({ ...code, nullable: true })
  failureType!: 'HARD' | 'SOFT' | null;

  @Column({ ...code, nullable: true })
  indeterminateCause!: IndeterminateCause | null;

  @Column({ ...text(64), nullable: true })
  sourceSystem!: string | null;

  @Column({ ...code, nullable: true })
  method!: string | null;

  /** The fulfillment it reserves or captures for (S1.10). */
  @Column({ ...id, nullable: true })
  fulfillmentId!: string | null;

  /** Executed outside, by hand at the processor (S1.5, S1.11). */
  @Column(flag)
  externallyExecuted!: boolean;

  /** One request of ours may cover several transactions. */
  @Column({ ...id, nullable: true })
  requestId!: string | null;

  /** The last capture of its authorization: what remains is released when it succeeds. */
  @Column(flag)
  finalCapture!: boolean;

  @Column({ ...reference, nullable: true })
  disbursementId!: string | null;

  /** CHARGEBACK: until when it can be contested. */
  @Column({ ...instant, nullable: true })
  respondBy!: Date | null;

  /** Provider time of the deciding fact. */
  @Column(instant)
  occurredAt!: Date;

  /** When its first fact reached us. */
  @Column(instant)
  recordedAt!: Date;

  @Column(count)
  version!: number;

  @Column(instant)
  createdAt!: Date;

  @Column(instant)
  updatedAt!: Date;
}
