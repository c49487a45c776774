import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ID_PREFIXES, isId, newId } from '../../../src/kernel/id';

const AT = new Date('2026-05-23T18:41:12.000Z');

test('an id names its kind, fills forty characters and is recognised as its own', () => {
  for (const prefix of Object.values(ID_PREFIXES)) {
    const id = newId(prefix, AT);

    expect(id.slice(0, 4)).toBe(`${prefix}_`);
    expect(id).toHaveLength(40);
    expect(isId(id, prefix)).toBe(true);
  }
});

test('every kind is made or looked up somewhere', () => {
  const root = join(__dirname, '../../../src');
  const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('generated.ts'))
    .map((path) => readFileSync(join(root, path), 'utf8'))
    .join();

  const named = (prefix: string) =>
    new RegExp(`(?:newId|idOrNull)\\(\\s*'${prefix}'`).test(sources);
  expect(Object.values(ID_PREFIXES).filter((prefix) => !named(prefix))).toEqual([]);
});

test('no two kinds share a prefix', () => {
  const prefixes = Object.values(ID_PREFIXES);

  expect(new Set(prefixes).size).toBe(prefixes.length);
  expect(prefixes.filter((prefix) => prefix.length !== 3)).toEqual([]);
});

test('an id tells the millisecond it was made in', () => {
  const hex = newId('pay', AT).slice(4, 17).replace('-', '');

  expect(new Date(Number.parseInt(hex, 16))).toEqual(AT);
});

test('ids sort as text by the time they were made', () => {
  const times = fc.integer({ min: 0, max: 2 ** 42 });

  fc.assert(
    fc.property(times, times, (a, b) => {
      fc.pre(a < b);
      expect(newId('pay', new Date(a)) < newId('pay', new Date(b))).toBe(true);
    }),
  );
});

test('ids of one millisecond sort as they were made, and are never the same', () => {
  const ids = Array.from({ length: 2_000 }, () => newId('ptx', AT));

  expect([...ids].sort()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
});

test('without a time an id is of now', () => {
  const before = newId('ord', new Date(Date.now() - 1));
  const after = newId('ord', new Date(Date.now() + 60_000));

  const id = newId('ord');

  expect([after, id, before].sort()).toEqual([before, id, after]);
});

const UUID = '01972f6e-5f00-7abc-8def-0123456789ab';

test.each([
  ['its own', `pay_${UUID}`, true],
  ['another type’s id', `ord_${UUID}`, false],
  ['no prefix', UUID, false],
  ['upper case', `pay_${UUID.toUpperCase()}`, false],
  ['upper-case prefix', `PAY_${UUID}`, false],
  ['no dashes', `pay_${UUID.replaceAll('-', '')}`, false],
  ['version 4', 'pay_01972f6e-5f00-4abc-8def-0123456789ab', false],
  ['another variant', 'pay_01972f6e-5f00-7abc-cdef-0123456789ab', false],
  ['no hexadecimal', 'pay_01972f6g-5f00-7abc-8def-0123456789ab', false],
  ['one character less', `pay_${UUID.slice(1)}`, false],
  ['one character more', `pay_${UUID}0`, false],
  ['a line end behind', `pay_${UUID}\n`, false],
  ['a blank before', ` pay_${UUID}`, false],
  ['nothing', '', false],
  ['ten kilobytes', `pay_${'0'.repeat(10_240)}`, false],
])('%s is judged by its shape', (_case, text, expected) => {
  expect(isId(text, 'pay')).toBe(expected);
});
