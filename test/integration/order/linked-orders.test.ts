import { randomUUID } from 'node:crypto';
import {
  answer,
  aPayment,
  asked,
  codesOf,
  DENIED,
  done,
  liveKinds,
  money,
  orderStatus,
  releaseOf,
  told,
  transactionsOf,
} from '../../support/examples';
import {
  aSellerOrder,
  cancel,
  handledPair,
  invoice,
  orderOf,
  paidOrder,
  release,
  replace,
  SELLER,
  SELLER_OMS,
  start,
  statusesOf,
  triageAll,
  unknownCapture,
  type Pair,
} from '../../support/handled-orders';
import { startWorld, type World } from '../../support/world';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const reason = 'the customer wants it';
const both = ({ orderId, sellerOrderId }: Pair) => statusesOf(world, orderId, sellerOrderId);
const invoicesOf = async (id: string) =>
  (await orderOf(world, id, 'invoices { number amount { amount } mirrorOfOrderId }')).invoices;

describe('the invoice of a seller', () => {
  test('stands on the marketplace order in the same write, and asks for its capture (S0.5)', async () => {
    const pair = await handledPair(world);

    const number = await invoice(world, pair.sellerOrderId, '100.00', { actor: SELLER_OMS });

    expect(await both(pair)).toEqual(['VERIFYING_INVOICE', 'INVOICED']);
    expect(await invoicesOf(pair.sellerOrderId)).toEqual([
      { number, amount: { amount: '100.00' }, mirrorOfOrderId: null },
    ]);
    expect(await invoicesOf(pair.orderId)).toEqual([
      { number, amount: { amount: '100.00' }, mirrorOfOrderId: pair.sellerOrderId },
    ]);
    expect(await asked(world, pair.paymentId)).toEqual(['CAPTURE 100.00']);
    await answer(world, pair.paymentId, 'CAPTURE');
    expect(await both(pair)).toEqual(['INVOICED', 'INVOICED']);
  });

  test('of a part takes both orders a part further, each on its own clock', async () => {
    const pair = await handledPair(world);
    await invoice(world, pair.sellerOrderId, '60.00', { actor: SELLER_OMS });
    const first = await both(pair);
    await answer(world, pair.paymentId, 'CAPTURE');
    const captured = await both(pair);
    await release(world, pair.sellerOrderId);
    await start(world, pair.sellerOrderId, SELLER_OMS);
    await invoice(world, pair.sellerOrderId, '40.00', { actor: SELLER_OMS });
    const second = await both(pair);
    await answer(world, pair.paymentId, 'CAPTURE');

    expect([first, captured, second, await both(pair)]).toEqual([
      ['VERIFYING_INVOICE', 'PAYMENT_AUTHORIZED'],
      ['PAYMENT_AUTHORIZED', 'PAYMENT_AUTHORIZED'],
      ['VERIFYING_INVOICE', 'INVOICED'],
      ['INVOICED', 'INVOICED'],
    ]);
  });

  test('is not inserted into the marketplace order a second time', async () => {
    const pair = await handledPair(world);
    const number = await invoice(world, pair.sellerOrderId, '60.00', { actor: SELLER_OMS });
    const again = { orderId: pair.orderId, number, amount: money('40.00', 'EUR') };

    expect(await codesOf(world, 'OMS', 'insertInvoice', again)).toEqual(['ALREADY_EXISTS']);
  });

  test('that the marketplace inserted first is the same invoice, not counted twice', async () => {
    const pair = await handledPair(world);
    await start(world, pair.orderId);
    const number = await invoice(world, pair.orderId, '60.00');
    await done(world, SELLER_OMS, 'insertInvoice', {
      orderId: pair.sellerOrderId,
      number,
      amount: money('60.00', 'EUR'),
    });

    expect(await invoicesOf(pair.orderId)).toHaveLength(1);
    expect(await asked(world, pair.paymentId)).toEqual(['CAPTURE 60.00']);
  });

  test('may have the number another seller uses: the marketplace keeps both', async () => {
    const shop = await paidOrder(world);
    for (const sellerId of ['seller-1', 'seller-2']) {
      const actor = `OMS; side=SELLER; sellerId=${sellerId}`;
      const orderId = await aSellerOrder(world, shop, { sellerId, total: '50.00' });
      await done(world, actor, 'confirmOrderBySeller', { orderId });
      await release(world, orderId);
      await start(world, orderId, actor);
      const amount = money('50.00', 'EUR');
      await done(world, actor, 'insertInvoice', { orderId, number: 'A-1', amount });
    }

    expect((await invoicesOf(shop.orderId)).map((one: any) => one.number)).toEqual(['A-1', 'A-1']);
    expect(await asked(world, shop.paymentId)).toEqual(['CAPTURE 50.00', 'CAPTURE 50.00']);
    expect(await orderStatus(world, shop.orderId)).toBe('VERIFYING_INVOICE');
  });

  test('is inserted by the seller, or a system; not by the marketplace, nor for another seller', async () => {
    const { sellerOrderId: orderId } = await handledPair(world);
    const input = { orderId, number: 'A-2', amount: money('100.00', 'EUR') };
    const codes = [];
    for (const actor of ['OMS', 'OMS; side=SELLER; sellerId=seller-2', `PAYMENT; ${SELLER}`]) {
      codes.push(...(await codesOf(world, actor, 'insertInvoice', input)));
    }

    expect(codes).toEqual(['FORBIDDEN', 'NOT_FOUND', 'FORBIDDEN']);
    await done(world, 'SYSTEM', 'insertInvoice', input);
    expect(await orderStatus(world, orderId)).toBe('INVOICED');
  });

  test.each([
    ['BEFORE_FULFILLING', 'CAPTURING_PAYMENT'],
    ['AT_INVOICE', 'RELEASED'],
    ['AT_SHIPMENT', 'RELEASED'],
  ])('captures what it names; goods paid %s are then %s', async (capturePolicy, state) => {
    const pair = await handledPair(world);
    const total = money('100.00', 'EUR');
    const fulfillmentId = await done(world, SELLER_OMS, 'createFulfillment', {
      orderId: pair.sellerOrderId,
      total,
      capturePolicy,
    });
    await done(world, 'SYSTEM', 'reserveFulfillment', { fulfillmentId });

    await invoice(world, pair.sellerOrderId, '100.00', {
      actor: SELLER_OMS,
      fulfillmentIds: [fulfillmentId],
    });

    const captures = (await transactionsOf(world, pair.paymentId)).filter(
      ({ type }) => type === 'CAPTURE',
    );
    expect(captures).toMatchObject([{ requestedAmount: total, fulfillmentId }]);
    expect((await releaseOf(world, fulfillmentId)).status).toBe(state);
    await answer(world, pair.paymentId, 'CAPTURE', DENIED);
    if (state === 'RELEASED') {
      await triageAll(world, pair.orderId);
      await done(world, SELLER_OMS, 'startFulfilling', { fulfillmentId });
    }
    expect(await both(pair)).toEqual(['VERIFYING_INVOICE', 'INVOICED']);
  });

  test('does not ask for money while retries are frozen, and stands (S2.42)', async () => {
    const pair = await handledPair(world);
    await unknownCapture(world, pair, '40.00');

    await invoice(world, pair.sellerOrderId, '100.00', { actor: SELLER_OMS });

    expect(await both(pair)).toEqual(['VERIFYING_INVOICE', 'INVOICED']);
    expect(await asked(world, pair.paymentId)).toEqual([]);
  });
});

describe('the seller is not stopped by where the marketplace order stands (S0.10)', () => {
  const invoiceIt = ({ sellerOrderId }: Pair) =>
    invoice(world, sellerOrderId, '100.00', { actor: SELLER_OMS });
  const requested = async () => {
    const pair = await handledPair(world);
    await done(world, 'SUPPORT', 'requestOrderCancellation', { orderId: pair.orderId, reason });
    return pair;
  };

  test.each([
    ['CANCELLATION_REQUESTED', requested],
    [
      'CANCELLING',
      async () => {
        const pair = await handledPair(world);
        await cancel(world, pair.orderId);
        return pair;
      },
    ],
    [
      'CANCELLED',
      async () => {
        const pair = await handledPair(world);
        await cancel(world, pair.orderId);
        await answer(world, pair.paymentId, 'VOID');
        return pair;
      },
    ],
    [
      'PAYMENT_DENIED',
      async () => {
        const pair = await handledPair(world);
        await told(world, pair, 'VOID', '100.00');
        return pair;
      },
    ],
  ])('%s: the seller invoices, the marketplace keeps its state', async (state, make) => {
    const pair = await make();
    const before = await asked(world, pair.paymentId);

    const number = await invoiceIt(pair);

    expect(await both(pair)).toEqual([state, 'INVOICED']);
    expect(await invoicesOf(pair.orderId)).toEqual([
      { number, amount: { amount: '100.00' }, mirrorOfOrderId: pair.sellerOrderId },
    ]);
    expect(await asked(world, pair.paymentId)).toEqual(before);
  });

  test('denied its cancellation, the marketplace order is verified and captured after all', async () => {
    const pair = await requested();
    await invoiceIt(pair);
    await triageAll(world, pair.orderId);

    await done(world, 'COMMERCE', 'denyOrderCancellation', { orderId: pair.orderId, reason });

    expect(await both(pair)).toEqual(['VERIFYING_INVOICE', 'INVOICED']);
    expect(await asked(world, pair.paymentId)).toEqual(['CAPTURE 100.00']);
    await answer(world, pair.paymentId, 'CAPTURE');
    expect(await orderStatus(world, pair.orderId)).toBe('INVOICED');
  });

  test('covered again, the marketplace order is verified', async () => {
    const pair = await handledPair(world);
    await told(world, pair, 'VOID', '100.00');
    await invoiceIt(pair);
    await told(world, pair, 'AUTHORIZE', '100.00');

    expect(await both(pair)).toEqual(['VERIFYING_INVOICE', 'INVOICED']);
  });
});

describe('the capture of an invoiced pair fails (V1)', () => {
  const failed = async (): Promise<Pair> => {
    const pair = await handledPair(world);
    await invoice(world, pair.sellerOrderId, '100.00', { actor: SELLER_OMS });
    await answer(world, pair.paymentId, 'CAPTURE', {
      ...DENIED,
      rawMessage: 'Error: Response was Entity_Declined',
    });
    return pair;
  };

  test('the seller is invoiced, the marketplace waits, however long (S0.8, S0.11, S0.15)', async () => {
    const pair = await failed();
    const statuses = [await both(pair)];
    world.advance(86_400_000);
    await world.sweep();
    statuses.push(await both(pair));

    expect(statuses).toEqual([
      ['VERIFYING_INVOICE', 'INVOICED'],
      ['VERIFYING_INVOICE', 'INVOICED'],
    ]);
    expect(await liveKinds(world, pair.orderId)).toContain('INVOICED_CAPTURE_FAILED');
  });

  test('until the money comes, to the last cent', async () => {
    const pair = await failed();
    await told(world, pair, 'CAPTURE', '99.99');
    const short = await orderStatus(world, pair.orderId);
    await told(world, pair, 'CAPTURE', '0.01');

    expect([short, ...(await both(pair))]).toEqual(['VERIFYING_INVOICE', 'INVOICED', 'INVOICED']);
  });

  test('or the marketplace order is cancelled and replaced, paid anew, with the seller’s goods (S0.16)', async () => {
    const pair = await failed();
    await cancel(world, pair.orderId);
    await answer(world, pair.paymentId, 'VOID');
    expect(await liveKinds(world, pair.orderId)).toContain('CANCEL_INVOICE_RACE');
    const payment = { provider: 'acme', providerReference: `pi_${randomUUID()}` };
    const id = await replace(world, pair.orderId, { payments: [payment] });
    const paymentId = await aPayment(world, pair, { amount: '100.00', ...payment });
    await told(world, { paymentId, currency: 'EUR' }, 'AUTHORIZE', '100.00');
    await triageAll(world, id);
    await release(world, id);
    await start(world, id);
    await invoice(world, id, '100.00');
    const waiting = await orderStatus(world, id);
    await answer(world, paymentId, 'CAPTURE');

    expect(waiting).toBe('VERIFYING_INVOICE');
    expect(await statusesOf(world, pair.orderId, pair.sellerOrderId, id)).toEqual([
      'CANCELLED',
      'INVOICED',
      'INVOICED',
    ]);
    expect(await orderOf(world, id, 'replacesOrder { id } payments { id }')).toEqual({
      replacesOrder: { id: pair.orderId },
      payments: [{ id: paymentId }],
    });
  });
});

describe('a seller’s order is cancelled', () => {
  test('for itself: the marketplace order and its money stay', async () => {
    const pair = await handledPair(world);

    await cancel(world, pair.sellerOrderId);

    expect(await both(pair)).toEqual(['READY_FOR_HANDLING', 'CANCELLED']);
    expect(await asked(world, pair.paymentId)).toEqual([]);
  });

  test('not while money is being captured for its goods', async () => {
    const pair = await handledPair(world);
    const fulfillmentId = await done(world, SELLER_OMS, 'createFulfillment', {
      orderId: pair.sellerOrderId,
      total: money('100.00', 'EUR'),
    });
    await done(world, 'OMS', 'captureFulfillment', { fulfillmentId });

    expect(
      await codesOf(world, 'COMMERCE', 'cancelOrder', { orderId: pair.sellerOrderId, reason }),
    ).toEqual(['OUTCOME_INDETERMINATE']);
  });
});

test('a seller whose marketplace order is replaced is told by the replacement', async () => {
  const shop = await paidOrder(world);
  const sellerOrderId = await aSellerOrder(world, shop);
  await cancel(world, shop.orderId);
  await answer(world, shop.paymentId, 'VOID');
  await done(world, SELLER_OMS, 'confirmOrderBySeller', { orderId: sellerOrderId });
  const before = await orderStatus(world, sellerOrderId);
  const payment = { provider: 'acme', providerReference: `pi_${randomUUID()}` };
  await replace(world, shop.orderId, { payments: [payment] });
  const paymentId = await aPayment(world, shop, { amount: '100.00', ...payment });
  await told(world, { paymentId, currency: 'EUR' }, 'AUTHORIZE', '100.00');

  expect([before, await orderStatus(world, sellerOrderId)]).toEqual([
    'PAYMENT_PENDING',
    'PAYMENT_AUTHORIZED',
  ]);
});

describe('what a cancelled seller’s order leaves to be paid', () => {
  const two = async () => {
    const shop = await paidOrder(world);
    const sellers = [];
    for (const [sellerId, total] of [
      ['seller-1', '60.00'],
      ['seller-2', '40.00'],
    ] as const) {
      const actor = `OMS; side=SELLER; sellerId=${sellerId}`;
      const orderId = await aSellerOrder(world, shop, { sellerId, total });
      await done(world, actor, 'confirmOrderBySeller', { orderId });
      sellers.push(orderId);
    }
    const [first = '', second = ''] = sellers;
    return { ...shop, first, second };
  };

  test('is the rest: invoiced and captured, the marketplace order is INVOICED', async () => {
    const { orderId, paymentId, first, second } = await two();
    await cancel(world, second);
    await release(world, first);
    await start(world, first, SELLER_OMS);
    await invoice(world, first, '60.00', { actor: SELLER_OMS });
    const before = await statusesOf(world, orderId, first, second);
    await answer(world, paymentId, 'CAPTURE');

    expect(before).toEqual(['VERIFYING_INVOICE', 'INVOICED', 'CANCELLED']);
    expect(await statusesOf(world, orderId)).toEqual(['INVOICED']);
  });

  test('is everything again when the seller’s order is replaced', async () => {
    const { orderId, paymentId, first, second } = await two();
    await cancel(world, second);
    await replace(world, second, {});
    await release(world, first);
    await start(world, first, SELLER_OMS);
    await invoice(world, first, '60.00', { actor: SELLER_OMS });
    await answer(world, paymentId, 'CAPTURE');

    expect(await statusesOf(world, orderId)).toEqual(['PAYMENT_AUTHORIZED']);
  });
});

test('an invoice inserted under a freeze asks for its capture once the freeze is over', async () => {
  const pair = await handledPair(world);
  const key = `frozen-${pair.paymentId}`;
  const unknown = {
    result: 'INDETERMINATE',
    indeterminateCause: 'NETWORK',
    gatewayTransactionId: null,
    providerRequestKey: key,
  };
  await told(world, pair, 'AUTHORIZE', '1.00', unknown);
  await invoice(world, pair.sellerOrderId, '100.00', { actor: SELLER_OMS });
  const frozen = await asked(world, pair.paymentId);
  await told(world, pair, 'AUTHORIZE', '1.00', {
    ...DENIED,
    gatewayTransactionId: null,
    providerRequestKey: key,
  });
  await triageAll(world, pair.orderId);
  await triageAll(world, pair.orderId);

  expect([frozen, await asked(world, pair.paymentId)]).toEqual([[], ['CAPTURE 100.00']]);
  expect(await both(pair)).toEqual(['VERIFYING_INVOICE', 'INVOICED']);
});
