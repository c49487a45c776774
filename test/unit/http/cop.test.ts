import { type Answer, ask, type Edge, post, send, startEdge, ACTOR } from './edge';

// Goal: the checks of graphql-cop, each asked as it asks, by somebody who may ask. A check is
// clean when what graphql-cop looks for is not in the answer.
let edge: Edge;
beforeAll(async () => (edge = await startEdge()));
afterAll(() => edge.close());

const get = (query: string, accept = '*/*') =>
  send(`${edge.url}/graphql?query=${encodeURIComponent(query)}`, {
    headers: { accept, 'x-recon-actor': ACTOR },
  });
const many = (times: number, part: (index: number) => string) =>
  Array.from({ length: times }, (_, index) => part(index)).join(' ');
const form = (body: string) =>
  send(`${edge.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-recon-actor': ACTOR },
    body,
  });
const errorsOf = ({ body }: Answer) => body.errors as { message: string }[];

test.each<[string, () => Promise<Answer>, number, (answer: Answer) => boolean]>([
  [
    'field_suggestions',
    () => ask(edge, '{ __schema { directive } ordr { id } }'),
    400,
    ({ text }) => text.includes('Did you mean'),
  ],
  [
    'introspection',
    () => ask(edge, '{ __schema { types { name fields { name } } } }'),
    400,
    ({ body }) => Boolean(body.data),
  ],
  [
    'detect_graphiql',
    () => get('', 'text/html'),
    405,
    ({ text }) => /graphi?ql|playground/i.test(text),
  ],
  ['get_method_support', () => get('{ __typename }'), 405, ({ body }) => Boolean(body.data)],
  [
    'alias_overloading',
    () => ask(edge, `{ ${many(101, (i) => `alias${i}: __typename`)} }`),
    400,
    ({ text }) => text.includes('"alias100"'),
  ],
  [
    'batch_query',
    () =>
      post(
        edge,
        Array.from({ length: 10 }, () => ({ query: '{ __typename }' })),
      ),
    400,
    ({ body }) => Array.isArray(body),
  ],
  ['trace_mode', () => ask(edge, '{ __typename }'), 200, ({ body }) => 'extensions' in body],
  [
    'directive_overloading',
    () => ask(edge, `{ __typename ${many(10, () => '@aa')} }`),
    400,
    (answer) => errorsOf(answer).length >= 10,
  ],
  [
    'circular_query_introspection',
    () => ask(edge, '{ __schema { types { fields { type { fields { type { name } } } } } } }'),
    400,
    ({ body }) => Boolean(body.data),
  ],
  [
    'get_based_mutation',
    () => get('mutation { __typename }'),
    405,
    ({ body }) => Boolean(body.data),
  ],
  ['post_based_csrf', () => form('query=%7B__typename%7D'), 415, ({ body }) => Boolean(body.data)],
  [
    'unhandled_error_detection',
    () => ask(edge, 'qwerty cop { abc }'),
    400,
    ({ text }) => text.includes('exception') || text.includes('stack'),
  ],
  [
    'field_duplication',
    () => ask(edge, `{ ${many(500, () => '__typename')} }`),
    400,
    ({ body }) => Boolean(body.data),
  ],
])('%s is clean', async (_check, request, status, isFlagged) => {
  const answer = await request();

  expect(answer.status).toBe(status);
  expect(isFlagged(answer)).toBe(false);
});

test('too many directives are one limit, not one error each', async () => {
  const answer = await ask(edge, `{ __typename ${many(11, () => '@aa')} }`);

  expect(answer.status).toBe(400);
  expect(errorsOf(answer).length).toBeLessThanOrEqual(6);
  expect(
    (await ask(edge, `{ __typename ${many(10, () => '@skip(if: false)')} }`)).codes,
  ).not.toContain('GRAPHQL_VALIDATION_FAILED/DIRECTIVE_LIMIT');
  const spread = many(11, (i) => `... @include(if: true) { a${i}: __typename }`);
  expect((await ask(edge, `{ ${spread} }`)).codes).toEqual([
    'GRAPHQL_VALIDATION_FAILED/DIRECTIVE_LIMIT',
  ]);
});
