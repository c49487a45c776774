import { decided, readyToDecide } from '../../support/exception-stories';
import {
  anOrder,
  answer,
  asked,
  askRefund,
  aPayment,
  capture,
  codesOf,
  done,
  grant,
  money,
  read,
  refund,
  refusals,
  sums,
  told,
  transactionsOf,
  type Shop,
} from '../../support/examples';
import { capturedWithoutOrder } from '../../support/stories';
import { triageAll } from '../../support/triage-all';
import { startWorld, type World } from '../../support/world';

let world: World;
beforeAll(async () => (world = await startWorld()));
afterAll(() => world.close());

/** An order whose payment is captured for all of it. */
async function paid(total = '100.00', currency = 'USD'): Promise<Shop> {
  const shop = await anOrder(world, total, { currency });
  await told(world, shop, 'SALE', total, { gatewayTransactionId: `sale-${shop.guid}` });
  return shop;
}

/** An order of 100.00 that two payments paid, 60.00 and 40.00. */
async function paidByTwo(): Promise<Shop & { readonly otherId: string }> {
  const shop = await anOrder(world, '100.00', {
    payments: [{ amount: '60.00' }, { amount: '40.00', method: 'gift-card' }],
  });
  const [paymentId = '', otherId = ''] = shop.paymentIds;
  await told(world, { ...shop, paymentId }, 'SALE', '60.00');
  await told(world, { ...shop, paymentId: otherId }, 'SALE', '40.00');
  return { ...shop, otherId };
}

const wish = ({ paymentId, currency }: Shop, amount: string, more: object = {}) => ({
  paymentId,
  amount: money(amount, currency),
  ...more,
});
const refusal = (shop: Shop, amount: string, more: object = {}) =>
  refusals(world, 'PAYMENT', 'requestRefund', wish(shop, amount, more));
const amountsOf = (id: string) => sums(world, id, 'refundable', 'refunding', 'refunded', 'net');

test('what is asked for leaves the refundable at once, and is refunded when the result says so', async () => {
  const shop = await paid();
  await grant(world, shop, '30.00');

  await askRefund(world, shop, '30.00', { providerRequestKey: 'refund-1' });
  await answer(world, shop.paymentId, 'REFUND', { result: 'PENDING' });
  expect(await amountsOf(shop.paymentId)).toEqual({
    status: 'CAPTURED',
    refundable: '70.00',
    refunding: '30.00',
    refunded: '0.00',
    net: '100.00',
  });

  await answer(world, shop.paymentId, 'REFUND');
  expect(await amountsOf(shop.paymentId)).toEqual({
    status: 'PARTIALLY_REFUNDED',
    refundable: '70.00',
    refunding: '0.00',
    refunded: '30.00',
    net: '70.00',
  });
  const { payment } = await read(
    world,
    'payment(id: $id) { transactions { type providerRequestKey parent { type } } }',
    { id: shop.paymentId },
  );
  expect(payment.transactions[1]).toEqual({
    type: 'REFUND',
    providerRequestKey: 'refund-1',
    parent: { type: 'SALE' },
  });
});

test('the payment in full is REFUNDED, and nothing more is asked of it', async () => {
  const shop = await paid('9899', 'JPY');
  await refund(world, shop, '9899');

  expect(await amountsOf(shop.paymentId)).toMatchObject({ status: 'REFUNDED', net: '0' });
  expect(await refusal(shop, '1')).toMatchObject([{ code: 'INVALID_TRANSITION' }]);
});

test('equal refunds under different keys are both done (V7)', async () => {
  const shop = await paid();
  await grant(world, shop, '60.00');
  for (const providerRequestKey of ['gift-1', 'gift-2']) {
    await askRefund(world, shop, '30.00', { providerRequestKey });
    await answer(world, shop.paymentId, 'REFUND');
  }

  expect((await amountsOf(shop.paymentId)).refunded).toBe('60.00');
});

test('of a part that was captured, no more than that (medusa#10491)', async () => {
  const shop = await anOrder(world, '100.00');
  await told(world, shop, 'AUTHORIZE', '100.00');
  await capture(world, shop, '40.00');
  await grant(world, shop, '100.00');

  expect(await refusal(shop, '40.01')).toEqual([
    { code: 'AMOUNT_EXCEEDS', field: ['amount'], available: money('40.00') },
  ]);
  await askRefund(world, shop, '40.00');
});

test('one that failed is given back to what can be refunded, and asked for again under a new key', async () => {
  const shop = await paid();
  await grant(world, shop, '100.00');
  await askRefund(world, shop, '100.00', { providerRequestKey: 'first' });
  await answer(world, shop.paymentId, 'REFUND', { result: 'FAILED' });
  expect(await amountsOf(shop.paymentId)).toMatchObject({
    status: 'CAPTURED',
    refundable: '100.00',
  });

  await triageAll(world, shop);
  await askRefund(world, shop, '100.00', { providerRequestKey: 'second' });
  await answer(world, shop.paymentId, 'REFUND');

  const refunds = (await transactionsOf(world, shop.paymentId)).filter(
    ({ type }) => type === 'REFUND',
  );
  expect(refunds.map(({ status }) => status)).toEqual(['FAILED', 'SUCCEEDED']);
  expect((await amountsOf(shop.paymentId)).refunded).toBe('100.00');
});

describe('the same request key again', () => {
  const providerRequestKey = 'refund-key';

  test('while it is under way asks for nothing more', async () => {
    const shop = await paid();
    await grant(world, shop, '60.00');
    await askRefund(world, shop, '30.00', { providerRequestKey });
    await askRefund(world, shop, '30.00', { providerRequestKey });

    expect(await asked(world, shop.paymentId)).toEqual(['REFUND 30.00']);
    expect(await refusal(shop, '20.00', { providerRequestKey })).toMatchObject([
      { code: 'ALREADY_EXISTS', field: ['providerRequestKey'] },
    ]);
  });

  test('after a success is refused', async () => {
    const shop = await paid();
    await grant(world, shop, '60.00');
    await askRefund(world, shop, '30.00', { providerRequestKey });
    await answer(world, shop.paymentId, 'REFUND');

    expect(await refusal(shop, '30.00', { providerRequestKey })).toMatchObject([
      { code: 'ALREADY_EXISTS', field: ['providerRequestKey'] },
    ]);
  });

  test('answers a request over several payments, too', async () => {
    const shop = await paidByTwo();
    await grant(world, shop, '100.00');
    const more = { providerRequestKey, allocation: 'AUTOMATIC' };
    await askRefund(world, shop, '70.00', more);
    await askRefund(world, shop, '70.00', more);

    expect(await asked(world, shop.paymentId)).toEqual(['REFUND 60.00']);
    expect(await asked(world, shop.otherId)).toEqual(['REFUND 10.00']);
  });
});

describe('over several payments', () => {
  test('the chosen payment alone has what it has', async () => {
    const shop = await paidByTwo();
    await grant(world, shop, '100.00');

    for (const allocation of [null, 'CHOSEN_PAYMENT']) {
      expect(await refusal(shop, '60.01', { allocation })).toEqual([
        { code: 'AMOUNT_EXCEEDS', field: ['amount'], available: money('60.00') },
      ]);
    }
  });

  test('automatically, the chosen one goes first, whichever is older, in one request', async () => {
    const shop = await paidByTwo();
    await grant(world, shop, '100.00');

    await askRefund(world, { ...shop, paymentId: shop.otherId }, '50.00', {
      allocation: 'AUTOMATIC',
    });

    expect(await asked(world, shop.otherId)).toEqual(['REFUND 40.00']);
    expect(await asked(world, shop.paymentId)).toEqual(['REFUND 10.00']);
    const { order } = await read(
      world,
      'order(id: $id) { payments { transactions { type requestId } } }',
      { id: shop.orderId },
    );
    const requests = order.payments
      .flatMap(({ transactions }: any) => transactions)
      .filter(({ type }: any) => type === 'REFUND')
      .map(({ requestId }: any) => requestId);
    expect(requests).toHaveLength(2);
    expect(new Set(requests).size).toBe(1);
  });

  test('automatically, all of them together, and not a cent more', async () => {
    const shop = await paidByTwo();
    await grant(world, shop, '100.00');
    await told(world, { ...shop, paymentId: shop.otherId }, 'REFUND', '10.00');

    expect(await refusal(shop, '90.01', { allocation: 'AUTOMATIC' })).toEqual([
      { code: 'AMOUNT_EXCEEDS', field: ['amount'], available: money('90.00') },
    ]);
    await askRefund(world, shop, '90.00', { allocation: 'AUTOMATIC' });
    expect(await asked(world, shop.otherId)).toEqual(['REFUND 30.00']);
  });

  test('one that is disputed gives nothing automatically', async () => {
    const shop = await paidByTwo();
    await grant(world, shop, '100.00');
    await told(world, { ...shop, paymentId: shop.otherId }, 'CHARGEBACK', '1.00', {
      result: 'PENDING',
    });
    await triageAll(world, shop);

    expect(await refusal(shop, '60.01', { allocation: 'AUTOMATIC' })).toEqual([
      { code: 'AMOUNT_EXCEEDS', field: ['amount'], available: money('60.00') },
    ]);
  });

  const lines = (...parts: readonly (readonly [string, string])[]) => ({
    lines: parts.map(([paymentId, amount]) => ({ paymentId, amount: money(amount) })),
  });

  test('by lines, each what it says', async () => {
    const shop = await paidByTwo();
    await grant(world, shop, '100.00');

    await askRefund(
      world,
      shop,
      '50.00',
      lines([shop.paymentId, '10.00'], [shop.otherId, '40.00']),
    );

    expect(await asked(world, shop.paymentId)).toEqual(['REFUND 10.00']);
    expect(await asked(world, shop.otherId)).toEqual(['REFUND 40.00']);
  });

  test('lines that are not right are refused as a whole', async () => {
    const shop = await paidByTwo();
    const { paymentId: a, otherId: b } = shop;
    const stranger = await paid();
    await grant(world, shop, '70.00');
    const cases = [
      ['50.00', lines([a, '10.00'], [b, '39.99']), 'GUARD_FAILED', ['lines']],
      ['50.00', lines([a, '10.00'], [b, '40.01']), 'GUARD_FAILED', ['lines']],
      ['20.00', lines([a, '10.00'], [a, '10.00']), 'GUARD_FAILED', ['lines']],
      ['50.01', lines([a, '10.00'], [b, '40.01']), 'AMOUNT_EXCEEDS', ['lines']],
      ['70.01', lines([a, '60.00'], [b, '10.01']), 'AMOUNT_EXCEEDS', ['lines']],
      ['10.00', lines([a, '10.00'], [b, '0.00']), 'AMOUNT_RANGE', ['lines', 'amount', 'amount']],
      ['10.00', lines([stranger.paymentId, '10.00']), 'NOT_FOUND', ['lines', 'paymentId']],
      ['10.00', lines(), 'LIMIT', ['lines']],
      ['10.00', { ...lines([a, '10.00']), allocation: 'AUTOMATIC' }, 'GUARD_FAILED', ['lines']],
    ] as const;

    for (const [amount, more, code, field] of cases) {
      expect(await refusal(shop, amount, more)).toMatchObject([{ code, field }]);
    }
  });
});

describe('something must stand behind a refund', () => {
  test('nothing does: it is refused', async () => {
    expect(await refusal(await paid(), '1.00')).toMatchObject([
      { code: 'GUARD_FAILED', field: null },
    ]);
  });

  test('a grant does, up to what is left of it', async () => {
    const shop = await paid();
    await grant(world, shop, '30.00');

    expect(await refusal(shop, '30.01')).toEqual([
      { code: 'AMOUNT_EXCEEDS', field: ['amount'], available: money('30.00') },
    ]);
    await askRefund(world, shop, '20.00');
    expect(await refusal(shop, '10.01')).toEqual([
      { code: 'AMOUNT_EXCEEDS', field: ['amount'], available: money('10.00') },
    ]);
    await askRefund(world, shop, '10.00');
    expect(await refusal(shop, '0.01')).toMatchObject([{ code: 'GUARD_FAILED' }]);
  });

  test('a grant whose refund failed is left again', async () => {
    const shop = await paid();
    await grant(world, shop, '30.00');
    await askRefund(world, shop, '30.00');
    await answer(world, shop.paymentId, 'REFUND', { result: 'FAILED' });
    await triageAll(world, shop);

    await askRefund(world, shop, '30.00');
  });

  test('a cancelled order does, for all that is captured', async () => {
    const shop = await paid();
    await done(world, 'COMMERCE', 'cancelOrder', {
      orderId: shop.orderId,
      reason: 'the customer called',
      force: true,
    });
    await answer(world, shop.paymentId, 'REFUND', { result: 'FAILED' });
    await triageAll(world, shop);

    await askRefund(world, shop, '100.00');

    expect(await asked(world, shop.paymentId)).toEqual(['REFUND 100.00']);
  });
});

describe('the payment of an order that may still be recovered (S2.29)', () => {
  const EUR = (amount: string) => ({ amount, currencyCode: 'EUR' });

  test('is not refunded while its exception is open', async () => {
    const one = await capturedWithoutOrder(world);
    const shop = { orderId: one.orderId, currency: 'EUR' } as Shop;
    await grant(world, shop, '129.00');
    await world.act('SUPPORT', 'triageException', {
      exceptionId: one.exceptionId,
      customerCharged: 'YES',
      orderFulfillable: 'YES',
    });

    expect(
      await codesOf(world, 'PAYMENT', 'requestRefund', {
        paymentId: one.paymentId,
        amount: EUR('129.00'),
      }),
    ).toEqual(['GUARD_FAILED']);
  });

  test('is, once REFUND is decided, in the name of that decision or not', async () => {
    const one = await readyToDecide(world, await capturedWithoutOrder(world));
    const ask = (amount: string, more: object = {}) => ({
      paymentId: one.paymentId,
      amount: EUR(amount),
      ...more,
    });
    expect(
      await codesOf(
        world,
        'PAYMENT',
        'requestRefund',
        ask('129.00', { exceptionId: one.exceptionId }),
      ),
    ).toEqual(['GUARD_FAILED']);
    await decided(world, one, 'REFUND');

    expect(await codesOf(world, 'PAYMENT', 'requestRefund', ask('129.01'))).toEqual([
      'AMOUNT_EXCEEDS',
    ]);
    await done(world, 'PAYMENT', 'requestRefund', ask('29.00', { exceptionId: one.exceptionId }));
    await answer(world, one.paymentId, 'REFUND');
    await done(world, 'PAYMENT', 'requestRefund', ask('100.00'));
    await answer(world, one.paymentId, 'REFUND');

    expect(await amountsOf(one.paymentId)).toMatchObject({ status: 'REFUNDED', net: '0.00' });
  });

  test('is not, when something else is decided', async () => {
    const one = await readyToDecide(world, await capturedWithoutOrder(world));
    await decided(world, one, 'REPAIR_ORDER');

    expect(
      await codesOf(world, 'PAYMENT', 'requestRefund', {
        paymentId: one.paymentId,
        amount: EUR('1.00'),
        exceptionId: one.exceptionId,
      }),
    ).toEqual(['GUARD_FAILED']);
  });

  test('a hold lifts no freeze', async () => {
    const one = await readyToDecide(world, await capturedWithoutOrder(world));
    await decided(world, one, 'ESCALATE');

    const input = { paymentId: one.paymentId, amount: EUR('1.00') };
    expect(await codesOf(world, 'PAYMENT', 'requestRefund', input)).toEqual(['REPLAY_BLOCKED']);
    expect(
      await refusals(world, 'PAYMENT', 'requestRefund', { ...input, exceptionId: one.exceptionId }),
    ).toMatchObject([{ code: 'GUARD_FAILED', field: ['exceptionId'] }]);
  });
});

describe('a refund is refused', () => {
  test('while the money is in dispute, and possible again when that is won', async () => {
    const shop = await paid();
    await grant(world, shop, '10.00');
    const dispute = { gatewayTransactionId: `dispute-${shop.guid}` };
    await told(world, shop, 'CHARGEBACK', '100.00', { ...dispute, result: 'PENDING' });
    expect(await refusal(shop, '10.00')).toMatchObject([{ code: 'INVALID_TRANSITION' }]);

    await told(world, shop, 'CHARGEBACK', '100.00', { ...dispute, result: 'FAILED' });
    await triageAll(world, shop);

    await askRefund(world, shop, '10.00');
  });

  test('while nobody knows what came of another', async () => {
    const shop = await paid();
    await grant(world, shop, '10.00');
    await askRefund(world, shop, '5.00');
    const lost = { result: 'INDETERMINATE', indeterminateCause: 'NETWORK' };
    await answer(world, shop.paymentId, 'REFUND', lost);

    expect(await refusal(shop, '5.00')).toMatchObject([{ code: 'OUTCOME_INDETERMINATE' }]);
  });

  test.each([
    ['zero', '0.00', {}, 'AMOUNT_RANGE', ['amount', 'amount']],
    ['less than zero', '-0.01', {}, 'AMOUNT_RANGE', ['amount', 'amount']],
    ['a tenth of a cent', '0.001', {}, 'AMOUNT_SCALE', ['amount', 'amount']],
    [
      'a key with a space',
      '1.00',
      { providerRequestKey: 'a b' },
      'GUARD_FAILED',
      ['providerRequestKey'],
    ],
    [
      'a fulfillment of no one',
      '1.00',
      { fulfillmentId: 'ful_00000000-0000-7000-8000-000000000000' },
      'NOT_FOUND',
      ['fulfillmentId'],
    ],
  ])('of or with %s', async (_case, amount, more, code, field) => {
    const shop = await paid();
    await grant(world, shop, '10.00');

    expect(await refusal(shop, amount, more)).toMatchObject([{ code, field }]);
  });

  test('in another currency', async () => {
    const shop = await paid();
    await grant(world, shop, '10.00');

    expect(await refusal({ ...shop, currency: 'EUR' }, '1.00')).toMatchObject([
      { code: 'CURRENCY_MISMATCH', field: ['amount', 'currencyCode'] },
    ]);
  });

  test.each(['STOREFRONT', 'COMMERCE', 'OMS', 'SUPPORT', 'ADMIN', 'ENGINEERING', 'AUDITOR'])(
    'to %s',
    async (role) => {
      expect(await codesOf(world, role, 'requestRefund', wish(await paid(), '1.00'))).toEqual([
        'FORBIDDEN',
      ]);
    },
  );
});

test('of two who refund the same money at once, one does', async () => {
  const shop = await paid();
  await grant(world, shop, '100.00');
  const ask = () => world.act('PAYMENT', 'requestRefund', wish(shop, '60.00'));

  const answers = await Promise.all([ask(), ask(), ask(), ask()]);

  const codes = answers.map(({ userErrors }) => userErrors[0]?.code ?? 'done').sort();
  expect(codes).toEqual(['AMOUNT_EXCEEDS', 'AMOUNT_EXCEEDS', 'AMOUNT_EXCEEDS', 'done']);
  expect(await asked(world, shop.paymentId)).toEqual(['REFUND 60.00']);
});

test('a payment that is only announced helps nobody', async () => {
  const shop = await paid('60.00');
  await aPayment(world, shop, { amount: '40.00' });
  await grant(world, shop, '60.00');
  await triageAll(world, shop);

  expect(await refusal(shop, '60.01', { allocation: 'AUTOMATIC' })).toEqual([
    { code: 'AMOUNT_EXCEEDS', field: ['amount'], available: money('60.00') },
  ]);
});
