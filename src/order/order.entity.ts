import { Column, Entity, PrimaryColumn } from 'typeorm';
import {
  code,
  count,
  currency,
  id,
  instant,
  json,
  minorUnits,
  reference,
  text,
} from '../db/columns';
import { type Side } from '../kernel/actor';
import {
  type ErpPostingStatus,
  type OmsCause,
  type OmsStatus,
  type OrderStatus,
  type PostingSubject,
} from './order.machine';

// Short lists that belong to one order stand in its row, as JSON: amounts are decimal texts of minor units, times ISO texts.

/** An invoice inserted into the order; one mirrored from a linked seller's order names it. */
export interface Invoice {
  readonly number: string;
  readonly amountMinor: string;
  readonly fulfillmentIds: readonly string[];
  readonly mirrorOfOrderId: string | null;
  readonly insertedAt: string;
}

/** What the ERP was told of an invoice, capture, refund or chargeback, newest state per subject. */
export interface ErpPosting {
  readonly subject: PostingSubject;
  readonly subjectId: string;
  readonly status: ErpPostingStatus;
  readonly document: string | null;
  readonly recordedAt: string;
}

/** Money that may be given back although the order stands: granted is not executed (money.md 8). */
export interface RefundGrant {
  readonly id: string;
  readonly amountMinor: string;
  readonly source: 'GRANT' | 'RETURN' | 'CANCELLATION';
  readonly fulfillmentId: string | null;
  readonly grantedAt: string;
}

/** One leg of the way a payment's news takes (S0.6, S0.9). */
export interface NotificationHop {
  readonly from: 'GATEWAY' | 'MARKETPLACE';
  readonly to: 'MARKETPLACE' | 'SELLER';
  readonly sentAt: string;
  readonly receivedAt: string;
}

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

  /** When it entered its status, our clock. */
  @Column(instant)
  statusAt!: Date;

  /** What a denied cancellation goes back to. */
  @Column({ ...code, nullable: true })
  statusBefore!: OrderStatus | null;

  /** Σ of cancelled parts, minor units: payable is total − cancelled. */
  @Column(minorUnits)
  cancelledMinor!: bigint;

  /** Value of the items in stock at order capture; used at prime only, never changes (money.md 11). */
  @Column({ ...minorUnits, nullable: true })
  initialMinor!: bigint | null;

  @Column({ ...code, nullable: true })
  omsCause!: OmsCause | null;

  /** Of a seller's order: the marketplace order it is linked to. */
  @Column({ ...id, nullable: true })
  marketplaceOrderId!: string | null;

  @Column({ ...id, nullable: true })
  replacesOrderId!: string | null;

  @Column({ ...id, nullable: true })
  replacedByOrderId!: string | null;

  /** A delivered event, for orders without fulfillments. */
  @Column({ ...instant, nullable: true })
  deliveredAt!: Date | null;

  @Column(json)
  invoices!: readonly Invoice[];

  @Column(json)
  erpPostings!: readonly ErpPosting[];

  @Column(json)
  refundGrants!: readonly RefundGrant[];

  @Column(json)
  notificationHops!: readonly NotificationHop[];

  @Column(count)
  version!: number;

  @Column(instant)
  createdAt!: Date;

  @Column(instant)
  updatedAt!: Date;
}
