import { Column, Entity, PrimaryColumn } from 'typeorm';
import { code, count, currency, id, instant, json, minorUnits } from '../db/columns';
import {
  type CapturePolicy,
  type CaptureResult,
  type FulfillmentStatus,
} from './fulfillment.machine';

/** A line of a fulfillment; the amount is a decimal text of minor units, for the whole quantity. */
export interface FulfillmentItem {
  readonly reference: string;
  readonly quantity: number;
  readonly amountMinor: string;
}

/**
 * What a payment is to give for a fulfillment, fixed when it is first reserved or captured (money.md 5).
 * `held` is the part that needed no transaction: reserved before, or a rule that reserves nothing.
 */
export interface Claim {
  readonly paymentId: string;
  readonly amountMinor: string;
  readonly heldMinor: string;
  /** False: the rule's reserve target is DNE, nothing has to stand behind it. */
  readonly backed: boolean;
}

/**
 * A part of an order released, captured for and sent together (S3.6). Amounts are minor units of `currency`;
 * all but the total are derived from the transactions (fulfillment.rules.ts).
 *
 * Invariant after every command: 0 <= finalized <= reserved <= total.
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

  /** When it entered its status, our clock. */
  @Column(instant)
  statusAt!: Date;

  @Column(code)
  capturePolicy!: CapturePolicy;

  @Column(code)
  captureResult!: CaptureResult;

  @Column(minorUnits)
  totalMinor!: bigint;

  @Column(minorUnits)
  reservingMinor!: bigint;

  @Column(minorUnits)
  reservedMinor!: bigint;

  @Column(minorUnits)
  finalizingMinor!: bigint;

  @Column(minorUnits)
  finalizedMinor!: bigint;

  @Column(currency)
  currency!: string;

  @Column(json)
  items!: readonly FulfillmentItem[];

  @Column(json)
  claims!: readonly Claim[];

  /** The fulfillment this part was split from. */
  @Column({ ...id, nullable: true })
  splitFromId!: string | null;

  @Column(count)
  version!: number;

  @Column(instant)
  createdAt!: Date;

  @Column(instant)
  updatedAt!: Date;
}
