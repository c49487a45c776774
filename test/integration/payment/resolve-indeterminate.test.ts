import { PaymentFact } from '../../../src/payment/payment-fact.entity';
import { refused, rowsOf } from '../../support/refused';
import { aCart, authorized, EUR_129, type Cart } from '../../support/stories';
import { startWorld, type World } from '../../support/world';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const eur = (amount: string) => ({ amount, currencyCode: 'EUR' });
const MUTATION = 'resolveIndeterminateTransaction';
const SHOWN = `status moneyState amounts { authorizedOpen { amount } capturing { amount } captured { amount } }
  transactions { id type status processedAmount { amount } indeterminateCause occurredAt }`;

interface Unknown extends Cart {
  readonly transactionId: string;
}

/** A capture whose answer the network lost. */
async function lostCapture(names: object, occurredAt = world.now()): Promise<Unknown> {
  const cart = await aCart(world);
  await authorized(world, cart);
  const { payment } = await world.act(
    'SYSTEM',
    'recordTransactionResult',
    {
      paymentId: cart.paymentId,
      type: 'CAPTURE',
      result: 'INDETERMINATE',
      indeterminateCause: 'NETWORK',
      requestedAmount: EUR_129,
      occurredAt: new Date(occurredAt.getTime() + 1_000).toISOString(),
      ...names,
    },
    SHOWN,
  );
  const { id } = payment.transactions.find(({ type }: { type: string }) => type === 'CAPTURE');
  return { ...cart, transactionId: id };
}

const resolve = ({ paymentId, transactionId }: Unknown, result: string, more: object = {}) =>
  world.act(
    'ADMIN',
    MUTATION,
    {
      paymentId,
      transactionId,
      result,
      evidenceReference: 'look-up-1',
      ...(result === 'SUCCEEDED' && { processedAmount: EUR_129 }),
      ...more,
    },
    SHOWN,
  );

const capture = ({ transactions }: { transactions: { type: string }[] }) =>
  transactions.find(({ type }) => type === 'CAPTURE');

describe.each([
  ['the gateway named', (n: number) => ({ gatewayTransactionId: `lost-${n}` })],
  ['only our key names', (n: number) => ({ providerRequestKey: `lost-key-${n}` })],
])('a capture of unknown outcome that %s', (_case, namesOf) => {
  let number = 0;
  const names = () => namesOf((number += 1));

  test('that took place is booked with what was processed (S1.4)', async () => {
    const unknown = await lostCapture(names());

    const { payment, userErrors, exceptionsResolved } = await resolve(unknown, 'SUCCEEDED', {
      processedAmount: eur('100.00'),
    });

    expect(userErrors).toEqual([]);
    expect(payment).toMatchObject({
      status: 'PARTIALLY_CAPTURED',
      moneyState: 'CAPTURED',
      amounts: {
        capturing: { amount: '0.00' },
        captured: { amount: '100.00' },
        authorizedOpen: { amount: '29.00' },
      },
    });
    expect(capture(payment)).toMatchObject({
      id: unknown.transactionId,
      status: 'SUCCEEDED',
      processedAmount: { amount: '100.00' },
      indeterminateCause: null,
    });
    expect(exceptionsResolved.map(({ kind }: { kind: string }) => kind)).toContain(
      'INDETERMINATE_RESULT',
    );
  });

  test('that did not take place leaves the money reserved', async () => {
    const unknown = await lostCapture(names());

    const { payment } = await resolve(unknown, 'FAILED');

    expect(payment).toMatchObject({
      status: 'AUTHORIZED',
      moneyState: 'RESERVED',
      amounts: { authorizedOpen: { amount: '129.00' }, captured: { amount: '0.00' } },
    });
    expect(capture(payment)).toMatchObject({ id: unknown.transactionId, status: 'FAILED' });
  });

  test('that is still under way is awaited', async () => {
    const unknown = await lostCapture(names());

    const { payment } = await resolve(unknown, 'PENDING');

    expect(payment).toMatchObject({
      status: 'CAPTURING',
      amounts: { capturing: { amount: '129.00' } },
    });
    expect(capture(payment)).toMatchObject({ id: unknown.transactionId, status: 'PENDING' });
  });

  test.each(['SUCCEEDED', 'FAILED', 'PENDING'])(
    'is resolved %s also from a time before its answer was lost',
    async (result) => {
      const unknown = await lostCapture(names());

      const { payment } = await resolve(unknown, result, {
        occurredAt: new Date(world.now().getTime() + 500).toISOString(),
      });

      expect(capture(payment)).toMatchObject({ id: unknown.transactionId, status: result });
    },
  );

  test('is resolved although the clock that lost it runs ahead', async () => {
    const unknown = await lostCapture(names(), new Date(world.now().getTime() + 3_600_000));

    expect(capture((await resolve(unknown, 'FAILED')).payment)).toMatchObject({ status: 'FAILED' });
  });
});

test('a success keeps the time it has at the provider', async () => {
  const unknown = await lostCapture({ gatewayTransactionId: 'true-time' });
  const occurredAt = new Date(world.now().getTime() + 500).toISOString();

  const { payment } = await resolve(unknown, 'SUCCEEDED', { occurredAt });

  expect(capture(payment)).toMatchObject({ occurredAt });
});

test('where it was looked up is kept with what it says', async () => {
  const unknown = await lostCapture({ gatewayTransactionId: 'proved' });

  await resolve(unknown, 'SUCCEEDED', { evidenceReference: 'portal/charge/42' });

  const facts = await rowsOf(world, PaymentFact, '`payment_id` = ?', [unknown.paymentId]);
  expect(facts.map(({ evidenceReference }) => evidenceReference)).toContain('portal/charge/42');
});

test('one that became unknown again is resolved again', async () => {
  const unknown = await lostCapture({ gatewayTransactionId: 'again' });
  await resolve(unknown, 'FAILED');
  world.advance(60_000);
  await world.act('SYSTEM', 'recordTransactionResult', {
    paymentId: unknown.paymentId,
    type: 'CAPTURE',
    result: 'INDETERMINATE',
    indeterminateCause: 'PROCESSOR_ERROR',
    gatewayTransactionId: 'again',
    requestedAmount: EUR_129,
  });

  const { payment, userErrors } = await resolve(unknown, 'FAILED');

  expect(userErrors).toEqual([]);
  expect(capture(payment)).toMatchObject({ status: 'FAILED' });
});

describe('an amount nobody knows', () => {
  /** Partly captured, says the provider, and nothing of how much. */
  async function unknownAmount(): Promise<Unknown> {
    const cart = await aCart(world);
    const { payment } = await world.act(
      'SYSTEM',
      'recordPaymentStatus',
      { paymentId: cart.paymentId, status: 'PARTIALLY_CAPTURED' },
      'moneyState transactions { id type status implied processedAmount { amount } }',
    );
    expect(payment.moneyState).toBe('UNKNOWN');
    return { ...cart, transactionId: (capture(payment) as unknown as { id: string }).id };
  }

  test('is stated by the look-up', async () => {
    const unknown = await unknownAmount();

    const { payment, userErrors } = await resolve(unknown, 'SUCCEEDED', {
      processedAmount: eur('40.00'),
    });

    expect(userErrors).toEqual([]);
    expect(payment).toMatchObject({
      moneyState: 'CAPTURED',
      amounts: { captured: { amount: '40.00' } },
    });
  });

  test('does not mean that nothing happened', async () => {
    const { paymentId, transactionId } = await unknownAmount();

    expect(
      await refused(world, 'ADMIN', MUTATION, {
        paymentId,
        transactionId,
        result: 'FAILED',
        evidenceReference: 'look-up',
      }),
    ).toEqual([{ code: 'GUARD_FAILED', field: ['result'] }]);
  });

  test('is answered by a snapshot just as well', async () => {
    const { paymentId, reference } = await unknownAmount();
    world.advance(1_000);

    const { payment } = await world.act(
      'SYSTEM',
      'recordProviderSnapshot',
      {
        provider: 'acme',
        providerReference: reference,
        status: 'captured',
        currency: 'EUR',
        authorized: '129.00',
        captured: '40.00',
        occurredAt: world.now().toISOString(),
      },
      `id ${SHOWN}`,
    );

    expect(payment).toMatchObject({
      id: paymentId,
      moneyState: 'CAPTURED',
      amounts: { captured: { amount: '40.00' }, authorizedOpen: { amount: '89.00' } },
    });
  });
});

test.each(['SUCCEEDED', 'FAILED', 'PENDING'])(
  'what a provider does not know itself is resolved %s',
  async (result) => {
    const cart = await aCart(world);
    const { payment } = await world.act(
      'SYSTEM',
      'recordPaymentStatus',
      { paymentId: cart.paymentId, status: 'INDETERMINATE' },
      'transactions { id }',
    );
    const unknown = { ...cart, transactionId: payment.transactions[0].id };

    const resolved = await resolve(unknown, result);

    expect(resolved.userErrors).toEqual([]);
    expect(resolved.payment.status).toBe(
      { SUCCEEDED: 'AUTHORIZED', FAILED: 'REJECTED', PENDING: 'PENDING' }[result],
    );
  },
);

describe('it is refused', () => {
  test.each([
    ['a success without an amount', { processedAmount: null }, 'GUARD_FAILED', ['processedAmount']],
    [
      'a success of nothing',
      { processedAmount: eur('0.00') },
      'AMOUNT_RANGE',
      ['processedAmount', 'amount'],
    ],
    [
      'a success below zero',
      { processedAmount: eur('-0.01') },
      'AMOUNT_RANGE',
      ['processedAmount', 'amount'],
    ],
    ['a failure with an amount', { result: 'FAILED' }, 'GUARD_FAILED', ['processedAmount']],
    ['an outcome that is none', { result: 'INDETERMINATE' }, 'GUARD_FAILED', ['result']],
    ['a cancellation', { result: 'CANCELLED' }, 'GUARD_FAILED', ['result']],
    [
      'other money',
      { processedAmount: { amount: '1.00', currencyCode: 'USD' } },
      'CURRENCY_MISMATCH',
      ['processedAmount', 'currencyCode'],
    ],
    ['no evidence', { evidenceReference: '' }, 'GUARD_FAILED', ['evidenceReference']],
    [
      'a card number as evidence',
      { evidenceReference: '4111111111111111' },
      'PAN_DETECTED',
      ['evidenceReference'],
    ],
    ['another transaction', { transactionId: 'ptx_none' }, 'NOT_FOUND', ['transactionId']],
    ['another exception', { exceptionId: 'exc_none' }, 'NOT_FOUND', ['exceptionId']],
    [
      'a time nobody paid at',
      { occurredAt: '1960-01-01T00:00:00Z' },
      'GUARD_FAILED',
      ['occurredAt'],
    ],
  ])('%s', async (_case, input, code, field) => {
    const { paymentId, transactionId } = await lostCapture({ providerRequestKey: 'refused' });

    expect(
      await refused(world, 'ADMIN', MUTATION, {
        paymentId,
        transactionId,
        result: 'SUCCEEDED',
        processedAmount: EUR_129,
        evidenceReference: 'look-up',
        ...input,
      }),
    ).toEqual([{ code, field }]);
  });

  test('where the outcome is known, which it names', async () => {
    const unknown = await lostCapture({ gatewayTransactionId: 'known' });
    await resolve(unknown, 'SUCCEEDED');

    const { userErrors } = await resolve(unknown, 'FAILED');

    expect(userErrors).toMatchObject([
      {
        code: 'INVALID_TRANSITION',
        field: ['transactionId'],
        currentState: 'SUCCEEDED',
        allowedStates: ['INDETERMINATE'],
      },
    ]);
  });

  test('of a transaction of another payment', async () => {
    const one = await lostCapture({ gatewayTransactionId: 'own' });
    const other = await lostCapture({ gatewayTransactionId: 'other' });

    expect(
      await refused(world, 'ADMIN', MUTATION, {
        paymentId: one.paymentId,
        transactionId: other.transactionId,
        result: 'FAILED',
        evidenceReference: 'look-up',
      }),
    ).toEqual([{ code: 'NOT_FOUND', field: ['transactionId'] }]);
  });

  test('to who may not look', async () => {
    const { paymentId, transactionId } = await lostCapture({ gatewayTransactionId: 'forbidden' });

    expect(
      await refused(world, 'SUPPORT', MUTATION, {
        paymentId,
        transactionId,
        result: 'FAILED',
        evidenceReference: 'look-up',
      }),
    ).toEqual([{ code: 'FORBIDDEN', field: null }]);
  });
});
