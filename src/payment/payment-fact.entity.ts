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
  type FactKind,
  type IndeterminateCause,
  type ReportedStatus,
  type RiskStatus,
  type TransactionResult,
  type TransactionType,
} from './payment.machine';

/**
 * Something reported about a payment, stored as received and never changed. The projection folds the whole set of them,
 * so that the order of arrival does not matter. `naturalKey` is unique per payment: a fact counts once however often it comes.
 */
@Entity('payment_fact')
export class PaymentFact {
  @PrimaryColumn(id)
  id!: string;

  @Column(id)
  checkoutId!: string;

  @Column(id)
  paymentId!: string;

  @Column({ ...reference, length: 255 })
  naturalKey!: string;

  @Column(code)
  kind!: FactKind;

  /** `webhook:<provider>`, `snapshot`, or the caller. */
  @Column({ ...reference, length: 64 })
  source!: string;

  /** Last tie-breaker of the order of facts. */
  @Column(reference)
  eventId!: string;

  /** Orders before time does; null where the provider has none, never 0. */
  @Column({ ...count, nullable: true })
  providerVersion!: number | null;

  /** Provider time. */
  @Column(instant)
  occurredAt!: Date;

  @Column(instant)
  recordedAt!: Date;

  /** STATUS, SNAPSHOT: what the provider says in our words. */
  @Column({ ...code, nullable: true })
  reported!: ReportedStatus | null;

  @Column({ ...text(64), nullable: true })
  nativeStatus!: string | null;

  @Column({ ...code, nullable: true })
  transactionType!: TransactionType | null;

  @Column({ ...reference, nullable: true })
  parentKey!: string | null;

  /** Null in a TRANSACTION: it was requested, and nothing came of it yet (NEW). */
  @Column({ ...code, nullable: true })
  result!: TransactionResult | null;

  @Column({ ...minorUnits, nullable: true })
  requestedMinor!: bigint | null;

  @Column({ ...minorUnits, nullable: true })
  processedMinor!: bigint | null;

  @Column({ ...currency, nullable: true })
  currency!: string | null;

  /** SNAPSHOT: total ever authorized. */
  @Column({ ...minorUnits, nullable: true })
  authorizedMinor!: bigint | null;

  /** SNAPSHOT: total captured. */
  @Column({ ...minorUnits, nullable: true })
  capturedMinor!: bigint | null;

  /** SNAPSHOT: total refunded. */
  @Column({ ...minorUnits, nullable: true })
  refundedMinor!: bigint | null;

  @Column({ ...reference, nullable: true })
  gatewayTransactionId!: string | null;

  @Column({ ...reference, nullable: true })
  providerRequestKey!: string | null;

  @Column({ ...text(64), nullable: true })
  responseCode!: string | null;

  @Column({ ...text(191), nullable: true })
  reasonCode!: string | null;

  @Column({ ...text(1000), nullable: true })
  rawMessage!: string | null;

  @Column({ ...code, nullable: true })
  failureType!: 'HARD' | 'SOFT' | null;

  @Column({ ...code, nullable: true })
  indeterminateCause!: IndeterminateCause | null;

  @Column({ ...text(64), nullable: true })
  sourceSystem!: string | null;

  @Column({ ...code, nullable: true })
  method!: string | null;

  @Column({ ...instant, nullable: true })
  authorizationExpiresAt!: Date | null;

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

  /** Where an operator looked it up, or what proves it. */
  @Column({ ...text(191), nullable: true })
  evidenceReference!: string | null;

  /** STATUS: what the risk analysis says. */
  @Column({ ...code, nullable: true })
  riskStatus!: RiskStatus | null;

  @Column({ ...id, nullable: true })
  deliveryId!: string | null;
}
