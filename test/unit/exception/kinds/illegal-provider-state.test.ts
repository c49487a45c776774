import { type PaymentFact } from '../../../../src/payment/payment-fact.entity';
import { type Payment } from '../../../../src/payment/payment.entity';
import { DAY, KindCase, MINUTE } from '../../../support/kind-case';

// E22, judged over the set of facts: the order in which they arrive is shuffled where it could matter.

const KIND = 'ILLEGAL_PROVIDER_STATE';
type Word = NonNullable<PaymentFact['reported']>;

function told(...words: readonly Word[]): { one: KindCase; payment: Payment } {
  const one = new KindCase();
  one.order();
  const payment = one.payment();
  words.forEach((word, index) => {
    one.word(payment, word, index * MINUTE);
  });
  return { one, payment };
}

test.each<readonly Word[]>([
  ['CREATED', 'PENDING', 'IN_PROCESS', 'PENDING', 'AUTHORIZED', 'CAPTURED'],
  ['PENDING', 'REJECTED', 'PENDING', 'CAPTURED'],
  ['REJECTED', 'AUTHORIZED'],
  ['AUTHORIZED', 'VOIDED'],
  ['AUTHORIZED', 'EXPIRED', 'AUTHORIZED'],
  ['PENDING', 'CANCELLED'],
  ['PENDING', 'VACATED'],
  ['CAPTURED', 'PARTIALLY_REFUNDED', 'REFUNDED'],
  ['CAPTURED', 'DISPUTED', 'CAPTURED', 'DISPUTED', 'CHARGED_BACK'],
  ['PENDING', 'REFUNDED'],
])('%j … is a way a payment may go', (...words) => {
  expect(told(...words).one.find(KIND)).toEqual([]);
});

test.each<readonly Word[]>([
  ['AUTHORIZED', 'PENDING'],
  ['AUTHORIZED', 'REJECTED'],
  ['CAPTURED', 'PENDING'],
  ['CAPTURED', 'AUTHORIZED'],
  ['CAPTURED', 'CANCELLED'],
  ['CAPTURED', 'EXPIRED'],
  ['REFUNDED', 'VOIDED'],
  ['VOIDED', 'CAPTURED'],
  ['CANCELLED', 'AUTHORIZED'],
  ['EXPIRED', 'CAPTURED'],
  ['VACATED', 'PENDING'],
  ['VACATED', 'CAPTURED'],
])('%j after which %j is illegal', (...words) => {
  const { one, payment } = told(...words);

  expect(one.subjects(KIND)).toEqual([payment.id]);
});

test('an event that is merely late stands where it belongs', () => {
  const { one, payment } = told();
  one.word(payment, 'CAPTURED', 2 * MINUTE);
  one.word(payment, 'AUTHORIZED', MINUTE);
  one.word(payment, 'PENDING', 0);

  expect(one.find(KIND)).toEqual([]);
});

test('a snapshot that agrees settles it; the same word again does not', () => {
  const { one, payment } = told('CAPTURED', 'PENDING');
  one.word(payment, 'CAPTURED', 2 * MINUTE);
  expect(one.subjects(KIND)).toEqual([payment.id]);
  one.snapshot(payment, 'CAPTURED', 3 * MINUTE, { capturedMinor: 12900n });
  expect(one.find(KIND)).toEqual([]);
  expect(one.resolves(KIND, payment.id)).toBe(true);
});

test('facts that are no contradiction leave the cause as it is; another illegal step changes it', () => {
  const { one, payment } = told('CAPTURED', 'PENDING');
  const [first] = one.find(KIND);
  one.transaction(payment, 'REFUND', { requestedMinor: 1n, processedMinor: 1n }, 5 * MINUTE);
  expect(one.find(KIND)[0]?.cause).toEqual(first?.cause);
  one.word(payment, 'VOIDED', 6 * MINUTE);
  expect(one.find(KIND)[0]?.cause).not.toEqual(first?.cause);
});

test('a word nobody knows', () => {
  const { one, payment } = told('AUTHORIZED', 'UNKNOWN_NATIVE');

  expect(one.subjects(KIND)).toEqual([payment.id]);
  one.snapshot(payment, 'AUTHORIZED', 5 * MINUTE, { authorizedMinor: 12900n });
  expect(one.find(KIND)).toEqual([]);
});

test.each(['PENDING', 'IN_PROCESS'] as const)('%s in binary mode', (word) => {
  const { one, payment } = told(word);
  expect(one.find(KIND)).toEqual([]);
  payment.binaryMode = true;
  expect(one.subjects(KIND)).toEqual([payment.id]);
});

test('pending for a month, counted without a break', () => {
  const { one, payment } = told('PENDING', 'IN_PROCESS');
  expect(one.subjects(KIND, 30 * DAY - 1)).toEqual([]);
  expect(one.subjects(KIND, 30 * DAY)).toEqual([payment.id]);
  expect(one.due(KIND)).toEqual([30 * DAY]);

  const again = told('PENDING', 'REJECTED', 'PENDING');
  expect(again.one.subjects(KIND, 30 * DAY)).toEqual([]);
  expect(again.one.due(KIND)).toEqual([30 * DAY + 2 * MINUTE]);
});

test.each(['CAPTURE', 'VOID', 'AUTH_ADJUST'] as const)(
  'a %s the provider took and did not answer for a day',
  (type) => {
    const { one, payment } = told();
    one.transaction(payment, 'AUTHORIZE');
    one.transaction(payment, type, { result: 'PENDING', providerRequestKey: 'r1' }, MINUTE);
    expect(one.subjects(KIND, MINUTE + DAY - 1)).toEqual([]);
    expect(one.subjects(KIND, MINUTE + DAY)).toEqual([payment.id]);
    expect(one.due(KIND)).toEqual([MINUTE + DAY]);
    one.transaction(payment, type, { result: 'FAILED', providerRequestKey: 'r1' }, 2 * DAY);
    expect(one.subjects(KIND, 2 * DAY)).toEqual([]);
  },
);

test('a capture that a fulfillment waits for shows there; one that is cancelled waits for nothing', () => {
  const { one, payment } = told();
  one.transaction(payment, 'AUTHORIZE');
  const part = one.fulfillment({ status: 'CAPTURING_PAYMENT' });
  const capture = { result: 'PENDING', providerRequestKey: 'r1', fulfillmentId: part.id } as const;
  one.transaction(payment, 'CAPTURE', capture);
  expect(one.subjects(KIND, DAY)).toEqual([]);
  part.status = 'CANCELLED';
  expect(one.subjects(KIND, DAY)).toEqual([payment.id]);
});

test('a capture after all of it was released; not after a part of it was', () => {
  const part = told();
  part.one.transaction(part.payment, 'AUTHORIZE');
  part.one.transaction(part.payment, 'VOID', { processedMinor: 100n }, 1);
  part.one.transaction(part.payment, 'CAPTURE', { processedMinor: 12800n }, 2);
  expect(part.one.find(KIND)).toEqual([]);

  const whole = told();
  whole.one.transaction(whole.payment, 'AUTHORIZE');
  whole.one.transaction(whole.payment, 'VOID', {}, 1);
  whole.one.transaction(whole.payment, 'CAPTURE', {}, 2);
  expect(whole.one.subjects(KIND)).toEqual([whole.payment.id]);
});

test('an authorization of our own after a release begins anew', () => {
  const { one, payment } = told();
  one.transaction(payment, 'AUTHORIZE');
  one.transaction(payment, 'VOID', {}, 1);
  one.transaction(payment, 'AUTHORIZE', { result: null, providerRequestKey: 'again' }, 2);
  one.transaction(payment, 'AUTHORIZE', { providerRequestKey: 'again' }, 3);

  expect(one.find(KIND)).toEqual([]);
});

test('a capture that was taken back leaves the money reserved', () => {
  const { one, payment } = told();
  one.transaction(payment, 'CAPTURE', { gatewayTransactionId: 'cap' });
  one.transaction(payment, 'CAPTURE_REVERSAL', { parentKey: 'cap' }, 1);
  one.word(payment, 'AUTHORIZED', 2);

  expect(one.find(KIND)).toEqual([]);
});

test('a reversal of what nobody told of, until that arrives', () => {
  const { one, payment } = told('CAPTURED');
  one.transaction(payment, 'REFUND_REVERSAL', { parentKey: 'ref' }, 2 * MINUTE);
  expect(one.subjects(KIND)).toEqual([payment.id]);
  one.transaction(payment, 'REFUND', { gatewayTransactionId: 'ref' }, MINUTE);
  expect(one.find(KIND)).toEqual([]);
});
