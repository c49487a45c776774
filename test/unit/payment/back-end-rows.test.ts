import fc from 'fast-check';
import { backEndRows } from '../../../src/payment/back-end-rows.rules';
import { type PaymentFact } from '../../../src/payment/payment-fact.entity';
import { type TransactionResult, type TransactionType } from '../../../src/payment/payment.machine';
import { at, project, snapshot, tx, word } from './facts';

/** approved/deposited/failed, "-" for null, as the facts make them. */
function rows(...facts: PaymentFact[]): string[] {
  const transactions = project(facts).transactions.map(
    ({ failedMinor: _failed, decidedBy: _by, ...one }, index) => ({
      ...one,
      id: `ptx_${String(index).padStart(3, '0')}`,
      checkoutId: 'chk_1',
      paymentId: 'pay_1',
      version: 1,
      createdAt: at(59),
      updatedAt: at(59),
    }),
  );
  return backEndRows(transactions, facts, 'EUR').map(({ approved, deposited, failed }) =>
    [approved ?? '-', deposited, failed].join('/'),
  );
}

/** A report with the names it gives, in minutes after noon. */
const told = (
  type: TransactionType,
  result: TransactionResult,
  amount: bigint,
  [minute, name, parentKey]: readonly [minute: number, name: string, parentKey?: string],
): PaymentFact =>
  tx(type, result, amount, {
    minute,
    gatewayTransactionId: name,
    ...(parentKey !== undefined && { parentKey }),
  });

describe('the published figures', () => {
  const denied = told('AUTHORIZE', 'FAILED', 300n, [1, 'a1']);
  const approved = told('AUTHORIZE', 'SUCCEEDED', 300n, [2, 'a2']);

  test('nothing, denied, approved, deposited (W1)', () => {
    const taken = told('CAPTURE', 'SUCCEEDED', 300n, [3, 'c1', 'a2']);

    expect(rows()).toEqual([]);
    expect(rows(denied)).toEqual(['0/0/300']);
    expect(rows(denied, approved)).toEqual(['0/0/300', '300/0/0']);
    expect(rows(denied, approved, taken)).toEqual(['0/0/300', '300/300/0']);
  });

  test('approved and deposited (W2)', () => {
    expect(rows(approved, told('CAPTURE', 'SUCCEEDED', 300n, [3, 'c1']))).toEqual(['300/300/0']);
  });

  test('deposited without an approval (W3)', () => {
    expect(rows(told('SALE', 'SUCCEEDED', 45n, [1, 's1']))).toEqual(['-/45/0']);
  });
});

test('a capture that names its authorization leaves the older ones alone', () => {
  expect(
    rows(
      told('AUTHORIZE', 'SUCCEEDED', 100n, [1, 'a1']),
      told('AUTHORIZE', 'SUCCEEDED', 50n, [2, 'a2']),
      told('CAPTURE', 'SUCCEEDED', 50n, [3, 'c1', 'a2']),
      told('CAPTURE', 'SUCCEEDED', 30n, [4, 'c2']),
    ),
  ).toEqual(['100/30/0', '50/50/0']);
});

test('a failed capture is no failed attempt', () => {
  expect(
    rows(
      told('AUTHORIZE', 'SUCCEEDED', 100n, [1, 'a1']),
      told('CAPTURE', 'FAILED', 100n, [2, 'c1', 'a1']),
    ),
  ).toEqual(['100/0/0']);
});

test('an adjustment overwrites what was approved (money.md 4)', () => {
  expect(
    rows(
      told('AUTHORIZE', 'SUCCEEDED', 100n, [1, 'a1']),
      told('AUTH_ADJUST', 'SUCCEEDED', 130n, [2, 'j1']),
    ),
  ).toEqual(['130/0/0']);
});

test('what failed by the word of the provider failed with what was asked for', () => {
  expect(
    rows(told('AUTHORIZE', 'PENDING', 100n, [1, 'a1']), word('REJECTED', { minute: 2 })),
  ).toEqual(['0/0/100']);
});

test('totals of the provider imply a row', () => {
  expect(
    rows(snapshot('CAPTURED', { authorizedMinor: 100n, capturedMinor: 60n }, { minute: 1 })),
  ).toEqual(['100/60/0']);
});

const amount = fc.bigInt({ min: 1n, max: 500n });
const result = fc.constantFrom<TransactionResult>('SUCCEEDED', 'FAILED', 'PENDING');

test('one row per attempt and per capture that nothing approved, and what is deposited in them is what was captured', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ sale: fc.boolean(), result, amount }), { minLength: 1, maxLength: 6 }),
      fc.array(fc.record({ result, amount }), { maxLength: 6 }),
      (attempts, captures) => {
        const facts = [
          ...attempts.map((one, index) =>
            told(one.sale ? 'SALE' : 'AUTHORIZE', one.result, one.amount, [index, `a${index}`]),
          ),
          ...captures.map((one, index) =>
            told('CAPTURE', one.result, one.amount, [20 + index, `c${index}`]),
          ),
        ];
        const { captured, transactions } = project(facts);
        const shown = rows(...facts).map((row) => row.split('/'));

        const tried = transactions.filter(({ type }) => type === 'AUTHORIZE' || type === 'SALE');
        const isApproved = tried.some(({ type }) => type === 'AUTHORIZE');
        const taken = captures.filter((one) => one.result === 'SUCCEEDED' && !isApproved);

        expect(shown).toHaveLength(tried.length + taken.length);
        expect(shown.reduce((sum, [, deposited]) => sum + BigInt(deposited ?? 0), 0n)).toBe(
          captured,
        );
      },
    ),
  );
});
