import { Refused } from '../../../src/kernel/refusal';
import { rolesOf, step } from '../../../src/kernel/state-machine';
import {
  NO_PAYMENT_FACTS,
  PAYMENT_STATUSES,
  paymentMachine,
  TRANSACTION_STATUSES,
  transactionMachine,
  type PaymentFacts,
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

  test('have a guard only where something is asked: what is reported is derived, not allowed', () => {
    const guarded = paymentMachine.edges
      .filter(({ guards }) => guards !== undefined && guards.length > 0)
      .map(({ trigger }) => trigger);

    expect(guarded).toEqual([
      'requestCapture',
      'requestVoid',
      'requestRefund',
      'editPaymentInstruction',
    ]);
  });

  test('every status but the first is led to by some report', () => {
    const led = new Set(paymentMachine.edges.map(({ to }) => to));

    expect(PAYMENT_STATUSES.filter((status) => !led.has(status))).toEqual([]);
  });
});

// What may be asked or told of a payment in which status (states.md 2.2); what asks for money is in payment-guards.test.ts.
const COMMANDS = `
                   cancel edit resolve accept result snapshot status external event dispute attach
CREATED            yes    yes  .       .      yes    yes      yes    yes      yes   yes     yes
PENDING            yes    yes  .       .      yes    yes      yes    yes      yes   yes     yes
IN_PROCESS         yes    yes  .       .      yes    yes      yes    yes      yes   yes     yes
AUTHORIZED         .      yes  .       .      yes    yes      yes    yes      yes   yes     yes
CAPTURING          .      yes  .       .      yes    yes      yes    yes      yes   yes     yes
PARTIALLY_CAPTURED .      yes  .       .      yes    yes      yes    yes      yes   yes     yes
CAPTURED           .      yes  .       .      yes    yes      yes    yes      yes   yes     yes
PARTIALLY_REFUNDED .      yes  .       .      yes    yes      yes    yes      yes   yes     yes
REFUNDED           .      yes  .       .      yes    yes      yes    yes      yes   yes     yes
DISPUTED           .      yes  .       yes    yes    yes      yes    yes      yes   yes     yes
CHARGED_BACK       .      yes  .       yes    yes    yes      yes    yes      yes   yes     yes
VOIDED             .      yes  .       .      yes    yes      yes    yes      yes   yes     yes
EXPIRED            .      yes  .       .      yes    yes      yes    yes      yes   yes     yes
REJECTED           .      yes  .       .      yes    yes      yes    yes      yes   yes     yes
CANCELLED          .      yes  .       .      yes    yes      yes    yes      yes   yes     yes
FAILED             .      yes  .       .      yes    yes      yes    yes      yes   yes     yes
VACATED            .      yes  .       .      yes    yes      yes    yes      yes   yes     yes
INDETERMINATE      .      yes  yes     .      yes    yes      yes    yes      yes   yes     yes
`;

const TRIGGERS: Readonly<Record<string, readonly [trigger: string, roles: string]>> = {
  cancel: ['cancelPayment', 'PAYMENT SYSTEM'],
  edit: ['editPaymentInstruction', 'SUPPORT PAYMENT'],
  resolve: ['resolveIndeterminateTransaction', 'ADMIN PAYMENT SYSTEM'],
  accept: ['acceptChargeback', 'FINANCE SYSTEM'],
  result: ['recordTransactionResult', 'SYSTEM PAYMENT ADMIN'],
  snapshot: ['recordProviderSnapshot', 'SYSTEM'],
  status: ['recordPaymentStatus', 'SYSTEM'],
  external: ['recordExternalTransaction', 'ADMIN PAYMENT FINANCE'],
  event: ['recordTransactionEvent', 'SYSTEM PAYMENT ADMIN'],
  dispute: ['recordDispute', 'SYSTEM FINANCE'],
  attach: ['attachPaymentToOrder', 'COMMERCE PAYMENT'],
};

/** The status it stays in, for it is derived; else the code of the refusal. */
function outcome(trigger: string, from: string, facts: Partial<PaymentFacts> = {}): string {
  const status = PAYMENT_STATUSES.find((one) => one === from);
  if (status === undefined) throw new Error(`${from} is no status`);
  try {
    return step(paymentMachine, { trigger, from: status }, { ...NO_PAYMENT_FACTS, ...facts });
  } catch (error) {
    if (error instanceof Refused) return error.refusal.code;
    throw error;
  }
}

describe('what is asked and told of a payment', () => {
  test('the picture has every status and every command', () => {
    const [head = '', ...rows] = COMMANDS.trim().split('\n');
    const requests = ['requestCapture', 'requestVoid', 'requestRefund'];
    const commands = paymentMachine.edges
      .filter(({ from, to }) => from !== null && to === null)
      .map(({ trigger }) => trigger);

    expect(rows.map((row) => row.split(/\s+/)[0])).toEqual([...PAYMENT_STATUSES]);
    expect(head.trim().split(/\s+/)).toEqual(Object.keys(TRIGGERS));
    expect([...requests, ...Object.values(TRIGGERS).map(([trigger]) => trigger)].sort()).toEqual(
      commands.sort(),
    );
  });

  test.each(cells(COMMANDS))('%s, %s: %s', (from, column, cell) => {
    const [trigger = ''] = TRIGGERS[column] ?? [];

    expect(outcome(trigger, from)).toBe(cell === 'yes' ? from : 'INVALID_TRANSITION');
  });

  test.each(Object.values(TRIGGERS))('%s is for %s', (trigger, roles) => {
    expect(rolesOf(paymentMachine, trigger)).toEqual(roles.split(' '));
  });

  test('an instruction is not edited while an authorization or capture is under way, all else may be', () => {
    const edit = (facts: Partial<PaymentFacts>) =>
      outcome('editPaymentInstruction', 'AUTHORIZED', facts);

    expect(edit({ authorizeOrCaptureOpen: true })).toBe('OUTCOME_INDETERMINATE');
    expect(edit({ authorizeOrCaptureOpen: false, releaseIsReserved: true, frozen: true })).toBe(
      'AUTHORIZED',
    );
  });
});
