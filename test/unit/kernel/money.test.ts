import fc from 'fast-check';
import { ACTIVE_CURRENCIES, RETIRED_CURRENCIES } from '../../../src/kernel/currencies';
import {
  anyAmount,
  distribute,
  exponentOf,
  formatDecimal,
  isCurrency,
  MAX_MINOR_UNITS,
  parseDecimal,
  positiveAmount,
  sameCurrency,
  sum,
  totalsByCurrency,
} from '../../../src/kernel/money';
import { Refused, type Refusal } from '../../../src/kernel/refusal';

function refusalOf(run: () => unknown): Refusal | null {
  try {
    run();
  } catch (error) {
    if (error instanceof Refused) return error.refusal;
    throw error;
  }
  return null;
}

describe('currencies', () => {
  test.each([
    ['JPY', 0],
    ['CLP', 0],
    ['UGX', 0],
    ['UYI', 0],
    ['EUR', 2],
    ['MGA', 2],
    ['ISK', 2],
    ['XCG', 2],
    ['KWD', 3],
    ['BHD', 3],
    ['IQD', 3],
    ['CLF', 4],
    ['UYW', 4],
  ])('%s has %d decimals', (code, exponent) => {
    expect(isCurrency(code)).toBe(true);
    expect(exponentOf(code)).toBe(exponent);
  });

  test.each([
    'usd',
    'Eur',
    'XXX',
    'XTS',
    'XAU',
    'XDR',
    'EURO',
    'EU',
    '',
    'DEM',
    'HRK',
    'BGN',
    ' EUR',
  ])('%j is no active currency', (code) => {
    expect(isCurrency(code)).toBe(false);
  });

  test('every code is three letters, stands once, and is active or retired, never both', () => {
    const codes = [...ACTIVE_CURRENCIES.keys(), ...RETIRED_CURRENCIES.keys()];

    expect(codes.filter((code) => !/^[A-Z]{3}$/.test(code))).toEqual([]);
    expect(new Set(codes).size).toBe(codes.length);
    expect(ACTIVE_CURRENCIES.size).toBe(165);
  });

  test('an amount in a retired currency is still written out', () => {
    expect(formatDecimal(1999n, 'BGN')).toBe('19.99');
  });

  test('a code ISO never had is our mistake, not the caller’s', () => {
    expect(() => exponentOf('ZZZ')).toThrow('the currency is an ISO 4217 code');
  });
});

describe('reading and writing decimals', () => {
  test.each([
    ['129.00', 'EUR', 12900n],
    ['129', 'EUR', 12900n],
    ['129.5', 'EUR', 12950n],
    ['0.01', 'EUR', 1n],
    ['-0.01', 'EUR', -1n],
    ['0', 'EUR', 0n],
    ['0.00', 'EUR', 0n],
    ['500', 'JPY', 500n],
    ['9899', 'JPY', 9899n],
    ['1.234', 'KWD', 1234n],
    ['1.2345', 'CLF', 12345n],
    ['10000000000000.00', 'EUR', 10n ** 15n],
    ['-10000000000000.00', 'EUR', -(10n ** 15n)],
    ['1000000000000000', 'JPY', 10n ** 15n],
  ])('%s %s is that many minor units', (text, currency, minorUnits) => {
    expect(parseDecimal(text, currency)).toEqual({ ok: true, minorUnits });
  });

  test.each([
    ['exponent', '1e3'],
    ['hexadecimal', '0x10'],
    ['leading space', ' 5'],
    ['trailing space', '5 '],
    ['trailing line end', '5\n'],
    ['Arabic-Indic digit', '٣'],
    ['full-width digit', '５'],
    ['decimal comma', '1,00'],
    ['thousands comma', '1,000.00'],
    ['plus', '+1'],
    ['leading zero', '01'],
    ['leading zeros', '00.10'],
    ['negative leading zero', '-01'],
    ['negative zero', '-0'],
    ['negative zero with decimals', '-0.00'],
    ['nothing', ''],
    ['minus alone', '-'],
    ['point alone', '.'],
    ['point first', '.5'],
    ['point last', '5.'],
    ['two points', '1.2.3'],
    ['two minuses', '--1'],
    ['NaN', 'NaN'],
    ['Infinity', 'Infinity'],
  ])('%s is no canonical decimal', (_case, text) => {
    expect(parseDecimal(text, 'EUR')).toEqual({ ok: false, code: 'BAD_DECIMAL' });
  });

  test.each([
    ['1.234', 'EUR'],
    ['1.000', 'EUR'],
    ['1.5', 'JPY'],
    ['500.0', 'JPY'],
    ['1.2345', 'KWD'],
    ['1.23456', 'CLF'],
  ])('%s %s has more decimals than its currency and is not rounded', (text, currency) => {
    expect(parseDecimal(text, currency)).toEqual({ ok: false, code: 'AMOUNT_SCALE' });
  });

  test.each([
    ['10000000000000.01', 'EUR'],
    ['-10000000000000.01', 'EUR'],
    ['1000000000000001', 'JPY'],
    ['10000000000000000', 'JPY'],
    [`1${'0'.repeat(100_000)}`, 'JPY'],
  ])('an amount past 10^15 minor units is out of range', (text, currency) => {
    expect(parseDecimal(text, currency)).toEqual({ ok: false, code: 'AMOUNT_RANGE' });
  });

  test.each([
    [12900n, 'EUR', '129.00'],
    [500n, 'JPY', '500'],
    [50000n, 'JPY', '50000'],
    [1234n, 'KWD', '1.234'],
    [1n, 'KWD', '0.001'],
    [1n, 'CLF', '0.0001'],
    [5n, 'EUR', '0.05'],
    [-5n, 'EUR', '-0.05'],
    [-12900n, 'EUR', '-129.00'],
    [0n, 'EUR', '0.00'],
    [0n, 'JPY', '0'],
  ])('%s minor units of %s are written %s', (minorUnits, currency, text) => {
    expect(formatDecimal(minorUnits, currency)).toBe(text);
  });

  test.each([...ACTIVE_CURRENCIES.keys()])('what is written in %s is read back', (currency) => {
    const amounts = fc.bigInt({ min: -MAX_MINOR_UNITS, max: MAX_MINOR_UNITS });

    fc.assert(
      fc.property(amounts, (minorUnits) => {
        expect(parseDecimal(formatDecimal(minorUnits, currency), currency)).toEqual({
          ok: true,
          minorUnits,
        });
      }),
      { numRuns: 30 },
    );
  });
});

describe('the amount of a command', () => {
  test('is minor units of its currency', () => {
    const money = positiveAmount({ amount: '129.00', currencyCode: 'EUR' }, ['amount']);

    expect(money).toEqual({ minorUnits: 12900n, currency: 'EUR' });
  });

  test.each([
    ['zero, as in a settlement request of 0 after 50 of 100', '0.00', 'AMOUNT_RANGE'],
    ['negative', '-0.01', 'AMOUNT_RANGE'],
    ['above the limit', '10000000000000.01', 'AMOUNT_RANGE'],
    ['too many decimals', '7.777', 'AMOUNT_SCALE'],
    ['no decimal', '7,77', 'GUARD_FAILED'],
  ])('%s is refused by field, never by value', (_case, amount, code) => {
    const refused = refusalOf(() => positiveAmount({ amount, currencyCode: 'EUR' }, ['amount']));

    expect(refused).toEqual({ code, message: expect.any(String), field: ['amount', 'amount'] });
    expect(refused?.message).not.toContain(amount);
  });

  test('the smallest unit is enough and the limit is not too much', () => {
    expect(positiveAmount({ amount: '0.01', currencyCode: 'EUR' }, []).minorUnits).toBe(1n);
    expect(
      positiveAmount({ amount: '10000000000000.00', currencyCode: 'EUR' }, []).minorUnits,
    ).toBe(MAX_MINOR_UNITS);
  });

  test('a currency that is not active is refused at its own field', () => {
    expect(
      refusalOf(() => positiveAmount({ amount: '1', currencyCode: 'XXX' }, ['total'])),
    ).toEqual({
      code: 'GUARD_FAILED',
      message: 'The currency is not an active ISO 4217 code.',
      field: ['total', 'currencyCode'],
    });
  });

  test('a fact may be zero or negative', () => {
    expect(anyAmount({ amount: '0', currencyCode: 'EUR' }, [])).toEqual({
      minorUnits: 0n,
      currency: 'EUR',
    });
    expect(anyAmount({ amount: '-5', currencyCode: 'JPY' }, [])).toEqual({
      minorUnits: -5n,
      currency: 'JPY',
    });
  });

  test('two currencies do not mix', () => {
    expect(
      refusalOf(() => {
        sameCurrency({ currency: 'EUR' }, { currency: 'USD' }, ['amount']);
      }),
    ).toEqual({
      code: 'CURRENCY_MISMATCH',
      message: 'The currencies differ.',
      field: ['amount', 'currencyCode'],
    });
    expect(
      refusalOf(() => {
        sameCurrency({ currency: 'EUR' }, { currency: 'EUR' }, []);
      }),
    ).toBeNull();
  });
});

describe('sums', () => {
  test('of nothing are zero', () => {
    expect(sum([])).toBe(0n);
    expect(totalsByCurrency([])).toEqual([]);
  });

  test('stay apart by currency, in code order', () => {
    const amounts = [
      { minorUnits: 500n, currency: 'JPY' },
      { minorUnits: 12900n, currency: 'EUR' },
      { minorUnits: -900n, currency: 'EUR' },
    ];

    expect(totalsByCurrency(amounts)).toEqual([
      { minorUnits: 12000n, currency: 'EUR' },
      { minorUnits: 500n, currency: 'JPY' },
    ]);
  });
});

describe('sharing by ratio', () => {
  test.each([
    ['an odd unit goes to the earlier part', 101n, [1n, 1n], [51n, 50n]],
    ['two odd units go to the first two', 200n, [1n, 1n, 1n], [67n, 67n, 66n]],
    ['the largest remainder comes first', 10n, [1n, 2n, 4n], [1n, 3n, 6n]],
    ['weights of zero only share equally', 101n, [0n, 0n], [51n, 50n]],
    ['a weight of zero beside another gets nothing', 101n, [0n, 3n], [0n, 101n]],
    ['a negative total mirrors', -101n, [1n, 1n], [-51n, -50n]],
    ['a total of zero is zero for each', 0n, [1n, 2n], [0n, 0n]],
    ['less units than parts', 1n, [1n, 1n, 1n], [1n, 0n, 0n]],
    ['one part is all of it', 7n, [3n], [7n]],
    ['nothing among nobody', 0n, [], []],
  ])('%s', (_case, total, weights, parts) => {
    expect(distribute(total, weights)).toEqual(parts);
  });

  test('no unit is lost, and no part is off its exact share by a unit', () => {
    const weights = fc.array(fc.bigInt({ min: 0n, max: 10n ** 12n }), {
      minLength: 1,
      maxLength: 20,
    });
    const totals = fc.bigInt({ min: -MAX_MINOR_UNITS, max: MAX_MINOR_UNITS });

    fc.assert(
      fc.property(totals, weights, (total, ratio) => {
        const parts = distribute(total, ratio);
        const all = sum(ratio);

        expect(sum(parts)).toBe(total);
        expect(distribute(-total, ratio)).toEqual(parts.map((part) => -part));
        const off = parts.map((part, index) => part * all - total * ratio[index]!);
        expect(all === 0n || off.every((units) => -all < units && units < all)).toBe(true);
      }),
    );
  });

  test('a negative weight, or something among nobody, is our mistake', () => {
    expect(() => distribute(1n, [-1n, 2n])).toThrow('no weight is negative');
    expect(() => distribute(1n, [])).toThrow('something is shared among somebody');
  });
});
