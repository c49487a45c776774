import {
  anOrder,
  answer,
  asked,
  codesOf,
  DENIED,
  done,
  money,
  orderStatus,
  refusals,
  sums,
  told,
} from '../../support/examples';
import {
  cancel,
  handledOrder,
  handledPair,
  invoice,
  orderOf,
  paidOrder,
  release,
  repeats,
  SELLER,
  SELLER_OMS,
  statusesOf,
  triageAll,
  unknownCapture,
} from '../../support/handled-orders';
import { startWorld, type World } from '../../support/world';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const reason = 'the customer wants it';
const request = (orderId: string, actor = 'SUPPORT') =>
  done(world, actor, 'requestOrderCancellation', { orderId, reason });
const deny = (orderId: string, actor = 'COMMERCE') =>
  done(world, actor, 'denyOrderCancellation', { orderId, reason: 'it is packed' });

describe('a requested cancellation', () => {
  test.each([
    ['PAYMENT_PENDING', () => anOrder(world, '100.00', { currency: 'EUR' })],
    ['PAYMENT_AUTHORIZED', () => paidOrder(world)],
    [
      'READY_FOR_HANDLING',
      async () => {
        const shop = await paidOrder(world);
        await release(world, shop.orderId);
        return shop;
      },
    ],
    ['HANDLING', () => handledOrder(world)],
  ] as const)('stops an order that is %s; denied, it goes on from there', async (before, make) => {
    const { orderId } = await make();
    const statuses = [await orderStatus(world, orderId)];

    await request(orderId);
    statuses.push(await orderStatus(world, orderId));
    await deny(orderId);
    statuses.push(await orderStatus(world, orderId));

    expect(statuses).toEqual([before, 'CANCELLATION_REQUESTED', before]);
  });

  test('is requested once, and denied once', async () => {
    const { orderId } = await paidOrder(world);
    await request(orderId);
    const requested = await repeats(world, 'COMMERCE', 'requestOrderCancellation', {
      orderId,
      reason,
    });
    await deny(orderId);
    const denied = await repeats(world, 'COMMERCE', 'denyOrderCancellation', { orderId, reason });

    expect([requested, denied]).toEqual([true, true]);
  });

  test('is denied only where somebody requested it', async () => {
    const { orderId } = await paidOrder(world);
    await request(orderId);
    await deny(orderId);
    await release(world, orderId);
    const other = await paidOrder(world);

    for (const id of [orderId, other.orderId]) {
      expect(
        await codesOf(world, 'COMMERCE', 'denyOrderCancellation', { orderId: id, reason }),
      ).toEqual(['INVALID_TRANSITION']);
    }
  });

  test('comes too late for what is invoiced, were it a part', async () => {
    const whole = await handledOrder(world);
    await invoice(world, whole.orderId, '100.00');
    const part = await handledOrder(world);
    await invoice(world, part.orderId, '40.00');
    await answer(world, part.paymentId, 'CAPTURE');

    const ask = (orderId: string) =>
      codesOf(world, 'SUPPORT', 'requestOrderCancellation', { orderId, reason });
    expect([await ask(whole.orderId), await ask(part.orderId)]).toEqual([
      ['INVALID_TRANSITION'],
      ['GUARD_FAILED'],
    ]);
  });

  test('goes back to waiting if the cover was lost meanwhile', async () => {
    const shop = await paidOrder(world);
    await request(shop.orderId);
    await told(world, shop, 'VOID', '100.00');
    const requested = await orderStatus(world, shop.orderId);
    await deny(shop.orderId);

    expect([requested, await orderStatus(world, shop.orderId)]).toEqual([
      'CANCELLATION_REQUESTED',
      'PAYMENT_DENIED',
    ]);
  });

  test('says why, in its history', async () => {
    const { orderId } = await paidOrder(world);
    await request(orderId);

    const { journal } = await orderOf(
      world,
      orderId,
      'journal(first: 50) { nodes { action reason } }',
    );
    expect(journal.nodes).toContainEqual({ action: 'requestOrderCancellation', reason });
  });

  test.each([
    ['requestOrderCancellation', 'SUPPORT'],
    ['denyOrderCancellation', 'COMMERCE'],
    ['cancelOrder', 'COMMERCE'],
  ])('needs a reason in words, without a card number: %s', async (mutation, role) => {
    const { orderId } = await paidOrder(world);
    const codes = [];
    for (const text of ['', ' \t', 'card 4111 1111 1111 1111']) {
      codes.push(...(await refusals(world, role, mutation, { orderId, reason: text })));
    }

    expect(codes.map(({ code, field }) => [code, field])).toEqual([
      ['REASON_REQUIRED', ['reason']],
      ['REASON_REQUIRED', ['reason']],
      ['PAN_DETECTED', ['reason']],
    ]);
  });
});

describe('who asks, denies and cancels', () => {
  test('a shopper asks for the own order, no other', async () => {
    const { orderId } = await paidOrder(world);
    const input = { orderId, reason };

    expect(
      await codesOf(world, 'CUSTOMER; customerId=cus_2', 'requestOrderCancellation', input),
    ).toEqual(['NOT_FOUND']);
    await request(orderId, 'CUSTOMER; customerId=cus_1');
    expect(await orderStatus(world, orderId)).toBe('CANCELLATION_REQUESTED');
  });

  test('a shopper knows nothing of a seller’s order', async () => {
    const { sellerOrderId } = await handledPair(world);
    const input = { orderId: sellerOrderId, reason };

    expect(
      await codesOf(world, 'CUSTOMER; customerId=cus_1', 'requestOrderCancellation', input),
    ).toEqual(['NOT_FOUND']);
  });

  test('the seller denies what it has in hand, the marketplace’s OMS does not', async () => {
    const { orderId, sellerOrderId } = await handledPair(world);
    await request(sellerOrderId);
    await request(orderId);

    const denies = (actor: string, id: string) =>
      codesOf(world, actor, 'denyOrderCancellation', { orderId: id, reason });
    expect(await denies('OMS', sellerOrderId)).toEqual(['FORBIDDEN']);
    expect(await denies('OMS', orderId)).toEqual(['FORBIDDEN']);
    expect(await denies(SELLER_OMS, orderId)).toEqual(['NOT_FOUND']);
    await deny(sellerOrderId, SELLER_OMS);
    await deny(orderId, 'COMMERCE');
    expect(await statusesOf(world, orderId, sellerOrderId)).toEqual([
      'READY_FOR_HANDLING',
      'HANDLING',
    ]);
  });

  test.each(['SUPPORT', 'OMS', 'PAYMENT', 'FINANCE', `COMMERCE; ${SELLER}`])(
    '%s does not cancel',
    async (actor) => {
      const { orderId } = await paidOrder(world);

      expect(await codesOf(world, actor, 'cancelOrder', { orderId, reason })).toEqual([
        'FORBIDDEN',
      ]);
    },
  );
});

describe('a cancelled order', () => {
  test('releases what is reserved and is cancelled when that is done', async () => {
    const shop = await paidOrder(world);

    await cancel(world, shop.orderId);

    expect(await orderStatus(world, shop.orderId)).toBe('CANCELLING');
    expect(await asked(world, shop.paymentId)).toEqual(['VOID 100.00']);
    await answer(world, shop.paymentId, 'VOID');
    expect(await orderStatus(world, shop.orderId)).toBe('CANCELLED');
  });

  test('is not cancelled while its money is still there: a void that failed', async () => {
    const shop = await paidOrder(world);
    await cancel(world, shop.orderId);
    await answer(world, shop.paymentId, 'VOID', DENIED);

    expect(await orderStatus(world, shop.orderId)).toBe('CANCELLING');
    expect(await sums(world, shop.paymentId, 'authorized', 'voided')).toEqual({
      status: 'AUTHORIZED',
      authorized: '100.00',
      voided: '0.00',
    });
    await cancel(world, shop.orderId); // The same wish again asks for nothing.
    expect(await asked(world, shop.paymentId)).toEqual([]);
    await told(world, shop, 'VOID', '100.00');
    expect(await orderStatus(world, shop.orderId)).toBe('CANCELLED');
  });

  test('asks once: the same wish again asks for nothing more', async () => {
    const shop = await paidOrder(world);
    await cancel(world, shop.orderId);

    expect(await repeats(world, 'ADMIN', 'cancelOrder', { orderId: shop.orderId, reason })).toBe(
      true,
    );
    expect(await asked(world, shop.paymentId)).toEqual(['VOID 100.00']);
  });

  test('cancels a payment nobody was asked for, at once', async () => {
    const shop = await anOrder(world, '100.00', { currency: 'EUR' });

    await cancel(world, shop.orderId);

    expect(await orderStatus(world, shop.orderId)).toBe('CANCELLED');
    expect((await sums(world, shop.paymentId)).status).toBe('CANCELLED');
    expect(
      await codesOf(world, 'COMMERCE', 'cancelOrder', { orderId: shop.orderId, reason }),
    ).toEqual(['INVALID_TRANSITION']);
  });

  test('asks the provider to give up a payment that is under way, and waits for it', async () => {
    const shop = await anOrder(world, '100.00', { currency: 'EUR' });
    const gatewayTransactionId = `under-way-${shop.paymentId}`;
    await told(world, shop, 'AUTHORIZE', '100.00', { result: 'PENDING', gatewayTransactionId });

    await cancel(world, shop.orderId);

    const { journal } = (
      await world.ask(
        'auditor@example.com; roles=AUDITOR',
        'query ($id: ID!) { payment(id: $id) { journal(first: 50) { nodes { action } } } }',
        { id: shop.paymentId },
      )
    ).data.payment;
    expect(journal.nodes).toContainEqual({ action: 'CANCEL_PAYMENT' });
    expect(await orderStatus(world, shop.orderId)).toBe('CANCELLING');
    await told(world, shop, 'AUTHORIZE', '100.00', { ...DENIED, gatewayTransactionId });
    expect(await orderStatus(world, shop.orderId)).toBe('CANCELLED');
  });

  test.each([
    ['before it exists', 'CREATION_PENDING'],
    ['when creating it failed', 'CREATION_FAILED'],
  ])('may be one %s', async (_case, before) => {
    const orderId = await done(world, 'STOREFRONT', 'registerCheckout', {
      cartGuid: `cart-${before}`,
      total: money('100.00', 'EUR'),
    });
    if (before === 'CREATION_FAILED') {
      await done(world, 'STOREFRONT', 'recordOrderCreationFailure', { orderId, reason });
    }
    const from = await orderStatus(world, orderId);

    await cancel(world, orderId);

    expect([from, await orderStatus(world, orderId)]).toEqual([before, 'CANCELLED']);
  });

  test('may be one that was requested, or denied its payment', async () => {
    const requested = await paidOrder(world);
    await request(requested.orderId);
    await cancel(world, requested.orderId);
    const denied = await anOrder(world, '100.00', { currency: 'EUR' });
    await told(world, denied, 'AUTHORIZE', '100.00', DENIED);
    await cancel(world, denied.orderId);

    expect(await statusesOf(world, requested.orderId, denied.orderId)).toEqual([
      'CANCELLING',
      'CANCELLED',
    ]);
  });
});

describe('captured money', () => {
  test('is not given up by the way: it takes force, which asks for the refund (S0.16)', async () => {
    const shop = await paidOrder(world);
    await told(world, shop, 'CAPTURE', '60.00');
    const input = { orderId: shop.orderId, reason };

    for (const force of [undefined, null, false]) {
      expect(await codesOf(world, 'COMMERCE', 'cancelOrder', { ...input, force })).toEqual([
        'GUARD_FAILED',
      ]);
    }
    await cancel(world, shop.orderId, { force: true });
    expect((await asked(world, shop.paymentId)).sort()).toEqual(['REFUND 60.00', 'VOID 40.00']);
    await answer(world, shop.paymentId, 'VOID');
    expect(await orderStatus(world, shop.orderId)).toBe('CANCELLING');
    await answer(world, shop.paymentId, 'REFUND');
    expect(await orderStatus(world, shop.orderId)).toBe('CANCELLED');
  });

  test('that is refunded already needs no force, to the cent', async () => {
    const shop = await anOrder(world, '100.00', { currency: 'EUR' });
    await told(world, shop, 'SALE', '100.00');
    await told(world, shop, 'REFUND', '99.99');
    const input = { orderId: shop.orderId, reason };

    expect(await codesOf(world, 'COMMERCE', 'cancelOrder', input)).toEqual(['GUARD_FAILED']);
    await told(world, shop, 'REFUND', '0.01');
    await cancel(world, shop.orderId);
    expect(await orderStatus(world, shop.orderId)).toBe('CANCELLED');
  });

  test.each(['NEW', 'PENDING', 'INDETERMINATE'])(
    'that may be under way stops the cancellation: a capture that is %s',
    async (result) => {
      const shop = await paidOrder(world);
      if (result === 'NEW') {
        const amount = money('100.00', 'EUR');
        await done(world, 'PAYMENT', 'requestCapture', { paymentId: shop.paymentId, amount });
      } else if (result === 'PENDING') await told(world, shop, 'CAPTURE', '100.00', { result });
      else await unknownCapture(world, shop);
      const input = { orderId: shop.orderId, reason, force: true };

      expect(await codesOf(world, 'COMMERCE', 'cancelOrder', input)).toEqual([
        'OUTCOME_INDETERMINATE',
      ]);
    },
  );

  test('nobody knows of stops it, too: an authorization, a refund (E08)', async () => {
    for (const type of ['AUTHORIZE', 'REFUND']) {
      const shop = await anOrder(world, '100.00', { currency: 'EUR' });
      if (type === 'REFUND') await told(world, shop, 'SALE', '100.00');
      await told(world, shop, type, '100.00', {
        result: 'INDETERMINATE',
        indeterminateCause: 'NETWORK',
        gatewayTransactionId: null,
        providerRequestKey: `${type}-${shop.paymentId}`,
      });
      const input = { orderId: shop.orderId, reason, force: true };

      expect(await codesOf(world, 'COMMERCE', 'cancelOrder', input)).toEqual([
        'OUTCOME_INDETERMINATE',
      ]);
    }
  });
});

describe('an order being invoiced', () => {
  test('is cancelled only after its capture failed (S0.16)', async () => {
    const shop = await handledOrder(world);
    await invoice(world, shop.orderId, '100.00');
    const input = { orderId: shop.orderId, reason };

    expect(await codesOf(world, 'COMMERCE', 'cancelOrder', input)).toEqual([
      'OUTCOME_INDETERMINATE',
    ]);
    await answer(world, shop.paymentId, 'CAPTURE', DENIED);
    await cancel(world, shop.orderId);
    expect(await orderStatus(world, shop.orderId)).toBe('CANCELLING');
    expect(await asked(world, shop.paymentId)).toEqual(['VOID 100.00']);
  });

  test('whose capture was too small is not: its money came', async () => {
    const shop = await handledOrder(world);
    await told(world, shop, 'VOID', '20.00');
    await invoice(world, shop.orderId, '100.00');
    await answer(world, shop.paymentId, 'CAPTURE');
    const input = { orderId: shop.orderId, reason, force: true };

    expect(await codesOf(world, 'COMMERCE', 'cancelOrder', input)).toEqual(['GUARD_FAILED']);
  });

  test('is cancelled after one of its captures failed, whatever came of the others (S0.16)', async () => {
    const shop = await anOrder(world, '100.00', {
      currency: 'EUR',
      payments: [{ amount: '60.00' }, { amount: '40.00' }],
    });
    const [first = '', second = ''] = shop.paymentIds;
    await told(world, { paymentId: first, currency: 'EUR' }, 'AUTHORIZE', '60.00');
    await told(world, { paymentId: second, currency: 'EUR' }, 'AUTHORIZE', '40.00');
    await release(world, shop.orderId);
    await done(world, 'OMS', 'startHandling', { orderId: shop.orderId });
    await invoice(world, shop.orderId, '100.00');
    await answer(world, first, 'CAPTURE', DENIED);
    await answer(world, second, 'CAPTURE');

    await cancel(world, shop.orderId, { force: true });

    expect(await orderStatus(world, shop.orderId)).toBe('CANCELLING');
    expect(await asked(world, first)).toEqual(['VOID 60.00']);
    expect(await asked(world, second)).toEqual(['REFUND 40.00']);
  });

  test('and invoiced in full is not cancelled at all', async () => {
    const shop = await handledOrder(world);
    await invoice(world, shop.orderId, '100.00');
    await answer(world, shop.paymentId, 'CAPTURE');
    const input = { orderId: shop.orderId, reason, force: true };

    expect(await codesOf(world, 'ADMIN', 'cancelOrder', input)).toEqual(['INVALID_TRANSITION']);
  });
});

test('an exception a cancellation names is one of the cart, and decided', async () => {
  const shop = await paidOrder(world);
  const unknown = 'exc_019a0000-0000-7000-8000-000000000000';
  const input = { orderId: shop.orderId, reason, exceptionId: unknown };

  expect(await refusals(world, 'COMMERCE', 'cancelOrder', input)).toEqual([
    { code: 'NOT_FOUND', field: ['exceptionId'], available: null },
  ]);
  await unknownCapture(world, shop);
  const { exceptions } = await orderOf(world, shop.orderId, 'exceptions(live: true) { id }');
  expect(
    await refusals(world, 'COMMERCE', 'cancelOrder', { ...input, exceptionId: exceptions[0].id }),
  ).toEqual([{ code: 'GUARD_FAILED', field: ['exceptionId'], available: null }]);
});

describe('an order whose payment is denied', () => {
  const DAY_MS = 86_400_000;

  test('is cancelled by itself when the retry window is over, with what one leg reserved', async () => {
    const shop = await anOrder(world, '100.00', {
      currency: 'EUR',
      payments: [{ amount: '60.00' }, { amount: '40.00' }],
    });
    const [first = '', second = ''] = shop.paymentIds;
    await told(world, { paymentId: first, currency: 'EUR' }, 'AUTHORIZE', '60.00');
    await told(world, { paymentId: second, currency: 'EUR' }, 'AUTHORIZE', '40.00', DENIED);
    const statuses = [await orderStatus(world, shop.orderId)];
    world.advance(DAY_MS - 1);
    await world.sweep();
    statuses.push(await orderStatus(world, shop.orderId));
    world.advance(1);
    await world.sweep();
    statuses.push(await orderStatus(world, shop.orderId));

    expect(statuses).toEqual(['PAYMENT_DENIED', 'PAYMENT_DENIED', 'CANCELLING']);
    expect(await asked(world, first)).toEqual(['VOID 60.00']);
    await answer(world, first, 'VOID');
    expect(await orderStatus(world, shop.orderId)).toBe('CANCELLED');
  });

  test('is not where giving back is not ours to say: a lost dispute, a refund nobody knows of', async () => {
    const lost = await paidOrder(world);
    await told(world, lost, 'CAPTURE', '100.00');
    await done(world, 'FINANCE', 'recordDispute', {
      paymentId: lost.paymentId,
      disputeId: `dispute-${lost.paymentId}`,
      state: 'LOST',
      amount: money('30.00', 'EUR'),
    });
    const unknown = await paidOrder(world);
    await told(world, unknown, 'CAPTURE', '100.00');
    await told(world, unknown, 'REFUND', '100.00', {
      result: 'INDETERMINATE',
      indeterminateCause: 'NETWORK',
      gatewayTransactionId: null,
      providerRequestKey: `unknown-${unknown.paymentId}`,
    });
    await triageAll(world, lost.orderId);
    await triageAll(world, unknown.orderId);
    world.advance(25 * 3_600_000);
    await world.sweep();
    await triageAll(world, lost.orderId);
    await triageAll(world, unknown.orderId);

    expect(await asked(world, lost.paymentId)).toEqual([]);
    expect(await asked(world, unknown.paymentId)).toEqual([]);
    expect(await orderStatus(world, lost.orderId)).toBe('PAYMENT_DENIED');
  });
});
