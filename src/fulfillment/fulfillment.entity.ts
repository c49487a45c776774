import { Column, Entity, PrimaryColumn } from 'typeorm';
import { code, count, currency, id, instant, minorUnits } from '../db/columns';
import { type FulfillmentStatus } from './fulfillment.machine';

/**
 * A part of an order released, captured for and sent together (S3.6). Amounts are minor units of `currency`.
 *
 * Invariant: 0 <= finalized <= reserved <= total.
 */
@Entity('fulfillment')
export class Fulfillment {
  @PrimaryColumn(id)
  id!: string;

  @Column(id)
  checkoutId!: string;

  @Column(id)
  orderId!: string;

  @Column(code)
  status!: FulfillmentStatus;

  @Column(minorUnits)
  totalMinor!: bigint;

  @Column(minorUnits)
  reservedMinor!: bigint;

  @Column(minorUnits)
  finalizedMinor!: bigint;

  @Column(currency)
  currency!: string;

  @Column(count)
  version!: number;

  @Column(instant)
  createdAt!: Date;

  @Column(instant)
  updatedAt!: Date;
}
