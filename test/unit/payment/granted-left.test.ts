import { grantedLeft } from '../../../src/payment/granted-left.rules';
import { DECIDED_REQUEST } from '../../../src/payment/request-transaction.rules';
import { type PaymentFact } from '../../../src/payment/payment-fact.entity';
import { type PaymentTransaction } from '../../../src/payment/payment-transaction.entity';
import { type RefundGrant } from '../../../src/order/order.entity';
import { aCapture, aDraft, anOrder, aPayment } from '../../support/drafts';

const granted = (amountMinor: string): RefundGrant => ({
  id: `grt_${amountMinor}`,
  amountMinor,
  source: 'GRANT',
  fulfillmentId: null,
  grantedAt: '2026-05-23T18:41:30.000Z',
});
const refund = (requestId: string | null, minor: bigint, more: Partial<PaymentTransaction> = {}) =>
  aCapture({
    id: `ptx_${requestId ?? 'other'}`,
    type: 'REFUND',
    requestId,
    processedMinor: minor,
    currency: 'EUR',
    parentKey: null,
    gatewayTransactionId: `rf_${requestId ?? 'other'}`,
    ...more,
  });
const reversal = (parentKey: string | null, minor: bigint) =>
  refund(null, minor, { type: 'REFUND_REVERSAL', id: 'ptx_back', parentKey });
const requested = (requestId: string, source: string): PaymentFact =>
  ({
    ...aDraft().facts[0],
    paymentId: 'pay_1',
    transactionType: 'REFUND',
    result: null,
    requestId,
    source,
  }) as PaymentFact;

const left = (...transactions: PaymentTransaction[]) =>
  grantedLeft(
    aDraft({
      orders: [anOrder({ refundGrants: [granted('30'), granted('20')] })],
      payments: [aPayment({ currency: 'EUR', captured: 100n })],
      transactions,
      facts: [requested('req_1', 'request'), requested('req_2', DECIDED_REQUEST)],
    }),
    'ord_1',
  );
const ours = refund('req_1', 25n);
const decided = refund('req_2', 10n);

test.each([
  ['refunds asked for on it', [ours], 25n],
  ['one under way', [refund('req_1', 25n, { status: 'PENDING' })], 25n],
  ['one nobody knows the outcome of', [refund('req_1', 25n, { status: 'INDETERMINATE' })], 25n],
])('a grant is used up by %s', (_what, transactions, expected) => {
  expect(left(...transactions)).toBe(expected);
});

test.each([
  ['one that failed', refund('req_1', 25n, { status: 'FAILED' })],
  ['one that was cancelled', refund('req_1', 25n, { status: 'CANCELLED' })],
  ['one that was decided on an exception', decided],
  ['one that others gave back by themselves', refund(null, 40n)],
  ['one in another currency', refund('req_1', 25n, { currency: 'USD' })],
])('a grant is not used up by %s', (_what, transaction) => {
  expect(left(transaction)).toBe(50n);
});

test.each([
  ['of it is there again', [ours, decided, reversal('rf_req_1', 25n)], 50n],
  ['of a decided one gives none back', [ours, decided, reversal('rf_req_2', 10n)], 25n],
  ['that names none is that of others first', [ours, decided, reversal(null, 15n)], 30n],
  ['counts up to its refund', [ours, decided, reversal('rf_req_1', 90n)], 50n],
])('what a reversal %s', (_what, transactions, expected) => {
  expect(left(...transactions)).toBe(expected);
});

test('a payment of no order has no grants', () => {
  expect(grantedLeft(aDraft({ payments: [aPayment({ orderId: null })] }), null)).toBe(0n);
});
