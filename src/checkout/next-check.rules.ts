import { catalogue } from '../exception/catalogue.rules';
import { type DetectionSettings } from '../exception/exception-kind.rules';
import { isLive } from '../exception/exception.machine';
import { NO_DEADLINE } from '../exception/window.rules';
import { noLater } from '../kernel/foreign-time';
import { statusEndsAt } from '../order/order.rules';
import { nextAskAt } from './ask-provider.rules';
import { type Draft } from './draft.rules';

/** The next moment at which time alone changes something here; null when nothing waits for time. */
export function nextCheckAt(draft: Draft, now: Date, settings: DetectionSettings): Date | null {
  const moments = waitingExceptions(draft)
    .concat(draft.orders.flatMap((order) => statusEndsAt(order, settings.limits) ?? []))
    .concat(catalogue.flatMap((rules) => rules.dueTimes?.(draft, settings) ?? []))
    // What is due now was looked at now; a hold that ran out waits for a person, not for time.
    .filter((moment) => moment > now)
    .map((moment) => moment.getTime());
  return moments.length === 0 ? null : noLater(new Date(Math.min(...moments)));
}

function waitingExceptions(draft: Draft): Date[] {
  return draft.exceptions
    .filter(isLive)
    .flatMap((row) => [
      row.status === 'WATCHING' ? row.dueAt : deadline(row.deadlineAt),
      nextAskAt(draft, row),
    ])
    .filter((moment) => moment !== null);
}

function deadline(at: Date): Date | null {
  return at < NO_DEADLINE ? at : null;
}
