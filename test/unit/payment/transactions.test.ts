import { transactionFacts } from '../../../src/payment/transactions.rules';
import { type PaymentFact } from '../../../src/payment/payment-fact.entity';
import { ANNOUNCED, amounts, asked, at, project, snapshot, tx, UNANNOUNCED, word } from './facts';

const shown = (facts: readonly PaymentFact[], terms: Parameters<typeof project>[1] = ANNOUNCED) =>
  project(facts, terms)
    .transactions.filter(({ implied }) => !implied)
    .map(({ type, status, processedMinor, gatewayTransactionId, providerRequestKey }) => [
      type,
      status,
      processedMinor,
      gatewayTransactionId,
      providerRequestKey,
    ]);

describe('the newest report decides what came of a transaction', () => {
  const report = (
    result: 'PENDING' | 'SUCCEEDED' | 'FAILED' | 'INDETERMINATE' | 'CANCELLED',
    minute: number,
    amount = 50n,
  ) => tx('CAPTURE', result, amount, { minute, gatewayTransactionId: 'c1' });

  test.each([
    ['pending, then it succeeded', [report('PENDING', 1), report('SUCCEEDED', 2)], 'SUCCEEDED'],
    ['pending, then it failed', [report('PENDING', 1), report('FAILED', 2)], 'FAILED'],
    ['pending, then cancelled', [report('PENDING', 1), report('CANCELLED', 2)], 'CANCELLED'],
    [
      'pending, then no answer',
      [report('PENDING', 1), report('INDETERMINATE', 2)],
      'INDETERMINATE',
    ],
    [
      'no answer, then it succeeded',
      [report('INDETERMINATE', 1), report('SUCCEEDED', 2)],
      'SUCCEEDED',
    ],
    ['no answer, then it failed', [report('INDETERMINATE', 1), report('FAILED', 2)], 'FAILED'],
    ['no answer, then pending', [report('INDETERMINATE', 1), report('PENDING', 2)], 'PENDING'],
    ['a late failure', [report('SUCCEEDED', 1), report('FAILED', 2)], 'FAILED'],
    ['a late success', [report('FAILED', 1), report('SUCCEEDED', 2)], 'SUCCEEDED'],
    [
      'success, then a later loss of track',
      [report('SUCCEEDED', 1), report('INDETERMINATE', 2)],
      'SUCCEEDED',
    ],
    [
      'success, then a late pending (nearmerch#209)',
      [report('SUCCEEDED', 1), report('PENDING', 2)],
      'SUCCEEDED',
    ],
    [
      'at one instant a failure outranks a success',
      [report('SUCCEEDED', 1), report('FAILED', 1)],
      'FAILED',
    ],
    [
      'at one instant a success outranks no answer',
      [report('INDETERMINATE', 1), report('SUCCEEDED', 1)],
      'SUCCEEDED',
    ],
  ])('%s: %s', (_story, facts, status) => {
    const forward = project(facts).transactions.map((one) => one.status);
    const backward = project([...facts].reverse()).transactions.map((one) => one.status);

    expect(forward[0]).toBe(status);
    expect(backward).toEqual(forward);
  });

  test('success twice with other amounts: the newest counts, whichever came first', () => {
    const facts = [report('SUCCEEDED', 2, 40n), report('SUCCEEDED', 1, 50n)];

    expect(shown(facts)).toEqual([['CAPTURE', 'SUCCEEDED', 40n, 'c1', null]]);
  });

  test('a failed transaction moved nothing, whatever it had succeeded in before', () => {
    expect(shown([report('SUCCEEDED', 1), report('FAILED', 2)])).toEqual([
      ['CAPTURE', 'FAILED', null, 'c1', null],
    ]);
  });
});

describe('which reports are of one transaction', () => {
  const key = 'k1';

  test('an attempt is joined by the gateway id it learns later', () => {
    const facts = [
      tx('CAPTURE', 'PENDING', 50n, { minute: 1, providerRequestKey: key }),
      tx('CAPTURE', 'SUCCEEDED', 50n, {
        minute: 2,
        providerRequestKey: key,
        gatewayTransactionId: 'c1',
      }),
    ];

    expect(shown(facts)).toEqual([['CAPTURE', 'SUCCEEDED', 50n, 'c1', 'k1']]);
    expect(shown([...facts].reverse())).toEqual([['CAPTURE', 'SUCCEEDED', 50n, 'c1', 'k1']]);
  });

  test('also where another report of that gateway id does not know our key', () => {
    const facts = [
      tx('CAPTURE', 'PENDING', 50n, { minute: 1, providerRequestKey: key }),
      tx('CAPTURE', 'SUCCEEDED', 50n, { minute: 2, gatewayTransactionId: 'c1' }),
      tx('CAPTURE', 'SUCCEEDED', 50n, {
        minute: 3,
        providerRequestKey: key,
        gatewayTransactionId: 'c1',
      }),
    ];

    expect(shown(facts)).toEqual([['CAPTURE', 'SUCCEEDED', 50n, 'c1', 'k1']]);
    expect(project(facts).capturing).toBe(0n);
  });

  test('a failed attempt keeps its row, and the next one under the same key is its own (S3.13)', () => {
    const attempt = (result: 'PENDING' | 'FAILED' | 'SUCCEEDED', minute: number) =>
      tx('CAPTURE', result, 50n, { minute, providerRequestKey: key });

    expect(
      shown([
        attempt('PENDING', 1),
        attempt('FAILED', 2),
        attempt('PENDING', 3),
        attempt('SUCCEEDED', 4),
      ]),
    ).toEqual([
      ['CAPTURE', 'FAILED', null, null, 'k1'],
      ['CAPTURE', 'SUCCEEDED', 50n, null, 'k1'],
    ]);
  });

  test('of two attempts under one key the report belongs to the one that ran at that time', () => {
    const facts = [
      tx('CAPTURE', 'FAILED', 50n, {
        minute: 2,
        providerRequestKey: key,
        gatewayTransactionId: 'c1',
      }),
      tx('CAPTURE', 'SUCCEEDED', 50n, {
        minute: 5,
        providerRequestKey: key,
        gatewayTransactionId: 'c2',
      }),
      tx('CAPTURE', 'PENDING', 50n, { minute: 1, providerRequestKey: key }),
      tx('CAPTURE', 'PENDING', 50n, { minute: 4, providerRequestKey: key }),
    ];
    const [first, second] = project(facts).transactions;

    expect(shown(facts).map(([, status, , id]) => [status, id])).toEqual([
      ['FAILED', 'c1'],
      ['SUCCEEDED', 'c2'],
    ]);
    expect(
      [first, second].map((one) =>
        transactionFacts(one!, facts).map(({ occurredAt }) => occurredAt),
      ),
    ).toEqual([
      [at(1), at(2)],
      [at(4), at(5)],
    ]);
  });

  test('one key may name an authorization and its capture', () => {
    expect(
      shown([
        tx('AUTHORIZE', 'SUCCEEDED', 50n, { minute: 1, providerRequestKey: key }),
        tx('CAPTURE', 'SUCCEEDED', 50n, { minute: 2, providerRequestKey: key }),
      ]).map(([type]) => type),
    ).toEqual(['AUTHORIZE', 'CAPTURE']);
  });

  test('an id as long as its column still fits with what it is of', () => {
    const long = 'x'.repeat(190);
    const [a, b] = project([
      tx('CAPTURE', 'SUCCEEDED', 1n, { gatewayTransactionId: `${long}a` }),
      tx('CAPTURE', 'SUCCEEDED', 1n, { gatewayTransactionId: `${long}b` }),
    ]).transactions;

    expect([a!.naturalKey.length, b!.naturalKey.length]).toEqual([191, 191]);
    expect(a!.naturalKey).not.toBe(b!.naturalKey);
  });
});

describe('a success told under the gateway id alone (hyperswitch#3751)', () => {
  const attempt = (result: 'PENDING' | 'INDETERMINATE', providerRequestKey: string, minute = 1) =>
    tx('CAPTURE', result, 50n, { minute, providerRequestKey });
  const told = (id: string, minute = 2, amount = 50n) =>
    tx('CAPTURE', 'SUCCEEDED', amount, { minute, gatewayTransactionId: id });

  test.each(['PENDING', 'INDETERMINATE'] as const)(
    'answers the %s attempt of that amount',
    (result) => {
      expect(shown([attempt(result, 'k1'), told('c1')])).toEqual([
        ['CAPTURE', 'SUCCEEDED', 50n, 'c1', 'k1'],
      ]);
    },
  );

  test('answers one attempt only, the oldest', () => {
    expect(
      shown([attempt('PENDING', 'k1', 1), attempt('PENDING', 'k2', 2), told('c1', 3)]),
    ).toEqual([
      ['CAPTURE', 'SUCCEEDED', 50n, 'c1', 'k1'],
      ['CAPTURE', 'PENDING', null, null, 'k2'],
    ]);
  });

  test.each([
    ['another amount', told('c1', 2, 49n)],
    ['an earlier one', told('c1', 0)],
    ['another currency', { ...told('c1'), currency: 'USD' }],
    ['another type', tx('REFUND', 'SUCCEEDED', 50n, { minute: 2, gatewayTransactionId: 'c1' })],
    ['a failure', tx('CAPTURE', 'FAILED', 50n, { minute: 2, gatewayTransactionId: 'c1' })],
    ['one that has a key of its own', { ...told('c1'), providerRequestKey: 'k9' }],
  ])('%s does not', (_story, other) => {
    const attempts = project([attempt('INDETERMINATE', 'k1'), other]).transactions.filter(
      ({ status }) => status === 'INDETERMINATE',
    );

    expect(attempts).toHaveLength(1);
  });
});

describe('what the provider says after an outcome was unknown answers it', () => {
  const authorized = tx('AUTHORIZE', 'SUCCEEDED', 100n, { minute: 0 });
  const unknown = (
    type: 'AUTHORIZE' | 'CAPTURE' | 'SALE' | 'REFUND' | 'VOID',
    amount: bigint | null = 100n,
    id = 'u1',
  ) => tx(type, 'INDETERMINATE', amount, { minute: 5, gatewayTransactionId: id });
  const outcome = (
    facts: readonly PaymentFact[],
    terms: Parameters<typeof project>[1] = ANNOUNCED,
  ) => {
    const { status, transactions } = project(facts, terms);
    const one = transactions.find(({ gatewayTransactionId }) => gatewayTransactionId === 'u1');
    return [status, one?.status, one?.processedMinor, one?.indeterminateCause];
  };

  test.each([
    [
      'a total that has it',
      [
        authorized,
        unknown('CAPTURE'),
        snapshot('CAPTURED', { capturedMinor: 100n }, { minute: 6 }),
      ],
      ['CAPTURED', 'SUCCEEDED', 100n],
    ],
    [
      'a total that does not have it',
      [
        authorized,
        unknown('CAPTURE'),
        snapshot('AUTHORIZED', { capturedMinor: 0n }, { minute: 6 }),
      ],
      ['AUTHORIZED', 'FAILED', null],
    ],
    [
      'a total that knows more than the others',
      [
        authorized,
        tx('CAPTURE', 'SUCCEEDED', 40n, { minute: 2 }),
        unknown('CAPTURE', 60n),
        snapshot('CAPTURED', { capturedMinor: 100n }, { minute: 6 }),
      ],
      ['CAPTURED', 'SUCCEEDED', 60n],
    ],
    [
      'a total that only knows the others',
      [
        authorized,
        tx('CAPTURE', 'SUCCEEDED', 40n, { minute: 2 }),
        unknown('CAPTURE', 60n),
        snapshot('AUTHORIZED', { capturedMinor: 40n }, { minute: 6 }),
      ],
      ['PARTIALLY_CAPTURED', 'FAILED', null],
    ],
    [
      'the only one, of no stated amount',
      [
        authorized,
        unknown('CAPTURE', null),
        snapshot('CAPTURED', { capturedMinor: 70n }, { minute: 6 }),
      ],
      ['PARTIALLY_CAPTURED', 'SUCCEEDED', 70n],
    ],
    [
      'the word captured and the announced amount',
      [authorized, unknown('CAPTURE'), word('CAPTURED', { minute: 6 })],
      ['CAPTURED', 'SUCCEEDED', 100n],
    ],
    [
      'the word captured, for the authorization before it',
      [unknown('AUTHORIZE'), word('CAPTURED', { minute: 6 })],
      ['CAPTURED', 'SUCCEEDED', 100n],
    ],
    [
      'a total of refunds',
      [
        authorized,
        tx('CAPTURE', 'SUCCEEDED', 100n, { minute: 2 }),
        unknown('REFUND', 30n),
        snapshot('PARTIALLY_REFUNDED', { capturedMinor: 100n, refundedMinor: 30n }, { minute: 6 }),
      ],
      ['PARTIALLY_REFUNDED', 'SUCCEEDED', 30n],
    ],
    [
      'the word refunded',
      [
        authorized,
        tx('CAPTURE', 'SUCCEEDED', 100n, { minute: 2 }),
        unknown('REFUND'),
        word('REFUNDED', { minute: 6 }),
      ],
      ['REFUNDED', 'SUCCEEDED', 100n],
    ],
    [
      'an authorization declined',
      [unknown('AUTHORIZE'), word('REJECTED', { minute: 6 })],
      ['REJECTED', 'FAILED', null],
    ],
    [
      'an authorization that is pending after all',
      [unknown('AUTHORIZE'), word('PENDING', { minute: 6 })],
      ['PENDING', 'PENDING', null],
    ],
    [
      'an authorization that stands',
      [unknown('AUTHORIZE'), word('AUTHORIZED', { minute: 6 })],
      ['AUTHORIZED', 'SUCCEEDED', 100n],
    ],
    [
      'a sale declined',
      [unknown('SALE'), word('REJECTED', { minute: 6 })],
      ['REJECTED', 'FAILED', null],
    ],
    [
      'a void that went through',
      [authorized, unknown('VOID'), word('VOIDED', { minute: 6 })],
      ['VOIDED', 'SUCCEEDED', 100n],
    ],
  ])('%s', (_story, facts, expected) => {
    expect(outcome(facts)).toEqual([...expected, null]);
    expect(outcome([...facts].reverse())).toEqual([...expected, null]);
  });

  test.each([
    [
      'what was said before it',
      [
        authorized,
        unknown('CAPTURE'),
        snapshot('CAPTURED', { capturedMinor: 100n }, { minute: 4 }),
      ],
    ],
    [
      'a total that fits neither answer',
      [authorized, unknown('CAPTURE'), snapshot('CAPTURED', { capturedMinor: 70n }, { minute: 6 })],
    ],
    [
      'a total while another is pending',
      [
        authorized,
        unknown('CAPTURE', 50n),
        tx('CAPTURE', 'PENDING', 50n, { minute: 4, gatewayTransactionId: 'c9' }),
        snapshot('CAPTURED', { capturedMinor: 50n }, { minute: 6 }),
      ],
    ],
    [
      'a total of two unknown ones that has one of them',
      [
        authorized,
        unknown('CAPTURE', 50n),
        unknown('CAPTURE', 50n, 'u2'),
        snapshot('CAPTURED', { capturedMinor: 50n }, { minute: 6 }),
      ],
    ],
    [
      'a total in another currency',
      [
        authorized,
        unknown('CAPTURE'),
        snapshot('CAPTURED', { capturedMinor: 100n }, { minute: 6, currency: 'USD' }),
      ],
    ],
    [
      'an announced amount that is not there',
      [
        authorized,
        tx('CAPTURE', 'SUCCEEDED', 100n, { minute: 2 }),
        unknown('CAPTURE'),
        word('CAPTURED', { minute: 6 }),
      ],
    ],
    [
      'a word that speaks of something else',
      [authorized, unknown('CAPTURE'), word('AUTHORIZED', { minute: 6 })],
    ],
    [
      'a declined word, for a refund',
      [authorized, unknown('REFUND'), word('REJECTED', { minute: 6 })],
    ],
  ])('nothing is guessed from %s', (_story, facts) => {
    expect(outcome(facts).slice(0, 2)).toEqual(['INDETERMINATE', 'INDETERMINATE']);
  });

  test('two unknown ones that the total has both are both settled', () => {
    const facts = [
      authorized,
      unknown('CAPTURE', 40n),
      unknown('CAPTURE', 60n, 'u2'),
      snapshot('CAPTURED', { capturedMinor: 100n }, { minute: 6 }),
    ];

    expect(amounts(project(facts, UNANNOUNCED))).toEqual({ authorized: 100, captured: 100 });
    expect(shown(facts).map(([, status, amount]) => [status, amount])).toEqual([
      ['SUCCEEDED', 100n],
      ['SUCCEEDED', 40n],
      ['SUCCEEDED', 60n],
    ]);
  });
});

describe('a request of ours', () => {
  const authorized = tx('AUTHORIZE', 'SUCCEEDED', 100n, { minute: 0 });
  const request = (minute: number, more: Partial<PaymentFact> = {}) =>
    asked('CAPTURE', 50n, 'k1', { minute, ...more });
  const result = (
    outcome: 'PENDING' | 'SUCCEEDED' | 'FAILED' | 'INDETERMINATE' | 'CANCELLED',
    minute: number,
    more: Partial<PaymentFact> = {},
  ) =>
    tx('CAPTURE', outcome, 50n, {
      minute,
      recordedAt: at(minute),
      providerRequestKey: 'k1',
      ...more,
    });
  const rows = (facts: readonly PaymentFact[]) =>
    shown(facts)
      .filter(([type]) => type === 'CAPTURE')
      .map(([, status, , id]) => [status, id]);

  test('is NEW, and takes from what is open, until something comes of it', () => {
    const projection = project([authorized, request(1)]);

    expect(projection.transactions.map(({ type, status }) => [type, status])).toContainEqual([
      'CAPTURE',
      'NEW',
    ]);
    expect(amounts(projection)).toEqual({ authorized: 100, capturing: 50 });
    expect(projection.status).toBe('CAPTURING');
  });

  test('keeps what it was for, whatever the report leaves out', () => {
    const circumstances = {
      fulfillmentId: 'ful_1',
      requestId: 'req_1',
      finalCapture: true,
      disbursementId: 'd1',
      parentKey: 'authorize-1',
    };
    const [, capture] = project([
      authorized,
      request(1, circumstances),
      result('SUCCEEDED', 2),
    ]).transactions;

    expect(capture).toMatchObject({ ...circumstances, status: 'SUCCEEDED' });
  });

  describe.each(['PENDING', 'SUCCEEDED', 'FAILED', 'INDETERMINATE', 'CANCELLED'] as const)(
    'answered %s under its key',
    (outcome) => {
      const facts = [authorized, request(2), result(outcome, 3)];

      test('is one row in every order of arrival', () => {
        const [a, b, c] = facts;
        for (const order of [
          [a!, b!, c!],
          [a!, c!, b!],
          [b!, a!, c!],
          [b!, c!, a!],
          [c!, a!, b!],
          [c!, b!, a!],
        ]) {
          expect(rows(order)).toEqual([[outcome, null]]);
        }
      });

      test('is one row by a clock that is behind ours', () => {
        expect(rows([authorized, request(2), result(outcome, 1, { recordedAt: at(3) })])).toEqual([
          [outcome, null],
        ]);
      });

      test('is one row under the name the gateway gives it', () => {
        const named = result(outcome, 3, { gatewayTransactionId: 'c1' });

        expect(rows([authorized, request(2), named])).toEqual([[outcome, 'c1']]);
      });
    },
  );

  test('is pending, then done, in one row', () => {
    const facts = [
      request(1),
      result('PENDING', 2),
      result('SUCCEEDED', 3, { gatewayTransactionId: 'c1' }),
    ];

    expect(rows(facts)).toEqual([['SUCCEEDED', 'c1']]);
    expect(rows([...facts].reverse())).toEqual([['SUCCEEDED', 'c1']]);
  });

  describe('again under its key, after it failed', () => {
    const failed = [request(1), result('FAILED', 2), request(3)];

    test('is an attempt of its own, and the failed one keeps its row (S3.13)', () => {
      const projection = project([authorized, ...failed]);

      expect(rows(failed)).toEqual([
        ['FAILED', null],
        ['NEW', null],
      ]);
      expect(amounts(projection)).toEqual({
        authorized: 100,
        capturing: 50,
        failedLifetime: 50,
        failedOutstanding: 50,
      });
    });

    test('is what the next report tells of', () => {
      expect(rows([...failed, result('SUCCEEDED', 4)])).toEqual([
        ['FAILED', null],
        ['SUCCEEDED', null],
      ]);
    });

    test('so it is by a clock that is behind ours', () => {
      const skewed = [
        request(10),
        result('FAILED', 5, { recordedAt: at(11) }),
        request(12),
        result('SUCCEEDED', 7, { recordedAt: at(13) }),
      ];

      expect(rows(skewed)).toEqual([
        ['FAILED', null],
        ['SUCCEEDED', null],
      ]);
      expect(rows([...skewed].reverse())).toEqual([
        ['FAILED', null],
        ['SUCCEEDED', null],
      ]);
    });

    test('waits on, when the failure was told twice before it', () => {
      const again = result('FAILED', 2, {
        recordedAt: at(2),
        rawMessage: 'again',
        id: 'fct_again',
      });
      const twice = [request(1), result('FAILED', 2), { ...again, naturalKey: 'again' }];
      const projection = project([authorized, ...twice, request(3)]);

      expect(rows(twice)).toEqual([['FAILED', null]]);
      expect(rows([...twice, request(3)])).toEqual([
        ['FAILED', null],
        ['NEW', null],
      ]);
      expect(projection.failedLifetime).toBe(50n);
    });

    test('a late success of the one attempt there is undoes its failure', () => {
      expect(rows([request(1), result('FAILED', 2), result('SUCCEEDED', 3)])).toEqual([
        ['SUCCEEDED', null],
      ]);
    });
  });

  describe('told of without its key', () => {
    const told = (minute: number, more: Partial<PaymentFact> = {}) =>
      tx('CAPTURE', 'SUCCEEDED', 50n, {
        minute,
        recordedAt: at(minute),
        gatewayTransactionId: 'c1',
        ...more,
      });

    test.each([
      ['later', told(3)],
      ['by a clock that only counts minutes', told(2, { recordedAt: at(3) })],
      ['by a clock five minutes behind', told(0, { recordedAt: at(6) })],
    ])('%s: it is answered', (_story, success) => {
      const start = success.occurredAt < at(2) ? 5 : 2;

      expect(rows([authorized, request(start), success])).toEqual([['SUCCEEDED', 'c1']]);
    });

    test.each([
      ['another amount', { ...told(3), requestedMinor: 49n, processedMinor: 49n }],
      ['one that was recorded before it was asked', told(1)],
      ['one recorded before, whose clock is ahead of ours', told(9, { recordedAt: at(1) })],
      ['one much older', told(-4, { recordedAt: at(6) })],
      ['one done by hand outside', { ...told(3), externallyExecuted: true }],
    ])('%s does not answer it', (_story, success) => {
      expect(rows([authorized, request(2), success])).toContainEqual(['NEW', null]);
      expect(rows([authorized, request(2), success])).toContainEqual(['SUCCEEDED', 'c1']);
    });

    test('when its own report comes after all, each has its row', () => {
      const facts = [
        authorized,
        request(2),
        told(3),
        result('SUCCEEDED', 4, { gatewayTransactionId: 'c2' }),
      ];

      expect(rows(facts)).toEqual([
        ['SUCCEEDED', 'c1'],
        ['SUCCEEDED', 'c2'],
      ]);
    });
  });

  describe('and a total of the provider', () => {
    const total = (capturedMinor: bigint, minute: number, recorded = minute) =>
      snapshot(
        capturedMinor > 0n ? 'CAPTURED' : 'AUTHORIZED',
        { authorizedMinor: 100n, capturedMinor },
        { minute, recordedAt: at(recorded) },
      );
    const outcome = (...facts: PaymentFact[]) => {
      const projection = project([authorized, request(10), ...facts]);
      return [rows([authorized, request(10), ...facts])[0]?.[0], amounts(projection)];
    };

    test.each([
      ['that has it', total(50n, 11)],
      ['that has it, by a clock behind ours', total(50n, 9, 11)],
    ])('%s: it is done', (_story, fact) => {
      expect(outcome(fact)).toEqual(['SUCCEEDED', { authorized: 100, captured: 50 }]);
    });

    test('that does not have it: it may come yet', () => {
      expect(outcome(total(0n, 11))).toEqual(['NEW', { authorized: 100, capturing: 50 }]);
    });

    test('that fits no answer: it stays as it is, and what is more is implied', () => {
      expect(outcome(total(70n, 11))).toEqual([
        'NEW',
        { authorized: 100, captured: 70, capturing: 50 },
      ]);
    });

    test('that was known before it was asked is not about it', () => {
      expect(outcome(total(50n, 9))).toEqual([
        'NEW',
        { authorized: 100, captured: 50, capturing: 50 },
      ]);
    });

    test('known before, whose clock is ahead of ours, neither', () => {
      expect(outcome(total(50n, 12, 9))).toEqual([
        'NEW',
        { authorized: 100, captured: 50, capturing: 50 },
      ]);
    });
  });

  test('to void keeps the payment authorized until it is done', () => {
    const voiding = asked('VOID', 100n, 'k2', { minute: 1 });
    const done = tx('VOID', 'SUCCEEDED', 100n, { minute: 2, providerRequestKey: 'k2' });

    expect(project([authorized, voiding])).toMatchObject({ status: 'AUTHORIZED', voiding: 100n });
    expect(project([authorized, voiding, done])).toMatchObject({ status: 'VOIDED', voided: 100n });
  });

  test.each([
    ['VOIDED', 'VOID', 'SUCCEEDED'],
    ['REJECTED', 'AUTHORIZE', 'FAILED'],
    ['PENDING', 'AUTHORIZE', 'PENDING'],
  ] as const)('the word %s answers a %s: %s', (said, type, status) => {
    const facts = [
      ...(type === 'VOID' ? [authorized] : []),
      asked(type, 100n, 'k2', { minute: 5 }),
      word(said, { minute: 4, recordedAt: at(6) }),
    ];
    const one = project(facts).transactions.find((row) => row.providerRequestKey === 'k2');

    expect(one?.status).toBe(status);
  });

  test('an older word does not answer it', () => {
    const facts = [
      word('REJECTED', { minute: 4, recordedAt: at(4) }),
      asked('AUTHORIZE', 100n, 'k2', { minute: 5 }),
    ];

    expect(project(facts)).toMatchObject({ status: 'PENDING', authorizing: 100n });
  });
});
