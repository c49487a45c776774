import { Column, Entity, PrimaryColumn } from 'typeorm';
import {
  code,
  count,
  currency,
  id,
  instant,
  json,
  longText,
  minorUnits,
  reference,
  subject,
  text,
} from '../db/columns';
import { type Role } from '../kernel/actor';
import {
  type Decision,
  type DeadlineClass,
  type ExceptionGroup,
  type ExceptionKind,
  type Impact,
  type RefundReason,
  type RepairAction,
  type SubjectType,
  type TriageAnswer,
  type TriageClass,
} from './exception-kind.rules';
import { type ExceptionStatus } from './exception.machine';

/**
 * A contradiction between the clocks. One row per kind and subject; a new cause re-opens it with the next occurrence.
 * At most one live row per kind and subject, which a unique key over the generated live flag says as well.
 */
@Entity('reconciliation_exception')
export class ReconciliationException {
  @PrimaryColumn(id)
  id!: string;

  @Column(id)
  checkoutId!: string;

  @Column(code)
  kind!: ExceptionKind;

  @Column(code)
  subjectType!: SubjectType;

  @Column(id)
  subjectId!: string;

  @Column({ ...id, nullable: true })
  orderId!: string | null;

  @Column({ ...id, nullable: true })
  paymentId!: string | null;

  /** Hash of what the predicate read; only another cause re-opens a closed row. */
  @Column(code)
  cause!: string;

  /** The cause it was closed over. */
  @Column({ ...code, nullable: true })
  closedCause!: string | null;

  /** Written only with the answer of the exception machine. */
  @Column(code)
  status!: ExceptionStatus;

  @Column(count)
  occurrence!: number;

  @Column(code)
  ownerRole!: Role;

  @Column({ ...text(191), nullable: true })
  ownerPerson!: string | null;

  @Column(json)
  contributing!: Role[];

  @Column(code)
  ownerGroup!: ExceptionGroup;

  @Column(json)
  impact!: Impact[];

  @Column({ ...minorUnits, nullable: true })
  amountMinor!: bigint | null;

  @Column({ ...currency, nullable: true })
  currency!: string | null;

  @Column({ ...text(64), nullable: true })
  market!: string | null;

  @Column({ ...text(64), nullable: true })
  channel!: string | null;

  /** Provider time of the money fact; windows count from it. */
  @Column(instant)
  moneyAt!: Date;

  /** Grace counts from it. */
  @Column(instant)
  firstKnownAt!: Date;

  @Column(instant)
  dueAt!: Date;

  @Column({ ...instant, nullable: true })
  openedAt!: Date | null;

  /** NO_DEADLINE where nothing is to be decided: a sorted column is never null. */
  @Column(instant)
  deadlineAt!: Date;

  @Column({ ...code, nullable: true })
  customerCharged!: TriageAnswer | null;

  @Column({ ...code, nullable: true })
  orderFulfillable!: TriageAnswer | null;

  @Column({ ...code, nullable: true })
  triageClass!: TriageClass | null;

  @Column({ ...code, nullable: true })
  decision!: Decision | null;

  @Column({ ...longText, nullable: true })
  decisionReason!: string | null;

  @Column({ ...code, nullable: true })
  deadlineClass!: DeadlineClass | null;

  @Column({ ...code, nullable: true })
  repairAction!: RepairAction | null;

  @Column({ ...reference, nullable: true })
  originalIdempotencyKey!: string | null;

  @Column({ ...code, nullable: true })
  refundReason!: RefundReason | null;

  @Column({ ...subject, nullable: true })
  decidedBy!: string | null;

  @Column({ ...instant, nullable: true })
  decidedAt!: Date | null;

  @Column({ ...text(191), nullable: true })
  holdDecider!: string | null;

  @Column({ ...instant, nullable: true })
  holdDecideBy!: Date | null;

  @Column(json)
  preservedIdentifiers!: string[];

  @Column({ ...instant, nullable: true })
  actionStartedAt!: Date | null;

  @Column({ ...reference, nullable: true })
  actionReference!: string | null;

  @Column({ ...id, nullable: true })
  customerMessageId!: string | null;

  @Column({ ...instant, nullable: true })
  closedAt!: Date | null;

  /** How often the provider's resource was asked for. */
  @Column(count)
  providerAsked!: number;

  @Column(count)
  version!: number;

  @Column(instant)
  createdAt!: Date;

  @Column(instant)
  updatedAt!: Date;
}
