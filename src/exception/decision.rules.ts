import { type Role } from '../kernel/actor';
import { type EvidenceKind } from './evidence-kind.rules';
import { type Decision } from './exception-kind.rules';

export type DecisionPath = 'REPAIR' | 'REFUND_AND_CLOSE' | 'HOLD_AND_ESCALATE' | 'OTHER';

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
  HOLD_AND_ESCALATE: ['ACTION_REFERENCE', 'SUPPORT_NOTE'],
  OTHER: ['ACTION_REFERENCE', 'SUPPORT_NOTE'],
};

const ANYONE: readonly Role[] = ['COMMERCE', 'PAYMENT', 'OMS', 'FINANCE', 'ADMIN', 'SUPPORT'];
const HOLD: readonly EvidenceKind[] = ['NAMED_DECIDER', 'DECIDE_BY', 'PRESERVED_IDENTIFIERS'];

const repair: DecisionRules = {
  path: 'REPAIR',
  deciders: ['COMMERCE'],
  executors: ['COMMERCE', 'SYSTEM'],
  releases: ['createOrder'],
  toDecide: ['COMMERCE_PROOF', 'OMS_PROOF', 'REPAIR_ACTION'],
};

export const decisionRules: Readonly<Record<Decision, DecisionRules>> = {
  REPAIR_ORDER: repair,
  RETRY_CREATION: repair,
  SUPPORT_ORDER: { ...repair, toDecide: ['COMMERCE_PROOF', 'OMS_PROOF'] },
  REFUND: {
    path: 'REFUND_AND_CLOSE',
    deciders: ['FINANCE'],
    executors: ['PAYMENT', 'SYSTEM'],
    releases: ['recordTransactionResult'],
    toDecide: ['COMMERCE_STATEMENT', 'REFUND_REASON'],
  },
  HOLD_SETTLEMENT: {
    path: 'HOLD_AND_ESCALATE',
    deciders: ['FINANCE'],
    executors: [],
    releases: ['decideException'],
    toDecide: HOLD,
  },
  ESCALATE: {
    path: 'HOLD_AND_ESCALATE',
    deciders: ANYONE,
    executors: [],
    releases: ['decideException'],
    toDecide: HOLD,
  },
  LET_EXPIRE: {
    path: 'OTHER',
    deciders: ['COMMERCE'],
    executors: ['PAYMENT', 'SYSTEM'],
    releases: ['recordTransactionResult'],
    toDecide: [],
  },
  VOID: {
    path: 'OTHER',
    deciders: ['COMMERCE'],
    executors: ['PAYMENT', 'SYSTEM'],
    releases: ['recordTransactionResult'],
    toDecide: [],
  },
  RESOLVE_RESULT: {
    path: 'OTHER',
    deciders: ['ADMIN'],
    executors: ['ADMIN', 'PAYMENT', 'SYSTEM'],
    releases: ['recordTransactionResult', 'recordProviderSnapshot'],
    toDecide: ['PROVIDER_LOOKUP'],
  },
};

/** HOLD_SETTLEMENT and ESCALATE name a person and a date instead of an action (S2.27). */
export function isHold(decision: Decision): boolean {
  return decisionRules[decision].path === 'HOLD_AND_ESCALATE';
}
