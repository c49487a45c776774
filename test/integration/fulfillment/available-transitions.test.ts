import { aRelease, done, money, read } from '../../support/examples';
import { capturing, covered, line, paid, released, step } from '../../support/releases';
import { startWorld, type World } from '../../support/world';

let world: World;
beforeAll(async () => (world = await startWorld()));
afterAll(() => world.close());

/** What the actor may do next, and where it leads. */
async function next(id: string, actor: string): Promise<string[]> {
  const body = await world.ask(
    `someone; roles=${actor}`,
    'query ($id: ID!) { fulfillment(id: $id) { availableTransitions { mutation to allowed } } }',
    { id },
  );
  return body.data.fulfillment.availableTransitions
    .filter(({ allowed }: any) => allowed)
    .map(({ mutation, to }: any) => (to === null ? mutation : `${mutation} ${to}`))
    .sort();
}

test('of a planned release', async () => {
  const a = await aRelease(world, await covered(world), '100.00', {
    items: [line('sku-1', 2, '100.00')],
  });

  expect(await next(a, 'OMS')).toEqual([
    'cancelFulfillment CANCELLED',
    'captureFulfillment CAPTURING_PAYMENT',
    'reserveFulfillment RELEASED',
    'splitFulfillment',
  ]);
  expect(await next(a, 'PAYMENT')).toEqual([]);
  expect(await next(a, 'ADMIN')).toEqual([
    'cancelFulfillment CANCELLED',
    'captureFulfillment CAPTURING_PAYMENT',
  ]);
});

test('of one that is captured for, that is captured, and that is sent', async () => {
  const busy = await capturing(world, await covered(world));
  expect(await next(busy, 'OMS,ADMIN,PAYMENT,SUPPORT')).toEqual([]);

  const a = await paid(world, await covered(world));
  expect(await next(a, 'OMS')).toEqual(['startFulfilling FULFILLING']);
  await step(world, 'OMS', 'startFulfilling', a);
  expect(await next(a, 'SYSTEM')).toEqual(['shipFulfillment FULFILLED']);
  await step(world, 'OMS', 'shipFulfillment', a);
  // Sent once more changes nothing, and is no error.
  expect(await next(a, 'OMS')).toEqual([
    'confirmDelivery DELIVERED',
    'recordReturn RETURNED',
    'shipFulfillment',
  ]);
});

test('a seller’s people see their release and its lines, and none of the money (S0.14)', async () => {
  const shop = await covered(world);
  const orderId = await done(world, 'COMMERCE', 'createOrder', {
    cartGuid: shop.guid,
    code: `S-${shop.guid}`,
    side: 'SELLER',
    sellerId: 'seller-1',
    marketplaceOrderId: shop.orderId,
    total: money('70.00'),
  });
  const a = await released(world, { ...shop, orderId }, '70.00', {
    items: [line('sku-1', 1, '70.00')],
    capturePolicy: 'AT_INVOICE',
  });
  const selection = `fulfillment(id: $id) { status items { reference } payments { id }
    paymentShares { amount { amount } } transactions { id } }`;
  const ask = async (actor: string) =>
    (await world.ask(actor, `query ($id: ID!) { ${selection} }`, { id: a })).data.fulfillment;

  expect(await ask('oms; roles=OMS; side=SELLER; sellerId=seller-1')).toEqual({
    status: 'RELEASED',
    items: [{ reference: 'sku-1' }],
    payments: [],
    paymentShares: [],
    transactions: [],
  });
  expect(await ask('oms; roles=OMS; side=SELLER; sellerId=seller-2')).toBeNull();
  expect(await read(world, selection, { id: a })).toEqual({
    fulfillment: {
      status: 'RELEASED',
      items: [{ reference: 'sku-1' }],
      payments: [{ id: shop.paymentId }],
      paymentShares: [{ amount: { amount: '70.00' } }],
      transactions: [],
    },
  });
  // Of one piece nothing can be split.
  expect(await next(a, 'OMS; side=SELLER; sellerId=seller-1')).toEqual([
    'cancelFulfillment CANCELLED',
    'startFulfilling FULFILLING',
  ]);
});
