import { Refused } from '../../../src/kernel/refusal';
import { rolesOf, step, terminalStates } from '../../../src/kernel/state-machine';
import { type Order } from '../../../src/order/order.entity';
import {
  AUTOMATIC_ORDER_TRIGGERS,
  ORDER_STATUSES,
  orderMachine,
  type OrderFacts,
  type OrderStatus,
} from '../../../src/order/order.machine';
import { orderFacts, orderPaymentStatus } from '../../../src/order/order.rules';
import { type Payment } from '../../../src/payment/payment.entity';

// The whole machine on one screen, checked cell by cell with facts that satisfy every guard of the cell, so that only
// the table decides. A dot is a step that is illegal there.
const PICTURE = `
                   register         create  fail            no-seller       covered            lost            new-attempt     declined
-                  CREATION_PENDING CREATED .               .               .                  .               .               .
CREATION_PENDING   .                CREATED CREATION_FAILED .               .                  .               .               .
CREATION_FAILED    .                CREATED CREATION_FAILED .               .                  .               .               .
CREATED            .                .       .               PAYMENT_PENDING .                  .               .               .
PAYMENT_PENDING    .                .       .               .               PAYMENT_AUTHORIZED .               .               PAYMENT_DENIED
PAYMENT_AUTHORIZED .                .       .               .               .                  PAYMENT_PENDING .               .
PAYMENT_DENIED     .                .       .               .               .                  .               PAYMENT_PENDING .
`;

const PAYABLE = 100n;
const money = (covered: bigint, hoped = 0n): OrderFacts => ({ covered, hoped, payable: PAYABLE });
const COVERED = money(100n);
const HOPEFUL = money(0n, 100n);
const HOPELESS = money(0n);

const MOVES: Readonly<Record<string, readonly [trigger: string, facts: OrderFacts]>> = {
  register: ['registerCheckout', COVERED],
  create: ['createOrder', COVERED],
  fail: ['recordOrderCreationFailure', COVERED],
  'no-seller': ['no external seller', COVERED],
  covered: ['payments covered', COVERED],
  lost: ['cover lost', HOPELESS],
  'new-attempt': ['new attempt', HOPEFUL],
  declined: ['declined', HOPELESS],
};

const [head = '', ...rows] = PICTURE.trim().split('\n');
const columns = head.trim().split(/\s+/);
const CELLS = rows.flatMap((row) => {
  const [from = '', ...cells] = row.trim().split(/\s+/);
  return columns.map((column, index) => [from, column, cells[index]!] as const);
});

/** The next state, or the code of the refusal. */
function outcome(from: string, trigger: string, facts: OrderFacts): string {
  try {
    return step(
      orderMachine,
      { trigger, from: from === '-' ? null : (from as OrderStatus) },
      facts,
    );
  } catch (error) {
    if (error instanceof Refused) return error.refusal.code;
    throw error;
  }
}

describe('order transitions', () => {
  test('the picture has every state and every trigger', () => {
    expect(rows.map((row) => row.trim().split(/\s+/)[0])).toEqual(['-', ...ORDER_STATUSES]);
    expect(new Set(Object.values(MOVES).map(([trigger]) => trigger))).toEqual(
      new Set(orderMachine.edges.map(({ trigger }) => trigger)),
    );
  });

  test.each(CELLS)('%s, %s: %s', (from, column, cell) => {
    const [trigger, facts] = MOVES[column]!;

    expect(outcome(from, trigger, facts)).toBe(cell === '.' ? 'INVALID_TRANSITION' : cell);
  });

  test('none is an end yet: money may still be lost or found', () => {
    expect(terminalStates(orderMachine)).toEqual([]);
  });

  test.each([
    ['registerCheckout', ['SYSTEM', 'STOREFRONT', 'COMMERCE']],
    ['createOrder', ['SYSTEM', 'STOREFRONT', 'COMMERCE']],
    ['recordOrderCreationFailure', ['SYSTEM', 'STOREFRONT', 'COMMERCE']],
    ['payments covered', ['SYSTEM']],
    ['declined', ['SYSTEM']],
  ])('%s is for %j', (trigger, roles) => {
    expect(rolesOf(orderMachine, trigger)).toEqual(roles);
  });
});

describe('guards, on both sides of their boundaries', () => {
  test.each([
    ['PAYMENT_PENDING', 'payments covered', money(99n), 'GUARD_FAILED'],
    ['PAYMENT_PENDING', 'payments covered', money(100n), 'PAYMENT_AUTHORIZED'],
    ['PAYMENT_PENDING', 'payments covered', money(101n), 'PAYMENT_AUTHORIZED'],
    ['PAYMENT_PENDING', 'payments covered', money(0n, 100n), 'GUARD_FAILED'],
    ['PAYMENT_AUTHORIZED', 'cover lost', money(100n), 'GUARD_FAILED'],
    ['PAYMENT_AUTHORIZED', 'cover lost', money(99n), 'PAYMENT_PENDING'],
    ['PAYMENT_AUTHORIZED', 'cover lost', money(99n, 100n), 'PAYMENT_PENDING'],
    ['PAYMENT_PENDING', 'declined', money(60n, 40n), 'GUARD_FAILED'],
    ['PAYMENT_PENDING', 'declined', money(60n, 39n), 'PAYMENT_DENIED'],
    ['PAYMENT_DENIED', 'new attempt', money(60n, 39n), 'GUARD_FAILED'],
    ['PAYMENT_DENIED', 'new attempt', money(60n, 40n), 'PAYMENT_PENDING'],
    ['PAYMENT_DENIED', 'new attempt', money(100n), 'PAYMENT_PENDING'],
  ])('%s, %s with %j: %s', (from, trigger, facts, expected) => {
    expect(outcome(from, trigger, facts)).toBe(expected);
  });

  test('an order of nothing is covered by nothing', () => {
    expect(
      outcome('PAYMENT_PENDING', 'payments covered', { covered: 0n, hoped: 0n, payable: 0n }),
    ).toBe('PAYMENT_AUTHORIZED');
  });

  test('whatever the money, the automatic edges come to rest', () => {
    for (const covered of [0n, 99n, 100n, 101n]) {
      for (const hoped of [0n, 1n, 100n]) {
        for (const start of ORDER_STATUSES.filter((status) => !status.startsWith('CREATION_'))) {
          expect(settled(start, money(covered, hoped))).toBe(
            covered >= 100n
              ? 'PAYMENT_AUTHORIZED'
              : covered + hoped >= 100n
                ? 'PAYMENT_PENDING'
                : 'PAYMENT_DENIED',
          );
        }
      }
    }
  });
});

function settled(start: OrderStatus, facts: OrderFacts): string {
  let status: OrderStatus = start;
  for (let taken = 0; taken < 10; taken += 1) {
    const next = AUTOMATIC_ORDER_TRIGGERS.map((trigger) => outcome(status, trigger, facts)).find(
      (one) => ORDER_STATUSES.includes(one as OrderStatus),
    );
    if (next === undefined) return status;
    status = next as OrderStatus;
  }
  return 'a cycle';
}

const ORDER = { id: 'ord_1', totalMinor: PAYABLE, currency: 'EUR' } as Order;
const NOTHING = {
  authorized: 0n,
  authorizing: 0n,
  capturing: 0n,
  captured: 0n,
  voiding: 0n,
  voided: 0n,
  expired: 0n,
  refunding: 0n,
  refunded: 0n,
  disputed: 0n,
  chargedBack: 0n,
};
const payment = (more: Partial<Payment>): Payment =>
  ({
    orderId: 'ord_1',
    currency: 'EUR',
    expected: PAYABLE,
    status: 'CREATED',
    ...NOTHING,
    ...more,
  }) as Payment;

describe('what its payments say of an order', () => {
  test.each([
    ['CREATED', 100n],
    ['PENDING', 100n],
    ['IN_PROCESS', 100n],
    ['INDETERMINATE', 100n],
    ['REJECTED', 0n],
    ['CANCELLED', 0n],
    ['VOIDED', 0n],
    ['EXPIRED', 0n],
    ['FAILED', 0n],
    ['VACATED', 0n],
  ] as const)('a payment that is %s lets hope for %s', (status, hoped) => {
    expect(orderFacts(ORDER, [payment({ status })])).toEqual({
      covered: 0n,
      hoped,
      payable: PAYABLE,
    });
  });

  test('only payments of the order, in its currency, count', () => {
    const paid = { authorized: 100n, captured: 100n, status: 'CAPTURED' } as const;
    const facts = orderFacts(ORDER, [
      payment({ ...paid, orderId: 'ord_2' }),
      payment({ ...paid, currency: 'USD' }),
      payment({ ...paid, currency: null }),
      payment({ authorized: 60n, status: 'AUTHORIZED' }),
      payment({ authorized: 50n, captured: 50n, refunded: 20n, status: 'PARTIALLY_REFUNDED' }),
    ]);

    expect(facts).toEqual({ covered: 90n, hoped: 0n, payable: PAYABLE });
  });

  test.each([
    [0n, 0n, 'NONE', 'NONE'],
    [1n, 0n, 'PARTIAL', 'PARTIAL'],
    [99n, 0n, 'PARTIAL', 'PARTIAL'],
    [100n, 0n, 'FULL', 'FULL'],
    [101n, 0n, 'OVERCHARGED', 'FULL'],
    [0n, 99n, 'NONE', 'PARTIAL'],
    [0n, 100n, 'NONE', 'FULL'],
    [40n, 60n, 'PARTIAL', 'FULL'],
  ])('captured %s and reserved %s: %s, %s', (captured, reserved, chargeStatus, authorizeStatus) => {
    const payments = [payment({ authorized: captured + reserved, captured })];

    expect(orderPaymentStatus(ORDER, payments)).toEqual({ chargeStatus, authorizeStatus });
  });

  test('a refund under way is not charged any more, and covers no more', () => {
    const payments = [payment({ authorized: 100n, captured: 100n, refunding: 30n, refunded: 10n })];

    expect(orderPaymentStatus(ORDER, payments)).toEqual({
      chargeStatus: 'PARTIAL',
      authorizeStatus: 'PARTIAL',
    });
  });

  test('an order of nothing is charged in full', () => {
    expect(orderPaymentStatus({ ...ORDER, totalMinor: 0n }, [])).toEqual({
      chargeStatus: 'FULL',
      authorizeStatus: 'FULL',
    });
  });
});
