import { type Logger } from 'pino';
import { migrations } from '../migrations';
import { type WritePath } from './checkout/change-checkout';
import { databaseFile, type Config } from './config';
import { createContext } from './context';
import { openDatabase, type Database } from './db/database';
import { entities } from './db/entities';
import {
  devHeaderAuthentication,
  jwtAuthentication,
  type Authenticate,
} from './graphql/authenticate';
import { createSchema } from './graphql/schema';
import { startAdmin } from './http/admin';
import { startHttp } from './http/server';
import { type Readiness } from './http/health-routes';
import { journalKey } from './journal/journal-key';
import { BLOCK_MAX } from './journal/seal.rules';
import { sealJournal } from './journal/seal-journal';
import { DEFAULT_CALENDAR } from './kernel/calendar';
import { systemClock, type Clock } from './kernel/clock';
import { conflictsRetried, databaseStatements, loopFailures, loopRuns, registry } from './metrics';
import { exposeSummary } from './report/report-metrics';
import { providerRegistry, type Provider } from './webhook/providers.rules';
import { receiveDelivery } from './webhook/receive-delivery';
import { APPLY_BATCH, applyDue } from './worker/apply';
import { startLoops, type Loop } from './worker/loops';
import { reap } from './worker/reap';
import { SWEEP_BATCH, sweepDue } from './worker/sweep';
import { FIRST_QUERY } from './graphql/first-query';

export interface Running {
  readonly url: string;
  readonly database: string;
  readonly close: () => Promise<void>;
}

const REAP_EVERY_MS = 60 * 60_000;

/** Opens the database, migrates, starts the loops and serves: the wiring, top to bottom. */
export async function startServer(
  config: Config,
  logger: Logger,
  clock: Clock = systemClock,
): Promise<Running> {
  const opened: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const closeOne of opened.splice(0).reverse()) await closeOne();
  };
  try {
    const db = await openDatabase({
      url: config.databaseUrl,
      file: databaseFile(config),
      entities,
      migrations,
      onStatement: () => {
        databaseStatements.inc();
      },
    });
    opened.push(() => db.close());
    await db.migrate();
    const url = await serve(config, { logger, path: writePathOf(db, config, clock), opened });
    return { url, database: db.description, close };
  } catch (error) {
    // What was opened must not keep a process alive that serves nothing.
    await close();
    throw error;
  }
}

/** Starts the loops and both ports; answers the public address. Each pushes how it is closed. */
async function serve(
  config: Config,
  { logger, path, opened }: { logger: Logger; path: WritePath; opened: (() => Promise<void>)[] },
): Promise<string> {
  const { db, clock } = path;
  const providers = providersOf(config);
  const key = journalKey(config);
  const authenticate = authenticationOf(config);
  const ready = readinessOf(db, authenticate);
  const loops = startLoops({
    loops: loopsOf(config, { path, providers, key, logger }),
    onError: (name, error) => {
      loopFailures.inc({ loop: name });
      logger.error({ err: error, loop: name }, 'a background loop failed');
    },
    onRun: (name, count) => {
      loopRuns.inc({ loop: name }, count);
    },
  });
  opened.push(() => loops.close());
  if (config.adminPort !== 0) {
    exposeSummary(registry, path);
    const { adminHost: host, adminPort: port } = config;
    const admin = await startAdmin({ host, port, registry, ready });
    opened.push(() => admin.close());
  }
  const wake = (): void => {
    loops.wake('apply');
  };
  const receive = { db, clock, providers, sandboxEvents: config.sandboxEvents, wake };
  const http = await startHttp({
    ...config,
    schema: createSchema(config),
    authenticate,
    createContext: (actor, requestId) => createContext({ path, journalKey: key }, actor, requestId),
    webhook: (provider, request) => receiveDelivery(receive, provider, request),
    ready,
    logger,
    graphiqlQuery: FIRST_QUERY,
  });
  opened.push(() => http.close());
  return http.url;
}

function writePathOf(db: Database, config: Config, clock: Clock): WritePath {
  return {
    db,
    clock,
    settings: {
      orderCreationGraceMs: config.graceOrderCreationMs,
      calendar: DEFAULT_CALENDAR,
      limits: config.limits,
    },
    onRetry: (command) => {
      conflictsRetried.inc({ command });
    },
  };
}

function providersOf(config: Config): ReadonlyMap<string, Provider> {
  return providerRegistry({
    mercadopagoSecret: config.mercadopagoSecret,
    acceptUnsignedMercadopago: config.mercadopagoAcceptUnsigned,
    genericHmac: Object.fromEntries(config.hmacProviders.map(({ name, secret }) => [name, secret])),
  });
}

function authenticationOf(config: Config): Authenticate & { ready?: () => boolean } {
  if (config.auth === 'dev-header') return devHeaderAuthentication();
  return jwtAuthentication({
    jwksUrl: config.jwksUrl,
    secret: config.jwtSecret,
    issuer: config.jwtIssuer,
    audience: config.jwtAudience,
    clockToleranceSeconds: config.jwtClockToleranceSeconds,
  });
}

interface Work {
  readonly path: WritePath;
  readonly providers: ReadonlyMap<string, Provider>;
  readonly key: ReturnType<typeof journalKey>;
  readonly logger: Logger;
}

/** The four loops of design.md, and no others. */
function loopsOf(config: Config, { path, providers, key, logger }: Work): readonly Loop[] {
  const failed = (what: string) => (id: string, error: unknown) => {
    logger.error({ err: error, id }, what);
  };
  const { db, clock } = path;
  const retention = {
    idempotencyDays: config.idempotencyRetentionDays,
    deliveryDays: config.deliveryRetentionDays,
  };
  return [
    {
      name: 'sweep',
      everyMs: config.sweepIntervalMs,
      full: SWEEP_BATCH,
      run: () => sweepDue({ path, onError: failed('a checkout could not be rechecked') }),
    },
    {
      name: 'apply',
      everyMs: config.sweepIntervalMs,
      full: APPLY_BATCH,
      run: () =>
        applyDue({
          path,
          providers,
          actorName: 'apply',
          onError: failed('a delivery could not be applied'),
        }),
    },
    {
      name: 'seal',
      everyMs: config.sealIntervalMs,
      full: BLOCK_MAX,
      run: () => sealJournal({ db, clock, key }),
    },
    {
      name: 'reap',
      everyMs: REAP_EVERY_MS,
      run: async () => {
        const { keys, deliveries } = await reap({
          db,
          clock,
          instance: config.instance,
          retention,
        });
        return keys + deliveries;
      },
    },
  ];
}

function readinessOf(db: Database, authenticate: { ready?: () => boolean }) {
  return async (): Promise<Readiness> => {
    const database = await db.ping().then(
      () => 'ok',
      () => 'unavailable',
    );
    const keys = authenticate.ready?.() === false ? 'no keys to verify tokens by' : 'ok';
    return { ok: database === 'ok' && keys === 'ok', checks: { database, keys } };
  };
}
