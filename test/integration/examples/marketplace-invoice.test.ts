import { randomUUID } from 'node:crypto';
import {
  anOrder,
  answer,
  asked,
  codesOf,
  done,
  liveKinds,
  money,
  orderStatus,
  read,
  sums,
  told,
  type Shop,
} from '../../support/examples';
import { startWorld, type World } from '../../support/world';

let world: World;
beforeAll(async () => (world = await startWorld()));
afterAll(() => world.close());

const SELLER = 'side=SELLER; sellerId=seller-1';
const DECLINED = {
  result: 'FAILED',
  failureType: 'HARD',
  reasonCode: 'Entity_Declined',
  rawMessage: 'Error: Response was Entity_Declined',
};

interface Pair extends Shop {
  readonly sellerOrderId: string;
}

/** A marketplace order and its seller's, paid, the seller's in handling and invoiced. */
async function invoiced(total = '129.00', currency = 'EUR'): Promise<Pair> {
  const shop = await anOrder(world, total, { currency });
  const sellerOrderId = await done(world, 'COMMERCE', 'createOrder', {
    cartGuid: shop.guid,
    code: `SEL-${randomUUID()}`,
    side: 'SELLER',
    total: money(total, currency),
    sellerId: 'seller-1',
    marketplaceOrderId: shop.orderId,
  });
  await told(world, shop, 'AUTHORIZE', total);
  const oms = `OMS; ${SELLER}`;
  await done(world, oms, 'confirmOrderBySeller', { orderId: sellerOrderId });
  for (const orderId of [shop.orderId, sellerOrderId]) {
    await done(world, 'SYSTEM', 'releaseOrderForHandling', { orderId });
  }
  await done(world, oms, 'startHandling', { orderId: sellerOrderId });
  await done(world, oms, 'insertInvoice', {
    orderId: sellerOrderId,
    number: 'INV-1',
    amount: money(total, currency),
  });
  return { ...shop, sellerOrderId };
}

const statuses = async ({ orderId, sellerOrderId }: Pair) => [
  await orderStatus(world, orderId),
  await orderStatus(world, sellerOrderId),
];

test('the seller’s invoice asks the marketplace for the capture, which confirms both (V1)', async () => {
  const pair = await invoiced();

  expect(await statuses(pair)).toEqual(['VERIFYING_INVOICE', 'INVOICED']);
  expect(await asked(world, pair.paymentId)).toEqual(['CAPTURE 129.00']);
  await answer(world, pair.paymentId, 'CAPTURE');

  expect(await statuses(pair)).toEqual(['INVOICED', 'INVOICED']);
  expect(await liveKinds(world, pair.orderId)).toEqual([]);
});

describe('the settlement of an invoiced order fails', () => {
  async function failed(total?: string, currency?: string): Promise<Pair> {
    const pair = await invoiced(total, currency);
    await answer(world, pair.paymentId, 'CAPTURE', DECLINED);
    await done(world, 'SYSTEM', 'recordOrderInteraction', {
      orderId: pair.orderId,
      message: 'Settlement operation has returned Failed',
      sourceSystem: 'vtex',
    });
    return pair;
  }

  test.each([
    ['EUR', '129.00'],
    ['COP', '111503.00'],
    ['JPY', '9899'],
  ])('the marketplace waits, the seller is invoiced: %s (V1)', async (currency, total) => {
    const pair = await failed(total, currency);

    expect(await statuses(pair)).toEqual(['VERIFYING_INVOICE', 'INVOICED']);
    expect(await sums(world, pair.paymentId, 'captured', 'failedLifetime')).toEqual({
      status: 'AUTHORIZED',
      captured: Number(0).toFixed(currency === 'JPY' ? 0 : 2),
      failedLifetime: total,
    });
  });

  test('both logs keep the words as they came (V1)', async () => {
    const pair = await failed();

    const { order, payment } = await read(
      world,
      `order(id: $orderId) { interactions { nodes { message } } }
       payment(id: $paymentId) { transactions { type status reasonCode events { rawMessage } } }`,
      { orderId: pair.orderId, paymentId: pair.paymentId },
    );

    expect(order.interactions.nodes).toEqual([
      { message: 'Settlement operation has returned Failed' },
    ]);
    const capture = payment.transactions.find(({ type }: { type: string }) => type === 'CAPTURE');
    expect(capture).toMatchObject({ status: 'FAILED', reasonCode: 'Entity_Declined' });
    expect(capture.events.at(-1)).toEqual({ rawMessage: 'Error: Response was Entity_Declined' });
  });

  test('nothing takes the marketplace to INVOICED without the money (V1)', async () => {
    const pair = await failed();
    const again = { orderId: pair.orderId, number: 'INV-2', amount: money('129.00', 'EUR') };

    expect(await codesOf(world, 'OMS', 'insertInvoice', again)).toEqual(['AMOUNT_EXCEEDS']);
    expect(await codesOf(world, 'OMS', 'insertInvoice', { ...again, number: 'INV-1' })).toEqual([
      'ALREADY_EXISTS',
    ]);
    world.advance(60 * 60_000);
    await world.sweep();

    expect(await statuses(pair)).toEqual(['VERIFYING_INVOICE', 'INVOICED']);
  });

  test('the seller captures nothing, in whatever role (V1)', async () => {
    const pair = await failed();
    const { paymentId, sellerOrderId } = pair;
    const amount = money('129.00', 'EUR');

    for (const role of ['PAYMENT', 'ADMIN', 'SYSTEM']) {
      expect(
        await codesOf(world, `${role}; ${SELLER}`, 'requestCapture', { paymentId, amount }),
      ).toEqual(['FORBIDDEN']);
    }
    const fulfillmentId = await done(world, `OMS; ${SELLER}`, 'createFulfillment', {
      orderId: sellerOrderId,
      total: amount,
    });
    expect(await codesOf(world, `OMS; ${SELLER}`, 'captureFulfillment', { fulfillmentId })).toEqual(
      ['FORBIDDEN'],
    );
  });
});
