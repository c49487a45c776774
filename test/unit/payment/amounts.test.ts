import { cover, authorizedOpen, net, refundable } from '../../../src/payment/sums.rules';
import { amounts, project, snapshot, tx, UNANNOUNCED, word } from './facts';

// Worked examples with their published numbers (domain examples, money.md 3).

const auth = (amount: bigint, minute = 1) => tx('AUTHORIZE', 'SUCCEEDED', amount, { minute });
const capture = (amount: bigint, id: string, minute = 5) =>
  tx('CAPTURE', 'SUCCEEDED', amount, { minute, gatewayTransactionId: id });
const refund = (amount: bigint, id: string, minute = 10) =>
  tx('REFUND', 'SUCCEEDED', amount, { minute, gatewayTransactionId: id });

describe('K1: authorized 10, captured and refunded by halves', () => {
  const story = [
    tx('AUTHORIZE', 'PENDING', 10n, { minute: 0 }),
    auth(10n),
    capture(5n, 'c1'),
    capture(5n, 'c2', 6),
    refund(5n, 'r1'),
    refund(5n, 'r2', 11),
  ];
  test.each([
    [1, 'PENDING', { authorizing: 10 }],
    [2, 'AUTHORIZED', { authorized: 10 }],
    [3, 'PARTIALLY_CAPTURED', { authorized: 10, captured: 5 }],
    [4, 'CAPTURED', { authorized: 10, captured: 10 }],
    [5, 'PARTIALLY_REFUNDED', { authorized: 10, captured: 10, refunded: 5 }],
    [6, 'REFUNDED', { authorized: 10, captured: 10, refunded: 10 }],
  ])('after %d reports: %s %j', (reports, status, sums) => {
    const projection = project(story.slice(0, reports));

    expect(projection.status).toBe(status);
    expect(amounts(projection)).toEqual(sums);
  });
});

test('K2: a voided authorization leaves nothing open', () => {
  const projection = project([auth(10n), tx('VOID', 'SUCCEEDED', 10n, { minute: 2 })]);

  expect(authorizedOpen(projection)).toBe(0n);
  expect(amounts(projection)).toEqual({ authorized: 10, voided: 10 });
});

test('K3: a void after a capture that the provider refuses changes nothing', () => {
  const projection = project([
    auth(10n),
    capture(1n, 'c1'),
    tx('VOID', 'FAILED', 9n, { minute: 6 }),
  ]);

  expect(projection.status).toBe('PARTIALLY_CAPTURED');
  expect(amounts(projection)).toEqual({
    authorized: 10,
    captured: 1,
    failedLifetime: 9,
    failedOutstanding: 9,
  });
});

test('K4: what is refunded counts against all captures together', () => {
  const projection = project([auth(10n), capture(1n, 'c1'), capture(1n, 'c2'), refund(2n, 'r1')]);

  expect(amounts(projection)).toEqual({ authorized: 10, captured: 2, refunded: 2 });
  expect(refundable(projection)).toBe(0n);
});

test('L3: pending amounts are taken from where they come from', () => {
  const projection = project([
    auth(250n),
    capture(200n, 'c1'),
    tx('CAPTURE', 'PENDING', 50n, { minute: 6, gatewayTransactionId: 'c2' }),
    refund(30n, 'r1'),
    tx('REFUND', 'PENDING', 15n, { minute: 11, gatewayTransactionId: 'r2' }),
  ]);

  expect(authorizedOpen(projection)).toBe(0n);
  expect(amounts(projection)).toEqual({
    authorized: 250,
    captured: 200,
    capturing: 50,
    refunded: 30,
    refunding: 15,
  });
  // Saleor's "charged".
  expect(net(projection) - projection.refunding).toBe(155n);
  expect(refundable(projection)).toBe(155n);
});

test('I1: releasing the remainder never touches what was captured', () => {
  const projection = project([
    auth(100n),
    capture(70n, 'c1'),
    capture(20n, 'c2'),
    tx('VOID', 'SUCCEEDED', 10n, { minute: 7 }),
  ]);

  expect(projection.status).toBe('CAPTURED');
  expect(amounts(projection)).toEqual({ authorized: 100, captured: 90, voided: 10 });
});

test('V7: two equal refunds with different keys are two refunds', () => {
  const key = (providerRequestKey: string, minute: number) =>
    tx('REFUND', 'SUCCEEDED', 30n, { minute, providerRequestKey });

  const projection = project([auth(100n), capture(100n, 'c1'), key('k1', 10), key('k2', 11)]);

  expect(amounts(projection)).toEqual({ authorized: 100, captured: 100, refunded: 60 });
});

test('M1, M2: of 1000.00 the provider gives back 10.20, then everything', () => {
  const told = (
    reported: 'CAPTURED' | 'PARTIALLY_REFUNDED' | 'REFUNDED',
    refunded: bigint,
    minute: number,
  ) =>
    snapshot(
      reported,
      { authorizedMinor: 100_000n, capturedMinor: 100_000n, refundedMinor: refunded },
      { minute },
    );
  const terms = { expected: 100_000n, currency: 'EUR' };
  const approved = told('CAPTURED', 0n, 1);
  const partly = told('PARTIALLY_REFUNDED', 1_020n, 2);
  const fully = told('REFUNDED', 100_000n, 3);

  const states = [[approved], [approved, partly], [approved, partly, fully]].map((facts) => {
    const projection = project(facts, terms);
    return [projection.status, projection.refunded, net(projection)];
  });

  expect(states).toEqual([
    ['CAPTURED', 0n, 100_000n],
    ['PARTIALLY_REFUNDED', 1_020n, 98_980n],
    ['REFUNDED', 100_000n, 0n],
  ]);
});

describe('what the provider only says in a word', () => {
  test('the announced amount stands in once, however often the word comes', () => {
    const projection = project([
      word('CAPTURED', { minute: 1 }),
      word('CAPTURED', { minute: 2 }),
      word('AUTHORIZED', { minute: 0 }),
    ]);

    expect(amounts(projection)).toEqual({ authorized: 100, captured: 100 });
    expect(projection.transactions.map(({ naturalKey }) => naturalKey)).toEqual([
      'implied:AUTHORIZE',
      'implied:CAPTURE',
    ]);
  });

  test('captured implies an authorization of its own size (Mercado Pago approved)', () => {
    const projection = project([snapshot('CAPTURED', { capturedMinor: 60n })]);

    expect(amounts(projection)).toEqual({ authorized: 60, captured: 60 });
  });

  test('a reported capture is believed instead of the announced amount (vendure#2912)', () => {
    const projection = project([word('CAPTURED', { minute: 1 }), capture(60n, 'c1')]);

    expect(amounts(projection)).toEqual({ authorized: 60, captured: 60 });
    expect(projection.amountSource).toBe('EXPECTED');
  });

  test('a reported authorization is not doubled by the word', () => {
    const projection = project([auth(100n), word('CAPTURED', { minute: 2 })]);

    expect(amounts(projection)).toEqual({ authorized: 100, captured: 100 });
  });

  test('what a total says beyond the reports is implied, the difference only', () => {
    const projection = project([
      auth(100n),
      capture(40n, 'c1'),
      refund(10n, 'r1'),
      snapshot(
        'CAPTURED',
        { authorizedMinor: 120n, capturedMinor: 70n, refundedMinor: 25n },
        { minute: 20 },
      ),
    ]);

    expect(amounts(projection)).toEqual({ authorized: 120, captured: 70, refunded: 25 });
    expect(
      projection.transactions
        .filter(({ implied }) => implied)
        .map(({ type, processedMinor }) => [type, processedMinor]),
    ).toEqual([
      ['AUTHORIZE', 20n],
      ['CAPTURE', 30n],
      ['REFUND', 15n],
    ]);
  });

  test('the newest total counts', () => {
    const projection = project([
      snapshot(
        'CAPTURED',
        { capturedMinor: 100n, refundedMinor: 40n },
        { minute: 2, providerVersion: 2 },
      ),
      snapshot(
        'CAPTURED',
        { capturedMinor: 90n, refundedMinor: 10n },
        { minute: 1, providerVersion: 3 },
      ),
    ]);

    expect(amounts(projection)).toEqual({ authorized: 90, captured: 90, refunded: 10 });
  });

  test('refunded means all that was captured, not what was announced', () => {
    const projection = project([capture(60n, 'c1'), word('REFUNDED', { minute: 9 })]);

    expect(amounts(projection)).toEqual({ authorized: 60, captured: 60, refunded: 60 });
  });

  test('a refunded sum that is stated is not overwritten by the word', () => {
    const projection = project([
      snapshot('REFUNDED', { capturedMinor: 100n, refundedMinor: 98n }, { minute: 2 }),
    ]);

    expect(amounts(projection)).toEqual({ authorized: 100, captured: 100, refunded: 98 });
  });

  test('paid again after refunded was no refund (mollie/Shopware#197)', () => {
    const projection = project([
      capture(60n, 'c1'),
      word('REFUNDED', { minute: 9 }),
      word('CAPTURED', { minute: 10 }),
    ]);

    expect([projection.status, projection.refunded]).toEqual(['CAPTURED', 0n]);
  });

  test('an unannounced capture is one of unknown amount, until a snapshot tells', () => {
    const told = word('CAPTURED', { minute: 1 });
    const unknown = project([told], UNANNOUNCED);
    const known = project(
      [told, snapshot('CAPTURED', { capturedMinor: 100n }, { minute: 2 })],
      UNANNOUNCED,
    );

    expect([unknown.status, unknown.moneyState, unknown.currency]).toEqual([
      'CAPTURED',
      'UNKNOWN',
      null,
    ]);
    expect(unknown.transactions.map(({ type, processedMinor }) => [type, processedMinor])).toEqual([
      ['AUTHORIZE', null],
      ['CAPTURE', null],
    ]);
    expect([known.status, known.moneyState, known.currency]).toEqual([
      'CAPTURED',
      'CAPTURED',
      'EUR',
    ]);
    expect(amounts(known)).toEqual({ authorized: 100, captured: 100 });
  });
});

describe('AUTH_ADJUST', () => {
  const adjust = (amount: bigint, minute: number) =>
    tx('AUTH_ADJUST', 'SUCCEEDED', amount, { minute, gatewayTransactionId: `adj-${minute}` });

  test.each([
    ['overwrites what was authorized', [auth(100n), adjust(130n, 2)], 130],
    ['ignores an authorization that is older', [adjust(130n, 2), auth(100n, 1)], 130],
    ['ignores an older adjustment', [auth(100n), adjust(130n, 3), adjust(50n, 2)], 130],
    ['is added to by a newer authorization', [adjust(130n, 2), auth(20n, 3)], 150],
    ['may lower it', [auth(100n), adjust(40n, 2)], 40],
  ])('%s', (_story, facts, authorized) => {
    expect(amounts(project(facts))).toEqual({ authorized });
  });

  test('is not doubled by a total that says the same', () => {
    const total = snapshot('AUTHORIZED', { authorizedMinor: 130n }, { minute: 3 });

    expect(amounts(project([auth(100n), adjust(130n, 2), total]))).toEqual({ authorized: 130 });
  });
});

describe('a reversal', () => {
  const reversal = (parentKey: string | null, amount: bigint) =>
    tx('CAPTURE_REVERSAL', 'SUCCEEDED', amount, { minute: 20, parentKey });

  test('counts nothing until its original is known', () => {
    expect(amounts(project([reversal('c1', 40n)]))).toEqual({});
  });

  test('counts up to the amount of its original', () => {
    const facts = [auth(100n), capture(40n, 'c1'), capture(60n, 'c2'), reversal('c1', 90n)];

    expect(amounts(project(facts))).toEqual({ authorized: 100, captured: 60 });
  });

  test('of a capture opens the amount again', () => {
    const projection = project([auth(100n), capture(100n, 'c1'), reversal('c1', 30n)]);

    expect(authorizedOpen(projection)).toBe(30n);
  });

  test('of a sale takes its authorization with it', () => {
    const sale = tx('SALE', 'SUCCEEDED', 100n, { minute: 1, gatewayTransactionId: 's1' });

    expect(amounts(project([sale, reversal('s1', 30n)]))).toEqual({ authorized: 70, captured: 70 });
  });

  test('of a sale may name it by our key for it', () => {
    const sale = tx('SALE', 'SUCCEEDED', 100n, { minute: 1, gatewayTransactionId: 's1' });

    expect(amounts(project([sale, reversal('SALE:s1', 100n)]))).toEqual({});
  });

  test('that names no original is that of a sale first', () => {
    const sale = tx('SALE', 'SUCCEEDED', 100n, { minute: 1, gatewayTransactionId: 's1' });
    const alone = project([sale, reversal(null, 100n)]);
    const beside = project([sale, auth(50n), capture(50n, 'c1'), reversal(null, 120n)]);

    expect([alone.moneyState, amounts(alone)]).toEqual(['NONE', {}]);
    expect(amounts(beside)).toEqual({ authorized: 50, captured: 30 });
  });

  test('that names no original counts against all of them', () => {
    const facts = [auth(100n), capture(40n, 'c1'), reversal(null, 50n)];

    expect(amounts(project(facts))).toEqual({ authorized: 100 });
  });
});

describe('currencies', () => {
  test('a fact in another currency is shown and enters no sum', () => {
    const projection = project([
      auth(100n),
      capture(60n, 'c1'),
      tx('CAPTURE', 'SUCCEEDED', 40n, { minute: 6, gatewayTransactionId: 'c2', currency: 'USD' }),
      snapshot('CAPTURED', { capturedMinor: 999n }, { minute: 7, currency: 'USD' }),
    ]);

    expect(projection.currency).toBe('EUR');
    expect(amounts(projection)).toEqual({ authorized: 100, captured: 60 });
    expect(
      projection.transactions.map(({ naturalKey, currency }) => [naturalKey, currency]),
    ).toEqual([
      ['AUTHORIZE:authorize-1', 'EUR'],
      ['CAPTURE:c1', 'EUR'],
      ['CAPTURE:c2', 'USD'],
    ]);
  });

  test('an unannounced payment has that of the first fact that names one', () => {
    const usd = { ...capture(60n, 'c1', 2), currency: 'USD' };

    expect(project([auth(100n, 3), usd], UNANNOUNCED).currency).toBe('USD');
    expect(project([usd, auth(100n, 1)], UNANNOUNCED).currency).toBe('EUR');
  });
});

describe('failed amounts (S3.14)', () => {
  const failed = (amount: bigint, id: string, minute: number) =>
    tx('CAPTURE', 'FAILED', amount, { minute, gatewayTransactionId: id });

  test.each([
    ['one attempt', [failed(30n, 'f1', 2)], 30, 30],
    ['two attempts', [failed(30n, 'f1', 2), failed(30n, 'f2', 3)], 60, 60],
    ['made good by a later success', [failed(30n, 'f1', 2), capture(30n, 'c1', 3)], 30, 0],
    ['not by an earlier one', [failed(30n, 'f1', 4), capture(30n, 'c1', 3)], 30, 30],
    ['not by a success of another type', [failed(30n, 'f1', 2), auth(30n, 3)], 30, 30],
    [
      'a failure that a late success undid still counts for life',
      [failed(30n, 'c1', 2), capture(30n, 'c1', 3)],
      30,
      0,
    ],
    ['a stale one too', [capture(30n, 'c1', 3), failed(30n, 'c1', 2)], 30, 0],
  ])('%s', (_story, facts, lifetime, outstanding) => {
    const { failedLifetime, failedOutstanding } = project(facts);

    expect([failedLifetime, failedOutstanding]).toEqual([BigInt(lifetime), BigInt(outstanding)]);
  });

  test('a late failure counts what the success had stated', () => {
    const told = { gatewayTransactionId: 'c1', requestedMinor: null };
    const late = project([
      tx('CAPTURE', 'SUCCEEDED', 30n, { ...told, minute: 1 }),
      tx('CAPTURE', 'FAILED', null, { ...told, minute: 2 }),
    ]);

    expect(late.failedLifetime).toBe(30n);
  });
});

test.each([
  ['reserved money covers', [auth(100n)], 100n],
  ['so does a pending capture', [auth(100n), tx('CAPTURE', 'PENDING', 100n, { minute: 2 })], 100n],
  ['so does captured money', [auth(100n), capture(100n, 'c1')], 100n],
  ['less what was given back', [auth(100n), capture(100n, 'c1'), refund(30n, 'r1')], 70n],
  [
    'less what is being given back',
    [auth(100n), capture(100n, 'c1'), tx('REFUND', 'PENDING', 30n, { minute: 9 })],
    70n,
  ],
  [
    'less what was charged back',
    [auth(100n), capture(100n, 'c1'), tx('CHARGEBACK', 'SUCCEEDED', 100n, { minute: 9 })],
    0n,
  ],
  ['voided money does not', [auth(100n), tx('VOID', 'SUCCEEDED', 100n, { minute: 2 })], 0n],
])('cover: %s', (_story, facts, expected) => {
  expect(cover(project(facts))).toBe(expected);
});

test('a disputed amount is not refundable, nor is more than there is', () => {
  const paid = [auth(100n), capture(100n, 'c1')];

  expect(refundable(project([...paid, tx('CHARGEBACK', 'PENDING', 60n, { minute: 9 })]))).toBe(40n);
  expect(refundable(project([...paid, refund(120n, 'r1')]))).toBe(0n);
});
