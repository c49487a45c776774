import { exceptionOf, type Draft, type Tools } from '../checkout/draft.rules';
import { refusePan } from '../kernel/pan';
import { refuse } from '../kernel/refusal';
import { step } from '../kernel/state-machine';
import { boundedText, reference, requireReason } from '../kernel/text';
import { allowedDecisions, rulesOf } from './catalogue.rules';
import { decidersOf, isHold } from './decision.rules';
import { missingToDecide, type DecisionTerms } from './evidence.rules';
import { exceptionCommand, exceptionFacts, requireRole } from './exception-command';
import { type ReconciliationException } from './exception.entity';
import { exceptionMachine } from './exception.machine';
import {
  type DeadlineClass,
  type Decision,
  type RefundReason,
  type RepairAction,
} from './exception-kind.rules';
import { latestHoldEnd } from './window.rules';

export interface DecideExceptionInput {
  readonly exceptionId: string;
  readonly decision: Decision;
  readonly reason: string;
  readonly deadlineClass?: DeadlineClass | null;
  readonly repairAction?: RepairAction | null;
  readonly originalIdempotencyKey?: string | null;
  readonly refundReason?: RefundReason | null;
  readonly hold?: {
    readonly decider: string;
    readonly decideBy: Date;
    readonly preservedIdentifiers: readonly string[];
  } | null;
}

/** An owner decides on complete evidence (S2.17, S2.23–S2.27); a hold names a person and a date instead. */
export const decideException = exceptionCommand<DecideExceptionInput>('decideException', {
  cold: ['evidence'],
  probe: probeOf,
  check: checkDecision,

  decide(draft, input, tools) {
    const row = exceptionOf(draft, input.exceptionId);
    const { decision } = input;
    const rules = rulesOf(row.kind);
    requireRole(tools.actor, decidersOf(rules, decision), decision);
    if (!rules.decisions.includes(decision)) {
      refuse('GUARD_FAILED', `${decision} is not a decision of ${row.kind}.`, {
        field: ['decision'],
      });
    }
    if (!allowedDecisions(draft, row).includes(decision)) {
      refuse('GUARD_FAILED', `${decision} does not answer the cause on record.`, {
        field: ['decision'],
      });
    }
    const terms = termsOf(input);
    row.status = step(
      exceptionMachine,
      {
        trigger: 'decideException',
        from: row.status,
        to: isHold(decision) ? 'ON_HOLD' : 'DECIDED',
      },
      exceptionFacts(row, {
        decision,
        missingEvidence: missingToDecide(draft, row, { decision, terms }),
        holdWithinDeadline: endsInTime(row, terms, tools),
      }),
    );
    Object.assign(row, terms, {
      decision,
      decisionReason: input.reason,
      deadlineClass: input.deadlineClass ?? null,
      decidedBy: tools.actor.subject,
      decidedAt: tools.now,
    });
    tools.explain(row.id, input.reason);
    return row.id;
  },
});

function endsInTime(
  row: ReconciliationException,
  { holdDecideBy }: DecisionTerms,
  { now, calendar }: Tools,
): boolean {
  if (holdDecideBy === null) return true;
  return holdDecideBy > now && holdDecideBy <= latestHoldEnd(row.moneyAt, now, calendar);
}

function termsOf(input: DecideExceptionInput): DecisionTerms {
  return {
    repairAction: input.repairAction ?? null,
    originalIdempotencyKey: input.originalIdempotencyKey ?? null,
    refundReason: input.refundReason ?? null,
    holdDecider: input.hold?.decider ?? null,
    holdDecideBy: input.hold?.decideBy ?? null,
    preservedIdentifiers: [...(input.hold?.preservedIdentifiers ?? [])],
  };
}

function checkDecision(input: DecideExceptionInput): void {
  requireReason(input.reason, ['reason']);
  refusePan(input.reason, ['reason'], 'REJECT');
  if (input.originalIdempotencyKey) {
    reference(input.originalIdempotencyKey, ['originalIdempotencyKey']);
  }
  if (!input.hold) return;
  if (!isHold(input.decision)) {
    refuse('GUARD_FAILED', 'hold goes with a decision that holds, and only with it.', {
      field: ['hold'],
    });
  }
  boundedText(input.hold.decider, ['hold', 'decider'], 191);
  requireReason(input.hold.decider, ['hold', 'decider']);
  refusePan(input.hold.decider, ['hold', 'decider'], 'REJECT');
  if (input.hold.preservedIdentifiers.length > 100) {
    refuse('LIMIT', 'At most 100 identifiers.', { field: ['hold', 'preservedIdentifiers'] });
  }
  for (const one of input.hold.preservedIdentifiers) {
    reference(one, ['hold', 'preservedIdentifiers']);
  }
}

/** Escalating rests on the base evidence only, so it is the smallest decision that every kind allows. */
function probeOf(
  draft: Draft,
  exceptionId: string,
  { now, calendar }: Pick<Tools, 'now' | 'calendar'>,
): DecideExceptionInput {
  const { moneyAt } = exceptionOf(draft, exceptionId);
  const decideBy = latestHoldEnd(moneyAt, now, calendar);
  return {
    exceptionId,
    decision: 'ESCALATE',
    reason: 'probe',
    hold: { decider: 'probe', decideBy, preservedIdentifiers: ['probe'] },
  };
}
