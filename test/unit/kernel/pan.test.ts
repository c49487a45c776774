import fc from 'fast-check';
import { findPans, refusePan } from '../../../src/kernel/pan';
import { Refused } from '../../../src/kernel/refusal';

/** Published test numbers of the networks. */
const CARDS = [
  ['Visa', '4111111111111111'],
  ['Visa of thirteen digits', '4222222222222'],
  ['Visa of Stripe', '4242424242424242'],
  ['Visa of nineteen digits', '4000000000000000006'],
  ['Mastercard', '5555555555554444'],
  ['Mastercard of the second series', '2223003122003222'],
  ['American Express', '378282246310005'],
  ['American Express 34', '343434343434343'],
  ['Discover', '6011111111111117'],
  ['Diners Club', '30569309025904'],
  ['JCB', '3530111333300000'],
  ['UnionPay', '6200000000000005'],
  ['Maestro', '6759649826438453'],
  ['Elo', '6362970000457013'],
  ['Hipercard', '6062826786276634'],
  ['Mir', '2200770239097761'],
] as const;

const groupsOf = (size: number, separator: string) => (pan: string) =>
  (pan.match(new RegExp(`.{1,${size}}`, 'g')) ?? []).join(separator);
const digitsFrom = (zero: number) => (pan: string) =>
  pan.replace(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit)));

const DISGUISES: [string, (pan: string) => string][] = [
  ['as it is', (pan) => pan],
  ['in groups of four', groupsOf(4, ' ')],
  ['with dashes', groupsOf(4, '-')],
  ['with dots', groupsOf(4, '.')],
  ['with no-break spaces', groupsOf(4, '\u00a0')],
  ['with thin spaces', groupsOf(4, '\u2009')],
  ['with zero-width spaces', groupsOf(1, '\u200b')],
  ['with zero-width joiners', groupsOf(4, '\u200d')],
  ['with soft hyphens', groupsOf(4, '\u00ad')],
  ['with byte order marks', groupsOf(3, '\ufeff')],
  ['with en dashes', groupsOf(4, ' – ')],
  ['with minus signs', groupsOf(4, '\u2212')],
  ['with full-width dots', groupsOf(4, '\uff0e')],
  ['digit by digit', groupsOf(1, ' ')],
  ['over two lines', groupsOf(10, '\r\n')],
  ['in full-width digits', digitsFrom(0xff10)],
  ['in Arabic-Indic digits', digitsFrom(0x0660)],
  ['in Persian digits', digitsFrom(0x06f0)],
  ['in Devanagari digits', digitsFrom(0x0966)],
  ['in mathematical digits', digitsFrom(0x1d7ce)],
  ['in keycaps', groupsOf(1, '\ufe0f\u20e3')],
  ['between words', (pan) => `card ${pan}, please`],
  ['with the date behind', (pan) => `${pan} 12/29 123`],
  ['with a number before', (pan) => `12 ${pan}`],
  ['as a JSON value', (pan) => `{"note":"${pan}"}`],
  ['as a JSON number', (pan) => `{"card":${pan}}`],
  ['after a word', (pan) => `PAN${pan}`],
];

describe.each(CARDS)('a %s number', (_network, pan) => {
  test.each(DISGUISES)('%s is found', (_case, disguise) => {
    expect(findPans(disguise(pan))).toHaveLength(1);
  });
});

test.each([
  ['a card number with a wrong check digit', '4111111111111112'],
  ['twelve digits', '411111111111'],
  ['twenty digits', '41111111111111111111'],
  ['a Visa of fourteen digits, which is none', '40000000000002'],
  ['an American Express of sixteen digits, which is none', '3411111111111110'],
  ['a Luhn number no issuer begins with', '1234567812345670'],
  ['a Luhn number below the second series', '2220990000000002'],
  ['a Luhn number above the second series', '2721000000000004'],
  ['digits cut by letters', '4111a1111b1111c1111'],
  ['digits cut by commas', '4111,1111,1111,1111'],
  ['a masked card', '411111******1111'],
  ['a UUID of a card’s digits', '41111111-1111-4111-8111-111111111111'],
  ['an upper-case UUID', '41111111-1111-4111-8111-11111111111A'],
  ['an id of ours', 'pay_41111111-1111-7111-8111-111111111111'],
  ['a payment intent', 'pi_4111111111111111'],
  ['a charge', 'ch_3PR4111111111111111'],
  ['an event', 'evt_4111111111111111'],
  ['a checkout session', 'cs_test_4111111111111111'],
  ['a provider’s payment number', '86439942806'],
  ['a provider’s chargeback number', '234000062890459000'],
  ['milliseconds since 1970', '1779561672000'],
  ['microseconds since 1970', '1779561672000000'],
  ['an instant', '2026-05-23T18:41:12.000Z'],
  ['a compact instant', '20260523184112'],
  ['an amount', '129.00 EUR of 10000000000000.00'],
  ['nothing', ''],
])('%s is no card number', (_case, text) => {
  expect(findPans(text)).toEqual([]);
});

test.each([
  ['pi_3PRabcdefgh 4111111111111111', 1],
  ['41111111-1111-4111-8111-111111111111 4111 1111 1111 1111', 1],
  ['4111 1111 1111 1111 pay_01972f6e-5f00-7abc-8def-0123456789ab', 1],
  ['pi 4111111111111111', 1],
  ['card_4111111111111111', 1],
  ['4111111111111111, 5555555555554444', 2],
])('a reference beside it hides no card: %s', (text, count) => {
  expect(findPans(text)).toHaveLength(count);
});

test('a structured field with a card number is refused by name, never by value', () => {
  const refuse = () => refusePan('ref 4111 1111 1111 1111', ['payment', 'note'], 'REJECT');

  expect(refuse).toThrow(Refused);
  try {
    refuse();
  } catch (error) {
    expect((error as Refused).refusal).toEqual({
      code: 'PAN_DETECTED',
      message: 'The field holds what looks like a card number.',
      field: ['payment', 'note'],
    });
  }
});

test.each([
  ['no card', 'called the customer', 'called the customer'],
  ['a card', 'card 4111111111111111.', 'card ****1111.'],
  ['a card in groups', 'card 3782 822463 10005!', 'card ****0005!'],
  ['two cards', '4111111111111111, 5555-5555-5555-4444', '****1111, ****4444'],
  ['full-width digits', 'nr ４１１１１１１１１１１１１１１１ ok', 'nr ****1111 ok'],
  ['text beyond the first plane around it', '😀 4242424242424242 😀', '😀 ****4242 😀'],
  ['a reference beside it', 'pi_3PRabcdefgh: 4242424242424242', 'pi_3PRabcdefgh: ****4242'],
])('free text with %s keeps four digits of it', (_case, text, redacted) => {
  expect(refusePan(text, ['note'], 'REDACT')).toBe(redacted);
});

test('cards that overlap go as one, so that no part of either is left', () => {
  const text = 'x 4111 1111 5105 9626 8181 8278 y';

  expect(findPans(text)).toEqual([{ start: 2, end: 31, lastFour: '8278' }]);
  expect(refusePan(text, ['note'], 'REDACT')).toBe('x ****8278 y');
});

test('a card within a longer one does not shorten it', () => {
  expect(refusePan('x 4 4222222222222 12346 y', ['note'], 'REDACT')).toBe('x ****2346 y');
});

test('no card is left that stands by itself, and text without one is untouched', () => {
  const pieces = fc.array(
    fc.oneof(
      fc.constantFrom(...CARDS.map(([, pan]) => pan)),
      fc.constantFrom(' ', '-', '. ', '\u200b', 'x', ', ', '٣'),
      fc.string({ unit: fc.constantFrom('0', '4', '5', '9', ' ', 'a'), maxLength: 20 }),
    ),
    { maxLength: 12 },
  );

  fc.assert(
    fc.property(pieces, (parts) => {
      const text = parts.join('');
      const redacted = refusePan(text, ['note'], 'REDACT');

      // Not `findPans(redacted)`: the last fours of neighbours can by chance make a new candidate.
      for (const [, pan] of CARDS) {
        expect(redacted).not.toMatch(new RegExp(`(?<!\\p{Nd})${pan}(?!\\p{Nd})`, 'u'));
      }
      if (findPans(text).length === 0) expect(redacted).toBe(text);
    }),
  );
});

test('every UUID is left alone', () => {
  fc.assert(
    fc.property(fc.uuid(), (uuid) => {
      expect(findPans(`${uuid} pay_${uuid}`)).toEqual([]);
    }),
  );
});
