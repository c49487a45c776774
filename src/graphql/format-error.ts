import { randomUUID } from 'node:crypto';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { refusedVariable, withoutLexeme, withoutLiteral } from './error-message';

/** Every `extensions.code` that leaves the server; docs and clients rely on it being closed. */
export const ERROR_CODES = [
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'NOT_FOUND',
  'BAD_REQUEST',
  'BAD_USER_INPUT',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  'COST_LIMIT',
  'PAYLOAD_TOO_LARGE',
  'METHOD_NOT_ALLOWED',
  'UNSUPPORTED_MEDIA_TYPE',
  'TIMEOUT',
  'UNAVAILABLE',
  'INTERNAL',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/** What may stand beside `code` and the ids: closed too, so that nothing slips out with an error. */
const DETAILS = ['reason', 'field', 'retryable', 'cost', 'max'] as const;

/** Two codes say nothing but this, whatever the error says. */
export const MASKED = {
  INTERNAL: 'Internal error',
  UNAVAILABLE: 'The service is temporarily unavailable; try again.',
} as const;

export interface HiddenError {
  readonly error: unknown;
  readonly code: keyof typeof MASKED;
  /** Told to the caller, so that the log line can be found. */
  readonly errorId: string;
}

export interface FormatErrorOptions {
  readonly requestId: () => string;
  /** Called for each error whose text is not told to the caller. */
  readonly report: (hidden: HiddenError) => void;
}

type FormatError = (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;

/** For Apollo: nothing leaves but listed codes, listed details and texts without values. */
export function formatErrorWith({ requestId, report }: FormatErrorOptions): FormatError {
  return (formatted, error) => {
    const code = codeOf(error);
    const told = isMasked(code) ? hide(code, error, report) : tell(code, error, formatted.message);
    return {
      message: told.message,
      ...(formatted.locations && { locations: formatted.locations }),
      ...(formatted.path && { path: formatted.path }),
      extensions: { code, requestId: requestId(), ...told.details },
    };
  };
}

interface Told {
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

function hide(
  code: HiddenError['code'],
  error: unknown,
  report: FormatErrorOptions['report'],
): Told {
  const errorId = randomUUID();
  report({ error: causeOf(error), code, errorId });
  const details = code === 'UNAVAILABLE' ? { retryable: true } : {};
  return { message: MASKED[code], details: { errorId, ...details } };
}

function tell(code: ErrorCode, error: unknown, message: string): Told {
  if (!(error instanceof GraphQLError)) return { message, details: {} };
  const details = Object.fromEntries(
    DETAILS.filter((key) => error.extensions[key] !== undefined).map((key) => [
      key,
      error.extensions[key],
    ]),
  );
  if (error.extensions['validationErrorCode'] === 'INTROSPECTION_DISABLED') {
    return { message: 'Introspection is off.', details: { reason: 'INTROSPECTION_DISABLED' } };
  }
  const variable = refusedVariable(error);
  if (variable !== null) {
    return { message: variable.message, details: { field: variable.field, ...details } };
  }
  return { message: messageOf(code, message, details), details };
}

function messageOf(code: ErrorCode, message: string, details: Told['details']): string {
  // Who gives a reason is one of us, and our texts hold no values.
  if ('reason' in details) return message;
  if (code === 'GRAPHQL_PARSE_FAILED') return withoutLexeme(message);
  if (code === 'GRAPHQL_VALIDATION_FAILED') return withoutLiteral(message);
  return message.replace(/^Unknown operation named "[\s\S]*$/, 'Unknown operation name.');
}

function codeOf(error: unknown): ErrorCode {
  const cause = causeOf(error);
  if (isUnavailable(cause)) return 'UNAVAILABLE';
  if (!(error instanceof GraphQLError)) return 'INTERNAL';
  // Apollo gives a rule's or scalar's error its own code; the code that was thrown is inside.
  const thrown = cause instanceof GraphQLError ? cause.extensions['code'] : undefined;
  const code = [thrown, error.extensions['code']].find(isErrorCode);
  return code ?? (isRefusedArgument(error) ? 'BAD_USER_INPUT' : 'INTERNAL');
}

/** The two refusals of input that graphql-js raises without a mark that Apollo knows. */
function isRefusedArgument(error: GraphQLError): boolean {
  const cause = causeOf(error);
  return (
    cause instanceof GraphQLError &&
    /^(Argument "\w+" |Too many errors processing variables)/.test(cause.message)
  );
}

function causeOf(error: unknown): unknown {
  return error instanceof GraphQLError ? (error.originalError ?? error) : error;
}

function isErrorCode(code: unknown): code is ErrorCode {
  return ERROR_CODES.some((known) => known === code);
}

function isMasked(code: ErrorCode): code is keyof typeof MASKED {
  return code in MASKED;
}

/** The database (or something else we cannot work without) is away: known by a mark, not by class. */
export function isUnavailable(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { unavailable, name } = error as {
    readonly unavailable?: unknown;
    readonly name?: unknown;
  };
  return unavailable === true || name === 'DatabaseUnavailable';
}
