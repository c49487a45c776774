import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { type FormattedExecutionResult, type GraphQLSchema, OperationTypeNode } from 'graphql';
import { type Logger } from 'pino';
import { type ErrorCode, formatErrorWith, type HiddenError } from '../graphql/format-error';
import { documentLimits, LIMITS } from '../graphql/limits';
import { operationLimits } from '../graphql/operation-limits';
import { serializeError } from '../log';
import { requestScope } from './scope';

export interface ApolloOptions {
  readonly schema: GraphQLSchema;
  readonly logger: Logger;
  readonly introspection: boolean;
}

/** Apollo with everything on that guards and everything off that reports, caches or shows pages. */
export function createApollo({ schema, logger, introspection }: ApolloOptions): ApolloServer {
  const formatError = formatErrorWith({
    requestId: () => requestScope.getStore()?.requestId ?? '',
    report: (hidden) => {
      reportHidden(logger, hidden);
    },
  });
  return new ApolloServer({
    schema,
    logger,
    introspection,
    formatError: (formatted, error) => {
      const told = formatError(formatted, error);
      noteCode(told.extensions?.['code'] as ErrorCode);
      return told;
    },
    nodeEnv: 'production',
    stopOnTerminationSignals: false,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    hideSchemaDetailsFromClientErrors: true,
    includeStacktraceInErrorResponses: false,
    parseOptions: { maxLexicalTokens: LIMITS.tokens },
    validationOptions: { maxErrors: LIMITS.errors },
    executionOptions: { maxCoercionErrors: LIMITS.errors },
    validationRules: [documentLimits],
    plugins: [
      operationLimits(),
      outcome(),
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  });
}

function reportHidden(logger: Logger, { error, code, errorId }: HiddenError): void {
  const { requestId, operationName } = requestScope.getStore() ?? {};
  const line = { err: serializeError(error), errorId, requestId, operationName };
  if (code === 'UNAVAILABLE') logger.warn(line, 'unavailable');
  else logger.error(line, 'unexpected error');
}

function noteCode(code: ErrorCode): void {
  const scope = requestScope.getStore();
  if (scope?.code === 'OK') scope.code = code;
}

/** A log line holds a name, not a document. */
const NAME_LENGTH_MAX = 100;

/** Notes which operation runs, and answers 503 when all of it failed for want of a database. */
function outcome(): ApolloServerPlugin {
  return {
    requestDidStart: () =>
      Promise.resolve({
        didResolveOperation: ({ operation, operationName }) => {
          const scope = requestScope.getStore();
          // Absent for an unknown operation name.
          const kind = operation?.operation;
          if (scope && kind && kind !== OperationTypeNode.SUBSCRIPTION) {
            scope.operationKind = kind;
            scope.operationName = operationName?.slice(0, NAME_LENGTH_MAX) ?? null;
          }
          return Promise.resolve();
        },
        willSendResponse: ({ response: { http, body } }) => {
          if (body.kind === 'single' && isAllUnavailable(body.singleResult)) {
            http.status = 503;
            http.headers.set('retry-after', '1');
          }
          return Promise.resolve();
        },
      }),
  };
}

/** Partial data stays a 200: what was answered, or committed, must reach the caller. */
function isAllUnavailable({ data, errors }: FormattedExecutionResult): boolean {
  const isAway = errors?.some(({ extensions }) => extensions?.['code'] === 'UNAVAILABLE');
  return isAway === true && Object.values(data ?? {}).every((value) => value === null);
}
