/** What both drivers can bind. */
export type Bound = string | number | bigint | null;

const INT64_MAX = 2n ** 63n - 1n;

/** `YYYY-MM-DD HH:MM:SS.mmm` in UTC: the text of an instant on both databases. */
function instantText(instant: Date): string {
  return instant.toISOString().replace('T', ' ').slice(0, -1);
}

/**
 * One parameter as both drivers take it. Throws on what one of them would bend in silence: undefined
 * (libsql binds NULL), NUL in a text (libsql cuts there), a Buffer (libsql may abort the process), a
 * bigint beyond 64 bits. Messages never hold the value.
 */
export function bound(value: unknown): Bound {
  switch (typeof value) {
    case 'string':
      if (value.includes('\0')) throw new TypeError('A text with NUL cannot be kept.');
      return value;
    case 'boolean':
      return value ? 1 : 0;
    case 'bigint':
      if (value > INT64_MAX || value < -INT64_MAX - 1n) {
        throw new RangeError('An integer beyond 64 bits cannot be kept.');
      }
      return value;
    case 'number':
      if (!Number.isFinite(value)) throw new RangeError('A number must be finite.');
      return value;
    case 'object':
      if (value === null) return null;
      if (value instanceof Date) return instantText(value);
      break;
    case 'undefined':
    case 'symbol':
    case 'function':
      break;
  }
  throw new TypeError(`A parameter of type ${typeof value} cannot be bound.`);
}

/** An integer column, COUNT(*) or SUM() of a raw row: bigint, number or text, by database. */
export function toBigint(value: unknown): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number' || typeof value === 'string') return BigInt(value);
  throw new TypeError(`Not an integer: a value of type ${typeof value}.`);
}

/** Like toBigint, for counts. Throws beyond 2^53−1. */
export function toNumber(value: unknown): number {
  const number = Number(toBigint(value));
  if (!Number.isSafeInteger(number)) throw new RangeError('A count must be a safe integer.');
  return number;
}

/** An instant of a raw row: `YYYY-MM-DD HH:MM:SS.mmm` in UTC. */
export function toInstant(value: unknown): Date {
  if (typeof value !== 'string') {
    throw new TypeError(`Not an instant: a value of type ${typeof value}.`);
  }
  const instant = new Date(`${value.replace(' ', 'T')}Z`);
  if (Number.isNaN(instant.getTime())) throw new TypeError('Not an instant: an unknown form.');
  return instant;
}
