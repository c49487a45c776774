import { buildSubgraphSchema } from '@apollo/subgraph';
import { GraphQLError, GraphQLScalarType, parse } from 'graphql';
import { devHeaderAuthentication } from '../../../src/graphql/authenticate';
import { answerEntitiesBySlot } from '../../../src/graphql/entities';
import { startHttp, type HttpOptions, type HttpServer } from '../../../src/http/server';
import { createLogger } from '../../../src/log';

/** A card number that stands for everything that must not come back or be logged. */
export const SECRET = '4111111111111111';
export const ACTOR = 'ana@example.com; roles=COMMERCE';

const Decimal = new GraphQLScalarType({
  name: 'Decimal',
  parseValue: (value) => {
    if (typeof value === 'string' && /^\d{1,9}(\.\d+)?$/.test(value)) return value;
    throw new GraphQLError('Decimal must be a canonical decimal in a string.', {
      extensions: { code: 'BAD_USER_INPUT', reason: 'BAD_DECIMAL' },
    });
  },
});

const typeDefs = parse(`
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@cost"])
  scalar Decimal
  enum Status { OPEN CLOSED }
  input LineInput { amount: Decimal! note: String }
  input CaptureInput { orderId: ID! count: Int! status: Status lines: [LineInput!] }
  type Order @key(fields: "id") {
    id: ID!
    payments: [Payment!]!
    plan: String @cost(weight: 20)
  }
  type Payment @key(fields: "id") { id: ID! order: Order! }
  type OrderConnection { nodes: [Order!]! }
  type Query {
    order(id: ID!): Order
    orders(first: Int): OrderConnection!
    echo(text: String): String
    decimal(value: Decimal): String
    counted(count: Int! = 1): String
    status(is: Status): String
    fails: String
    queryFails: String
    away: String
    forbidden: String
    leaks: String
    broken: String!
    waits: String
  }
  type Mutation { capture(input: CaptureInput!): String }
`);

/** As TypeORM throws it: the statement and its values ride along. */
function queryFailed(): Error {
  return Object.assign(new Error('Duplicate entry'), {
    name: 'QueryFailedError',
    errno: 1062,
    query: `INSERT INTO card VALUES (?) -- ${SECRET}`,
    parameters: [SECRET],
    sql: `INSERT INTO card VALUES ('${SECRET}')`,
    driverError: { sql: SECRET },
  });
}

function raise(error: Error): never {
  throw error;
}

const order = (id: string) => ({ __typename: 'Order', id, payments: [{ id: 'pay_1' }] });

export interface Edge extends HttpServer {
  readonly lines: readonly Record<string, any>[];
  /** How many `waits` run now, and the means to let them go. */
  readonly waiting: () => number;
  readonly release: () => void;
  readonly webhooks: any[];
  readonly contexts: any[];
}

export async function startEdge(changes: Partial<HttpOptions> = {}): Promise<Edge> {
  const lines: Record<string, any>[] = [];
  const webhooks: any[] = [];
  const contexts: any[] = [];
  const held: (() => void)[] = [];
  const resolvers: any = {
    Decimal,
    Order: { __resolveReference: ({ id }: { id: string }) => order(id) },
    Payment: { __resolveReference: ({ id }: { id: string }) => ({ id }), order: () => order('o') },
    Query: {
      order: (_: unknown, { id }: { id: string }) => order(id),
      orders: () => ({ nodes: [order('ord_1')] }),
      echo: (_: unknown, { text }: { text: string }) => text,
      decimal: (_: unknown, { value }: { value: string }) => value,
      counted: (_: unknown, { count }: { count: number }) => String(count),
      status: (_: unknown, args: { is: string }) => args.is,
      fails: () => raise(new Error(`secret ${SECRET}`)),
      queryFails: () => raise(queryFailed()),
      away: () =>
        raise(Object.assign(new Error(`host ${SECRET}`), { name: 'DatabaseUnavailable' })),
      forbidden: () =>
        raise(
          new GraphQLError('You may not read this.', {
            extensions: { code: 'FORBIDDEN', reason: 'ROLE', sql: SECRET },
          }),
        ),
      leaks: () => raise(new GraphQLError(SECRET, { extensions: { code: 'ER_DUP_ENTRY' } })),
      broken: () => null,
      waits: () =>
        new Promise((resolve) => {
          held.push(() => {
            resolve('done');
          });
        }),
    },
    Mutation: { capture: () => 'captured' },
  };
  const logger = createLogger('debug', {
    write: (line) => {
      lines.push(JSON.parse(line) as Record<string, any>);
    },
  });
  const server = await startHttp({
    schema: answerEntitiesBySlot(buildSubgraphSchema({ typeDefs, resolvers })),
    authenticate: devHeaderAuthentication(),
    createContext: (actor, requestId) => {
      contexts.push({ actor, requestId });
      return { actor };
    },
    webhook: (provider, request) => {
      webhooks.push({ provider, ...request });
      return Promise.resolve({ status: 202, body: { stored: true } });
    },
    ready: () => Promise.resolve({ ok: true, checks: { database: 'ok' } }),
    logger,
    host: '127.0.0.1',
    port: 0,
    routerSecrets: [],
    introspection: false,
    graphiql: false,
    requestTimeoutMs: 5000,
    shutdownGraceMs: 5000,
    ...changes,
  });
  const waiting = () => held.length;
  const release = () => {
    held.splice(0).forEach((let_go) => {
      let_go();
    });
  };
  return { ...server, lines, waiting, release, webhooks, contexts };
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: any;
  /** Codes of the errors, then reasons where one is given: `BAD_USER_INPUT/BAD_STRING`. */
  readonly codes: readonly string[];
}

export async function send(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, init);
  const text = await response.text();
  let body: any = null;
  try {
    body = JSON.parse(text);
  } catch {
    // A page, or nothing.
  }
  const codes = (body?.errors ?? []).map(({ extensions: { code, reason } }: any) =>
    reason ? `${code}/${reason}` : code,
  );
  return { status: response.status, headers: response.headers, text, body, codes };
}

/** POST /graphql as ana; `body` a string or bytes is sent as it is. */
export function post(
  { url }: HttpServer,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const raw = typeof body === 'string' || body instanceof Uint8Array;
  return send(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-recon-actor': ACTOR, ...headers },
    body: raw ? (body as string) : JSON.stringify(body),
  });
}

export function ask(edge: HttpServer, query: string, variables: object = {}): Promise<Answer> {
  return post(edge, { query, variables });
}

/** Resolves once `condition` holds, and fails after five seconds of event-loop turns. */
export async function until(condition: () => boolean): Promise<void> {
  const end = performance.now() + 5000;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`Never came true: ${condition.toString()}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
