import { type Draft } from '../../checkout/draft.rules';
import { sum } from '../../kernel/money';
import { countedPayments, coverOf, isCreated, payableOf } from '../../order/order.rules';
import { type Payment } from '../../payment/payment.entity';
import { type ExceptionKindRules } from '../exception-kind.rules';
import { isOver, orderOfPayment } from '../money-about.rules';

/** E18: VACATED, and the order expects the payment or money was seen on it. */
export const paymentVacated: ExceptionKindRules = {
  kind: 'PAYMENT_VACATED',
  description: 'The provider could not create a payment that is expected.',
  source: 'S4.2',
  subjectType: 'PAYMENT',
  group: 'UNMATCHED_CAPTURES',
  impact: ['CUSTOMER'],
  owners: ['PAYMENT', 'ENGINEERING'],
  contributing: ['COMMERCE'],
  decisions: ['NEW_PAYMENT', 'ESCALATE'],
  forbidden: [],
  yieldsTo: [],
  autoResolves: 'The order is paid by another payment.',
  asksProvider: false,
  maxGraceMs: () => 0,

  find(draft) {
    return draft.payments
      .filter(
        (payment) =>
          payment.status === 'VACATED' && (isExpected(draft, payment) || sawMoney(draft, payment)),
      )
      .map((payment) => ({
        subjectId: payment.id,
        orderId: payment.orderId,
        paymentId: payment.id,
        cause: [payment.id, payment.status, payment.orderId],
        graceMs: 0,
        amountMinor: payment.expected,
        currency: payment.expected === null ? null : payment.currency,
        moneyAt: payment.createdAt,
      }));
  },

  resolvesItself(draft, { subjectId }) {
    const payment = draft.payments.find(({ id }) => id === subjectId);
    const order = payment === undefined ? null : orderOfPayment(draft, payment);
    return order !== null && coveredBy(draft, order) >= payableOf(order);
  },
};

const coveredBy = (draft: Draft, order: Parameters<typeof payableOf>[0]): bigint =>
  sum(countedPayments(order, draft.payments).map(coverOf));

function isExpected(draft: Draft, payment: Payment): boolean {
  const order = orderOfPayment(draft, payment);
  return isCreated(order) && !isOver(order) && coveredBy(draft, order) < payableOf(order);
}

function sawMoney(draft: Draft, { id }: Payment): boolean {
  return draft.transactions.some(
    ({ paymentId, status, type }) =>
      paymentId === id &&
      status === 'SUCCEEDED' &&
      (type === 'AUTHORIZE' || type === 'CAPTURE' || type === 'SALE'),
  );
}
