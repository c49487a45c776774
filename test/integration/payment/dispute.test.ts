import { refused } from '../../support/refused';
import { aCart, EUR_129, type Cart } from '../../support/stories';
import { startWorld, type World } from '../../support/world';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const eur = (amount: string) => ({ amount, currencyCode: 'EUR' });
const SHOWN = `status moneyState amounts { disputed { amount } chargedBack { amount } net { amount } refundable { amount } }
  transactions { id type status processedAmount { amount } requestedAmount { amount } gatewayTransactionId reasonCode
    respondBy parent { type gatewayTransactionId } }`;

async function taken(): Promise<Cart> {
  const cart = await aCart(world);
  await world.act('SYSTEM', 'recordTransactionResult', {
    paymentId: cart.paymentId,
    type: 'SALE',
    result: 'SUCCEEDED',
    processedAmount: EUR_129,
    gatewayTransactionId: `sale-${cart.reference}`,
  });
  return cart;
}

const dispute = ({ paymentId }: Cart, state: string, more: object = {}) =>
  world.act(
    'FINANCE',
    'recordDispute',
    { paymentId, disputeId: 'dp_1', amount: EUR_129, state, ...more },
    SHOWN,
  );
const disputes = ({ payment }: any) =>
  payment.transactions
    .filter(({ type }: any) => type.startsWith('CHARGEBACK'))
    .map(({ type, status }: any) => `${type} ${status}`)
    .sort();
const minute = (minutes: number) => new Date(Date.UTC(2026, 4, 24, 10, minutes)).toISOString();

test('an open dispute blocks refunds until its date, and names the capture it is about', async () => {
  const cart = await taken();

  const { payment, userErrors } = await dispute(cart, 'OPEN', {
    amount: eur('100.00'),
    respondBy: '2026-06-20T23:59:59.000Z',
    reasonCode: '10.4',
    parentGatewayTransactionId: `sale-${cart.reference}`,
  });

  expect(userErrors).toEqual([]);
  expect(payment).toMatchObject({
    status: 'DISPUTED',
    moneyState: 'DISPUTED',
    amounts: {
      disputed: { amount: '100.00' },
      chargedBack: { amount: '0.00' },
      net: { amount: '129.00' },
      refundable: { amount: '29.00' },
    },
  });
  expect(payment.transactions.at(-1)).toMatchObject({
    type: 'CHARGEBACK',
    status: 'PENDING',
    requestedAmount: { amount: '100.00' },
    gatewayTransactionId: 'dp_1',
    reasonCode: '10.4',
    respondBy: '2026-06-20T23:59:59.000Z',
    parent: { type: 'SALE', gatewayTransactionId: `sale-${cart.reference}` },
  });
});

test('lost, the money is gone', async () => {
  const cart = await taken();
  await dispute(cart, 'OPEN');

  const lost = await dispute(cart, 'LOST');

  expect(lost.payment).toMatchObject({
    status: 'CHARGED_BACK',
    moneyState: 'RETURNED',
    amounts: { chargedBack: { amount: '129.00' }, net: { amount: '0.00' } },
  });
  expect(disputes(lost)).toEqual(['CHARGEBACK SUCCEEDED']);
});

test('won before it was lost, the money stays', async () => {
  const cart = await taken();
  await dispute(cart, 'OPEN');

  const won = await dispute(cart, 'WON');

  expect(won.payment).toMatchObject({
    status: 'CAPTURED',
    amounts: { disputed: { amount: '0.00' }, refundable: { amount: '129.00' } },
  });
  expect(disputes(won)).toEqual(['CHARGEBACK CANCELLED']);
});

test('won after it was lost, the money comes back by a reversal that names the chargeback', async () => {
  const cart = await taken();
  await dispute(cart, 'OPEN');
  await dispute(cart, 'LOST');

  const won = await dispute(cart, 'WON');

  expect(won.payment).toMatchObject({
    status: 'CAPTURED',
    moneyState: 'CAPTURED',
    amounts: { chargedBack: { amount: '0.00' }, net: { amount: '129.00' } },
  });
  expect(disputes(won)).toEqual(['CHARGEBACK SUCCEEDED', 'CHARGEBACK_REVERSAL SUCCEEDED']);
  const reversal = won.payment.transactions.find(
    ({ type }: { type: string }) => type === 'CHARGEBACK_REVERSAL',
  );
  expect(reversal).toMatchObject({
    processedAmount: { amount: '129.00' },
    parent: { type: 'CHARGEBACK', gatewayTransactionId: 'dp_1' },
  });
});

test('reimbursed in part, the rest stays gone', async () => {
  const cart = await taken();
  await dispute(cart, 'LOST');

  const { payment } = await dispute(cart, 'WON', { amount: eur('29.00') });

  expect(payment).toMatchObject({
    status: 'CHARGED_BACK',
    amounts: { chargedBack: { amount: '100.00' }, net: { amount: '29.00' } },
  });
});

test('in whatever order it is told, the newest says how it stands', async () => {
  const told = ['OPEN', 'LOST', 'WON', 'LOST'].map((state, index) => ({
    state,
    occurredAt: minute(index),
  }));
  const [open, lost, won, again] = told as [
    (typeof told)[0],
    (typeof told)[0],
    (typeof told)[0],
    (typeof told)[0],
  ];
  for (const [facts, expected] of [
    [
      [open, lost, won],
      ['CAPTURED', '0.00'],
    ],
    [
      [won, lost, open],
      ['CAPTURED', '0.00'],
    ],
    [
      [lost, won, open],
      ['CAPTURED', '0.00'],
    ],
    [
      [open, lost, won, again],
      ['CHARGED_BACK', '129.00'],
    ],
    [
      [again, won, lost, open],
      ['CHARGED_BACK', '129.00'],
    ],
  ] as const) {
    const cart = await taken();
    let last: any;
    for (const { state, occurredAt } of facts) last = await dispute(cart, state, { occurredAt });

    const { status, amounts } = last.payment;
    expect([status, amounts.chargedBack.amount]).toEqual(expected);
    expect(disputes(last)).toEqual(
      facts.length === 3
        ? ['CHARGEBACK SUCCEEDED', 'CHARGEBACK_REVERSAL SUCCEEDED']
        : ['CHARGEBACK SUCCEEDED'],
    );
  }
});

test("the provider's word that it is disputed ends with the dispute", async () => {
  const cart = await taken();
  await world.act('SYSTEM', 'recordPaymentStatus', {
    paymentId: cart.paymentId,
    status: 'DISPUTED',
  });
  expect((await dispute(cart, 'OPEN')).payment.status).toBe('DISPUTED');

  expect((await dispute(cart, 'WON')).payment.status).toBe('CAPTURED');
});

test('an amount nobody expected is stored as it was told', async () => {
  const cart = await taken();

  const { payment, userErrors } = await dispute(cart, 'LOST', { amount: eur('500.00') });

  expect(userErrors).toEqual([]);
  expect(payment.amounts).toMatchObject({
    chargedBack: { amount: '500.00' },
    net: { amount: '-371.00' },
    refundable: { amount: '0.00' },
  });
});

describe('accepting a chargeback', () => {
  async function disputed() {
    const cart = await taken();
    const { payment } = await dispute(cart, 'OPEN', { amount: eur('100.00') });
    return { ...cart, transactionId: payment.transactions.at(-1).id as string };
  }
  const accept = (
    { paymentId, transactionId }: { paymentId: string; transactionId: string },
    more: object = {},
  ) =>
    world.act(
      'FINANCE',
      'acceptChargeback',
      { paymentId, transactionId, reason: 'nothing to show for it', ...more },
      SHOWN,
    );

  test('loses its amount', async () => {
    const { payment, userErrors } = await accept(await disputed());

    expect(userErrors).toEqual([]);
    expect(payment).toMatchObject({
      status: 'CHARGED_BACK',
      amounts: {
        disputed: { amount: '0.00' },
        chargedBack: { amount: '100.00' },
        net: { amount: '29.00' },
      },
    });
  });

  test('again is a success that does nothing', async () => {
    const one = await disputed();
    await accept(one);
    const before = await world.ask(
      'auditor; roles=AUDITOR',
      'query ($id: ID!) { payment(id: $id) { version } }',
      { id: one.paymentId },
    );

    expect((await accept(one)).userErrors).toEqual([]);
    expect(
      await world.ask(
        'auditor; roles=AUDITOR',
        'query ($id: ID!) { payment(id: $id) { version } }',
        { id: one.paymentId },
      ),
    ).toEqual(before);
  });

  test('does not keep it from being won after all', async () => {
    const one = await disputed();
    await accept(one);

    expect((await dispute(one, 'WON', { amount: eur('100.00') })).payment).toMatchObject({
      status: 'CAPTURED',
      amounts: { chargedBack: { amount: '0.00' } },
    });
  });

  test('that was won is refused with its state', async () => {
    const one = await disputed();
    await dispute(one, 'OPEN', { disputeId: 'dp_2', amount: eur('1.00') });
    await dispute(one, 'WON', { amount: eur('100.00') });

    expect((await accept(one)).userErrors).toMatchObject([
      {
        code: 'INVALID_TRANSITION',
        currentState: 'CANCELLED',
        allowedStates: ['NEW', 'PENDING'],
      },
    ]);
  });

  test('of a payment that is in no dispute is refused', async () => {
    const one = await disputed();
    await dispute(one, 'WON', { amount: eur('100.00') });

    expect((await accept(one)).userErrors).toMatchObject([
      {
        code: 'INVALID_TRANSITION',
        currentState: 'CAPTURED',
        allowedStates: ['DISPUTED', 'CHARGED_BACK'],
      },
    ]);
  });

  test('beside one that is lost already is done by its own state', async () => {
    const one = await disputed();
    await dispute(one, 'LOST', { disputeId: 'dp_2', amount: eur('20.00') });

    const { payment, userErrors } = await accept(one);

    expect(userErrors).toEqual([]);
    expect(payment).toMatchObject({
      status: 'CHARGED_BACK',
      amounts: { disputed: { amount: '0.00' }, chargedBack: { amount: '120.00' } },
    });
  });

  test('that is none is refused', async () => {
    const one = await disputed();
    const { payment } = await dispute(one, 'OPEN', { amount: eur('100.00') });

    expect(
      await refused(world, 'FINANCE', 'acceptChargeback', {
        paymentId: one.paymentId,
        transactionId: payment.transactions[0].id,
        reason: 'why',
      }),
    ).toEqual([{ code: 'GUARD_FAILED', field: ['transactionId'] }]);
  });

  test.each([
    ['without a reason', { reason: '' }, 'FINANCE', 'REASON_REQUIRED', ['reason']],
    ['of no transaction', { transactionId: 'ptx_none' }, 'FINANCE', 'NOT_FOUND', ['transactionId']],
    ['for no exception', { exceptionId: 'exc_none' }, 'FINANCE', 'NOT_FOUND', ['exceptionId']],
    ['by payment', {}, 'PAYMENT', 'FORBIDDEN', null],
  ])('%s is refused', async (_case, input, role, code, field) => {
    const { paymentId, transactionId } = await disputed();

    expect(
      await refused(world, role, 'acceptChargeback', {
        paymentId,
        transactionId,
        reason: 'why',
        ...input,
      }),
    ).toEqual([{ code, field }]);
  });
});

test.each([
  ['a dispute without a name', { disputeId: '' }, 'GUARD_FAILED', ['disputeId']],
  ['a card number', { reasonCode: '4111111111111111' }, 'PAN_DETECTED', ['reasonCode']],
  ['a code that is too long', { reasonCode: 'x'.repeat(192) }, 'TOO_LONG', ['reasonCode']],
  [
    'a parent that is no reference',
    { parentGatewayTransactionId: 'a b' },
    'GUARD_FAILED',
    ['parentGatewayTransactionId'],
  ],
  ['more decimals than there are', { amount: eur('1.001') }, 'AMOUNT_SCALE', ['amount', 'amount']],
  ['a date after time', { respondBy: '9999-12-31T00:00:00Z' }, 'GUARD_FAILED', ['respondBy']],
  ['no such payment', { paymentId: 'pay_none' }, 'NOT_FOUND', ['paymentId']],
])('%s is refused', async (_case, input, code, field) => {
  const { paymentId } = await taken();

  expect(
    await refused(world, 'SYSTEM', 'recordDispute', {
      paymentId,
      disputeId: 'dp_x',
      amount: EUR_129,
      state: 'OPEN',
      ...input,
    }),
  ).toEqual([{ code, field }]);
});

test('it is told by finance and the system only', async () => {
  const { paymentId } = await taken();

  expect(
    await refused(world, 'PAYMENT', 'recordDispute', {
      paymentId,
      disputeId: 'dp_x',
      amount: EUR_129,
      state: 'OPEN',
    }),
  ).toEqual([{ code: 'FORBIDDEN', field: null }]);
});
