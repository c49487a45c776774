import { type Draft } from '../checkout/draft.rules';
import { type EvidenceKind } from './evidence-kind.rules';
import { missingToClose, missingToDecide } from './evidence.rules';
import { type ReconciliationException } from './exception.entity';
import { rulesOf } from './catalogue.rules';
import { type Decision } from './exception-kind.rules';

/** What is missing: to close, or to take the named decision (else the one taken, else the kind's first). */
export function missingEvidence(
  draft: Draft,
  row: ReconciliationException,
  wanted: { readonly for: 'DECISION' | 'CLOSURE'; readonly decision?: Decision | null },
): EvidenceKind[] {
  if (wanted.for === 'CLOSURE') return missingToClose(draft, row);
  const decision = wanted.decision ?? row.decision ?? rulesOf(row.kind).decisions[0];
  if (decision === undefined) return [];
  return missingToDecide(draft, row, { decision, terms: row });
}
