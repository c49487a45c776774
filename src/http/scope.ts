import { AsyncLocalStorage } from 'node:async_hooks';
import { type ErrorCode } from '../graphql/format-error';
import { type Actor } from '../kernel/actor';

/** What is known of one request while it runs; the log line and the metrics are made of it. */
export interface RequestScope {
  readonly requestId: string;
  /** Set once the caller is known. */
  actor: Actor | null;
  operationKind: 'query' | 'mutation' | 'none';
  operationName: string | null;
  /** OK, or the code of the first error that was answered. */
  code: ErrorCode | 'OK';
}

/** Carries the scope through Apollo, which hands no request to `formatError`. */
export const requestScope = new AsyncLocalStorage<RequestScope>();

declare module 'fastify' {
  interface FastifyRequest {
    scope: RequestScope;
  }
}
