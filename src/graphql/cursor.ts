import { strict as assert } from 'node:assert';
import { GraphQLError } from 'graphql';
import { canonicalJson, sha256Hex } from '../kernel/canonical';

type Values = readonly (string | null)[];

const LENGTH_MAX = 1_024;
/** Sort values are ids, references, numbers and instants: MariaDB fails to compare others with them. */
const VALUE = /^[\x20-\x7e]*$/;

/** What a list was asked with; a cursor of one filter means nothing under another. */
export function filterHashOf(filter: unknown): string {
  return sha256Hex(canonicalJson(filter ?? null)).slice(0, 16);
}

/** Where a page ended: the sort values of its last row, for the list and the filter they belong to. */
export function encodeCursor(kind: string, filterHash: string, values: Values): string {
  assert(values.every(isValue), 'sort values are printable ASCII');
  return Buffer.from(JSON.stringify([kind, filterHash, ...values]), 'utf8').toString('base64url');
}

/** Throws BAD_USER_INPUT, reason BAD_CURSOR, on anything that `encodeCursor` would not have made. */
export function decodeCursor(kind: string, filterHash: string, text: string): Values {
  const values = text.length > LENGTH_MAX ? null : valuesIn(text);
  if (values === null || encodeCursor(kind, filterHash, values) !== text) throw badCursor();
  return values;
}

/** For values that have the form of a cursor and not the meaning. */
export function badCursor(): GraphQLError {
  return new GraphQLError('The cursor is not one of this list with this filter.', {
    extensions: { code: 'BAD_USER_INPUT', reason: 'BAD_CURSOR' },
  });
}

function valuesIn(text: string): Values | null {
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    if (!Array.isArray(parts)) return null;
    const values: unknown[] = parts.slice(2);
    return values.every(isValue) ? values : null;
  } catch {
    return null;
  }
}

function isValue(value: unknown): value is string | null {
  return value === null || (typeof value === 'string' && VALUE.test(value));
}
