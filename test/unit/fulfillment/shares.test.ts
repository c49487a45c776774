import { projectFulfillments } from '../../../src/fulfillment/fulfillment.rules';
import { sharesOf } from '../../../src/fulfillment/shares.rules';
import { type Draft } from '../../../src/checkout/draft.rules';
import { claim, draft, order, part, payment, transaction } from './parts';

/** `payment>fulfillment reserving/reserved/capturing/captured`, without those that give nothing. */
const shares = (given: Partial<Draft>): string[] => {
  const world = draft(given);
  return sharesOf(world, world.orders[0]!)
    .filter(({ reserving, reserved, capturing, captured }) =>
      [reserving, reserved, capturing, captured].some((amount) => amount !== 0n),
    )
    .map(
      ({ paymentId, fulfillmentId, reserving, reserved, capturing, captured }) =>
        `${paymentId}>${fulfillmentId} ${reserving}/${reserved}/${capturing}/${captured}`,
    );
};

const A = 'ful_10';
const B = 'ful_20';
const named = { fulfillmentId: A } as const;
const captured = (amount: bigint) => payment('pay_1', { captured: amount, authorized: amount });

describe('captures that name a fulfillment', () => {
  test('count for it, and raise what is reserved with them (S1.10)', () => {
    const given = {
      payments: [captured(100n)],
      fulfillments: [part(A, 100n)],
      transactions: [transaction('ptx_11', 'CAPTURE', 100n, named)],
    };

    expect(shares(given)).toEqual([`pay_1>${A} 0/100/0/100`]);
  });

  test('count without what was reversed of them', () => {
    const given = {
      payments: [captured(70n)],
      fulfillments: [part(A, 100n)],
      transactions: [
        transaction('ptx_11', 'CAPTURE', 100n, named),
        transaction('ptx_12', 'CAPTURE_REVERSAL', 30n, { parentKey: 'gw_ptx_11' }),
        transaction('ptx_13', 'CAPTURE_REVERSAL', 5n, { parentKey: 'gw_other' }),
      ],
    };

    expect(shares(given)).toEqual([`pay_1>${A} 0/70/0/70`]);
  });

  test.each(['NEW', 'PENDING', 'INDETERMINATE'] as const)('that are %s are under way', (status) => {
    const given = {
      payments: [payment('pay_1', { authorized: 100n, capturing: 100n })],
      fulfillments: [part(A, 100n, { status: 'CAPTURING_PAYMENT' })],
      transactions: [transaction('ptx_11', 'CAPTURE', 100n, { ...named, status })],
    };

    expect(shares(given)).toEqual([`pay_1>${A} 0/0/100/0`]);
  });

  test('that failed, or are in another currency, count nowhere', () => {
    const given = {
      payments: [captured(0n)],
      fulfillments: [part(A, 100n)],
      transactions: [
        transaction('ptx_11', 'CAPTURE', 100n, { ...named, status: 'FAILED' }),
        transaction('ptx_12', 'CAPTURE', 100n, { ...named, currency: 'USD' }),
      ],
    };

    expect(shares(given)).toEqual([]);
  });

  test('are a reservation until it is captured for or started (W3)', () => {
    const given = (status: 'NEW' | 'RELEASED' | 'CAPTURING_PAYMENT') => ({
      payments: [captured(100n)],
      fulfillments: [part(A, 100n, { status, claims: [claim('pay_1', 100n)] })],
      transactions: [transaction('ptx_11', 'SALE', 100n, named)],
    });

    expect(shares(given('NEW'))).toEqual([`pay_1>${A} 0/100/0/0`]);
    expect(shares(given('RELEASED'))).toEqual([`pay_1>${A} 0/100/0/0`]);
    expect(shares(given('CAPTURING_PAYMENT'))).toEqual([`pay_1>${A} 0/100/0/100`]);
  });
});

describe('captures that name none', () => {
  const three = [part(A, 45n), part(B, 120n), part('ful_30', 135n)];

  test('go to the oldest first', () => {
    expect(shares({ payments: [captured(100n)], fulfillments: three })).toEqual([
      `pay_1>${A} 0/45/0/45`,
      `pay_1>${B} 0/55/0/55`,
    ]);
  });

  test('go to the invoiced ones first', () => {
    const invoices = [
      {
        number: '1',
        amountMinor: '120',
        fulfillmentIds: [B],
        mirrorOfOrderId: null,
        insertedAt: '',
      },
    ];
    const given = {
      orders: [order({ invoices })],
      payments: [captured(130n)],
      fulfillments: three,
    };

    expect(shares(given)).toEqual([`pay_1>${A} 0/10/0/10`, `pay_1>${B} 0/120/0/120`]);
  });

  test('pass over one that is not started, and one that is cancelled', () => {
    const fulfillments = [
      part(A, 45n, { status: 'RELEASED' }),
      part(B, 120n, { status: 'CANCELLED' }),
      part('ful_30', 135n),
    ];

    expect(shares({ payments: [captured(100n)], fulfillments })).toEqual([
      'pay_1>ful_30 0/100/0/100',
    ]);
  });

  test('of two payments never exceed its total', () => {
    const two = [captured(60n), payment('pay_2', { captured: 60n, authorized: 60n })];

    expect(shares({ payments: two, fulfillments: [part(A, 100n)] })).toEqual([
      `pay_1>${A} 0/60/0/60`,
      `pay_2>${A} 0/40/0/40`,
    ]);
  });

  test('go to whom they are claimed for first', () => {
    const fulfillments = [part(A, 60n), part(B, 60n, { claims: [claim('pay_1', 60n)] })];

    expect(shares({ payments: [captured(60n)], fulfillments })).toEqual([`pay_1>${B} 0/60/0/60`]);
  });
});

describe('claims', () => {
  const released = (id: string, amount: bigint, heldMinor: string, backed = true) =>
    part(id, amount, {
      status: 'RELEASED',
      claims: [claim('pay_1', amount, { heldMinor, backed })],
    });

  test('are reserved as far as the payment has it, the older fulfillment first', () => {
    const given = {
      payments: [payment('pay_1', { authorized: 100n })],
      fulfillments: [released(A, 60n, '60'), released(B, 60n, '60')],
    };

    expect(shares(given)).toEqual([`pay_1>${A} 0/60/0/0`, `pay_1>${B} 0/40/0/0`]);
  });

  test('without a transaction or anything held are not reserved', () => {
    const given = {
      payments: [payment('pay_1', { authorized: 100n })],
      fulfillments: [released(A, 60n, '0')],
    };

    expect(shares(given)).toEqual([]);
  });

  test('are reserved by their own authorization', () => {
    const given = {
      payments: [payment('pay_1', { authorized: 55n })],
      fulfillments: [released(A, 60n, '0')],
      transactions: [transaction('ptx_11', 'AUTHORIZE', 55n, named)],
    };

    expect(shares(given)).toEqual([`pay_1>${A} 0/55/0/0`]);
  });

  test('that need nothing behind them are reserved at once', () => {
    const given = {
      payments: [payment('pay_1')],
      fulfillments: [released(A, 60n, '60', false)],
    };

    expect(shares(given)).toEqual([`pay_1>${A} 0/60/0/0`]);
  });

  test('are lost with the authorization', () => {
    const given = {
      payments: [payment('pay_1', { authorized: 60n, voided: 60n })],
      fulfillments: [released(A, 60n, '60')],
    };

    expect(shares(given)).toEqual([]);
  });
});

describe('parts of what was split', () => {
  const F = part('ful_10', 60n);
  const P = part('ful_50', 40n, { splitFromId: 'ful_10' });
  const before = (amount: bigint, more: object = {}) =>
    transaction('ptx_20', 'CAPTURE', amount, { ...named, ...more });

  test('share what was captured before, each up to its total', () => {
    const given = {
      payments: [captured(100n)],
      fulfillments: [F, P],
      transactions: [before(100n)],
    };

    expect(shares(given)).toEqual(['pay_1>ful_10 0/60/0/60', 'pay_1>ful_50 0/40/0/40']);
  });

  test('leave what was captured after to the one it names', () => {
    const given = {
      payments: [captured(100n)],
      fulfillments: [F, P],
      transactions: [transaction('ptx_60', 'CAPTURE', 100n, named)],
    };

    expect(shares(given)).toEqual(['pay_1>ful_10 0/100/0/100']);
  });

  test('of parts share, too', () => {
    const given = {
      payments: [captured(100n)],
      fulfillments: [
        F,
        part('ful_50', 30n, { splitFromId: 'ful_10' }),
        part('ful_70', 10n, { splitFromId: 'ful_50' }),
      ],
      transactions: [before(100n)],
    };

    expect(shares(given)).toEqual([
      'pay_1>ful_10 0/60/0/60',
      'pay_1>ful_50 0/30/0/30',
      'pay_1>ful_70 0/10/0/10',
    ]);
  });

  test('share each payment as it is claimed', () => {
    const claims = (a: bigint, b: bigint) => [claim('pay_1', a), claim('pay_2', b)];
    const given = {
      payments: [captured(60n), payment('pay_2', { authorized: 40n, captured: 40n })],
      fulfillments: [
        { ...F, claims: claims(36n, 24n) },
        { ...P, claims: claims(24n, 16n) },
      ],
      transactions: [before(60n), before(40n, { id: 'ptx_21', paymentId: 'pay_2' })],
    };

    expect(shares(given)).toEqual([
      'pay_1>ful_10 0/36/0/36',
      'pay_1>ful_50 0/24/0/24',
      'pay_2>ful_10 0/24/0/24',
      'pay_2>ful_50 0/16/0/16',
    ]);
  });

  test('share what is under way, and what was authorized', () => {
    const given = {
      payments: [payment('pay_1', { authorized: 100n, capturing: 100n })],
      fulfillments: [
        { ...F, claims: [claim('pay_1', 60n)] },
        { ...P, claims: [claim('pay_1', 40n)] },
      ],
      transactions: [
        transaction('ptx_15', 'AUTHORIZE', 100n, named),
        before(100n, { status: 'PENDING' }),
      ],
    };

    expect(shares(given)).toEqual(['pay_1>ful_10 0/60/60/0', 'pay_1>ful_50 0/40/40/0']);
  });
});

test('a seller’s goods are paid by the marketplace order', () => {
  const seller = order({ id: 'ord_2', side: 'SELLER', marketplaceOrderId: 'ord_1' });
  const given = {
    orders: [order(), seller],
    payments: [captured(100n)],
    fulfillments: [part(A, 60n), part(B, 40n, { orderId: 'ord_2' })],
  };

  expect(shares(given)).toEqual([`pay_1>${A} 0/60/0/60`, `pay_1>${B} 0/40/0/40`]);
});

test('no more than its total is reserved for a fulfillment, however much is there', () => {
  const world = draft({
    payments: [payment('pay_1', { authorized: 100n }), payment('pay_2', { captured: 100n })],
    fulfillments: [part(A, 100n, { claims: [claim('pay_1', 100n, { heldMinor: '100' })] })],
  });

  projectFulfillments(world);

  expect(world.fulfillments[0]).toMatchObject({
    reservedMinor: 100n,
    finalizedMinor: 100n,
    captureResult: 'SUCCEEDED',
  });
});
