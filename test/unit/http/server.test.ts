import { connect } from 'node:net';
import { AuthUnavailable } from '../../../src/graphql/authenticate';
import { ERROR_CODES } from '../../../src/graphql/format-error';
import { startAdmin } from '../../../src/http/admin';
import { type HttpOptions } from '../../../src/http/server';
import { registry } from '../../../src/metrics';
import { ask, type Edge, post, SECRET, send, startEdge, until } from './edge';

/** Starts an edge for one test and closes it whatever happens. */
async function withEdge(
  changes: Partial<HttpOptions>,
  use: (edge: Edge) => Promise<void>,
): Promise<void> {
  const edge = await startEdge(changes);
  try {
    await use(edge);
  } finally {
    edge.release();
    await edge.close();
  }
}

/** Sends bytes on a bare socket and answers all that comes back until it is closed. */
function raw(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    let text = '';
    socket.on('data', (chunk) => (text += chunk.toString()));
    socket.on('close', () => {
      resolve(text);
    });
    socket.on('error', reject);
  });
}

const JSON_TYPE = { 'content-type': 'application/json' };

describe('the public port', () => {
  let edge: Edge;
  beforeAll(async () => (edge = await startEdge()));
  afterAll(() => edge.close());

  test('is alive and ready', async () => {
    expect((await send(`${edge.url}/livez`)).body).toEqual({ status: 'ok' });
    expect((await send(`${edge.url}/readyz`)).body).toEqual({ status: 'ok' });
  });

  test.each(['/', '/metrics', '/graphql/x', '/webhooks', '/webhooks/UPPER', `/${'x'.repeat(200)}`])(
    'there is nothing at %s',
    async (path) => {
      const answer = await send(edge.url + path, { method: 'POST', body: 'x' });

      expect([answer.status, ...answer.codes]).toEqual([404, 'NOT_FOUND']);
    },
  );

  test('every answer is typed for sure, kept by nobody and has an id', async () => {
    const answers = [
      await ask(edge, '{ __typename }'),
      await ask(edge, '{'),
      await send(`${edge.url}/nothing`),
      await send(`${edge.url}/livez`),
    ];

    for (const { headers } of answers) {
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  test.each<[string, string, boolean]>([
    ['a plain one', 'Req-1.a_b', true],
    ['64 characters', 'a'.repeat(64), true],
    ['65 characters', 'a'.repeat(65), false],
    ['a space', 'a b', false],
    ['a quote', 'a"b', false],
    ['an escape', 'a%0ab', false],
  ])('the caller’s request id is used if it is harmless: %s', async (_case, id, used) => {
    const answer = await post(edge, { query: '{ fails }' }, { 'x-request-id': id });
    const given = answer.headers.get('x-request-id');

    expect(given === id).toBe(used);
    expect(answer.body.errors[0].extensions.requestId).toBe(given);
    expect(edge.lines.filter(({ requestId }) => requestId === given)).toHaveLength(2);
  });

  test('the context is made of the actor and the request id', async () => {
    await post(edge, { query: '{ __typename }' }, { 'x-request-id': 'ctx-1' });

    expect(edge.contexts.at(-1)).toEqual({
      actor: expect.objectContaining({ subject: 'ana@example.com', roles: ['COMMERCE'] }),
      requestId: 'ctx-1',
    });
  });

  test('a log line tells the operation and its outcome, not its values', async () => {
    const query = 'query Echo($text: String) { echo(text: $text) }';
    await post(edge, { query, variables: { text: SECRET } }, { 'x-request-id': 'log-1' });
    await until(() => edge.lines.some(({ requestId }) => requestId === 'log-1'));

    const line = edge.lines.find(({ requestId }) => requestId === 'log-1');
    expect(line).toEqual({
      level: 30,
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      service: 'recon-subgraph',
      requestId: 'log-1',
      method: 'POST',
      route: '/graphql',
      operationName: 'Echo',
      code: 'OK',
      status: 200,
      ms: expect.any(Number),
      msg: 'request',
    });
  });

  test('strangers are turned away before their document is read', async () => {
    const answer = await send(`${edge.url}/graphql`, {
      method: 'POST',
      headers: JSON_TYPE,
      body: '{',
    });

    expect([answer.status, ...answer.codes]).toEqual([401, 'UNAUTHENTICATED']);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(answer.body.errors[0].message).toContain('x-recon-actor: <subject>; roles=');
  });

  test.each([
    ['not HTTP', 'hello\r\n\r\n', '400', 'BAD_REQUEST'],
    [
      'giant headers',
      `GET /livez HTTP/1.1\r\nHost: a\r\nx: ${'x'.repeat(17_000)}\r\n\r\n`,
      '431',
      'PAYLOAD_TOO_LARGE',
    ],
    [
      'a malformed host',
      'GET /livez HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n',
      '400',
      'BAD_REQUEST',
    ],
    [
      'a malformed URL',
      'GET /%zz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
      '400',
      'BAD_REQUEST',
    ],
  ])('%s is answered in JSON', async (_case, bytes, status, code) => {
    const answer = await raw(edge.port, bytes);
    const body = JSON.parse(/\{"errors".*\}/.exec(answer)?.[0] ?? '{}');

    expect(answer.startsWith(`HTTP/1.1 ${status} `)).toBe(true);
    expect(body.errors[0].extensions).toEqual({ code, requestId: expect.any(String) });
  });
});

describe('who calls cannot be said', () => {
  test('keys out of reach are 503, retryable', async () => {
    const authenticate = () => Promise.reject(new AuthUnavailable(new Error(SECRET)));

    await withEdge({ authenticate }, async (edge) => {
      const answer = await ask(edge, '{ __typename }');

      expect([answer.status, ...answer.codes]).toEqual([503, 'UNAVAILABLE']);
      expect(answer.body.errors[0].extensions.retryable).toBe(true);
      expect(answer.text).not.toContain(SECRET);
    });
  });

  test('a failure of the check itself is masked and lets nobody in', async () => {
    const authenticate = () => Promise.reject(new Error(SECRET));

    await withEdge({ authenticate }, async (edge) => {
      const answer = await ask(edge, '{ __typename }');

      expect([answer.status, ...answer.codes]).toEqual([500, 'INTERNAL']);
      expect(answer.text).not.toContain(SECRET);
      expect(edge.contexts).toEqual([]);
    });
  });
});

describe('router proof', () => {
  const routerSecrets = ['old-secret', 'new-secret'];

  test.each<[string, Record<string, string>, number]>([
    ['absent', {}, 401],
    ['empty', { 'x-router-secret': '' }, 401],
    ['wrong', { 'x-router-secret': 'old-secret2' }, 401],
    ['both at once', { 'x-router-secret': 'old-secret, new-secret' }, 401],
    ['the old one', { 'x-router-secret': 'old-secret' }, 200],
    ['the new one', { 'x-router-secret': 'new-secret' }, 200],
  ])('%s', async (_case, headers, status) => {
    await withEdge({ routerSecrets, introspection: true }, async (edge) => {
      for (const query of [
        '{ __typename }',
        '{ _service { sdl } }',
        '{ __schema { types { name } } }',
      ]) {
        const answer = await post(edge, { query }, headers);
        expect([answer.status, ...answer.codes]).toEqual(
          status === 200 ? [200] : [401, 'UNAUTHENTICATED'],
        );
      }
    });
  });

  test('it does not stand for a caller', async () => {
    await withEdge({ routerSecrets }, async (edge) => {
      const headers = { ...JSON_TYPE, 'x-router-secret': 'old-secret' };
      const answer = await send(`${edge.url}/graphql`, { method: 'POST', headers, body: '{}' });

      expect([answer.status, ...answer.codes]).toEqual([401, 'UNAUTHENTICATED']);
    });
  });
});

describe('webhooks', () => {
  test('the callback gets the bytes as they came, and its status is answered', async () => {
    await withEdge({}, async (edge) => {
      const body = Uint8Array.from([0, 255, 123, 10]);
      const headers = { 'content-type': 'application/x-anything', 'x-signature': 'v1=abc' };
      const answer = await send(`${edge.url}/webhooks/mercadopago?data.id=7`, {
        method: 'POST',
        headers,
        body,
      });

      expect([answer.status, answer.body]).toEqual([202, { stored: true }]);
      expect(edge.webhooks).toEqual([
        {
          provider: 'mercadopago',
          headers: expect.objectContaining(headers),
          query: { 'data.id': '7' },
          rawBody: Buffer.from(body),
        },
      ]);
    });
  });

  test.each<[string, RequestInit]>([
    ['JSON', { headers: JSON_TYPE, body: '{"a": 1}' }],
    ['no content-type', { body: new TextEncoder().encode('{"a": 1}') }],
    ['compressed', { headers: { 'content-encoding': 'gzip' }, body: '{"a": 1}' }],
  ])('raw too: %s', async (_case, init) => {
    await withEdge({}, async (edge) => {
      await send(`${edge.url}/webhooks/stripe`, { method: 'POST', ...init });

      expect(edge.webhooks[0].rawBody).toEqual(Buffer.from('{"a": 1}'));
    });
  });

  test('an empty one is empty bytes', async () => {
    await withEdge({}, async (edge) => {
      await send(`${edge.url}/webhooks/stripe`, { method: 'POST' });

      expect(edge.webhooks[0].rawBody).toEqual(Buffer.alloc(0));
    });
  });

  test('256 KiB are taken, one byte more is too large; only POST', async () => {
    await withEdge({}, async (edge) => {
      const url = `${edge.url}/webhooks/stripe`;
      const bytes = (count: number) => send(url, { method: 'POST', body: 'x'.repeat(count) });

      expect((await bytes(262_144)).status).toBe(202);
      expect((await bytes(262_145)).codes).toEqual(['PAYLOAD_TOO_LARGE']);
      expect((await send(url)).codes).toEqual(['METHOD_NOT_ALLOWED']);
      expect(edge.webhooks).toHaveLength(1);
    });
  });

  test.each<[string, Error, number, string]>([
    [
      'a database that is away',
      Object.assign(new Error(SECRET), { unavailable: true }),
      503,
      'UNAVAILABLE',
    ],
    ['an unexpected error', Object.assign(new Error('no'), { sql: SECRET }), 500, 'INTERNAL'],
  ])('%s tells the sender to come again', async (_case, error, status, code) => {
    await withEdge({ webhook: () => Promise.reject(error) }, async (edge) => {
      const answer = await send(`${edge.url}/webhooks/stripe`, { method: 'POST', body: 'x' });

      expect([answer.status, ...answer.codes]).toEqual([status, code]);
      expect(answer.text).not.toContain(SECRET);
      expect(JSON.stringify(edge.lines)).not.toContain(SECRET);
    });
  });
});

describe('time', () => {
  test('a request over the deadline is answered 503 TIMEOUT', async () => {
    const webhook = () => new Promise<never>(() => undefined);

    await withEdge({ requestTimeoutMs: 20, webhook }, async (edge) => {
      const graphql = await ask(edge, '{ waits }');
      const hook = await send(`${edge.url}/webhooks/stripe`, { method: 'POST', body: 'x' });

      for (const answer of [graphql, hook]) {
        expect([answer.status, ...answer.codes]).toEqual([503, 'TIMEOUT']);
        expect(answer.body.errors[0].extensions.retryable).toBe(true);
      }
      edge.release();
      expect((await ask(edge, '{ __typename }')).status).toBe(200);
    });
  });

  test.each<[string, HttpOptions['ready']]>([
    ['says no', () => Promise.resolve({ ok: false, checks: { database: SECRET } })],
    ['fails', () => Promise.reject(new Error(SECRET))],
  ])('not ready when the check %s, without saying why', async (_case, ready) => {
    await withEdge({ ready }, async (edge) => {
      const answer = await send(`${edge.url}/readyz`);

      expect([answer.status, answer.body]).toEqual([503, { status: 'unavailable' }]);
    });
  });
});

describe('closing', () => {
  test('what runs is finished, what is new is refused, and it ends', async () => {
    const edge = await startEdge();
    const running = Array.from({ length: 20 }, () => ask(edge, '{ waits }'));
    await until(() => edge.waiting() === 20);

    const closed = edge.close();
    // Either the port is shut already or the answer is no.
    const late = await ask(edge, '{ __typename }').catch(() => ({ status: 503 }));
    expect(late.status).toBe(503);
    edge.release();

    for (const { body, headers } of await Promise.all(running)) {
      expect(body.data).toEqual({ waits: 'done' });
      expect(headers.get('connection')).toBe('close');
    }
    await closed;
    expect(edge.close()).toBe(edge.close());
  });

  test('a request that arrives on a kept connection hears 503', async () => {
    const edge = await startEdge();
    const running = ask(edge, '{ waits }');
    const socket = connect(edge.port, '127.0.0.1');
    let text = '';
    socket.on('data', (chunk) => (text += chunk.toString()));
    const ended = new Promise((resolve) => socket.on('close', resolve));
    // The next request has begun when the server starts to close.
    socket.write('GET /livez HTTP/1.1\r\nHost: a\r\n\r\nGET /livez HTTP/1.1\r\n');
    await until(() => text.includes('"ok"') && edge.waiting() === 1);

    const closed = edge.close();
    socket.write('Host: a\r\n\r\n');
    await ended;
    edge.release();
    await closed;

    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 503']);
    expect(text).toContain('"code":"UNAVAILABLE"');
    expect((await running).body.data).toEqual({ waits: 'done' });
  });

  test('what does not finish within the grace is cut', async () => {
    const edge = await startEdge({ shutdownGraceMs: 30 });
    const running = ask(edge, '{ waits }').catch((error: Error) => error.message);
    await until(() => edge.waiting() === 1);

    await edge.close();

    expect(await running).toBe('fetch failed');
    edge.release();
  });

  test('a port that is taken is told at the start', async () => {
    await withEdge({}, async (edge) => {
      await expect(startEdge({ port: edge.port })).rejects.toThrow('EADDRINUSE');
    });
  });
});

describe('GraphiQL', () => {
  test('is one page that asks nobody else for anything', async () => {
    await withEdge({ graphiql: true, graphiqlQuery: '{ echo }' }, async (edge) => {
      const { status, text, headers } = await send(edge.url);
      const policy = headers.get('content-security-policy') ?? '';

      expect(status).toBe(200);
      expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(text.match(/<(script|link|iframe|img)[^>]*(src|href)="https?:[^>]*/g)).toBeNull();
      expect(text.match(/@import|url\(["']?https?:/g)).toBeNull();
      expect(policy).toContain("default-src 'none'; script-src 'sha256-");
      expect(policy).not.toContain('http');
      expect(policy).not.toMatch(/script-src[^;]*unsafe/);
      expect(text).toContain('"defaultQuery":"{ echo }"');
      expect(text).toContain('x-recon-actor');
    });
  }, 60_000);
});

describe('the admin port', () => {
  test('answers metrics and which check fails', async () => {
    const ready = () => Promise.resolve({ ok: false, checks: { database: 'refused' } });
    const admin = await startAdmin({ host: '127.0.0.1', port: 0, registry, ready });
    try {
      await withEdge({}, async (edge) => {
        await ask(edge, 'mutation { capture(input: { orderId: "1", count: 1 }) }');
        await ask(edge, '{ forbidden }');
        await until(() => edge.lines.length >= 2);
      });
      const metrics = await send(`${admin.url}/metrics`);
      const readyz = await send(`${admin.url}/readyz`);

      expect(metrics.text).toMatch(/recon_graphql_requests_total\{kind="mutation",code="OK"\} \d/);
      expect(metrics.text).toMatch(
        /recon_graphql_requests_total\{kind="query",code="FORBIDDEN"\} \d/,
      );
      expect(metrics.text).toContain('nodejs_eventloop_lag_p99_seconds');
      expect([readyz.status, readyz.body]).toEqual([503, await ready()]);
      expect((await send(`${admin.url}/graphql`)).status).toBe(404);
    } finally {
      await admin.close();
    }
  });
});

test('the list of codes is closed', () => {
  expect([...ERROR_CODES].sort()).toEqual([
    'BAD_REQUEST',
    'BAD_USER_INPUT',
    'COST_LIMIT',
    'FORBIDDEN',
    'GRAPHQL_PARSE_FAILED',
    'GRAPHQL_VALIDATION_FAILED',
    'INTERNAL',
    'METHOD_NOT_ALLOWED',
    'NOT_FOUND',
    'OPERATION_RESOLUTION_FAILURE',
    'PAYLOAD_TOO_LARGE',
    'PERSISTED_QUERY_NOT_SUPPORTED',
    'TIMEOUT',
    'UNAUTHENTICATED',
    'UNAVAILABLE',
    'UNSUPPORTED_MEDIA_TYPE',
  ]);
});
