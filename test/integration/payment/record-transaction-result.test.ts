import { insertRows } from '../../../src/db/rows';
import { newId } from '../../../src/kernel/id';
import { PaymentFact } from '../../../src/payment/payment-fact.entity';
import { refused, rowsOf } from '../../support/refused';
import { aCart, authorized, EUR_129 } from '../../support/stories';
import { startWorld, type World } from '../../support/world';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const eur = (amount: string) => ({ amount, currencyCode: 'EUR' });
const AMOUNTS = `status moneyState amounts { authorized { amount } authorizedOpen { amount } capturing { amount }
  captured { amount } refunded { amount } net { amount } failedLifetime { amount } failedOutstanding { amount } }`;
const report = (input: object, selection = AMOUNTS) =>
  world.act('SYSTEM', 'recordTransactionResult', input, selection);

/** The amounts that are not zero. */
const moved = ({ amounts }: { amounts: Record<string, { amount: string }> }) =>
  Object.fromEntries(
    Object.entries(amounts)
      .map(([name, { amount }]) => [name, amount])
      .filter(([, amount]) => Number(amount) !== 0),
  );

test('everything a result says is kept with its transaction', async () => {
  const { paymentId } = await aCart(world);

  const { payment } = await report(
    {
      paymentId,
      type: 'CAPTURE',
      result: 'FAILED',
      requestedAmount: eur('129.00'),
      gatewayTransactionId: 'rtr-1',
      providerRequestKey: 'key-1',
      parentGatewayTransactionId: 'auth-1',
      responseCode: '05',
      reasonCode: 'Entity_Declined',
      rawMessage: 'Error: Response was Entity_Declined',
      failureType: 'SOFT',
      sourceSystem: 'connector-eu',
      method: 'visa',
      occurredAt: '2026-05-23T18:40:00.500Z',
    },
    `transactions { type status requestedAmount { amount } processedAmount { amount } implied gatewayTransactionId
      providerRequestKey responseCode reasonCode failureType indeterminateCause sourceSystem method occurredAt recordedAt
      parent { id } events { kind source result rawMessage occurredAt providerVersion } }`,
  );

  expect(payment.transactions).toEqual([
    {
      type: 'CAPTURE',
      status: 'FAILED',
      requestedAmount: { amount: '129.00' },
      processedAmount: null,
      implied: false,
      gatewayTransactionId: 'rtr-1',
      providerRequestKey: 'key-1',
      responseCode: '05',
      reasonCode: 'Entity_Declined',
      failureType: 'SOFT',
      indeterminateCause: null,
      sourceSystem: 'connector-eu',
      method: 'visa',
      occurredAt: '2026-05-23T18:40:00.500Z',
      recordedAt: '2026-05-23T18:41:30.000Z',
      parent: null,
      events: [
        {
          kind: 'TRANSACTION',
          source: 'caller:connector-eu',
          result: 'FAILED',
          rawMessage: 'Error: Response was Entity_Declined',
          occurredAt: '2026-05-23T18:40:00.500Z',
          providerVersion: null,
        },
      ],
    },
  ]);
});

test('a capture names the authorization it builds on', async () => {
  const cart = await aCart(world);
  await authorized(world, cart);

  const { payment } = await report(
    {
      paymentId: cart.paymentId,
      type: 'CAPTURE',
      result: 'SUCCEEDED',
      processedAmount: eur('129.00'),
      gatewayTransactionId: 'rtr-child',
      parentGatewayTransactionId: `auth_${cart.reference}`,
      occurredAt: new Date(world.now().getTime() + 1_000).toISOString(),
    },
    'transactions { type parent { type gatewayTransactionId } }',
  );

  expect(payment.transactions).toEqual([
    { type: 'AUTHORIZE', parent: null },
    {
      type: 'CAPTURE',
      parent: { type: 'AUTHORIZE', gatewayTransactionId: `auth_${cart.reference}` },
    },
  ]);
});

describe('a fact is never refused for its amount', () => {
  test.each([
    [
      'more than was authorized',
      eur('129.01'),
      { captured: '129.01', net: '129.01', authorized: '129.00', authorizedOpen: '-0.01' },
    ],
    ['nothing', eur('0.00'), { authorized: '129.00', authorizedOpen: '129.00' }],
    [
      'less than nothing',
      eur('-5.00'),
      { captured: '-5.00', net: '-5.00', authorized: '129.00', authorizedOpen: '134.00' },
    ],
    [
      'the largest there is',
      eur('10000000000000.00'),
      {
        captured: '10000000000000.00',
        net: '10000000000000.00',
        authorized: '129.00',
        authorizedOpen: '-9999999999871.00',
      },
    ],
    [
      'another currency',
      { amount: '129.00', currencyCode: 'USD' },
      { authorized: '129.00', authorizedOpen: '129.00' },
    ],
  ])('captured is %s', async (_what, processedAmount, expected) => {
    const cart = await aCart(world);
    await authorized(world, cart);

    const { payment, userErrors } = await report({
      paymentId: cart.paymentId,
      type: 'CAPTURE',
      result: 'SUCCEEDED',
      processedAmount,
      gatewayTransactionId: 'rtr-amount',
    });

    expect(userErrors).toEqual([]);
    expect(moved(payment)).toEqual(expected);
    expect(await rowsOf(world, PaymentFact, '`payment_id` = ?', [cart.paymentId])).toHaveLength(2);
  });

  test('more is given back than was taken: stored, not clamped', async () => {
    const cart = await aCart(world);
    const sale = {
      paymentId: cart.paymentId,
      result: 'SUCCEEDED',
      occurredAt: world.now().toISOString(),
    };
    await report({
      ...sale,
      type: 'SALE',
      processedAmount: eur('129.00'),
      gatewayTransactionId: 's',
    });

    const { payment } = await report({
      ...sale,
      type: 'REFUND',
      processedAmount: eur('130.00'),
      gatewayTransactionId: 'r',
    });

    expect([payment.status, payment.moneyState, moved(payment)]).toEqual([
      'REFUNDED',
      'RETURNED',
      { authorized: '129.00', captured: '129.00', refunded: '130.00', net: '-1.00' },
    ]);
  });
});

test('the same report again, under another key, is the same fact', async () => {
  const { paymentId } = await aCart(world);
  const input = {
    paymentId,
    type: 'SALE',
    result: 'SUCCEEDED',
    processedAmount: eur('129.00'),
    gatewayTransactionId: 'rtr-same',
    occurredAt: world.now().toISOString(),
  };
  const first = await report(input, 'version amounts { captured { amount } }');

  const again = await report(input, 'version amounts { captured { amount } }');

  expect(again.payment).toEqual(first.payment);
  expect(again.payment.amounts.captured.amount).toBe('129.00');
});

test('a gateway id as long as there can be fits on both databases', async () => {
  const { paymentId } = await aCart(world);
  const gatewayTransactionId = `${'x'.repeat(190)}y`;

  const { payment } = await report(
    {
      paymentId,
      type: 'CAPTURE_REVERSAL',
      result: 'SUCCEEDED',
      processedAmount: eur('1.00'),
      gatewayTransactionId,
    },
    'transactions { gatewayTransactionId }',
  );

  expect(payment.transactions).toEqual([{ gatewayTransactionId }]);
});

test('an unknown outcome blocks retries, is an exception at once, and ends with a definite result', async () => {
  const { paymentId } = await aCart(world);
  const attempt = {
    paymentId,
    type: 'CAPTURE',
    requestedAmount: EUR_129,
    providerRequestKey: 'rtr-unknown',
  };
  const unknown = await report(
    {
      ...attempt,
      result: 'INDETERMINATE',
      indeterminateCause: 'NETWORK',
      occurredAt: world.now().toISOString(),
    },
    'status moneyState retryMode',
  );

  const known = await report(
    {
      ...attempt,
      result: 'SUCCEEDED',
      processedAmount: EUR_129,
      gatewayTransactionId: 'rtr-known',
      occurredAt: new Date(world.now().getTime() + 1_000).toISOString(),
    },
    'status transactions { type status gatewayTransactionId } exceptions(live: true) { kind status }',
  );

  expect(unknown.payment).toEqual({
    status: 'INDETERMINATE',
    moneyState: 'UNKNOWN',
    retryMode: 'BLOCKED_BY_DUPLICATE_RISK',
  });
  expect(unknown.exceptionsOpened).toEqual([
    { id: expect.any(String), kind: 'INDETERMINATE_RESULT', status: 'OPEN' },
  ]);
  expect(known.exceptionsResolved).toEqual([
    { ...unknown.exceptionsOpened[0], status: 'AUTO_RESOLVED' },
  ]);
  expect(known.payment).toEqual({
    status: 'CAPTURED',
    transactions: expect.arrayContaining([
      { type: 'CAPTURE', status: 'SUCCEEDED', gatewayTransactionId: 'rtr-known' },
    ]),
    exceptions: [{ kind: 'CAPTURED_ORDER_CREATION_FAILED', status: 'WATCHING' }],
  });
});

test('a webhook about a capture answers the attempt whose result nobody heard', async () => {
  const cart = await aCart(world);
  await report({
    paymentId: cart.paymentId,
    type: 'CAPTURE',
    result: 'INDETERMINATE',
    indeterminateCause: 'NETWORK',
    requestedAmount: EUR_129,
    providerRequestKey: 'rtr-lost',
    occurredAt: world.now().toISOString(),
  });
  await world.deliver({
    event_id: 'evt-rtr-lost',
    psp_reference: cart.reference,
    capture_id: 'ch-rtr-lost',
    amount: '129.00',
    currency: 'EUR',
    capture_timestamp: new Date(world.now().getTime() + 1_000).toISOString(),
  });

  const { data } = await world.ask(
    'auditor; roles=AUDITOR',
    `query ($id: ID!) { payment(id: $id) { ${AMOUNTS} exceptions(live: true) { kind }
      transactions { type status gatewayTransactionId providerRequestKey } } }`,
    { id: cart.paymentId },
  );

  expect(data.payment.status).toBe('CAPTURED');
  expect(moved(data.payment)).toEqual({ authorized: '129.00', captured: '129.00', net: '129.00' });
  expect(data.payment.exceptions).toEqual([{ kind: 'CAPTURED_ORDER_CREATION_FAILED' }]);
  expect(
    data.payment.transactions.filter(({ type }: { type: string }) => type === 'CAPTURE'),
  ).toEqual([
    {
      type: 'CAPTURE',
      status: 'SUCCEEDED',
      gatewayTransactionId: 'ch-rtr-lost',
      providerRequestKey: 'rtr-lost',
    },
  ]);
});

test.each(['-5.00', '0.00'])('a reported amount of %s is stored as received', async (amount) => {
  const { paymentId } = await aCart(world);

  const { payment } = await report(
    {
      paymentId,
      type: 'CAPTURE',
      result: 'SUCCEEDED',
      processedAmount: eur(amount),
      gatewayTransactionId: `rtr-sign-${amount}`,
    },
    'transactions { status processedAmount { amount } }',
  );

  expect(payment.transactions).toContainEqual({ status: 'SUCCEEDED', processedAmount: { amount } });
});

test('however much was reported of a checkout, a report is stored', async () => {
  const { paymentId } = await aCart(world);
  const told = {
    paymentId,
    type: 'CAPTURE',
    result: 'PENDING',
    requestedAmount: EUR_129,
    gatewayTransactionId: 'rtr-limit',
    occurredAt: world.now().toISOString(),
  };
  await report(told);
  const [fact] = await rowsOf(world, PaymentFact, '`payment_id` = ?', [paymentId]);
  const more = Array.from({ length: 1_999 }, (_, index) => ({
    ...fact!,
    id: newId('fct', world.now()),
    naturalKey: `filler-${index}`,
  }));
  await world.db.write((sql) => insertRows(sql, world.db.dialect, PaymentFact, more));

  const again = await report(told, 'id');
  const another = await report({ ...told, result: 'SUCCEEDED' }, 'id');

  expect(again.userErrors).toEqual([]);
  expect(another.userErrors).toEqual([]);
});

describe('recordTransactionResult is refused', () => {
  let paymentId: string;
  beforeAll(async () => {
    ({ paymentId } = await aCart(world));
  });
  const valid = {
    type: 'CAPTURE',
    result: 'SUCCEEDED',
    processedAmount: EUR_129,
    gatewayTransactionId: 'rtr-refused',
  };

  test.each([
    ['without a name', { gatewayTransactionId: null }, 'GUARD_FAILED', ['gatewayTransactionId']],
    ['a success without an amount', { processedAmount: null }, 'GUARD_FAILED', ['processedAmount']],
    [
      'an unknown outcome without a cause',
      { result: 'INDETERMINATE' },
      'GUARD_FAILED',
      ['indeterminateCause'],
    ],
    [
      'a cause without an unknown outcome',
      { indeterminateCause: 'NETWORK' },
      'GUARD_FAILED',
      ['indeterminateCause'],
    ],
    [
      'a type of failure without a failure',
      { failureType: 'HARD' },
      'GUARD_FAILED',
      ['failureType'],
    ],
    [
      'an amount finer than its currency',
      { processedAmount: { amount: '1.001', currencyCode: 'EUR' } },
      'AMOUNT_SCALE',
      ['processedAmount', 'amount'],
    ],
    [
      'a requested amount finer than its currency',
      { requestedAmount: { amount: '1.5', currencyCode: 'JPY' } },
      'AMOUNT_SCALE',
      ['requestedAmount', 'amount'],
    ],
    [
      'amounts in two currencies',
      {
        requestedAmount: { amount: '1000', currencyCode: 'JPY' },
        processedAmount: { amount: '6.00', currencyCode: 'EUR' },
      },
      'CURRENCY_MISMATCH',
      ['processedAmount', 'currencyCode'],
    ],
    [
      'an amount above the limit',
      { processedAmount: { amount: '10000000000000.01', currencyCode: 'EUR' } },
      'AMOUNT_RANGE',
      ['processedAmount', 'amount'],
    ],
    [
      'a card number as its id',
      { gatewayTransactionId: '4111111111111111' },
      'PAN_DETECTED',
      ['gatewayTransactionId'],
    ],
    [
      'a card number in a message',
      { rawMessage: 'card 4111-1111-1111-1111' },
      'PAN_DETECTED',
      ['rawMessage'],
    ],
    ['a message longer than 1000', { rawMessage: 'x'.repeat(1001) }, 'TOO_LONG', ['rawMessage']],
    [
      'a response code longer than 64',
      { responseCode: 'x'.repeat(65) },
      'TOO_LONG',
      ['responseCode'],
    ],
    ['a method that is no word', { method: 'credit card' }, 'GUARD_FAILED', ['method']],
    [
      'for a payment there is not',
      { paymentId: 'pay_01900000-0000-7000-8000-000000000000' },
      'NOT_FOUND',
      ['paymentId'],
    ],
  ])('%s', async (_why, more, code, field) => {
    expect(
      await refused(world, 'SYSTEM', 'recordTransactionResult', { paymentId, ...valid, ...more }),
    ).toEqual([{ code, field }]);
  });

  test.each(['STOREFRONT', 'COMMERCE', 'OMS', 'FINANCE', 'SUPPORT', 'AUDITOR'])(
    'for %s',
    async (role) => {
      expect(
        await refused(world, role, 'recordTransactionResult', { paymentId, ...valid }),
      ).toEqual([{ code: 'FORBIDDEN', field: null }]);
    },
  );
});

describe('the fulfillment a result was for (S1.10)', () => {
  async function aRelease() {
    const cart = await aCart(world);
    await world.act('STOREFRONT', 'createOrder', { cartGuid: cart.guid, code: `F-${cart.guid}` });
    const { fulfillment } = await world.act('OMS', 'createFulfillment', {
      orderId: cart.orderId,
      total: eur('129.00'),
    });
    return { ...cart, fulfillmentId: fulfillment.id as string };
  }
  const capture = {
    type: 'CAPTURE',
    result: 'SUCCEEDED',
    processedAmount: eur('129.00'),
    gatewayTransactionId: 'for-a-release',
  };

  test('is kept with its transaction', async () => {
    const { paymentId, fulfillmentId } = await aRelease();

    const { payment } = await report(
      { paymentId, fulfillmentId, ...capture },
      'transactions { type fulfillmentId implied final externallyExecuted disbursementId requestId respondBy }',
    );

    expect(payment.transactions.find(({ type }: { type: string }) => type === 'CAPTURE')).toEqual({
      type: 'CAPTURE',
      fulfillmentId,
      implied: false,
      final: false,
      externallyExecuted: false,
      disbursementId: null,
      requestId: null,
      respondBy: null,
    });
  });

  test('is one that its payment pays for', async () => {
    const { paymentId } = await aRelease();
    const other = await aRelease();

    for (const fulfillmentId of [other.fulfillmentId, 'ful_none']) {
      expect(
        await refused(world, 'SYSTEM', 'recordTransactionResult', {
          paymentId,
          fulfillmentId,
          ...capture,
        }),
      ).toEqual([{ code: 'NOT_FOUND', field: ['fulfillmentId'] }]);
    }
  });
});
