import { type Draft } from '../checkout/draft.rules';

/** Deliveries that waited for this payment to appear are due again: nothing that was told is lost (E24). */
export function reapplyWaiting(draft: Draft, now: Date): void {
  for (const delivery of draft.deliveries) {
    if (delivery.outcome !== 'UNMATCHED') continue;
    Object.assign(delivery, {
      outcome: 'RECEIVED',
      outcomeReason: null,
      // What it waited was no fault of it: all its tries are ahead of it.
      attempts: 0,
      nextAttemptAt: now,
    });
  }
}
