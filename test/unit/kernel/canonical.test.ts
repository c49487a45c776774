import fc from 'fast-check';
import { canonicalJson, sha256Hex } from '../../../src/kernel/canonical';

test.each([
  ['keys in order at every depth', { b: 1, a: { d: 2, c: 3 } }, '{"a":{"c":3,"d":2},"b":1}'],
  ['keys by UTF-16 unit', { '\ufb33': 1, '\u{1f600}': 2, é: 3 }, '{"é":3,"😀":2,"\ufb33":1}'],
  ['lists as they are', [3, 1, 2], '[3,1,2]'],
  ['minor units as a string', { amount: 9007199254740993n }, '{"amount":"9007199254740993"}'],
  [
    'an instant in UTC',
    { at: new Date('2019-01-23T16:14:51.107-04:00') },
    '{"at":"2019-01-23T20:14:51.107Z"}',
  ],
  ['what is not there is left out', { a: undefined, b: null }, '{"b":null}'],
  ['numbers as RFC 8785 does', [1e21, 0.002, -0, 4.5], '[1e+21,0.002,0,4.5]'],
  ['control characters escaped', '\u0000\n"\\', '"\\u0000\\n\\"\\\\"'],
  ['an input object without prototype', Object.assign(Object.create(null), { a: 1 }), '{"a":1}'],
  [
    'a key that would be the prototype',
    JSON.parse('{"__proto__":{"a":1}}'),
    '{"__proto__":{"a":1}}',
  ],
  ['nothing', null, 'null'],
])('writes %s', (_case, value, text) => {
  expect(canonicalJson(value)).toBe(text);
});

test.each([
  ['nothing at all', undefined],
  ['a number that is none', { a: NaN }],
  ['an infinite number', [Infinity]],
  ['an instant that is none', { at: new Date('never') }],
  ['a function', { a: () => 1 }],
  ['a symbol', [Symbol('a')]],
  ['a map', { a: new Map() }],
  ['a set', { a: new Set() }],
])('does not write %s', (_case, value) => {
  expect(() => canonicalJson(value)).toThrow();
});

test('one value has one text, whatever the order of its keys, and the text reads back', () => {
  const objects = fc.dictionary(fc.string(), fc.jsonValue());

  fc.assert(
    fc.property(objects, (object) => {
      const reversed = Object.fromEntries(Object.entries(object).reverse());

      expect(canonicalJson(reversed)).toBe(canonicalJson(object));
      expect(canonicalJson(JSON.parse(canonicalJson(object)))).toBe(canonicalJson(object));
    }),
  );
});

test('the digest is SHA-256 of the UTF-8 bytes', () => {
  expect(sha256Hex('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(sha256Hex('é')).toBe('4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c');
});
