import { strict as assert } from 'node:assert';
import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql';
import { DateTime as LuxonDateTime } from 'luxon';
import { isCanonicalDecimal, isCurrency } from '../kernel/money';

/** Why a scalar refused a value: `extensions.reason` beside `extensions.code: BAD_USER_INPUT`. */
export type ScalarReason =
  'BAD_DECIMAL' | 'BAD_BIGINT' | 'BAD_DATETIME' | 'BAD_DATE' | 'BAD_CURRENCY' | 'BAD_JSON';

interface TextScalar<Internal> {
  readonly name: string;
  readonly reason: ScalarReason;
  /** What the message says: the form that is expected, never the value that came. */
  readonly form: string;
  /** Null when the text does not have the form. */
  readonly parse: (text: string) => Internal | null;
  /** Null when our own code answers something that is not of this type. */
  readonly serialize: (value: unknown) => string | null;
}

/** Strings only, as literal and as variable: a JSON number has been a float before we see it. */
function textScalar<Internal>(scalar: TextScalar<Internal>): GraphQLScalarType<Internal, string> {
  const read = (value: unknown, node?: ValueNode): Internal => {
    const parsed = typeof value === 'string' ? scalar.parse(value) : null;
    if (parsed === null) throw badInput(scalar, node);
    return parsed;
  };
  return new GraphQLScalarType<Internal, string>({
    name: scalar.name,
    parseValue: (value) => read(value),
    parseLiteral: (node) => read(node.kind === Kind.STRING ? node.value : null, node),
    serialize: (value) => {
      const text = scalar.serialize(value);
      assert(text !== null, `what is answered is a ${scalar.name}`);
      return text;
    },
  });
}

function badInput(
  { name, form, reason }: Pick<TextScalar<unknown>, 'name' | 'form' | 'reason'>,
  node?: ValueNode,
): GraphQLError {
  return new GraphQLError(`${name} must be ${form}.`, {
    ...(node && { nodes: node }),
    extensions: { code: 'BAD_USER_INPUT', reason },
  });
}

const decimal = textScalar<string>({
  name: 'Decimal',
  reason: 'BAD_DECIMAL',
  form: 'a canonical decimal in a string, like "129.00"',
  parse: (text) => (isCanonicalDecimal(text) ? text : null),
  serialize: (value) => (typeof value === 'string' && isCanonicalDecimal(value) ? value : null),
});

/** What a BIGINT column holds. */
const MAX_INT64 = 2n ** 63n - 1n;
const MIN_INT64 = -(2n ** 63n);
const INT64_DIGITS = /^(?:0|-?[1-9][0-9]{0,18})$/;

const bigInt = textScalar<bigint>({
  name: 'BigInt',
  reason: 'BAD_BIGINT',
  form: 'a 64-bit whole number in a string, like "12900"',
  parse: (text) => {
    if (!INT64_DIGITS.test(text)) return null;
    const value = BigInt(text);
    return MIN_INT64 <= value && value <= MAX_INT64 ? value : null;
  },
  serialize: (value) => {
    if (typeof value === 'bigint') return value.toString();
    return Number.isSafeInteger(value) ? String(value) : null;
  },
});

/** RFC 3339, also its lower-case t and z; at most milliseconds, since no column keeps more. */
const RFC_3339 =
  /^[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,3})?(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])$/i;
const FULL_DATE = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;

const dateTime = textScalar<Date>({
  name: 'DateTime',
  reason: 'BAD_DATETIME',
  form: 'an RFC 3339 instant with offset and at most milliseconds, like "2026-05-23T18:41:12.000Z"',
  parse: (text) => {
    if (!RFC_3339.test(text) || text.startsWith('0000')) return null;
    // Only the calendar is left to check, and that the year is one in UTC too.
    const instant = LuxonDateTime.fromISO(text.toUpperCase(), { zone: 'utc' });
    return isCalendarYear(instant) ? instant.toJSDate() : null;
  },
  serialize: (value) =>
    value instanceof Date && !Number.isNaN(value.getTime()) ? value.toISOString() : null,
});

const date = textScalar<string>({
  name: 'Date',
  reason: 'BAD_DATE',
  form: 'a calendar date, like "2026-05-23"',
  parse: (text) => (isDate(text) ? text : null),
  serialize: (value) => (typeof value === 'string' && isDate(value) ? value : null),
});

function isDate(text: string): boolean {
  return FULL_DATE.test(text) && isCalendarYear(LuxonDateTime.fromISO(text, { zone: 'utc' }));
}

function isCalendarYear(instant: LuxonDateTime): boolean {
  return instant.isValid && instant.year >= 1 && instant.year <= 9999;
}

const currencyCode = textScalar<string>({
  name: 'CurrencyCode',
  reason: 'BAD_CURRENCY',
  form: 'an active ISO 4217 code in upper case, like "EUR"',
  parse: (text) => (isCurrency(text) ? text : null),
  // A row keeps its code when the code retires, and a reported fact may hold any.
  serialize: (value) => (typeof value === 'string' && /^[A-Z]{3}$/.test(value) ? value : null),
});

function refuseJson(node?: ValueNode): never {
  throw badInput(
    { name: 'Json', reason: 'BAD_JSON', form: 'absent, it is only ever answered' },
    node,
  );
}

/** Provider payloads, answered as they came. */
const json = new GraphQLScalarType<unknown, unknown>({
  name: 'Json',
  serialize: (value) => value,
  parseValue: () => refuseJson(),
  parseLiteral: (node) => refuseJson(node),
});

/** Goes into the resolver map as it is. */
export const scalars = {
  Decimal: decimal,
  BigInt: bigInt,
  DateTime: dateTime,
  Date: date,
  CurrencyCode: currencyCode,
  Json: json,
};
