import {
  anOrder,
  answer,
  aRelease,
  asked,
  codesOf,
  DENIED,
  done,
  liveKinds,
  money,
  orderStatus,
  read,
  shareOf,
  sums,
  told,
} from '../../support/examples';
import {
  capturing,
  covered,
  grantsOf,
  line,
  linesOf,
  paid,
  released,
  standing,
  statusOf,
  step,
  triageAll,
} from '../../support/releases';
import { startWorld, type World } from '../../support/world';

let world: World;
beforeAll(async () => (world = await startWorld()));
afterAll(() => world.close());

const cancel = (id: string, more: object = {}) =>
  step(world, 'OMS', 'cancelFulfillment', id, { reason: 'sold out', ...more });
const cancelAs = (actor: string, fulfillmentId: string, more: object = {}) =>
  codesOf(world, actor, 'cancelFulfillment', { fulfillmentId, reason: 'sold out', ...more });

async function payable(orderId: string): Promise<string> {
  const { order } = await read(world, 'order(id: $id) { payable { amount } }', { id: orderId });
  return order.payable.amount;
}

test('what was reserved for it alone is released, and less is payable (S1.9)', async () => {
  const shop = await covered(world);
  const a = await released(world, shop, '60.00');
  const b = await released(world, shop, '40.00');

  await cancel(a);

  expect(await standing(world, a)).toBe('CANCELLED 60.00/0.00/0.00');
  expect(await asked(world, shop.paymentId)).toEqual(['VOID 60.00']);
  expect(await payable(shop.orderId)).toBe('40.00');
  await answer(world, shop.paymentId, 'VOID');
  expect(await standing(world, b)).toBe('RELEASED 40.00/40.00/0.00');
  expect(await orderStatus(world, shop.orderId)).not.toBe('CANCELLING');
});

test('funds a live release still needs stay, and what it never had is not released', async () => {
  const shop = await covered(world, '100.00', { amounts: ['70.00'] });
  const a = await released(world, shop, '60.00');
  const b = await aRelease(world, shop, '40.00');

  // Of 70.00 the other one lacks 40.00.
  await cancel(a);
  expect(await asked(world, shop.paymentId)).toEqual(['VOID 30.00']);

  const other = await covered(world);
  const planned = await aRelease(world, other, '60.00');
  await aRelease(world, other, '40.00');
  await cancel(planned);
  expect(await asked(world, other.paymentId)).toEqual([]);
  expect(await standing(world, b)).toBe('NEW 40.00/0.00/0.00');
});

test('captured parts are listed, and may be refunded (S1.10, S1.11)', async () => {
  const shop = await covered(world, '150.00', { amounts: ['30.00', '120.00'] });
  const [first, second] = shop.paymentIds as [string, string];
  const a = await capturing(world, shop, '100.00');
  await aRelease(world, shop, '50.00');
  await answer(world, first, 'CAPTURE');
  await answer(world, second, 'CAPTURE', DENIED);

  await cancel(a);

  expect(await standing(world, a)).toBe('CANCELLED 100.00/30.00/30.00');
  expect(await grantsOf(world, shop.orderId)).toEqual(['CANCELLATION 30.00']);
  // The failed capture's 70.00 are open again, and the other release needs 50.00 of the 120.00.
  expect(await asked(world, second)).toEqual(['VOID 70.00']);
  const { fulfillment } = await read(
    world,
    'fulfillment(id: $id) { transactions { type status processedAmount { amount } } }',
    { id: a },
  );
  expect(fulfillment.transactions).toEqual([
    { type: 'CAPTURE', status: 'SUCCEEDED', processedAmount: { amount: '30.00' } },
    { type: 'CAPTURE', status: 'FAILED', processedAmount: null },
  ]);
  expect(await liveKinds(world, shop.orderId)).toContain('CAPTURE_IN_CANCELLED_FULFILLMENT');
  await triageAll(world, shop.orderId);
  const refundable = { paymentId: first, amount: money('30.00') };
  await done(world, 'PAYMENT', 'requestRefund', refundable);
});

test('of money that was taken at order it gives back what is paid too much then', async () => {
  const shop = await anOrder(world, '100.00');
  await told(world, shop, 'SALE', '100.00');
  const a = await aRelease(world, shop, '60.00', { capturePolicy: 'AT_ORDER' });
  const b = await aRelease(world, shop, '40.00', { capturePolicy: 'AT_ORDER' });

  await cancel(a);

  expect(await grantsOf(world, shop.orderId)).toEqual(['CANCELLATION 60.00']);
  await triageAll(world, shop.orderId);
  await step(world, 'OMS', 'startFulfilling', b);
  expect(await standing(world, b)).toBe('FULFILLING 40.00/40.00/40.00');
});

test('of money that was taken at order it keeps what the others need', async () => {
  const shop = await anOrder(world, '100.00');
  await told(world, shop, 'SALE', '50.00');
  const a = await aRelease(world, shop, '60.00', { capturePolicy: 'AT_ORDER' });
  await aRelease(world, shop, '40.00', { capturePolicy: 'AT_ORDER' });

  await cancel(a);

  expect(await grantsOf(world, shop.orderId)).toEqual(['CANCELLATION 10.00']);
});

test('with the last live one the order is cancelled, and all that is open is released', async () => {
  const shop = await covered(world);
  const a = await released(world, shop, '60.00');
  const b = await aRelease(world, shop, '40.00');

  await cancel(a);
  await answer(world, shop.paymentId, 'VOID');
  expect(await orderStatus(world, shop.orderId)).toBe('PAYMENT_AUTHORIZED');
  await cancel(b);

  expect(await orderStatus(world, shop.orderId)).toBe('CANCELLING');
  expect(await asked(world, shop.paymentId)).toEqual(['VOID 40.00']);
  await answer(world, shop.paymentId, 'VOID');
  expect(await orderStatus(world, shop.orderId)).toBe('CANCELLED');
  expect((await sums(world, shop.paymentId, 'voided')).voided).toBe('100.00');
});

test('an order that is invoiced in part is not cancelled with it', async () => {
  const shop = await covered(world);
  const a = await paid(world, shop, '60.00');
  const b = await released(world, shop, '40.00');
  await done(world, 'COMMERCE', 'releaseOrderForHandling', { orderId: shop.orderId });
  await done(world, 'OMS', 'startHandling', { orderId: shop.orderId });
  await done(world, 'OMS', 'insertInvoice', {
    orderId: shop.orderId,
    number: 'I-1',
    amount: money('60.00'),
    fulfillmentIds: [a],
  });

  await cancel(b);

  expect(['CANCELLING', 'CANCELLED']).not.toContain(await orderStatus(world, shop.orderId));
});

test('cancelled already, it stays so and nothing is counted twice', async () => {
  const shop = await covered(world);
  const a = await released(world, shop, '60.00');
  await aRelease(world, shop, '40.00');
  await cancel(a);

  await cancel(a);
  await cancel(a, { items: [{ reference: 'whatever' }] });

  expect(await payable(shop.orderId)).toBe('40.00');
  expect(await asked(world, shop.paymentId)).toEqual(['VOID 60.00']);
});

test('some items are cancelled, the rest stays released', async () => {
  const shop = await covered(world);
  const a = await released(world, shop, '100.00', {
    items: [line('sku-1', 3, '60.00'), line('sku-2', 1, '40.00')],
  });

  const part = await cancel(a, { items: [{ reference: 'sku-1', quantity: 1 }] });

  expect(await standing(world, part)).toBe('CANCELLED 20.00/0.00/0.00');
  expect(await linesOf(world, part)).toEqual(['sku-1 1 20.00']);
  expect(await standing(world, a)).toBe('RELEASED 80.00/80.00/0.00');
  expect(await linesOf(world, a)).toEqual(['sku-1 2 40.00', 'sku-2 1 40.00']);
  expect(await shareOf(world, a, shop.paymentId)).toBe('0.00/80.00/0.00');
  expect(await asked(world, shop.paymentId)).toEqual(['VOID 20.00']);
});

describe('refused, and nothing changed', () => {
  test.each(['NEW', 'PENDING', 'INDETERMINATE'])('while a capture is %s', async (result) => {
    const shop = await covered(world, '100.00', { amounts: ['30.00', '70.00'] });
    const a = await capturing(world, shop);
    const [first, second] = shop.paymentIds as [string, string];
    if (result !== 'NEW') {
      const cause = result === 'PENDING' ? {} : { indeterminateCause: 'NETWORK' };
      await answer(world, first, 'CAPTURE', { result, ...cause });
      await answer(world, second, 'CAPTURE', DENIED);
    }

    const expected = result === 'INDETERMINATE' ? 'OUTCOME_INDETERMINATE' : 'INVALID_TRANSITION';
    expect(await cancelAs('ADMIN', a)).toEqual([expected]);
  });

  test('once it is captured, and when it is sent', async () => {
    const a = await paid(world, await covered(world));
    expect(await cancelAs('ADMIN', a)).toEqual(['INVALID_TRANSITION']);
    await step(world, 'OMS', 'startFulfilling', a);
    expect(await cancelAs('ADMIN', a)).toEqual(['INVALID_TRANSITION']);
    await step(world, 'OMS', 'shipFulfillment', a);
    expect(await cancelAs('ADMIN', a)).toEqual(['INVALID_TRANSITION']);
  });

  test('without a reason, with lines it does not have, by others', async () => {
    const a = await released(world, await covered(world), '100.00', {
      items: [line('sku-1', 2, '100.00')],
    });
    const items = (...given: object[]) => cancelAs('OMS', a, { items: given });

    expect(await cancelAs('OMS', a, { reason: '' })).toEqual(['REASON_REQUIRED']);
    expect(await items({ reference: 'sku-9' })).toEqual(['GUARD_FAILED']);
    expect(await items({ reference: 'sku-1', quantity: 3 })).toEqual(['GUARD_FAILED']);
    expect(await items({ reference: 'sku-1', quantity: 0 })).toEqual(['GUARD_FAILED']);
    expect(await items({ reference: 'sku-1' }, { reference: 'sku-1' })).toEqual(['GUARD_FAILED']);
    expect(await items()).toEqual(['GUARD_FAILED']);
    for (const role of ['SYSTEM', 'COMMERCE', 'PAYMENT']) {
      expect(await cancelAs(role, a)).toEqual(['FORBIDDEN']);
    }
  });
});

describe('with the last live one, while money is under way', () => {
  test('a capture of the order keeps the order, and nothing is released beside it', async () => {
    const shop = await covered(world);
    const a = await released(world, shop);
    const amount = money('60.00');
    await done(world, 'PAYMENT', 'requestCapture', { paymentId: shop.paymentId, amount });

    await cancel(a);

    expect(await statusOf(world, a)).toBe('CANCELLED');
    expect(await orderStatus(world, shop.orderId)).toBe('PAYMENT_AUTHORIZED');
    expect(await asked(world, shop.paymentId)).toEqual(['CAPTURE 60.00']);
  });

  test('an outcome nobody knows keeps the order, and releases nothing of another payment (E08)', async () => {
    const shop = await covered(world, '100.00', { amounts: ['40.00', '60.00'] });
    const [first, second] = shop.paymentIds as [string, string];
    const a = await released(world, shop, '100.00');
    await told(world, { paymentId: first, currency: 'USD' }, 'CAPTURE', '40.00', {
      result: 'INDETERMINATE',
      indeterminateCause: 'NETWORK',
    });

    await cancel(a);

    expect(await statusOf(world, a)).toBe('CANCELLED');
    expect(await orderStatus(world, shop.orderId)).not.toBe('CANCELLING');
    expect([await asked(world, first), await asked(world, second)]).toEqual([[], []]);
  });
});

test('what is reserved for it after it was cancelled is released once', async () => {
  const later = { paymentRule: 'NO_VALIDATION_APPROVAL_ON_RESERVATION' };
  const shop = await anOrder(world, '100.00', { payments: [{ amount: '100.00', ...later }] });
  const a = await released(world, shop, '60.00');
  await aRelease(world, shop, '40.00');
  await cancel(a);
  expect(await asked(world, shop.paymentId)).toEqual(['AUTHORIZE 60.00']);
  world.advance(1_000);

  await answer(world, shop.paymentId, 'AUTHORIZE');

  // The other one lacks 40.00.
  expect(await asked(world, shop.paymentId)).toEqual(['VOID 20.00']);
  await answer(world, shop.paymentId, 'VOID');
  expect(await asked(world, shop.paymentId)).toEqual([]);
  expect((await sums(world, shop.paymentId, 'voided')).voided).toBe('20.00');
});
