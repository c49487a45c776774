import { decisionRules, type DecisionPath } from './decision.rules';
import { type ReconciliationException } from './exception.entity';
import {
  type DeadlineClass,
  type Decision,
  type RefundReason,
  type RepairAction,
} from './exception-kind.rules';

export interface DecisionRecord {
  readonly decision: Decision;
  readonly path: DecisionPath;
  readonly reason: string;
  readonly deadlineClass: DeadlineClass | null;
  readonly repairAction: RepairAction | null;
  readonly refundReason: RefundReason | null;
  readonly decidedBy: string;
  readonly decidedAt: Date;
}

/** The decision an exception rests on; null while there is none. */
export function decisionRecord(row: ReconciliationException): DecisionRecord | null {
  const { decision, decisionReason, decidedBy, decidedAt } = row;
  if (decision === null || decidedBy === null || decidedAt === null) return null;
  const { deadlineClass, repairAction, refundReason } = row;
  const { path } = decisionRules[decision];
  const reason = decisionReason ?? '';
  return {
    decision,
    path,
    reason,
    deadlineClass,
    repairAction,
    refundReason,
    decidedBy,
    decidedAt,
  };
}

/** Who decides until when, while the exception is held (S2.27). */
export function holdOf(row: ReconciliationException) {
  const { status, holdDecider, holdDecideBy, preservedIdentifiers } = row;
  if (status !== 'ON_HOLD' || holdDecider === null || holdDecideBy === null) return null;
  return { decider: holdDecider, decideBy: holdDecideBy, preservedIdentifiers };
}
