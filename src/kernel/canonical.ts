import { strict as assert } from 'node:assert';
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

/**
 * One text per value (RFC 8785), for fingerprints and hash chains. A bigint is written as a decimal
 * string, a Date in ISO form, an undefined property not at all; NaN, Infinity, an invalid Date, a
 * function or a symbol is our mistake and throws.
 */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(plain(value));
  assert(text !== undefined, 'there is a value to write');
  return text;
}

/** SHA-256 of the UTF-8 bytes, 64 lower-case hex digits. */
export function sha256Hex(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  assert(typeof value !== 'function' && typeof value !== 'symbol', 'only data is written');
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(plain);
  // A Map or a Set would silently become {}.
  assert(!(value instanceof Map || value instanceof Set), 'only plain objects are written');
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plain(part)]));
}
