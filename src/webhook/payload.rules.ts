import { createHmac, timingSafeEqual } from 'node:crypto';
import { isCurrency, parseDecimal } from '../kernel/money';
import { type ParseFailure } from './provider.rules';

/** JSON whose numbers are their own text: `10.20` stays so, and a long id loses no digit. */
export type Json = string | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}

export type ReadObject =
  | { readonly ok: true; readonly object: JsonObject }
  | { readonly ok: false; readonly reason: Extract<ParseFailure, 'NOT_JSON' | 'NOT_AN_OBJECT'> };

/** In valid JSON: a string, or a number outside of strings. */
const STRING_OR_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g;
/** No space and no other alphabet: a key must be equal byte by byte in every database. */
const KEY = /^[!-~]{1,191}$/; // As long as the column of a reference.
const VERSION_MAX = 2 ** 31 - 1; // As wide as its column.
const WORD_LENGTH_MAX = 64; // The longest native word we know has 26.
const INSTANT = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:?\d{2})$/;
const SHA256_HEX = /^[0-9a-f]{64}$/i;

export function readObject(rawBody: Buffer): ReadObject {
  const json = readJson(rawBody);
  if (json === undefined) return { ok: false, reason: 'NOT_JSON' };
  const object = asObject(json);
  return object === null ? { ok: false, reason: 'NOT_AN_OBJECT' } : { ok: true, object };
}

function readJson(rawBody: Buffer): Json | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(rawBody);
    JSON.parse(text); // Only now can numbers be told from the rest by a pattern.
    return JSON.parse(
      text.replace(STRING_OR_NUMBER, (token) => (token.startsWith('"') ? token : `"${token}"`)),
    ) as Json;
  } catch {
    return undefined; // What came is not ours to judge further: the delivery keeps its bytes.
  }
}

/** Null when absent. Own fields only: `constructor` and its like are not in a payload. */
export function field(object: JsonObject, name: string): Json {
  return Object.hasOwn(object, name) ? (object[name] ?? null) : null;
}

export function asObject(json: Json): JsonObject | null {
  return typeof json === 'object' && json !== null && !isList(json) ? json : null;
}

function isList(json: readonly Json[] | JsonObject): json is readonly Json[] {
  return Array.isArray(json);
}

/** An id or a reference. What cannot be one is as good as absent. */
export function asKey(json: Json): string | null {
  return typeof json === 'string' && KEY.test(json) ? json : null;
}

/** A word to show, never to look up: cut, and without what could break a line of a log. */
export function asWord(json: Json): string | null {
  if (typeof json !== 'string' || json === '') return null;
  return json.slice(0, WORD_LENGTH_MAX).replace(/[^ -~]/g, '?');
}

/** `true`, `"true"` and `1` alike: Mercado Pago's sample sends a string (S4.6). */
export function asFlag(json: Json): boolean | null {
  const word = typeof json === 'string' ? json.trim().toLowerCase() : json;
  if (word === true || word === 'true' || word === '1') return true;
  if (word === false || word === 'false' || word === '0') return false;
  return null;
}

/** Above zero, or none. */
export function asVersion(json: Json): number | null {
  if (typeof json !== 'string' || !/^[1-9]\d{0,9}$/.test(json)) return null;
  const version = Number(json);
  return version <= VERSION_MAX ? version : null;
}

/** ISO 8601 with an offset; digits past the millisecond are cut, the raw text keeps them. */
export function readTime(json: Json): { readonly at: Date; readonly raw: string } | null {
  const match = typeof json === 'string' ? INSTANT.exec(json) : null;
  if (!match) return null;
  const [raw, date = '', time = '', fraction = '', offset = ''] = match;
  if (!isCalendarDate(date)) return null;
  const zone = offset === 'Z' ? 'Z' : `${offset.slice(0, 3)}:${offset.slice(-2)}`;
  const at = new Date(`${date}T${time}.${fraction.slice(0, 3).padEnd(3, '0')}${zone}`);
  const year = at.getUTCFullYear(); // NaN for 25:00; what no payment can have is a mistake.
  return year >= 1970 && year <= 9999 ? { at, raw } : null;
}

/** Date takes 30 February for 2 March. */
function isCalendarDate(date: string): boolean {
  const midnight = new Date(`${date}T00:00:00.000Z`);
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(date);
}

/** Minor units by name, null where the field is absent; `null` when one cannot be read exactly. */
export function readAmounts<Name extends string>(
  currency: Json,
  fields: Readonly<Record<Name, Json>>,
): { readonly currency: string; readonly minorUnits: Record<Name, bigint | null> } | null {
  const code = typeof currency === 'string' ? currency.toUpperCase() : '';
  const minorUnits = {} as Record<Name, bigint | null>;
  for (const name of Object.keys(fields) as Name[]) {
    const json = fields[name];
    minorUnits[name] = null;
    if (json === null) continue;
    if (typeof json !== 'string' || !isCurrency(code)) return null;
    const parsed = parseDecimal(json, code);
    if (!parsed.ok) return null;
    minorUnits[name] = parsed.minorUnits;
  }
  return { currency: code, minorUnits };
}

/** Constant time. An empty secret signs nothing: anybody could know it. */
export function isHmacSha256Hex(
  hash: string,
  secret: string,
  parts: readonly (string | Buffer)[],
): boolean {
  if (secret === '' || !SHA256_HEX.test(hash)) return false;
  const hmac = createHmac('sha256', secret);
  for (const part of parts) hmac.update(part);
  return timingSafeEqual(hmac.digest(), Buffer.from(hash, 'hex'));
}
