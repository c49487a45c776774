import { Column, Entity, PrimaryColumn } from 'typeorm';
import { code, count, currency, id, instant, minorUnits, reference, text } from '../db/columns';
import { type Side } from '../kernel/actor';
import { type ErpPostingStatus, type OmsStatus, type OrderStatus } from './order.machine';

/**
 * One order of a checkout (order clock). It exists from registration on, before it has a code.
 * OMS and ERP states are columns of their own, never folded into the status (S2.28).
 */
@Entity('orders')
export class Order {
  @PrimaryColumn(id)
  id!: string;

  @Column(id)
  checkoutId!: string;

  /** Immutable cart GUID. */
  @Column(reference)
  guid!: string;

  /** Commerce order code; unique; null until created. */
  @Column({ ...reference, nullable: true })
  code!: string | null;

  @Column(code)
  side!: Side;

  @Column({ ...reference, nullable: true })
  sellerId!: string | null;

  /** Written only with the answer of the order machine. */
  @Column(code)
  status!: OrderStatus;

  /** Order total, minor units of `currency`. */
  @Column(minorUnits)
  totalMinor!: bigint;

  @Column(currency)
  currency!: string;

  @Column(code)
  omsStatus!: OmsStatus;

  @Column(code)
  erpPostingStatus!: ErpPostingStatus;

  @Column({ ...text(64), nullable: true })
  market!: string | null;

  @Column({ ...text(64), nullable: true })
  channel!: string | null;

  @Column({ ...reference, nullable: true })
  customerId!: string | null;

  @Column({ ...instant, nullable: true })
  promisedBy!: Date | null;

  @Column({ ...text(1000), nullable: true })
  creationFailureReason!: string | null;

  /** When the code was given, our clock. */
  @Column({ ...instant, nullable: true })
  codeAt!: Date | null;

  @Column({ ...id, nullable: true })
  duplicateOfOrderId!: string | null;

  @Column(count)
  version!: number;

  @Column(instant)
  createdAt!: Date;

  @Column(instant)
  updatedAt!: Date;
}
