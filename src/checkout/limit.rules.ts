import { refuse } from '../kernel/refusal';
import { type Draft } from './draft.rules';

/** A checkout holds at most so many transactions a command may add to; what is reported is always stored (design.md). */
const TRANSACTIONS_MAX = 2_000;

/** Refuses a command that asked for transactions beyond the limit. What follows by itself, and facts, are not asked. */
export function refuseBeyondLimit(draft: Draft, before: Draft | null): void {
  const known = new Set(before?.facts.map(({ id }) => id));
  const requests = draft.facts.filter(
    ({ id, kind, result }) => kind === 'TRANSACTION' && result === null && !known.has(id),
  );
  if (requests.length === 0) return;
  if (draft.transactions.length + requests.length <= TRANSACTIONS_MAX) return;
  refuse('LIMIT', `A checkout holds at most ${TRANSACTIONS_MAX} transactions.`);
}
