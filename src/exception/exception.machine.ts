import { type Role } from '../kernel/actor';
import { refusal, type Refusal } from '../kernel/refusal';
import { type Machine } from '../kernel/state-machine';
import { type Decision, type TriageAnswer } from './exception-kind.rules';
import { type EvidenceKind } from './evidence-kind.rules';

// The life of an exception (states.md 2.5).

export const EXCEPTION_STATUSES = [
  'WATCHING',
  'OPEN',
  'TRIAGED',
  'ASSIGNED',
  'ON_HOLD',
  'DECIDED',
  'ACTIONING',
  'AWAITING_CLOSURE',
  'CLOSED',
  'AUTO_RESOLVED',
] as const;
export type ExceptionStatus = (typeof EXCEPTION_STATUSES)[number];

const LIVE_STATUSES: readonly ExceptionStatus[] = EXCEPTION_STATUSES.filter(
  (status) => status !== 'CLOSED' && status !== 'AUTO_RESOLVED',
);

export function isLive({ status }: { readonly status: ExceptionStatus }): boolean {
  return LIVE_STATUSES.includes(status);
}

/** What the guards look at; null where the command has nothing to do with it. */
export interface ExceptionFacts {
  readonly customerCharged: TriageAnswer | null;
  readonly orderFulfillable: TriageAnswer | null;
  readonly decision: Decision | null;
  readonly missingEvidence: readonly EvidenceKind[];
  /** Retries are frozen by something else than this exception's own open questions. */
  readonly frozen: boolean;
  readonly holdWithinDeadline: boolean;
}

export const NO_FACTS: ExceptionFacts = {
  customerCharged: null,
  orderFulfillable: null,
  decision: null,
  missingEvidence: [],
  frozen: false,
  holdWithinDeadline: true,
};

const WHILE_UNKNOWN: readonly (Decision | null)[] = [
  'HOLD_SETTLEMENT',
  'ESCALATE',
  'RESOLVE_RESULT',
];

export function bothQuestionsAreAnswered(facts: ExceptionFacts): Refusal | null {
  if (facts.customerCharged !== null && facts.orderFulfillable !== null) return null;
  return refusal('GUARD_FAILED', 'Both questions of the triage must be answered first (S2.41).');
}

/** S2.42: while an answer is unknown only what cannot charge or create anything is decided. */
export function unknownAnswersLimitTheDecision(facts: ExceptionFacts): Refusal | null {
  const unknown = facts.customerCharged === 'UNKNOWN' || facts.orderFulfillable === 'UNKNOWN';
  if (!unknown || WHILE_UNKNOWN.includes(facts.decision)) return null;
  return refusal(
    'REPLAY_BLOCKED',
    'While an answer is unknown, only holding, escalating or resolving the result is decided (S2.42).',
    { field: ['decision'] },
  );
}

function bothAnswersAreKnown(facts: ExceptionFacts): Refusal | null {
  const known = (answer: TriageAnswer | null) => answer === 'YES' || answer === 'NO';
  if (known(facts.customerCharged) && known(facts.orderFulfillable)) return null;
  return refusal(
    'GUARD_FAILED',
    'The customer is told only when it is known whether they were charged and the order can be fulfilled (S2.22).',
  );
}

function evidenceIsComplete({ missingEvidence }: ExceptionFacts): Refusal | null {
  if (missingEvidence.length === 0) return null;
  return refusal('EVIDENCE_MISSING', 'Evidence is missing; see missingEvidence.', {
    missingEvidence,
  });
}

function retriesAreNotFrozen({ frozen, decision }: ExceptionFacts): Refusal | null {
  if (!frozen || WHILE_UNKNOWN.includes(decision)) return null;
  return refusal('REPLAY_BLOCKED', 'Retries are frozen on this checkout; see retryModeReasons.');
}

function holdEndsInTime({ holdWithinDeadline }: ExceptionFacts): Refusal | null {
  if (holdWithinDeadline) return null;
  return refusal('GUARD_FAILED', 'decideBy must not be after the deadline of the window (S2.27).', {
    field: ['hold', 'decideBy'],
  });
}

const clock: readonly Role[] = ['SYSTEM'];
/** Roles that can own an exception (S2.18–S2.22). */
const owners: readonly Role[] = ['COMMERCE', 'PAYMENT', 'OMS', 'FINANCE', 'ADMIN', 'ENGINEERING'];
const triagers: readonly Role[] = [...owners, 'SUPPORT'];
const deciders: readonly Role[] = ['COMMERCE', 'PAYMENT', 'OMS', 'FINANCE', 'ADMIN', 'SUPPORT'];
const executors: readonly Role[] = ['COMMERCE', 'PAYMENT', 'OMS', 'FINANCE', 'ADMIN', 'SYSTEM'];
const attachers: readonly Role[] = [...triagers, 'STOREFRONT', 'APPROVER', 'SYSTEM'];
const undecided = ['OPEN', 'TRIAGED', 'ASSIGNED', 'ON_HOLD'] as const;
const working = [...undecided, 'DECIDED', 'ACTIONING'] as const;

export const exceptionMachine: Machine<ExceptionStatus, ExceptionFacts> = {
  name: 'RECONCILIATION_EXCEPTION',
  states: EXCEPTION_STATUSES,
  edges: [
    { from: null, to: 'WATCHING', trigger: 'detected', roles: clock },
    { from: null, to: 'OPEN', trigger: 'detected', roles: clock },
    { from: ['WATCHING'], to: 'OPEN', trigger: 'grace over', roles: clock },
    { from: ['WATCHING', ...undecided], to: 'AUTO_RESOLVED', trigger: 'cured', roles: clock },
    { from: working, to: 'AWAITING_CLOSURE', trigger: 'cured', roles: clock },
    {
      from: ['AWAITING_CLOSURE', 'CLOSED', 'AUTO_RESOLVED'],
      to: 'OPEN',
      trigger: 'new cause',
      roles: clock,
    },
    { from: ['OPEN'], to: 'TRIAGED', trigger: 'triageException', roles: triagers },
    {
      // A cure may come before the answers, and the customer is told only with them (S2.22).
      from: ['TRIAGED', 'ASSIGNED', 'ON_HOLD', 'DECIDED', 'AWAITING_CLOSURE'],
      to: null,
      trigger: 'triageException',
      roles: triagers,
    },
    { from: ['DECIDED'], to: 'ASSIGNED', trigger: 'answer changed', roles: triagers },
    {
      from: ['OPEN', 'TRIAGED', 'ASSIGNED'],
      to: 'ASSIGNED',
      trigger: 'assignException',
      roles: owners,
    },
    {
      from: ['WATCHING', 'ON_HOLD', 'DECIDED', 'ACTIONING', 'AWAITING_CLOSURE'],
      to: null,
      trigger: 'assignException',
      roles: owners,
    },
    { from: LIVE_STATUSES, to: null, trigger: 'attachEvidence', roles: attachers },
    {
      from: LIVE_STATUSES,
      to: null,
      trigger: 'recordCustomerMessage',
      guards: [bothAnswersAreKnown],
      roles: ['SUPPORT'],
    },
    {
      from: ['ASSIGNED', 'ON_HOLD', 'DECIDED'],
      to: 'DECIDED',
      trigger: 'decideException',
      guards: [bothQuestionsAreAnswered, unknownAnswersLimitTheDecision, evidenceIsComplete],
      roles: deciders,
    },
    {
      from: ['ASSIGNED', 'ON_HOLD', 'DECIDED'],
      to: 'ON_HOLD',
      trigger: 'decideException',
      guards: [bothQuestionsAreAnswered, holdEndsInTime, evidenceIsComplete],
      roles: deciders,
    },
    {
      from: ['DECIDED'],
      to: 'ACTIONING',
      trigger: 'startExceptionAction',
      guards: [retriesAreNotFrozen],
      roles: executors,
    },
    { from: ['ACTIONING'], to: null, trigger: 'startExceptionAction', roles: executors },
    {
      from: ['ACTIONING', 'AWAITING_CLOSURE'], // A cure may have been seen before its result was told.
      to: 'AWAITING_CLOSURE',
      trigger: 'recordExceptionActionResult',
      roles: executors,
    },
    {
      from: ['ACTIONING'],
      to: 'DECIDED',
      trigger: 'recordExceptionActionResult',
      roles: executors,
    },
    {
      from: ['AWAITING_CLOSURE'],
      to: 'CLOSED',
      trigger: 'closeException',
      guards: [evidenceIsComplete],
      roles: ['FINANCE'],
    },
  ],
};
