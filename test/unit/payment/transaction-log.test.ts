import fc from 'fast-check';
import { type PaymentFact } from '../../../src/payment/payment-fact.entity';
import { eventsOf, isLogLine } from '../../../src/payment/transaction-log.rules';
import { TRANSACTION_TYPES, type TransactionResult } from '../../../src/payment/payment.machine';
import { project, snapshot, tx, word } from './facts';

let lines = 0;

/** A line of the log of a transaction. */
const line = (told: Partial<PaymentFact> & { minute?: number }): PaymentFact => {
  lines += 1;
  return {
    ...word('CREATED', { naturalKey: `event:${lines}`, ...told }),
    reported: null,
    nativeStatus: null,
    transactionType: told.transactionType ?? 'CAPTURE',
    rawMessage: `line ${lines}`,
    reasonCode: 'Entity_Declined',
    sourceSystem: 'gateway-eu',
  };
};

const facts = fc
  .array(
    fc.oneof(
      fc
        .record({
          type: fc.constantFrom(...TRANSACTION_TYPES),
          result: fc.constantFrom<TransactionResult>(
            'PENDING',
            'SUCCEEDED',
            'FAILED',
            'INDETERMINATE',
            'CANCELLED',
          ),
          amount: fc.bigInt({ min: 0n, max: 200n }),
          minute: fc.integer({ min: 0, max: 9 }),
          name: fc.constantFrom('g1', 'g2', null),
          key: fc.constantFrom('k1', 'k2'),
        })
        .map(({ type, result, amount, minute, name, key }) =>
          tx(type, result, amount, {
            minute,
            gatewayTransactionId: name,
            providerRequestKey: key,
          }),
        ),
      fc
        .record({
          status: fc.constantFrom('PENDING', 'AUTHORIZED', 'CAPTURED', 'REFUNDED', 'EXPIRED'),
          minute: fc.integer({ min: 0, max: 9 }),
        })
        .map(({ status, minute }) => word(status as 'PENDING', { minute })),
      fc
        .bigInt({ min: 0n, max: 200n })
        .map((capturedMinor) => snapshot('CAPTURED', { capturedMinor }, { minute: 5 })),
    ),
    { maxLength: 8 },
  )
  .map((told) => told.filter((one, index) => told.findIndex(({ id }) => id === one.id) === index));

test('no line of a log changes anything about the payment', () => {
  fc.assert(
    fc.property(
      facts,
      fc.array(
        fc.record({
          at: fc.nat({ max: 20 }),
          minute: fc.integer({ min: -5, max: 30 }),
          transactionType: fc.constantFrom(...TRANSACTION_TYPES),
          gatewayTransactionId: fc.constantFrom('g1', 'g9', null),
          providerRequestKey: fc.constantFrom('k1', null),
          parentKey: fc.constantFrom('implied:CAPTURE', 'CAPTURE:g1', null),
        }),
        { minLength: 1, maxLength: 5 },
      ),
      (told, log) => {
        const all = [...told];
        for (const { at, ...names } of log) all.splice(at % (all.length + 1), 0, line(names));

        expect(project(all)).toEqual(project(told));
      },
    ),
  );
});

test('each line stands with one transaction at most', () => {
  fc.assert(
    fc.property(facts, (told) => {
      const { transactions } = project(told);
      const log = transactions.map((one) =>
        line({
          minute: 20,
          transactionType: one.type,
          gatewayTransactionId: one.gatewayTransactionId,
          providerRequestKey: one.providerRequestKey,
          parentKey: one.naturalKey,
        }),
      );
      for (const [index, one] of transactions.entries()) {
        const own = eventsOf(one, [...told, ...log], transactions).filter(isLogLine);
        expect(own.map(({ id }) => id)).toEqual([log[index]?.id]);
      }
    }),
  );
});

test('a status word is no line, nor is a result', () => {
  expect(isLogLine(word('PENDING'))).toBe(false);
  expect(isLogLine(word('UNKNOWN_NATIVE'))).toBe(false);
  expect(isLogLine(tx('CAPTURE', 'FAILED', 1n))).toBe(false);
  expect(isLogLine(line({}))).toBe(true);
});
