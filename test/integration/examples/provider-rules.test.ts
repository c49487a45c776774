import { createHmac, randomUUID } from 'node:crypto';
import { providerRegistry } from '../../../src/webhook/providers.rules';
import { receiveDelivery } from '../../../src/webhook/receive-delivery';
import {
  anOrder,
  askRefund,
  codesOf,
  done,
  grant,
  liveKinds,
  money,
  read,
  sums,
  told,
  type Shop,
} from '../../support/examples';
import { startWorld, type World } from '../../support/world';

let world: World;
beforeAll(async () => (world = await startWorld()));
afterAll(() => world.close());

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A payment at Mercado Pago, announced. */
const announced = (more: object = {}): Promise<Shop> =>
  anOrder(world, '100.00', {
    currency: 'BRL',
    payments: [{ amount: '100.00', provider: 'mercadopago', ...more }],
  });

/** The provider's notification with the payment's status. */
const notify = (reference: string, status: string, more: object = {}) => {
  world.advance(1000);
  return world.deliverMercadopago({
    id: randomUUID(),
    action: 'payment.updated',
    date_created: world.now().toISOString(),
    live_mode: true,
    status,
    data: { id: reference },
    ...more,
  });
};

async function deliveriesOf(paymentId: string, selection: string): Promise<any[]> {
  const { payment } = await read(
    world,
    `payment(id: $id) { webhookDeliveries(first: 50) { nodes { ${selection} } } }`,
    { id: paymentId },
  );
  return payment.webhookDeliveries.nodes;
}

/** The deliveries' outcomes, oldest first. */
const outcomes = async (paymentId: string) =>
  (await deliveriesOf(paymentId, 'outcome receivedAt'))
    .sort((a, b) => (a.receivedAt < b.receivedAt ? -1 : 1))
    .map(({ outcome }) => outcome);

test('a notification of a split payment is read as it is written, its time in UTC (M3)', async () => {
  const shop = await anOrder(world, '129.00', {
    payments: [{ amount: '129.00', provider: 'mercadopago', providerReference: 'ext_ref_ibp' }],
  });

  const { status } = await world.deliverMercadopago({
    id: 1111111,
    user_id: 232323,
    date_created: '2019-01-23T16:14:51.107-04:00',
    action: 'splitter.update',
    status: 'approved',
    application_id: 9999999999999,
    live_mode: 'true',
    version: 2,
    data: { id: 'ext_ref_ibp' },
  });

  expect(status).toBe(200);
  expect(
    await deliveriesOf(
      shop.paymentId,
      'eventId resourceId action providerVersion providerStatus liveMode outcome occurredAt',
    ),
  ).toEqual([
    {
      eventId: '1111111',
      resourceId: 'ext_ref_ibp',
      action: 'splitter.update',
      providerVersion: 2,
      providerStatus: 'approved',
      liveMode: true,
      outcome: 'APPLIED',
      occurredAt: '2019-01-23T20:14:51.107Z',
    },
  ]);
});

describe('a provider that answers at once', () => {
  test.each([
    ['approved', 'CAPTURED'],
    ['rejected', 'REJECTED'],
  ])('may say %s (M5)', async (word, status) => {
    const shop = await announced({ binaryMode: true });

    await notify(shop.references[0]!, word);

    expect(await outcomes(shop.paymentId)).toEqual(['APPLIED']);
    expect((await sums(world, shop.paymentId)).status).toBe(status);
  });

  test.each(['pending', 'in_process'])(
    'may not say %s: it is recorded as illegal (M5)',
    async (word) => {
      const shop = await announced({ binaryMode: true });

      await notify(shop.references[0]!, word);

      expect(await outcomes(shop.paymentId)).toEqual(['ILLEGAL']);
    },
  );

  test.each(['pending', 'in_process'])('without that promise, %s is legal (M5)', async (word) => {
    const shop = await announced();

    await notify(shop.references[0]!, word);

    expect(await outcomes(shop.paymentId)).toEqual(['APPLIED']);
    expect(await liveKinds(world, shop.orderId)).toEqual([]);
  });
});

describe('cancelling a payment', () => {
  const reason = 'the customer chose another method';

  test.each(['pending', 'in_process'])('is possible while it is %s (M6)', async (word) => {
    const { paymentId, references } = await announced();
    await notify(references[0]!, word);

    await done(world, 'PAYMENT', 'cancelPayment', { paymentId, reason });

    expect((await sums(world, paymentId)).status).toBe('CANCELLED');
  });

  test.each([
    ['authorized', 'AUTHORIZED'],
    ['approved', 'CAPTURED'],
    ['rejected', 'REJECTED'],
  ])('is refused once it is %s (M6)', async (word, status) => {
    const { paymentId, references } = await announced();
    await notify(references[0]!, word);

    expect(await codesOf(world, 'PAYMENT', 'cancelPayment', { paymentId, reason })).toEqual([
      'INVALID_TRANSITION',
    ]);
    expect((await sums(world, paymentId)).status).toBe(status);
  });

  test('is done by the provider after thirty days of pending (M6)', async () => {
    const { paymentId, references } = await announced();
    await notify(references[0]!, 'pending');
    world.advance(30 * DAY);

    await notify(references[0]!, 'cancelled', { status_detail: 'expired' });

    expect((await sums(world, paymentId)).status).toBe('CANCELLED');
  });
});

describe('refunding a payment', () => {
  test.each([
    ['pending', 'PENDING'],
    ['authorized', 'AUTHORIZED'],
    ['rejected', 'REJECTED'],
  ])('is refused while nothing was taken: %s (M6)', async (word, status) => {
    const shop = await announced();
    await notify(shop.references[0]!, word);

    expect(
      await codesOf(world, 'PAYMENT', 'requestRefund', {
        paymentId: shop.paymentId,
        amount: money('1.00', 'BRL'),
      }),
    ).toEqual(['INVALID_TRANSITION']);
    expect((await sums(world, shop.paymentId)).status).toBe(status);
  });

  test('is possible for 180 days after it was taken, and no longer (M6)', async () => {
    const shop = await announced();
    const taken = world.now().getTime();
    await told(world, shop, 'SALE', '100.00');
    await grant(world, shop, '100.00');

    world.advance(taken + 180 * DAY - world.now().getTime() - 1000);
    await askRefund(world, shop, '1.00');
    world.advance(1);

    expect(
      await codesOf(world, 'PAYMENT', 'requestRefund', {
        paymentId: shop.paymentId,
        amount: money('1.00', 'BRL'),
      }),
    ).toEqual(['GUARD_FAILED']);
  });
});

describe('a notification is acknowledged before it is applied', () => {
  test.each([
    ['after 5 min, 45 min, 6 h, 2 d, 4 d', [5 * MINUTE, 45 * MINUTE, 6 * HOUR, 2 * DAY, 4 * DAY]],
    [
      'after 15 min, 30 min, 6 h, 48 h, 96 h',
      [15 * MINUTE, 30 * MINUTE, 6 * HOUR, 48 * HOUR, 96 * HOUR],
    ],
  ])('and each retry %s is a duplicate (M9)', async (_case, waits) => {
    const shop = await announced();
    const body = {
      id: randomUUID(),
      action: 'payment.updated',
      date_created: world.now().toISOString(),
      live_mode: true,
      status: 'approved',
      data: { id: shop.references[0]! },
    };

    const answers = [await world.deliverMercadopago(body)];
    for (const wait of waits) {
      world.advance(wait);
      answers.push(await world.deliverMercadopago(body));
    }

    expect(answers.map(({ status, outcome }) => `${status} ${outcome}`)).toEqual(
      Array(6).fill('200 RECEIVED'),
    );
    expect(await outcomes(shop.paymentId)).toEqual([
      'APPLIED',
      ...Array<string>(5).fill('DUPLICATE'),
    ]);
    const deliveries = await deliveriesOf(shop.paymentId, 'outcome deliveryAttempt replayCount');
    expect(deliveries.map(({ deliveryAttempt }) => deliveryAttempt).sort()).toEqual([
      1, 2, 3, 4, 5, 6,
    ]);
    expect(deliveries.find(({ outcome }) => outcome === 'APPLIED').replayCount).toBe(5);
    expect((await sums(world, shop.paymentId, 'captured')).captured).toBe('100.00');
  });
});

describe('the signature of the provider’s own kit', () => {
  const SECRET = 'your_secret_key_here';
  const V1 = '633f91233312dd391ec75fa0bea539cfc2d6c4918873305b84a96cc1c58db71c';
  const ID = 'ORD01JQ4S4KY8HWQ6NA5PXB65B3D3';

  const receive = async (v1: string) => {
    const answer = await receiveDelivery(
      {
        db: world.db,
        clock: () => world.now(),
        providers: providerRegistry({
          mercadopagoSecret: SECRET,
          acceptUnsignedMercadopago: false,
          genericHmac: {},
        }),
        sandboxEvents: 'record',
        wake: () => undefined,
      },
      'mercadopago',
      {
        headers: {
          'x-signature': `ts=1742505638683,v1=${v1}`,
          'x-request-id': '2066ca19-c6f1-498a-be75-1923005edd06',
        },
        query: { 'data.id': ID },
        rawBody: Buffer.from(
          JSON.stringify({
            id: randomUUID(),
            date_created: '2025-03-20T21:20:38.683Z',
            data: { id: ID },
          }),
        ),
      },
    );
    const { webhookDeliveries } = await read(
      world,
      'webhookDeliveries(first: 200) { nodes { id signatureResult } }',
    );
    const { id } = answer.body as { id: string };
    const stored = webhookDeliveries.nodes.find((node: { id: string }) => node.id === id);
    return { status: answer.status, signatureResult: stored.signatureResult };
  };

  test('is valid, over the id in lower case (M8)', async () => {
    const manifest = `id:${ID.toLowerCase()};request-id:2066ca19-c6f1-498a-be75-1923005edd06;ts:1742505638683;`;
    expect(createHmac('sha256', SECRET).update(manifest).digest('hex')).toBe(V1);

    expect(await receive(V1)).toEqual({ status: 200, signatureResult: 'VALID' });
  });

  test('with a digit changed is not (M8)', async () => {
    expect(await receive(V1.replace('6', '7'))).toEqual({
      status: 401,
      signatureResult: 'SIGNATURE_MISMATCH',
    });
  });
});
