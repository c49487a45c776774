import { aCart, authorized, EUR_129, type Cart } from '../../support/stories';
import { done } from '../../support/exception-stories';
import { startWorld, type World } from '../../support/world';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

let codes = 0;
const nextCode = () => `REC-${(codes += 1)}`;

const read = async (orderId: string, selection: string): Promise<any> => {
  const { data, errors } = await world.ask(
    'finance; roles=FINANCE',
    `query One($id: ID!) { order(id: $id) { ${selection} } }`,
    { id: orderId },
  );
  expect(errors).toBeUndefined();
  return data.order;
};

async function sellerOrder(cart: Cart, sellerId = 'sel_1'): Promise<string> {
  const { order } = await done(world, 'COMMERCE', 'createOrder', {
    cartGuid: cart.guid,
    code: nextCode(),
    side: 'SELLER',
    sellerId,
    marketplaceOrderId: cart.orderId,
    total: EUR_129,
  });
  return order.id;
}

test('an order that is new has its total to pay, and nothing on record', async () => {
  const { orderId } = await aCart(world);

  expect(
    await read(
      orderId,
      `payable { amount currencyCode } grantedRefunds { amount currencyCode } initialAmount { amount }
       statusSince omsRejectionCause marketplaceOrder { id } replacesOrder { id } replacedByOrder { id }
       duplicateOfOrder { id } linkedOrders { id } invoices { number } erpPostings { subjectId }
       refundGrants { id } notificationHops { lagMs } fulfillmentStatus
       interactions { totalCount nodes { id } }`,
    ),
  ).toEqual({
    payable: EUR_129,
    grantedRefunds: { amount: '0.00', currencyCode: 'EUR' },
    initialAmount: null,
    statusSince: world.now().toISOString(),
    omsRejectionCause: null,
    marketplaceOrder: null,
    replacesOrder: null,
    replacedByOrder: null,
    duplicateOfOrder: null,
    linkedOrders: [],
    invoices: [],
    erpPostings: [],
    refundGrants: [],
    notificationHops: [],
    fulfillmentStatus: null,
    interactions: { totalCount: 0, nodes: [] },
  });
});

test('the status is told with the time since when', async () => {
  const { orderId, guid } = await aCart(world);
  world.advance(90_000);
  const since = world.now().toISOString();
  await done(world, 'STOREFRONT', 'createOrder', { cartGuid: guid, code: nextCode() });
  world.advance(90_000);

  expect(await read(orderId, 'status statusSince')).toEqual({
    status: 'PAYMENT_PENDING',
    statusSince: since,
  });
});

test('the news of a payment is shown hop by hop with its lag, each on the order it reached (S0.6, S0.9)', async () => {
  const cart = await aCart(world);
  await done(world, 'STOREFRONT', 'createOrder', { cartGuid: cart.guid, code: nextCode() });
  const sellerOrderId = await sellerOrder(cart);
  await done(world, 'SYSTEM', 'confirmOrderBySeller', { orderId: sellerOrderId });
  const sentAt = world.now().toISOString();
  const { paymentId } = cart;
  world.advance(2_500);

  await done(world, 'SYSTEM', 'recordTransactionResult', {
    paymentId,
    type: 'AUTHORIZE',
    result: 'SUCCEEDED',
    requestedAmount: EUR_129,
    processedAmount: EUR_129,
    gatewayTransactionId: `auth_${cart.reference}`,
    occurredAt: sentAt,
  });

  const receivedAt = world.now().toISOString();
  const hops = 'notificationHops { from to sentAt receivedAt lagMs }';
  expect(await read(cart.orderId, hops)).toEqual({
    notificationHops: [{ from: 'GATEWAY', to: 'MARKETPLACE', sentAt, receivedAt, lagMs: 2_500 }],
  });
  expect(await read(sellerOrderId, hops)).toEqual({
    notificationHops: [
      { from: 'MARKETPLACE', to: 'SELLER', sentAt: receivedAt, receivedAt, lagMs: 0 },
    ],
  });
});

test('a granted refund is on record, and payable stays', async () => {
  const cart = await aCart(world);
  await done(world, 'STOREFRONT', 'createOrder', { cartGuid: cart.guid, code: nextCode() });
  const ten = { amount: '10.00', currencyCode: 'EUR' };

  await done(world, 'FINANCE', 'grantRefund', {
    orderId: cart.orderId,
    amount: ten,
    reason: 'a scratch on the box',
  });

  const order = await read(
    cart.orderId,
    `payable { amount } grantedRefunds { amount currencyCode }
     refundGrants { amount { amount currencyCode } source fulfillmentId grantedAt }`,
  );
  expect(order).toEqual({
    payable: { amount: '129.00' },
    grantedRefunds: ten,
    refundGrants: [
      { amount: ten, source: 'GRANT', fulfillmentId: null, grantedAt: world.now().toISOString() },
    ],
  });
});

test('an invoice of the seller is on record on both orders (S0.5)', async () => {
  const cart = await aCart(world);
  await done(world, 'STOREFRONT', 'createOrder', { cartGuid: cart.guid, code: nextCode() });
  const orderId = await sellerOrder(cart);
  await done(world, 'SYSTEM', 'confirmOrderBySeller', { orderId });
  await authorized(world, cart);
  await done(world, 'COMMERCE', 'releaseOrderForHandling', { orderId });
  await done(world, 'SYSTEM', 'startHandling', { orderId });
  await done(world, 'SYSTEM', 'insertInvoice', { orderId, number: 'INV-7', amount: EUR_129 });

  const invoices =
    'invoices { number amount { amount currencyCode } fulfillmentIds mirrorOfOrderId insertedAt }';
  const invoice = {
    number: 'INV-7',
    amount: EUR_129,
    fulfillmentIds: [],
    mirrorOfOrderId: null,
    insertedAt: world.now().toISOString(),
  };
  expect(await read(orderId, invoices)).toEqual({ invoices: [invoice] });
  expect(await read(cart.orderId, invoices)).toEqual({
    invoices: [{ ...invoice, mirrorOfOrderId: orderId }],
  });
});

describe('fulfillments in one word', () => {
  const part = async (orderId: string, amount: string) => {
    const { fulfillment } = await done(world, 'SYSTEM', 'createFulfillment', {
      orderId,
      total: { amount, currencyCode: 'EUR' },
    });
    return fulfillment.id;
  };

  test('are told on the seller order and on the marketplace order it is linked to', async () => {
    const cart = await aCart(world);
    await done(world, 'STOREFRONT', 'createOrder', { cartGuid: cart.guid, code: nextCode() });
    const [one, other] = [await sellerOrder(cart), await sellerOrder(cart, 'sel_2')];

    await part(one, '29.00');

    expect(await read(one, 'fulfillmentStatus')).toEqual({ fulfillmentStatus: 'NEW' });
    expect(await read(other, 'fulfillmentStatus')).toEqual({ fulfillmentStatus: null });
    expect(await read(cart.orderId, 'fulfillmentStatus')).toEqual({ fulfillmentStatus: 'NEW' });
  });
});

test('links and records of many orders cost as many statements as those of one', async () => {
  const carts: Cart[] = [];
  for (let count = 0; count < 4; count += 1) {
    const cart = await aCart(world);
    await done(world, 'STOREFRONT', 'createOrder', { cartGuid: cart.guid, code: nextCode() });
    await sellerOrder(cart);
    carts.push(cart);
  }
  const statements = async (representations: object[]) => {
    world.statements.length = 0;
    const { errors } = await world.ask(
      'finance; roles=FINANCE',
      `query Many($representations: [_Any!]!) { _entities(representations: $representations) {
        ... on Order { payable { amount } invoices { number } fulfillmentStatus paymentStatus { chargeStatus }
          linkedOrders { code paymentStatus { chargeStatus } marketplaceOrder { code } } } } }`,
      { representations },
    );
    expect(errors).toBeUndefined();
    return world.statements.length;
  };
  const all = carts.map(({ orderId }) => ({ __typename: 'Order', id: orderId }));

  const one = await statements(all.slice(0, 1));

  expect(await statements(all)).toBe(one);
});
