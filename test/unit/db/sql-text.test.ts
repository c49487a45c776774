import { Column, Entity, PrimaryColumn } from 'typeorm';

import { code, flag, id, minorUnits } from '../../../src/db/columns';
import { mysqlDialect, sqliteDialect } from '../../../src/db/dialect';
import { paddedList } from '../../../src/db/rows';
import { SnakeNaming } from '../../../src/db/naming';
import { tableOf } from '../../../src/db/table';
import { bound, toBigint, toInstant, toNumber } from '../../../src/db/values';

test.each([
  [0, 0],
  [1, 1],
  [2, 2],
  [3, 4],
  [4, 4],
  [5, 8],
  [255, 256],
  [256, 256],
  [257, 500],
  [500, 500],
])('an IN list of %i values is written with %i places', (length, places) => {
  const values = Array.from({ length }, (_, n) => `v${n}`);

  const padded = paddedList(values);

  expect(padded.slice(0, length)).toEqual(values);
  expect(padded.slice(length)).toEqual(Array(places - length).fill(`v${length - 1}`));
});

test('a list that one statement does not take is an error, and never a loop', () => {
  expect(() => paddedList(Array<string>(501).fill('a'))).toThrow('A list has at most 500 values.');
});

test('SQLite inserts any number of rows by one text and one exact parameter', () => {
  const statement = sqliteDialect.insert(
    't',
    ['a', 'b'],
    [
      ['x"', 9_223_372_036_854_775_807n],
      [null, 1],
    ],
  );

  expect(statement).toEqual({
    text: "INSERT INTO `t` (`a`, `b`) SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?) WHERE true",
    parameters: ['[["x\\"",9223372036854775807],[null,1]]'],
  });
  expect(sqliteDialect.upsert(['a'], ['b'])).toBe(
    ' ON CONFLICT (`a`) DO UPDATE SET `b` = excluded.`b`',
  );
  expect(sqliteDialect.upsert(['a'], [])).toBe(' ON CONFLICT (`a`) DO NOTHING');
});

test('MySQL inserts row by row in one statement, and guards the key of an upsert', () => {
  const statement = mysqlDialect.insert(
    't',
    ['a', 'b'],
    [
      ['x', 1n],
      [null, 2n],
    ],
  );

  expect(statement).toEqual({
    text: 'INSERT INTO `t` (`a`, `b`) VALUES (?, ?), (?, ?)',
    parameters: ['x', 1n, null, 2n],
  });
  expect(mysqlDialect.upsert(['a', 'b'], ['c'])).toBe(
    ' ON DUPLICATE KEY UPDATE `a` = IF(`a` = VALUES(`a`) AND `b` = VALUES(`b`), `a`, NULL), `c` = VALUES(`c`)',
  );
});

@Entity()
class CheckoutKey {
  @PrimaryColumn(id) checkoutId!: string;
  @PrimaryColumn({ ...code, name: 'kind_of_key' }) kind!: string;
  @Column({ ...minorUnits, update: false }) amountDue!: bigint;
  @Column({ ...flag, asExpression: '1', generatedType: 'VIRTUAL', select: false }) open!: boolean;
}

test('a table is what the decorators say, in snake case', () => {
  const { name, columns } = tableOf(CheckoutKey);

  expect(name).toBe('checkout_key');
  expect(
    columns.map((column) => [column.property, column.name, column.primary, column.updated]),
  ).toEqual([
    ['checkoutId', 'checkout_id', true, false],
    ['kind', 'kind_of_key', true, false],
    ['amountDue', 'amount_due', false, false],
  ]);
});

test('what is no entity, or has a type of its own, is refused', () => {
  class Plain {
    id = 'a';
  }
  @Entity()
  class Odd {
    @PrimaryColumn({ type: 'decimal' }) amount!: string;
  }

  expect(() => tableOf(Plain)).toThrow(new TypeError('Plain is not an entity.'));
  expect(() => tableOf(Odd)).toThrow(new TypeError('Odd.amount: use the types of columns.ts.'));
});

test.each([
  ['id', 'id'],
  ['providerReference', 'provider_reference'],
  ['nextCheckAt', 'next_check_at'],
  ['sha256Digest', 'sha256_digest'],
])('property %s is column %s', (property, column) => {
  expect(new SnakeNaming().columnName(property, '')).toBe(column);
});

test.each<[string, unknown, unknown]>([
  ['a date', new Date('2026-03-29T01:02:03.040Z'), '2026-03-29 01:02:03.040'],
  ['true', true, 1],
  ['false', false, 0],
  ['null', null, null],
  ['a bigint', 2n ** 63n - 1n, 2n ** 63n - 1n],
])('%s can be bound', (_case, value, expected) => {
  expect(bound(value)).toBe(expected);
});

test.each<[string, unknown]>([
  ['undefined', undefined],
  ['a Buffer', Buffer.from('a')],
  ['a list', ['a']],
  ['an object', { a: 1 }],
  ['NUL', 'a\u0000'],
  ['NaN', Number.NaN],
  ['65 bits', 2n ** 63n],
  ['an invalid date', new Date(Number.NaN)],
])('%s cannot be bound', (_case, value) => {
  expect(() => bound(value)).toThrow();
});

test('raw values of either database are read exactly or not at all', () => {
  expect([toBigint('9007199254740993'), toBigint(7n), toBigint(7)]).toEqual([
    9_007_199_254_740_993n,
    7n,
    7n,
  ]);
  expect([toNumber('9007199254740991'), toNumber(0n)]).toEqual([9_007_199_254_740_991, 0]);
  expect(toInstant('2026-01-02 03:04:05')).toEqual(new Date('2026-01-02T03:04:05.000Z'));
  expect(() => toNumber('9007199254740992')).toThrow(RangeError);
  expect(() => toBigint('1.5')).toThrow(SyntaxError);
  expect(() => toBigint(null)).toThrow(TypeError);
  expect(() => toInstant('yesterday')).toThrow(TypeError);
});
