import { type PaymentFact } from '../../../src/payment/payment-fact.entity';
import { PAYMENT_STATUSES } from '../../../src/payment/payment.machine';
import { ANNOUNCED, project, snapshot, tx, UNANNOUNCED, word } from './facts';

// Status and moneyState, first match decides (states.md 2.2, money.md). One row says one reason.

const authorized = tx('AUTHORIZE', 'SUCCEEDED', 100n, { minute: 1 });
const capture = (amount: bigint, more: object = {}) =>
  tx('CAPTURE', 'SUCCEEDED', amount, { minute: 2, ...more });
const refund = (amount: bigint, minute = 3) => tx('REFUND', 'SUCCEEDED', amount, { minute });
const disputed = tx('CHARGEBACK', 'PENDING', 100n, { minute: 4 });
const lost = tx('CHARGEBACK', 'SUCCEEDED', 100n, { minute: 5 });

const TABLE: readonly (readonly [string, string, string, readonly PaymentFact[]])[] = [
  ['nothing was told', 'CREATED', 'NONE', []],
  ['only an unknown word was told', 'CREATED', 'NONE', [word('UNKNOWN_NATIVE')]],
  ['the provider says so', 'PENDING', 'NONE', [word('PENDING')]],
  ['the provider says so', 'IN_PROCESS', 'NONE', [word('IN_PROCESS')]],
  ['an authorization is pending', 'PENDING', 'NONE', [tx('AUTHORIZE', 'PENDING', 100n)]],
  ['a sale is pending, and alone leaves it so', 'PENDING', 'NONE', [tx('SALE', 'PENDING', 100n)]],
  ['an authorization was declined', 'REJECTED', 'NONE', [tx('AUTHORIZE', 'FAILED', 100n)]],
  ['the provider says so', 'REJECTED', 'NONE', [word('REJECTED')]],
  ['an authorization was cancelled', 'CANCELLED', 'NONE', [tx('AUTHORIZE', 'CANCELLED', 100n)]],
  ['the provider says so', 'CANCELLED', 'NONE', [word('CANCELLED')]],
  ['what was never authorized ran out (M6)', 'CANCELLED', 'NONE', [word('EXPIRED')]],
  ['no call was made', 'FAILED', 'NONE', [word('FAILED')]],
  ['the provider says so', 'VACATED', 'NONE', [word('VACATED')]],
  ['money is reserved', 'AUTHORIZED', 'RESERVED', [authorized]],
  ['the word stands for the announced amount', 'AUTHORIZED', 'RESERVED', [word('AUTHORIZED')]],
  [
    'a part of it was voided',
    'AUTHORIZED',
    'RESERVED',
    [authorized, tx('VOID', 'SUCCEEDED', 40n, { minute: 2 })],
  ],
  [
    'all of it was voided',
    'VOIDED',
    'NONE',
    [authorized, tx('VOID', 'SUCCEEDED', 100n, { minute: 2 })],
  ],
  ['the provider voided it', 'VOIDED', 'NONE', [authorized, word('VOIDED', { minute: 2 })]],
  ['the provider cancelled it', 'VOIDED', 'NONE', [authorized, word('CANCELLED', { minute: 2 })]],
  ['it ran out', 'EXPIRED', 'NONE', [authorized, word('EXPIRED', { minute: 2 })]],
  [
    'it had run out when it was to be captured (W8)',
    'EXPIRED',
    'NONE',
    [authorized, word('EXPIRED', { minute: 2 }), tx('CAPTURE', 'FAILED', 100n, { minute: 3 })],
  ],
  [
    'a capture is pending',
    'CAPTURING',
    'NONE',
    [authorized, tx('CAPTURE', 'PENDING', 100n, { minute: 2 })],
  ],
  [
    'a part is pending',
    'CAPTURING',
    'RESERVED',
    [authorized, tx('CAPTURE', 'PENDING', 40n, { minute: 2 })],
  ],
  [
    'a capture failed',
    'AUTHORIZED',
    'RESERVED',
    [authorized, tx('CAPTURE', 'FAILED', 100n, { minute: 2 })],
  ],
  ['a part was captured', 'PARTIALLY_CAPTURED', 'CAPTURED', [authorized, capture(40n)]],
  ['all of it was captured', 'CAPTURED', 'CAPTURED', [authorized, capture(100n)]],
  ['it was a sale', 'CAPTURED', 'CAPTURED', [tx('SALE', 'SUCCEEDED', 100n)]],
  ['the word stands for the announced amount', 'CAPTURED', 'CAPTURED', [word('CAPTURED')]],
  [
    'the remainder was voided',
    'CAPTURED',
    'CAPTURED',
    [authorized, capture(40n), tx('VOID', 'SUCCEEDED', 60n, { minute: 3 })],
  ],
  [
    'the remainder ran out',
    'CAPTURED',
    'CAPTURED',
    [authorized, capture(40n), word('EXPIRED', { minute: 3 })],
  ],
  ['more was captured than authorized', 'CAPTURED', 'CAPTURED', [authorized, capture(101n)]],
  ['a capture of zero takes nothing', 'AUTHORIZED', 'RESERVED', [authorized, capture(0n)]],
  [
    'the capture was reversed, and is open again',
    'AUTHORIZED',
    'RESERVED',
    [
      authorized,
      capture(100n),
      tx('CAPTURE_REVERSAL', 'SUCCEEDED', 100n, { minute: 3, parentKey: 'capture-1' }),
    ],
  ],
  [
    'a part was given back',
    'PARTIALLY_REFUNDED',
    'PARTIALLY_RETURNED',
    [authorized, capture(100n), refund(30n)],
  ],
  [
    'one unit is left',
    'PARTIALLY_REFUNDED',
    'PARTIALLY_RETURNED',
    [authorized, capture(100n), refund(99n)],
  ],
  ['all was given back', 'REFUNDED', 'RETURNED', [authorized, capture(100n), refund(100n)]],
  [
    'more was given back than taken',
    'REFUNDED',
    'RETURNED',
    [authorized, capture(100n), refund(101n)],
  ],
  [
    'all of an over-capture was given back',
    'REFUNDED',
    'RETURNED',
    [authorized, capture(101n), refund(101n)],
  ],
  [
    'all that was taken was given back, and the rest is still open',
    'PARTIALLY_REFUNDED',
    'PARTIALLY_RETURNED',
    [authorized, capture(40n), refund(40n)],
  ],
  [
    'a pending refund is none (mollie/Shopware#197)',
    'CAPTURED',
    'CAPTURED',
    [authorized, capture(100n), tx('REFUND', 'PENDING', 100n, { minute: 3 })],
  ],
  [
    'a failed refund is none (vendure#3152)',
    'CAPTURED',
    'CAPTURED',
    [authorized, capture(100n), tx('REFUND', 'FAILED', 100n, { minute: 3 })],
  ],
  [
    'a refund of zero gives nothing back',
    'CAPTURED',
    'CAPTURED',
    [authorized, capture(100n), refund(0n)],
  ],
  [
    'the refund was reversed',
    'CAPTURED',
    'CAPTURED',
    [
      authorized,
      capture(100n),
      refund(100n),
      tx('REFUND_REVERSAL', 'SUCCEEDED', 100n, { minute: 4, parentKey: 'refund-1' }),
    ],
  ],
  [
    'a part went back, nobody knows how much',
    'PARTIALLY_REFUNDED',
    'UNKNOWN',
    [word('CAPTURED'), word('PARTIALLY_REFUNDED', { minute: 2 })],
  ],
  [
    'refunded without an amount is all that was taken',
    'REFUNDED',
    'RETURNED',
    [
      authorized,
      capture(60n),
      tx('VOID', 'SUCCEEDED', 40n, { minute: 3 }),
      word('REFUNDED', { minute: 4 }),
    ],
  ],
  ['a dispute is open', 'DISPUTED', 'DISPUTED', [authorized, capture(100n), disputed]],
  [
    'the provider says so',
    'DISPUTED',
    'DISPUTED',
    [capture(100n), word('DISPUTED', { minute: 4 })],
  ],
  ['the dispute was lost', 'CHARGED_BACK', 'RETURNED', [authorized, capture(100n), disputed, lost]],
  [
    'the chargeback was reversed, refunds are allowed again',
    'CAPTURED',
    'CAPTURED',
    [
      authorized,
      capture(100n),
      lost,
      tx('CHARGEBACK_REVERSAL', 'SUCCEEDED', 100n, { minute: 6, parentKey: 'chargeback-1' }),
    ],
  ],
  [
    'charged back, nobody knows how much',
    'CHARGED_BACK',
    'UNKNOWN',
    [capture(100n), word('CHARGED_BACK', { minute: 4 })],
  ],
  [
    'charged back as the resource says',
    'CHARGED_BACK',
    'RETURNED',
    [snapshot('CHARGED_BACK', { authorizedMinor: 100n, capturedMinor: 100n })],
  ],
  [
    'the seller was reimbursed',
    'CAPTURED',
    'CAPTURED',
    [capture(100n), word('CHARGED_BACK', { minute: 4 }), word('CAPTURED', { minute: 5 })],
  ],
  ['an outcome is unknown', 'INDETERMINATE', 'UNKNOWN', [tx('AUTHORIZE', 'INDETERMINATE', 100n)]],
  [
    'an unknown capture outranks a chargeback',
    'INDETERMINATE',
    'UNKNOWN',
    [authorized, lost, tx('CAPTURE', 'INDETERMINATE', 100n, { minute: 9 })],
  ],
  [
    'an unknown refund outranks what was captured',
    'INDETERMINATE',
    'UNKNOWN',
    [authorized, capture(100n), tx('REFUND', 'INDETERMINATE', 10n, { minute: 3 })],
  ],
  [
    'a chargeback outranks a dispute',
    'CHARGED_BACK',
    'RETURNED',
    [
      capture(100n),
      lost,
      tx('CHARGEBACK', 'PENDING', 1n, { minute: 6, gatewayTransactionId: 'cb-2' }),
    ],
  ],
  [
    'a dispute outranks a pending capture',
    'DISPUTED',
    'DISPUTED',
    [
      authorized,
      disputed,
      tx('CAPTURE', 'PENDING', 10n, { minute: 6, gatewayTransactionId: 'c2' }),
    ],
  ],
  [
    'a pending capture outranks a refund',
    'CAPTURING',
    'CAPTURED',
    [
      authorized,
      capture(40n),
      refund(40n),
      tx('CAPTURE', 'PENDING', 10n, { minute: 6, gatewayTransactionId: 'c2' }),
    ],
  ],
];

test.each(TABLE)('%s: %s, %s', (_reason, status, moneyState, facts) => {
  const projection = project(facts);

  expect([projection.status, projection.moneyState]).toEqual([status, moneyState]);
});

test('every status is reached', () => {
  const reached = new Set(TABLE.map(([, status]) => status));

  expect(PAYMENT_STATUSES.filter((status) => !reached.has(status))).toEqual([]);
});

describe('the newest fact speaks where no money is reserved or taken', () => {
  test.each([
    [
      'declined, then a new attempt',
      'PENDING',
      [
        tx('AUTHORIZE', 'FAILED', 100n, { minute: 1 }),
        tx('AUTHORIZE', 'PENDING', 100n, { minute: 2, gatewayTransactionId: 'a2' }),
      ],
    ],
    [
      'a new attempt, then declined',
      'REJECTED',
      [
        tx('AUTHORIZE', 'PENDING', 100n, { minute: 1 }),
        tx('AUTHORIZE', 'FAILED', 100n, { minute: 2 }),
      ],
    ],
    [
      'declined, and later a word we do not know',
      'REJECTED',
      [tx('AUTHORIZE', 'FAILED', 100n, { minute: 1 }), word('UNKNOWN_NATIVE', { minute: 2 })],
    ],
    [
      'pending, and later a decline of the other currency',
      'PENDING',
      [
        word('PENDING', { minute: 1 }),
        tx('AUTHORIZE', 'FAILED', 100n, { minute: 2, currency: 'USD' }),
      ],
    ],
    [
      'in process after pending',
      'IN_PROCESS',
      [word('IN_PROCESS', { minute: 2 }), word('PENDING', { minute: 1 })],
    ],
  ])('%s: %s', (_story, status, facts) => {
    expect(project(facts).status).toBe(status);
  });
});

describe('a newer success leads out of every end, and its money is booked', () => {
  test.each(['VOIDED', 'EXPIRED', 'CANCELLED', 'REJECTED', 'FAILED', 'VACATED'] as const)(
    '%s, then an authorization',
    (end) => {
      const facts = [word(end, { minute: 1 }), tx('AUTHORIZE', 'SUCCEEDED', 100n, { minute: 2 })];

      expect(project(facts)).toMatchObject({
        status: 'AUTHORIZED',
        authorized: 100n,
        voided: 0n,
        expired: 0n,
      });
    },
  );

  test.each(['VOIDED', 'EXPIRED', 'CANCELLED', 'REJECTED', 'FAILED', 'VACATED'] as const)(
    '%s, then a capture',
    (end) => {
      const facts = [word(end, { minute: 1 }), tx('CAPTURE', 'SUCCEEDED', 100n, { minute: 2 })];

      expect(project(facts)).toMatchObject({ status: 'CAPTURED', captured: 100n });
    },
  );

  test('an authorization of before that word does not come back', () => {
    const facts = [
      tx('AUTHORIZE', 'SUCCEEDED', 100n, { minute: 1 }),
      word('CANCELLED', { minute: 2 }),
    ];

    expect(project(facts)).toMatchObject({ status: 'VOIDED', authorized: 100n, voided: 100n });
  });
});

describe('where the amount comes from', () => {
  test.each([
    ['nothing was told', 'NONE', ANNOUNCED, []],
    ['a word and an announced amount', 'EXPECTED', ANNOUNCED, [word('CAPTURED')]],
    ['a word and no announced amount', 'UNKNOWN', UNANNOUNCED, [word('CAPTURED')]],
    ['a transaction', 'REPORTED', ANNOUNCED, [tx('CAPTURE', 'SUCCEEDED', 100n)]],
    [
      'a snapshot after the word',
      'REPORTED',
      UNANNOUNCED,
      [
        word('CAPTURED', { minute: 1 }),
        snapshot('CAPTURED', { capturedMinor: 90n }, { minute: 2 }),
      ],
    ],
  ] as const)('%s: %s', (_story, source, terms, facts) => {
    expect(project(facts, terms).amountSource).toBe(source);
  });
});
