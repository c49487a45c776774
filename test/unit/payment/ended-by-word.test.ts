import { authorizedOpen, capturable, returnable } from '../../../src/payment/sums.rules';
import { amounts, asked, at, project, snapshot, tx, word } from './facts';

const auth = (id: string, minute: number, told: object = {}) =>
  tx('AUTHORIZE', 'SUCCEEDED', 100n, { minute, gatewayTransactionId: id, ...told });
const capture = (minute: number, id = 'c1') =>
  tx('CAPTURE', 'SUCCEEDED', 100n, { minute, gatewayTransactionId: id });
const release = (minute: number) => tx('VOID', 'SUCCEEDED', 100n, { minute });
const reversal = (minute: number) =>
  tx('CAPTURE_REVERSAL', 'SUCCEEDED', 100n, { minute, parentKey: 'c1' });
const adjust = tx('AUTH_ADJUST', 'SUCCEEDED', 130n, { minute: 3 });

describe.each(['EXPIRED', 'VOIDED', 'CANCELLED'] as const)('after the word %s', (said) => {
  const ended = [auth('a1', 1), word(said, { minute: 2 })];

  test.each([
    ['a second authorization is open', [auth('a2', 3)], 'AUTHORIZED', 100n],
    ['once that is captured nothing is', [auth('a2', 3), capture(4)], 'CAPTURED', 0n],
    [
      'a capture of the second that is reversed opens only that',
      [auth('a2', 3), capture(4), reversal(5)],
      'AUTHORIZED',
      100n,
    ],
    [
      'a late release of the first leaves the second',
      [release(3), auth('a2', 4)],
      'AUTHORIZED',
      100n,
    ],
    [
      'a late capture of the first leaves the second',
      [capture(3), auth('a2', 4)],
      'PARTIALLY_CAPTURED',
      100n,
    ],
    ['a late capture is booked, and nothing is open', [capture(3)], 'CAPTURED', 0n],
    ['an adjustment says anew what is authorized', [adjust], 'AUTHORIZED', 130n],
  ])('%s', (_story, later, status, open) => {
    const projection = project([...ended, ...later]);

    expect([projection.status, authorizedOpen(projection)]).toEqual([status, open]);
  });

  test('once the second is released nothing is open', () => {
    expect(authorizedOpen(project([...ended, auth('a2', 3), release(4)]))).toBe(0n);
  });

  test('what was captured before it does not open again when that is reversed', () => {
    const facts = [auth('a1', 1), capture(2), word(said, { minute: 3 }), reversal(4)];

    expect(authorizedOpen(project(facts))).toBe(0n);
  });
});

describe('that we cancelled a payment', () => {
  const cancelled = word('CANCELLED', { minute: 5, source: 'command', nativeStatus: null });

  test('shows while the provider tells of no success', () => {
    const projection = project([word('PENDING', { minute: 1 }), cancelled]);

    expect([projection.status, amounts(projection)]).toEqual(['CANCELLED', {}]);
  });

  test.each([
    ['an authorization', [auth('a1', 2)], 'AUTHORIZED', 100n],
    ['its word that it is authorized', [word('AUTHORIZED', { minute: 2 })], 'AUTHORIZED', 100n],
    [
      'a release that is under way',
      [auth('a1', 2), asked('VOID', 100n, 'v1', { minute: 3 })],
      'AUTHORIZED',
      0n,
    ],
    ['a dispute', [auth('a1', 1), capture(2), word('DISPUTED', { minute: 3 })], 'DISPUTED', 0n],
    ['that it ran out', [auth('a1', 1), word('EXPIRED', { minute: 3 })], 'EXPIRED', 0n],
    ['that it does not know', [word('INDETERMINATE', { minute: 3 })], 'INDETERMINATE', 0n],
    [
      'an outcome nobody knows',
      [tx('AUTHORIZE', 'INDETERMINATE', 100n, { minute: 3 })],
      'INDETERMINATE',
      0n,
    ],
  ])('hides nothing the provider tells: %s', (_story, facts, status, open) => {
    const projection = project([...facts, cancelled]);

    expect([projection.status, authorizedOpen(projection), projection.voided]).toEqual([
      status,
      open,
      0n,
    ]);
  });
});

describe('a negative amount of the provider widens no limit of ours', () => {
  const paid = [auth('a1', 1), capture(2)];
  const minus = (type: 'VOID' | 'REFUND' | 'CHARGEBACK' | 'CAPTURE') =>
    tx(type, 'SUCCEEDED', -50n, { minute: 9, gatewayTransactionId: 'minus' });

  test.each([
    ['a refund', [...paid, minus('REFUND')], 0n, 100n],
    ['a chargeback', [...paid, minus('CHARGEBACK')], 0n, 100n],
    ['a release', [auth('a1', 1), minus('VOID')], 100n, 0n],
    ['a capture', [auth('a1', 1), minus('CAPTURE')], 100n, 0n],
  ])('%s', (_what, facts, open, back) => {
    const projection = project(facts);

    expect([capturable(projection), returnable(projection)]).toEqual([open, back]);
  });

  test('and is shown as it was reported', () => {
    expect(amounts(project([...paid, minus('REFUND')]))).toEqual({
      authorized: 100,
      captured: 100,
      refunded: -50,
    });
  });
});

describe('when the authorization runs out', () => {
  const until = (minute: number) => ({ authorizationExpiresAt: at(minute) });

  test.each([
    ['is what the newest says', [auth('a1', 1, until(30)), auth('a2', 2, until(40))], at(40)],
    ['whenever that is told', [auth('a2', 2, until(40)), auth('a1', 1, until(30))], at(40)],
    ['is not known where the newest states none', [auth('a1', 1, until(30)), auth('a2', 2)], null],
    [
      'is not what a failed one said',
      [
        auth('a1', 1, until(30)),
        tx('AUTHORIZE', 'FAILED', 100n, { minute: 2, gatewayTransactionId: 'a2', ...until(40) }),
      ],
      at(30),
    ],
    ['is not changed by a capture', [auth('a1', 1, until(30)), capture(2)], at(30)],
    ['is what an adjustment says', [auth('a1', 1, until(30)), { ...adjust, ...until(50) }], at(50)],
    [
      'is not known of an authorization that a total implies',
      [snapshot('AUTHORIZED', { authorizedMinor: 100n }, { minute: 3 })],
      null,
    ],
  ])('%s', (_story, facts, expected) => {
    expect(project(facts).authorizationExpiresAt).toEqual(expected);
  });
});
