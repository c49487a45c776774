import { type Tools } from '../../../src/checkout/draft.rules';
import { type Fulfillment } from '../../../src/fulfillment/fulfillment.entity';
import { concerns, familyFinder, lineOf } from '../../../src/fulfillment/split-family.rules';
import { movedItems, partFor, splitOff } from '../../../src/fulfillment/split.rules';
import { Refused } from '../../../src/kernel/refusal';
import { claim, draft, part, payment, transaction } from './parts';

const NOW = new Date('2026-05-23T18:41:30.000Z');
const tools = { now: NOW, newId: (prefix: string) => `${prefix}_50` } as Tools;
const item = (reference: string, quantity: number, amount: bigint) => ({
  reference,
  quantity,
  amountMinor: amount.toString(),
});

const codeOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof Refused) return error.refusal.code;
    throw error;
  }
  return 'done';
};

/** A fulfillment before and after items are moved out of it. */
function split(row: Fulfillment, wanted: { reference: string; quantity?: number }[]) {
  const world = draft({ payments: [payment('pay_1')], fulfillments: [row] });
  const moved = splitOff(world, row, movedItems(row, wanted), tools);
  return { world, moved };
}

describe('amounts follow the items by largest remainder', () => {
  test.each([
    [101n, 2, 1, 50n],
    [100n, 3, 1, 33n],
    [100n, 3, 2, 67n],
    [2n, 3, 1, 1n],
    [1n, 2, 1, 0n],
    [0n, 5, 3, 0n],
    [7n, 1, 1, 7n],
  ])('of %s for %s pieces, %s of them cost %s (money.md 10)', (amount, all, moved, expected) => {
    const items = movedItems({ items: [item('a', all, amount)] }, [
      { reference: 'a', quantity: moved },
    ]);

    expect(items).toEqual([item('a', moved, expected)]);
  });

  test('a line without a quantity moves whole', () => {
    const items = [item('a', 3, 30n), item('b', 1, 5n)];

    expect(movedItems({ items }, [{ reference: 'a' }])).toEqual([item('a', 3, 30n)]);
  });

  test.each([
    ['a line it does not have', { reference: 'z', quantity: 1 }],
    ['more than the line has', { reference: 'a', quantity: 4 }],
  ])('%s is refused', (_case, wanted) => {
    const items = [item('a', 3, 30n)];

    expect(codeOf(() => movedItems({ items }, [wanted]))).toBe('GUARD_FAILED');
  });
});

test('a part begins where the whole stands, and no sum changes', () => {
  const row = part('ful_10', 101n, {
    status: 'FULFILLING',
    statusAt: new Date(0),
    capturePolicy: 'AT_SHIPMENT',
    items: [item('a', 2, 61n), item('b', 1, 40n)],
    claims: [claim('pay_1', 70n, { heldMinor: '70' }), claim('pay_2', 31n)],
    version: 7,
  });

  const { world, moved } = split(row, [{ reference: 'a', quantity: 1 }, { reference: 'b' }]);

  expect(moved).toMatchObject({
    id: 'ful_50',
    orderId: 'ord_1',
    splitFromId: 'ful_10',
    status: 'FULFILLING',
    statusAt: new Date(0),
    capturePolicy: 'AT_SHIPMENT',
    totalMinor: 70n,
    items: [item('a', 1, 30n), item('b', 1, 40n)],
    claims: [claim('pay_1', 49n, { heldMinor: '49' }), claim('pay_2', 21n)],
    version: 1,
    createdAt: NOW,
  });
  expect(row).toMatchObject({
    id: 'ful_10',
    splitFromId: null,
    totalMinor: 31n,
    items: [item('a', 1, 31n)],
    claims: [claim('pay_1', 21n, { heldMinor: '21' }), claim('pay_2', 10n)],
  });
  expect(world.fulfillments.map(({ id }) => id)).toEqual(['ful_10', 'ful_50']);
});

test('claims of a part always add up to its total', () => {
  for (let total = 2n; total < 40n; total += 1n) {
    for (let first = 0n; first <= total; first += 1n) {
      const row = part('ful_10', total, {
        items: [item('a', 3, total)],
        claims: [claim('pay_1', first), claim('pay_2', total - first)],
      });
      const { moved } = split(row, [{ reference: 'a', quantity: 1 }]);
      const claimed = (one: Fulfillment) =>
        one.claims.reduce((sum, { amountMinor }) => sum + BigInt(amountMinor), 0n);
      expect([claimed(moved), claimed(row)]).toEqual([moved.totalMinor, row.totalMinor]);
      expect(moved.totalMinor + row.totalMinor).toBe(total);
    }
  }
});

describe('a command about some of the items', () => {
  const row = () => part('ful_10', 30n, { items: [item('a', 3, 30n)], status: 'FULFILLING' });
  const acted = (quantity: number | null, to: 'FULFILLED' | 'FULFILLING') => {
    const world = draft({ fulfillments: [row()] });
    const items = quantity === null ? null : [{ reference: 'a', quantity }];
    return partFor(world, { fulfillmentId: 'ful_10', items }, to, tools).id;
  };

  test('acts on the part', () => expect(acted(2, 'FULFILLED')).toBe('ful_50'));
  test('acts on the whole where it names all of it', () =>
    expect(acted(3, 'FULFILLED')).toBe('ful_10'));
  test('acts on the whole where it names none', () =>
    expect(acted(null, 'FULFILLED')).toBe('ful_10'));
  test('splits nothing where it stands there already', () =>
    expect(acted(2, 'FULFILLING')).toBe('ful_10'));
});

test('a checkout has no more than a thousand', () => {
  const row = part('ful_10', 30n, { items: [item('a', 3, 30n)] });
  const others = (count: number) =>
    Array.from({ length: count }, (_one, index) => part(`ful_x${index}`, 1n));
  const splitAmong = (count: number) => {
    const world = draft({ fulfillments: [row, ...others(count)] });
    return codeOf(() => splitOff(world, row, movedItems(row, [{ reference: 'a' }]), tools));
  };

  expect(splitAmong(999)).toBe('LIMIT');
  expect(splitAmong(998)).toBe('done');
});

describe('whom a transaction concerns', () => {
  const whole = part('ful_10', 60n);
  const first = part('ful_30', 30n, { splitFromId: 'ful_10' });
  const second = part('ful_50', 10n, { splitFromId: 'ful_30' });
  const parts = [whole, first, second];

  test.each([
    ['ptx_20', 'ful_10', ['ful_10', 'ful_30', 'ful_50']],
    ['ptx_40', 'ful_10', ['ful_10']],
    ['ptx_40', 'ful_30', ['ful_30', 'ful_50']],
    ['ptx_60', 'ful_30', ['ful_30']],
    ['ptx_20', 'ful_50', ['ful_50']],
    ['ptx_20', 'ful_99', []],
    ['ptx_20', null, []],
  ])('%s, which names %s: %j', (id, fulfillmentId, expected) => {
    const one = transaction(id, 'CAPTURE', 1n, { fulfillmentId });

    expect(familyFinder(parts)(one).map((row) => row.id)).toEqual(expected);
    expect(parts.filter((row) => concerns(one, row, parts)).map((row) => row.id)).toEqual(expected);
  });

  test('a part knows its line', () => {
    expect(lineOf(second, parts)).toEqual(['ful_50', 'ful_30', 'ful_10']);
  });
});
