import { allocate, type Source } from '../../../src/fulfillment/allocation.rules';

const source = (paymentId: string, available: bigint, whole = false): Source => ({
  paymentId,
  available,
  whole,
});

test.each<[string, bigint, Source[], string[], bigint]>([
  ['the first gives all it can', 50n, [source('a', 60n), source('b', 60n)], ['a 50'], 0n],
  ['the next gives the rest', 100n, [source('a', 60n), source('b', 60n)], ['a 60', 'b 40'], 0n],
  ['to the last unit', 120n, [source('a', 60n), source('b', 60n)], ['a 60', 'b 60'], 0n],
  ['what nobody has is missing', 121n, [source('a', 60n), source('b', 60n)], ['a 60', 'b 60'], 1n],
  ['nothing is asked for nothing', 0n, [source('a', 60n)], [], 0n],
  ['no source at all', 7n, [], [], 7n],
  ['one that has nothing is passed over', 5n, [source('a', 0n), source('b', 5n)], ['b 5'], 0n],
  ['one that owes is passed over', 5n, [source('a', -3n), source('b', 5n)], ['b 5'], 0n],
  [
    'a whole one that fits is used',
    30n,
    [source('gift', 30n, true), source('b', 30n)],
    ['gift 30'],
    0n,
  ],
  [
    'a whole one that is too large is left for later',
    29n,
    [source('gift', 30n, true), source('b', 30n)],
    ['b 29'],
    0n,
  ],
  [
    'a whole one fits only what is left',
    40n,
    [source('a', 20n), source('gift', 30n, true), source('b', 30n)],
    ['a 20', 'b 20'],
    0n,
  ],
])('%s (money.md 5)', (_case, amount, sources, expected, missing) => {
  const { lines, ...rest } = allocate(amount, sources);

  expect(lines.map((line) => `${line.paymentId} ${line.amount}`)).toEqual(expected);
  expect(rest.missing).toBe(missing);
});
