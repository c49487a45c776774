import { randomUUID } from 'node:crypto';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type Logger } from 'pino';
import { AuthUnavailable, Unauthenticated } from '../graphql/authenticate';
import { type ErrorCode, isUnavailable, MASKED } from '../graphql/format-error';
import { serializeError } from '../log';
import { authFailures } from '../metrics';

interface ProblemOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** A request refused before GraphQL sees it. Thrown in hooks and handlers, answered as JSON. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  constructor(
    readonly status: number,
    readonly code: ErrorCode,
    message: string,
    readonly options: ProblemOptions = {},
  ) {
    super(message);
  }
}

/** The same form as GraphQL's own errors, so that a client reads one kind of answer. */
export function problemBody(problem: HttpProblem, requestId: string): object {
  const { code, message, options } = problem;
  return { errors: [{ message, extensions: { code, requestId, ...options.details } }] };
}

/** Fastify's error handler: whatever was thrown becomes a problem. */
export function answerProblem(logger: Logger) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const problem = problemOf(error, (errorId) => {
      const { requestId } = request.scope;
      logger.error({ err: serializeError(error), errorId, requestId }, 'unexpected error');
    });
    request.scope.code = problem.code;
    return reply
      .code(problem.status)
      .headers(problem.options.headers ?? {})
      .type('application/json; charset=utf-8')
      .send(problemBody(problem, request.scope.requestId));
  };
}

export function unavailable(message: string = MASKED.UNAVAILABLE): HttpProblem {
  return new HttpProblem(503, 'UNAVAILABLE', message, {
    headers: { 'retry-after': '1' },
    details: { retryable: true },
  });
}

export function unauthenticated(reason: string, message: string): HttpProblem {
  authFailures.inc({ reason });
  const headers = { 'www-authenticate': 'Bearer' };
  return new HttpProblem(401, 'UNAUTHENTICATED', message, { headers });
}

function problemOf(error: unknown, report: (errorId: string) => void): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (error instanceof Unauthenticated) return unauthenticated(error.reason, error.message);
  if (error instanceof AuthUnavailable) {
    authFailures.inc({ reason: 'keys_unavailable' });
    return unavailable(error.message);
  }
  if (isUnavailable(error)) return unavailable();
  const refused = refusedBody(error);
  if (refused) return refused;
  const errorId = randomUUID();
  report(errorId);
  return new HttpProblem(500, 'INTERNAL', MASKED.INTERNAL, { details: { errorId } });
}

/** Fastify's own refusals, in our words: its texts repeat what was sent. */
function refusedBody(error: unknown): HttpProblem | null {
  const status = (error as { readonly statusCode?: unknown } | null)?.statusCode;
  if (status === 413) return new HttpProblem(413, 'PAYLOAD_TOO_LARGE', 'The body is too large.');
  if (status === 415) {
    return new HttpProblem(415, 'UNSUPPORTED_MEDIA_TYPE', 'This content-type is not accepted.');
  }
  if (typeof status !== 'number' || status < 400 || status > 499) return null;
  return new HttpProblem(400, 'BAD_REQUEST', 'The request is malformed.');
}
