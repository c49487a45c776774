import { randomUUID } from 'node:crypto';
import {
  anOrder,
  answer,
  aPayment,
  asked,
  codesOf,
  DENIED,
  done,
  money,
  orderStatus,
  refusals,
  told,
  type Shop,
} from '../../support/examples';
import {
  aSellerOrder,
  cancel,
  handledOrder,
  invoice,
  orderOf,
  paidOrder,
  release,
  replace,
  SELLER,
  start,
  statusesOf,
  unknownCapture,
} from '../../support/handled-orders';
import { startWorld, type World } from '../../support/world';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const newPayment = () => ({ provider: 'acme', providerReference: `pi_${randomUUID()}` });
const newCode = () => `NEW-${randomUUID()}`;

/** Cancelled, its authorization released. */
async function cancelledOrder(): Promise<Shop> {
  const shop = await paidOrder(world);
  await cancel(world, shop.orderId);
  await answer(world, shop.paymentId, 'VOID');
  return shop;
}

const paymentsOf = async (id: string) =>
  (await orderOf(world, id, 'payments { id }')).payments.map(({ id: one }: { id: string }) => one);

/** Refused for its state, its input or its links; changes nothing. */
const refusal = async (orderId: string, more: object = {}) =>
  refusals(world, 'COMMERCE', 'replaceOrder', {
    orderId,
    code: newCode(),
    payments: [newPayment()],
    ...more,
  });

describe('a replacement', () => {
  test('is a new order of the same cart, linked both ways, and its order from then on (S0.16)', async () => {
    const { guid, orderId } = await cancelledOrder();
    const code = newCode();

    const id = await replace(world, orderId, { code, payments: [newPayment()] });

    const fields = `code cartGuid status side total { amount currencyCode } market channel
      replacesOrder { id } replacedByOrder { id } duplicateOfOrder { id }`;
    expect(await orderOf(world, id, fields)).toEqual({
      code,
      cartGuid: guid,
      status: 'PAYMENT_PENDING',
      side: 'MARKETPLACE',
      total: money('100.00', 'EUR'),
      market: 'DE',
      channel: 'web',
      replacesOrder: { id: orderId },
      replacedByOrder: null,
      duplicateOfOrder: null,
    });
    expect(await orderOf(world, orderId, 'status replacedByOrder { id }')).toEqual({
      status: 'CANCELLED',
      replacedByOrder: { id },
    });
    const later = await aPayment(world, { guid, currency: 'EUR' }, { amount: '100.00' });
    expect(await paymentsOf(id)).toContain(later);
    expect(await paymentsOf(orderId)).not.toContain(later);
  });

  test('takes over a payment of the old one whose money came too late for it', async () => {
    const shop = await cancelledOrder();
    await told(world, shop, 'SALE', '100.00');
    const { paymentId } = shop;

    const id = await replace(world, shop.orderId, { paymentIds: [paymentId, paymentId] });

    expect(await paymentsOf(id)).toEqual([paymentId]);
    expect(await paymentsOf(shop.orderId)).toEqual([]);
    expect(await statusesOf(world, shop.orderId, id)).toEqual(['CANCELLED', 'PAYMENT_AUTHORIZED']);
  });

  test('takes over money that arrived under a reference nobody knew: no orphan payment', async () => {
    const { orderId } = await cancelledOrder();
    const payment = newPayment();
    await world.deliver({
      psp_reference: payment.providerReference,
      capture_id: `ch_${payment.providerReference}`,
      amount: '100.00',
      currency: 'EUR',
      capture_timestamp: world.now().toISOString(),
      webhook_event_id: `evt_${payment.providerReference}`,
      webhook_replayable: true,
    });

    const id = await replace(world, orderId, { payments: [payment] });

    expect(await orderStatus(world, id)).toBe('PAYMENT_AUTHORIZED');
    expect(await paymentsOf(id)).toHaveLength(1);
  });

  test('may be of another amount, in the same currency', async () => {
    const { orderId } = await cancelledOrder();

    const id = await replace(world, orderId, {
      total: money('80.00', 'EUR'),
      payments: [newPayment()],
    });

    expect((await orderOf(world, id, 'total { amount }')).total).toEqual({ amount: '80.00' });
  });

  test('of the same code is the same one again', async () => {
    const { orderId } = await cancelledOrder();
    const input = { code: newCode(), payments: [newPayment()] };

    const first = await replace(world, orderId, input);
    const again = await replace(world, orderId, input);

    expect(again).toBe(first);
    expect((await orderOf(world, orderId, 'linkedOrders { id }')).linkedOrders).toEqual([
      { id: first },
    ]);
  });

  test('may be replaced in its turn', async () => {
    const { orderId } = await cancelledOrder();
    const first = await replace(world, orderId, { payments: [newPayment()] });
    await cancel(world, first);
    const second = await replace(world, first, { payments: [newPayment()] });

    expect(await orderOf(world, first, 'replacesOrder { id } replacedByOrder { id }')).toEqual({
      replacesOrder: { id: orderId },
      replacedByOrder: { id: second },
    });
  });

  test('need not wait until the money of the old one is done', async () => {
    const shop = await paidOrder(world);
    await cancel(world, shop.orderId);

    const id = await replace(world, shop.orderId, { payments: [newPayment()] });

    expect(await statusesOf(world, shop.orderId, id)).toEqual(['CANCELLING', 'PAYMENT_PENDING']);
    await answer(world, shop.paymentId, 'VOID');
    expect(await orderStatus(world, shop.orderId)).toBe('CANCELLED');
  });
});

describe('a replacement is refused', () => {
  test('for an order that stands', async () => {
    const open = await paidOrder(world);
    const handled = await handledOrder(world);

    for (const { orderId } of [open, handled]) {
      expect(await refusal(orderId)).toEqual([
        { code: 'INVALID_TRANSITION', field: null, available: null },
      ]);
    }
  });

  test.each([
    ['nothing', {}],
    ['empty lists', { paymentIds: [], payments: [] }],
    ['nothing, in words', { paymentIds: null, payments: null }],
  ])('without a link to what pays for it: %s (S2.29)', async (_case, links) => {
    const { orderId } = await cancelledOrder();

    expect(await refusal(orderId, { payments: null, ...links })).toEqual([
      { code: 'GUARD_FAILED', field: ['paymentIds'], available: null },
    ]);
  });

  test('with a code another order has, of this cart or another', async () => {
    const { orderId } = await cancelledOrder();
    const other = await anOrder(world, '10.00', { currency: 'EUR' });
    const codes = [
      (await orderOf(world, orderId, 'code')).code,
      (await orderOf(world, other.orderId, 'code')).code,
    ];

    for (const code of codes) {
      expect((await refusal(orderId, { code })).map((one) => one.code)).toEqual(['ALREADY_EXISTS']);
    }
  });

  test('a second time, with another code or another total', async () => {
    const { orderId } = await cancelledOrder();
    const code = newCode();
    await replace(world, orderId, { code, payments: [newPayment()] });

    expect(await refusal(orderId)).toEqual([
      { code: 'ALREADY_EXISTS', field: ['orderId'], available: null },
    ]);
    expect(await refusal(orderId, { code, total: money('99.99', 'EUR') })).toEqual([
      { code: 'ALREADY_EXISTS', field: ['code'], available: null },
    ]);
  });

  test.each([
    [
      'in another currency',
      { total: money('100.00', 'USD') },
      'CURRENCY_MISMATCH',
      ['total', 'currencyCode'],
    ],
    ['of nothing', { total: money('0.00', 'EUR') }, 'AMOUNT_RANGE', ['total', 'amount']],
    ['with a code of no shape', { code: 'two words' }, 'GUARD_FAILED', ['code']],
    [
      'with a provider of no shape',
      { payments: [{ provider: 'A', providerReference: 'x' }] },
      'GUARD_FAILED',
      ['payments', 'provider'],
    ],
    [
      'with a payment nobody knows',
      { paymentIds: ['pay_019a0000-0000-7000-8000-000000000000'] },
      'NOT_FOUND',
      ['paymentIds'],
    ],
    [
      'with too many payments',
      { paymentIds: Array.from({ length: 101 }, (_, index) => `pay_${index}`) },
      'LIMIT',
      ['paymentIds'],
    ],
  ])('%s', async (_case, more, code, field) => {
    const { orderId } = await cancelledOrder();

    expect(await refusal(orderId, more)).toEqual([{ code, field, available: null }]);
  });

  test('with the payment of another order, of this cart or another', async () => {
    const { orderId, guid, paymentId } = await cancelledOrder();
    const first = await replace(world, orderId, { payments: [newPayment()] });
    await cancel(world, first);
    const stranger = await anOrder(world, '10.00', { currency: 'EUR' });
    expect(guid).not.toBe(stranger.guid);

    expect(await refusal(first, { paymentIds: [paymentId] })).toEqual([
      { code: 'GUARD_FAILED', field: ['paymentIds'], available: null },
    ]);
    expect(await refusal(first, { paymentIds: [stranger.paymentId] })).toEqual([
      { code: 'NOT_FOUND', field: ['paymentIds'], available: null },
    ]);
    expect(
      await refusal(first, {
        payments: [{ provider: 'acme', providerReference: stranger.references[0] }],
      }),
    ).toEqual([{ code: 'ALREADY_EXISTS', field: ['payments'], available: null }]);
  });

  test('with a payment nobody knows the outcome of (S1.2)', async () => {
    const shop = await paidOrder(world);
    await cancel(world, shop.orderId);
    await unknownCapture(world, shop);

    expect(await refusal(shop.orderId, { paymentIds: [shop.paymentId] })).toEqual([
      { code: 'OUTCOME_INDETERMINATE', field: ['paymentIds'], available: null },
    ]);
  });

  test.each(['OMS', 'PAYMENT', 'FINANCE', `COMMERCE; ${SELLER}`])('to %s', async (actor) => {
    const { orderId } = await cancelledOrder();
    const input = { orderId, code: newCode(), payments: [newPayment()] };

    expect(await codesOf(world, actor, 'replaceOrder', input)).toEqual(['FORBIDDEN']);
  });
});

test('a seller’s order is replaced beside its marketplace order, which pays for it', async () => {
  const shop = await paidOrder(world);
  const sellerOrderId = await aSellerOrder(world, shop);
  await cancel(world, sellerOrderId);

  expect(await refusal(sellerOrderId)).toEqual([
    { code: 'GUARD_FAILED', field: ['paymentIds'], available: null },
  ]);
  const id = await replace(world, sellerOrderId, {});

  expect(await orderOf(world, id, 'status side sellerId marketplaceOrder { id }')).toEqual({
    status: 'CREATED',
    side: 'SELLER',
    sellerId: 'seller-1',
    marketplaceOrder: { id: shop.orderId },
  });
  expect(await orderStatus(world, shop.orderId)).toBe('PAYMENT_AUTHORIZED');
});

test('an invoiced order whose capture failed is cancelled and made anew with another payment (S0.16)', async () => {
  const shop = await handledOrder(world);
  await invoice(world, shop.orderId, '100.00');
  await answer(world, shop.paymentId, 'CAPTURE', DENIED);
  await cancel(world, shop.orderId);
  await answer(world, shop.paymentId, 'VOID');
  const payment = newPayment();

  const id = await replace(world, shop.orderId, { payments: [payment] });
  const paymentId = await aPayment(world, shop, { amount: '100.00', ...payment });
  await told(world, { paymentId, currency: 'EUR' }, 'AUTHORIZE', '100.00');
  await release(world, id);
  await done(world, 'SYSTEM', 'startHandling', { orderId: id });
  await invoice(world, id, '100.00');

  expect(await asked(world, paymentId)).toEqual(['CAPTURE 100.00']);
  await answer(world, paymentId, 'CAPTURE');
  expect(await statusesOf(world, shop.orderId, id)).toEqual(['CANCELLED', 'INVOICED']);
  expect(await asked(world, shop.paymentId)).toEqual([]);
  await expect(start(world, id)).rejects.toThrow('INVALID_TRANSITION');
});
