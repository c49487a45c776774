import { Refused, type Refusal } from '../../../src/kernel/refusal';
import {
  boundedText,
  idempotencyKey,
  MAX_REASON,
  reference,
  requireReason,
} from '../../../src/kernel/text';

function refusalOf(run: () => unknown): Pick<Refusal, 'code' | 'field'> | null {
  try {
    run();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const { code, field } = error.refusal;
    return { code, ...(field && { field }) };
  }
  return null;
}

describe('a reason', () => {
  test.each([
    ['one letter', 'x'],
    ['one digit', '7'],
    ['words in another script', 'возврат 返金'],
    ['words with an emoji', 'refunded 👍'],
    ['lines', 'first\n\tsecond\r\n'],
    ['the limit', 'a'.repeat(MAX_REASON)],
    ['the limit in characters outside the first plane', '𝒶'.repeat(MAX_REASON)],
  ])('of %s is kept as it is', (_case, text) => {
    expect(requireReason(text, ['reason'])).toBe(text);
  });

  test.each([
    ['absent', undefined],
    ['null', null],
    ['empty', ''],
    ['blank', '   \t\r\n'],
    ['no-break spaces', '\u00a0\u202f\u3000'],
    ['zero-width characters', '\u200b\u200c\u200d\u2060\ufeff'],
    ['control characters', '\u0000\u0007\u001b'],
    ['an emoji', '👍'],
    ['an emoji with skin tone', '👍🏽'],
    ['emoji joined by ZWJ', '👩‍👩‍👧 ❤️'],
    ['a flag', '🇧🇷'],
    ['a keycap', '1️⃣'],
    ['fillers that show nothing', '\u3164\u115f\u2800'],
    ['a soft hyphen and a lone mark', '\u00ad\u0301'],
  ])('that is %s is required', (_case, text) => {
    expect(refusalOf(() => requireReason(text, ['reason']))).toEqual({
      code: 'REASON_REQUIRED',
      field: ['reason'],
    });
  });

  test('of 10,001 characters is too long', () => {
    expect(refusalOf(() => requireReason('a'.repeat(10_001), ['reason']))).toEqual({
      code: 'TOO_LONG',
      field: ['reason'],
    });
  });
});

describe('free text', () => {
  test.each([
    ['nothing', ''],
    ['the limit', 'abcde'],
    ['the limit in surrogate pairs', '😀😀😀😀😀'],
    ['right-to-left words with their marks', '\u200fא\u200e'],
  ])('of %s is kept as it is', (_case, text) => {
    expect(boundedText(text, ['note'], 5)).toBe(text);
  });

  test.each([
    ['one more than the limit', 'abcdef', 'TOO_LONG'],
    ['one more surrogate pair than the limit', '😀😀😀😀😀😀', 'TOO_LONG'],
    ['far more than the limit', 'a'.repeat(100_000), 'TOO_LONG'],
    ['NUL', 'a\u0000', 'GUARD_FAILED'],
    ['escape', '\u001b[31', 'GUARD_FAILED'],
    ['delete', 'a\u007f', 'GUARD_FAILED'],
    ['a C1 control', 'a\u0085', 'GUARD_FAILED'],
    ['a vertical tab', 'a\u000b', 'GUARD_FAILED'],
    ['a high surrogate alone', 'a\ud800', 'GUARD_FAILED'],
    ['a low surrogate alone', '\udc00a', 'GUARD_FAILED'],
    ['a bidi override', '\u202eabc', 'GUARD_FAILED'],
    ['a bidi embedding', '\u202aabc', 'GUARD_FAILED'],
    ['a bidi isolate', '\u2066abc', 'GUARD_FAILED'],
  ])('with %s is refused', (_case, text, code) => {
    expect(refusalOf(() => boundedText(text, ['note'], 5))).toEqual({ code, field: ['note'] });
  });
});

describe('a reference', () => {
  test.each([
    ['one character', 'a'],
    ['191 characters', 'a'.repeat(191)],
    ['every printable sign', '!"#$%&()*+,-./:;<=>?@[]^_`{|}~'],
    ['a marketplace order code', 'SLR-1305371231234-01'],
    ['a chargeback of eighteen digits', '234000062890459000'],
    ['a payment intent', 'pi_3PRaB2eZvKYlo2C1lQ4'],
  ])('may be %s', (_case, text) => {
    expect(reference(text, ['providerReference'])).toBe(text);
  });

  test.each([
    ['empty', '', 'GUARD_FAILED'],
    ['192 characters', 'a'.repeat(192), 'GUARD_FAILED'],
    ['with a space', 'a b', 'GUARD_FAILED'],
    ['with a tab', 'a\tb', 'GUARD_FAILED'],
    ['with a line end', 'ab\n', 'GUARD_FAILED'],
    ['with delete', 'a\u007f', 'GUARD_FAILED'],
    ['with a letter beyond ASCII', 'é', 'GUARD_FAILED'],
    ['with NUL', 'a\u0000', 'GUARD_FAILED'],
    ['a card number', '4111111111111111', 'PAN_DETECTED'],
    ['a card number in a code', 'ord-4111-1111-1111-1111', 'PAN_DETECTED'],
  ])('is refused when %s', (_case, text, code) => {
    expect(refusalOf(() => reference(text, ['code']))).toEqual({ code, field: ['code'] });
  });

  test('of a configured shape is never taken for a card number', () => {
    const shape = /^[0-9]{13}-[0-9]{2}$/;

    expect(refusalOf(() => reference('5018000000000-07', ['code']))?.code).toBe('PAN_DETECTED');
    expect(reference('5018000000000-07', ['code'], shape)).toBe('5018000000000-07');
    expect(refusalOf(() => reference('4111111111111111', ['code'], shape))?.code).toBe(
      'PAN_DETECTED',
    );
  });
});

describe('an idempotency key', () => {
  test.each([
    ['16 characters', '!23456789abcdef~'],
    ['128 characters', 'k'.repeat(128)],
    ['a UUID', '01972f6e-5f00-7abc-8def-0123456789ab'],
    ['a UUID that holds the digits of a card', '41111111-1111-4111-8111-111111111111'],
  ])('may be %s', (_case, key) => {
    expect(idempotencyKey(key)).toBe(key);
  });

  test.each([
    ['empty', '', 'IDEMPOTENCY_KEY_INVALID'],
    ['15 characters', 'k'.repeat(15), 'IDEMPOTENCY_KEY_INVALID'],
    ['129 characters', 'k'.repeat(129), 'IDEMPOTENCY_KEY_INVALID'],
    ['with a space', 'key of a request 1', 'IDEMPOTENCY_KEY_INVALID'],
    ['not ASCII', 'schlüssel-0000001', 'IDEMPOTENCY_KEY_INVALID'],
    ['with a line end', `${'k'.repeat(16)}\n`, 'IDEMPOTENCY_KEY_INVALID'],
    ['a card number', 'refund-4111111111111111', 'PAN_DETECTED'],
  ])('is refused when %s', (_case, key, code) => {
    expect(refusalOf(() => idempotencyKey(key))).toEqual({
      code,
      field: ['control', 'idempotencyKey'],
    });
  });
});
