import fc from 'fast-check';
import { inDecidingOrder } from '../../../src/payment/fact-order.rules';
import { type PaymentFact } from '../../../src/payment/payment-fact.entity';
import {
  TRANSACTION_TYPES,
  type ReportedStatus,
  type TransactionResult,
} from '../../../src/payment/payment.machine';
import { ANNOUNCED, at, project, snapshot, tx, UNANNOUNCED, word } from './facts';

const RUNS = Number(process.env['FC_RUNS'] ?? 300);
const SEED = Number(process.env['FC_SEED'] ?? 20260523);
const settings = { numRuns: RUNS, seed: SEED };

const keys = (facts: readonly PaymentFact[]) =>
  inDecidingOrder(facts).map(({ naturalKey }) => naturalKey);
const named = (name: string, fact: PaymentFact): PaymentFact => ({
  ...fact,
  id: `fct_${name}`,
  naturalKey: name,
  eventId: name,
});

describe('the order that decides', () => {
  test.each([
    [
      'version before time',
      [
        named('v2', word('CAPTURED', { providerVersion: 2, minute: 1 })),
        named('v1', word('PENDING', { providerVersion: 1, minute: 9 })),
      ],
      ['v1', 'v2'],
    ],
    [
      'time where there is no version',
      [named('b', word('CAPTURED', { minute: 2 })), named('a', word('PENDING', { minute: 1 }))],
      ['a', 'b'],
    ],
    [
      'time within one version',
      [
        named('b', word('PENDING', { providerVersion: 1, minute: 2 })),
        named('a', word('CAPTURED', { providerVersion: 1, minute: 1 })),
      ],
      ['a', 'b'],
    ],
    [
      'rank at one instant',
      [named('a', word('CAPTURED')), named('b', word('AUTHORIZED'))],
      ['b', 'a'],
    ],
    [
      'a dispute outranks a refund',
      [named('a', word('DISPUTED')), named('b', word('REFUNDED'))],
      ['b', 'a'],
    ],
    [
      'a failure outranks a success',
      [named('a', tx('CAPTURE', 'FAILED', 1n)), named('b', tx('CAPTURE', 'SUCCEEDED', 1n))],
      ['b', 'a'],
    ],
    [
      'a failure outranks a success that has a version',
      [
        named('a', tx('CAPTURE', 'FAILED', 1n)),
        named('b', tx('CAPTURE', 'SUCCEEDED', 1n, { providerVersion: 7 })),
      ],
      ['b', 'a'],
    ],
    [
      'a failure that has a version outranks a success',
      [
        named('a', tx('CAPTURE', 'FAILED', 1n, { providerVersion: 7 })),
        named('b', tx('CAPTURE', 'SUCCEEDED', 1n)),
      ],
      ['b', 'a'],
    ],
    [
      'the natural key at last',
      [named('b', word('CAPTURED')), named('a', word('CAPTURED'))],
      ['a', 'b'],
    ],
    [
      'a version is no older than a lower one',
      [
        named('v2', word('CAPTURED', { providerVersion: 2, minute: 1 })),
        named('v1', word('PENDING', { providerVersion: 1, minute: 5 })),
        named('u', word('REFUNDED', { minute: 3 })),
      ],
      ['u', 'v1', 'v2'],
    ],
  ])('%s', (_rule, facts, expected) => {
    expect(keys(facts)).toEqual(expected);
    expect(keys([...facts].reverse())).toEqual(expected);
  });

  test('v1 pending, v3 approved, v2 authorized end as captured (M4)', () => {
    const told = [
      word('PENDING', { providerVersion: 1, minute: 1 }),
      word('CAPTURED', { providerVersion: 3, minute: 3 }),
      word('AUTHORIZED', { providerVersion: 2, minute: 2 }),
    ];

    expect(project(told)).toMatchObject({
      status: 'CAPTURED',
      authorized: 100n,
      captured: 100n,
      providerVersion: 3,
      providerStatus: 'captured',
    });
  });
});

const RESULTS: readonly TransactionResult[] = [
  'PENDING',
  'SUCCEEDED',
  'FAILED',
  'INDETERMINATE',
  'CANCELLED',
];
const WORDS: readonly ReportedStatus[] = [
  'CREATED',
  'PENDING',
  'IN_PROCESS',
  'AUTHORIZED',
  'CAPTURED',
  'PARTIALLY_REFUNDED',
  'REFUNDED',
  'DISPUTED',
  'CHARGED_BACK',
  'VOIDED',
  'EXPIRED',
  'REJECTED',
  'CANCELLED',
  'FAILED',
  'VACATED',
  'UNKNOWN_NATIVE',
];

// Few values, so that facts meet: same keys, same instants, same versions.
const minor = fc.constantFrom(0n, 30n, 50n, 100n);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
const common = fc.record({
  minute: fc.integer({ min: 0, max: 3 }),
  providerVersion: maybe(fc.integer({ min: 1, max: 3 })),
  currency: fc.constantFrom('EUR', 'EUR', 'EUR', 'USD'),
});
const transaction = fc
  .record({
    type: fc.constantFrom(...TRANSACTION_TYPES),
    result: fc.constantFrom(...RESULTS),
    amount: minor,
    name: fc.constantFrom(
      { gatewayTransactionId: 'g1' },
      { gatewayTransactionId: 'g2' },
      { providerRequestKey: 'k1' },
      { providerRequestKey: 'k2' },
      { gatewayTransactionId: 'g1', providerRequestKey: 'k1' },
    ),
    parentKey: maybe(fc.constantFrom('g1', 'g2')),
    common,
  })
  .map((made) =>
    tx(made.type, made.result, made.amount, {
      ...made.common,
      ...made.name,
      parentKey: made.parentKey,
    }),
  );
const status = fc
  .record({ reported: fc.constantFrom(...WORDS), common })
  .map((made) => word(made.reported, { ...made.common, currency: null }));
const totals = fc
  .record({
    reported: fc.constantFrom(...WORDS),
    sums: fc.record({
      authorizedMinor: maybe(minor),
      capturedMinor: maybe(minor),
      refundedMinor: maybe(minor),
    }),
    common,
  })
  .map((made) => snapshot(made.reported, made.sums, made.common));
const factSet = fc
  .array(fc.oneof({ weight: 3, arbitrary: transaction }, status, totals), {
    minLength: 1,
    maxLength: 8,
  })
  .map((facts) => facts.map((fact, index) => named(`n${index}`, fact)));
const terms = fc.constantFrom(ANNOUNCED, UNANNOUNCED);
const shuffled = factSet.chain((facts) =>
  fc.record({
    facts: fc.constant(facts),
    orders: fc.array(fc.shuffledSubarray(facts, { minLength: facts.length }), {
      minLength: 5,
      maxLength: 5,
    }),
    terms,
  }),
);

/** When each fact was received is history, and may differ. */
const projected = (facts: readonly PaymentFact[], of: typeof ANNOUNCED | typeof UNANNOUNCED) =>
  project(facts, of);

describe('for every set of facts', () => {
  test('the order is one, whatever order they came in', () => {
    fc.assert(
      fc.property(shuffled, ({ facts, orders }) => {
        for (const order of orders) expect(keys(order)).toEqual(keys(facts));
      }),
      settings,
    );
  });

  test('it is total: every fact once, no two in one place', () => {
    fc.assert(
      fc.property(factSet, (facts) => {
        expect([...keys(facts)].sort()).toEqual(facts.map(({ naturalKey }) => naturalKey).sort());
      }),
      settings,
    );
  });

  test('versions ascend, and so do the times of facts without one and of facts of one version', () => {
    fc.assert(
      fc.property(factSet, (facts) => {
        const ordered = inDecidingOrder(facts);
        const versions = ordered.flatMap(({ providerVersion }) => providerVersion ?? []);
        expect(versions).toEqual([...versions].sort((a, b) => a - b));
        for (const version of [null, 1, 2, 3]) {
          const times = ordered
            .filter(({ providerVersion }) => providerVersion === version)
            .map(({ occurredAt }) => occurredAt.getTime());
          expect(times).toEqual([...times].sort((a, b) => a - b));
        }
      }),
      settings,
    );
  });

  test('the projection is one, whatever order they came in', () => {
    fc.assert(
      fc.property(shuffled, ({ facts, orders, terms: of }) => {
        const expected = projected(facts, of);
        for (const order of orders) expect(projected(order, of)).toEqual(expected);
      }),
      settings,
    );
  });

  test('a fact that comes twice changes nothing', () => {
    fc.assert(
      fc.property(factSet, fc.nat(), terms, (facts, index, of) => {
        const again = facts[index % facts.length]!;
        // Facts are kept once per natural key (payment/new-fact).
        const kept = [...facts, { ...again, id: 'fct_again', recordedAt: at(60) }].filter(
          ({ naturalKey }, place, all) =>
            all.findIndex((fact) => fact.naturalKey === naturalKey) === place,
        );
        expect(projected(kept, of)).toEqual(projected(facts, of));
      }),
      settings,
    );
  });

  test('no two transactions have one name', () => {
    fc.assert(
      fc.property(factSet, terms, (facts, of) => {
        const projection = projected(facts, of);
        const names = projection.transactions.map(({ naturalKey }) => naturalKey);
        expect(new Set(names).size).toBe(names.length);
      }),
      settings,
    );
  });

  test('no sum is below zero', () => {
    fc.assert(
      fc.property(factSet, terms, (facts, of) => {
        const projection = projected(facts, of);
        for (const sum of [
          'authorized',
          'captured',
          'refunded',
          'chargedBack',
          'voided',
          'expired',
        ] as const) {
          expect(projection[sum] >= 0n).toBe(true);
        }
      }),
      settings,
    );
  });
});
