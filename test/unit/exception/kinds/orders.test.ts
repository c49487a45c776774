import { allowedDecisions } from '../../../../src/exception/catalogue.rules';
import { HOUR, KindCase, MINUTE, at } from '../../../support/kind-case';

// Kinds whose subject is an order or the checkout: each predicate on both sides of its boundary.

const invoice = (amountMinor: string) => ({
  number: `INV-${amountMinor}`,
  amountMinor,
  fulfillmentIds: [],
  mirrorOfOrderId: null,
  insertedAt: at(0).toISOString(),
});

describe('CAPTURED_OMS_REJECTED, AUTHORIZED_OMS_REJECTED', () => {
  function rejected(captured: boolean) {
    const one = new KindCase();
    const order = one.order({ omsStatus: 'REJECTED', omsCause: 'ADDRESS' });
    const payment = one.payment();
    one.transaction(payment, 'AUTHORIZE');
    if (captured) one.transaction(payment, 'CAPTURE', {}, 1);
    return { one, order, payment };
  }

  test('taken money is the one, reserved money the other', () => {
    const taken = rejected(true);
    const reserved = rejected(false);

    expect(taken.one.subjects('CAPTURED_OMS_REJECTED')).toEqual([taken.order.id]);
    expect(taken.one.subjects('AUTHORIZED_OMS_REJECTED')).toEqual([]);
    expect(reserved.one.subjects('CAPTURED_OMS_REJECTED')).toEqual([]);
    expect(reserved.one.subjects('AUTHORIZED_OMS_REJECTED')).toEqual([reserved.order.id]);
  });

  test('an order the OMS takes, or whose money went back, is none', () => {
    const { one, order, payment } = rejected(true);
    order.omsStatus = 'ALLOCATED';
    expect(one.subjects('CAPTURED_OMS_REJECTED')).toEqual([]);
    expect(one.resolves('CAPTURED_OMS_REJECTED', order.id)).toBe(true);

    order.omsStatus = 'REJECTED';
    one.transaction(payment, 'REFUND', {}, MINUTE);
    expect(one.subjects('CAPTURED_OMS_REJECTED')).toEqual([]);
    expect(one.resolves('CAPTURED_OMS_REJECTED', order.id)).toBe(false);
  });

  test.each([
    ['ADDRESS', ['REPAIR_ORDER', 'ESCALATE']],
    ['FRAUD', ['REPAIR_ORDER', 'ESCALATE']],
    ['INVENTORY', ['REPAIR_ORDER', 'REFUND', 'ESCALATE']],
    ['ALLOCATION', ['REPAIR_ORDER', 'REFUND', 'ESCALATE']],
    ['UNCLASSIFIED', ['ESCALATE']],
    [null, ['ESCALATE']],
  ] as const)('the cause %s leaves %j', (omsCause, decisions) => {
    const { one, order } = rejected(true);
    order.omsCause = omsCause;
    const row = { kind: 'CAPTURED_OMS_REJECTED', subjectId: order.id } as const;

    expect(allowedDecisions(one.draft, row)).toEqual(decisions);
  });

  test('a partial refund is no new cause, another capture is one', () => {
    const { one, payment } = rejected(true);
    const [before] = one.find('CAPTURED_OMS_REJECTED');
    one.transaction(payment, 'REFUND', { requestedMinor: 100n, processedMinor: 100n }, MINUTE);
    expect(one.find('CAPTURED_OMS_REJECTED')[0]?.cause).toEqual(before?.cause);

    one.transaction(payment, 'CAPTURE', { requestedMinor: 50n, processedMinor: 50n }, 2 * MINUTE);
    expect(one.find('CAPTURED_OMS_REJECTED')[0]?.cause).not.toEqual(before?.cause);
  });
});

describe('INVOICED_CAPTURE_FAILED', () => {
  function invoiced() {
    const one = new KindCase();
    const order = one.order({ status: 'VERIFYING_INVOICE', invoices: [invoice('12900')] });
    const payment = one.payment();
    one.transaction(payment, 'AUTHORIZE');
    const request = (result: 'FAILED' | 'SUCCEEDED' | null, ms: number, key = 'k1') =>
      one.transaction(payment, 'CAPTURE', { result, providerRequestKey: key }, ms);
    return { one, order, payment, request };
  }

  test('a capture under way is none; one that failed is one at once', () => {
    const { one, order, request } = invoiced();
    request(null, 0);
    expect(one.find('INVOICED_CAPTURE_FAILED', 2 * HOUR)).toEqual([]);

    request('FAILED', MINUTE);
    expect(one.find('INVOICED_CAPTURE_FAILED', MINUTE)).toMatchObject([
      { subjectId: order.id, graceMs: 0, amountMinor: 12900n, currency: 'EUR' },
    ]);
  });

  test('a new attempt takes it back; its success takes the order on', () => {
    const { one, order, request } = invoiced();
    request(null, 0);
    request('FAILED', MINUTE);
    request(null, 2 * MINUTE, 'k2');
    expect(one.find('INVOICED_CAPTURE_FAILED', 2 * MINUTE)).toEqual([]);

    request('SUCCEEDED', 3 * MINUTE, 'k2');
    expect(one.find('INVOICED_CAPTURE_FAILED', 3 * MINUTE)).toEqual([]);
    expect(one.resolves('INVOICED_CAPTURE_FAILED', order.id)).toBe(true);
    order.status = 'CANCELLED';
    expect(one.resolves('INVOICED_CAPTURE_FAILED', order.id)).toBe(false);
  });

  test('without any capture it waits an hour, with an invoicing seller a quarter of one', () => {
    const { one, order } = invoiced();
    expect(one.find('INVOICED_CAPTURE_FAILED', HOUR - 1)).toEqual([]);
    expect(one.find('INVOICED_CAPTURE_FAILED', HOUR)).toMatchObject([{ graceMs: 0 }]);
    expect(one.due('INVOICED_CAPTURE_FAILED')).toEqual([HOUR]);

    one.order({ side: 'SELLER', status: 'INVOICED', marketplaceOrderId: order.id });
    expect(one.find('INVOICED_CAPTURE_FAILED')).toMatchObject([{ graceMs: 15 * MINUTE }]);
  });

  test('a capture is believed for a day', () => {
    const { one, order, request } = invoiced();
    one.order({ side: 'SELLER', status: 'INVOICED', marketplaceOrderId: order.id });
    request(null, 0);

    expect(one.find('INVOICED_CAPTURE_FAILED', 24 * HOUR - 1)).toEqual([]);
    expect(one.subjects('INVOICED_CAPTURE_FAILED', 24 * HOUR)).toEqual([order.id]);
    expect(one.due('INVOICED_CAPTURE_FAILED')).toEqual([HOUR, 24 * HOUR]);
  });

  test('what is collected later counts as there', () => {
    const { one, payment } = invoiced();
    payment.collection = 'ON_TERMS';
    payment.status = 'CREATED';
    one.draft.facts = [];
    one.settle();

    expect(one.find('INVOICED_CAPTURE_FAILED', 2 * HOUR)).toEqual([]);
  });
});

describe('DUPLICATE_ORDER', () => {
  test('two live orders of one side are one; a cancelled, replaced or seller order is none', () => {
    const one = new KindCase();
    const first = one.order();
    const second = one.order({ duplicateOfOrderId: first.id });
    expect(one.subjects('DUPLICATE_ORDER')).toEqual(['chk_1']);

    second.status = 'CANCELLED';
    expect(one.subjects('DUPLICATE_ORDER')).toEqual([]);
    second.status = 'CREATED';
    second.replacesOrderId = first.id;
    expect(one.subjects('DUPLICATE_ORDER')).toEqual([]);
    Object.assign(second, { replacesOrderId: null, side: 'SELLER', sellerId: 's1' });
    expect(one.subjects('DUPLICATE_ORDER')).toEqual([]);
    one.order({ side: 'SELLER', sellerId: 's2' });
    expect(one.subjects('DUPLICATE_ORDER')).toEqual([]);
    one.order({ side: 'SELLER', sellerId: 's2' });
    expect(one.subjects('DUPLICATE_ORDER')).toEqual(['chk_1']);
  });
});

describe('CANCEL_INVOICE_RACE', () => {
  function raced() {
    const one = new KindCase();
    const order = one.order({ status: 'CANCELLATION_REQUESTED' });
    const seller = one.order({
      side: 'SELLER',
      sellerId: 's1',
      status: 'INVOICED',
      marketplaceOrderId: order.id,
    });
    return { one, order, seller };
  }

  test('a seller who has invoiced races the cancellation; one who has not does not', () => {
    const { one, order, seller } = raced();
    expect(one.subjects('CANCEL_INVOICE_RACE')).toEqual([order.id]);
    seller.status = 'HANDLING';
    expect(one.subjects('CANCEL_INVOICE_RACE')).toEqual([]);
    seller.status = 'COMPLETED';
    order.status = 'CANCELLED';
    expect(one.subjects('CANCEL_INVOICE_RACE')).toEqual([order.id]);
    order.status = 'INVOICED';
    expect(one.subjects('CANCEL_INVOICE_RACE')).toEqual([]);
    expect(one.resolves('CANCEL_INVOICE_RACE', order.id)).toBe(false);
  });

  test('a replacement that is paid, and goods that came back, end it', () => {
    const { one, order, seller } = raced();
    const next = one.order({ replacesOrderId: order.id });
    order.replacedByOrderId = next.id;
    const payment = one.payment({ orderId: next.id });
    one.transaction(payment, 'SALE', { processedMinor: 12899n });
    expect(one.subjects('CANCEL_INVOICE_RACE')).toEqual([order.id]);
    one.transaction(payment, 'SALE', { processedMinor: 1n });
    expect(one.subjects('CANCEL_INVOICE_RACE')).toEqual([]);

    order.replacedByOrderId = null;
    one.fulfillment({ orderId: seller.id, status: 'RETURNED' });
    expect(one.subjects('CANCEL_INVOICE_RACE')).toEqual([]);
  });
});
