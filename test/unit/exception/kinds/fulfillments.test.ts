import { type Fulfillment } from '../../../../src/fulfillment/fulfillment.entity';
import { DAY, HOUR, KindCase, MINUTE } from '../../../support/kind-case';

// Kinds whose subject is a fulfillment: each predicate on both sides of its boundary.

const of = (minor: bigint) => ({ requestedMinor: minor, processedMinor: minor });

function released(more: Partial<Fulfillment> = {}) {
  const one = new KindCase();
  const order = one.order({ status: 'HANDLING' });
  const payment = one.payment();
  one.transaction(payment, 'AUTHORIZE');
  const claim = { amountMinor: '12900', heldMinor: '12900', backed: true, paymentId: payment.id };
  const part = one.fulfillment({ status: 'RELEASED', claims: [claim], ...more });
  const capture = (
    result: 'SUCCEEDED' | 'FAILED' | 'PENDING' | 'INDETERMINATE' | null,
    ms = 1,
    minor = 12900n,
  ) =>
    one.transaction(
      payment,
      'CAPTURE',
      { ...of(minor), result, providerRequestKey: 'c1', fulfillmentId: part.id },
      ms,
    );
  return { one, order, payment, part, capture };
}

describe('UNDER_RESERVED_RELEASE', () => {
  test('a release that lost its money; not one that still has it, or needs none', () => {
    const { one, payment, part } = released();
    expect(one.subjects('UNDER_RESERVED_RELEASE')).toEqual([]);
    one.transaction(payment, 'VOID', of(1n), 1);
    expect(one.find('UNDER_RESERVED_RELEASE')).toMatchObject([
      { subjectId: part.id, amountMinor: 1n },
    ]);
    for (const capturePolicy of ['AT_ORDER', 'ON_DELIVERY'] as const) {
      part.capturePolicy = capturePolicy;
      expect(one.subjects('UNDER_RESERVED_RELEASE')).toEqual([]);
    }
    part.status = 'RESERVATION_FAILED';
    expect(one.subjects('UNDER_RESERVED_RELEASE')).toEqual([part.id]);
    expect(one.resolves('UNDER_RESERVED_RELEASE', part.id)).toBe(true);
    part.status = 'CANCELLED';
    expect(one.resolves('UNDER_RESERVED_RELEASE', part.id)).toBe(false);
  });

  test('a rule that reserves nothing is met without a transaction', () => {
    const { one, payment, part } = released();
    part.claims = [
      { amountMinor: '12900', heldMinor: '12900', backed: false, paymentId: payment.id },
    ];
    one.draft.facts = [];
    one.settle();

    expect(one.subjects('UNDER_RESERVED_RELEASE')).toEqual([]);
  });
});

describe('STUCK_CAPTURING_PAYMENT', () => {
  test.each([
    ['CAPTURING_PAYMENT', 15 * MINUTE],
    ['CAPTURE_AWAITING_RESULT', DAY],
  ] as const)('%s for too long', (status, limitMs) => {
    const { one, part } = released({ status });

    expect(one.subjects('STUCK_CAPTURING_PAYMENT', limitMs - 1)).toEqual([]);
    expect(one.subjects('STUCK_CAPTURING_PAYMENT', limitMs)).toEqual([part.id]);
    expect(one.due('STUCK_CAPTURING_PAYMENT')).toEqual([limitMs]);
    part.status = 'PAYMENT_CAPTURED';
    expect(one.subjects('STUCK_CAPTURING_PAYMENT', limitMs)).toEqual([]);
  });

  test('a request the provider acknowledged is believed as long', () => {
    const { one, part, capture } = released({ status: 'CAPTURE_AWAITING_RESULT' });
    capture('PENDING', HOUR);

    expect(one.subjects('STUCK_CAPTURING_PAYMENT', DAY)).toEqual([]);
    expect(one.subjects('STUCK_CAPTURING_PAYMENT', HOUR + DAY - 1)).toEqual([]);
    expect(one.subjects('STUCK_CAPTURING_PAYMENT', HOUR + DAY)).toEqual([part.id]);
  });
});

describe('SHIPPED_NOT_CAPTURED', () => {
  test('goods that are out and not paid; a capture under way is believed for a day', () => {
    const { one, part, capture } = released({ status: 'FULFILLED' });
    expect(one.find('SHIPPED_NOT_CAPTURED')).toMatchObject([
      { subjectId: part.id, graceMs: 15 * MINUTE, amountMinor: 12900n },
    ]);
    capture(null, HOUR);
    expect(one.subjects('SHIPPED_NOT_CAPTURED', HOUR + DAY - 1)).toEqual([]);
    expect(one.subjects('SHIPPED_NOT_CAPTURED', HOUR + DAY)).toEqual([part.id]);
    expect(one.due('SHIPPED_NOT_CAPTURED')).toContain(HOUR + DAY);
    capture('SUCCEEDED', 2 * HOUR);
    expect(one.subjects('SHIPPED_NOT_CAPTURED', 2 * DAY)).toEqual([]);
    expect(one.resolves('SHIPPED_NOT_CAPTURED', part.id)).toBe(true);
  });

  test('goods that are not out are none', () => {
    const { one, part } = released({ status: 'FULFILLING' });
    expect(one.subjects('SHIPPED_NOT_CAPTURED')).toEqual([]);
    part.status = 'RETURNED';
    expect(one.subjects('SHIPPED_NOT_CAPTURED')).toEqual([]);
    expect(one.resolves('SHIPPED_NOT_CAPTURED', part.id)).toBe(false);
  });

  test('cash on delivery arrives within a week of the door', () => {
    const { one, part } = released({ status: 'FULFILLED', capturePolicy: 'ON_DELIVERY' });
    expect(one.subjects('SHIPPED_NOT_CAPTURED', 8 * DAY)).toEqual([]);
    part.status = 'DELIVERED';
    expect(one.subjects('SHIPPED_NOT_CAPTURED', 7 * DAY - 1)).toEqual([]);
    expect(one.subjects('SHIPPED_NOT_CAPTURED', 7 * DAY)).toEqual([part.id]);
  });
});

describe('CAPTURE_IN_CANCELLED_FULFILLMENT', () => {
  test('money held for cancelled goods, until it went back', () => {
    const { one, payment, part, capture } = released({ status: 'PAYMENT_CAPTURED' });
    capture('SUCCEEDED');
    expect(one.subjects('CAPTURE_IN_CANCELLED_FULFILLMENT')).toEqual([]);
    part.status = 'CANCELLED';
    expect(one.find('CAPTURE_IN_CANCELLED_FULFILLMENT')).toMatchObject([
      { subjectId: part.id, paymentId: payment.id, graceMs: 0, amountMinor: 12900n },
    ]);
    const [before] = one.find('CAPTURE_IN_CANCELLED_FULFILLMENT');
    one.transaction(payment, 'REFUND', of(12899n), 2);
    const [after] = one.find('CAPTURE_IN_CANCELLED_FULFILLMENT');
    expect(after).toMatchObject({ amountMinor: 1n, cause: before?.cause });
    one.transaction(payment, 'REFUND', of(1n), 3);
    expect(one.subjects('CAPTURE_IN_CANCELLED_FULFILLMENT')).toEqual([]);
    expect(one.resolves('CAPTURE_IN_CANCELLED_FULFILLMENT', part.id)).toBe(true);
  });

  test('a part captured of one that failed has a quarter of an hour', () => {
    const { one, capture } = released({ status: 'PAYMENT_CAPTURE_FAILED' });
    capture('FAILED');
    expect(one.subjects('CAPTURE_IN_CANCELLED_FULFILLMENT')).toEqual([]);
    capture('SUCCEEDED', 2, 5000n);
    expect(one.find('CAPTURE_IN_CANCELLED_FULFILLMENT')).toMatchObject([
      { graceMs: 15 * MINUTE, amountMinor: 5000n },
    ]);
  });
});

describe('FULFILLMENT_CAPTURE_FAILED', () => {
  test('a failure whose outcomes are known; an unknown one is looked up first', () => {
    const { one, part, capture } = released({ status: 'PAYMENT_CAPTURE_FAILED' });
    capture('INDETERMINATE');
    expect(one.subjects('FULFILLMENT_CAPTURE_FAILED')).toEqual([]);
    capture('FAILED', 2);
    expect(one.subjects('FULFILLMENT_CAPTURE_FAILED')).toEqual([part.id]);
    part.status = 'PAYMENT_CAPTURED';
    expect(one.subjects('FULFILLMENT_CAPTURE_FAILED')).toEqual([]);
    expect(one.resolves('FULFILLMENT_CAPTURE_FAILED', part.id)).toBe(true);
    part.status = 'CANCELLED';
    expect(one.resolves('FULFILLMENT_CAPTURE_FAILED', part.id)).toBe(false);
  });
});

describe('a seller’s goods, paid on the marketplace’s order', () => {
  test.each([
    ['UNDER_RESERVED_RELEASE', 'RESERVATION_FAILED', 'PENDING'],
    ['STUCK_CAPTURING_PAYMENT', 'CAPTURING_PAYMENT', 'PENDING'],
    ['SHIPPED_NOT_CAPTURED', 'DELIVERED', 'PENDING'],
    ['CAPTURE_IN_CANCELLED_FULFILLMENT', 'CANCELLED', 'SUCCEEDED'],
    ['FULFILLMENT_CAPTURE_FAILED', 'PAYMENT_CAPTURE_FAILED', 'FAILED'],
  ] as const)('%s names the seller’s order', (kind, status, result) => {
    const one = new KindCase();
    const market = one.order({ status: 'HANDLING' });
    const payment = one.payment();
    one.transaction(payment, 'AUTHORIZE');
    const own = one.order({ side: 'SELLER', sellerId: 's-1', marketplaceOrderId: market.id });
    const part = one.fulfillment({ orderId: own.id, status });
    const terms = { ...of(5000n), result, providerRequestKey: 'c1', fulfillmentId: part.id };
    one.transaction(payment, 'CAPTURE', terms, HOUR);

    expect(one.find(kind, 2 * DAY)).toMatchObject([{ subjectId: part.id, orderId: own.id }]);
  });
});
