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
import { type AmountSource, type MoneyState, type PaymentStatus } from './payment.machine';

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

  @Column(count)
  version!: number;

  @Column(instant)
  createdAt!: Date;

  @Column(instant)
  updatedAt!: Date;
}
