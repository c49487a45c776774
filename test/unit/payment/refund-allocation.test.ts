import { Refused, type RefusalDetails } from '../../../src/kernel/refusal';
import {
  checkLines,
  spreadRefund,
  type RefundSource,
} from '../../../src/payment/refund-allocation.rules';

const backed = (paymentId: string, refundable: bigint): RefundSource => ({
  paymentId,
  refundable,
  needsGrant: false,
});
const granted = (paymentId: string, refundable: bigint): RefundSource => ({
  paymentId,
  refundable,
  needsGrant: true,
});
const wish = (amountMinor: bigint, grantedLeft = 0n) => ({
  amountMinor,
  currency: 'EUR',
  grantedLeft,
});

type Outcome = readonly (readonly [string, bigint])[] | readonly [string, RefusalDetails];

/** The lines, or code, field and what is available. */
function spread(...args: Parameters<typeof spreadRefund>): unknown {
  return outcome(() => spreadRefund(...args).map((line) => [line.paymentId, line.amountMinor]));
}

function outcome(decide: () => unknown): unknown {
  try {
    return decide();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const { code, field, available } = error.refusal;
    return [code, field?.join('.'), available?.minorUnits];
  }
}

describe('a refund spreads over its payments in their order (money.md 6)', () => {
  const sources = [backed('b', 60n), backed('a', 0n), backed('c', 50n)];

  test.each<[bigint, Outcome]>([
    [1n, [['b', 1n]]],
    [60n, [['b', 60n]]],
    [
      61n,
      [
        ['b', 60n],
        ['c', 1n],
      ],
    ],
    [
      110n,
      [
        ['b', 60n],
        ['c', 50n],
      ],
    ],
  ])('%d', (amount, lines) => {
    expect(spread(wish(amount), sources)).toEqual(lines);
  });

  test('and not at all where all together have less, which it says', () => {
    expect(spread(wish(111n), sources)).toEqual(['AMOUNT_EXCEEDS', 'amount', 110n]);
  });

  test('with nothing to give, nothing is available', () => {
    expect(spread(wish(1n), [])).toEqual(['AMOUNT_EXCEEDS', 'amount', 0n]);
  });
});

describe('what only grants stand behind shares what they leave', () => {
  const sources = [granted('a', 60n), granted('b', 60n)];

  test.each<[bigint, bigint, unknown]>([
    [
      80n,
      80n,
      [
        ['a', 60n],
        ['b', 20n],
      ],
    ],
    [81n, 80n, ['AMOUNT_EXCEEDS', 'amount', 80n]],
    [50n, 50n, [['a', 50n]]],
    [51n, 50n, ['AMOUNT_EXCEEDS', 'amount', 50n]],
    [1n, 0n, ['AMOUNT_EXCEEDS', 'amount', 0n]],
    [
      120n,
      500n,
      [
        ['a', 60n],
        ['b', 60n],
      ],
    ],
  ])('%d of %d granted', (amount, left, expected) => {
    expect(spread(wish(amount, left), sources)).toEqual(expected);
  });

  test('and takes nothing from what is backed otherwise', () => {
    const mixed = [backed('a', 60n), granted('b', 60n)];

    expect(spread(wish(70n, 10n), mixed)).toEqual([
      ['a', 60n],
      ['b', 10n],
    ]);
    expect(spread(wish(71n, 10n), mixed)).toEqual(['AMOUNT_EXCEEDS', 'amount', 70n]);
  });
});

describe('lines as the caller wrote them', () => {
  const sources = [backed('a', 60n), granted('b', 60n), granted('c', 60n)];
  const lines = (...amounts: readonly (readonly [string, bigint])[]) =>
    amounts.map(([paymentId, amountMinor]) => ({ paymentId, amountMinor }));
  const check = (...args: Parameters<typeof checkLines>) => outcome(() => checkLines(...args));

  test.each([
    ['one', 60n, 0n, lines(['a', 60n]), undefined],
    ['several', 75n, 15n, lines(['b', 15n], ['a', 60n]), undefined],
    ['less than the amount', 61n, 0n, lines(['a', 60n]), ['GUARD_FAILED', 'lines', undefined]],
    ['more than the amount', 59n, 0n, lines(['a', 60n]), ['GUARD_FAILED', 'lines', undefined]],
    [
      'one payment twice',
      60n,
      0n,
      lines(['a', 30n], ['a', 30n]),
      ['GUARD_FAILED', 'lines', undefined],
    ],
    ['more than a payment can give', 61n, 0n, lines(['a', 61n]), ['AMOUNT_EXCEEDS', 'lines', 60n]],
    ['more than is granted, on one', 16n, 15n, lines(['b', 16n]), ['AMOUNT_EXCEEDS', 'lines', 15n]],
    [
      'more than is granted, together',
      16n,
      15n,
      lines(['b', 10n], ['c', 6n]),
      ['AMOUNT_EXCEEDS', 'lines', 5n],
    ],
    ['of no source', 1n, 15n, lines(['d', 1n]), ['AMOUNT_EXCEEDS', 'lines', 0n]],
  ])('%s', (_story, amount, left, told, expected) => {
    expect(check(wish(amount, left), told, sources)).toEqual(expected);
  });
});
