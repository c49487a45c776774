import { rulesOf } from '../../../../src/exception/catalogue.rules';
import { DAY, HOUR, KindCase, MINUTE, at } from '../../../support/kind-case';

// Kinds whose subject is a transaction or a delivery: each predicate on both sides of its boundary.

const of = (minor: bigint) => ({ requestedMinor: minor, processedMinor: minor });

function sold() {
  const one = new KindCase();
  const order = one.order();
  const payment = one.payment();
  one.transaction(payment, 'SALE', { gatewayTransactionId: 'sale' });
  const idOf = (type: string, index = 0): string =>
    one.draft.transactions.filter((row) => row.type === type)[index]?.id ?? 'none';
  return { one, order, payment, idOf };
}

describe('REFUND_FAILED', () => {
  const key = { providerRequestKey: 'r1' };

  test('a refund under way is believed for a day', () => {
    const { one, payment, idOf } = sold();
    one.transaction(payment, 'REFUND', { ...key, result: 'PENDING' }, HOUR);

    expect(one.subjects('REFUND_FAILED', HOUR + DAY - 1)).toEqual([]);
    expect(one.subjects('REFUND_FAILED', HOUR + DAY)).toEqual([idOf('REFUND')]);
    expect(one.due('REFUND_FAILED')).toEqual([HOUR + DAY]);
  });

  test('one that failed stays one until a later one of at least the amount succeeds', () => {
    const { one, payment, idOf } = sold();
    one.transaction(payment, 'REFUND', { ...key, result: 'FAILED' }, HOUR);
    const failed = idOf('REFUND');
    one.transaction(payment, 'REFUND', of(12899n), 2 * HOUR);
    expect(one.subjects('REFUND_FAILED', 2 * HOUR)).toEqual([failed]);
    one.transaction(payment, 'REFUND', of(12900n), 3 * HOUR);
    expect(one.subjects('REFUND_FAILED', 3 * HOUR)).toEqual([]);
    expect(one.resolves('REFUND_FAILED', failed)).toBe(true);
  });

  test('a success before the failure makes nothing good', () => {
    const { one, payment } = sold();
    one.transaction(payment, 'REFUND', of(100n), HOUR);
    one.transaction(payment, 'REFUND', { ...key, ...of(100n), result: 'FAILED' }, 2 * HOUR);

    expect(one.subjects('REFUND_FAILED', 2 * HOUR)).toHaveLength(1);
  });

  test('a reversal names its refund; what was cancelled somebody closes', () => {
    const { one, payment, idOf } = sold();
    one.transaction(payment, 'REFUND', { gatewayTransactionId: 'ref-1' }, HOUR);
    expect(one.subjects('REFUND_FAILED', HOUR)).toEqual([]);
    one.transaction(payment, 'REFUND_REVERSAL', { parentKey: 'ref-1' }, 2 * HOUR);
    expect(one.subjects('REFUND_FAILED', 2 * HOUR)).toEqual([idOf('REFUND')]);

    const other = sold();
    other.one.transaction(other.payment, 'REFUND', { ...key, result: 'CANCELLED' }, HOUR);
    expect(other.one.subjects('REFUND_FAILED', 2 * DAY)).toEqual([]);
    expect(other.one.resolves('REFUND_FAILED', other.idOf('REFUND'))).toBe(false);
  });
});

describe('AMOUNT_OR_CURRENCY_MISMATCH', () => {
  test('processed is not what was requested', () => {
    const { one, payment } = sold();
    one.transaction(payment, 'REFUND', of(50n), 1);
    expect(one.subjects('AMOUNT_OR_CURRENCY_MISMATCH')).toEqual([]);
    one.transaction(payment, 'REFUND', { requestedMinor: 50n, processedMinor: 30n }, 2);
    expect(one.find('AMOUNT_OR_CURRENCY_MISMATCH')).toMatchObject([{ amountMinor: 30n }]);
  });

  test('nothing was moved, or in another currency; an authorization of nothing checks a card', () => {
    const { one, payment, idOf } = sold();
    one.transaction(payment, 'AUTHORIZE', of(0n), 1);
    expect(one.subjects('AMOUNT_OR_CURRENCY_MISMATCH')).toEqual([]);
    one.transaction(payment, 'REFUND', of(0n), 1);
    expect(one.subjects('AMOUNT_OR_CURRENCY_MISMATCH')).toEqual([idOf('REFUND')]);

    const other = sold();
    other.one.transaction(other.payment, 'CAPTURE', { currency: 'USD' }, 1);
    expect(other.one.find('AMOUNT_OR_CURRENCY_MISMATCH')).toMatchObject([
      { subjectId: other.idOf('CAPTURE'), currency: 'USD' },
    ]);
  });

  test.each(['AUTHORIZE', 'VOID', 'CAPTURE', 'REFUND', 'CHARGEBACK'] as const)(
    'less than nothing of a %s',
    (type) => {
      const { one, payment, idOf } = sold();
      one.transaction(payment, type, of(-1n), 1);

      expect(one.subjects('AMOUNT_OR_CURRENCY_MISMATCH')).toContain(idOf(type));
    },
  );

  test('a release of nothing; an adjustment to nothing takes an authorization back', () => {
    const { one, payment, idOf } = sold();
    one.transaction(payment, 'VOID', of(0n), 1);
    expect(one.subjects('AMOUNT_OR_CURRENCY_MISMATCH')).toEqual([idOf('VOID')]);

    const other = sold();
    other.one.transaction(other.payment, 'AUTH_ADJUST', of(0n), 1);
    expect(other.one.subjects('AMOUNT_OR_CURRENCY_MISMATCH')).toEqual([]);
  });

  test('invoices beyond what is to be paid', () => {
    const { one, order } = sold();
    const invoice = (minor: string) => ({
      number: `I-${minor}`,
      amountMinor: minor,
      fulfillmentIds: [],
      insertedAt: '2026-05-23T18:41:30.000Z',
      mirrorOfOrderId: null,
    });
    order.invoices = [invoice('12900')];
    expect(one.subjects('AMOUNT_OR_CURRENCY_MISMATCH')).toEqual([]);
    order.invoices = [invoice('12900'), invoice('7')];
    expect(one.find('AMOUNT_OR_CURRENCY_MISMATCH')).toMatchObject([
      { subjectId: order.id, subjectType: 'ORDER', amountMinor: 7n, currency: 'EUR' },
    ]);
    order.status = 'CANCELLED';
    expect(one.subjects('AMOUNT_OR_CURRENCY_MISMATCH')).toEqual([]);
  });

  test('live payments beyond the order; not while the customer only tries another', () => {
    const { one, order, payment } = sold();
    const second = one.payment();
    one.settle();
    expect(one.subjects('AMOUNT_OR_CURRENCY_MISMATCH')).toEqual([]);
    one.word(second, 'PENDING');
    expect(one.find('AMOUNT_OR_CURRENCY_MISMATCH')).toMatchObject([
      { subjectId: order.id, subjectType: 'ORDER', amountMinor: 25800n },
    ]);
    one.word(second, 'REJECTED', 1);
    expect(one.subjects('AMOUNT_OR_CURRENCY_MISMATCH')).toEqual([]);
    // Given back, it still was what the order cost; and it makes room for another payment.
    one.transaction(payment, 'REFUND', {}, 2);
    expect(one.subjects('AMOUNT_OR_CURRENCY_MISMATCH')).toEqual([]);
    one.transaction(one.payment(), 'AUTHORIZE', {}, 3);
    expect(one.subjects('AMOUNT_OR_CURRENCY_MISMATCH')).toEqual([]);
  });

  test('too little only counts once the order is paid; a cancelled part is no mismatch', () => {
    const { one, order, payment } = sold();
    payment.expected = 12899n;
    expect(one.subjects('AMOUNT_OR_CURRENCY_MISMATCH')).toEqual([]);
    order.status = 'PAYMENT_AUTHORIZED';
    expect(one.subjects('AMOUNT_OR_CURRENCY_MISMATCH')).toEqual([order.id]);
    order.cancelledMinor = 5000n;
    expect(one.subjects('AMOUNT_OR_CURRENCY_MISMATCH')).toEqual([]);
  });

  test('a payment in another currency than its order', () => {
    const one = new KindCase();
    const order = one.order();
    one.payment({ currency: 'USD', status: 'CREATED' });

    expect(one.subjects('AMOUNT_OR_CURRENCY_MISMATCH')).toEqual([order.id]);
  });
});

describe('CAPTURE_FAILED_AFTER_SUCCESS', () => {
  const id = { gatewayTransactionId: 'cap' };

  test('a failure is one only after a success', () => {
    const { one, payment, idOf } = sold();
    one.transaction(payment, 'CAPTURE', { ...id, result: 'FAILED' }, 2 * MINUTE);
    expect(one.subjects('CAPTURE_FAILED_AFTER_SUCCESS')).toEqual([]);
    // It arrives late and happened before: the order of arrival does not matter.
    one.transaction(payment, 'CAPTURE', id, MINUTE);
    expect(one.subjects('CAPTURE_FAILED_AFTER_SUCCESS')).toEqual([idOf('CAPTURE')]);
    one.transaction(payment, 'CAPTURE', id, 3 * MINUTE);
    expect(one.subjects('CAPTURE_FAILED_AFTER_SUCCESS')).toEqual([]);
    expect(one.resolves('CAPTURE_FAILED_AFTER_SUCCESS', idOf('CAPTURE'))).toBe(true);
  });

  test('a reversal is one until as much is captured again, and none for a cancelled order', () => {
    const { one, order, payment, idOf } = sold();
    const reversed = idOf('SALE');
    one.transaction(payment, 'CAPTURE_REVERSAL', { parentKey: 'sale' }, MINUTE);
    expect(one.subjects('CAPTURE_FAILED_AFTER_SUCCESS')).toEqual([reversed]);
    order.status = 'CANCELLED';
    expect(one.subjects('CAPTURE_FAILED_AFTER_SUCCESS')).toEqual([]);
    expect(one.resolves('CAPTURE_FAILED_AFTER_SUCCESS', reversed)).toBe(false);

    order.status = 'HANDLING';
    one.transaction(payment, 'CAPTURE', of(12899n), 2 * MINUTE);
    expect(one.subjects('CAPTURE_FAILED_AFTER_SUCCESS')).toEqual([reversed]);
    one.transaction(one.payment(), 'CAPTURE', of(12900n), 3 * MINUTE);
    expect(one.subjects('CAPTURE_FAILED_AFTER_SUCCESS')).toEqual([]);
  });
});

describe('CHARGEBACK', () => {
  const id = { gatewayTransactionId: 'cb' };

  test('open and lost are one, each its own cause; won and reversed are none', () => {
    const { one, payment, idOf } = sold();
    one.transaction(payment, 'CHARGEBACK', { ...id, result: 'PENDING', respondBy: at(DAY) }, 1);
    const [open] = one.find('CHARGEBACK');
    expect(open).toMatchObject({ subjectId: idOf('CHARGEBACK'), paymentId: payment.id });
    expect(
      rulesOf('CHARGEBACK').deadlineOf?.(one.draft, { subjectId: idOf('CHARGEBACK') }),
    ).toEqual(at(DAY));

    one.transaction(payment, 'CHARGEBACK', id, 2);
    const [lost] = one.find('CHARGEBACK');
    expect(lost?.subjectId).toBe(open?.subjectId);
    expect(lost?.cause).not.toEqual(open?.cause);

    one.transaction(payment, 'CHARGEBACK_REVERSAL', { parentKey: 'cb' }, 3);
    expect(one.subjects('CHARGEBACK')).toEqual([]);
    expect(one.resolves('CHARGEBACK', idOf('CHARGEBACK'))).toBe(false);
  });

  test('a won one is none', () => {
    const { one, payment } = sold();
    one.transaction(payment, 'CHARGEBACK', { ...id, result: 'FAILED' }, 2);

    expect(one.subjects('CHARGEBACK')).toEqual([]);
  });

  test('the word alone is one of the payment, until the chargeback itself is known', () => {
    const { one, payment, idOf } = sold();
    one.word(payment, 'DISPUTED', 1);
    expect(one.find('CHARGEBACK')).toMatchObject([
      { subjectId: payment.id, subjectType: 'PAYMENT', amountMinor: 12900n },
    ]);
    one.transaction(payment, 'CHARGEBACK', { ...id, result: 'PENDING' }, 2);
    expect(one.subjects('CHARGEBACK')).toEqual([idOf('CHARGEBACK')]);
    expect(one.resolves('CHARGEBACK', payment.id)).toBe(true);
  });
});

describe('INTENT_NOT_EXECUTED', () => {
  test('a request nobody submitted for a quarter of an hour', () => {
    const { one, payment, idOf } = sold();
    const key = { providerRequestKey: 'r1' };
    one.transaction(payment, 'REFUND', { ...key, result: null }, HOUR);
    const due = HOUR + 15 * MINUTE;

    expect(one.subjects('INTENT_NOT_EXECUTED', due - 1)).toEqual([]);
    expect(one.subjects('INTENT_NOT_EXECUTED', due)).toEqual([idOf('REFUND')]);
    expect(one.due('INTENT_NOT_EXECUTED')).toEqual([due]);
    one.transaction(payment, 'REFUND', { ...key, result: 'PENDING' }, due);
    expect(one.subjects('INTENT_NOT_EXECUTED', due)).toEqual([]);
  });
});

describe('DUPLICATE_WEBHOOK', () => {
  const version = (providerVersion: number | null) => ({ providerVersion, deliveryId: 'wdl_2' });

  test('one version in two words; what is left out contradicts nothing', () => {
    const { one, payment } = sold();
    one.word(payment, 'CAPTURED', 1, { providerVersion: 3, deliveryId: 'wdl_1' });
    one.snapshot(payment, 'CAPTURED', 2, { ...version(3), capturedMinor: 12900n });
    one.word(payment, 'REFUNDED', 3, version(4));
    one.word(payment, 'CAPTURED', 3, version(null));
    expect(one.subjects('DUPLICATE_WEBHOOK')).toEqual([]);

    one.word(payment, 'REFUNDED', 4, { providerVersion: 3, deliveryId: 'wdl_9' });
    expect(one.subjects('DUPLICATE_WEBHOOK')).toEqual(['wdl_9']);
    expect(one.resolves('DUPLICATE_WEBHOOK', 'wdl_9')).toBe(false);
  });

  test('one version with two amounts, one transaction that succeeded with two', () => {
    const { one, payment } = sold();
    one.snapshot(payment, 'CAPTURED', 1, { providerVersion: 3, capturedMinor: 12900n });
    one.snapshot(payment, 'CAPTURED', 2, { ...version(3), capturedMinor: 12800n });
    expect(one.subjects('DUPLICATE_WEBHOOK')).toEqual(['wdl_2']);

    const other = sold();
    const again = { gatewayTransactionId: 'sale', deliveryId: 'wdl_3' };
    other.one.transaction(other.payment, 'SALE', again, 1);
    expect(other.one.subjects('DUPLICATE_WEBHOOK')).toEqual([]);
    other.one.transaction(other.payment, 'SALE', { ...again, processedMinor: 1n }, 2);
    expect(other.one.subjects('DUPLICATE_WEBHOOK')).toEqual(['wdl_3']);
  });
});
