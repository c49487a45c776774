import { detect } from '../../../../src/checkout/detect.rules';
import { type Tools } from '../../../../src/checkout/draft.rules';
import { catalogue, rulesOf } from '../../../../src/exception/catalogue.rules';
import { decidersOf, decisionRules } from '../../../../src/exception/decision.rules';
import { EXCEPTION_KINDS } from '../../../../src/exception/exception-kind.rules';
import { DEFAULT_CALENDAR } from '../../../../src/kernel/calendar';
import { type IdPrefix } from '../../../../src/kernel/id';
import { at, KindCase, MINUTE, SETTINGS } from '../../../support/kind-case';

// What holds of every kind, and what detection makes of what they declare.

function run(one: KindCase, ms: number): string[] {
  let ids = one.draft.exceptions.length;
  const tools: Tools = {
    actor: { subject: 'clock', roles: ['SYSTEM'], side: 'MARKETPLACE', sellerId: null } as never,
    now: at(ms),
    calendar: DEFAULT_CALENDAR,
    limits: SETTINGS.limits,
    newId: (prefix: IdPrefix) => `${prefix}_${(ids += 1)}`,
    intend: () => undefined,
    explain: () => undefined,
  };
  one.settle(ms);
  detect(one.draft, tools, { ...SETTINGS, calendar: DEFAULT_CALENDAR });
  return one.draft.exceptions.map(({ kind, status }) => `${kind} ${status}`).sort();
}

test('every kind of the list has its rules, once', () => {
  expect(catalogue.map(({ kind }) => kind).sort()).toEqual([...EXCEPTION_KINDS].sort());
});

test.each(catalogue.map((rules) => [rules.kind, rules] as const))(
  '%s can be escalated, and every decision has somebody who takes it',
  (_kind, rules) => {
    const untaken = rules.decisions.filter((one) => decidersOf(rules, one).length === 0);

    expect(rules.decisions.at(-1)).toBe('ESCALATE');
    expect(untaken).toEqual([]);
    expect(rules.decisions.filter((one) => rules.forbidden.includes(one))).toEqual([]);
    expect(rules.yieldsTo).not.toContain(rules.kind);
  },
);

test('as it is: accepted by the first owner, by finance where books are hurt', () => {
  expect(decidersOf(rulesOf('ILLEGAL_PROVIDER_STATE'), 'ACCEPT_AS_IS')).toEqual(['PAYMENT']);
  expect(decidersOf(rulesOf('DUPLICATE_WEBHOOK'), 'ACCEPT_AS_IS')).toEqual(['FINANCE']);
  expect(decidersOf(rulesOf('REFUND_FAILED'), 'RETRY_REFUND')).toBe(
    decisionRules.RETRY_REFUND.deciders,
  );
});

test('a kind yields on what its subject belongs to: shipped goods to the failed capture of their invoice', () => {
  const one = new KindCase();
  const invoice = { number: '1', amountMinor: '12900', fulfillmentIds: [], mirrorOfOrderId: null };
  const invoices = [{ ...invoice, insertedAt: at(0).toISOString() }];
  const order = one.order({ status: 'VERIFYING_INVOICE', invoices });
  one.fulfillment({ status: 'FULFILLED' });
  const payment = one.payment();
  one.transaction(payment, 'AUTHORIZE');
  one.transaction(payment, 'CAPTURE', { result: 'FAILED' }, 1);
  expect(run(one, 1)).toEqual(['INVOICED_CAPTURE_FAILED OPEN']);
  expect(one.draft.exceptions[0]).toMatchObject({
    orderId: order.id,
    paymentId: null,
    customerCharged: 'NO',
    orderFulfillable: 'YES',
  });
});

test('a refunded order that appears later stays live until it is closed, though its predicate is false', () => {
  const one = new KindCase();
  const order = one.order({ codeAt: at(MINUTE) });
  const payment = one.payment();
  one.transaction(payment, 'SALE');
  one.transaction(payment, 'REFUND', {}, 1);
  expect(run(one, MINUTE)).toEqual(['REFUNDED_ORDER_LATER_CREATED OPEN']);
  order.status = 'CANCELLED';
  expect(run(one, 2 * MINUTE)).toEqual(['REFUNDED_ORDER_LATER_CREATED OPEN']);
});

test('a dispute is due when the bank wants its answer, not by the window', () => {
  const one = new KindCase();
  one.order();
  const payment = one.payment();
  const respondBy = at(9 * 24 * 60 * MINUTE);
  one.transaction(payment, 'SALE');
  one.transaction(payment, 'CHARGEBACK', { result: 'PENDING', respondBy }, 1);
  run(one, MINUTE);

  expect(one.draft.exceptions).toMatchObject([{ kind: 'CHARGEBACK', deadlineAt: respondBy }]);
});

test('an order of its own is kept: the case of a seller is not about the main order', () => {
  const one = new KindCase();
  const order = one.order();
  const seller = one.order({
    side: 'SELLER',
    sellerId: 's1',
    omsStatus: 'REJECTED',
    marketplaceOrderId: order.id,
  });
  one.transaction(one.payment(), 'SALE');
  run(one, 0);
  run(one, MINUTE);

  expect(one.draft.exceptions).toMatchObject([
    { kind: 'CAPTURED_OMS_REJECTED', orderId: seller.id, customerCharged: 'YES' },
  ]);
});
