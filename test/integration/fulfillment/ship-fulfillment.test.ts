import { answer, aRelease, asked, codesOf, told } from '../../support/examples';
import {
  covered,
  line,
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

const AT_SHIPMENT = { capturePolicy: 'AT_SHIPMENT' };
const start = (id: string) => step(world, 'OMS', 'startFulfilling', id);
const ship = (id: string, more: object = {}) => step(world, 'OMS', 'shipFulfillment', id, more);
const shipAs = (actor: string, fulfillmentId: string) =>
  codesOf(world, actor, 'shipFulfillment', { fulfillmentId });

test('what is captured at shipment is asked for as it leaves', async () => {
  const shop = await covered(world);
  const a = await released(world, shop, '100.00', AT_SHIPMENT);
  await start(a);
  expect(await asked(world, shop.paymentId)).toEqual([]);

  await ship(a);

  expect(await standing(world, a)).toBe('FULFILLED 100.00/100.00/0.00');
  expect(await asked(world, shop.paymentId)).toEqual(['CAPTURE 100.00']);
  await answer(world, shop.paymentId, 'CAPTURE');
  expect(await standing(world, a)).toBe('FULFILLED 100.00/100.00/100.00');
});

test('goods that are out are recorded though the money cannot be taken; the rest is asked for', async () => {
  const shop = await covered(world, '100.00', { amounts: ['60.00', '40.00'] });
  const [first, second] = shop.paymentIds as [string, string];
  const a = await released(world, shop, '100.00', AT_SHIPMENT);
  await start(a);
  await told(world, { paymentId: second, currency: 'USD' }, 'VOID', '40.00');
  await triageAll(world, shop.orderId);

  await ship(a);

  expect(await standing(world, a)).toBe('FULFILLED 100.00/60.00/0.00');
  expect(await asked(world, first)).toEqual(['CAPTURE 60.00']);
  expect(await asked(world, second)).toEqual([]);
});

test('while retries are frozen it is sent, and no money is asked for', async () => {
  const shop = await covered(world, '100.00', { amounts: ['60.00', '40.00'] });
  const a = await released(world, shop, '60.00', AT_SHIPMENT);
  await start(a);
  await told(world, { paymentId: shop.paymentIds[1]!, currency: 'USD' }, 'CAPTURE', '40.00', {
    result: 'INDETERMINATE',
    indeterminateCause: 'NETWORK',
  });

  await ship(a);

  expect(await statusOf(world, a)).toBe('FULFILLED');
  expect(await asked(world, shop.paymentId)).toEqual([]);
});

describe('the last one sent releases what nobody needs', () => {
  test('once all of the order is sent', async () => {
    const shop = await covered(world, '100.00', { amounts: ['100.00', '20.00'] });
    const [, spare] = shop.paymentIds as [string, string];
    await triageAll(world, shop.orderId);
    const a = await released(world, shop, '60.00', AT_SHIPMENT);
    const b = await released(world, shop, '40.00', AT_SHIPMENT);
    await start(a);
    await start(b);

    await ship(a);
    expect(await asked(world, spare)).toEqual([]);
    await ship(b);

    expect(await asked(world, shop.paymentId)).toEqual(['CAPTURE 60.00', 'CAPTURE 40.00']);
    expect(await asked(world, spare)).toEqual(['VOID 20.00']);
  });

  test('not what one that is captured later needs', async () => {
    const shop = await covered(world);
    const a = await released(world, shop, '60.00', AT_SHIPMENT);
    const b = await released(world, shop, '40.00', { capturePolicy: 'AT_INVOICE' });
    for (const id of [a, b]) await start(id);
    await ship(a);
    await ship(b);

    expect(await asked(world, shop.paymentId)).toEqual(['CAPTURE 60.00']);
  });

  test('not what is payable and not planned yet', async () => {
    const shop = await covered(world);
    const a = await released(world, shop, '60.00', AT_SHIPMENT);
    await start(a);
    await ship(a);

    expect(await asked(world, shop.paymentId)).toEqual(['CAPTURE 60.00']);
  });
});

test('sent already, it stays so and is not captured twice', async () => {
  const shop = await covered(world);
  const a = await released(world, shop, '100.00', AT_SHIPMENT);
  await start(a);
  await ship(a);

  await ship(a);

  expect(await asked(world, shop.paymentId)).toEqual(['CAPTURE 100.00']);
});

test('some items are sent and captured for, the rest is prepared on', async () => {
  const shop = await covered(world);
  const a = await released(world, shop, '100.00', {
    ...AT_SHIPMENT,
    items: [line('sku-1', 3, '100.00')],
  });
  await start(a);

  const part = await ship(a, { items: [{ reference: 'sku-1', quantity: 2 }] });

  expect(await standing(world, part)).toBe('FULFILLED 66.67/66.67/0.00');
  expect(await standing(world, a)).toBe('FULFILLING 33.33/33.33/0.00');
  expect(await asked(world, shop.paymentId)).toEqual(['CAPTURE 66.67']);
  await answer(world, shop.paymentId, 'CAPTURE');
  await ship(a);
  expect(await asked(world, shop.paymentId)).toEqual(['CAPTURE 33.33']);
  await answer(world, shop.paymentId, 'CAPTURE');
  expect(await standing(world, a)).toBe('FULFILLED 33.33/33.33/33.33');
  expect(await standing(world, part)).toBe('FULFILLED 66.67/66.67/66.67');
});

describe('refused, and nothing changed', () => {
  test('where the policy wants it paid first, and the capture was taken back (S0.17)', async () => {
    const shop = await covered(world);
    const a = await paid(world, shop);
    await start(a);
    await told(world, shop, 'CAPTURE_REVERSAL', '0.01', {
      parentGatewayTransactionId: await captureOf(shop.paymentId),
    });

    expect(await shipAs('OMS', a)).toEqual(['GUARD_FAILED']);
  });

  test('before it is prepared, and by others', async () => {
    const a = await paid(world, await covered(world));

    expect(await shipAs('OMS', a)).toEqual(['INVALID_TRANSITION']);
    for (const role of ['ADMIN', 'COMMERCE', 'SUPPORT']) {
      expect(await shipAs(role, a)).toEqual(['FORBIDDEN']);
    }
    const planned = await aRelease(world, await covered(world), '100.00');
    expect(await shipAs('SYSTEM', planned)).toEqual(['INVALID_TRANSITION']);
  });
});

async function captureOf(paymentId: string): Promise<string> {
  const body = await world.ask(
    'auditor; roles=AUDITOR',
    'query ($id: ID!) { payment(id: $id) { transactions { type gatewayTransactionId } } }',
    { id: paymentId },
  );
  return body.data.payment.transactions.find(({ type }: any) => type === 'CAPTURE')
    .gatewayTransactionId;
}
