import { FULFILLMENT_STATUSES } from '../fulfillment/fulfillment.machine';
import { ORDER_STATUSES } from '../order/order.machine';
import { PAYMENT_STATUSES } from '../payment/payment.machine';
import { LEGALITY, verdictOf, type LegalityRule } from './legality.rules';

const MARKS = { LEGAL: '·', LEGAL_UNTIL: 'u', CONTRADICTION: 'X', UNREACHABLE: '-' } as const;

/** What may not stand beside what, as text: the rules, and the picture of order and payment. */
export function contradictionTable(): string {
  const states = (list: LegalityRule['order' | 'payment' | 'fulfillment']) =>
    list === undefined ? 'any' : list.join(', ');
  const rules = LEGALITY.map(
    ({ order, payment, fulfillment, kind, until, because }) =>
      `| ${states(order)} | ${states(payment)} | ${states(fulfillment)} | ${kind} | ${until ?? 'at once'} | ${because} |`,
  );
  const total = ORDER_STATUSES.length * PAYMENT_STATUSES.length * FULFILLMENT_STATUSES.length;
  const cells = ORDER_STATUSES.map((order) => {
    const marks = PAYMENT_STATUSES.map(
      (payment) => MARKS[verdictOf({ order, payment, fulfillment: null })],
    );
    return `${order.padEnd(24)}${marks.join(' ')}`;
  });
  return [
    '## What may stand beside what\n',
    `Each of the ${total} combinations of an order, a payment and a fulfillment is legal, legal until a limit has`,
    'passed, or a contradiction that is told by an exception. What no row meets is legal. Nothing leads to a fulfillment of',
    'an order without a code.\n',
    '| order | payment | fulfillment | exception | from | because |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rules,
    '',
    'Orders without a fulfillment beside payments (`·` legal, `u` legal until a limit, `X` contradiction), payments in',
    `the order ${PAYMENT_STATUSES.join(', ')}:\n`,
    '```text',
    ...cells,
    '```',
    '',
  ].join('\n');
}
