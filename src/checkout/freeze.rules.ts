import { isLive } from '../exception/exception.machine';
import { type ReconciliationException } from '../exception/exception.entity';
import { type RetryMode } from './checkout.entity';
import { type Draft } from './draft.rules';

/** Causes that make a replay dangerous rather than merely premature. */
const DUPLICATE_RISK = ['INDETERMINATE', 'AMOUNT_UNKNOWN', 'HOLD'];

/**
 * Why automated retries do not run (S2.27, S2.42, S2.47): an unknown result, an unanswered or unknown triage
 * question, a hold. The freeze is data, derived on every write: it ends when every cause is gone.
 */
export function freezeReasons(draft: Draft): string[] {
  const unknownResults = draft.transactions
    .filter(({ status }) => status === 'INDETERMINATE')
    .map(({ id }) => `INDETERMINATE:${id}`);
  const unknownAmounts = draft.payments
    .filter(({ amountSource }) => amountSource === 'UNKNOWN')
    .map(({ id }) => `AMOUNT_UNKNOWN:${id}`);
  const exceptions = draft.exceptions.filter(isLive);
  const unanswered = exceptions.filter(isUnanswered).map(({ id }) => `TRIAGE:${id}`);
  const held = exceptions
    .filter(({ status }) => status === 'ON_HOLD')
    .map(({ id }) => `HOLD:${id}`);
  return [...unknownResults, ...unknownAmounts, ...unanswered, ...held].sort();
}

function isUnanswered(row: ReconciliationException): boolean {
  const waiting = row.status !== 'WATCHING' && row.status !== 'AWAITING_CLOSURE';
  const known = (answer: string | null) => answer === 'YES' || answer === 'NO';
  return waiting && !(known(row.customerCharged) && known(row.orderFulfillable));
}

export function retryModeFor(reasons: readonly string[]): RetryMode {
  if (reasons.length === 0) return 'RUNNING';
  const risky = reasons.some((reason) =>
    DUPLICATE_RISK.some((cause) => reason.startsWith(`${cause}:`)),
  );
  return risky ? 'BLOCKED_BY_DUPLICATE_RISK' : 'PAUSED';
}

/** Retries are frozen by something else than this exception's own open questions. */
export function isFrozenFor(draft: Draft, exceptionId: string): boolean {
  return freezeReasons(draft).some((reason) => !reason.endsWith(`:${exceptionId}`));
}
