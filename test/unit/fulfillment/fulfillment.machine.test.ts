import {
  AUTOMATIC_FULFILLMENT_TRIGGERS,
  FULFILLMENT_STATUSES,
  fulfillmentMachine,
  NO_FULFILLMENT_FACTS,
  type FulfillmentFacts,
  type FulfillmentStatus,
} from '../../../src/fulfillment/fulfillment.machine';
import { type Fulfillment } from '../../../src/fulfillment/fulfillment.entity';
import { moveFulfillment } from '../../../src/fulfillment/move-fulfillment.rules';
import { Refused } from '../../../src/kernel/refusal';
import { rolesOf, step, terminalStates } from '../../../src/kernel/state-machine';

// The whole machine, checked cell by cell with facts that satisfy every guard of the column, so that only the table
// decides. A dot is a step that is illegal there, `=` one that leaves the state as it is.
const COMMANDS = `
                         create reserve capture           yes              no                     resolve          retry             cancel    start      ship      deliver   return   split
-                        NEW    .       .                 .                .                      .                .                 .         .          .         .         .        .
NEW                      .      =       CAPTURING_PAYMENT .                .                      .                .                 CANCELLED FULFILLING .         .         .        =
RELEASED                 .      =       CAPTURING_PAYMENT .                .                      .                .                 CANCELLED FULFILLING .         .         .        =
RESERVATION_FAILED       .      =       .                 .                .                      .                .                 CANCELLED .          .         .         .        =
CAPTURING_PAYMENT        .      .       .                 PAYMENT_CAPTURED PAYMENT_CAPTURE_FAILED .                .                 .         .          .         .         .        =
CAPTURE_AWAITING_RESULT  .      .       .                 PAYMENT_CAPTURED PAYMENT_CAPTURE_FAILED .                .                 .         .          .         .         .        =
PAYMENT_CAPTURED         .      .       .                 .                .                      .                .                 .         FULFILLING .         .         .        =
PAYMENT_CAPTURE_FAILED   .      .       .                 .                .                      PAYMENT_CAPTURED CAPTURING_PAYMENT CANCELLED .          .         .         .        =
FULFILLING               .      .       =                 .                .                      .                .                 .         .          FULFILLED .         .        =
FULFILLED                .      .       =                 .                .                      .                .                 .         .          .         DELIVERED RETURNED =
DELIVERED                .      .       =                 .                .                      .                .                 .         .          .         .         RETURNED =
RETURNED                 .      .       .                 .                .                      .                .                 .         .          .         .         .        .
CANCELLED                .      .       .                 .                .                      .                .                 .         .          .         .         .        .
`;

const FACTS_COME = `
                         reserved reserve-failed     awaiting                captured         failed                 late-result      order-cancelled       part     part-early
-                        .        .                  .                       .                .                      .                .                     .        .
NEW                      RELEASED RESERVATION_FAILED .                       .                .                      .                CANCELLED             .        .
RELEASED                 .        .                  .                       .                .                      .                CANCELLED             .        .
RESERVATION_FAILED       RELEASED .                  .                       .                .                      .                CANCELLED             .        .
CAPTURING_PAYMENT        .        .                  CAPTURE_AWAITING_RESULT PAYMENT_CAPTURED PAYMENT_CAPTURE_FAILED .                .                     RELEASED NEW
CAPTURE_AWAITING_RESULT  .        .                  .                       PAYMENT_CAPTURED PAYMENT_CAPTURE_FAILED .                .                     RELEASED NEW
PAYMENT_CAPTURED         .        .                  .                       .                .                      .                CANCELLED             .        .
PAYMENT_CAPTURE_FAILED   .        .                  .                       .                .                      PAYMENT_CAPTURED CANCELLED             .        .
FULFILLING               .        .                  .                       .                .                      .                CANCELLED             .        .
FULFILLED                .        .                  .                       .                .                      .                .                     .        .
DELIVERED                .        .                  .                       .                .                      .                .                     .        .
RETURNED                 .        .                  .                       .                .                      .                .                     .        .
CANCELLED                .        .                  .                       .                .                      .                .                     .        .
`;

const facts = (more: Partial<FulfillmentFacts> = {}): FulfillmentFacts => ({
  ...NO_FULFILLMENT_FACTS,
  total: 100n,
  ...more,
});
const PAID = facts({ policy: 'AT_ORDER', finalized: 100n, reserved: 100n });
const FAILED = facts({ captureHasFailed: true, retryCanHelp: true });

interface Column {
  readonly trigger: string;
  readonly facts: FulfillmentFacts;
  readonly to?: FulfillmentStatus;
}

const COLUMNS: Readonly<Record<string, Column>> = {
  create: { trigger: 'createFulfillment', facts: facts() },
  reserve: { trigger: 'reserveFulfillment', facts: facts() },
  capture: { trigger: 'captureFulfillment', facts: facts() },
  yes: { trigger: 'overrideFulfillmentStatus', facts: facts(), to: 'PAYMENT_CAPTURED' },
  no: { trigger: 'overrideFulfillmentStatus', facts: facts(), to: 'PAYMENT_CAPTURE_FAILED' },
  resolve: { trigger: 'resolveCapture', facts: PAID },
  retry: { trigger: 'retryCapture', facts: FAILED },
  cancel: { trigger: 'cancelFulfillment', facts: facts() },
  start: { trigger: 'startFulfilling', facts: PAID },
  ship: { trigger: 'shipFulfillment', facts: PAID },
  deliver: { trigger: 'confirmDelivery', facts: PAID },
  return: { trigger: 'recordReturn', facts: facts() },
  split: { trigger: 'splitFulfillment', facts: facts() },
  reserved: { trigger: 'reserved', facts: facts({ reservationRequested: true, reserved: 100n }) },
  'reserve-failed': { trigger: 'reservation failed', facts: facts({ reservationRequested: true }) },
  awaiting: { trigger: 'capture awaits its result', facts: facts({ captureIsPending: true }) },
  captured: { trigger: 'captures succeeded', facts: PAID },
  failed: { trigger: 'a capture failed', facts: FAILED },
  part: {
    trigger: 'part captured',
    facts: facts({ reservationRequested: true, reserved: 100n, finalized: 99n }),
  },
  'part-early': { trigger: 'part captured early', facts: facts({ finalized: 99n }) },
  'late-result': { trigger: 'last result arrived', facts: PAID },
  'order-cancelled': { trigger: 'order cancelled', facts: facts() },
};

const rowsOf = (picture: string) => picture.trim().split('\n').slice(1);
const CELLS = [COMMANDS, FACTS_COME].flatMap((picture) => {
  const columns = picture.trim().split('\n')[0]!.trim().split(/\s+/);
  return rowsOf(picture).flatMap((row) => {
    const [from = '', ...cells] = row.trim().split(/\s+/);
    return columns.map((column, index) => [from, column, cells[index]!] as const);
  });
});

/** The next state, or the code of the refusal. */
function outcome(from: string, { trigger, facts: given, to }: Column): string {
  try {
    return step(
      fulfillmentMachine,
      {
        trigger,
        from: from === '-' ? null : (from as FulfillmentStatus),
        ...(to === undefined ? {} : { to }),
      },
      given,
    );
  } catch (error) {
    if (error instanceof Refused) return error.refusal.code;
    throw error;
  }
}

const SAME: Record<string, (from: string) => string> = {
  '.': () => 'INVALID_TRANSITION',
  '=': (from) => from,
};

test('the pictures have every state and every trigger', () => {
  for (const picture of [COMMANDS, FACTS_COME]) {
    expect(rowsOf(picture).map((row) => row.trim().split(/\s+/)[0])).toEqual([
      '-',
      ...FULFILLMENT_STATUSES,
    ]);
  }
  expect(new Set(Object.values(COLUMNS).map(({ trigger }) => trigger))).toEqual(
    new Set(fulfillmentMachine.edges.map(({ trigger }) => trigger)),
  );
  expect(new Set(CELLS.map(([, column]) => column))).toEqual(new Set(Object.keys(COLUMNS)));
});

test.each(CELLS)('%s, %s: %s', (from, column, cell) => {
  expect(outcome(from, COLUMNS[column]!)).toBe(SAME[cell]?.(from) ?? cell);
});

test('what came back and what is cancelled is over', () => {
  expect(terminalStates(fulfillmentMachine)).toEqual(['RETURNED', 'CANCELLED']);
});

test.each([
  ['createFulfillment', ['OMS', 'SYSTEM']],
  ['reserveFulfillment', ['OMS', 'SYSTEM', 'PAYMENT', 'SUPPORT']],
  ['captureFulfillment', ['ADMIN', 'OMS', 'SYSTEM']],
  ['overrideFulfillmentStatus', ['ADMIN']],
  ['resolveCapture', ['ADMIN']],
  ['retryCapture', ['ADMIN', 'PAYMENT']],
  ['cancelFulfillment', ['ADMIN', 'OMS']],
  ['startFulfilling', ['OMS']],
  ['shipFulfillment', ['OMS', 'SYSTEM']],
  ['confirmDelivery', ['OMS', 'SYSTEM']],
  ['recordReturn', ['OMS', 'SUPPORT']],
  ['splitFulfillment', ['OMS', 'SYSTEM']],
  ['captures succeeded', ['SYSTEM']],
])('%s is for %j', (trigger, roles) => {
  expect(rolesOf(fulfillmentMachine, trigger)).toEqual(roles);
});

describe('guards, on both sides of their boundaries', () => {
  const reserve = COLUMNS['reserve']!.trigger;
  const requested = { reservationRequested: true };

  test.each<[string, string, Partial<FulfillmentFacts>, string]>([
    ['NEW', reserve, { frozen: true }, 'REPLAY_BLOCKED'],
    ['NEW', reserve, { orderStatus: 'CANCELLING' }, 'GUARD_FAILED'],
    ['NEW', reserve, { orderStatus: 'CANCELLATION_REQUESTED' }, 'NEW'],
    ['NEW', 'reserved', { reserved: 100n }, 'GUARD_FAILED'],
    ['NEW', 'reserved', { ...requested, reserved: 99n }, 'GUARD_FAILED'],
    ['NEW', 'reserved', { ...requested, reserved: 100n }, 'RELEASED'],
    ['NEW', 'reservation failed', { reserved: 0n }, 'GUARD_FAILED'],
    ['NEW', 'reservation failed', { ...requested, reserved: 60n, reserving: 40n }, 'GUARD_FAILED'],
    [
      'NEW',
      'reservation failed',
      { ...requested, reserved: 60n, reserving: 39n },
      'RESERVATION_FAILED',
    ],
    ['NEW', 'captureFulfillment', { side: 'SELLER' }, 'FORBIDDEN'],
    ['NEW', 'captureFulfillment', { orderSide: 'SELLER' }, 'CAPTURING_PAYMENT'],
    ['RELEASED', 'captureFulfillment', { frozen: true }, 'REPLAY_BLOCKED'],
    ['RELEASED', 'captureFulfillment', { orderStatus: 'CANCELLED' }, 'GUARD_FAILED'],
    ['FULFILLED', 'captureFulfillment', { finalized: 99n }, 'FULFILLED'],
    ['FULFILLED', 'captureFulfillment', { finalized: 100n }, 'GUARD_FAILED'],
    ['DELIVERED', 'captureFulfillment', { captureIsNew: true }, 'OUTCOME_INDETERMINATE'],
    ['CAPTURING_PAYMENT', 'capture awaits its result', {}, 'GUARD_FAILED'],
    ['CAPTURING_PAYMENT', 'captures succeeded', { finalized: 99n }, 'GUARD_FAILED'],
    ['CAPTURING_PAYMENT', 'captures succeeded', { finalized: 101n }, 'PAYMENT_CAPTURED'],
    [
      'CAPTURING_PAYMENT',
      'captures succeeded',
      { finalized: 100n, captureIsPending: true },
      'OUTCOME_INDETERMINATE',
    ],
    ['CAPTURING_PAYMENT', 'a capture failed', { captureIsNew: true }, 'GUARD_FAILED'],
    ['CAPTURING_PAYMENT', 'a capture failed', { finalized: 50n }, 'GUARD_FAILED'],
    ['CAPTURING_PAYMENT', 'part captured early', { finalizing: 1n }, 'GUARD_FAILED'],
    ['CAPTURING_PAYMENT', 'part captured early', { captureHasFailed: true }, 'GUARD_FAILED'],
    [
      'CAPTURE_AWAITING_RESULT',
      'a capture failed',
      { captureIsPending: true, captureHasFailed: true },
      'GUARD_FAILED',
    ],
    [
      'CAPTURE_AWAITING_RESULT',
      'a capture failed',
      { captureIsIndeterminate: true },
      'PAYMENT_CAPTURE_FAILED',
    ],
    ['PAYMENT_CAPTURE_FAILED', 'last result arrived', { finalized: 99n }, 'GUARD_FAILED'],
    [
      'PAYMENT_CAPTURE_FAILED',
      'resolveCapture',
      { finalized: 100n, captureIsIndeterminate: true },
      'OUTCOME_INDETERMINATE',
    ],
    ['PAYMENT_CAPTURE_FAILED', 'resolveCapture', { ...PAID, side: 'SELLER' }, 'FORBIDDEN'],
    ['PAYMENT_CAPTURE_FAILED', 'retryCapture', {}, 'GUARD_FAILED'],
    ['PAYMENT_CAPTURE_FAILED', 'retryCapture', { ...FAILED, frozen: true }, 'REPLAY_BLOCKED'],
    ['PAYMENT_CAPTURE_FAILED', 'retryCapture', { ...FAILED, side: 'SELLER' }, 'FORBIDDEN'],
    [
      'PAYMENT_CAPTURE_FAILED',
      'retryCapture',
      { ...FAILED, captureIsIndeterminate: true },
      'OUTCOME_INDETERMINATE',
    ],
    ['RELEASED', 'cancelFulfillment', { captureIsNew: true }, 'OUTCOME_INDETERMINATE'],
    ['RELEASED', 'cancelFulfillment', { captureIsPending: true }, 'OUTCOME_INDETERMINATE'],
    ['RELEASED', 'cancelFulfillment', { captureIsIndeterminate: true }, 'OUTCOME_INDETERMINATE'],
    ['PAYMENT_CAPTURED', 'startFulfilling', { frozen: true }, 'REPLAY_BLOCKED'],
    ...(['CANCELLATION_REQUESTED', 'CANCELLING', 'CANCELLED'] as const).map(
      (orderStatus): [string, string, Partial<FulfillmentFacts>, string] => [
        'PAYMENT_CAPTURED',
        'startFulfilling',
        { orderStatus },
        'GUARD_FAILED',
      ],
    ),
    ['RELEASED', 'startFulfilling', { policy: 'BEFORE_FULFILLING' }, 'GUARD_FAILED'],
    ['RELEASED', 'startFulfilling', { policy: 'AT_SHIPMENT' }, 'FULFILLING'],
    ['RELEASED', 'startFulfilling', { policy: 'AT_INVOICE' }, 'FULFILLING'],
    ['RELEASED', 'startFulfilling', { policy: 'ON_DELIVERY' }, 'FULFILLING'],
    ['RELEASED', 'startFulfilling', { policy: 'AT_ORDER', finalized: 99n }, 'GUARD_FAILED'],
    ['NEW', 'startFulfilling', { policy: 'AT_ORDER', finalized: 99n }, 'GUARD_FAILED'],
    ['NEW', 'startFulfilling', { policy: 'AT_ORDER', finalized: 100n }, 'FULFILLING'],
    ['NEW', 'startFulfilling', { policy: 'AT_SHIPMENT', finalized: 100n }, 'GUARD_FAILED'],
    ['FULFILLING', 'shipFulfillment', { finalized: 99n }, 'GUARD_FAILED'],
    ['FULFILLING', 'shipFulfillment', { finalized: 100n }, 'FULFILLED'],
    ['FULFILLING', 'shipFulfillment', { policy: 'AT_ORDER', finalized: 99n }, 'GUARD_FAILED'],
    ['FULFILLING', 'shipFulfillment', { policy: 'AT_SHIPMENT' }, 'FULFILLED'],
    ['FULFILLING', 'shipFulfillment', { policy: 'AT_INVOICE' }, 'FULFILLED'],
    ['FULFILLING', 'shipFulfillment', { policy: 'ON_DELIVERY' }, 'FULFILLED'],
    ['FULFILLING', 'shipFulfillment', { orderSide: 'SELLER' }, 'FULFILLED'],
    ['FULFILLED', 'confirmDelivery', { finalized: 99n }, 'GUARD_FAILED'],
    ['FULFILLED', 'confirmDelivery', { finalized: 100n }, 'DELIVERED'],
    ['FULFILLED', 'confirmDelivery', { policy: 'AT_INVOICE' }, 'GUARD_FAILED'],
    ['FULFILLED', 'confirmDelivery', { policy: 'ON_DELIVERY' }, 'DELIVERED'],
    ['FULFILLED', 'confirmDelivery', { carrierReport: true }, 'DELIVERED'],
    ['FULFILLED', 'confirmDelivery', { overridden: true }, 'DELIVERED'],
    ['FULFILLED', 'confirmDelivery', { orderSide: 'SELLER' }, 'DELIVERED'],
  ])('%s, %s with %o: %s', (from, trigger, more, expected) => {
    expect(outcome(from, { trigger, facts: facts(more) })).toBe(expected);
  });

  test.each([
    [{ captureIsNew: true }, 'GUARD_FAILED'],
    [{ captureIsPending: true }, 'GUARD_FAILED'],
    [{ captureIsPending: true, stuck: true }, 'PAYMENT_CAPTURED'],
    [{ captureIsIndeterminate: true }, 'PAYMENT_CAPTURED'],
    [{ side: 'SELLER', stuck: true }, 'FORBIDDEN'],
  ] as const)('an override with %o: %s', (more, expected) => {
    expect(outcome('CAPTURING_PAYMENT', { ...COLUMNS['yes']!, facts: facts(more) })).toBe(expected);
  });
});

describe('the same state again', () => {
  const AT = new Date('2026-05-23T18:41:30.000Z');
  const move = (status: FulfillmentStatus, trigger: string, to?: FulfillmentStatus) => {
    const row = { status, statusAt: AT } as Fulfillment;
    const wanted = to === undefined ? { trigger } : { trigger, to };
    try {
      return { moved: moveFulfillment(row, wanted, facts(), new Date(0)), ...row };
    } catch (error) {
      if (error instanceof Refused) return error.refusal.code;
      throw error;
    }
  };

  test.each([
    ['CANCELLED', 'cancelFulfillment'],
    ['FULFILLING', 'startFulfilling'],
    ['FULFILLED', 'shipFulfillment'],
    ['DELIVERED', 'confirmDelivery'],
    ['RETURNED', 'recordReturn'],
    ['PAYMENT_CAPTURED', 'resolveCapture'],
  ] as const)('%s by %s is a success that does nothing', (status, trigger) => {
    expect(move(status, trigger)).toEqual({ moved: false, status, statusAt: AT });
  });

  test('asking for money again is refused', () => {
    expect(move('CAPTURING_PAYMENT', 'captureFulfillment')).toBe('INVALID_TRANSITION');
    expect(move('CAPTURING_PAYMENT', 'retryCapture')).toBe('INVALID_TRANSITION');
  });

  test('an override to the other end of a capture is none', () => {
    const override = 'overrideFulfillmentStatus';

    expect(move('PAYMENT_CAPTURED', override, 'PAYMENT_CAPTURED')).toMatchObject({ moved: false });
    expect(move('PAYMENT_CAPTURED', override, 'PAYMENT_CAPTURE_FAILED')).toBe('INVALID_TRANSITION');
  });

  test('a new state notes when it began', () => {
    expect(move('DELIVERED', 'recordReturn')).toEqual({
      moved: true,
      status: 'RETURNED',
      statusAt: new Date(0),
    });
  });
});

test('whatever its captures, the automatic edges come to rest', () => {
  const flags = [true, false];
  for (const captureIsNew of flags) {
    for (const captureIsPending of flags) {
      for (const captureHasFailed of flags) {
        for (const finalized of [0n, 60n, 100n, 101n]) {
          const given = facts({ captureIsNew, captureIsPending, captureHasFailed, finalized });
          for (const start of FULFILLMENT_STATUSES) expect(settled(start, given)).not.toBe('cycle');
        }
      }
    }
  }
});

function settled(start: FulfillmentStatus, given: FulfillmentFacts): string {
  let status: string = start;
  for (let taken = 0; taken < 10; taken += 1) {
    const next = AUTOMATIC_FULFILLMENT_TRIGGERS.map((trigger) =>
      outcome(status, { trigger, facts: given }),
    ).find((one) => (FULFILLMENT_STATUSES as readonly string[]).includes(one));
    if (next === undefined) return status;
    status = next;
  }
  return 'cycle';
}
