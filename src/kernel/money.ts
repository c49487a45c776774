import { strict as assert } from 'node:assert';
import { ACTIVE_CURRENCIES, RETIRED_CURRENCIES } from './currencies';
import { refuse } from './refusal';

/** An amount in the smallest unit of its currency: 129.00 EUR is `{ 12900n, 'EUR' }`. */
export interface Money {
  readonly minorUnits: bigint;
  /** ISO 4217 code. */
  readonly currency: string;
}

/** An amount as a caller writes it: the input type `ReconMoneyInput`. */
export interface MoneyInput {
  readonly amount: string;
  readonly currencyCode: string;
}

export type ParsedDecimal =
  | { readonly ok: true; readonly minorUnits: bigint }
  | { readonly ok: false; readonly code: 'BAD_DECIMAL' | 'AMOUNT_SCALE' | 'AMOUNT_RANGE' };

/** Largest |amount|, in minor units: 9,000 such still add up to less than a BIGINT column holds. */
export const MAX_MINOR_UNITS = 10n ** 15n;
const MAX_DIGITS = MAX_MINOR_UNITS.toString().length;

/** One spelling per digit string; the zeros with a sign are caught beside it. */
const CANONICAL_DECIMAL = /^(-?)(0|[1-9][0-9]*)(?:\.([0-9]+))?$/;

export function isCanonicalDecimal(text: string): boolean {
  return CANONICAL_DECIMAL.test(text) && !/^-[0.]*$/.test(text);
}

/** True for active codes only, upper case. */
export function isCurrency(code: string): boolean {
  return ACTIVE_CURRENCIES.has(code);
}

/** Decimals of a currency, 0 to 4. Retired codes have theirs too, or old rows could not be shown. */
export function exponentOf(currency: string): number {
  const exponent = ACTIVE_CURRENCIES.get(currency) ?? RETIRED_CURRENCIES.get(currency);
  assert(exponent !== undefined, 'the currency is an ISO 4217 code');
  return exponent;
}

/** Never rounds: more decimals than the currency has are AMOUNT_SCALE, `1.000` EUR too. */
export function parseDecimal(text: string, currency: string): ParsedDecimal {
  const exponent = exponentOf(currency);
  const match = CANONICAL_DECIMAL.exec(text);
  if (!match || !isCanonicalDecimal(text)) return { ok: false, code: 'BAD_DECIMAL' };
  const [, sign = '', whole = '', fraction = ''] = match;
  if (fraction.length > exponent) return { ok: false, code: 'AMOUNT_SCALE' };
  // The length first: making a BigInt of a hundred thousand digits is slow.
  if (whole.length > MAX_DIGITS) return { ok: false, code: 'AMOUNT_RANGE' };
  const magnitude = BigInt(whole + fraction.padEnd(exponent, '0'));
  if (magnitude > MAX_MINOR_UNITS) return { ok: false, code: 'AMOUNT_RANGE' };
  return { ok: true, minorUnits: sign === '' ? magnitude : -magnitude };
}

/** Always the currency's full scale: `129.00` EUR, `500` JPY, `1.234` KWD. */
export function formatDecimal(minorUnits: bigint, currency: string): string {
  const exponent = exponentOf(currency);
  const sign = minorUnits < 0n ? '-' : '';
  const digits = (minorUnits < 0n ? -minorUnits : minorUnits)
    .toString()
    .padStart(exponent + 1, '0');
  if (exponent === 0) return sign + digits;
  return `${sign}${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
}

/** An amount of any sign, as facts have them. `field` is the path of the money input. */
export function anyAmount(input: MoneyInput, field: readonly string[]): Money {
  const at = [...field, 'amount'];
  if (!isCurrency(input.currencyCode)) {
    refuse('GUARD_FAILED', 'The currency is not an active ISO 4217 code.', {
      field: [...field, 'currencyCode'],
    });
  }
  const parsed = parseDecimal(input.amount, input.currencyCode);
  if (parsed.ok) return { minorUnits: parsed.minorUnits, currency: input.currencyCode };
  switch (parsed.code) {
    case 'BAD_DECIMAL':
      return refuse('GUARD_FAILED', 'The amount is not a canonical decimal.', { field: at });
    case 'AMOUNT_SCALE':
      return refuse('AMOUNT_SCALE', scaleMessage(input.currencyCode), { field: at });
    case 'AMOUNT_RANGE':
      return refuse('AMOUNT_RANGE', 'The amount exceeds 10^15 minor units.', { field: at });
  }
}

/** The amount of a command: above zero. `field` is the path of the money input. */
export function positiveAmount(input: MoneyInput, field: readonly string[]): Money {
  const money = anyAmount(input, field);
  if (money.minorUnits <= 0n) {
    refuse('AMOUNT_RANGE', 'The amount must be above zero.', { field: [...field, 'amount'] });
  }
  return money;
}

/** `field` is the path of the money input that was compared. */
export function sameCurrency(
  a: Pick<Money, 'currency'>,
  b: Pick<Money, 'currency'>,
  field: readonly string[],
): void {
  if (a.currency === b.currency) return;
  refuse('CURRENCY_MISMATCH', 'The currencies differ.', { field: [...field, 'currencyCode'] });
}

export function sum(amounts: Iterable<bigint>): bigint {
  let total = 0n;
  for (const amount of amounts) total += amount;
  return total;
}

/** One total per currency, in code order. Nothing here adds two currencies. */
export function totalsByCurrency(amounts: Iterable<Money>): Money[] {
  const totals = new Map<string, bigint>();
  for (const { minorUnits, currency } of amounts) {
    totals.set(currency, (totals.get(currency) ?? 0n) + minorUnits);
  }
  return [...totals]
    .map(([currency, minorUnits]) => ({ minorUnits, currency }))
    .sort((a, b) => (a.currency < b.currency ? -1 : 1));
}

/**
 * Splits a total by ratio without losing a unit: largest remainder, ties to the earlier part.
 * Weights of zero only share equally; a negative total mirrors the positive one.
 */
export function distribute(total: bigint, weights: readonly bigint[]): bigint[] {
  assert(weights.length > 0 || total === 0n, 'something is shared among somebody');
  assert(
    weights.every((weight) => weight >= 0n),
    'no weight is negative',
  );
  if (total < 0n) return distribute(-total, weights).map((part) => -part);
  const weightSum = sum(weights);
  if (weightSum === 0n && weights.length > 0) {
    return distribute(
      total,
      weights.map(() => 1n),
    );
  }
  const parts = weights.map((weight, index) => ({
    index,
    share: (total * weight) / weightSum,
    remainder: (total * weight) % weightSum,
  }));
  let left = total - sum(parts.map((part) => part.share));
  for (const part of [...parts].sort(byRemainder)) {
    if (left === 0n) break;
    part.share += 1n;
    left -= 1n;
  }
  assert(left === 0n, 'fewer units remain than there are parts');
  return parts.map((part) => part.share);
}

interface Part {
  readonly index: number;
  readonly remainder: bigint;
}

function byRemainder(a: Part, b: Part): number {
  if (a.remainder === b.remainder) return a.index - b.index;
  return a.remainder > b.remainder ? -1 : 1;
}

function scaleMessage(currency: string): string {
  return `The currency has ${exponentOf(currency)} decimals, the amount has more.`;
}
