import { Column, Entity, PrimaryColumn } from 'typeorm';
import { code, count, flag, id, instant, json, longText, reference, text } from '../db/columns';
import { type SignatureResult } from './provider.rules';

export const DELIVERY_OUTCOMES = [
  'RECEIVED',
  'APPLIED',
  'DUPLICATE',
  'STALE',
  'UNMATCHED',
  'REJECTED_SIGNATURE',
  'SANDBOX',
  'ILLEGAL',
  'MALFORMED',
] as const;
export type DeliveryOutcome = (typeof DELIVERY_OUTCOMES)[number];

/**
 * One delivery of a provider's webhook, as received (S2.14, S2.52). Stored before it is understood, applied once.
 */
@Entity('webhook_delivery')
export class WebhookDelivery {
  @PrimaryColumn(id)
  id!: string;

  @Column(code)
  provider!: string;

  @Column({ ...reference, nullable: true })
  eventId!: string | null;

  @Column({ ...reference, nullable: true })
  resourceId!: string | null;

  /** A second candidate, where the provider's documents disagree on which id is the payment's. */
  @Column({ ...reference, nullable: true })
  otherResourceId!: string | null;

  @Column({ ...text(64), nullable: true })
  action!: string | null;

  @Column({ ...count, nullable: true })
  providerVersion!: number | null;

  @Column({ ...text(64), nullable: true })
  nativeStatus!: string | null;

  @Column(flag)
  liveMode!: boolean;

  /** SHA-256 of the raw body, hex. */
  @Column(code)
  payloadHash!: string;

  /** The raw body; emptied by retention. */
  @Column({ ...longText, nullable: true })
  payload!: string | null;

  /** What the signature check and the resource lookup need. */
  @Column(json)
  headers!: Record<string, string>;

  @Column(json)
  query!: Record<string, string>;

  @Column(code)
  signatureResult!: SignatureResult;

  /** Which delivery of this event it was, from 1. */
  @Column(count)
  deliveryAttempt!: number;

  @Column(flag)
  replayable!: boolean;

  @Column(code)
  outcome!: DeliveryOutcome;

  @Column({ ...text(191), nullable: true })
  outcomeReason!: string | null;

  /** How often applying it was tried. */
  @Column(count)
  attempts!: number;

  /** When the applier may take it; null once there is nothing left to do. */
  @Column({ ...instant, nullable: true })
  nextAttemptAt!: Date | null;

  @Column({ ...instant, nullable: true })
  occurredAt!: Date | null;

  @Column(instant)
  receivedAt!: Date;

  @Column({ ...instant, nullable: true })
  appliedAt!: Date | null;

  @Column({ ...id, nullable: true })
  checkoutId!: string | null;

  @Column({ ...id, nullable: true })
  paymentId!: string | null;
}
