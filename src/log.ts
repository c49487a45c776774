import pino from 'pino';
import { QueryFailedError } from 'typeorm';
import { duplicateIndex } from './db/error-class';

/** What may be told of an error. */
const TOLD = ['name', 'message', 'stack', 'code', 'errno', 'sqlState', 'reason'] as const;
/** The rest of a driver's error carries the statement, and its message what a caller sent. */
const TOLD_OF_DATABASE = ['name', 'code', 'errno', 'sqlState'] as const;
const CAUSES_MAX = 3;

/** An error as it may be logged: a closed list of properties, and the same of its causes. */
export function serializeError(error: unknown, causesLeft = CAUSES_MAX): object {
  if (typeof error !== 'object' || error === null) return { name: typeof error };
  const source = error as Readonly<Record<string, unknown>>;
  const told: Record<string, unknown> = {};
  const isOurs = !isOfDatabase(error);
  for (const key of isOurs ? TOLD : TOLD_OF_DATABASE) {
    const value = source[key];
    if (typeof value === 'string' || typeof value === 'number') told[key] = value;
  }
  if (!isOurs)
    Object.assign(told, { index: duplicateIndex(error) || undefined, stack: framesOf(source) });
  const cause = source['cause'] ?? source['originalError'];
  if (cause && causesLeft > 0) told['cause'] = serializeError(cause, causesLeft - 1);
  return told;
}

/** A driver's own, or as TypeORM wraps it: `Duplicate entry 'cart-1' for key …`. */
function isOfDatabase(error: object): boolean {
  const { sqlState, code } = error as { readonly sqlState?: unknown; readonly code?: unknown };
  const isOfSqlite = typeof code === 'string' && code.startsWith('SQLITE_');
  return error instanceof QueryFailedError || typeof sqlState === 'string' || isOfSqlite;
}

/** Where it happened, without the message a stack begins with. */
function framesOf({ stack, message }: Readonly<Record<string, unknown>>): string | undefined {
  if (typeof stack !== 'string') return undefined;
  const frames = typeof message === 'string' ? stack.replace(message, () => '') : stack;
  const start = frames.indexOf('\n    at ');
  return start < 0 ? undefined : frames.slice(start).trim();
}

/** JSON lines with ISO times; whatever is logged as `err` goes through `serializeError`. */
export function createLogger(level: string, destination?: pino.DestinationStream): pino.Logger {
  const options: pino.LoggerOptions = {
    level,
    base: { service: 'recon-subgraph' },
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: (error: unknown) => serializeError(error) },
  };
  return destination ? pino(options, destination) : pino(options);
}
