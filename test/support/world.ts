import { randomUUID } from 'node:crypto';
import pino from 'pino';
import { migrations } from '../../migrations';
import { type WritePath } from '../../src/checkout/change-checkout';
import { createContext } from '../../src/context';
import { type Database } from '../../src/db/database';
import { entities } from '../../src/db/entities';
import { tableOf } from '../../src/db/table';
import { devHeaderAuthentication } from '../../src/graphql/authenticate';
import { createSchema } from '../../src/graphql/schema';
import { startHttp } from '../../src/http/server';
import { type JournalKey } from '../../src/journal/seal.rules';
import { sealJournal } from '../../src/journal/seal-journal';
import { DEFAULT_CALENDAR } from '../../src/kernel/calendar';
import { DEFAULT_LIMITS, type Limits } from '../../src/kernel/limits';
import { providerRegistry } from '../../src/webhook/providers.rules';
import { receiveDelivery } from '../../src/webhook/receive-delivery';
import { applyDue } from '../../src/worker/apply';
import { sweepDue } from '../../src/worker/sweep';
import { openTestDatabase } from './lane';
import { signedGeneric, signedMercadopago } from './signed-webhooks';

export const START = new Date('2026-05-23T18:41:30.000Z');
const SECRETS = { mercadopago: 'mp-secret-of-the-tests', acme: 'acme-secret-of-the-tests' };

export interface World {
  readonly db: Database;
  readonly path: WritePath;
  readonly url: string;
  readonly key: JournalKey;
  /** Statements since it was emptied, without BEGIN and COMMIT. */
  readonly statements: string[];
  now(): Date;
  advance(ms: number): void;
  /** One request as an actor, e.g. `finance; roles=FINANCE`; answers the body. */
  ask(actor: string, query: string, variables?: object): Promise<any>;
  /** One mutation as roles: answers its payload. The selection is the entity's. */
  act(roles: string, mutation: string, input: object, selection?: string): Promise<any>;
  /** Delivers a signed generic webhook, and applies it. */
  deliver(body: object): Promise<any>;
  deliverMercadopago(body: object): Promise<any>;
  sweep(): Promise<number>;
  apply(): Promise<number>;
  seal(): Promise<void>;
  /** Every row of every table, to see that nothing changed. */
  dump(): Promise<string>;
  close(): Promise<void>;
}

/** A server over a fresh database of the lane. Time stands still until it is moved; loops run when they are told to. */
export async function startWorld({
  genericProvider = 'acme',
  limits = {} as Partial<Limits>,
} = {}): Promise<World> {
  const statements: string[] = [];
  const db = await openTestDatabase(entities, migrations, {
    onStatement: (text) => {
      if (!/^\s*(BEGIN|COMMIT|ROLLBACK|START|SET)/i.test(text)) statements.push(text);
    },
  });
  let nowMs = START.getTime();
  const clock = () => new Date(nowMs);
  const path: WritePath = {
    db,
    clock,
    settings: {
      orderCreationGraceMs: 300_000,
      calendar: DEFAULT_CALENDAR,
      limits: { ...DEFAULT_LIMITS, ...limits },
    },
  };
  const key: JournalKey = { keyId: 'test', key: Buffer.from('journal-key-of-the-tests') };
  const providers = providerRegistry({
    mercadopagoSecret: SECRETS.mercadopago,
    acceptUnsignedMercadopago: false,
    genericHmac: { [genericProvider]: SECRETS.acme },
  });
  const logger = pino({ level: 'silent' });
  const http = await startHttp({
    schema: createSchema({ sdlAuth: false }),
    authenticate: devHeaderAuthentication(),
    createContext: (actor, requestId) => createContext({ path, journalKey: key }, actor, requestId),
    webhook: (provider, request) =>
      receiveDelivery(
        { db, clock, providers, sandboxEvents: 'apply', wake: () => undefined },
        provider,
        request,
      ),
    ready: async () => ({ ok: true, checks: {} }),
    logger,
    host: '127.0.0.1',
    port: 0,
    routerSecrets: [],
    introspection: true,
    graphiql: false,
    requestTimeoutMs: 10_000,
    shutdownGraceMs: 1_000,
  });
  const failures: unknown[] = [];
  const onError = (_id: string, error: unknown) => failures.push(error);
  const world: World = {
    db,
    path,
    key,
    statements,
    url: http.url,
    now: clock,
    advance: (ms) => {
      nowMs += ms;
    },
    async ask(actor, query, variables = {}) {
      const response = await fetch(`${http.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-recon-actor': actor },
        body: JSON.stringify({ query, variables }),
      });
      return response.json();
    },
    async act(roles, mutation, input, selection = 'id') {
      const type = `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input`;
      const entity = ENTITY[mutation] ?? 'exception';
      const control = { idempotencyKey: `key-${randomUUID()}` };
      const body = await world.ask(
        `${roles.toLowerCase()}@example.com; roles=${roles}`,
        `mutation Act($input: ${type}!) { ${mutation}(input: $input) {
          ${entity} { ${selection} }
          exceptionsOpened { id kind status }
          exceptionsResolved { id kind status }
          userErrors { code message field currentState allowedStates currentVersion missingEvidence retryable }
          replayed dryRun } }`,
        { input: { control, ...input } },
      );
      if (body.errors) throw new Error(JSON.stringify(body.errors));
      return body.data[mutation];
    },
    deliver: async (body) =>
      send(`${http.url}/webhooks/${genericProvider}`, signedGeneric(body, SECRETS.acme, clock())),
    deliverMercadopago: async (body) =>
      send(`${http.url}/webhooks/mercadopago`, signedMercadopago(body, SECRETS.mercadopago)),
    sweep: () => sweepDue({ path, onError }),
    apply: () => applyDue({ path, providers, actorName: 'apply', onError }),
    async seal() {
      while ((await sealJournal({ db, clock, key })) > 0);
    },
    dump: () => dump(db),
    async close() {
      await http.close();
      await db.close();
      if (failures.length > 0) throw failures[0];
    },
  };
  async function send(
    url: string,
    signed: { headers: Record<string, string>; body: string; query?: string },
  ) {
    const response = await fetch(url + (signed.query ?? ''), {
      method: 'POST',
      headers: signed.headers,
      body: signed.body,
    });
    const answer = await response.json();
    await world.apply();
    return { status: response.status, ...(answer as object) };
  }
  return world;
}

const ENTITY: Record<string, string> = {
  registerCheckout: 'order',
  createOrder: 'order',
  recordOrderCreationFailure: 'order',
  createPayment: 'payment',
  recordTransactionResult: 'payment',
  recordProviderSnapshot: 'payment',
  repairOrder: 'order',
  confirmOrderBySeller: 'order',
  releaseOrderForHandling: 'order',
  startHandling: 'order',
  insertInvoice: 'order',
  requestOrderCancellation: 'order',
  denyOrderCancellation: 'order',
  cancelOrder: 'order',
  replaceOrder: 'order',
  linkOrders: 'order',
  markDuplicateOrder: 'order',
  recordOmsStatus: 'order',
  recordErpPosting: 'order',
  recordOrderInteraction: 'order',
  primePayments: 'order',
  grantRefund: 'order',
  requestCapture: 'payment',
  requestVoid: 'payment',
  requestRefund: 'payment',
  recordPaymentStatus: 'payment',
  recordExternalTransaction: 'payment',
  resolveIndeterminateTransaction: 'payment',
  cancelPayment: 'payment',
  editPaymentInstruction: 'payment',
  attachPaymentToOrder: 'payment',
  recordTransactionEvent: 'payment',
  recordDispute: 'payment',
  acceptChargeback: 'payment',
  createFulfillment: 'fulfillment',
  reserveFulfillment: 'fulfillment',
  captureFulfillment: 'fulfillment',
  overrideFulfillmentStatus: 'fulfillment',
  resolveCapture: 'fulfillment',
  retryCapture: 'fulfillment',
  cancelFulfillment: 'fulfillment',
  startFulfilling: 'fulfillment',
  shipFulfillment: 'fulfillment',
  confirmDelivery: 'fulfillment',
  recordReturn: 'fulfillment',
  splitFulfillment: 'fulfillment',
};

async function dump(db: Database): Promise<string> {
  const parts: string[] = [];
  for (const entity of entities) {
    const table = tableOf(entity);
    const rows = await db.reader.query(`SELECT * FROM \`${table.name}\``);
    parts.push(table.name, ...rows.map((row) => JSON.stringify(row, replacer)).sort());
  }
  return parts.join('\n');
}

const replacer = (_key: string, value: unknown) =>
  typeof value === 'bigint' ? value.toString() : value;
