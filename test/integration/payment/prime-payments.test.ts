import { JournalEntry } from '../../../src/journal/journal-entry.entity';
import { refused, rowsOf } from '../../support/refused';
import { EUR_129 } from '../../support/stories';
import { aPayment, anOrder, answer, money, read, type Shop } from '../../support/examples';
import { startWorld, type World } from '../../support/world';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const usd = (amount: string) => money(amount, 'USD');
const prime = ({ orderId }: Shop, initialAmount?: object) =>
  world.act(
    'COMMERCE',
    'primePayments',
    { orderId, ...(initialAmount && { initialAmount }) },
    'status initialAmount { amount }',
  );
const refusal = ({ orderId }: Shop, initialAmount: object | null) =>
  refused(world, 'COMMERCE', 'primePayments', { orderId, initialAmount });

/** Per payment, in the order given: what it was primed for, and what was asked of its provider. */
async function primed({ paymentIds }: Pick<Shop, 'paymentIds'>): Promise<string[]> {
  return Promise.all(
    paymentIds.map(async (id) => {
      const { payment } = await read(
        world,
        'payment(id: $id) { validationAmount { amount } transactions { type status requestedAmount { amount } } }',
        { id },
      );
      const asked = payment.transactions.map(
        ({ type, status, requestedAmount }: any) => `${type} ${status} ${requestedAmount.amount}`,
      );
      return [payment.validationAmount.amount, ...asked].join(', ');
    }),
  );
}

const aRuled = (total: string, paymentRule: string) =>
  anOrder(world, total, { payments: [{ amount: total, paymentRule }] });

test.each([
  ['NO_VALIDATION_OR_RESERVATION', '300.00'],
  ['NO_VALIDATION_APPROVAL_ON_RESERVATION', '300.00'],
  ['NO_VALIDATION_DEPOSIT_AT_RESERVATION', '300.00'],
  ['EARLY_APPROVAL', '300.00, AUTHORIZE NEW 300.00'],
  ['VALIDATION_DEPOSIT_AT_RESERVATION', '300.00, AUTHORIZE NEW 300.00'],
  ['EARLY_DEPOSIT', '300.00, SALE NEW 300.00'],
])('under %s a payment is primed: %s (S3.1, S3.8)', async (rule, expected) => {
  const shop = await aRuled('300.00', rule);

  const { order, userErrors } = await prime(shop);

  expect(userErrors).toEqual([]);
  expect(order.initialAmount).toEqual({ amount: '300.00' });
  expect(await primed(shop)).toEqual([expected]);
});

test('only what is in stock is primed (W3, W6)', async () => {
  const deposit = await aRuled('300.00', 'EARLY_DEPOSIT');
  await prime(deposit, usd('45.00'));
  expect(await primed(deposit)).toEqual(['45.00, SALE NEW 45.00']);

  const approval = await aRuled('100.00', 'EARLY_APPROVAL');
  await prime(approval, usd('60.00'));
  expect(await primed(approval)).toEqual(['60.00, AUTHORIZE NEW 60.00']);
});

test('an initial amount of nothing asks for nothing', async () => {
  const shop = await aRuled('300.00', 'EARLY_DEPOSIT');

  const { order, userErrors } = await prime(shop, usd('0.00'));

  expect(userErrors).toEqual([]);
  expect(order.initialAmount).toEqual({ amount: '0.00' });
  expect(await primed(shop)).toEqual(['0.00']);
});

test('priming again asks for nothing again, whatever came of it', async () => {
  const shop = await aRuled('300.00', 'EARLY_APPROVAL');
  await prime(shop);
  await prime(shop);
  expect(await primed(shop)).toEqual(['300.00, AUTHORIZE NEW 300.00']);

  await answer(world, shop.paymentId, 'AUTHORIZE');
  const { userErrors } = await prime(shop, usd('300.00'));

  expect(userErrors).toEqual([]);
  expect(await primed(shop)).toEqual(['300.00, AUTHORIZE SUCCEEDED 300.00']);
});

test('what was approved only in part is brought to its target by the difference (money.md 11)', async () => {
  const shop = await aRuled('300.00', 'EARLY_APPROVAL');
  await world.act('SYSTEM', 'recordTransactionResult', {
    paymentId: shop.paymentId,
    type: 'AUTHORIZE',
    result: 'SUCCEEDED',
    requestedAmount: usd('120.00'),
    processedAmount: usd('120.00'),
    gatewayTransactionId: 'a-part',
  });

  await prime(shop);

  expect(await primed(shop)).toEqual(['300.00, AUTHORIZE SUCCEEDED 120.00, AUTHORIZE NEW 180.00']);
});

test('what was approved is captured where the rule takes early', async () => {
  const shop = await aRuled('300.00', 'EARLY_DEPOSIT');
  await world.act('SYSTEM', 'recordTransactionResult', {
    paymentId: shop.paymentId,
    type: 'AUTHORIZE',
    result: 'SUCCEEDED',
    requestedAmount: usd('120.00'),
    processedAmount: usd('120.00'),
    gatewayTransactionId: 'approved-before',
  });

  await prime(shop);

  const [line] = await primed(shop);
  expect(line!.split(', ').sort()).toEqual([
    '300.00',
    'AUTHORIZE SUCCEEDED 120.00',
    'CAPTURE NEW 120.00',
    'SALE NEW 180.00',
  ]);
});

test('payments are primed by priority, ties in the order received (money.md 5)', async () => {
  const shop = await anOrder(world, '300.00', {
    payments: [{ amount: '100.00' }, { amount: '150.00', priority: 5 }, { amount: '100.00' }],
  });

  await prime(shop, usd('270.00'));

  expect(await primed(shop)).toEqual([
    '100.00, AUTHORIZE NEW 100.00',
    '150.00, AUTHORIZE NEW 150.00',
    '20.00, AUTHORIZE NEW 20.00',
  ]);
});

test('a gift certificate is used whole or not at all', async () => {
  const certificate = { amount: '50.00', priority: 9, partiallyConsumable: false };
  const used = await anOrder(world, '300.00', { payments: [certificate, { amount: '250.00' }] });
  await prime(used, usd('60.00'));
  expect(await primed(used)).toEqual(['50.00, AUTHORIZE NEW 50.00', '10.00, AUTHORIZE NEW 10.00']);

  const unused = await anOrder(world, '300.00', { payments: [certificate, { amount: '250.00' }] });
  await prime(unused, usd('49.99'));
  expect(await primed(unused)).toEqual(['0.00', '49.99, AUTHORIZE NEW 49.99']);
});

test('a payment collected on delivery is asked for nothing', async () => {
  const shop = await anOrder(world, '300.00', {
    payments: [{ amount: '300.00', collection: 'ON_DELIVERY' }],
  });

  await prime(shop);

  expect(await primed(shop)).toEqual(['300.00']);
});

test('what a provider has begun by itself is not begun twice', async () => {
  const shop = await aRuled('300.00', 'EARLY_APPROVAL');
  await world.act('SYSTEM', 'recordPaymentStatus', {
    paymentId: shop.paymentId,
    status: 'PENDING',
  });

  await prime(shop);

  expect(await primed(shop)).toEqual(['300.00']);
});

test('a payment that was given up leaves its part to the others', async () => {
  const shop = await anOrder(world, '300.00', {
    payments: [{ amount: '200.00', priority: 5 }, { amount: '300.00' }],
  });
  await world.act('PAYMENT', 'cancelPayment', { paymentId: shop.paymentIds[0], reason: 'lost' });

  await prime(shop);

  expect(await primed(shop)).toEqual(['0.00', '300.00, AUTHORIZE NEW 300.00']);
});

test('a payment that comes later takes only what is missing', async () => {
  const shop = await anOrder(world, '300.00', {
    payments: [{ amount: '200.00' }, { amount: '100.00' }],
  });
  await prime(shop);
  await world.act('SYSTEM', 'recordPaymentStatus', {
    paymentId: shop.paymentIds[1],
    status: 'CANCELLED',
  });
  const later = await aPayment(world, shop, { amount: '100.00', priority: 9 });

  const { userErrors } = await prime(shop);

  expect(userErrors).toEqual([]);
  expect(await primed({ paymentIds: [shop.paymentIds[0]!, later] })).toEqual([
    '200.00, AUTHORIZE NEW 200.00',
    '100.00, AUTHORIZE NEW 100.00',
  ]);
});

test('the intents of one priming go out together, in the order of priority', async () => {
  const shop = await anOrder(world, '300.00', {
    payments: [
      { amount: '100.00' },
      { amount: '200.00', priority: 1, paymentRule: 'EARLY_DEPOSIT' },
    ],
  });

  await prime(shop);

  const intents = await rowsOf(
    world,
    JournalEntry,
    "`kind` = 'INTENT' AND `subject_id` IN (?, ?)",
    [...shop.paymentIds],
  );
  expect(
    intents
      .toSorted((a, b) => a.sequence - b.sequence)
      .map(({ action, subjectId, after }) => [action, subjectId, after?.['amount']]),
  ).toEqual([
    ['SALE', shop.paymentIds[1], '200.00'],
    ['AUTHORIZE', shop.paymentIds[0], '100.00'],
  ]);
});

describe('it is refused', () => {
  test('for more than is payable, or than the payments can give', async () => {
    const shop = await aRuled('300.00', 'EARLY_APPROVAL');
    expect(await refusal(shop, usd('300.01'))).toEqual([
      { code: 'AMOUNT_EXCEEDS', field: ['initialAmount'] },
    ]);

    const short = await anOrder(world, '300.00', { payments: [{ amount: '299.99' }] });
    expect(await refusal(short, null)).toEqual([
      { code: 'AMOUNT_EXCEEDS', field: ['initialAmount'] },
    ]);
    expect((await prime(short, usd('299.99'))).userErrors).toEqual([]);
  });

  test('with another initial amount than it was primed with: that never changes', async () => {
    const shop = await aRuled('300.00', 'NO_VALIDATION_OR_RESERVATION');
    await prime(shop, usd('45.00'));

    for (const other of ['44.99', '45.01', '0.00']) {
      expect(await refusal(shop, usd(other))).toEqual([
        { code: 'GUARD_FAILED', field: ['initialAmount', 'amount'] },
      ]);
    }
    expect((await prime(shop)).order.initialAmount).toEqual({ amount: '45.00' });
  });

  test('while the outcome of an earlier request is unknown', async () => {
    const shop = await anOrder(world, '300.00', {
      payments: [{ amount: '300.00' }, { amount: '10.00', priority: 3 }],
    });
    await world.act('SYSTEM', 'recordTransactionResult', {
      paymentId: shop.paymentIds[1],
      type: 'AUTHORIZE',
      result: 'INDETERMINATE',
      indeterminateCause: 'NETWORK',
      requestedAmount: usd('10.00'),
      gatewayTransactionId: 'unknown-prime',
    });

    expect(await refusal(shop, null)).toEqual([{ code: 'OUTCOME_INDETERMINATE', field: null }]);
  });

  test('once the order is over', async () => {
    const shop = await aRuled('300.00', 'EARLY_APPROVAL');
    await world.act('COMMERCE', 'cancelOrder', { orderId: shop.orderId, reason: 'off' });

    const { userErrors } = await prime(shop);

    expect(userErrors).toMatchObject([{ code: 'INVALID_TRANSITION', currentState: 'CANCELLED' }]);
  });

  test.each([
    [
      'an amount below zero',
      { initialAmount: usd('-0.01') },
      'AMOUNT_RANGE',
      ['initialAmount', 'amount'],
    ],
    [
      'more decimals than there are',
      { initialAmount: usd('0.001') },
      'AMOUNT_SCALE',
      ['initialAmount', 'amount'],
    ],
    [
      'other money',
      { initialAmount: EUR_129 },
      'CURRENCY_MISMATCH',
      ['initialAmount', 'currencyCode'],
    ],
    ['no such order', { orderId: 'ord_none' }, 'NOT_FOUND', ['orderId']],
  ])('%s', async (_case, input, code, field) => {
    const { orderId } = await aRuled('300.00', 'EARLY_APPROVAL');

    expect(await refused(world, 'SYSTEM', 'primePayments', { orderId, ...input })).toEqual([
      { code, field },
    ]);
  });

  test('to all but commerce and the system', async () => {
    const { orderId } = await aRuled('300.00', 'EARLY_APPROVAL');

    expect(await refused(world, 'PAYMENT', 'primePayments', { orderId })).toEqual([
      { code: 'FORBIDDEN', field: null },
    ]);
  });

  test("for a seller's order, which nobody pays directly (S0.2)", async () => {
    const shop = await aRuled('300.00', 'EARLY_APPROVAL');
    const { order } = await world.act('SYSTEM', 'createOrder', {
      cartGuid: shop.guid,
      code: `S-${shop.guid}`,
      side: 'SELLER',
      sellerId: 'seller-1',
      marketplaceOrderId: shop.orderId,
      total: usd('300.00'),
    });

    expect(await refused(world, 'SYSTEM', 'primePayments', { orderId: order.id })).toEqual([
      { code: 'GUARD_FAILED', field: ['orderId'] },
    ]);
  });
});
