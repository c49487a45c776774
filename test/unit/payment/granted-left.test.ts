import { grantedLeft } from '../../../src/payment/payment-facts.rules';
import { DECIDED_REQUEST } from '../../../src/payment/request-transaction.rules';
import { type PaymentFact } from '../../../src/payment/payment-fact.entity';
import { type RefundGrant } from '../../../src/order/order.entity';
import { aCapture, aDraft, anOrder, aPayment } from '../../support/drafts';

const granted = (amountMinor: string): RefundGrant => ({
  id: `grt_${amountMinor}`,
  amountMinor,
  source: 'GRANT',
  fulfillmentId: null,
  grantedAt: '2026-05-23T18:41:30.000Z',
});
const refund = (requestId: string, processedMinor: bigint, status: 'SUCCEEDED' | 'FAILED') =>
  aCapture({ id: `ptx_${requestId}`, type: 'REFUND', status, requestId, processedMinor });
const requested = (requestId: string, source: string): PaymentFact =>
  ({ ...aDraft().facts[0], paymentId: 'pay_1', requestId, source }) as PaymentFact;

const draft = aDraft({
  orders: [anOrder({ refundGrants: [granted('30'), granted('20')] })],
  payments: [aPayment({ captured: 100n, refunded: 25n, refunding: 5n })],
  transactions: [refund('req_1', 15n, 'SUCCEEDED'), refund('req_2', 10n, 'SUCCEEDED')],
  facts: [requested('req_1', 'request'), requested('req_2', DECIDED_REQUEST)],
});

test('grants are used up by what was refunded and is being refunded, decided refunds apart', () => {
  expect(grantedLeft(draft, 'ord_1')).toBe(50n - 25n - 5n + 10n);
});

test('a decided refund that failed changes nothing', () => {
  const failed = { ...draft, transactions: [refund('req_2', 10n, 'FAILED')] };

  expect(grantedLeft(failed, 'ord_1')).toBe(20n);
});

test('a payment of no order has no grants', () => {
  const orphan = { ...draft, payments: [aPayment({ orderId: null, refunded: 25n })] };

  expect(grantedLeft(orphan, null)).toBe(0n);
});
