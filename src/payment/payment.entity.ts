import { Column, Entity, PrimaryColumn } from 'typeorm';
import {
  code,
  count,
  currency,
  flag,
  id,
  instant,
  json,
  minorUnits,
  reference,
  text,
} from '../db/columns';
import {
  type AmountSource,
  type Collection,
  type MoneyState,
  type PaymentRule,
  type PaymentStatus,
  type RiskStatus,
  type SettlementStatus,
} from './payment.machine';

/** A part of a split payment that goes to one seller (M1); amounts are decimal texts of minor units. */
export interface Disbursement {
  readonly id: string;
  readonly sellerId: string;
  readonly amountMinor: string;
  readonly feeMinor: string;
  readonly releaseDays: number;
}

/**
 * One payment instruction (money clock). Status and amounts are the projection of its facts (payment.rules.ts),
 * recomputed on every write, so that they cannot disagree with them. Amounts are minor units of `currency`.
 */
@Entity('payment')
export class Payment {
  @PrimaryColumn(id)
  id!: string;

  @Column(id)
  checkoutId!: string;

  /** The marketplace order it pays; null while there is none. */
  @Column({ ...id, nullable: true })
  orderId!: string | null;

  @Column(code)
  provider!: string;

  /** Unique per provider; null until known. */
  @Column({ ...reference, nullable: true })
  providerReference!: string | null;

  @Column({ ...code, nullable: true })
  method!: string | null;

  /** Higher is used first (money.md 5). */
  @Column(count)
  priority!: number;

  /** Announced amount; null where a provider event came first. */
  @Column({ ...minorUnits, nullable: true })
  expected!: bigint | null;

  /** Null until known. */
  @Column({ ...currency, nullable: true })
  currency!: string | null;

  @Column(flag)
  binaryMode!: boolean;

  @Column(code)
  status!: PaymentStatus;

  @Column(code)
  moneyState!: MoneyState;

  @Column(code)
  amountSource!: AmountSource;

  @Column({ ...text(64), nullable: true })
  providerStatus!: string | null;

  @Column({ ...count, nullable: true })
  providerVersion!: number | null;

  @Column(minorUnits)
  authorized!: bigint;

  @Column(minorUnits)
  authorizing!: bigint;

  @Column(minorUnits)
  capturing!: bigint;

  @Column(minorUnits)
  captured!: bigint;

  @Column(minorUnits)
  voiding!: bigint;

  @Column(minorUnits)
  voided!: bigint;

  @Column(minorUnits)
  expired!: bigint;

  @Column(minorUnits)
  refunding!: bigint;

  @Column(minorUnits)
  refunded!: bigint;

  @Column(minorUnits)
  disputed!: bigint;

  @Column(minorUnits)
  chargedBack!: bigint;

  @Column(minorUnits)
  failedLifetime!: bigint;

  @Column(minorUnits)
  failedOutstanding!: bigint;

  @Column({ ...instant, nullable: true })
  authorizationExpiresAt!: Date | null;

  /** Provider time of the first authorization. */
  @Column({ ...instant, nullable: true })
  authorizedAt!: Date | null;

  /** Provider time of the first capture. */
  @Column({ ...instant, nullable: true })
  capturedAt!: Date | null;

  /** What happens to it at prime, reserve and finalize (money.md 11). */
  @Column(code)
  paymentRule!: PaymentRule;

  /** Deferred payments cover with their expected amount until they are collected. */
  @Column(code)
  collection!: Collection;

  /** False: used whole or not at all, e.g. a gift certificate (money.md 5). */
  @Column(flag)
  partiallyConsumable!: boolean;

  /** Part of the order's initial amount it was primed for; its release amounts follow (S3.5). */
  @Column(minorUnits)
  validationMinor!: bigint;

  @Column(minorUnits)
  reservationMinor!: bigint;

  @Column(minorUnits)
  finalizationMinor!: bigint;

  @Column(code)
  settlementStatus!: SettlementStatus;

  @Column(code)
  riskStatus!: RiskStatus;

  /** The caller's own token of the instrument; never card data. */
  @Column({ ...reference, nullable: true })
  instrumentReference!: string | null;

  @Column({ ...instant, nullable: true })
  instructionEditedAt!: Date | null;

  @Column(json)
  disbursements!: readonly Disbursement[];

  @Column(count)
  version!: number;

  @Column(instant)
  createdAt!: Date;

  @Column(instant)
  updatedAt!: Date;
}
