import { GraphQLError } from 'graphql';
import { badCursor, decodeCursor, encodeCursor, filterHashOf } from '../../../src/graphql/cursor';

const HASH = filterHashOf({ kinds: ['CHANGE'] });
const raw = (text: string) => Buffer.from(text).toString('base64url');

test.each([
  ['nothing', []],
  ['one value', ['17']],
  ['null beside text', [null, '2026-05-23 18:41:12.000', 'jrn_1']],
  ['an empty text', ['']],
  ['marks of JSON', ['"],[\\']],
])('a cursor gives back what was put in: %s', (_case, values) => {
  expect(decodeCursor('journal', HASH, encodeCursor('journal', HASH, values))).toEqual(values);
});

test('equal filters have one hash, others another', () => {
  expect(filterHashOf({ b: 1, a: [2] })).toBe(filterHashOf({ a: [2], b: 1 }));
  expect(filterHashOf(null)).toBe(filterHashOf(undefined));
  expect(filterHashOf({ a: 1 })).not.toBe(filterHashOf({ a: 2 }));
});

const good = encodeCursor('journal', HASH, ['17']);
const FORGED: [string, string][] = [
  ['empty', ''],
  ['no base64url', 'ä!'],
  ['padding', `${good}=`],
  ['white space', `${good} `],
  ['something behind it', `${good}A`],
  ['cut off', good.slice(0, -1)],
  ['no JSON', raw('{')],
  ['no list', raw('{"0":"journal"}')],
  ['a list of another kind', encodeCursor('orders', HASH, ['17'])],
  ['another filter', encodeCursor('journal', filterHashOf(null), ['17'])],
  ['no filter', raw('["journal"]')],
  ['a number', raw(`["journal","${HASH}",17]`)],
  ['a list within', raw(`["journal","${HASH}",["17"]]`)],
  ['blanks in the JSON', raw(`["journal", "${HASH}","17"]`)],
  ['a control character', raw(`["journal","${HASH}","\\u0000"]`)],
  ['a letter no key has', raw(`["journal","${HASH}","é"]`)],
  ['longer than any', encodeCursor('journal', HASH, ['1'.repeat(1_024)])],
];

test.each(FORGED)('a forged cursor is refused and not repeated: %s', (_case, text) => {
  let thrown: unknown;
  try {
    decodeCursor('journal', HASH, text);
  } catch (error) {
    thrown = error;
  }

  expect(thrown).toBeInstanceOf(GraphQLError);
  expect((thrown as GraphQLError).toJSON()).toEqual({
    message: 'The cursor is not one of this list with this filter.',
    extensions: { code: 'BAD_USER_INPUT', reason: 'BAD_CURSOR' },
  });
  expect((thrown as GraphQLError).toJSON()).toEqual(badCursor().toJSON());
});
