import { randomUUID } from 'node:crypto';
import { type IncomingMessage } from 'node:http';
import { type AddressInfo } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import { type GraphQLSchema } from 'graphql';
import { type Logger } from 'pino';
import { type Authenticate } from '../graphql/authenticate';
import { type Actor } from '../kernel/actor';
import { createApollo } from './apollo';
import { answerBrokenRequest } from './broken-request';
import { drainable } from './drain';
import { graphiqlPage } from './graphiql';
import { graphqlRoute } from './graphql-route';
import { healthRoutes, type Readiness } from './health-routes';
import { answerProblem, HttpProblem, problemBody } from './http-problem';
import { webhookRoute, type Webhook } from './webhook-route';

export interface HttpOptions {
  readonly schema: GraphQLSchema;
  readonly authenticate: Authenticate;
  readonly createContext: (actor: Actor, requestId: string) => object;
  readonly webhook: Webhook;
  readonly ready: () => Promise<Readiness>;
  readonly logger: Logger;
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Empty: requests need no proof that they come from the router. */
  readonly routerSecrets: readonly string[];
  readonly introspection: boolean;
  readonly graphiql: boolean;
  /** What GraphiQL shows first. */
  readonly graphiqlQuery?: string;
  readonly requestTimeoutMs: number;
  readonly shutdownGraceMs: number;
  readonly maxBodyBytes?: number;
}

export interface HttpServer {
  readonly url: string;
  readonly port: number;
  /** Takes no new requests, lets those in flight finish up to `shutdownGraceMs`, then cuts. */
  readonly close: () => Promise<void>;
}

/** The public port: GraphQL, webhooks, health and, in development, GraphiQL. */
export async function startHttp(options: HttpOptions): Promise<HttpServer> {
  const apollo = createApollo(options);
  await apollo.start();
  const app = createApp(options);
  const close = drainable(app, options.shutdownGraceMs, () => apollo.stop());
  try {
    await app.register((scope, _options, done) => {
      graphqlRoute(scope, { ...options, apollo });
      done();
    });
    await app.register((scope, _options, done) => {
      webhookRoute(scope, options);
      done();
    });
    healthRoutes(app, options.ready);
    if (options.graphiql) await showGraphiql(app, options.graphiqlQuery ?? '{ __typename }');
    await app.listen({ host: options.host, port: options.port });
  } catch (error) {
    await close();
    throw error;
  }
  const { port } = app.server.address() as AddressInfo;
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return { url: `http://${host}:${port}`, port, close };
}

/** Longer than the idle time of load balancers (60 s), so that it is they who hang up. */
const KEEP_ALIVE_MS = 72_000;

function createApp({ logger, maxBodyBytes }: HttpOptions): FastifyInstance {
  const app = Fastify({
    logger: false,
    bodyLimit: maxBodyBytes ?? 262_144,
    genReqId: requestIdOf,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // For receiving a request; what answering may take is the deadline's business.
    requestTimeout: 10_000,
    return503OnClosing: false,
    http: { maxHeaderSize: 16_384, headersTimeout: 5000, connectionsCheckingInterval: 1000 },
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: (_error, request, reply) => {
      reply.raw
        .writeHead(400, { 'content-type': 'application/json; charset=utf-8' })
        .end(JSON.stringify(problemBody(malformedUrl(), request.id)));
    },
  });
  app.server.maxConnections = 4096;
  app.decorateRequest('scope');
  app.addHook('onRequest', (request, reply, done) => {
    request.scope = {
      requestId: request.id,
      actor: null,
      operationKind: 'none',
      operationName: null,
      code: 'OK',
    };
    void reply.headers({
      'x-request-id': request.id,
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    });
    done(misdirected(request.is404, request.url, request.host));
  });
  app.addHook('onResponse', ({ scope, method, routeOptions: { url: route } }, reply, done) => {
    const { requestId, operationName, code } = scope;
    const ms = Math.round(reply.elapsedTime);
    const line = { requestId, method, route, operationName, code, status: reply.statusCode, ms };
    // Probes come every few seconds for ever.
    logger[route === '/livez' || route === '/readyz' ? 'debug' : 'info'](line, 'request');
    done();
  });
  app.setErrorHandler(answerProblem(logger));
  return app;
}

function malformedUrl(): HttpProblem {
  return new HttpProblem(400, 'BAD_REQUEST', 'The URL is malformed.');
}

function misdirected(is404: boolean, url: string, host: string): HttpProblem | undefined {
  if (is404) return new HttpProblem(404, 'NOT_FOUND', 'There is nothing here.');
  // The Apollo integration builds a URL of these and would fail with an error of ours.
  if (URL.canParse(url, `http://${host}/`)) return undefined;
  return new HttpProblem(400, 'BAD_REQUEST', 'The Host header is malformed.');
}

/** The caller's id when it is harmless in a log line, else one of ours. */
function requestIdOf(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && /^[A-Za-z0-9._-]{1,64}$/.test(given) ? given : randomUUID();
}

async function showGraphiql(app: FastifyInstance, query: string): Promise<void> {
  const { html, policy } = await graphiqlPage(query);
  app.get('/', (_request, reply) =>
    reply.type('text/html; charset=utf-8').header('content-security-policy', policy).send(html),
  );
}
