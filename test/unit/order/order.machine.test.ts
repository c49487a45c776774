import { DEFAULT_LIMITS } from '../../../src/kernel/limits';
import { type Role } from '../../../src/kernel/actor';
import { Refused } from '../../../src/kernel/refusal';
import { rolesOf, step, terminalStates } from '../../../src/kernel/state-machine';
import { type Fulfillment } from '../../../src/fulfillment/fulfillment.entity';
import { moveOrder } from '../../../src/order/move-order.rules';
import { type Order } from '../../../src/order/order.entity';
import {
  AUTOMATIC_ORDER_TRIGGERS,
  NO_MONEY,
  ORDER_STATUSES,
  orderMachine,
  type OrderFacts,
  type OrderStatus,
} from '../../../src/order/order.machine';
import { orderFacts, orderPaymentStatus, statusEndsAt } from '../../../src/order/order.rules';
import { type PaymentTransaction } from '../../../src/payment/payment-transaction.entity';
import { type Payment } from '../../../src/payment/payment.entity';
import { aDraft } from '../../support/drafts';

const STATES: Readonly<Record<string, OrderStatus>> = {
  CP: 'CREATION_PENDING',
  CF: 'CREATION_FAILED',
  CR: 'CREATED',
  PP: 'PAYMENT_PENDING',
  PA: 'PAYMENT_AUTHORIZED',
  PD: 'PAYMENT_DENIED',
  CW: 'CANCELLATION_WINDOW',
  RH: 'READY_FOR_HANDLING',
  HA: 'HANDLING',
  VI: 'VERIFYING_INVOICE',
  IN: 'INVOICED',
  CO: 'COMPLETED',
  RQ: 'CANCELLATION_REQUESTED',
  CG: 'CANCELLING',
  CA: 'CANCELLED',
};

// The whole machine, checked cell by cell with facts that satisfy every guard of the cell, so that only the table
// decides. A dot is a step that is illegal there, `=` one that leaves the state as it is.
const PICTURES = [
  `
     register create repair fail abandoned confirm no-seller
  -  CP       CR     .      .    .         .       .
  CP .        CR     CR     CF   CA        .       .
  CF .        CR     CR     CF   .         .       .
  CR .        .      .      .    .         PP      PP
  PP .        .      .      .    .         .       .
  PA .        .      .      .    .         .       .
  PD .        .      .      .    .         .       .
  CW .        .      .      .    .         .       .
  RH .        .      .      .    .         .       .
  HA .        .      .      .    .         .       .
  VI .        .      .      .    .         .       .
  IN .        .      .      .    .         .       .
  CO .        .      .      .    .         .       .
  RQ .        .      .      .    .         .       .
  CG .        .      .      .    .         .       .
  CA .        .      .      .    .         .       .`,
  `
     covered declined new-attempt retry-over lost window release window-over
  -  .       .        .           .          .    .      .       .
  CP .       .        .           .          .    .      .       .
  CF .       .        .           .          .    .      .       .
  CR .       .        .           .          .    .      .       .
  PP PA      PD       .           .          .    .      .       .
  PA .       .        .           .          PP   CW     RH      .
  PD .       .        PP          CG         .    .      .       .
  CW .       .        .           .          PP   .      RH      RH
  RH .       .        .           .          PP   .      .       .
  HA .       .        .           .          .    .      .       .
  VI .       .        .           .          .    .      .       .
  IN .       .        .           .          .    .      .       .
  CO .       .        .           .          .    .      .       .
  RQ .       .        .           .          .    .      .       .
  CG .       .        .           .          .    .      .       .
  CA .       .        .           .          .    .      .       .`,
  `
     start invoice mirror all-invoiced captured part delivered
  -  .     .       .      .            .        .    .
  CP .     .       .      .            .        .    .
  CF .     .       .      .            .        .    .
  CR .     .       .      .            .        .    .
  PP .     .       .      .            .        .    .
  PA .     .       VI     VI           .        .    .
  PD .     .       .      .            .        .    .
  CW .     .       VI     VI           .        .    .
  RH HA    .       VI     VI           .        .    .
  HA .     VI      VI     VI           .        .    .
  VI .     VI      VI     .            IN       PA   .
  IN .     .       .      .            .        .    CO
  CO .     .       .      .            .        .    .
  RQ .     .       .      .            .        .    .
  CG .     .       .      .            .        .    .
  CA .     .       .      .            .        .    .`,
  `
     request cancel last-part money-done replace back-CR back-PP back-PA back-CW back-RH back-HA
  -  .       .      .         .          .       .       .       .       .       .       .
  CP .       CG     .         .          .       .       .       .       .       .       .
  CF .       CG     .         .          .       .       .       .       .       .       .
  CR RQ      CG     CG        .          .       .       .       .       .       .       .
  PP RQ      CG     CG        .          .       .       .       .       .       .       .
  PA RQ      CG     CG        .          .       .       .       .       .       .       .
  PD .       CG     CG        .          .       .       .       .       .       .       .
  CW RQ      CG     CG        .          .       .       .       .       .       .       .
  RH RQ      CG     CG        .          .       .       .       .       .       .       .
  HA RQ      CG     CG        .          .       .       .       .       .       .       .
  VI .       CG     .         .          .       .       .       .       .       .       .
  IN .       .      .         .          .       .       .       .       .       .       .
  CO .       .      .         .          .       .       .       .       .       .       .
  RQ .       CG     CG        .          .       CR      PP      PA      CW      RH      HA
  CG .       .      .         CA         =       .       .       .       .       .       .
  CA .       .      .         .          =       .       .       .       .       .       .`,
  `
     duplicate link oms erp log prime grant
  -  .         .    .   .   .   .     .
  CP =         =    =   =   =   =     =
  CF =         =    =   =   =   =     =
  CR =         =    =   =   =   =     =
  PP =         =    =   =   =   =     =
  PA =         =    =   =   =   =     =
  PD =         =    =   =   =   =     =
  CW =         =    =   =   =   =     =
  RH =         =    =   =   =   =     =
  HA =         =    =   =   =   =     =
  VI =         =    =   =   =   =     =
  IN =         =    =   =   =   =     =
  CO .         .    =   =   =   =     =
  RQ =         =    =   =   =   =     =
  CG =         =    =   =   =   =     =
  CA .         .    =   =   =   =     =`,
];

const PAYABLE = 100n;
const facts = (more: Partial<OrderFacts> = {}): OrderFacts => ({
  ...NO_MONEY,
  payable: PAYABLE,
  needed: PAYABLE,
  ...more,
});
const PAID = facts({ covered: PAYABLE });
const HOPELESS = facts();
const INVOICED = facts({ covered: PAYABLE, captured: PAYABLE, invoiced: PAYABLE });
const PART = facts({ covered: PAYABLE, captured: 60n, invoiced: 60n });

const MOVES: Readonly<Record<string, readonly [trigger: string, facts: OrderFacts]>> = {
  register: ['registerCheckout', HOPELESS],
  create: ['createOrder', HOPELESS],
  repair: ['repairOrder', HOPELESS],
  fail: ['recordOrderCreationFailure', HOPELESS],
  abandoned: ['abandoned', facts({ isOverdue: true })],
  confirm: ['confirmOrderBySeller', HOPELESS],
  'no-seller': ['no external seller', HOPELESS],
  covered: ['payments covered', PAID],
  declined: ['declined', HOPELESS],
  'new-attempt': ['new attempt', facts({ hoped: PAYABLE })],
  'retry-over': ['retry window over', facts({ isOverdue: true })],
  lost: ['cover lost', HOPELESS],
  window: ['window opens', facts({ covered: PAYABLE, hasWindow: true })],
  release: ['releaseOrderForHandling', PAID],
  'window-over': ['window over', facts({ covered: PAYABLE, isOverdue: true })],
  start: ['startHandling', PAID],
  invoice: ['insertInvoice', PAID],
  mirror: ['mirrored invoice', PAID],
  'all-invoiced': ['all is invoiced', INVOICED],
  captured: ['capture confirmed', INVOICED],
  part: ['partial invoice', PART],
  delivered: ['all delivered', facts({ delivered: true })],
  request: ['requestOrderCancellation', PAID],
  cancel: ['cancelOrder', facts({ covered: PAYABLE, captureFailed: true })],
  'last-part': ['last fulfillment cancelled', PAID],
  'money-done': ['money done', HOPELESS],
  replace: ['replaceOrder', HOPELESS],
  ...Object.fromEntries(
    ['CR', 'PP', 'PA', 'CW', 'RH', 'HA'].map((state) => [
      `back-${state}`,
      ['denyOrderCancellation', HOPELESS] as const,
    ]),
  ),
  duplicate: ['markDuplicateOrder', HOPELESS],
  link: ['linkOrders', HOPELESS],
  oms: ['recordOmsStatus', HOPELESS],
  erp: ['recordErpPosting', HOPELESS],
  log: ['recordOrderInteraction', HOPELESS],
  prime: ['primePayments', HOPELESS],
  grant: ['grantRefund', HOPELESS],
};

const words = (line: string) => line.trim().split(/\s+/);
const drawn = PICTURES.map((picture) => {
  const [head = '', ...rows] = picture.trim().split('\n');
  return { columns: words(head), rows: rows.map(words) };
});
const CELLS = drawn.flatMap(({ columns, rows }) =>
  rows.flatMap(([from = '', ...cells]) =>
    columns.map((column, index) => [from, column, cells[index]!] as const),
  ),
);

/** The next state, or the code of the refusal. */
function outcome(
  from: OrderStatus | null,
  trigger: string,
  given: OrderFacts,
  to?: OrderStatus,
): string {
  try {
    return step(orderMachine, { trigger, from, ...(to && { to }) }, given);
  } catch (error) {
    if (error instanceof Refused) return error.refusal.code;
    throw error;
  }
}

describe('order transitions', () => {
  test('the pictures have every state and every trigger', () => {
    const names = ORDER_STATUSES.map((status) =>
      Object.keys(STATES).find((short) => STATES[short] === status),
    );

    for (const { rows } of drawn) expect(rows.map(([from]) => from)).toEqual(['-', ...names]);
    expect(drawn.flatMap(({ columns }) => columns)).toEqual(Object.keys(MOVES));
    expect(new Set(Object.values(MOVES).map(([trigger]) => trigger))).toEqual(
      new Set(orderMachine.edges.map(({ trigger }) => trigger)),
    );
  });

  test.each(CELLS)('%s, %s: %s', (short, column, cell) => {
    const [trigger, given] = MOVES[column]!;
    const from = STATES[short] ?? null;
    const to = column.startsWith('back-') ? STATES[column.slice(5)] : undefined;
    const expected = cell === '=' ? from : (STATES[cell] ?? 'INVALID_TRANSITION');

    expect(outcome(from, trigger, given, to)).toBe(expected);
  });

  test('two ends: everything arrived, or everything was given up', () => {
    expect(terminalStates(orderMachine)).toEqual(['COMPLETED', 'CANCELLED']);
  });

  test.each([
    ['registerCheckout', 'SYSTEM STOREFRONT COMMERCE'],
    ['createOrder', 'SYSTEM STOREFRONT COMMERCE'],
    ['recordOrderCreationFailure', 'SYSTEM STOREFRONT COMMERCE'],
    ['repairOrder', 'COMMERCE'],
    ['confirmOrderBySeller', 'OMS SYSTEM'],
    ['releaseOrderForHandling', 'SYSTEM COMMERCE'],
    ['startHandling', 'OMS SYSTEM'],
    ['insertInvoice', 'OMS SYSTEM'],
    ['requestOrderCancellation', 'SUPPORT COMMERCE CUSTOMER SYSTEM'],
    ['denyOrderCancellation', 'COMMERCE OMS'],
    ['cancelOrder', 'COMMERCE ADMIN SYSTEM'],
    ['replaceOrder', 'COMMERCE SUPPORT'],
    ['markDuplicateOrder', 'COMMERCE'],
    ['linkOrders', 'SYSTEM COMMERCE'],
    ['recordOmsStatus', 'OMS SYSTEM'],
    ['recordErpPosting', 'FINANCE SYSTEM'],
    ['recordOrderInteraction', 'SYSTEM COMMERCE OMS SUPPORT'],
    ['primePayments', 'SYSTEM COMMERCE'],
    ['grantRefund', 'FINANCE SUPPORT'],
  ])('%s is for %s', (trigger, roles) => {
    expect(rolesOf(orderMachine, trigger)).toEqual(roles.split(' ') as Role[]);
  });

  test('what happens by itself is for the system alone', () => {
    for (const trigger of AUTOMATIC_ORDER_TRIGGERS) {
      expect([trigger, rolesOf(orderMachine, trigger)]).toEqual([trigger, ['SYSTEM']]);
    }
  });
});

const SELLER = { side: 'SELLER' } as const;

describe('guards, on both sides of their boundaries', () => {
  test.each([
    ['CP', 'abandoned', { isOverdue: true, moneySeen: true }, 'GUARD_FAILED'],
    ['CP', 'abandoned', { isOverdue: true, transactionOpen: true }, 'GUARD_FAILED'],
    ['CP', 'abandoned', {}, 'GUARD_FAILED'],
    ['CR', 'no external seller', SELLER, 'GUARD_FAILED'],
    ['PP', 'payments covered', { covered: 99n }, 'GUARD_FAILED'],
    ['PP', 'payments covered', { covered: 100n }, 'PA'],
    ['PP', 'payments covered', { covered: 101n }, 'PA'],
    ['PP', 'payments covered', { hoped: 100n }, 'GUARD_FAILED'],
    ['PP', 'payments covered', { ...SELLER, covered: 100n }, 'GUARD_FAILED'],
    ['PP', 'payments covered', { ...SELLER, isTold: true }, 'PA'],
    ['PP', 'payments covered', { needed: 0n }, 'PA'],
    ['PP', 'declined', { covered: 60n, hoped: 40n }, 'GUARD_FAILED'],
    ['PP', 'declined', { covered: 60n, hoped: 39n }, 'PD'],
    ['PP', 'declined', SELLER, 'GUARD_FAILED'],
    ['PD', 'new attempt', { covered: 60n, hoped: 39n }, 'GUARD_FAILED'],
    ['PD', 'new attempt', { covered: 60n, hoped: 40n }, 'PP'],
    ['PD', 'new attempt', { covered: 100n }, 'PP'],
    ['PD', 'retry window over', {}, 'GUARD_FAILED'],
    ['PD', 'retry window over', { isOverdue: true, frozen: true }, 'REPLAY_BLOCKED'],
    [
      'PD',
      'retry window over',
      { isOverdue: true, captureOrVoidOpen: true },
      'OUTCOME_INDETERMINATE',
    ],
    ['PD', 'retry window over', { isOverdue: true, moneyContested: true }, 'GUARD_FAILED'],
    ['PD', 'retry window over', { isOverdue: true, goodsSent: true }, 'GUARD_FAILED'],
    ['PA', 'cover lost', { covered: 100n }, 'GUARD_FAILED'],
    ['PA', 'cover lost', { covered: 99n }, 'PP'],
    ['RH', 'cover lost', { covered: 99n, hoped: 100n }, 'PP'],
    ['PA', 'cover lost', { covered: 99n, invoiced: 1n }, 'GUARD_FAILED'],
    ['PA', 'cover lost', SELLER, 'GUARD_FAILED'],
    ['PA', 'window opens', {}, 'GUARD_FAILED'],
    ['PA', 'window opens', { hasWindow: true, invoiced: 1n }, 'GUARD_FAILED'],
    ['PA', 'releaseOrderForHandling', { covered: 99n }, 'GUARD_FAILED'],
    ['CW', 'releaseOrderForHandling', { covered: 100n }, 'RH'],
    ['PA', 'releaseOrderForHandling', { ...SELLER, isTold: true }, 'RH'],
    ['PA', 'releaseOrderForHandling', { ...SELLER, covered: 100n }, 'GUARD_FAILED'],
    ['CW', 'window over', { covered: 100n }, 'GUARD_FAILED'],
    ['CW', 'window over', { covered: 99n, isOverdue: true }, 'GUARD_FAILED'],
    ['RH', 'startHandling', { covered: 99n }, 'GUARD_FAILED'],
    ['RH', 'startHandling', { covered: 100n, frozen: true }, 'REPLAY_BLOCKED'],
    ['RH', 'startHandling', { covered: 100n }, 'HA'],
    ['HA', 'mirrored invoice', SELLER, 'GUARD_FAILED'],
    ['HA', 'all is invoiced', { invoiced: 99n }, 'GUARD_FAILED'],
    ['HA', 'all is invoiced', { invoiced: 101n }, 'GUARD_FAILED'],
    ['HA', 'all is invoiced', { invoiced: 100n }, 'VI'],
    ['HA', 'all is invoiced', { payable: 0n }, 'GUARD_FAILED'],
    ['VI', 'capture confirmed', { invoiced: 100n, captured: 99n }, 'GUARD_FAILED'],
    ['VI', 'capture confirmed', { invoiced: 100n, captured: 100n }, 'IN'],
    ['VI', 'capture confirmed', { invoiced: 100n, captured: 60n, deferred: 39n }, 'GUARD_FAILED'],
    ['VI', 'capture confirmed', { invoiced: 100n, captured: 60n, deferred: 40n }, 'IN'],
    ['VI', 'capture confirmed', { invoiced: 99n, captured: 100n }, 'GUARD_FAILED'],
    ['VI', 'capture confirmed', { invoiced: 101n, captured: 101n }, 'GUARD_FAILED'],
    ['VI', 'capture confirmed', { ...SELLER, invoiced: 100n }, 'IN'],
    ['VI', 'capture confirmed', { ...SELLER, invoiced: 99n }, 'GUARD_FAILED'],
    ['VI', 'partial invoice', { invoiced: 60n, captured: 59n }, 'GUARD_FAILED'],
    ['VI', 'partial invoice', { invoiced: 60n, captured: 60n }, 'PA'],
    ['VI', 'partial invoice', { invoiced: 60n, captured: 50n, deferred: 10n }, 'PA'],
    ['VI', 'partial invoice', { invoiced: 100n, captured: 100n }, 'GUARD_FAILED'],
    ['VI', 'partial invoice', { captured: 100n }, 'GUARD_FAILED'],
    ['VI', 'partial invoice', { ...SELLER, invoiced: 1n }, 'PA'],
    ['IN', 'all delivered', {}, 'GUARD_FAILED'],
    ['HA', 'requestOrderCancellation', { invoiced: 1n }, 'GUARD_FAILED'],
    ['HA', 'requestOrderCancellation', { frozen: true }, 'RQ'],
    ['HA', 'last fulfillment cancelled', { invoiced: 1n }, 'GUARD_FAILED'],
    ['PA', 'cancelOrder', { captureOrVoidOpen: true, forced: true }, 'OUTCOME_INDETERMINATE'],
    ['PA', 'cancelOrder', { net: 1n }, 'GUARD_FAILED'],
    ['PA', 'cancelOrder', { net: 1n, forced: true }, 'CG'],
    ['PA', 'cancelOrder', { captured: 100n }, 'CG'],
    ['PA', 'cancelOrder', { net: -1n }, 'CG'],
    ['PA', 'cancelOrder', { frozen: true }, 'CG'],
    ['VI', 'cancelOrder', { forced: true }, 'GUARD_FAILED'],
    ['VI', 'cancelOrder', { captureFailed: true }, 'CG'],
    ['VI', 'cancelOrder', { captureFailed: true, net: 1n }, 'GUARD_FAILED'],
    [
      'VI',
      'cancelOrder',
      { captureFailed: true, captureOrVoidOpen: true },
      'OUTCOME_INDETERMINATE',
    ],
    ['VI', 'cancelOrder', SELLER, 'CG'],
    ['CG', 'money done', { authorizedOpen: 1n }, 'GUARD_FAILED'],
    ['CG', 'money done', { net: 1n }, 'GUARD_FAILED'],
    ['CG', 'money done', { transactionOpen: true }, 'GUARD_FAILED'],
    ['CG', 'money done', { paymentUnfinished: true }, 'GUARD_FAILED'],
    ['CG', 'money done', { authorizedOpen: -1n, net: -1n }, 'CA'],
  ] as const)('%s, %s with %j: %s', (short, trigger, more, expected) => {
    const result = outcome(STATES[short]!, trigger, facts(more));

    expect(result).toBe(STATES[expected] ?? expected);
  });

  test('whatever the facts, the automatic edges come to rest', () => {
    const amounts = [0n, 60n, 100n, 101n];
    for (const start of ORDER_STATUSES) {
      for (const side of ['MARKETPLACE', 'SELLER'] as const) {
        for (const covered of amounts) {
          for (const hoped of [0n, 40n, 100n]) {
            for (const invoiced of amounts) {
              for (const captured of amounts) {
                for (const flag of [false, true]) {
                  const given = facts({
                    ...{ side, covered, hoped, invoiced, captured, net: captured },
                    ...{ isTold: flag, isOverdue: flag, hasWindow: !flag, delivered: flag },
                  });
                  expect(rests(start, given)).toBe(true);
                }
              }
            }
          }
        }
      }
    }
  });
});

/** No state comes twice, so the way ends. */
function rests(start: OrderStatus, given: OrderFacts): boolean {
  const seen = new Set<string>();
  for (let status: string | undefined = start; status !== undefined;) {
    if (seen.has(status)) return false;
    seen.add(status);
    const from = status as OrderStatus;
    status = AUTOMATIC_ORDER_TRIGGERS.map((trigger) => outcome(from, trigger, given)).find((one) =>
      ORDER_STATUSES.includes(one as OrderStatus),
    );
  }
  return true;
}

const AT = new Date('2026-05-23T18:41:30.000Z');
const LATER = new Date('2026-05-23T18:42:30.000Z');

describe('a move', () => {
  const order = (status: OrderStatus): Order =>
    ({ status, statusAt: AT, statusBefore: null }) as Order;

  test('writes the state and when it was entered', () => {
    const row = order('READY_FOR_HANDLING');

    expect(moveOrder(row, { trigger: 'startHandling' }, PAID, LATER)).toBe(true);
    expect(row).toEqual({ status: 'HANDLING', statusAt: LATER, statusBefore: null });
  });

  test('to the state it is in already is none, whatever the guards say', () => {
    const row = order('HANDLING');

    expect(moveOrder(row, { trigger: 'startHandling' }, facts({ frozen: true }), LATER)).toBe(
      false,
    );
    expect(row).toEqual(order('HANDLING'));
  });

  test('within a state keeps the time it was entered', () => {
    const row = order('VERIFYING_INVOICE');

    expect(moveOrder(row, { trigger: 'insertInvoice' }, PAID, LATER)).toBe(true);
    expect(row).toEqual(order('VERIFYING_INVOICE'));
  });

  test('to a requested cancellation remembers where the order was', () => {
    const row = order('HANDLING');
    moveOrder(row, { trigger: 'requestOrderCancellation' }, PAID, LATER);

    expect(row.statusBefore).toBe('HANDLING');
  });
});

test.each([
  ['CREATION_PENDING', DEFAULT_LIMITS.abandonedAfterMs],
  ['PAYMENT_DENIED', DEFAULT_LIMITS.retryWindowMs],
  ['CANCELLATION_WINDOW', DEFAULT_LIMITS.cancellationWindowMs],
  ['HANDLING', null],
] as const)('%s lasts %s ms by itself', (status, lastsMs) => {
  const endsAt = statusEndsAt({ status, statusAt: AT } as Order, DEFAULT_LIMITS);

  expect(endsAt).toEqual(lastsMs === null ? null : new Date(AT.getTime() + lastsMs));
});

const ORDER = {
  id: 'ord_1',
  side: 'MARKETPLACE',
  status: 'PAYMENT_PENDING',
  statusAt: AT,
  totalMinor: PAYABLE,
  cancelledMinor: 0n,
  currency: 'EUR',
  marketplaceOrderId: null,
  replacedByOrderId: null,
  deliveredAt: null,
  invoices: [],
  refundGrants: [],
} as Partial<Order> as Order;
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
    id: 'pay_1',
    orderId: 'ord_1',
    currency: 'EUR',
    expected: PAYABLE,
    status: 'CREATED',
    moneyState: 'NONE',
    collection: 'IMMEDIATE',
    ...NOTHING,
    ...more,
  }) as Payment;

interface Known {
  readonly order?: Partial<Order>;
  readonly others?: readonly Partial<Order>[];
  readonly payments?: readonly Payment[];
  readonly transactions?: readonly Partial<PaymentTransaction>[];
  readonly fulfillments?: readonly Partial<Fulfillment>[];
}

/** What the machine would see of an order. */
function seen({
  order = {},
  others = [],
  payments = [],
  transactions = [],
  fulfillments = [],
}: Known) {
  const row = { ...ORDER, ...order };
  const draft = aDraft({
    orders: [row, ...others.map((other) => ({ ...ORDER, ...other }))],
    payments: [...payments],
    transactions: transactions as PaymentTransaction[],
    fulfillments: fulfillments as Fulfillment[],
    exceptions: [],
  });
  return orderFacts(draft, row, { now: LATER, limits: DEFAULT_LIMITS });
}

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
    const { covered, hoped: found, payable } = seen({ payments: [payment({ status })] });

    expect({ covered, hoped: found, payable }).toEqual({ covered: 0n, hoped, payable: PAYABLE });
  });

  test('a payment nobody announced may cover all of it; one in another currency nothing', () => {
    const hopes = [null, 'EUR', 'USD'].map(
      (currency) => seen({ payments: [payment({ currency, expected: null })] }).hoped,
    );

    expect(hopes).toEqual([100n, 100n, 0n]);
  });

  test('only payments of the order, in its currency, count', () => {
    const paid = { authorized: 100n, captured: 100n, status: 'CAPTURED' } as const;
    const { covered, captured, net, authorizedOpen } = seen({
      payments: [
        payment({ ...paid, orderId: 'ord_2' }),
        payment({ ...paid, currency: 'USD' }),
        payment({ ...paid, currency: null }),
        payment({ authorized: 60n, status: 'AUTHORIZED' }),
        payment({ authorized: 50n, captured: 50n, refunded: 20n, status: 'PARTIALLY_REFUNDED' }),
      ],
    });

    expect({ covered, captured, net, authorizedOpen }).toEqual({
      covered: 90n,
      captured: 50n,
      net: 30n,
      authorizedOpen: 60n,
    });
  });

  test.each([
    ['CREATED', 'ON_DELIVERY', 100n, 100n, 0n],
    ['PENDING', 'ON_TERMS', 100n, 100n, 0n],
    ['CREATED', 'IMMEDIATE', 0n, 0n, 100n],
    ['CANCELLED', 'ON_DELIVERY', 0n, 0n, 0n],
  ] as const)('%s and collected %s: covers %s', (status, collection, covered, deferred, hoped) => {
    const found = seen({ payments: [payment({ status, collection })] });

    expect([found.covered, found.deferred, found.hoped]).toEqual([covered, deferred, hoped]);
  });

  test('what was cancelled is not payable, what is invoiced is added up', () => {
    const { payable, invoiced } = seen({
      order: {
        cancelledMinor: 30n,
        invoices: ['20', '15'].map((amountMinor) => ({ amountMinor }) as Order['invoices'][number]),
      },
    });

    expect({ payable, invoiced }).toEqual({ payable: 70n, invoiced: 35n });
  });

  test.each([
    ['AUTHORIZE', 'NEW', true, false],
    ['REFUND', 'PENDING', true, false],
    ['CAPTURE', 'NEW', true, true],
    ['SALE', 'PENDING', true, true],
    ['VOID', 'INDETERMINATE', true, true],
    ['CAPTURE', 'SUCCEEDED', false, false],
    ['VOID', 'FAILED', false, false],
  ] as const)('%s %s: under way %s, as a capture or void %s', (type, status, open, capture) => {
    const found = seen({
      payments: [payment({})],
      transactions: [{ id: 'ptx_1', paymentId: 'pay_1', type, status, occurredAt: AT }],
    });

    expect([found.transactionOpen, found.captureOrVoidOpen]).toEqual([open, capture]);
  });

  test('the newest capture says whether capturing failed', () => {
    const capture = (id: string, status: PaymentTransaction['status'], occurredAt: Date) => ({
      ...{ id, status, occurredAt },
      ...{ paymentId: 'pay_1', type: 'CAPTURE' as const },
    });
    const failed = capture('ptx_1', 'FAILED', AT);
    const facts = (...transactions: Partial<PaymentTransaction>[]) =>
      seen({ payments: [payment({})], transactions }).captureFailed;

    expect([
      facts(failed),
      facts(failed, capture('ptx_2', 'SUCCEEDED', LATER)),
      facts(capture('ptx_0', 'SUCCEEDED', AT), failed),
      facts(),
    ]).toEqual([true, false, true, false]);
  });

  test('a capture that failed is made good by no capture of another payment or part', () => {
    const failed = { id: 'ptx_1', paymentId: 'pay_1', type: 'CAPTURE', status: 'FAILED' } as const;
    const later = { id: 'ptx_2', type: 'SALE', status: 'SUCCEEDED', occurredAt: LATER } as const;
    const facts = (more: Partial<PaymentTransaction>) =>
      seen({
        payments: [payment({}), payment({ id: 'pay_2' })],
        transactions: [
          { ...failed, occurredAt: AT },
          { ...later, ...more },
        ],
      }).captureFailed;

    expect([
      facts({ paymentId: 'pay_2' }),
      facts({ paymentId: 'pay_1', fulfillmentId: 'ful_1' }),
      facts({ paymentId: 'pay_1' }),
    ]).toEqual([true, true, false]);
  });

  test.each([
    [0n, 100n, 100n],
    [40n, 100n, 60n],
    [99n, 100n, 1n],
    [100n, 100n, 0n],
  ])('collected on delivery, %s so far: covers %s, %s to come', (captured, covered, deferred) => {
    const status = captured > 0n ? 'CAPTURED' : 'PENDING';
    const found = seen({
      payments: [payment({ collection: 'ON_DELIVERY', status, authorized: captured, captured })],
    });

    expect([found.covered, found.deferred]).toEqual([covered, deferred]);
  });

  test('a granted refund need not be covered; what was cancelled is not taken off twice', () => {
    const grant = (source: 'GRANT' | 'RETURN' | 'CANCELLATION', amountMinor: string) =>
      ({ source, amountMinor }) as Order['refundGrants'][number];
    const refundGrants = [grant('GRANT', '10'), grant('RETURN', '5'), grant('CANCELLATION', '30')];

    const { payable, needed } = seen({ order: { cancelledMinor: 30n, refundGrants } });

    expect({ payable, needed }).toEqual({ payable: 70n, needed: 55n });
  });

  test.each([
    ['PAYMENT_PENDING', false],
    ['PAYMENT_AUTHORIZED', true],
    ['VERIFYING_INVOICE', true],
    ['INVOICED', true],
    ['COMPLETED', false],
    ['CANCELLATION_REQUESTED', false],
    ['CANCELLED', false],
  ] as const)('a seller is told by a marketplace order that is %s: %s', (status, isTold) => {
    const order = { id: 'ord_2', side: 'SELLER', marketplaceOrderId: 'ord_1' } as const;

    expect(seen({ order, others: [{ id: 'ord_1', status }] }).isTold).toBe(isTold);
    expect(seen({ order: { ...order, marketplaceOrderId: null } }).isTold).toBe(false);
  });

  test('everything arrived: its own and its sellers’ goods, and not all of it cancelled', () => {
    const part = (status: Fulfillment['status'], orderId = 'ord_1') => ({ orderId, status });
    const others = [{ id: 'ord_2', side: 'SELLER', marketplaceOrderId: 'ord_1' } as const];
    const delivered = (...fulfillments: Partial<Fulfillment>[]) =>
      seen({ others, fulfillments }).delivered;

    expect([
      delivered(part('DELIVERED'), part('RETURNED', 'ord_2'), part('CANCELLED')),
      delivered(part('DELIVERED'), part('FULFILLED', 'ord_2')),
      delivered(part('CANCELLED'), part('CANCELLED', 'ord_2')),
      delivered(),
      seen({ order: { deliveredAt: AT } }).delivered,
      seen({ order: { deliveredAt: AT }, fulfillments: [part('FULFILLED')] }).delivered,
    ]).toEqual([true, false, false, false, true, false]);
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
