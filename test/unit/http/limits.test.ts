import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  buildSchema,
  getIntrospectionQuery,
  type OperationDefinitionNode,
  parse,
  validate,
} from 'graphql';
import { findBadInput } from '../../../src/graphql/bad-text';
import { operationCost } from '../../../src/graphql/document-cost';
import { documentLimits, LIMITS } from '../../../src/graphql/limits';

const schema = buildSubgraphSchema(
  parse(`
    extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@cost", "@listSize"])
    type Order @key(fields: "id") {
      id: ID!
      payments: [Payment!]!
      lines: [Line!]! @listSize(assumedSize: 10)
      tags: [String!]!
      plan: String @cost(weight: 20)
    }
    type Line { id: ID! }
    type Payment @key(fields: "id") { id: ID! order: Order! }
    type Edge { node: Order! }
    type OrderConnection { nodes: [Order!]! edges: [Edge!]! totalCount: Int! }
    type Query { order: Order orders(first: Int): OrderConnection! }
  `),
);

const repeat = (times: number, part: (index: number) => string) =>
  Array.from({ length: times }, (_, index) => part(index)).join(' ');

/** Reasons of our rule alone, with the limit it names. */
function reasons(document: string): string[] {
  return validate(schema, parse(document), [documentLimits]).map(
    ({ extensions: { code, reason, max } }) => `${String(code)} ${String(reason)} ${String(max)}`,
  );
}

const aliases = (count: number) => `{ order { ${repeat(count, (i) => `a${i}: id`)} } }`;
const directives = (count: number) => `{ order { ${repeat(count, () => 'id @skip(if: false)')} } }`;
const roots = (count: number) => `{ ${repeat(count, () => '__typename')} }`;
const depth = (levels: number) =>
  `${'{ order '.repeat(levels - 1)}{ id }${' }'.repeat(levels - 1)}`;
const throughFragments = (levels: number) =>
  `{ ...F0 } ${repeat(levels - 1, (i) => `fragment F${i} on Order { ... { order { ...F${i + 1} } } }`)}
   fragment F${levels - 1} on Order { id }`;
// Each field of the root spreads 100 fields: with itself, 101.
const selections = (fields: number) =>
  `{ ${repeat(19, () => 'order { ...F }')} order { ${repeat(fields - 19 * 101 - 1, () => 'id')} } }
   fragment F on Order { ${repeat(100, () => 'id')} }`;

test.each<[string, (size: number) => string, number, string]>([
  ['aliases', aliases, LIMITS.aliases, 'ALIAS_LIMIT'],
  ['directives', directives, LIMITS.directives, 'DIRECTIVE_LIMIT'],
  ['root fields', roots, LIMITS.rootFields, 'ROOT_FIELD_LIMIT'],
  ['levels', depth, LIMITS.depth, 'DEPTH_LIMIT'],
  ['levels through fragments', throughFragments, LIMITS.depth, 'DEPTH_LIMIT'],
  ['fields through fragments', selections, LIMITS.selections, 'SELECTION_LIMIT'],
])('%s: the limit passes, one more does not', (_case, document, max, reason) => {
  expect(reasons(document(max))).toEqual([]);
  expect(reasons(document(max + 1))).toEqual([`GRAPHQL_VALIDATION_FAILED ${reason} ${max}`]);
});

test('of several operations the largest counts, of several limits the first is told', () => {
  expect(reasons(`query A ${depth(2)} query B ${depth(16)}`)).toHaveLength(1);
  expect(reasons(`query A ${roots(20)} query B ${roots(20)}`)).toEqual([]);
  expect(reasons(`{ ${repeat(31, (i) => `a${i}: __typename`)} }`)).toEqual([
    'GRAPHQL_VALIDATION_FAILED ALIAS_LIMIT 30',
  ]);
});

test('what the introspection query of GraphiQL and the router ask passes', () => {
  const asked = getIntrospectionQuery({
    descriptions: true,
    specifiedByUrl: true,
    directiveIsRepeatable: true,
    schemaDescription: true,
    inputValueDeprecation: true,
    oneOf: true,
  });

  expect(() => parse(asked, { maxLexicalTokens: LIMITS.tokens })).not.toThrow();
  expect(reasons(asked)).toEqual([]);
  expect(reasons('{ _service { sdl } }')).toEqual([]);
});

describe('the cost of an operation', () => {
  const cost = (text: string, variables = {}) => {
    const document = parse(text);
    const operation = document.definitions[0] as OperationDefinitionNode;
    return operationCost({ schema, document, operation, variables });
  };

  test.each<[string, string, object, number]>([
    ['a scalar', '{ __typename }', {}, 0],
    ['an object', '{ order { id } }', {}, 1],
    ['a weight', '{ order { plan } }', {}, 21],
    ['a list of scalars', '{ order { tags } }', {}, 1],
    ['a neighbour list, taken to hold 4', '{ order { payments { id } } }', {}, 1 + 4],
    ['a neighbour list that says its size', '{ order { lines { id } } }', {}, 1 + 10],
    [
      'lists in lists',
      '{ order { payments { order { payments { id } } } } }',
      {},
      1 + 4 * (1 + 1 + 4),
    ],
    ['the default page', '{ orders { nodes { id } } }', {}, 20 * 2],
    ['a page', '{ orders(first: 200) { nodes { id } } }', {}, 200 * 2],
    ['edges', '{ orders(first: 10) { edges { node { id } } } }', {}, 10 * 3],
    ['a page and below', '{ orders(first: 10) { nodes { payments { id } } } }', {}, 10 * (2 + 4)],
    ['no page', '{ orders(first: 0) { totalCount } }', {}, 0],
    ['a negative page', '{ orders(first: -5) { totalCount } }', {}, 0],
    ['a page beyond all', '{ orders(first: 2000000000) { totalCount } }', {}, 1000],
    ['a variable', 'query ($n: Int) { orders(first: $n) { totalCount } }', { n: 7 }, 7],
    ['its default', 'query ($n: Int = 8) { orders(first: $n) { totalCount } }', {}, 8],
    ['given over default', 'query ($n: Int = 8) { orders(first: $n) { totalCount } }', { n: 3 }, 3],
    ['a null', 'query ($n: Int = 8) { orders(first: $n) { totalCount } }', { n: null }, 20],
    ['no number', 'query ($n: Int) { orders(first: $n) { totalCount } }', { n: '9' }, 20],
    [
      'a fragment',
      '{ ...F } fragment F on Query { order { id } ...G } fragment G on Query { order { id } }',
      {},
      2,
    ],
    ['introspection', '{ __schema { types { fields { name } } } }', {}, 0],
  ])('%s', (_case, text, variables, expected) => {
    expect(cost(text, variables)).toBe(expected);
  });

  test('a page of 200 orders with two levels of neighbours is affordable, three more are not', () => {
    const page = (inner: string) => `{ orders(first: 200) { nodes { ${inner} } } }`;
    const two = 'plan payments { order { payments { id } } } lines { id }';
    const five =
      'payments { order { payments { order { payments { order { payments { id } } } } } } }';

    expect(cost(page(two))).toBeLessThanOrEqual(LIMITS.cost);
    expect(cost(page(five))).toBeGreaterThan(LIMITS.cost);
  });
});

test('another schema’s lists without marks cost by default', () => {
  const plain = buildSchema('type A { as: [[A!]!]! } type Query { a: A }');
  const document = parse('{ a { as { as { as { __typename } } } } }');
  const operation = document.definitions[0] as OperationDefinitionNode;

  expect(operationCost({ schema: plain, document, operation, variables: {} })).toBe(
    1 + 4 + 16 + 64,
  );
});

test.each<[string, string, boolean]>([
  ['tab, line feed, carriage return', '\t\n\r', false],
  ['backspace', '\b', true],
  ['vertical tab', '\v', true],
  ['unit separator', '\u001f', true],
  ['tilde', '~', false],
  ['delete', '\u007f', true],
  ['last C1', '\u009f', true],
  ['no-break space', '\u00a0', false],
  ['right-to-left mark, which Arabic text needs', '\u200f', false],
  ['paragraph separator', '\u2029', false],
  ['left-to-right embedding', '\u202a', true],
  ['right-to-left override', '\u202e', true],
  ['narrow no-break space', '\u202f', false],
  ['invisible plus', '\u2065', false],
  ['first isolate', '\u2066', true],
  ['pop isolate', '\u2069', true],
  ['emoji with joiner', '👩‍💻', false],
  ['high surrogate alone', 'a\ud83d', true],
  ['low surrogate alone', '\ude00a', true],
  ['surrogates the wrong way round', '\ude00\ud83d', true],
])('text: %s', (_case, text, isBad) => {
  expect(findBadInput({ a: text }, 2)?.reason ?? null).toBe(isBad ? 'BAD_STRING' : null);
});
