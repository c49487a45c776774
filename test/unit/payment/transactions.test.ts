import { transactionFacts } from '../../../src/payment/transactions.rules';
import { type PaymentFact } from '../../../src/payment/payment-fact.entity';
import { ANNOUNCED, amounts, at, project, snapshot, tx, UNANNOUNCED, word } from './facts';

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
