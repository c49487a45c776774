import { refuse } from './refusal';

/** REJECT for structured fields, REDACT (to the last four digits) for free text. */
export type PanPolicy = 'REJECT' | 'REDACT';

/** Where a card number stands in a text: UTF-16 offsets, end exclusive. */
export interface PanSpan {
  readonly start: number;
  readonly end: number;
  readonly lastFour: string;
}

/** First four digits, from and to, and the lengths cards are issued in there. */
const ISSUERS: readonly (readonly [from: number, to: number, lengths: readonly number[]])[] = [
  [2200, 2205, [16, 17, 18, 19]], // Mir, Borica
  [2221, 2720, [16]], // Mastercard
  [3000, 3059, [14, 16, 17, 18, 19]], // Diners Club
  [3095, 3095, [14, 16, 17, 18, 19]], // Diners Club
  [3400, 3499, [15]], // American Express
  [3528, 3589, [16, 17, 18, 19]], // JCB, RuPay
  [3600, 3699, [14, 16, 17, 18, 19]], // Diners Club
  [3700, 3799, [15]], // American Express
  [3800, 3999, [14, 16, 17, 18, 19]], // Diners Club, Hipercard
  [4000, 4999, [13, 16, 19]], // Visa
  [5000, 5099, [13, 14, 15, 16, 17, 18, 19]], // Maestro, Elo, Verve, Aura
  [5100, 5599, [16]], // Mastercard
  [5600, 5899, [13, 14, 15, 16, 17, 18, 19]], // Maestro, Naranja, Cabal
  [6000, 6099, [16, 17, 18, 19]], // Discover, RuPay, Hipercard, Cabal
  [6200, 6299, [16, 17, 18, 19]], // UnionPay, Discover, Elo
  [6300, 6399, [13, 14, 15, 16, 17, 18, 19]], // Maestro, Elo, Hiper
  [6440, 6599, [16, 17, 18, 19]], // Discover, Elo, RuPay, Troy
  [6700, 6799, [13, 14, 15, 16, 17, 18, 19]], // Maestro
  [8100, 8299, [16, 17, 18, 19]], // UnionPay, RuPay
  [8600, 8600, [16]], // Uzcard
  [9792, 9792, [16]], // Troy
  [9860, 9860, [16]], // Humo
];
const MIN_DIGITS = 13;
const MAX_DIGITS = 19;

/** References whose shape says what they are; half of them would otherwise fail now and then. */
const STRUCTURED = [
  // UUIDs, alone or in an id of ours.
  /(?<![0-9a-z])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9a-z])/gi,
  // Stripe; not its card_, behind which people write numbers.
  /(?<![0-9a-z])(?:acct|ch|cs|cus|dp|du|evt|in|pi|pm|po|py|pyr|re|req|seti|si|src|sub|tok|tr|txn)_(?:live_|test_)?[0-9a-z]{8,}/gi,
];

/** Spaces, line ends, dashes and dots of any script; what has no width; marks on top of a digit. */
const SEPARATOR = /^[\p{Z}\p{Pd}\p{Cf}\p{M}\t\n\v\f\r.\u00b7\u2022\u2027\u2212\u30fb]+$/u;
const DECIMAL_DIGIT = /^\p{Nd}$/u;

/**
 * The text, without its card numbers when the policy says so; else PAN_DETECTED, naming the field.
 * A card number: 13 to 19 digits of any script, separators ignored, that pass Luhn and begin as
 * cards of that length do. Structured references are never taken for one.
 */
export function refusePan(text: string, field: readonly string[], policy: PanPolicy): string {
  const spans = findPans(text);
  if (spans.length > 0 && policy === 'REJECT') {
    refuse('PAN_DETECTED', 'The field holds what looks like a card number.', { field });
  }
  let redacted = '';
  let at = 0;
  for (const { start, end, lastFour } of spans) {
    redacted += `${text.slice(at, start)}****${lastFour}`;
    at = end;
  }
  return redacted + text.slice(at);
}

/** In text order. Overlapping candidates are one span: leaving a part of one could show a card. */
export function findPans(text: string): PanSpan[] {
  const spans: PanSpan[] = [];
  for (const run of digitRuns(text)) {
    for (const [first, group] of run.entries()) {
      const found = longestCardFrom(run, first);
      if (!found) continue;
      const previous = spans.at(-1);
      const overlaps = previous !== undefined && previous.end > group.start;
      if (overlaps && previous.end >= found.end) continue;
      if (overlaps) spans.pop();
      spans.push({ start: overlaps ? previous.start : group.start, ...found });
    }
  }
  return spans;
}

/** Digits that stand together: a card begins and ends where a group does. */
interface DigitGroup {
  readonly start: number;
  end: number;
  digits: string;
}

function longestCardFrom(run: readonly DigitGroup[], first: number): Omit<PanSpan, 'start'> | null {
  let digits = '';
  let found: Omit<PanSpan, 'start'> | null = null;
  for (let index = first; index < run.length; index += 1) {
    const group = run[index];
    if (group === undefined || digits.length + group.digits.length > MAX_DIGITS) break;
    digits += group.digits;
    if (isCardNumber(digits)) found = { end: group.end, lastFour: digits.slice(-4) };
  }
  return found;
}

function isCardNumber(digits: string): boolean {
  if (digits.length < MIN_DIGITS) return false;
  const prefix = Number(digits.slice(0, 4));
  const issued = ISSUERS.some(
    ([from, to, lengths]) => from <= prefix && prefix <= to && lengths.includes(digits.length),
  );
  return issued && passesLuhn(digits);
}

function passesLuhn(digits: string): boolean {
  let total = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = Number(digits[digits.length - 1 - index]);
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    total += doubled > 9 ? doubled - 9 : doubled;
  }
  return total % 10 === 0;
}

/** Runs of digit groups with nothing but separators between; a structured reference ends a run. */
function digitRuns(text: string): DigitGroup[][] {
  const runs: DigitGroup[][] = [];
  let run: DigitGroup[] = [];
  let open: DigitGroup | null = null;
  let start = 0;
  for (const character of hideStructured(text)) {
    const end = start + character.length;
    const digits = asDigits(character);
    if (digits !== '' && open) {
      open.digits += digits;
      open.end = end;
    } else if (digits !== '') {
      open = { start, end, digits };
      run.push(open);
    } else {
      open = null;
      if (run.length > 0 && !isSeparator(character)) {
        runs.push(run);
        run = [];
      }
    }
    start = end;
  }
  return [...runs, run];
}

/** The same length, so that offsets stay those of the text. */
function hideStructured(text: string): string {
  return STRUCTURED.reduce(
    (hidden, shape) => hidden.replace(shape, (match) => 'x'.repeat(match.length)),
    text,
  );
}

/** ASCII digits of a character: of full-width, circled and Arabic-Indic ones too; else empty. */
function asDigits(character: string): string {
  if (character <= '\u007f') return character >= '0' && character <= '9' ? character : '';
  const digits = Array.from(character.normalize('NFKC'), asDigit);
  return digits.includes('') ? '' : digits.join('');
}

function asDigit(character: string): string {
  if (!DECIMAL_DIGIT.test(character)) return '';
  const code = character.codePointAt(0) ?? 0;
  // Unicode sets the ten digits of a script at ...0 or at ...6.
  const row = code - (code % 16);
  const zero = DECIMAL_DIGIT.test(String.fromCodePoint(row)) ? row : row + 6;
  return String(code - zero);
}

function isSeparator(character: string): boolean {
  return SEPARATOR.test(character) || SEPARATOR.test(character.normalize('NFKC'));
}
