import { type Draft } from '../checkout/draft.rules';
import { hasRole, type Actor, type Role } from '../kernel/actor';
import { allowedDecisions, rulesOf } from './catalogue.rules';
import { decidersOf, decisionRules, type DecisionPath } from './decision.rules';
import { type EvidenceKind } from './evidence-kind.rules';
import { missingToDecide, type DecisionTerms } from './evidence.rules';
import { type ReconciliationException } from './exception.entity';
import { type Decision } from './exception-kind.rules';
import {
  bothQuestionsAreAnswered,
  exceptionMachine,
  unknownAnswersLimitTheDecision,
} from './exception.machine';
import { exceptionFacts } from './exception-command';

export interface DecisionOption {
  readonly decision: Decision;
  readonly path: DecisionPath;
  readonly releases: string[];
  readonly roles: Role[];
  readonly allowed: boolean;
  readonly missingEvidence: EvidenceKind[];
}

/** Given with the decision itself, so never missing beforehand. */
const TERMS: DecisionTerms = {
  repairAction: 'CART_FIX',
  originalIdempotencyKey: 'given',
  refundReason: 'ELAPSED_TIME',
  holdDecider: 'given',
  holdDecideBy: new Date(0),
  preservedIdentifiers: ['given'],
};

/** The decisions of an exception's kind, and what stands in the viewer's way of each. */
export function decisionOptions(
  draft: Draft,
  row: ReconciliationException,
  actor: Actor,
): DecisionOption[] {
  const decidable = exceptionMachine.edges.some(
    ({ trigger, from }) => trigger === 'decideException' && from?.includes(row.status),
  );
  const rules = rulesOf(row.kind);
  return rules.decisions.map((decision) => {
    const { path, releases } = decisionRules[decision];
    const deciders = decidersOf(rules, decision);
    const answersCause = allowedDecisions(draft, row).includes(decision);
    const missingEvidence = missingToDecide(draft, row, { decision, terms: TERMS });
    const facts = exceptionFacts(row, { decision });
    const guarded =
      bothQuestionsAreAnswered(facts) === null && unknownAnswersLimitTheDecision(facts) === null;
    const allowed =
      decidable &&
      guarded &&
      answersCause &&
      missingEvidence.length === 0 &&
      hasRole(actor, deciders);
    const roles = [...deciders];
    return { decision, path, releases: [...releases], roles, allowed, missingEvidence };
  });
}
