import { Refused } from '../../../src/kernel/refusal';
import { step } from '../../../src/kernel/state-machine';
import {
  NO_PAYMENT_FACTS,
  PAYMENT_STATUSES,
  paymentMachine,
  type PaymentFacts,
} from '../../../src/payment/payment.machine';
import { nothingIsCaptured } from '../../../src/payment/payment-guards.rules';
import { isRefundOverdue } from '../../../src/payment/refund-window.rules';

// Which money may be asked for in which status, cell by cell, with facts that satisfy every guard (states.md 2.2).
const PICTURE = `
                   capture void refund
CREATED            .       .    .
PENDING            .       .    .
IN_PROCESS         .       .    .
AUTHORIZED         yes     yes  .
CAPTURING          .       .    .
PARTIALLY_CAPTURED yes     yes  yes
CAPTURED           .       .    yes
PARTIALLY_REFUNDED yes     yes  yes
REFUNDED           .       .    .
DISPUTED           .       .    .
CHARGED_BACK       .       .    .
VOIDED             .       .    .
EXPIRED            .       .    .
REJECTED           .       .    .
CANCELLED          .       .    .
FAILED             .       .    .
VACATED            .       .    .
INDETERMINATE      yes     yes  yes
`;

const TRIGGERS: Readonly<Record<string, string>> = {
  capture: 'requestCapture',
  void: 'requestVoid',
  refund: 'requestRefund',
};

const [head = '', ...rows] = PICTURE.trim().split('\n');
const columns = head.trim().split(/\s+/);
const CELLS = rows.flatMap((row) => {
  const [from = '', ...cells] = row.trim().split(/\s+/);
  return columns.map((column, index) => [column, from, cells[index] ?? ''] as const);
});

/** `yes` where it may be asked, else the code of the refusal. */
function ask(trigger: string, from: string, facts: Partial<PaymentFacts> = {}): string {
  const status = PAYMENT_STATUSES.find((one) => one === from);
  if (status === undefined) throw new Error(`${from} is no status`);
  try {
    step(paymentMachine, { trigger, from: status }, { ...NO_PAYMENT_FACTS, ...facts });
    return 'yes';
  } catch (error) {
    if (error instanceof Refused) return error.refusal.code;
    throw error;
  }
}

test('the picture has every status', () => {
  expect([...new Set(CELLS.map(([, from]) => from))]).toEqual([...PAYMENT_STATUSES]);
});

test.each(CELLS)('%s of a payment that is %s: %s', (column, from, cell) => {
  const trigger = TRIGGERS[column] ?? '';

  expect(ask(trigger, from)).toBe(cell === 'yes' ? 'yes' : 'INVALID_TRANSITION');
});

describe('each guard, on both sides of its boundary', () => {
  test.each<[string, string, Partial<PaymentFacts>, string]>([
    ['requestCapture', 'AUTHORIZED', { side: 'SELLER' }, 'FORBIDDEN'],
    ['requestCapture', 'INDETERMINATE', { outcomeUnknown: true }, 'OUTCOME_INDETERMINATE'],
    ['requestCapture', 'AUTHORIZED', { captureOrVoidOpen: true }, 'OUTCOME_INDETERMINATE'],
    ['requestCapture', 'AUTHORIZED', { frozen: true }, 'REPLAY_BLOCKED'],
    ['requestCapture', 'AUTHORIZED', { authorizationOver: true }, 'GUARD_FAILED'],
    ['requestCapture', 'AUTHORIZED', { orderStatus: 'CANCELLING' }, 'GUARD_FAILED'],
    ['requestCapture', 'AUTHORIZED', { orderStatus: 'CANCELLED' }, 'GUARD_FAILED'],
    ['requestCapture', 'AUTHORIZED', { orderStatus: 'CANCELLATION_REQUESTED' }, 'yes'],
    ['requestCapture', 'AUTHORIZED', { orderStatus: null }, 'yes'],
    ['requestCapture', 'AUTHORIZED', { refundIsBacked: false, mayBeRecoverable: true }, 'yes'],
    ['requestVoid', 'INDETERMINATE', { outcomeUnknown: true }, 'OUTCOME_INDETERMINATE'],
    ['requestVoid', 'AUTHORIZED', { captureOpen: true }, 'OUTCOME_INDETERMINATE'],
    ['requestVoid', 'AUTHORIZED', { frozen: true }, 'REPLAY_BLOCKED'],
    ['requestVoid', 'AUTHORIZED', { orderStatus: 'CANCELLED' }, 'yes'],
    ['requestVoid', 'AUTHORIZED', { authorizationOver: true }, 'yes'],
    ['requestRefund', 'INDETERMINATE', { outcomeUnknown: true }, 'OUTCOME_INDETERMINATE'],
    ['requestRefund', 'CAPTURED', { frozen: true }, 'REPLAY_BLOCKED'],
    ['requestRefund', 'CAPTURED', { refundIsOverdue: true }, 'GUARD_FAILED'],
    ['requestRefund', 'CAPTURED', { refundIsBacked: false }, 'GUARD_FAILED'],
    ['requestRefund', 'CAPTURED', { mayBeRecoverable: true }, 'GUARD_FAILED'],
    ['requestRefund', 'CAPTURED', { orderStatus: 'CANCELLED' }, 'yes'],
  ])('%s of %s with %j: %s', (trigger, from, facts, answer) => {
    expect(ask(trigger, from, facts)).toBe(answer);
  });

  test('the reason that must be cured first is told first', () => {
    const all = {
      side: 'SELLER',
      outcomeUnknown: true,
      captureOrVoidOpen: true,
      frozen: true,
      authorizationOver: true,
    } as const;

    expect(ask('requestCapture', 'AUTHORIZED', all)).toBe('FORBIDDEN');
    expect(ask('requestCapture', 'AUTHORIZED', { ...all, side: 'MARKETPLACE' })).toBe(
      'OUTCOME_INDETERMINATE',
    );
    expect(ask('requestCapture', 'AUTHORIZED', { frozen: true, authorizationOver: true })).toBe(
      'REPLAY_BLOCKED',
    );
  });

  test.each([
    [0n, null],
    [1n, 'GUARD_FAILED'],
  ])('a void of everything, with %d captured: %s (K3)', (captured, code) => {
    expect(nothingIsCaptured({ ...NO_PAYMENT_FACTS, captured })?.code ?? null).toBe(code);
  });
});

describe('how long a provider takes refunds (M6)', () => {
  const DAY_MS = 86_400_000;
  const capturedAt = new Date('2026-05-23T18:41:30.000Z');
  const after = (ms: number) => new Date(capturedAt.getTime() + ms);

  test.each([
    ['mercadopago', capturedAt, 180 * DAY_MS, false],
    ['mercadopago', capturedAt, 180 * DAY_MS + 1, true],
    ['mercadopago', null, 181 * DAY_MS, false],
    ['acme', capturedAt, 3_650 * DAY_MS, false],
  ])('%s, captured %s, %d ms later: %s', (provider, at, ms, isOver) => {
    expect(isRefundOverdue({ provider, capturedAt: at }, after(ms))).toBe(isOver);
  });
});
