import { type ASTNode, type NameNode, parse, type StringValueNode } from 'graphql';
import { graphqlRequest } from '../support/graphql-request';
import { type ReconServer, startRecon } from '../support/recon-server';
import { type Gateway, startGateway } from './harness';

const SHOP = { 'x-recon-actor': 'shop; roles=STOREFRONT' };

/** Types other subgraphs define too; their words may be another team's. */
const SHARED = ['Money', 'PageInfo', 'Customer', 'Decimal', 'CurrencyCode'];

/** No entity, and yet a plain name: it is part of the published contract. */
const PUBLISHED = ['PaymentTransaction'];

/** Hints the composer may give. Each entry says why it is harmless. */
const ALLOWED_HINTS: string[] = [];

let recon: ReconServer;
let gateway: Gateway;
let sdl: string;

beforeAll(async () => {
  recon = await startRecon();
  gateway = await startGateway(recon.url, SHOP);
  const answer = await graphqlRequest(recon.url, '{ _service { sdl } }', { headers: SHOP });
  sdl = answer.data._service.sdl;
});

afterAll(async () => {
  await gateway?.close();
  await recon?.close();
});

test('the subgraph composes with a storefront and a customer service', () => {
  const graphs = [...gateway.supergraphSdl.matchAll(/@join__graph\(name: "(\w+)"/g)];
  expect(graphs.map(([, name]) => name).sort()).toEqual(['customers', 'recon', 'storefront']);
});

test('the composer has nothing to remark that is not on the list', () => {
  const remarks = gateway.hints.filter(({ code }) => !ALLOWED_HINTS.includes(code));
  expect(remarks).toEqual([]);
});

test('every input, enum and non-entity type has a name no other subgraph will choose', () => {
  const types = namedTypes(sdl);
  const mutations = types.filter(({ name }) => name.value === 'Mutation').flatMap(members);
  const prefixes = mutations.map(({ name }) => name.value[0]!.toUpperCase() + name.value.slice(1));
  const risky = types
    .filter(needsOwnName)
    .map(({ name }) => name.value)
    .filter((name) => !['Recon', ...prefixes].some((prefix) => name.startsWith(prefix)));
  expect(prefixes).toContain('CreateOrder');
  expect(risky).toEqual([]);
});

test('the supergraph says of every type, field, argument and value what the subgraph says', () => {
  const inSupergraph = descriptions(gateway.supergraphSdl);
  const ours = [...descriptions(sdl)].filter(([at]) => !SHARED.includes(at.split('.')[0]!));
  const lost = ours.filter(([at, text]) => inSupergraph.get(at) !== text).map(([at]) => at);
  expect(ours.length).toBeGreaterThan(100);
  expect(lost).toEqual([]);
});

test('a cart page joins the order it names, and the order joins its customer', async () => {
  await createOrder('SHOP-1001', 'c-77');
  const answer = await graphqlRequest(gateway.url, CART_PAGE, {
    variables: { orderCode: 'SHOP-1001' },
    headers: SHOP,
  });
  expect(answer).toEqual({
    status: 200,
    data: {
      cartPage: {
        shippingCost: { amount: '4.90', currencyCode: 'EUR' },
        order: {
          code: 'SHOP-1001',
          total: { amount: '129.00', currencyCode: 'EUR' },
          customer: { id: 'c-77', displayName: 'Customer c-77', email: 'c-77@example.test' },
        },
      },
    },
  });
});

test('a cart page whose order is not known here still answers what the storefront knows', async () => {
  const answer = await graphqlRequest(gateway.url, CART_PAGE, {
    variables: { orderCode: 'SHOP-9999' },
    headers: SHOP,
  });
  expect(answer.data).toEqual({
    cartPage: { shippingCost: { amount: '4.90', currencyCode: 'EUR' }, order: null },
  });
});

const CART_PAGE = `query ($orderCode: String!) {
  cartPage(orderCode: $orderCode) {
    shippingCost { amount currencyCode }
    order { code total { amount currencyCode } customer { id displayName email } }
  }
}`;

async function createOrder(code: string, customerId: string): Promise<void> {
  const mutation = `mutation ($input: CreateOrderInput!) {
    createOrder(input: $input) { order { code } userErrors { code message } }
  }`;
  const input = {
    cartGuid: `cart-of-${code}`,
    code,
    customerId,
    total: { amount: '129.00', currencyCode: 'EUR' },
    control: { idempotencyKey: `composition-test-${code}` },
  };
  const answer = await graphqlRequest(gateway.url, mutation, {
    variables: { input },
    headers: SHOP,
  });
  expect(answer).toEqual({
    status: 200,
    data: { createOrder: { order: { code }, userErrors: [] } },
  });
}

/** What has a name in an SDL: a type, a field, an argument, an enum value. */
type Named = ASTNode & {
  name: NameNode;
  description?: StringValueNode;
  directives?: readonly { name: NameNode }[];
};

/** Definitions and extensions: an SDL may say of one type in several places. */
function namedTypes(text: string): Named[] {
  return parse(text).definitions.filter(({ kind }) =>
    /Type(Definition|Extension)$/.test(kind),
  ) as Named[];
}

/** Fields of a type, arguments of a field, values of an enum. */
function members(node: object): Named[] {
  const { fields, values, arguments: args } = node as Record<string, Named[] | undefined>;
  return fields ?? values ?? args ?? [];
}

/** Entities, roots, scalars, shared value types and federation's own have plain names on purpose. */
function needsOwnName({ kind, name, directives }: Named): boolean {
  const shared = directives?.some((directive) => /^(key|shareable)$/.test(directive.name.value));
  const plain = /^(Query|Mutation|_.*|.*__.*)$/.test(name.value) || PUBLISHED.includes(name.value);
  return !kind.startsWith('Scalar') && !shared && !plain;
}

/** `Type`, `Type.field`, `Type.field.argument`, `Enum.VALUE` → its description, where it has one. */
function descriptions(text: string): Map<string, string> {
  const walk = (node: Named, parent: string): [string, string][] => {
    const at = `${parent}${node.name.value}`;
    const own: [string, string][] = node.description ? [[at, node.description.value]] : [];
    return [...own, ...members(node).flatMap((member) => walk(member, `${at}.`))];
  };
  return new Map(namedTypes(text).flatMap((node) => walk(node, '')));
}
