import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';

/** What the admin port answers under /metrics: the process (event-loop lag, memory) and ours. */
export const registry = new Registry();
collectDefaultMetrics({ register: registry });

/** Labels are closed sets; the operation's name is the caller's text and belongs to the log. */
export const graphqlRequests = new Counter({
  name: 'recon_graphql_requests_total',
  help: 'GraphQL requests by kind of operation and outcome (OK, or the first error code).',
  labelNames: ['kind', 'code'] as const,
  registers: [registry],
});

export const graphqlSeconds = new Histogram({
  name: 'recon_graphql_request_seconds',
  help: 'Time from request to answer, in seconds.',
  labelNames: ['kind', 'code'] as const,
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
  registers: [registry],
});

export const webhookRequests = new Counter({
  name: 'recon_webhook_requests_total',
  help: 'Webhook requests by the status they were answered.',
  labelNames: ['status'] as const,
  registers: [registry],
});

export const authFailures = new Counter({
  name: 'recon_auth_failures_total',
  help: 'Requests that were not let in, by reason; the caller is told one text for all.',
  labelNames: ['reason'] as const,
  registers: [registry],
});

export const conflictsRetried = new Counter({
  name: 'recon_write_retries_total',
  help: 'Units of work that ran again after a conflict, by command.',
  labelNames: ['command'] as const,
  registers: [registry],
});

export const loopRuns = new Counter({
  name: 'recon_loop_items_total',
  help: 'What the background loops did, by loop.',
  labelNames: ['loop'] as const,
  registers: [registry],
});

export const loopFailures = new Counter({
  name: 'recon_loop_failures_total',
  help: 'Runs of a background loop that failed, by loop.',
  labelNames: ['loop'] as const,
  registers: [registry],
});

export const databaseStatements = new Counter({
  name: 'recon_database_statements_total',
  help: 'Statements sent to the database.',
  registers: [registry],
});
