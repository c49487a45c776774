import { Gauge, type Registry } from 'prom-client';
import { type WritePath } from '../checkout/change-checkout';
import { reconciliationSummary, type Summary } from './reconciliation-summary';

/** The figures of the stakeholder summary as gauges, computed when they are scraped (S2.51). */
export function exposeSummary(registry: Registry, { db, clock }: WritePath): void {
  // One scrape asks several gauges; they answer from one summary.
  let shared: { readonly atMs: number; readonly summary: Promise<Summary> } | null = null;
  const summary = (): Promise<Summary> => {
    const now = clock();
    if (shared === null || now.getTime() - shared.atMs > SHARED_FOR_MS) {
      shared = { atMs: now.getTime(), summary: reconciliationSummary(db, {}, now) };
    }
    return shared.summary;
  };
  const gauge = (name: string, help: string, value: (figures: Summary) => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        this.set(value(await summary()));
      },
    });
  gauge('recon_exceptions_open', 'Live exceptions past their grace.', ({ open }) => open);
  gauge('recon_exceptions_watching', 'Exceptions inside their grace.', ({ watching }) => watching);
  gauge(
    'recon_customers_charged_without_decision',
    'Customers charged without a decision support can see (S2.34).',
    ({ chargedWithoutDecision }) => chargedWithoutDecision,
  );
  gauge(
    'recon_oldest_unresolved_capture_seconds',
    'Age of the oldest capture that is not resolved, in seconds; 0 when there is none.',
    ({ asOf, oldestUnresolvedCapture }) => secondsBetween(oldestUnresolvedCapture, asOf),
  );
  gauge(
    'recon_next_decision_deadline_seconds',
    'Seconds until the next decision is due, negative when it is overdue; 0 when there is none.',
    ({ asOf, nextDecisionDeadline }) =>
      nextDecisionDeadline === null ? 0 : secondsBetween(asOf, nextDecisionDeadline),
  );
}

const SHARED_FOR_MS = 1_000;

function secondsBetween(from: Date | null, to: Date): number {
  return from === null ? 0 : (to.getTime() - from.getTime()) / 1000;
}
