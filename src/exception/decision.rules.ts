import { type Role } from '../kernel/actor';
import { type EvidenceKind } from './evidence-kind.rules';
import { type Decision, type ExceptionKindRules } from './exception-kind.rules';

export type DecisionPath =
  'REPAIR' | 'REFUND_AND_CLOSE' | 'FINANCE_EVIDENCE' | 'HOLD_AND_ESCALATE' | 'OTHER';

/** What a decision means: who takes it, who executes it, what it releases and what it rests on. */
export interface DecisionRules {
  readonly path: DecisionPath;
  readonly deciders: readonly Role[];
  readonly executors: readonly Role[];
  /** Mutations the decision releases. */
  readonly releases: readonly string[];
  /** Beside the base evidence (S2.10–S2.16). */
  readonly toDecide: readonly EvidenceKind[];
}

/** Evidence that every exception carries, each item present or marked unavailable (S2.10–S2.16). */
export const BASE_EVIDENCE: readonly EvidenceKind[] = [
  'PAYMENT_REFERENCE',
  'CAPTURE_DETAILS',
  'ORDER_IDENTITY',
  'TRANSACTION_ROW',
  'WEBHOOK_EVENT',
  'DOWNSTREAM_STATUS',
  'REPLAY_MARKER',
];

/** What closing needs by path, beside the note (S2.23–S2.27, S2.50). A hold closes by the decision that follows it. */
export const CLOSING_EVIDENCE: Readonly<Record<DecisionPath, readonly EvidenceKind[]>> = {
  REPAIR: ['ORDER_CODE', 'PAYMENT_LINKED', 'SUPPORT_NOTE'],
  REFUND_AND_CLOSE: [
    'REFUND_REFERENCE',
    'CUSTOMER_MESSAGE',
    'SUPPORT_CASE',
    'FINANCE_POSTING',
    'SUPPORT_NOTE',
  ],
  FINANCE_EVIDENCE: ['FINANCE_POSTING', 'SUPPORT_NOTE'],
  HOLD_AND_ESCALATE: ['ACTION_REFERENCE', 'SUPPORT_NOTE'],
  OTHER: ['ACTION_REFERENCE', 'SUPPORT_NOTE'],
};

const ANYONE: readonly Role[] = ['COMMERCE', 'PAYMENT', 'OMS', 'FINANCE', 'ADMIN', 'SUPPORT'];
const HOLD: readonly EvidenceKind[] = ['NAMED_DECIDER', 'DECIDE_BY', 'PRESERVED_IDENTIFIERS'];

const repair: DecisionRules = {
  path: 'REPAIR',
  deciders: ['COMMERCE'],
  executors: ['COMMERCE', 'SYSTEM'],
  releases: ['createOrder', 'repairOrder'],
  toDecide: ['COMMERCE_PROOF', 'OMS_PROOF', 'REPAIR_ACTION'],
};

const REPORTS = ['recordTransactionResult', 'recordProviderSnapshot'] as const;

/** None of the guide's paths: rests on the base evidence, closes with the reference of what was done. */
const other = (
  deciders: readonly Role[],
  executors: readonly Role[],
  releases: readonly string[],
  toDecide: readonly EvidenceKind[] = [],
): DecisionRules => ({ path: 'OTHER', deciders, executors, releases, toDecide });

const byCommerce = (...releases: readonly string[]): DecisionRules =>
  other(['COMMERCE'], ['COMMERCE', 'SYSTEM'], releases);
const byPayment = (...releases: readonly string[]): DecisionRules =>
  other(['PAYMENT'], ['PAYMENT', 'ADMIN', 'SYSTEM'], releases);

export const decisionRules: Readonly<Record<Decision, DecisionRules>> = {
  REPAIR_ORDER: repair,
  RETRY_CREATION: repair,
  SUPPORT_ORDER: { ...repair, toDecide: ['COMMERCE_PROOF', 'OMS_PROOF'] },
  // PAYMENT executes what COMMERCE decides of reserved money.
  LET_EXPIRE: other(['COMMERCE'], ['PAYMENT', 'SYSTEM'], [...REPORTS]),
  VOID: other(['COMMERCE'], ['PAYMENT', 'SYSTEM'], ['requestVoid', ...REPORTS]),
  CANCEL_ORDER: byCommerce('cancelOrder', 'requestOrderCancellation'),
  CANCEL_AND_REPLACE: byCommerce('cancelOrder', 'replaceOrder'),
  DENY_CANCEL: byCommerce('denyOrderCancellation'),
  KEEP_ONE: byCommerce('cancelOrder', 'markDuplicateOrder'),
  REFUND: {
    path: 'REFUND_AND_CLOSE',
    deciders: ['FINANCE'],
    executors: ['PAYMENT', 'SYSTEM'],
    releases: ['requestRefund', 'recordTransactionResult', 'recordExternalTransaction'],
    toDecide: ['COMMERCE_STATEMENT', 'REFUND_REASON'],
  },
  POST_EVIDENCE: {
    path: 'FINANCE_EVIDENCE',
    deciders: ['FINANCE'],
    executors: ['FINANCE', 'SYSTEM'],
    releases: ['recordErpPosting', 'insertInvoice'],
    toDecide: ['ORDER_CODE', 'COMMERCE_STATEMENT'],
  },
  HOLD_SETTLEMENT: {
    path: 'HOLD_AND_ESCALATE',
    deciders: ['FINANCE'],
    executors: [],
    releases: ['decideException'],
    toDecide: HOLD,
  },
  CONTEST_DISPUTE: other(['FINANCE'], ['FINANCE', 'PAYMENT', 'SYSTEM'], ['recordDispute']),
  ACCEPT_LOSS: other(['FINANCE'], ['FINANCE', 'SYSTEM'], ['acceptChargeback']),
  RETRY_CAPTURE: byPayment('retryCapture', 'captureFulfillment', 'requestCapture'),
  REAUTHORIZE: byPayment('editPaymentInstruction', 'reserveFulfillment'),
  RETRY_REFUND: byPayment('requestRefund'),
  REPROCESS: byPayment(...REPORTS, 'recordPaymentStatus'),
  NEW_PAYMENT: other(
    ['PAYMENT'],
    ['PAYMENT', 'COMMERCE', 'SYSTEM'],
    ['createPayment', 'attachPaymentToOrder'],
  ),
  RESOLVE_RESULT: other(
    ['ADMIN'],
    ['ADMIN', 'PAYMENT', 'SYSTEM'],
    ['resolveIndeterminateTransaction', ...REPORTS],
    ['PROVIDER_LOOKUP'],
  ),
  OVERRIDE_STATUS: other(
    ['ADMIN'],
    ['ADMIN', 'SYSTEM'],
    ['overrideFulfillmentStatus', 'resolveCapture'],
    ['PROVIDER_LOOKUP'],
  ),
  CANCEL_FULFILLMENT: other(['ADMIN', 'OMS'], ['ADMIN', 'OMS', 'SYSTEM'], ['cancelFulfillment']),
  STOP_SHIPMENT: other(['OMS'], ['OMS', 'SYSTEM'], ['recordReturn', 'recordOmsStatus']),
  RECORD_EXTERNAL: other(
    ['PAYMENT', 'FINANCE', 'ADMIN'],
    ['PAYMENT', 'FINANCE', 'ADMIN', 'SYSTEM'],
    ['recordExternalTransaction', 'resolveCapture'],
  ),
  // Who accepts it depends on the kind: see `decidersOf`.
  ACCEPT_AS_IS: other(
    ['COMMERCE', 'PAYMENT', 'OMS', 'FINANCE'],
    ['COMMERCE', 'PAYMENT', 'FINANCE', 'SYSTEM'],
    ['recordExceptionActionResult'],
  ),
  ESCALATE: {
    path: 'HOLD_AND_ESCALATE',
    deciders: ANYONE,
    executors: [],
    releases: ['decideException'],
    toDecide: HOLD,
  },
};

/** Who takes a decision of a kind; one is accepted as it is by the kind's first owner, by finance where books are hurt. */
export function decidersOf(
  { impact, owners }: Pick<ExceptionKindRules, 'impact' | 'owners'>,
  decision: Decision,
): readonly Role[] {
  if (decision !== 'ACCEPT_AS_IS') return decisionRules[decision].deciders;
  return impact.includes('FINANCE') ? ['FINANCE'] : owners.slice(0, 1);
}

/** HOLD_SETTLEMENT and ESCALATE name a person and a date instead of an action (S2.27). */
export function isHold(decision: Decision): boolean {
  return decisionRules[decision].path === 'HOLD_AND_ESCALATE';
}
