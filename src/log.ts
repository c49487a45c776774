import pino from 'pino';

/** What may be told of an error. TypeORM's and mysql2's also carry the statement and its values. */
const TOLD = ['name', 'message', 'stack', 'code', 'errno', 'sqlState', 'reason'] as const;
const CAUSES_MAX = 3;

/** An error as it may be logged: a closed list of properties, and the same of its causes. */
export function serializeError(error: unknown, causesLeft = CAUSES_MAX): object {
  if (typeof error !== 'object' || error === null) return { name: typeof error };
  const source = error as Readonly<Record<string, unknown>>;
  const told: Record<string, unknown> = {};
  for (const key of TOLD) {
    const value = source[key];
    if (typeof value === 'string' || typeof value === 'number') told[key] = value;
  }
  const cause = source['cause'] ?? source['originalError'];
  if (cause && causesLeft > 0) told['cause'] = serializeError(cause, causesLeft - 1);
  return told;
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
