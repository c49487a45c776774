import { DAY, HOUR, KindCase, MINUTE, at } from '../../../support/kind-case';

// Kinds whose subject is a payment: each predicate on both sides of its boundary.

const of = (minor: bigint) => ({ requestedMinor: minor, processedMinor: minor });

function placed() {
  const one = new KindCase();
  const order = one.order();
  const payment = one.payment();
  return { one, order, payment };
}

describe('REFUNDED_ORDER_LATER_CREATED', () => {
  test('refunded before the code is one, refunded after it is none', () => {
    const { one, order, payment } = placed();
    one.transaction(payment, 'SALE');
    one.transaction(payment, 'REFUND', {}, HOUR);
    expect(one.subjects('REFUNDED_ORDER_LATER_CREATED')).toEqual([]);

    order.codeAt = at(HOUR + 1);
    expect(one.subjects('REFUNDED_ORDER_LATER_CREATED')).toEqual([payment.id]);
    order.status = 'CANCELLED';
    expect(one.subjects('REFUNDED_ORDER_LATER_CREATED')).toEqual([]);
  });

  test('an order another payment covers is none', () => {
    const { one, order, payment } = placed();
    order.codeAt = at(2 * HOUR);
    one.transaction(payment, 'SALE');
    one.transaction(payment, 'REFUND', {}, HOUR);
    one.transaction(one.payment(), 'AUTHORIZE', {}, HOUR);

    expect(one.subjects('REFUNDED_ORDER_LATER_CREATED')).toEqual([]);
  });
});

describe('CAPTURED_AFTER_CANCELLATION', () => {
  test('money of a cancelled order is held for a day before it is one', () => {
    const { one, order, payment } = placed();
    one.transaction(payment, 'SALE');
    Object.assign(order, { status: 'CANCELLING', statusAt: at(HOUR) });

    expect(one.subjects('CAPTURED_AFTER_CANCELLATION', HOUR + DAY - 1)).toEqual([]);
    expect(one.subjects('CAPTURED_AFTER_CANCELLATION', HOUR + DAY)).toEqual([payment.id]);
    expect(one.due('CAPTURED_AFTER_CANCELLATION')).toEqual([HOUR + DAY]);
  });

  test('a refund under way holds it back, one that failed counts anew', () => {
    const { one, order, payment } = placed();
    one.transaction(payment, 'SALE');
    Object.assign(order, { status: 'CANCELLING', statusAt: at(0) });
    const refund = { providerRequestKey: 'r1' };
    one.transaction(payment, 'REFUND', { ...refund, result: null }, HOUR);
    expect(one.subjects('CAPTURED_AFTER_CANCELLATION', 3 * DAY)).toEqual([]);

    one.transaction(payment, 'REFUND', { ...refund, result: 'FAILED' }, 2 * HOUR);
    expect(one.subjects('CAPTURED_AFTER_CANCELLATION', HOUR + DAY - 1)).toEqual([]);
    expect(one.subjects('CAPTURED_AFTER_CANCELLATION', HOUR + DAY)).toEqual([payment.id]);
  });

  test('a capture after the cancellation is one at once, given back it is closed by somebody', () => {
    const { one, order, payment } = placed();
    one.transaction(payment, 'AUTHORIZE');
    Object.assign(order, { status: 'CANCELLING', statusAt: at(HOUR) });
    one.transaction(payment, 'CAPTURE', {}, HOUR + 1);
    expect(one.subjects('CAPTURED_AFTER_CANCELLATION', HOUR + 1)).toEqual([payment.id]);

    one.transaction(payment, 'REFUND', {}, 2 * HOUR);
    expect(one.subjects('CAPTURED_AFTER_CANCELLATION', 2 * HOUR)).toEqual([]);
    expect(one.resolves('CAPTURED_AFTER_CANCELLATION', payment.id)).toBe(false);
  });

  test('money of an order that is CANCELLED came later, whatever its time', () => {
    const { one, order, payment } = placed();
    one.transaction(payment, 'SALE');
    Object.assign(order, { status: 'CANCELLED', statusAt: at(HOUR) });

    expect(one.subjects('CAPTURED_AFTER_CANCELLATION', HOUR)).toEqual([payment.id]);
  });

  test('without an order, a capture after its refund began is one; a total told again is none', () => {
    const { one, order, payment } = placed();
    Object.assign(order, { code: null, status: 'CREATION_FAILED' });
    one.snapshot(payment, 'CAPTURED', 0, { capturedMinor: 12900n });
    one.transaction(payment, 'REFUND', { ...of(100n) }, HOUR);
    one.snapshot(payment, 'CAPTURED', 2 * HOUR, { capturedMinor: 12900n });
    expect(one.subjects('CAPTURED_AFTER_CANCELLATION', 2 * HOUR)).toEqual([]);

    one.transaction(payment, 'SALE', { ...of(13000n) }, 3 * HOUR);
    expect(one.subjects('CAPTURED_AFTER_CANCELLATION', 3 * HOUR)).toEqual([payment.id]);
  });
});

describe('DUPLICATE_CAPTURE', () => {
  test('more than was authorized', () => {
    const { one, payment } = placed();
    one.transaction(payment, 'AUTHORIZE', of(10000n));
    one.transaction(payment, 'CAPTURE', of(10000n), 1);
    expect(one.subjects('DUPLICATE_CAPTURE')).toEqual([]);
    one.transaction(payment, 'CAPTURE', of(1n), 2);
    expect(one.find('DUPLICATE_CAPTURE')).toMatchObject([
      { subjectId: payment.id, amountMinor: 1n },
    ]);
    one.transaction(payment, 'REFUND', of(1n), 3);
    expect(one.subjects('DUPLICATE_CAPTURE')).toEqual([]);
    expect(one.resolves('DUPLICATE_CAPTURE', payment.id)).toBe(false);
  });

  test('more than the order is to pay, over all its payments', () => {
    const { one, order, payment } = placed();
    const other = one.payment();
    one.transaction(payment, 'SALE', of(6000n));
    one.transaction(other, 'SALE', of(6900n), 1);
    expect(one.subjects('DUPLICATE_CAPTURE')).toEqual([]);
    order.cancelledMinor = 400n;
    expect(one.find('DUPLICATE_CAPTURE')).toMatchObject([
      { subjectId: other.id, amountMinor: 400n },
    ]);
  });

  test('two captures for one fulfillment beyond its total', () => {
    const { one, order, payment } = placed();
    order.totalMinor = 20000n;
    const part = one.fulfillment({ totalMinor: 5000n, status: 'PAYMENT_CAPTURED' });
    one.transaction(payment, 'AUTHORIZE', of(20000n));
    one.transaction(payment, 'CAPTURE', { ...of(3000n), fulfillmentId: part.id }, 1);
    one.transaction(payment, 'CAPTURE', { ...of(2000n), fulfillmentId: part.id }, 2);
    expect(one.subjects('DUPLICATE_CAPTURE')).toEqual([]);
    part.totalMinor = 4000n;
    expect(one.find('DUPLICATE_CAPTURE')).toMatchObject([{ amountMinor: 1000n }]);
    one.fulfillment({ totalMinor: 1000n, splitFromId: part.id });
    expect(one.subjects('DUPLICATE_CAPTURE')).toEqual([]);
  });

  test('without an order, the same amount by the same method within five minutes', () => {
    const later = (ms: number, minor = 12900n, method = 'card') => {
      const { one, order, payment } = placed();
      Object.assign(order, { code: null, status: 'CREATION_FAILED' });
      payment.method = 'card';
      one.transaction(payment, 'SALE');
      one.transaction(one.payment({ method }), 'SALE', of(minor), ms);
      return one.subjects('DUPLICATE_CAPTURE', ms).length;
    };

    expect(later(5 * MINUTE)).toBe(1);
    expect(later(5 * MINUTE + 1)).toBe(0);
    expect(later(MINUTE, 12800n)).toBe(0);
    expect(later(MINUTE, 12900n, 'voucher')).toBe(0);
  });
});

describe('PAYMENT_VACATED', () => {
  test('one the order waits for; not where another pays, nor for a cancelled order', () => {
    const { one, order, payment } = placed();
    one.word(payment, 'VACATED');
    expect(one.subjects('PAYMENT_VACATED')).toEqual([payment.id]);
    expect(one.resolves('PAYMENT_VACATED', payment.id)).toBe(false);

    one.transaction(one.payment(), 'AUTHORIZE', of(12899n), 1);
    expect(one.subjects('PAYMENT_VACATED')).toEqual([payment.id]);
    one.transaction(one.payment(), 'AUTHORIZE', of(1n), 1);
    expect(one.subjects('PAYMENT_VACATED')).toEqual([]);
    expect(one.resolves('PAYMENT_VACATED', payment.id)).toBe(true);

    one.draft.payments.splice(1);
    order.status = 'CANCELLED';
    expect(one.subjects('PAYMENT_VACATED')).toEqual([]);
  });
});

describe('AUTHORIZATION_EXPIRING', () => {
  const life = (ms: number) => ({ authorizationExpiresAt: at(ms) });

  test.each([
    ['a day before a long life ends', 7 * DAY, 6 * DAY],
    ['a quarter before a short one ends', 8 * HOUR, 6 * HOUR],
  ])('%s', (_name, ms, warnMs) => {
    const { one, payment } = placed();
    one.transaction(payment, 'AUTHORIZE', life(ms));

    expect(one.subjects('AUTHORIZATION_EXPIRING', warnMs - 1)).toEqual([]);
    expect(one.subjects('AUTHORIZATION_EXPIRING', warnMs)).toEqual([payment.id]);
    expect(one.due('AUTHORIZATION_EXPIRING')).toEqual([warnMs]);
  });

  test('captured, released, without a known end or of a finished order it is none', () => {
    const { one, order, payment } = placed();
    one.transaction(payment, 'AUTHORIZE', life(HOUR));
    for (const status of ['CANCELLED', 'CANCELLING', 'INVOICED', 'COMPLETED'] as const) {
      order.status = status;
      expect(one.subjects('AUTHORIZATION_EXPIRING', HOUR)).toEqual([]);
    }
    order.status = 'HANDLING';
    expect(one.subjects('AUTHORIZATION_EXPIRING', HOUR)).toEqual([payment.id]);
    one.transaction(payment, 'CAPTURE', {}, HOUR);
    expect(one.subjects('AUTHORIZATION_EXPIRING', HOUR)).toEqual([]);
  });

  test('expired with the order not covered; a new payment cures it', () => {
    const { one, payment } = placed();
    one.transaction(payment, 'AUTHORIZE', life(HOUR));
    const [warned] = one.find('AUTHORIZATION_EXPIRING', HOUR);
    one.word(payment, 'EXPIRED', HOUR);
    const [expired] = one.find('AUTHORIZATION_EXPIRING', HOUR);
    expect(expired?.cause).toEqual(warned?.cause);

    one.transaction(one.payment(), 'AUTHORIZE', {}, HOUR);
    expect(one.subjects('AUTHORIZATION_EXPIRING', HOUR)).toEqual([]);
  });
});

describe('CANCELLED_ORDER_AUTHORIZATION_OPEN', () => {
  test('money reserved for a cancelled order; asking for its release is enough', () => {
    const { one, order, payment } = placed();
    one.transaction(payment, 'AUTHORIZE');
    expect(one.subjects('CANCELLED_ORDER_AUTHORIZATION_OPEN')).toEqual([]);
    order.status = 'CANCELLING';
    expect(one.find('CANCELLED_ORDER_AUTHORIZATION_OPEN')).toMatchObject([
      { subjectId: payment.id, graceMs: 15 * MINUTE, amountMinor: 12900n },
    ]);

    one.transaction(payment, 'VOID', { result: null, providerRequestKey: 'v1' }, 1);
    expect(one.subjects('CANCELLED_ORDER_AUTHORIZATION_OPEN')).toEqual([]);
    one.transaction(payment, 'VOID', { result: 'FAILED', providerRequestKey: 'v1' }, 2);
    expect(one.subjects('CANCELLED_ORDER_AUTHORIZATION_OPEN')).toEqual([payment.id]);
  });

  test('a release under way is believed for a day', () => {
    const { one, order, payment } = placed();
    one.transaction(payment, 'AUTHORIZE');
    order.status = 'CANCELLING';
    one.transaction(payment, 'VOID', { result: 'PENDING', providerRequestKey: 'v1' }, HOUR);

    expect(one.subjects('CANCELLED_ORDER_AUTHORIZATION_OPEN', HOUR + DAY - 1)).toEqual([]);
    expect(one.find('CANCELLED_ORDER_AUTHORIZATION_OPEN', HOUR + DAY)).toMatchObject([
      { subjectId: payment.id, amountMinor: 12900n },
    ]);
    expect(one.due('CANCELLED_ORDER_AUTHORIZATION_OPEN')).toEqual([HOUR + DAY]);
  });

  test('money left when all is delivered; not while a part is still to be planned', () => {
    const { one, payment } = placed();
    one.transaction(payment, 'AUTHORIZE');
    const part = one.fulfillment({ status: 'DELIVERED', totalMinor: 12899n });
    expect(one.subjects('CANCELLED_ORDER_AUTHORIZATION_OPEN')).toEqual([]);
    part.totalMinor = 12900n;
    expect(one.subjects('CANCELLED_ORDER_AUTHORIZATION_OPEN')).toEqual([payment.id]);
    part.status = 'FULFILLED';
    expect(one.subjects('CANCELLED_ORDER_AUTHORIZATION_OPEN')).toEqual([]);
  });
});

describe('OVER_REFUND', () => {
  test('a minor unit more than was taken; its reversal cures it', () => {
    const { one, payment } = placed();
    one.transaction(payment, 'SALE');
    one.transaction(payment, 'REFUND', {}, 1);
    expect(one.subjects('OVER_REFUND')).toEqual([]);
    one.transaction(payment, 'REFUND', { ...of(1n), gatewayTransactionId: 'extra' }, 2);
    expect(one.find('OVER_REFUND')).toMatchObject([{ subjectId: payment.id, amountMinor: 1n }]);
    one.transaction(payment, 'REFUND_REVERSAL', { ...of(1n), parentKey: 'extra' }, 3);
    expect(one.subjects('OVER_REFUND')).toEqual([]);
    expect(one.resolves('OVER_REFUND', payment.id)).toBe(true);
  });

  test('a refund and a chargeback of the same money', () => {
    const { one, payment } = placed();
    one.transaction(payment, 'SALE');
    one.transaction(payment, 'REFUND', of(5000n), 1);
    one.transaction(payment, 'CHARGEBACK', of(12900n), 2);

    expect(one.find('OVER_REFUND')).toMatchObject([{ amountMinor: 5000n }]);
  });
});
