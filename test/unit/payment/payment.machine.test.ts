import {
  PAYMENT_STATUSES,
  paymentMachine,
  TRANSACTION_STATUSES,
  transactionMachine,
  type TransactionResult,
  type TransactionStatus,
} from '../../../src/payment/payment.machine';
import { project, tx } from './facts';

// Which report leads where (states.md 2.3). A dot is a step the table does not have: such a report is stored, and
// what it says is derived all the same.
const LEGAL = `
              NEW PENDING SUCCEEDED FAILED INDETERMINATE CANCELLED
NEW           .   yes     yes       yes    yes           yes
PENDING       .   .       yes       yes    yes           yes
SUCCEEDED     .   .       .         yes    .             .
FAILED        .   .       yes       .      .             .
INDETERMINATE .   yes     yes       yes    .             .
CANCELLED     .   .       .         .      .             .
`;

// What a transaction is after two reports of it: the newest says it, but for what cannot undo a success.
const DERIVED = `
              PENDING   SUCCEEDED FAILED INDETERMINATE CANCELLED
PENDING       PENDING   SUCCEEDED FAILED INDETERMINATE CANCELLED
SUCCEEDED     SUCCEEDED SUCCEEDED FAILED SUCCEEDED     CANCELLED
FAILED        PENDING   SUCCEEDED FAILED INDETERMINATE CANCELLED
INDETERMINATE PENDING   SUCCEEDED FAILED INDETERMINATE CANCELLED
CANCELLED     PENDING   SUCCEEDED FAILED INDETERMINATE CANCELLED
`;

function cells(picture: string): [from: string, to: string, cell: string][] {
  const [head = '', ...rows] = picture.trim().split('\n');
  const columns = head.trim().split(/\s+/);
  return rows.flatMap((row) => {
    const [from = '', ...values] = row.trim().split(/\s+/);
    return columns.map((to, index): [string, string, string] => [from, to, values[index] ?? '']);
  });
}

describe('transactions', () => {
  test('the picture has every state', () => {
    const states = new Set(cells(LEGAL).map(([from]) => from));

    expect([...states]).toEqual([...TRANSACTION_STATUSES]);
  });

  test.each(cells(LEGAL))('%s to %s: %s', (from, to, cell) => {
    const has = transactionMachine.edges.some(
      (edge) => edge.to === to && edge.from?.includes(from as TransactionStatus),
    );

    expect(has).toBe(cell === 'yes');
  });

  test.each(cells(DERIVED))('reported %s, then %s, is %s', (first, second, status) => {
    const [transaction] = project([
      tx('CAPTURE', first as TransactionResult, 50n, { minute: 1 }),
      tx('CAPTURE', second as TransactionResult, 50n, { minute: 2 }),
    ]).transactions;

    expect(transaction!.status).toBe(status);
  });

  test('each begins with an intent of ours', () => {
    expect(transactionMachine.edges.filter(({ from }) => from === null)).toEqual([
      { from: null, to: 'NEW', trigger: 'intent journaled', roles: ['SYSTEM'] },
    ]);
  });
});

describe('payments', () => {
  test('begin as announced, by those who may', () => {
    expect(paymentMachine.edges.filter(({ from }) => from === null)).toEqual([
      {
        from: null,
        to: 'CREATED',
        trigger: 'createPayment',
        roles: ['SYSTEM', 'STOREFRONT', 'COMMERCE'],
      },
    ]);
  });

  test('take a report in every state: facts are never refused', () => {
    for (const trigger of ['recordTransactionResult', 'recordProviderSnapshot']) {
      const edge = paymentMachine.edges.find((one) => one.trigger === trigger);
      expect(edge?.from).toEqual(PAYMENT_STATUSES);
    }
  });

  test('have no guard: their status is derived, not allowed', () => {
    expect(paymentMachine.edges.filter(({ guards }) => guards !== undefined)).toEqual([]);
  });

  test('every status but the first is led to by some report', () => {
    const led = new Set(paymentMachine.edges.map(({ to }) => to));

    expect(PAYMENT_STATUSES.filter((status) => !led.has(status))).toEqual([]);
  });
});
