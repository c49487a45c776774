import { type TriageAnswer } from '../../../src/exception/exception-kind.rules';
import {
  chargedFromFacts,
  fulfillableFromFacts,
  triageClass,
  triageFromFacts,
} from '../../../src/exception/triage.rules';
import { type Fulfillment } from '../../../src/fulfillment/fulfillment.entity';
import { type OmsStatus } from '../../../src/order/order.machine';
import { type MoneyState } from '../../../src/payment/payment.machine';
import { aDraft, anOrder, aPayment } from '../../support/drafts';

test.each<[MoneyState, TriageAnswer | null]>([
  ['NONE', 'NO'],
  ['RESERVED', 'NO'],
  ['CAPTURED', 'YES'],
  ['PARTIALLY_RETURNED', 'YES'],
  ['RETURNED', 'NO'],
  ['DISPUTED', null],
  ['UNKNOWN', null],
])('money that is %s answers "was the customer charged?" with %s', (moneyState, expected) => {
  const draft = aDraft({ payments: [aPayment({ moneyState })] });

  expect(chargedFromFacts(draft, 'pay_1')).toBe(expected);
});

test('no payment answers nothing', () => {
  expect(chargedFromFacts(aDraft(), null)).toBeNull();
});

test.each<[OmsStatus, string | null, TriageAnswer | null]>([
  ['ALLOCATED', 'O-1', 'YES'],
  ['CANCELLED', 'O-1', 'NO'],
  ['ACCEPTED', 'O-1', null],
  ['PENDING', 'O-1', null],
  ['REJECTED', 'O-1', null],
  ['NOT_CREATED', 'O-1', null],
  ['ALLOCATED', null, null],
])('an OMS that says %s of the order %s answers "can it be fulfilled?" with %s', (...row) => {
  const [omsStatus, code, expected] = row;
  const draft = aDraft({ orders: [anOrder({ omsStatus, code })] });

  expect(fulfillableFromFacts(draft)).toBe(expected);
});

test.each<[TriageAnswer | null, TriageAnswer | null, string | null]>([
  ['YES', 'YES', 'OPERATIONAL_REPAIR'],
  ['YES', 'NO', 'CUSTOMER_RECOVERY'],
  ['NO', 'YES', 'FINANCE_RECONCILIATION'],
  ['NO', 'NO', 'FINANCE_RECONCILIATION'],
  ['UNKNOWN', 'YES', null],
  ['YES', 'UNKNOWN', null],
  ['NO', null, null],
  [null, 'NO', null],
])('charged %s and fulfillable %s sort into %s (S2.41)', (charged, fulfillable, expected) => {
  expect(triageClass(charged, fulfillable)).toBe(expected);
});

test('both answers and their class come from the records where these are certain', () => {
  const draft = aDraft({ orders: [anOrder({ code: 'O-1', omsStatus: 'CANCELLED' })] });

  expect(triageFromFacts(draft, 'pay_1')).toEqual({
    customerCharged: 'YES',
    orderFulfillable: 'NO',
    triageClass: 'CUSTOMER_RECOVERY',
  });
});

test('a seller’s order is judged by its own goods, its money by what pays for it', () => {
  const market = anOrder({ id: 'ord_m', code: 'O-1', omsStatus: 'ACCEPTED' });
  const own = anOrder({
    id: 'ord_s',
    code: 'S-1',
    omsStatus: 'ACCEPTED',
    side: 'SELLER',
    marketplaceOrderId: 'ord_m',
  });
  const draft = aDraft({ orders: [market, own], payments: [aPayment({ orderId: 'ord_m' })] });
  const part = (orderId: string, status: Fulfillment['status']) =>
    ({ id: `ful_${orderId}`, orderId, status }) as Fulfillment;
  draft.fulfillments.push(part('ord_s', 'DELIVERED'), part('ord_m', 'NEW'));

  expect(chargedFromFacts(draft, null, 'ord_s')).toBe('YES');
  expect(fulfillableFromFacts(draft, 'ord_s')).toBe('YES');
  expect(fulfillableFromFacts(draft, 'ord_m')).toBeNull();
  market.status = 'CANCELLED';
  expect(fulfillableFromFacts(draft, 'ord_s')).toBe('NO');
});
