import { newId } from '../../../src/kernel/id';
import { aFulfillment } from '../../support/rows';
import { aCart, capturedWithoutOrder, type Cart } from '../../support/stories';
import { startWorld, type World } from '../../support/world';

const ROUTER = 'router; roles=AUDITOR';
const ENTITIES = `query ($r: [_Any!]!) { _entities(representations: $r) {
  __typename
  ... on Order { id code cartGuid }
  ... on Payment { paymentId: id provider }
  ... on Fulfillment { fulfillmentId: id state: status }
  ... on ReconciliationException { exceptionId: id kind }
} }`;

let world: World;
let cart: Cart & { exceptionId: string };
let fulfillmentId: string;

beforeAll(async () => {
  world = await startWorld();
  cart = await capturedWithoutOrder(world);
  fulfillmentId = await aFulfillment(world, cart);
  await world.act('STOREFRONT', 'createOrder', { cartGuid: cart.guid, code: 'ENTITY-1' });
});
afterAll(async () => {
  await world.close();
});
beforeEach(() => {
  world.statements.length = 0;
});

const entities = (...representations: unknown[]) =>
  world.ask(ROUTER, ENTITIES, { r: representations });

/** Outcome by slot: the error's code and reason, or null. */
function failures(body: any): (string | null)[] {
  const slots = body.data._entities.map(() => null);
  for (const { path, extensions } of body.errors ?? []) {
    slots[path[1]] = `${extensions.code}/${extensions.reason}`;
  }
  return slots;
}

test('every entity is found by every key it has', async () => {
  const order = { __typename: 'Order', id: cart.orderId, code: 'ENTITY-1', cartGuid: cart.guid };
  const payment = { __typename: 'Payment', paymentId: cart.paymentId, provider: 'acme' };

  const body = await entities(
    { __typename: 'Order', id: cart.orderId },
    { __typename: 'Order', code: 'ENTITY-1' },
    { __typename: 'Payment', id: cart.paymentId },
    { __typename: 'Payment', provider: 'acme', providerReference: cart.reference },
    { __typename: 'Fulfillment', id: fulfillmentId },
    { __typename: 'ReconciliationException', id: cart.exceptionId },
  );

  expect(body).toEqual({
    data: {
      _entities: [
        order,
        order,
        payment,
        payment,
        { __typename: 'Fulfillment', fulfillmentId, state: 'NEW' },
        {
          __typename: 'ReconciliationException',
          exceptionId: cart.exceptionId,
          kind: 'CAPTURED_ORDER_CREATION_FAILED',
        },
      ],
    },
  });
});

test('a well-formed key that names nothing is null, without an error', async () => {
  const body = await entities(
    { __typename: 'Order', id: newId('ord') },
    { __typename: 'Order', code: 'NOBODY-KNOWS' },
    { __typename: 'Order', code: 'Größe' },
    { __typename: 'Order', code: '' },
    { __typename: 'Payment', id: newId('pay') },
    { __typename: 'Payment', provider: 'other', providerReference: cart.reference },
    { __typename: 'Fulfillment', id: newId('ful') },
    { __typename: 'ReconciliationException', id: newId('exc') },
  );

  expect(body).toEqual({ data: { _entities: Array(8).fill(null) } });
});

const BAD = 'BAD_USER_INPUT/BAD_REPRESENTATION';

test.each<[string, unknown, string]>([
  ['of an unknown type', { __typename: 'Shipment', id: newId('ord') }, BAD],
  ['of a type that is no entity', { __typename: 'Money', amount: '1.00' }, BAD],
  ['of an entity that lives elsewhere', { __typename: 'Customer', id: 'cus_1' }, BAD],
  ['named like a property of objects', { __typename: 'constructor', id: newId('ord') }, BAD],
  ['without a type', { id: newId('ord') }, BAD],
  ['whose type is a number', { __typename: 7, id: newId('ord') }, BAD],
  ['without a key', { __typename: 'Order' }, BAD],
  ['with half a key', { __typename: 'Payment', provider: 'acme' }, BAD],
  ['whose key is a number', { __typename: 'Order', id: 7 }, BAD],
  ['whose key is an object', { __typename: 'Order', id: { eq: 'x' } }, BAD],
  ['whose key is null', { __typename: 'Order', code: null }, BAD],
  ['with a malformed id', { __typename: 'Order', id: 'ord_1' }, 'BAD_USER_INPUT/BAD_ID'],
  [
    'with an id of another type',
    { __typename: 'Order', id: newId('pay') },
    'BAD_USER_INPUT/BAD_ID',
  ],
  ['that is a text', 'ord_1', BAD],
  ['that is a number', 7, BAD],
  ['that is a list', [], BAD],
])('a reference %s fails its own slot, and the others are answered', async (_case, bad, code) => {
  const body = await entities({ __typename: 'Order', id: cart.orderId }, bad, {
    __typename: 'Payment',
    id: cart.paymentId,
  });

  expect(failures(body)).toEqual([null, code, null]);
  expect(body.data._entities.map((row: any) => row?.id ?? row?.paymentId ?? null)).toEqual([
    cart.orderId,
    null,
    cart.paymentId,
  ]);
});

test('what only has a bad shape never reaches the database', async () => {
  await entities(
    { __typename: 'Order', id: 'ord_1' },
    { __typename: 'Payment', id: cart.orderId },
    { __typename: 'Shipment', id: '1' },
    { __typename: 'Fulfillment' },
  );

  expect(world.statements).toEqual([]);
});

test('a hundred mixed references cost one statement per key of a type', async () => {
  const carts = [];
  for (let number = 0; number < 24; number += 1) carts.push(await aCart(world));
  const references = carts.flatMap(({ orderId, paymentId, reference }) => [
    { __typename: 'Order', id: orderId },
    { __typename: 'Payment', id: paymentId },
    { __typename: 'Payment', provider: 'acme', providerReference: reference },
    { __typename: 'ReconciliationException', id: cart.exceptionId },
  ]);
  references.push(
    { __typename: 'Fulfillment', id: fulfillmentId },
    { __typename: 'Fulfillment', id: newId('ful') },
    { __typename: 'Order', id: cart.orderId },
    { __typename: 'Order', id: cart.orderId },
  );
  world.statements.length = 0;

  const { data, errors } = await entities(...references);

  expect(references).toHaveLength(100);
  expect(errors).toBeUndefined();
  expect(data._entities.filter((row: unknown) => row === null)).toHaveLength(1);
  expect(world.statements.map(tableRead).sort()).toEqual([
    'fulfillment',
    'orders',
    'payment',
    'payment',
    'reconciliation_exception',
  ]);
});

test('references of one type by one key cost one statement, at any width', async () => {
  const read = async (count: number) => {
    world.statements.length = 0;
    const reference = { __typename: 'Order', id: cart.orderId };
    const many = Array.from({ length: count - 1 }, () => ({ ...reference, id: newId('ord') }));
    const { data } = await entities(reference, ...many);
    return [data._entities.length, world.statements.length];
  };

  expect(await read(1)).toEqual([1, 1]);
  expect(await read(100)).toEqual([100, 1]);
  expect(await read(500)).toEqual([500, 1]);
});

test('who may not see an entity is told there is none', async () => {
  const references = [
    { __typename: 'Order', id: cart.orderId },
    { __typename: 'Payment', id: cart.paymentId },
    { __typename: 'ReconciliationException', id: cart.exceptionId },
  ];
  const query = 'query ($r: [_Any!]!) { _entities(representations: $r) { __typename } }';

  const seller = await world.ask('s; roles=OMS; side=SELLER; sellerId=s-1', query, {
    r: references,
  });
  const stranger = await world.ask('c; roles=CUSTOMER; customerId=cus_2', query, { r: references });

  expect(seller).toEqual({ data: { _entities: [null, null, null] } });
  expect(stranger).toEqual({ data: { _entities: [null, null, null] } });
});

const tableRead = (text: string) => /FROM `(\w+)`/.exec(text)?.[1];
