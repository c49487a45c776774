import { JournalEntry } from '../../../src/journal/journal-entry.entity';
import { Payment } from '../../../src/payment/payment.entity';
import { refused, rowsOf } from '../../support/refused';
import { aCart, authorized, EUR_129, type Cart } from '../../support/stories';
import { startWorld, type World } from '../../support/world';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const MUTATION = 'editPaymentInstruction';
const eur = (amount: string) => ({ amount, currencyCode: 'EUR' });
const SHOWN =
  'status method amounts { expected { amount } authorized { amount } captured { amount } } transactions { id }';
const edit = ({ paymentId }: Pick<Cart, 'paymentId'>, more: object) =>
  world.act('SUPPORT', MUTATION, { paymentId, ...more }, SHOWN);
const rowOf = async ({ paymentId }: Cart) =>
  (await rowsOf(world, Payment, '`id` = ?', [paymentId]))[0]!;
const report = ({ paymentId }: Cart, type: string, result: string, amount: string) =>
  world.act(
    'SYSTEM',
    'recordTransactionResult',
    {
      paymentId,
      type,
      result,
      requestedAmount: eur(amount),
      ...(result === 'SUCCEEDED' && { processedAmount: eur(amount) }),
      gatewayTransactionId: `${type}-${paymentId}`,
      ...(result === 'INDETERMINATE' && { indeterminateCause: 'NETWORK' }),
    },
    SHOWN,
  );
const refusal = (cart: Cart, more: object) =>
  refused(world, 'SUPPORT', MUTATION, { paymentId: cart.paymentId, ...more });

/** A created order whose money is reserved for a release. */
async function reserved(total = '129.00'): Promise<Cart & { fulfillmentId: string }> {
  const cart = await aCart(world);
  await authorized(world, cart);
  await world.act('STOREFRONT', 'createOrder', { cartGuid: cart.guid, code: `E-${cart.guid}` });
  const { fulfillment } = await world.act('OMS', 'createFulfillment', {
    orderId: cart.orderId,
    total: eur(total),
  });
  const { userErrors } = await world.act('OMS', 'reserveFulfillment', {
    fulfillmentId: fulfillment.id,
  });
  expect(userErrors).toEqual([]);
  return { ...cart, fulfillmentId: fulfillment.id };
}

test('an edit changes the instruction and executes nothing (S3.11)', async () => {
  const cart = await aCart(world);
  await report(cart, 'AUTHORIZE', 'FAILED', '129.00');
  const intents = await rowsOf(world, JournalEntry, "`kind` = 'INTENT'");

  const { payment, userErrors } = await edit(cart, {
    amount: eur('150.00'),
    method: 'visa',
    instrumentReference: 'tok_after_the_edit',
  });

  expect(userErrors).toEqual([]);
  expect(payment).toMatchObject({
    status: 'REJECTED',
    method: 'visa',
    amounts: { expected: { amount: '150.00' }, authorized: { amount: '0.00' } },
  });
  expect(payment.transactions).toHaveLength(1);
  expect(await rowsOf(world, JournalEntry, "`kind` = 'INTENT'")).toEqual(intents);
  expect(await rowOf(cart)).toMatchObject({
    instrumentReference: 'tok_after_the_edit',
    instructionEditedAt: world.now(),
  });
});

test('what is not named stays as it is', async () => {
  const cart = await aCart(world);
  await edit(cart, { instrumentReference: 'tok_1' });

  const { payment } = await edit(cart, { method: 'mastercard' });

  expect(payment).toMatchObject({
    method: 'mastercard',
    amounts: { expected: { amount: '129.00' } },
  });
  expect(await rowOf(cart)).toMatchObject({ instrumentReference: 'tok_1' });
});

test('the amount it has is no edit', async () => {
  const cart = await aCart(world);

  const { userErrors } = await edit(cart, { amount: EUR_129 });

  expect(userErrors).toEqual([]);
  expect(await rowOf(cart)).toMatchObject({ instructionEditedAt: null, version: 1 });
});

describe('less than was captured (W8)', () => {
  test.each([
    ['is refused', '69.99', false, null],
    ['is done by force', '69.99', true, '69.99'],
    ['as much as was captured is done', '70.00', false, '70.00'],
    ['more is done', '500.00', false, '500.00'],
  ])('%s: %s', async (_case, amount, force, expected) => {
    const cart = await aCart(world);
    await authorized(world, cart);
    await report(cart, 'CAPTURE', 'SUCCEEDED', '70.00');

    if (expected === null) {
      expect(await refusal(cart, { amount: eur(amount), force })).toEqual([
        { code: 'AMOUNT_EXCEEDS', field: ['amount'] },
      ]);
      return;
    }
    const { payment, userErrors } = await edit(cart, { amount: eur(amount), force });
    expect(userErrors).toEqual([]);
    expect(payment.amounts).toMatchObject({
      expected: { amount: expected },
      authorized: { amount: '129.00' },
      captured: { amount: '70.00' },
    });
  });

  test('is judged by what was captured of a payment that is captured whole, too', async () => {
    const cart = await aCart(world);
    await report(cart, 'SALE', 'SUCCEEDED', '129.00');

    expect(await refusal(cart, { amount: eur('128.99') })).toEqual([
      { code: 'AMOUNT_EXCEEDS', field: ['amount'] },
    ]);
    expect((await edit(cart, { amount: eur('130.00') })).userErrors).toEqual([]);
  });
});

describe('while a release has reserved money that is not finalized', () => {
  test('amount and method stand, the data of the instrument may change (S3.11)', async () => {
    const cart = await reserved();

    for (const more of [
      { amount: eur('150.00') },
      { amount: eur('100.00'), force: true },
      { method: 'visa' },
    ]) {
      expect(await refusal(cart, more)).toEqual([{ code: 'GUARD_FAILED', field: null }]);
    }
    expect((await edit(cart, { instrumentReference: 'tok_new_expiry' })).userErrors).toEqual([]);
  });

  test('the amount and method it has are no change', async () => {
    const cart = await reserved();

    const { userErrors } = await edit(cart, {
      amount: EUR_129,
      method: 'card',
      instrumentReference: 'tok_same',
    });

    expect(userErrors).toEqual([]);
  });

  test('and not any more once all of it is finalized', async () => {
    const cart = await reserved();
    await world.act('OMS', 'captureFulfillment', { fulfillmentId: cart.fulfillmentId });
    const { data } = await world.ask(
      'auditor; roles=AUDITOR',
      'query ($id: ID!) { payment(id: $id) { transactions { type providerRequestKey } } }',
      { id: cart.paymentId },
    );
    const asked = data.payment.transactions.find(
      ({ type }: { type: string }) => type === 'CAPTURE',
    );
    expect(await refusal(cart, { instrumentReference: 'tok_too_late' })).toEqual([
      { code: 'OUTCOME_INDETERMINATE', field: null },
    ]);
    await world.act('SYSTEM', 'recordTransactionResult', {
      paymentId: cart.paymentId,
      type: 'CAPTURE',
      result: 'SUCCEEDED',
      processedAmount: EUR_129,
      providerRequestKey: asked.providerRequestKey,
      gatewayTransactionId: 'cap-final',
    });

    expect((await edit(cart, { method: 'visa' })).userErrors).toEqual([]);
  });
});

test.each(['AUTHORIZE', 'CAPTURE', 'SALE'])(
  'nothing is edited while a %s is under way or unknown',
  async (type) => {
    for (const result of ['PENDING', 'INDETERMINATE']) {
      const cart = await aCart(world);
      if (type === 'CAPTURE') await authorized(world, cart);
      await report(cart, type, result, '129.00');

      expect(await refusal(cart, { instrumentReference: 'tok' })).toEqual([
        { code: 'OUTCOME_INDETERMINATE', field: null },
      ]);
    }
  },
);

test('an amount that stands in for what the provider did not tell is not edited: that would invent money', async () => {
  const cart = await aCart(world);
  await world.act('SYSTEM', 'recordPaymentStatus', {
    paymentId: cart.paymentId,
    status: 'AUTHORIZED',
  });

  expect(await refusal(cart, { amount: eur('500.00') })).toEqual([
    { code: 'GUARD_FAILED', field: ['amount'] },
  ]);
  expect((await edit(cart, { instrumentReference: 'tok' })).userErrors).toEqual([]);
});

test('a split payment keeps the amount its parts add up to (V5)', async () => {
  const { guid } = await aCart(world);
  const { payment } = await world.act('STOREFRONT', 'createPayment', {
    cartGuid: guid,
    provider: 'acme',
    amount: eur('100.00'),
    disbursements: [
      { id: 'd1', sellerId: 's1', amount: eur('40.00') },
      { id: 'd2', sellerId: 's2', amount: eur('60.00') },
    ],
  });
  const cart = { guid, orderId: '', reference: '', paymentId: payment.id };

  expect(await refusal(cart, { amount: eur('120.00') })).toEqual([
    { code: 'GUARD_FAILED', field: ['amount'] },
  ]);
});

test.each([
  ['nothing', {}, 'GUARD_FAILED', ['amount']],
  ['an amount of nothing', { amount: eur('0.00') }, 'AMOUNT_RANGE', ['amount', 'amount']],
  ['an amount below zero', { amount: eur('-1.00') }, 'AMOUNT_RANGE', ['amount', 'amount']],
  ['more decimals than there are', { amount: eur('1.001') }, 'AMOUNT_SCALE', ['amount', 'amount']],
  [
    'other money',
    { amount: { amount: '1.00', currencyCode: 'USD' } },
    'CURRENCY_MISMATCH',
    ['amount', 'currencyCode'],
  ],
  ['a method that is none', { method: 'a card' }, 'GUARD_FAILED', ['method']],
  [
    'a card number',
    { instrumentReference: '4111111111111111' },
    'PAN_DETECTED',
    ['instrumentReference'],
  ],
  ['force for nothing', { method: 'visa', force: true }, 'GUARD_FAILED', ['force']],
  ['no such payment', { paymentId: 'pay_none', method: 'visa' }, 'NOT_FOUND', ['paymentId']],
])('%s is refused', async (_case, input, code, field) => {
  expect(await refusal(await aCart(world), input)).toEqual([{ code, field }]);
});

test('it is for support and payment', async () => {
  const { paymentId } = await aCart(world);

  expect(await refused(world, 'COMMERCE', MUTATION, { paymentId, method: 'visa' })).toEqual([
    { code: 'FORBIDDEN', field: null },
  ]);
});
