import fc from 'fast-check';
import {
  buildSchema,
  graphqlSync,
  GraphQLError,
  Kind,
  type GraphQLScalarType,
  type GraphQLSchema,
  type ValueNode,
} from 'graphql';
import { scalars } from '../../../src/graphql/scalars';

type Name = keyof typeof scalars;

function askedBy(name: Name): { schema: GraphQLSchema; received: unknown[] } {
  const schema = buildSchema(`scalar ${name} type Query { echo(value: ${name}!): ${name} }`);
  Object.assign(schema.getType(name)!, scalars[name] as GraphQLScalarType);
  const received: unknown[] = [];
  schema.getQueryType()!.getFields()['echo']!.resolve = (_root, { value }) => {
    received.push(value);
    return value;
  };
  return { schema, received };
}

/** The same text as a literal and as a variable: what arrived, and what is answered. */
function accepted(name: Name, text: string) {
  const { schema, received } = askedBy(name);
  const literal = graphqlSync({ schema, source: `{ echo(value: ${JSON.stringify(text)}) }` });
  const variable = graphqlSync({
    schema,
    source: `query ($value: ${name}!) { echo(value: $value) }`,
    variableValues: { value: text },
  });
  expect([literal.errors, variable.errors]).toEqual([undefined, undefined]);
  expect(received[0]).toEqual(received[1]);
  expect(literal.data).toEqual(variable.data);
  return { internal: received[0], answered: literal.data!['echo'] };
}

function refused(run: () => unknown): { message: string; extensions: unknown } {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(GraphQLError);
    const { message, extensions } = error as GraphQLError;
    return { message, extensions };
  }
  throw new Error('nothing was refused');
}

function literalOf(value: unknown): ValueNode {
  if (typeof value === 'string') return { kind: Kind.STRING, value };
  if (typeof value === 'number') return { kind: Kind.FLOAT, value: String(value) };
  if (typeof value === 'boolean') return { kind: Kind.BOOLEAN, value };
  if (Array.isArray(value)) return { kind: Kind.LIST, values: value.map(literalOf) as never };
  return { kind: Kind.OBJECT, fields: [] };
}

const FORMS: Record<Name, { reason: string; message: string }> = {
  Decimal: {
    reason: 'BAD_DECIMAL',
    message: 'Decimal must be a canonical decimal in a string, like "129.00".',
  },
  BigInt: {
    reason: 'BAD_BIGINT',
    message: 'BigInt must be a 64-bit whole number in a string, like "12900".',
  },
  DateTime: {
    reason: 'BAD_DATETIME',
    message:
      'DateTime must be an RFC 3339 instant with offset and at most milliseconds, like "2026-05-23T18:41:12.000Z".',
  },
  Date: { reason: 'BAD_DATE', message: 'Date must be a calendar date, like "2026-05-23".' },
  CurrencyCode: {
    reason: 'BAD_CURRENCY',
    message: 'CurrencyCode must be an active ISO 4217 code in upper case, like "EUR".',
  },
  Json: { reason: 'BAD_JSON', message: 'Json must be absent, it is only ever answered.' },
};

/** The same value as a literal and as a variable: one answer, and the value is not in it. */
function expectRefused(name: Name, value: unknown) {
  const scalar = scalars[name] as GraphQLScalarType;
  const { reason, message } = FORMS[name];
  const answer = { message, extensions: { code: 'BAD_USER_INPUT', reason } };

  expect(refused(() => scalar.parseValue(value))).toEqual(answer);
  expect(refused(() => scalar.parseLiteral(literalOf(value)))).toEqual(answer);
}

describe('Decimal', () => {
  test.each(['129.00', '129', '0', '0.00', '-0.01', '0.0001', '10000000000000.00', '1.10'])(
    '%s comes and goes as it is',
    (text) => {
      expect(accepted('Decimal', text)).toEqual({ internal: text, answered: text });
    },
  );

  test.each([
    ['1e3'],
    ['0x10'],
    [' 5'],
    ['٣'],
    ['1,00'],
    ['+1'],
    ['01'],
    ['-0'],
    ['-0.00'],
    [''],
    ['NaN'],
    ['5.'],
    ['.5'],
    [1.1],
    [5],
    [true],
    [['1.00']],
    [{ amount: '1.00' }],
  ])('%j is refused', (value) => {
    expectRefused('Decimal', value);
  });
});

describe('BigInt', () => {
  test.each([
    '0',
    '-1',
    '12900',
    '9007199254740993',
    '9223372036854775807',
    '-9223372036854775808',
  ])('%s is a bigint inside and a string outside', (text) => {
    expect(accepted('BigInt', text)).toEqual({ internal: BigInt(text), answered: text });
  });

  test.each([
    ['9223372036854775808'],
    ['-9223372036854775809'],
    ['10000000000000000000'],
    ['-0'],
    ['+1'],
    ['01'],
    ['1.0'],
    ['1n'],
    ['0x1'],
    [' 1'],
    [''],
    ['1'.repeat(100_000)],
    [1],
    [null],
  ])('%j is refused', (value) => {
    expectRefused('BigInt', value);
  });

  test('a count is answered as a string', () => {
    expect(scalars.BigInt.serialize(12)).toBe('12');
    expect(() => scalars.BigInt.serialize(1.5)).toThrow('what is answered is a BigInt');
  });
});

describe('DateTime', () => {
  test.each([
    ['2026-05-23T18:41:12Z', '2026-05-23T18:41:12.000Z'],
    ['2026-05-23T18:41:12.1Z', '2026-05-23T18:41:12.100Z'],
    ['2026-05-23T18:41:12.123Z', '2026-05-23T18:41:12.123Z'],
    ['2026-05-23t18:41:12z', '2026-05-23T18:41:12.000Z'],
    ['2019-01-23T16:14:51.107-04:00', '2019-01-23T20:14:51.107Z'],
    ['2026-05-23T18:41:12+05:30', '2026-05-23T13:11:12.000Z'],
    ['2026-05-23T18:41:12-00:00', '2026-05-23T18:41:12.000Z'],
    ['2026-05-23T23:59:59+23:59', '2026-05-23T00:00:59.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['2000-02-29T00:00:00Z', '2000-02-29T00:00:00.000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ])('%s is an instant inside and %s outside', (text, answered) => {
    expect(accepted('DateTime', text)).toEqual({ internal: new Date(answered), answered });
  });

  test.each([
    ['a day February has not', '2024-02-30T00:00:00Z'],
    ['a leap day of no leap year', '2023-02-29T00:00:00Z'],
    ['a leap day of a century', '1900-02-29T00:00:00Z'],
    ['month 13', '2024-13-01T00:00:00Z'],
    ['month 0', '2024-00-01T00:00:00Z'],
    ['day 0', '2024-01-00T00:00:00Z'],
    ['day 31 of April', '2024-04-31T00:00:00Z'],
    ['no offset', '2024-02-28T00:00:00'],
    ['no time', '2024-02-28'],
    ['no seconds', '2024-02-28T00:00Z'],
    ['a space for T', '2024-02-28 00:00:00Z'],
    ['an offset without colon', '2024-02-28T00:00:00+0100'],
    ['an offset of hours', '2024-02-28T00:00:00+01'],
    ['an offset of 24 hours', '2024-02-28T00:00:00+24:00'],
    ['an offset of 60 minutes', '2024-02-28T00:00:00+01:60'],
    ['year 10000', '10000-01-01T00:00:00Z'],
    ['year +010000', '+010000-01-01T00:00:00Z'],
    ['year 10000 in UTC', '9999-12-31T23:59:59-00:01'],
    ['year 0', '0000-12-31T23:59:59Z'],
    ['year 0 in UTC', '0001-01-01T00:00:00+00:01'],
    ['year 0 that is year 1 in UTC', '0000-12-31T23:59:59-01:00'],
    ['a leap second', '2016-12-31T23:59:60Z'],
    ['hour 24', '2024-02-28T24:00:00Z'],
    ['minute 60', '2024-02-28T00:60:00Z'],
    ['microseconds', '2024-02-28T00:00:00.0000Z'],
    ['a point without fraction', '2024-02-28T00:00:00.Z'],
    ['a comma fraction', '2024-02-28T00:00:00,5Z'],
    ['a week date', '2024-W09-3T00:00:00Z'],
    ['a blank behind', '2024-02-28T00:00:00Z '],
    ['a line end behind', '2024-02-28T00:00:00Z\n'],
    ['other digits', '２０２４-02-28T00:00:00Z'],
    ['words', 'yesterday'],
    ['nothing', ''],
    ['milliseconds since 1970', 1_709_078_400_000],
    ['milliseconds since 1970 in a string', '1709078400000'],
  ])('%s is refused', (_case, value) => {
    expectRefused('DateTime', value);
  });

  test('every instant we may store comes back as itself', () => {
    const instants = fc.date({
      min: new Date('0001-01-01T00:00:00.000Z'),
      max: new Date('9999-12-31T23:59:59.999Z'),
      noInvalidDate: true,
    });

    fc.assert(
      fc.property(instants, (instant) => {
        expect(scalars.DateTime.parseValue(scalars.DateTime.serialize(instant))).toEqual(instant);
      }),
    );
  });

  test('what is no instant is our mistake', () => {
    expect(() => scalars.DateTime.serialize('2024-02-28T00:00:00Z')).toThrow('is a DateTime');
    expect(() => scalars.DateTime.serialize(new Date('never'))).toThrow('is a DateTime');
  });
});

describe('Date', () => {
  test.each(['2026-05-23', '2024-02-29', '0001-01-01', '9999-12-31'])(
    '%s comes and goes as it is',
    (text) => {
      expect(accepted('Date', text)).toEqual({ internal: text, answered: text });
    },
  );

  test.each([
    ['2023-02-29'],
    ['2024-02-30'],
    ['2024-13-01'],
    ['2024-1-1'],
    ['20240101'],
    ['0000-01-01'],
    ['10000-01-01'],
    ['2024-01-01T00:00:00Z'],
    ['2024-01-01 '],
    ['01/02/2024'],
    [''],
    [20240101],
  ])('%j is refused', (value) => {
    expectRefused('Date', value);
  });
});

describe('CurrencyCode', () => {
  test.each(['EUR', 'JPY', 'KWD', 'CLF'])('%s comes and goes as it is', (text) => {
    expect(accepted('CurrencyCode', text)).toEqual({ internal: text, answered: text });
  });

  test.each([['usd'], ['XXX'], ['EURO'], ['EU'], [''], ['HRK'], ['€'], [978]])(
    '%j is refused',
    (value) => {
      expectRefused('CurrencyCode', value);
    },
  );

  test('an enum literal is refused: the code is a string', () => {
    expect(
      refused(() => scalars.CurrencyCode.parseLiteral({ kind: Kind.ENUM, value: 'EUR' })),
    ).toEqual({
      message: FORMS.CurrencyCode.message,
      extensions: { code: 'BAD_USER_INPUT', reason: 'BAD_CURRENCY' },
    });
  });

  test('a code that has retired is still answered', () => {
    expect(scalars.CurrencyCode.serialize('HRK')).toBe('HRK');
    expect(() => scalars.CurrencyCode.serialize('hrk')).toThrow('is a CurrencyCode');
  });
});

describe('Json', () => {
  test('is answered as it is', () => {
    const payload = { id: 1, data: [null, 'x'] };

    expect(scalars.Json.serialize(payload)).toBe(payload);
  });

  test.each([['text'], [1], [{ a: 1 }], [[1]], [true]])('%j is refused as input', (value) => {
    expectRefused('Json', value);
  });
});

test('a refused variable keeps its reason, and our message is the original error of what says more', () => {
  const { schema } = askedBy('Decimal');

  const { errors } = graphqlSync({
    schema,
    source: 'query ($value: Decimal!) { echo(value: $value) }',
    variableValues: { value: 0.1 },
  });

  expect(errors).toHaveLength(1);
  expect(errors![0]!.extensions).toEqual({ code: 'BAD_USER_INPUT', reason: 'BAD_DECIMAL' });
  expect(errors![0]!.originalError!.message).toBe(FORMS.Decimal.message);
});

test('a refused literal keeps its reason and points to its place', () => {
  const { schema } = askedBy('Decimal');

  const { errors } = graphqlSync({ schema, source: '{ echo(value: 0.1) }' });

  expect(errors!.map((error) => error.toJSON())).toEqual([
    {
      message: FORMS.Decimal.message,
      locations: [{ line: 1, column: 15 }],
      extensions: { code: 'BAD_USER_INPUT', reason: 'BAD_DECIMAL' },
    },
  ]);
});
