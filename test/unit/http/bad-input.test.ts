import { type Answer, ask, type Edge, post, SECRET, send, startEdge, ACTOR } from './edge';

// Goal: each bad input has one answer, status and code, and none of them repeats what was sent.
let edge: Edge;
beforeAll(async () => (edge = await startEdge()));
afterAll(() => edge.close());

const repeat = (times: number, part: (index: number) => string) =>
  Array.from({ length: times }, (_, index) => part(index)).join(' ');
const nested = (levels: number) =>
  '{ order(id: "1") '.concat(
    '{ payments { order '.repeat(levels),
    '{ id }',
    ' } }'.repeat(levels),
    ' }',
  );
const outcome = ({ status, codes }: Answer) => `${status} ${[...new Set(codes)].join(' ')}`.trim();
const CAPTURE = 'mutation ($input: CaptureInput!) { capture(input: $input) }';
const PARSE = '400 GRAPHQL_PARSE_FAILED';
const VALIDATION = '400 GRAPHQL_VALIDATION_FAILED';
const INPUT = '400 BAD_USER_INPUT';
const REQUEST = '400 BAD_REQUEST';

describe('bodies', () => {
  const utf8 = (text: string) => new TextEncoder().encode(text);
  test.each<[string, unknown, string]>([
    ['empty', '', REQUEST],
    ['{}', '{}', REQUEST],
    ['malformed JSON', `{"query": ${SECRET}x`, REQUEST],
    ['null', 'null', REQUEST],
    ['a number', '1', REQUEST],
    ['a string', '"x"', REQUEST],
    ['invalid UTF-8', Uint8Array.from([...utf8('{"query":"{ '), 0xff, ...utf8('}"}')]), REQUEST],
    ['an empty array', '[]', REQUEST],
    ['a batch', [{ query: '{ __typename }' }, { query: '{ __typename }' }], REQUEST],
    ['query null', { query: null }, REQUEST],
    ['query empty', { query: '' }, REQUEST],
    ['query a number', { query: 7 }, REQUEST],
    ['variables a string', { query: '{ __typename }', variables: '{}' }, REQUEST],
    ['variables an array', { query: '{ __typename }', variables: [] }, REQUEST],
    ['extensions a string', { query: '{ __typename }', extensions: '{}' }, REQUEST],
    ['operationName a number', { query: '{ __typename }', operationName: 1 }, REQUEST],
    ['a duplicate key: the last wins', '{"query":"{","query":"{ __typename }"}', '200'],
    [
      'a persisted query',
      { extensions: { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } } },
      '200 PERSISTED_QUERY_NOT_SUPPORTED',
    ],
  ])('%s', async (_case, body, expected) => {
    const answer = await post(edge, body);

    expect(outcome(answer)).toBe(expected);
    expect(answer.text).not.toContain(SECRET);
  });

  test('no content-type is a bad request', async () => {
    const body = utf8('{"query":"{ __typename }"}');
    const headers = { 'x-recon-actor': ACTOR };

    const answer = await send(`${edge.url}/graphql`, { method: 'POST', headers, body });

    expect(outcome(answer)).toBe(REQUEST);
  });

  test.each<[string, Record<string, string>, string]>([
    ['JSON', { 'content-type': 'application/json' }, '200'],
    ['JSON in UTF-8', { 'content-type': 'Application/JSON; charset="UTF-8"' }, '200'],
    ['urlencoded', { 'content-type': 'application/x-www-form-urlencoded' }, '415'],
    ['plain text', { 'content-type': 'text/plain' }, '415'],
    ['multipart', { 'content-type': 'multipart/form-data; boundary=x' }, '415'],
    ['a type that begins like JSON', { 'content-type': 'application/jsonp' }, '415'],
    ['UTF-16', { 'content-type': 'application/json; charset=utf-16' }, '415'],
    ['compressed', { 'content-encoding': 'gzip' }, '415'],
    ['identity encoding', { 'content-encoding': 'identity' }, '200'],
  ])('content of type %s', async (_case, headers, status) => {
    const answer = await post(edge, { query: '{ __typename }' }, headers);

    expect(outcome(answer)).toBe(status === '415' ? '415 UNSUPPORTED_MEDIA_TYPE' : status);
  });

  test('256 KiB are read, one byte more is too large', async () => {
    const empty = JSON.stringify({ query: '{ __typename }', pad: '' }).length;
    const sized = (bytes: number) => ({ query: '{ __typename }', pad: 'x'.repeat(bytes - empty) });

    expect(outcome(await post(edge, sized(262_144)))).toBe('200');
    expect(outcome(await post(edge, sized(262_145)))).toBe('413 PAYLOAD_TOO_LARGE');
  });

  test('an image is not what we answer', async () => {
    const answer = await post(edge, { query: '{ __typename }' }, { accept: 'image/png' });

    expect(outcome(answer)).toBe('406 BAD_REQUEST');
  });
});

describe('methods', () => {
  test.each(['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('%s is answered 405', async (method) => {
    const headers = { accept: 'text/html', 'apollo-require-preflight': '1' };

    const answer = await send(`${edge.url}/graphql?query={__typename}`, { method, headers });

    expect(outcome(answer)).toBe('405 METHOD_NOT_ALLOWED');
    expect(answer.headers.get('allow')).toBe('POST');
  });
});

describe('documents', () => {
  test.each<[string, string, string]>([
    ['a syntax error', `{ ${SECRET} }`, PARSE],
    ['a text where a name belongs', `{ "${SECRET}" }`, PARSE],
    ['a broken number', `{ echo(text: ${SECRET}x) }`, PARSE],
    ['an unknown field', '{ ordr { id } }', VALIDATION],
    ['an unknown argument', '{ order(id: "1", ib: 2) { id } }', VALIDATION],
    ['a missing required argument', '{ order { id } }', VALIDATION],
    ['an object without selection', '{ order(id: "1") }', VALIDATION],
    ['a selection on a scalar', '{ echo { id } }', VALIDATION],
    ['a literal of the wrong type', `{ echo(text: ${SECRET}) }`, VALIDATION],
    ['an Int literal that overflows', `{ orders(first: ${SECRET}) { nodes { id } } }`, VALIDATION],
    ['an unknown enum literal', '{ status(is: OPENED) }', VALIDATION],
    ['an enum given as string', `{ status(is: "${SECRET}") }`, VALIDATION],
    ['an object literal for an ID', `{ order(id: {a: "${SECRET}"}) { id } }`, VALIDATION],
    ['a scalar of ours that refuses', `{ decimal(value: "${SECRET}") }`, VALIDATION],
    ['duplicate operation names', 'query A { __typename } query A { __typename }', VALIDATION],
    ['an unused fragment', '{ __typename } fragment F on Order { id }', VALIDATION],
    [
      'a fragment cycle',
      '{ order(id: 1) { ...F } } fragment F on Order { payments { order { ...F } } }',
      VALIDATION,
    ],
    ['an impossible spread', '{ ... on Order { id } }', VALIDATION],
    ['an alias conflict', '{ a: echo(text: "1") a: echo(text: "2") }', VALIDATION],
    ['an unknown directive', '{ __typename @aa }', VALIDATION],
    ['a subscription', 'subscription { x }', '400 OPERATION_RESOLUTION_FAILURE/SUBSCRIPTION'],
    ['introspection', '{ __schema { types { name } } }', `${VALIDATION}/INTROSPECTION_DISABLED`],
    ['__type', '{ __type(name: "Order") { name } }', `${VALIDATION}/INTROSPECTION_DISABLED`],
    ['101 aliases', `{ ${repeat(101, (i) => `a${i}: __typename`)} }`, `${VALIDATION}/ALIAS_LIMIT`],
    [
      '500 fields twice',
      `{ ${repeat(500, () => '__typename')} }`,
      `${VALIDATION}/ROOT_FIELD_LIMIT`,
    ],
    ['2,001 tokens', `{ ${repeat(1999, () => '__typename')} }`, PARSE],
    ['20,000 tokens', `{ ${repeat(20_000, () => '__typename')} }`, PARSE],
    ['depth 60', nested(30), `${VALIDATION}/DEPTH_LIMIT`],
    ['depth 3,000', nested(1500), PARSE],
    ['a NUL', '{ echo(text: "a\\u0000") }', '400 BAD_USER_INPUT/BAD_STRING'],
    ['a bidi override', '{ echo(text: "a\u202eb") }', '400 BAD_USER_INPUT/BAD_STRING'],
    [
      'a block of control characters',
      '{ echo(text: """a\u0085""") }',
      '400 BAD_USER_INPUT/BAD_STRING',
    ],
    ['a lone surrogate', '{ echo(text: "\\ud800") }', PARSE],
    ['a text with tab and line end', '{ echo(text: "a\\t\\n\\r😀") }', '200'],
  ])('%s', async (_case, query, expected) => {
    const answer = await ask(edge, query);

    // A scalar's own refusal has its reason, in a literal as in a variable.
    const refused = query.startsWith('{ decimal') ? `${INPUT}/BAD_DECIMAL` : expected;
    expect(outcome(answer)).toBe(refused);
    expect(answer.text).not.toContain(SECRET);
    expect(answer.text).not.toContain('Did you mean');
    expect(answer.body.errors?.length ?? 1).toBeLessThanOrEqual(6);
  });

  test.each<[string, object, string]>([
    [
      'unknown operationName',
      { query: 'query A { __typename }', operationName: SECRET },
      '400 OPERATION_RESOLUTION_FAILURE',
    ],
    [
      'several operations without name',
      { query: 'query A { __typename } query B { __typename }' },
      '400 OPERATION_RESOLUTION_FAILURE',
    ],
  ])('%s', async (_case, body, expected) => {
    const answer = await post(edge, body);

    expect(outcome(answer)).toBe(expected);
    expect(answer.text).not.toContain(SECRET);
  });

  test('a bomb of fragments is measured, not expanded', async () => {
    const bomb = repeat(
      60,
      (i) =>
        `fragment F${i} on Order { payments { order { ...F${i + 1} } x: order { ...F${i + 1} } } }`,
    );
    const flat = repeat(
      12,
      (i) => `fragment F${i} on Order { ...F${i + 1} ... on Order { ...F${i + 1} } }`,
    );

    const deep = await ask(edge, `{ order(id: 1) { ...F0 } } ${bomb} fragment F60 on Order { id }`);
    const wide = await ask(edge, `{ order(id: 1) { ...F0 } } ${flat} fragment F12 on Order { id }`);

    expect(outcome(deep)).toBe(`${VALIDATION}/ALIAS_LIMIT`);
    expect(outcome(wide)).toBe(`${VALIDATION}/SELECTION_LIMIT`);
  });
});

describe('variables', () => {
  const input = { orderId: '1', count: 1 };
  test.each<[string, unknown, string]>([
    ['unknown enum', { ...input, status: 'OPENED' }, 'status'],
    ['Int too large', { ...input, count: 2147483648 }, 'count'],
    ['Int with a fraction', { ...input, count: 1.5 }, 'count'],
    ['Int in a string', { ...input, count: SECRET }, 'count'],
    ['missing', undefined, ''],
    ['null', null, ''],
    ['an extra field', { ...input, [`x${SECRET}`]: 1 }, ''],
    ['a missing field', { orderId: SECRET }, ''],
    ['__proto__', JSON.parse(`{"orderId":"1","count":1,"__proto__":{"a":"${SECRET}"}}`), ''],
    ['a list for an ID', { ...input, orderId: [SECRET] }, 'orderId'],
    ['an object for an ID', { ...input, orderId: { id: SECRET } }, 'orderId'],
    ['a null list item', { ...input, lines: [null] }, 'lines 0'],
    [
      'an object where a text belongs',
      { ...input, lines: [{ amount: '1', note: { a: SECRET } }] },
      'lines 0 note',
    ],
  ])('%s', async (_case, given, path) => {
    const answer = await ask(edge, CAPTURE, { input: given });

    expect(outcome(answer)).toBe(INPUT);
    expect(answer.text).not.toContain(SECRET);
    expect(answer.text).not.toContain('Did you mean');
    expect(answer.body.errors[0].extensions.field).toEqual([
      'input',
      ...path.split(' ').filter(Boolean),
    ]);
  });

  test('a message names path and expected type', async () => {
    const lines = [{ amount: SECRET }];
    const messages = async (given: object) =>
      (await ask(edge, CAPTURE, { input: given })).body.errors.map((error: any) => error.message);

    expect(await messages({ ...input, count: '5' })).toEqual([
      'Variable "$input" at "input.count" is refused: expected "Int".',
    ]);
    expect(await messages({ ...input, status: 'X' })).toEqual([
      'Variable "$input" at "input.status" is refused: expected "Status".',
    ]);
    expect(await messages({ count: 1 })).toEqual([
      'Variable "$input" is refused: field "orderId" of type "ID!" is missing.',
    ]);
    expect(await messages({ ...input, nope: 1 })).toEqual([
      'Variable "$input" is refused: it has a field that type "CaptureInput" does not define.',
    ]);
    expect(await messages({ ...input, lines })).toEqual([
      'Variable "$input" at "input.lines[0].amount" is refused: Decimal must be a canonical decimal in a string.',
    ]);
  });

  test('a null for an argument that has a default is bad input', async () => {
    const answer = await ask(edge, 'query ($n: Int) { counted(count: $n) }', { n: null });

    expect(outcome(answer)).toBe('200 BAD_USER_INPUT');
  });

  test('of many errors the first five are told', async () => {
    const lines = Array.from({ length: 100 }, () => ({ amount: SECRET }));
    const answer = await ask(edge, CAPTURE, { input: { ...input, lines } });

    expect(answer.status).toBe(400);
    expect(answer.body.errors).toHaveLength(6);
    expect(new Set(answer.codes)).toEqual(
      new Set(['BAD_USER_INPUT/BAD_DECIMAL', 'BAD_USER_INPUT']),
    );
  });

  test.each<[string, unknown, string]>([
    ['NUL', { text: 'a\0' }, 'BAD_STRING text'],
    ['escape', { text: '\u001b[31m' }, 'BAD_STRING text'],
    ['delete', { text: '\u007f' }, 'BAD_STRING text'],
    ['bidi override', { text: '\u202e' }, 'BAD_STRING text'],
    ['bidi isolate', { text: '\u2066' }, 'BAD_STRING text'],
    ['in a list of a variable nobody uses', { other: [{ a: ['\0'] }] }, 'BAD_STRING other 0 a 0'],
    ['in a key', { other: { 'a\0': 1 } }, 'BAD_STRING other'],
  ])('text with %s is refused', async (_case, variables, expected) => {
    const answer = await ask(
      edge,
      'query ($text: String) { echo(text: $text) }',
      variables as object,
    );
    const { reason, field } = answer.body.errors[0].extensions;

    expect(outcome(answer)).toBe(`${INPUT}/BAD_STRING`);
    expect([reason, ...field].join(' ')).toBe(expected);
  });

  test('a lone surrogate is refused, a pair is not', async () => {
    const body = (text: string) =>
      `{"query":"query ($text: String) { echo(text: $text) }","variables":{"text":"${text}"}}`;

    expect(outcome(await post(edge, body('\\ud83d')))).toBe(`${INPUT}/BAD_STRING`);
    expect((await post(edge, body('\\ud83d\\ude00'))).body.data).toEqual({ echo: '😀' });
  });

  test('variables nest 64 levels, not 65', async () => {
    const deep = (levels: number) => {
      const body = '['.repeat(levels - 1) + ']'.repeat(levels - 1);
      return post(edge, `{"query":"{ __typename }","variables":{"x":${body}}}`);
    };

    expect(outcome(await deep(64))).toBe('200');
    expect(outcome(await deep(65))).toBe(`${INPUT}/TOO_DEEP`);
    expect(outcome(await deep(100_000))).toBe(`${INPUT}/TOO_DEEP`);
  });
});

describe('cost', () => {
  const QUERY = 'query ($n: Int) { orders(first: $n) { nodes { plan payments { id } } } }';
  const page = (copies: number) =>
    `query ($n: Int) { orders(first: $n) { nodes { ${repeat(copies, () => 'payments { order { plan } }')} } } }`;

  test('a page that costs too much is refused with both numbers', async () => {
    const answer = await ask(edge, page(3), { n: 200 });

    // 200 × (page + nodes + 3 × 4 × (payment + order + plan of 20)).
    expect(outcome(answer)).toBe('400 COST_LIMIT');
    expect(answer.body.errors[0].extensions).toMatchObject({ cost: 53_200, max: 50_000 });
    expect(outcome(await ask(edge, page(3), { n: 187 }))).toBe('200');
    expect(outcome(await ask(edge, QUERY, { n: 200 }))).toBe('200');
  });
});

describe('entity references', () => {
  const QUERY = 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Order { id } } }';
  const refs = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ __typename: 'Order', id: `o${i}` }));

  test('1,000 are answered, 1,001 are not', async () => {
    const answer = await ask(edge, QUERY, { r: refs(1000) });
    const literal = refs(1001)
      .map(({ id }) => `{__typename:"Order",id:"${id}"}`)
      .join();

    expect(answer.body.data._entities).toHaveLength(1000);
    expect(outcome(await ask(edge, QUERY, { r: refs(1001) }))).toBe(
      `${INPUT}/TOO_MANY_REPRESENTATIONS`,
    );
    expect(
      outcome(await ask(edge, `{ _entities(representations: [${literal}]) { __typename } }`)),
    ).toBe(PARSE);
  });

  test('aliases do not multiply the limit', async () => {
    const twice =
      '{ a: _entities(representations: $r) { __typename } b: _entities(representations: $r) { __typename } }';

    expect(outcome(await ask(edge, `query ($r: [_Any!]!) ${twice}`, { r: refs(500) }))).toBe('200');
    expect(outcome(await ask(edge, `query ($r: [_Any!]!) ${twice}`, { r: refs(501) }))).toBe(
      `${INPUT}/TOO_MANY_REPRESENTATIONS`,
    );
  });

  test.each<[string, unknown]>([
    ['of an unknown type', { __typename: SECRET, id: '1' }],
    ['of a type that is no entity', { __typename: 'OrderConnection' }],
    ['without a type', { id: SECRET }],
    ['that is a scalar', SECRET],
  ])('one %s fails its own slot, and the others are answered', async (_case, bad) => {
    const answer = await ask(edge, QUERY, { r: [...refs(2), bad] });

    expect(outcome(answer)).toBe('200 BAD_USER_INPUT/BAD_REPRESENTATION');
    expect(answer.body.errors[0].path).toEqual(['_entities', 2]);
    expect(answer.body.data).toEqual({ _entities: [{ id: 'o0' }, { id: 'o1' }, null] });
    expect(answer.text).not.toContain(SECRET);
  });

  test("a router's own question for the SDL passes", async () => {
    expect((await ask(edge, '{ _service { sdl } }')).body.data._service.sdl).toContain(
      'type Order',
    );
  });
});

describe('what fails inside', () => {
  test.each([
    ['an unexpected error', '{ fails }', 'Internal error'],
    ['a failed statement', '{ queryFails }', 'Internal error'],
    ['a code that is not ours', '{ leaks }', 'Internal error'],
    ['a null where none may be', '{ broken }', 'Internal error'],
  ])('%s is masked', async (_case, query, message) => {
    const answer = await ask(edge, query);
    const [error] = answer.body.errors;

    expect(outcome(answer)).toBe('200 INTERNAL');
    expect(error.message).toBe(message);
    expect(Object.keys(error.extensions).sort()).toEqual(['code', 'errorId', 'requestId']);
    expect(answer.text).not.toContain(SECRET);
    expect(edge.lines.find(({ errorId }) => errorId === error.extensions.errorId)).toMatchObject({
      level: 50,
      requestId: error.extensions.requestId,
    });
  });

  test('a database that is away is 503, retryable; partial data is still data', async () => {
    const away = await ask(edge, '{ away }');
    const partial = await ask(edge, '{ away echo(text: "a") }');

    expect(outcome(away)).toBe('503 UNAVAILABLE');
    expect(away.body.errors[0].extensions.retryable).toBe(true);
    expect(away.headers.get('retry-after')).toBe('1');
    expect(outcome(partial)).toBe('200 UNAVAILABLE');
    expect(partial.body.data).toEqual({ away: null, echo: 'a' });
    expect(away.text + partial.text).not.toContain(SECRET);
  });

  test('an error of ours keeps its code and its listed details only', async () => {
    const { body } = await ask(edge, '{ forbidden }');

    expect(body.errors[0]).toEqual({
      message: 'You may not read this.',
      locations: [{ line: 1, column: 3 }],
      path: ['forbidden'],
      extensions: { code: 'FORBIDDEN', requestId: expect.any(String), reason: 'ROLE' },
    });
  });

  test('a trace asked for from outside is not given', async () => {
    const headers = { 'apollo-federation-include-trace': 'ftv1' };
    const answer = await post(edge, { query: '{ __typename }' }, headers);

    expect(answer.body).toEqual({ data: { __typename: 'Query' } });
  });
});

test('nothing of what was refused here stands in the log', () => {
  const telling = edge.lines.filter((line) => JSON.stringify(line).includes(SECRET));

  // The text of an unexpected error is ours to read; statements, values and variables are not.
  expect(new Set(telling.map(({ msg, err }) => `${msg}: ${err.message}`))).toEqual(
    new Set([
      `unexpected error: secret ${SECRET}`,
      `unexpected error: ${SECRET}`,
      `unavailable: host ${SECRET}`,
    ]),
  );
});
