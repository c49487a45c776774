import { isLive } from '../exception/exception.machine';
import { NO_DEADLINE } from '../exception/window.rules';
import { nextAskAt } from './ask-provider.rules';
import { type Draft } from './draft.rules';

/** The next moment at which time alone changes something here; null when nothing waits for time. */
export function nextCheckAt(draft: Draft, now: Date): Date | null {
  const moments = draft.exceptions
    .filter(isLive)
    .flatMap((row) => [
      row.status === 'WATCHING' ? row.dueAt : deadline(row.deadlineAt),
      nextAskAt(draft, row),
    ])
    .filter((moment) => moment !== null)
    // What is due now was looked at now; a hold that ran out waits for a person, not for time.
    .filter((moment) => moment > now)
    .map((moment) => moment.getTime());
  return moments.length === 0 ? null : new Date(Math.min(...moments));
}

function deadline(at: Date): Date | null {
  return at < NO_DEADLINE ? at : null;
}
