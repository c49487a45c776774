import {
  anOrder,
  answer,
  asked,
  codesOf,
  DENIED,
  done,
  liveKinds,
  money,
  orderStatus,
  refusals,
  releaseOf,
  sums,
  told,
  transactionsOf,
  type Shop,
} from '../../support/examples';
import {
  handledOrder,
  invoice,
  orderOf,
  paidOrder,
  release,
  start,
  unknownCapture,
} from '../../support/handled-orders';
import { startWorld, type World } from '../../support/world';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const status = ({ orderId }: Shop) => orderStatus(world, orderId);

/** Authorized payments of EUR, handled. */
async function handledWith(
  total: string,
  payments: readonly { amount: string; [name: string]: unknown }[],
): Promise<Shop> {
  const shop = await anOrder(world, total, { currency: 'EUR', payments });
  for (const [index, paymentId] of shop.paymentIds.entries()) {
    const { amount, collection } = payments[index]!;
    if (collection) continue;
    await told(world, { paymentId, currency: 'EUR' }, 'AUTHORIZE', amount);
  }
  await release(world, shop.orderId);
  await start(world, shop.orderId);
  return shop;
}

describe('an invoice of the whole order', () => {
  test('asks for the capture, and the order waits for its confirmation (S0.5, S0.15)', async () => {
    const shop = await handledOrder(world);

    const number = await invoice(world, shop.orderId, '100.00');

    expect(await status(shop)).toBe('VERIFYING_INVOICE');
    expect(await asked(world, shop.paymentId)).toEqual(['CAPTURE 100.00']);
    expect(
      await orderOf(
        world,
        shop.orderId,
        'invoices { number amount { amount currencyCode } fulfillmentIds mirrorOfOrderId insertedAt }',
      ),
    ).toEqual({
      invoices: [
        {
          number,
          amount: money('100.00', 'EUR'),
          fulfillmentIds: [],
          mirrorOfOrderId: null,
          insertedAt: world.now().toISOString(),
        },
      ],
    });
    await answer(world, shop.paymentId, 'CAPTURE');
    expect(await status(shop)).toBe('INVOICED');
  });

  test('stays unconfirmed when the capture fails, or is one cent short (S0.15)', async () => {
    const failing = await handledOrder(world);
    await invoice(world, failing.orderId, '100.00');
    await answer(world, failing.paymentId, 'CAPTURE', DENIED);
    const short = await handledOrder(world);
    await invoice(world, short.orderId, '100.00');
    await answer(world, short.paymentId, 'CAPTURE', { processedAmount: money('99.99', 'EUR') });

    expect([await status(failing), await status(short)]).toEqual([
      'VERIFYING_INVOICE',
      'VERIFYING_INVOICE',
    ]);
    await told(world, short, 'CAPTURE', '0.01');
    expect(await status(short)).toBe('INVOICED');
  });

  test('asks for nothing where the money is captured already', async () => {
    const shop = await anOrder(world, '100.00', { currency: 'EUR' });
    await told(world, shop, 'SALE', '100.00');
    await release(world, shop.orderId);
    await start(world, shop.orderId);

    await invoice(world, shop.orderId, '100.00');

    expect(await asked(world, shop.paymentId)).toEqual([]);
    expect(await status(shop)).toBe('INVOICED');
  });

  test('counts money collected on delivery as it comes', async () => {
    const shop = await handledWith('100.00', [
      { amount: '30.00', collection: 'ON_DELIVERY', method: 'cash' },
      { amount: '70.00' },
    ]);

    await invoice(world, shop.orderId, '100.00');

    const requests = await Promise.all(shop.paymentIds.map((id) => asked(world, id)));
    expect(requests).toEqual([[], ['CAPTURE 70.00']]);
    await answer(world, shop.paymentIds[1]!, 'CAPTURE');
    expect(await status(shop)).toBe('INVOICED');
  });
});

describe('invoices of parts', () => {
  test('are captured one by one; the last makes the order invoiced', async () => {
    const shop = await handledOrder(world);
    await invoice(world, shop.orderId, '60.00');
    const first = await asked(world, shop.paymentId);
    await answer(world, shop.paymentId, 'CAPTURE');
    const between = await status(shop);
    await release(world, shop.orderId);
    await start(world, shop.orderId);
    await invoice(world, shop.orderId, '40.00');
    const second = await asked(world, shop.paymentId);
    await answer(world, shop.paymentId, 'CAPTURE');

    expect([first, between, second, await status(shop)]).toEqual([
      ['CAPTURE 60.00'],
      'PAYMENT_AUTHORIZED',
      ['CAPTURE 40.00'],
      'INVOICED',
    ]);
  });

  test('may follow each other before the first is captured', async () => {
    const shop = await handledOrder(world);
    await invoice(world, shop.orderId, '60.00');
    await invoice(world, shop.orderId, '40.00');

    expect(await asked(world, shop.paymentId)).toEqual(['CAPTURE 60.00', 'CAPTURE 40.00']);
    expect(await status(shop)).toBe('VERIFYING_INVOICE');
  });

  test('are taken from the payments by priority, ties in the order received', async () => {
    const shop = await handledWith('100.00', [
      { amount: '20.00', priority: 1 },
      { amount: '30.00', priority: 9 },
      { amount: '50.00', priority: 1 },
    ]);

    await invoice(world, shop.orderId, '60.00');

    const requests = await Promise.all(shop.paymentIds.map((id) => asked(world, id)));
    expect(requests).toEqual([['CAPTURE 20.00'], ['CAPTURE 30.00'], ['CAPTURE 10.00']]);
  });

  test('take a gift card whole or not at all (money.md 5)', async () => {
    const card = { amount: '50.00', priority: 9, method: 'gift', partiallyConsumable: false };
    const less = await handledWith('100.00', [card, { amount: '50.00' }]);
    await invoice(world, less.orderId, '49.99');
    const equal = await handledWith('100.00', [card, { amount: '50.00' }]);
    await invoice(world, equal.orderId, '50.00');

    const requests = async ({ paymentIds }: Shop) =>
      Promise.all(paymentIds.map((id) => asked(world, id)));
    expect(await requests(less)).toEqual([[], ['CAPTURE 49.99']]);
    expect(await requests(equal)).toEqual([['CAPTURE 50.00'], []]);
  });
});

describe('what is there already', () => {
  test('is not asked for: what was captured early covers the first invoices', async () => {
    const shop = await handledOrder(world);
    await told(world, shop, 'CAPTURE', '60.00');
    await invoice(world, shop.orderId, '60.00');
    const covered = [await asked(world, shop.paymentId), await status(shop)];
    await release(world, shop.orderId);
    await start(world, shop.orderId);
    await invoice(world, shop.orderId, '40.00');

    expect(covered).toEqual([[], 'PAYMENT_AUTHORIZED']);
    expect(await asked(world, shop.paymentId)).toEqual(['CAPTURE 40.00']);
  });

  test('is not asked for: what is being captured covers the first invoices', async () => {
    const shop = await handledOrder(world);
    const amount = money('60.00', 'EUR');
    await done(world, 'PAYMENT', 'requestCapture', { paymentId: shop.paymentId, amount });
    await invoice(world, shop.orderId, '50.00');

    expect(await asked(world, shop.paymentId)).toEqual(['CAPTURE 60.00']);
  });

  test('is not asked for: what will be collected on delivery covers the first invoices', async () => {
    const shop = await handledWith('100.00', [
      { amount: '30.00', collection: 'ON_DELIVERY', method: 'cash' },
      { amount: '70.00' },
    ]);

    await invoice(world, shop.orderId, '50.00');
    const first = await asked(world, shop.paymentIds[1]!);
    await invoice(world, shop.orderId, '50.00');

    expect([first, await asked(world, shop.paymentIds[1]!)]).toEqual([
      ['CAPTURE 20.00'],
      ['CAPTURE 20.00', 'CAPTURE 50.00'],
    ]);
  });
});

describe('what the payments cannot give', () => {
  test('refuses no invoice: the rest is asked for, the shortage is seen (E07)', async () => {
    const shop = await handledOrder(world);
    await told(world, shop, 'VOID', '20.00');

    await invoice(world, shop.orderId, '100.00');

    expect(await asked(world, shop.paymentId)).toEqual(['CAPTURE 80.00']);
    await answer(world, shop.paymentId, 'CAPTURE');
    expect(await status(shop)).toBe('VERIFYING_INVOICE');
  });

  test('is not asked of an authorization that has run out', async () => {
    const shop = await anOrder(world, '100.00', { currency: 'EUR' });
    const expiry = new Date(world.now().getTime() + 3_600_000).toISOString();
    await told(world, shop, 'AUTHORIZE', '100.00', { authorizationExpiresAt: expiry });
    await release(world, shop.orderId);
    await start(world, shop.orderId);
    world.advance(3_600_000);

    await invoice(world, shop.orderId, '100.00');

    expect(await asked(world, shop.paymentId)).toEqual([]);
  });

  test('is not asked for while retries are frozen, of no payment; the invoice stands (S2.42)', async () => {
    const shop = await handledWith('100.00', [{ amount: '40.00' }, { amount: '60.00' }]);
    await unknownCapture(world, shop, '40.00');

    await invoice(world, shop.orderId, '100.00');

    const requests = await Promise.all(shop.paymentIds.map((id) => asked(world, id)));
    expect(requests).toEqual([[], []]);
    expect(await status(shop)).toBe('VERIFYING_INVOICE');
    expect(await sums(world, shop.paymentId, 'capturing')).toEqual({
      status: 'INDETERMINATE',
      capturing: '40.00',
    });
  });
});

describe('an invoice is refused', () => {
  const field = ['amount', 'amount'];
  const available = money('100.00', 'EUR');
  test.each([
    ['of nothing', { amount: money('0.00', 'EUR') }, 'AMOUNT_RANGE', field, null],
    ['below nothing', { amount: money('-0.01', 'EUR') }, 'AMOUNT_RANGE', field, null],
    ['of a cent too much', { amount: money('100.01', 'EUR') }, 'AMOUNT_EXCEEDS', field, available],
    [
      'in another currency',
      { amount: money('10.00', 'USD') },
      'CURRENCY_MISMATCH',
      ['amount', 'currencyCode'],
      null,
    ],
    ['with too many decimals', { amount: money('1.001', 'EUR') }, 'AMOUNT_SCALE', field, null],
    ['without a number', { number: '' }, 'GUARD_FAILED', ['number'], null],
    ['with a card number', { number: '4111111111111111' }, 'PAN_DETECTED', ['number'], null],
    [
      'of goods nobody planned',
      { fulfillmentIds: ['ful_019a0000-0000-7000-8000-000000000000'] },
      'NOT_FOUND',
      ['fulfillmentIds'],
      null,
    ],
    [
      'of more fulfillments than a cart can have',
      { fulfillmentIds: Array.from({ length: 1_001 }, (_, index) => `ful_${index}`) },
      'LIMIT',
      ['fulfillmentIds'],
      null,
    ],
  ])('%s', async (_case, more, code, path, left) => {
    const { orderId } = await handledOrder(world);
    const input = { orderId, number: 'INV-R', amount: money('100.00', 'EUR'), ...more };

    expect(await refusals(world, 'OMS', 'insertInvoice', input)).toEqual([
      { code, field: path, available: left },
    ]);
  });

  test('whose number the order has already, whatever its amount', async () => {
    const { orderId } = await handledOrder(world);
    const number = await invoice(world, orderId, '60.00');
    const input = { orderId, number, amount: money('40.00', 'EUR') };

    expect(await refusals(world, 'OMS', 'insertInvoice', input)).toEqual([
      { code: 'ALREADY_EXISTS', field: ['number'], available: null },
    ]);
  });

  test('that exceeds what is not invoiced yet, by a cent', async () => {
    const { orderId } = await handledOrder(world);
    await invoice(world, orderId, '60.00');
    const input = { orderId, number: 'INV-S', amount: money('40.01', 'EUR') };

    expect(await refusals(world, 'OMS', 'insertInvoice', input)).toEqual([
      { code: 'AMOUNT_EXCEEDS', field, available: money('40.00', 'EUR') },
    ]);
    await done(world, 'OMS', 'insertInvoice', { ...input, amount: money('40.00', 'EUR') });
  });

  test('before the order is handled, and after it is invoiced', async () => {
    const shop = await paidOrder(world);
    const input = { orderId: shop.orderId, number: 'INV-T', amount: money('100.00', 'EUR') };
    const codes = [await codesOf(world, 'OMS', 'insertInvoice', input)];
    await release(world, shop.orderId);
    codes.push(await codesOf(world, 'OMS', 'insertInvoice', input));
    await start(world, shop.orderId);
    await done(world, 'OMS', 'insertInvoice', input);
    await answer(world, shop.paymentId, 'CAPTURE');
    codes.push(await codesOf(world, 'OMS', 'insertInvoice', { ...input, number: 'INV-U' }));

    expect(codes).toEqual(Array.from({ length: 3 }, () => ['INVALID_TRANSITION']));
  });

  test.each(['COMMERCE', 'PAYMENT', 'FINANCE', 'SUPPORT'])('from %s', async (role) => {
    const { orderId } = await handledOrder(world);
    const input = { orderId, number: 'INV-V', amount: money('100.00', 'EUR') };

    expect(await codesOf(world, role, 'insertInvoice', input)).toEqual(['FORBIDDEN']);
  });
});

describe('an invoice of fulfillments', () => {
  const part = (shop: Shop, total: string, more: object = {}) =>
    done(world, 'OMS', 'createFulfillment', {
      orderId: shop.orderId,
      total: money(total, 'EUR'),
      ...more,
    });
  const captures = async ({ paymentId }: Shop) =>
    (await transactionsOf(world, paymentId))
      .filter(({ type }) => type === 'CAPTURE')
      .map(({ requestedAmount, fulfillmentId }) => [requestedAmount!.amount, fulfillmentId]);
  const next = async ({ orderId }: Shop) => {
    await release(world, orderId);
    await start(world, orderId);
  };
  const stateOf = async (id: string) => (await releaseOf(world, id)).status;

  test('asks for the capture of each, and moves those that wait for it', async () => {
    const shop = await handledOrder(world);
    const first = await part(shop, '30.00');
    const second = await part(shop, '50.00');
    const other = await part(shop, '20.00');

    await invoice(world, shop.orderId, '80.00', { fulfillmentIds: [second, first] });

    expect(await captures(shop)).toEqual([
      ['30.00', first],
      ['50.00', second],
    ]);
    expect(await Promise.all([first, second, other].map(stateOf))).toEqual([
      'CAPTURING_PAYMENT',
      'CAPTURING_PAYMENT',
      'NEW',
    ]);
  });

  test('asks for no more than it says, and for the rest of it beside them', async () => {
    const less = await handledOrder(world);
    const parts = [await part(less, '30.00'), await part(less, '50.00')];
    await invoice(world, less.orderId, '40.00', { fulfillmentIds: parts });
    const more = await handledOrder(world);
    const only = await part(more, '70.00');
    await invoice(world, more.orderId, '75.50', { fulfillmentIds: [only] });

    expect(await captures(less)).toEqual([
      ['30.00', parts[0]],
      ['10.00', parts[1]],
    ]);
    expect((await captures(more)).sort()).toEqual([
      ['5.50', null],
      ['70.00', only],
    ]);
  });

  test('of a part of one leaves it to the next invoice to ask for the rest', async () => {
    const shop = await handledOrder(world);
    const early = await part(shop, '60.00');
    const planned = await part(shop, '40.00');
    await done(world, 'OMS', 'reserveFulfillment', { fulfillmentId: planned });
    const fulfillmentIds = [early, planned];
    await invoice(world, shop.orderId, '30.00', { fulfillmentIds: [early] });
    await answer(world, shop.paymentId, 'CAPTURE');
    await next(shop);
    await invoice(world, shop.orderId, '15.00', { fulfillmentIds: [planned] });
    await answer(world, shop.paymentId, 'CAPTURE');
    expect(await Promise.all(fulfillmentIds.map(stateOf))).toEqual(['NEW', 'RELEASED']);
    expect(await liveKinds(world, shop.orderId)).toEqual([]);
    await next(shop);

    await invoice(world, shop.orderId, '55.00', { fulfillmentIds });

    expect((await captures(shop)).slice(2)).toEqual([
      ['30.00', early],
      ['25.00', planned],
    ]);
  });

  test('asks a payment once for what it has, however many want it', async () => {
    const shop = await handledOrder(world);
    const parts = [await part(shop, '60.00'), await part(shop, '40.00')];
    await told(world, shop, 'VOID', '20.00');

    await invoice(world, shop.orderId, '100.00', { fulfillmentIds: parts });

    expect(await captures(shop)).toEqual([
      ['60.00', parts[0]],
      ['20.00', parts[1]],
    ]);
  });

  test('asks for the rest only of what they leave', async () => {
    const shop = await handledOrder(world);
    const only = await part(shop, '70.00');
    await told(world, shop, 'VOID', '27.00');

    await invoice(world, shop.orderId, '75.50', { fulfillmentIds: [only] });

    expect((await captures(shop)).sort()).toEqual([
      ['3.00', null],
      ['70.00', only],
    ]);
  });

  test('asks for nothing that is captured for them already', async () => {
    const shop = await handledOrder(world);
    const only = await part(shop, '100.00');
    await done(world, 'OMS', 'captureFulfillment', { fulfillmentId: only });
    await answer(world, shop.paymentId, 'CAPTURE');

    await invoice(world, shop.orderId, '100.00', { fulfillmentIds: [only] });

    expect(await captures(shop)).toEqual([['100.00', only]]);
    expect(await status(shop)).toBe('INVOICED');
  });

  test('does not move one that is on its way, whose capture is asked for all the same', async () => {
    const shop = await handledOrder(world);
    const only = await part(shop, '100.00', { capturePolicy: 'AT_INVOICE' });
    await done(world, 'OMS', 'reserveFulfillment', { fulfillmentId: only });
    await done(world, 'OMS', 'startFulfilling', { fulfillmentId: only });

    await invoice(world, shop.orderId, '100.00', { fulfillmentIds: [only] });

    expect([await stateOf(only), await captures(shop)]).toEqual(['FULFILLING', [['100.00', only]]]);
    await answer(world, shop.paymentId, 'CAPTURE');
    expect(await status(shop)).toBe('INVOICED');
  });

  test('is refused for those of another order, and for cancelled ones', async () => {
    const shop = await handledOrder(world);
    await part(shop, '90.00');
    const gone = await part(shop, '10.00');
    await done(world, 'OMS', 'cancelFulfillment', { fulfillmentId: gone, reason: 'out of stock' });
    const stranger = await part(await handledOrder(world), '100.00');
    const input = { orderId: shop.orderId, number: 'INV-F', amount: money('1.00', 'EUR') };

    for (const [id, code] of [
      [gone, 'GUARD_FAILED'],
      [stranger, 'NOT_FOUND'],
    ] as const) {
      expect(
        await refusals(world, 'OMS', 'insertInvoice', { ...input, fulfillmentIds: [id] }),
      ).toEqual([{ code, field: ['fulfillmentIds'], available: null }]);
    }
  });

  test('makes the order invoiced when what it does not name is cancelled', async () => {
    const shop = await handledOrder(world);
    const sent = await part(shop, '60.00');
    const left = await part(shop, '40.00');
    await invoice(world, shop.orderId, '60.00', { fulfillmentIds: [sent] });
    await answer(world, shop.paymentId, 'CAPTURE');
    const between = await status(shop);
    await done(world, 'OMS', 'cancelFulfillment', { fulfillmentId: left, reason: 'out of stock' });

    expect([between, await status(shop)]).toEqual(['PAYMENT_AUTHORIZED', 'INVOICED']);
  });
});
