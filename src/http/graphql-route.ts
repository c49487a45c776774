import { createHash, timingSafeEqual } from 'node:crypto';
import { type ApolloServer } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import { type FastifyInstance, type FastifyRequest } from 'fastify';
import { type Authenticate } from '../graphql/authenticate';
import { type Actor } from '../kernel/actor';
import { graphqlRequests, graphqlSeconds } from '../metrics';
import { within } from './deadline';
import { HttpProblem, unauthenticated } from './http-problem';
import { refuseOtherMethods } from './methods';
import { requestScope } from './scope';

export interface GraphqlRouteOptions {
  readonly apollo: ApolloServer;
  readonly authenticate: Authenticate;
  readonly createContext: (actor: Actor, requestId: string) => object;
  readonly routerSecrets: readonly string[];
  readonly requestTimeoutMs: number;
}

/** `POST /graphql`. A stranger's body is not read: who calls is settled before it is parsed. */
export function graphqlRoute(app: FastifyInstance, options: GraphqlRouteOptions): void {
  const isFromRouter = routerProof(options.routerSecrets);
  const handler = fastifyApolloHandler(options.apollo, {
    context: ({ scope }) => {
      if (scope.actor === null) throw new TypeError('A request runs before it is authenticated.');
      return Promise.resolve(options.createContext(scope.actor, scope.requestId));
    },
  });

  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    const json = parseJson(body as Buffer);
    if (json === undefined) done(new HttpProblem(400, 'BAD_REQUEST', 'The body is not JSON.'));
    else done(null, json);
  });
  refuseOtherMethods(app, '/graphql');
  app.route({
    method: 'POST',
    url: '/graphql',
    onRequest: async (request) => {
      refuseMediaType(request);
      if (!isFromRouter(headerOf(request, 'x-router-secret'))) {
        throw unauthenticated('router_secret', 'This server answers its router only.');
      }
      request.scope.actor = await options.authenticate(plainHeaders(request));
    },
    handler: (request, reply) =>
      within(options.requestTimeoutMs, () =>
        requestScope.run(request.scope, async () => handler.call(app, request, reply)),
      ),
    onResponse: ({ scope }, reply, done) => {
      const labels = { kind: scope.operationKind, code: scope.code };
      graphqlRequests.inc(labels);
      graphqlSeconds.observe(labels, reply.elapsedTime / 1000);
      done();
    },
  });
}

/** Without content-type it is malformed; with another one, or compressed, it is unsupported. */
function refuseMediaType(request: FastifyRequest): void {
  const contentType = headerOf(request, 'content-type');
  if (contentType === undefined) {
    throw new HttpProblem(400, 'BAD_REQUEST', 'Send a JSON body with content-type.');
  }
  const [type = '', ...parameters] = contentType.toLowerCase().split(';');
  const charsets = parameters.map((parameter) => parameter.replace(/[\s"]/g, '')).filter(isCharset);
  const encoding = headerOf(request, 'content-encoding') ?? 'identity';
  if (
    type.trim() !== 'application/json' ||
    charsets.some((charset) => !/^charset=utf-?8$/.test(charset)) ||
    encoding.toLowerCase() !== 'identity'
  ) {
    const message = 'Send application/json in UTF-8, not compressed.';
    const headers = { 'accept-post': 'application/json' };
    throw new HttpProblem(415, 'UNSUPPORTED_MEDIA_TYPE', message, { headers });
  }
}

function isCharset(parameter: string): boolean {
  return parameter.startsWith('charset=');
}

/** Undefined when it is not JSON or not UTF-8; no text of the parser, since it quotes the body. */
function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) as unknown;
  } catch {
    return undefined;
  }
}

/** Compares digests, all of them each time: neither length nor place of a match shows in time. */
function routerProof(secrets: readonly string[]): (given: string | undefined) => boolean {
  const digests = secrets.map(digest);
  return (given) => {
    if (digests.length === 0) return true;
    if (given === undefined || given === '') return false;
    const found = digests.map((one) => timingSafeEqual(one, digest(given)));
    return found.includes(true);
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function headerOf(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

function plainHeaders(request: FastifyRequest): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    Object.keys(request.headers).map((name) => [name, headerOf(request, name)]),
  );
}
