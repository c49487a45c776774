import { type Role } from '../kernel/actor';
import { BASE_EVIDENCE } from './decision.rules';

export const EVIDENCE_KINDS = [
  'PAYMENT_REFERENCE',
  'CAPTURE_DETAILS',
  'ORDER_IDENTITY',
  'TRANSACTION_ROW',
  'WEBHOOK_EVENT',
  'DOWNSTREAM_STATUS',
  'REPLAY_MARKER',
  'COMMERCE_PROOF',
  'OMS_PROOF',
  'COMMERCE_STATEMENT',
  'REPAIR_ACTION',
  'ORIGINAL_IDEMPOTENCY_KEY',
  'REFUND_REASON',
  'NAMED_DECIDER',
  'DECIDE_BY',
  'PRESERVED_IDENTIFIERS',
  'PROVIDER_LOOKUP',
  'ORDER_CODE',
  'PAYMENT_LINKED',
  'REFUND_REFERENCE',
  'CUSTOMER_MESSAGE',
  'SUPPORT_CASE',
  'FINANCE_POSTING',
  'SUPPORT_NOTE',
  'ACTION_REFERENCE',
] as const;
export type EvidenceKind = (typeof EVIDENCE_KINDS)[number];

/** Evidence only its owner may give (S2.18–S2.22); everything else may come from any role that attaches. */
export const EVIDENCE_OWNERS: Readonly<Partial<Record<EvidenceKind, readonly Role[]>>> = {
  COMMERCE_PROOF: ['COMMERCE'],
  COMMERCE_STATEMENT: ['COMMERCE'],
  OMS_PROOF: ['OMS'],
  PROVIDER_LOOKUP: ['ADMIN', 'PAYMENT'],
  SUPPORT_CASE: ['SUPPORT'],
  SUPPORT_NOTE: ['SUPPORT'],
  FINANCE_POSTING: ['FINANCE'],
  // Of a refund made outside; one the provider told of is on record.
  REFUND_REFERENCE: ['FINANCE'],
  ACTION_REFERENCE: ['COMMERCE', 'PAYMENT', 'FINANCE', 'ADMIN'],
};

/** Evidence that is read from the records or given with a decision, and so cannot be attached. */
export const NOT_ATTACHABLE: readonly EvidenceKind[] = [
  'REPAIR_ACTION',
  'ORIGINAL_IDEMPOTENCY_KEY',
  'REFUND_REASON',
  'NAMED_DECIDER',
  'DECIDE_BY',
  'PRESERVED_IDENTIFIERS',
  'ORDER_CODE',
  'PAYMENT_LINKED',
  'CUSTOMER_MESSAGE',
];

/** Evidence that may be marked unavailable: the records of S2.10–S2.16. A proof or a case cannot. */
export function mayBeUnavailable(kind: EvidenceKind): boolean {
  return BASE_EVIDENCE.includes(kind);
}
