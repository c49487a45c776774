import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { databaseFile, describeConfig, readConfig } from '../../src/config';
import { DEFAULT_LIMITS } from '../../src/kernel/limits';

const K32 = 'k'.repeat(32);
const production = {
  NODE_ENV: 'production',
  DATABASE_URL: 'mysql://recon:pw@db:3306/recon',
  RECON_AUTH: 'jwt',
  RECON_JWKS_URL: 'https://issuer.example/jwks.json',
  RECON_JOURNAL_KEY: K32,
};
const test_ = { NODE_ENV: 'test', RECON_AUTH: 'dev-header' };
const jwt = { RECON_AUTH: 'jwt', RECON_JWT_SECRET: K32 };

const DEVELOPMENT = {
  environment: 'development',
  port: 4000,
  host: '127.0.0.1',
  databaseUrl: null,
  allowEmbedded: false,
  dataDir: './data',
  adminPort: 9464,
  adminHost: '127.0.0.1',
  logLevel: 'info',
  auth: 'dev-header',
  jwksUrl: null,
  jwtSecret: null,
  jwtIssuer: null,
  jwtAudience: null,
  jwtClockToleranceSeconds: 5,
  routerSecrets: [],
  sdlAuth: false,
  introspection: true,
  graphiql: true,
  mercadopagoSecret: 'mercadopago-secret-for-development',
  mercadopagoAcceptUnsigned: false,
  hmacProviders: [{ name: 'sandbox', secret: 'sandbox-secret-for-development' }],
  sandboxEvents: 'apply',
  journalKey: null,
  sweepIntervalMs: 1000,
  sealIntervalMs: 1000,
  graceOrderCreationMs: 300_000,
  limits: DEFAULT_LIMITS,
  instance: `${hostname()}:${process.pid}`,
  requestTimeoutMs: 5000,
  shutdownGraceMs: 8000,
  idempotencyRetentionDays: 30,
  deliveryRetentionDays: 400,
};
const IN_TEST = {
  ...DEVELOPMENT,
  environment: 'test',
  introspection: false,
  graphiql: false,
  mercadopagoSecret: null,
  hmacProviders: [],
};
const IN_PRODUCTION = {
  ...IN_TEST,
  environment: 'production',
  host: '0.0.0.0',
  databaseUrl: production.DATABASE_URL,
  auth: 'jwt',
  jwksUrl: production.RECON_JWKS_URL,
  sandboxEvents: 'record',
  journalKey: K32,
};

function configOf(env: NodeJS.ProcessEnv) {
  const read = readConfig(env);
  if (!read.ok) throw new Error(read.problems.join('\n'));
  return read.config;
}

describe('a good configuration', () => {
  test.each([
    ['nothing at all, in development', {}, DEVELOPMENT],
    ['variables of others are not ours', { PATH: '/bin', recon: 'x', RECON: 'x' }, DEVELOPMENT],
    ['test with the development header', test_, IN_TEST],
    [
      'test with the development header on a server',
      { ...test_, DATABASE_URL: 'mariadb://db/recon' },
      { ...IN_TEST, databaseUrl: 'mariadb://db/recon' },
    ],
    ['production with the least it needs', production, IN_PRODUCTION],
    [
      'production embedded, on purpose',
      { ...production, DATABASE_URL: undefined, RECON_ALLOW_EMBEDDED: 'on' },
      { ...IN_PRODUCTION, databaseUrl: null, allowEmbedded: true },
    ],
    [
      'development with tokens on a server and keys over http',
      { DATABASE_URL: 'mysql://db/recon', RECON_AUTH: 'jwt', RECON_JWKS_URL: 'http://localhost/k' },
      {
        ...DEVELOPMENT,
        databaseUrl: 'mysql://db/recon',
        auth: 'jwt',
        jwksUrl: 'http://localhost/k',
      },
    ],
  ])('%s', (_case, env: NodeJS.ProcessEnv, config) => {
    expect(readConfig(env)).toEqual({ ok: true, config });
  });

  test('every variable reaches its field', () => {
    const env = {
      ...production,
      PORT: '0',
      HOST: '::1',
      RECON_ALLOW_EMBEDDED: 'off',
      RECON_DATA_DIR: '/var/lib/recon files',
      RECON_ADMIN_PORT: '0',
      RECON_ADMIN_HOST: 'admin.internal',
      RECON_LOG_LEVEL: 'silent',
      RECON_JWKS_URL: undefined,
      RECON_JWT_SECRET: K32,
      RECON_JWT_ISSUER: 'https://issuer.example',
      RECON_JWT_AUDIENCE: 'recon',
      RECON_JWT_CLOCK_TOLERANCE_SECONDS: '0',
      RECON_ROUTER_SECRETS: 'new-one, old-one',
      RECON_SDL_AUTH: 'on',
      RECON_INTROSPECTION: 'on',
      RECON_GRAPHIQL: 'on',
      RECON_MERCADOPAGO_SECRET: 'mp',
      RECON_MERCADOPAGO_ACCEPT_UNSIGNED: 'off',
      RECON_WEBHOOK_HMAC_PROVIDERS: 'acme=0123456789abcde=,constructor=0123456789abcdef',
      RECON_SANDBOX_EVENTS: 'apply',
      RECON_SWEEP_INTERVAL_MS: '10',
      RECON_SEAL_INTERVAL_MS: '3600000',
      RECON_GRACE_ORDER_CREATION_MS: '900000',
      RECON_LIMITS: 'retryWindow=0h, cancellationWindow=30m',
      RECON_INSTANCE: 'recon-1',
      RECON_REQUEST_TIMEOUT_MS: '7999',
      RECON_IDEMPOTENCY_RETENTION_DAYS: '31',
      RECON_DELIVERY_RETENTION_DAYS: '1',
    };

    expect(readConfig(env)).toEqual({
      ok: true,
      config: {
        environment: 'production',
        port: 0,
        host: '::1',
        databaseUrl: production.DATABASE_URL,
        allowEmbedded: false,
        dataDir: '/var/lib/recon files',
        adminPort: 0,
        adminHost: 'admin.internal',
        logLevel: 'silent',
        auth: 'jwt',
        jwksUrl: null,
        jwtSecret: K32,
        jwtIssuer: 'https://issuer.example',
        jwtAudience: 'recon',
        jwtClockToleranceSeconds: 0,
        routerSecrets: ['new-one', 'old-one'],
        sdlAuth: true,
        introspection: true,
        graphiql: true,
        mercadopagoSecret: 'mp',
        mercadopagoAcceptUnsigned: false,
        hmacProviders: [
          { name: 'acme', secret: '0123456789abcde=' },
          { name: 'constructor', secret: '0123456789abcdef' },
        ],
        sandboxEvents: 'apply',
        journalKey: K32,
        sweepIntervalMs: 10,
        sealIntervalMs: 3_600_000,
        graceOrderCreationMs: 900_000,
        limits: { ...DEFAULT_LIMITS, retryWindowMs: 0, cancellationWindowMs: 1_800_000 },
        instance: 'recon-1',
        requestTimeoutMs: 7999,
        shutdownGraceMs: 8000,
        idempotencyRetentionDays: 31,
        deliveryRetentionDays: 1,
      },
    });
  });

  test('the embedded file lies in the data directory', () => {
    expect(databaseFile(configOf({ RECON_DATA_DIR: '/srv/recon' }))).toBe('/srv/recon/recon.db');
  });

  test('nothing of it can be changed, however deep', () => {
    const config = configOf({});

    expect(Object.isFrozen(config)).toBe(true);
    expect(Object.isFrozen(config.hmacProviders)).toBe(true);
    expect(Object.isFrozen(config.hmacProviders[0])).toBe(true);
    expect(Object.isFrozen(config.routerSecrets)).toBe(true);
  });
});

const LIMITS =
  'a duration is a number and ms, s, m, h or d, at most ten years; names are ' +
  'cancellationWindow, retryWindow, abandonedAfter, stuckCapturing, captureResult, refundResult, paymentPending, ' +
  'expiryWarning, refundAfterCancel, invoiceCapture, settlingGrace, remittance, intentSubmitted, doubleCapture';
const PORTS = 'expected an integer from 0 to 65535';
const ONE_KEY = 'RECON_JWKS_URL, RECON_JWT_SECRET: expected exactly one';
const NEEDS_JWT = 'RECON_AUTH: expected jwt in production and with DATABASE_URL';
const NO_KEYS = 'RECON_JWKS_URL, RECON_JWT_SECRET: expected only with RECON_AUTH=jwt';
const DATABASE =
  'DATABASE_URL: expected mysql://user:password@host:port/database, or the same with mariadb://';
const SECRET_32 = 'expected a secret of at least 32 characters';
const HMAC =
  'RECON_WEBHOOK_HMAC_PROVIDERS: expected name=secret, separated by a comma: each name once, ' +
  '2 to 32 of a-z, 0-9 and -, not mercadopago or stripe; each secret at least 16 characters';
const hmac = (given: string) => ({ RECON_WEBHOOK_HMAC_PROVIDERS: given });
const JWKS =
  'RECON_JWKS_URL: expected an https:// URL without user and password (http:// too in development)';
const ON_OFF = 'expected on or off';
const INTERVAL = 'expected an integer from 10 to 3600000';
const TIMEOUT = 'expected an integer from 10 to 600000';
const LONGER = 'RECON_SHUTDOWN_GRACE_MS: expected more than RECON_REQUEST_TIMEOUT_MS';
const ROUTER = 'RECON_ROUTER_SECRETS: expected 1 to 2 secrets, separated by a comma';
const s16 = 's'.repeat(16);

describe('a bad configuration is refused in these words', () => {
  test.each<[string, NodeJS.ProcessEnv, ...string[]]>([
    [
      'an environment of another name',
      { NODE_ENV: 'staging' },
      'NODE_ENV: expected development, production or test',
    ],
    [
      'an empty environment',
      { NODE_ENV: '' },
      'NODE_ENV: expected development, production or test',
    ],
    ['a port with letters', { PORT: '4000a' }, `PORT: ${PORTS}`],
    ['a negative port', { PORT: '-1' }, `PORT: ${PORTS}`],
    ['a port past the last', { PORT: '65536' }, `PORT: ${PORTS}`],
    ['a port with a fraction', { PORT: '4000.5' }, `PORT: ${PORTS}`],
    ['a port with an exponent', { PORT: '4e3' }, `PORT: ${PORTS}`],
    ['a port with a leading zero', { PORT: '04000' }, `PORT: ${PORTS}`],
    ['a port with a space', { PORT: '4000 ' }, `PORT: ${PORTS}`],
    ['an empty port', { PORT: '' }, `PORT: ${PORTS}`],
    [
      'a host that is a URL',
      { HOST: 'http://localhost' },
      'HOST: expected a host name or an address',
    ],
    ['an empty host', { HOST: '' }, 'HOST: expected a host name or an address'],
    ['a database of another kind', { ...jwt, DATABASE_URL: 'postgres://db/recon' }, DATABASE],
    ['a database without a name', { ...jwt, DATABASE_URL: 'mysql://db:3306/' }, DATABASE],
    ['a database without a host', { ...jwt, DATABASE_URL: 'mysql:///recon' }, DATABASE],
    [
      'a database whose password cuts the URL',
      { ...jwt, DATABASE_URL: 'mysql://u:p#w@db/recon' },
      DATABASE,
    ],
    ['a database that is no URL', { ...jwt, DATABASE_URL: 'db' }, DATABASE],
    ['an empty database', { ...jwt, DATABASE_URL: '' }, DATABASE],
    ['an empty data directory', { RECON_DATA_DIR: '' }, 'RECON_DATA_DIR: expected a directory'],
    [
      'a data directory of two lines',
      { RECON_DATA_DIR: 'a\nb' },
      'RECON_DATA_DIR: expected a directory',
    ],
    ['a switch in capitals', { RECON_ALLOW_EMBEDDED: 'ON' }, `RECON_ALLOW_EMBEDDED: ${ON_OFF}`],
    ['a switch that is true', { RECON_SDL_AUTH: 'true' }, `RECON_SDL_AUTH: ${ON_OFF}`],
    ['a switch that is one', { RECON_INTROSPECTION: '1' }, `RECON_INTROSPECTION: ${ON_OFF}`],
    ['an empty switch', { RECON_GRAPHIQL: '' }, `RECON_GRAPHIQL: ${ON_OFF}`],
    ['an admin port past the last', { RECON_ADMIN_PORT: '65536' }, `RECON_ADMIN_PORT: ${PORTS}`],
    [
      'an admin host with a space',
      { RECON_ADMIN_HOST: 'a b' },
      'RECON_ADMIN_HOST: expected a host name or an address',
    ],
    [
      'both ports the same',
      { PORT: '5000', RECON_ADMIN_PORT: '5000' },
      'RECON_ADMIN_PORT: expected another port than PORT',
    ],
    [
      'the port is the default admin port',
      { PORT: '9464' },
      'RECON_ADMIN_PORT: expected another port than PORT',
    ],
    [
      'an unknown log level',
      { RECON_LOG_LEVEL: 'verbose' },
      'RECON_LOG_LEVEL: expected trace, debug, info, warn, error, fatal or silent',
    ],
    [
      'an unknown way to authenticate',
      { RECON_AUTH: 'none' },
      'RECON_AUTH: expected dev-header or jwt',
    ],
    [
      'the header on a server',
      { DATABASE_URL: 'mysql://db/recon', RECON_AUTH: 'dev-header' },
      NEEDS_JWT,
    ],
    ['no word about who may call, on a server', { DATABASE_URL: 'mysql://db/recon' }, NEEDS_JWT],
    [
      'no word about who may call, in test',
      { NODE_ENV: 'test' },
      'RECON_AUTH: expected dev-header or jwt',
    ],
    ['the header in production', { ...production, RECON_AUTH: 'dev-header' }, NEEDS_JWT],
    [
      'no word about who may call, in production',
      { ...production, RECON_AUTH: undefined },
      NEEDS_JWT,
    ],
    ['tokens without a key', { RECON_AUTH: 'jwt' }, ONE_KEY],
    ['tokens with two keys', { ...production, RECON_JWT_SECRET: K32 }, ONE_KEY],
    ['a key that nothing uses', { RECON_JWT_SECRET: K32 }, NO_KEYS],
    [
      'a key beside the header in test',
      { ...test_, RECON_JWKS_URL: 'https://issuer.example/k' },
      NO_KEYS,
    ],
    [
      'a token secret one character short',
      { ...jwt, RECON_JWT_SECRET: 'k'.repeat(31) },
      `RECON_JWT_SECRET: ${SECRET_32}`,
    ],
    [
      'a token secret with a line end',
      { ...jwt, RECON_JWT_SECRET: `${K32}\n` },
      `RECON_JWT_SECRET: ${SECRET_32}`,
    ],
    [
      'keys over http in production',
      { ...production, RECON_JWKS_URL: 'http://issuer.example/k' },
      'RECON_JWKS_URL: expected an https:// URL outside development',
    ],
    [
      'keys over http in test',
      { NODE_ENV: 'test', RECON_AUTH: 'jwt', RECON_JWKS_URL: 'http://localhost/k' },
      'RECON_JWKS_URL: expected an https:// URL outside development',
    ],
    ['keys in a file', { RECON_AUTH: 'jwt', RECON_JWKS_URL: 'file:///jwks.json' }, JWKS],
    [
      'keys behind a password',
      { RECON_AUTH: 'jwt', RECON_JWKS_URL: 'https://u:p@issuer.example/k' },
      JWKS,
    ],
    ['an empty issuer', { RECON_JWT_ISSUER: '' }, 'RECON_JWT_ISSUER: expected an issuer'],
    [
      'an audience with a space before it',
      { RECON_JWT_AUDIENCE: ' recon' },
      'RECON_JWT_AUDIENCE: expected an audience',
    ],
    [
      'a clock that may be off too far',
      { RECON_JWT_CLOCK_TOLERANCE_SECONDS: '301' },
      'RECON_JWT_CLOCK_TOLERANCE_SECONDS: expected an integer from 0 to 300',
    ],
    ['three router secrets', { RECON_ROUTER_SECRETS: 'a,b,c' }, ROUTER],
    ['a router secret that is empty', { RECON_ROUTER_SECRETS: 'a,' }, ROUTER],
    ['no router secret in the list', { RECON_ROUTER_SECRETS: '' }, ROUTER],
    [
      'an empty Mercado Pago secret',
      { RECON_MERCADOPAGO_SECRET: '' },
      'RECON_MERCADOPAGO_SECRET: expected a secret',
    ],
    [
      'the documented Mercado Pago secret in production',
      { ...production, RECON_MERCADOPAGO_SECRET: 'mercadopago-secret-for-development' },
      'RECON_MERCADOPAGO_SECRET: expected a secret that is not documented',
    ],
    [
      'unsigned notifications in production',
      { ...production, RECON_MERCADOPAGO_ACCEPT_UNSIGNED: 'on' },
      'RECON_MERCADOPAGO_ACCEPT_UNSIGNED: expected off outside development',
    ],
    [
      'unsigned notifications in test',
      { ...test_, RECON_MERCADOPAGO_ACCEPT_UNSIGNED: 'on' },
      'RECON_MERCADOPAGO_ACCEPT_UNSIGNED: expected off outside development',
    ],
    ['a provider without a secret', hmac('acme'), HMAC],
    ['a provider secret one character short', hmac(`acme=${'s'.repeat(15)}`), HMAC],
    ['a provider called mercadopago', hmac(`mercadopago=${s16}`), HMAC],
    ['a provider called stripe', hmac(`acme=${s16},stripe=${s16}`), HMAC],
    ['a provider in capitals', hmac(`Acme=${s16}`), HMAC],
    ['a provider of one letter', hmac(`a=${s16}`), HMAC],
    ['a provider of 33 letters', hmac(`${'a'.repeat(33)}=${s16}`), HMAC],
    ['a provider that begins with a digit', hmac(`1a=${s16}`), HMAC],
    ['a provider twice', hmac(`acme=${s16},acme=${s16}`), HMAC],
    ['a comma too many', hmac(`acme=${s16},`), HMAC],
    [
      'the documented provider secret in production',
      { ...production, ...hmac('acme=sandbox-secret-for-development') },
      'RECON_WEBHOOK_HMAC_PROVIDERS: expected secrets that are not documented',
    ],
    [
      'sandbox events ignored',
      { RECON_SANDBOX_EVENTS: 'ignore' },
      'RECON_SANDBOX_EVENTS: expected record or apply',
    ],
    [
      'a journal key one character short',
      { RECON_JOURNAL_KEY: 'k'.repeat(31) },
      `RECON_JOURNAL_KEY: ${SECRET_32}`,
    ],
    [
      'production without a journal key',
      { ...production, RECON_JOURNAL_KEY: undefined },
      'RECON_JOURNAL_KEY: expected a secret in production',
    ],
    [
      'production with a bad journal key, told once',
      { ...production, RECON_JOURNAL_KEY: 'k' },
      `RECON_JOURNAL_KEY: ${SECRET_32}`,
    ],
    [
      'production without a database',
      { ...production, DATABASE_URL: undefined },
      'DATABASE_URL: expected in production, or else RECON_ALLOW_EMBEDDED=on',
    ],
    [
      'a sweep below its least',
      { RECON_SWEEP_INTERVAL_MS: '9' },
      `RECON_SWEEP_INTERVAL_MS: ${INTERVAL}`,
    ],
    [
      'a seal past its most',
      { RECON_SEAL_INTERVAL_MS: '3600001' },
      `RECON_SEAL_INTERVAL_MS: ${INTERVAL}`,
    ],
    [
      'a grace past a quarter of an hour',
      { RECON_GRACE_ORDER_CREATION_MS: '900001' },
      'RECON_GRACE_ORDER_CREATION_MS: expected an integer from 0 to 900000',
    ],
    [
      'a limit there is not',
      { RECON_LIMITS: 'retryWindows=1h' },
      `RECON_LIMITS: expected name=duration, separated by a comma: ${LIMITS}`,
    ],
    [
      'a limit without a unit',
      { RECON_LIMITS: 'retryWindow=1' },
      `RECON_LIMITS: expected name=duration, separated by a comma: ${LIMITS}`,
    ],
    [
      'a limit that is no whole number',
      { RECON_LIMITS: 'retryWindow=1.5h' },
      `RECON_LIMITS: expected name=duration, separated by a comma: ${LIMITS}`,
    ],
    [
      'a limit twice',
      { RECON_LIMITS: 'retryWindow=1h,retryWindow=2h' },
      `RECON_LIMITS: expected name=duration, separated by a comma: ${LIMITS}`,
    ],
    [
      'a limit past ten years',
      { RECON_LIMITS: 'retryWindow=3651d' },
      `RECON_LIMITS: expected name=duration, separated by a comma: ${LIMITS}`,
    ],
    [
      'an instance with a space',
      { RECON_INSTANCE: 'a b' },
      'RECON_INSTANCE: expected 1 to 128 letters, digits or any of . : _ -',
    ],
    [
      'an instance too long',
      { RECON_INSTANCE: 'a'.repeat(129) },
      'RECON_INSTANCE: expected 1 to 128 letters, digits or any of . : _ -',
    ],
    [
      'a request timeout of zero',
      { RECON_REQUEST_TIMEOUT_MS: '0' },
      `RECON_REQUEST_TIMEOUT_MS: ${TIMEOUT}`,
    ],
    [
      'a shutdown grace past its most',
      { RECON_SHUTDOWN_GRACE_MS: '600001' },
      `RECON_SHUTDOWN_GRACE_MS: ${TIMEOUT}`,
    ],
    ['a shutdown as short as a request', { RECON_SHUTDOWN_GRACE_MS: '5000' }, LONGER],
    ['a request as long as the shutdown', { RECON_REQUEST_TIMEOUT_MS: '8000' }, LONGER],
    [
      'idempotency keys kept too short',
      { RECON_IDEMPOTENCY_RETENTION_DAYS: '29' },
      'RECON_IDEMPOTENCY_RETENTION_DAYS: expected an integer from 30 to 3650',
    ],
    [
      'deliveries kept not at all',
      { RECON_DELIVERY_RETENTION_DAYS: '0' },
      'RECON_DELIVERY_RETENTION_DAYS: expected an integer from 1 to 3650',
    ],
    [
      'a misspelt variable',
      { RECON_JOURNAL_KEYS: K32 },
      'RECON_JOURNAL_KEYS: unknown, the nearest known is RECON_JOURNAL_KEY',
    ],
    [
      'a variable with a letter missing',
      { RECON_LOGLEVEL: 'info' },
      'RECON_LOGLEVEL: unknown, the nearest known is RECON_LOG_LEVEL',
    ],
    [
      'a variable in small letters',
      { RECON_auth: 'jwt' },
      'RECON_auth: unknown, the nearest known is RECON_AUTH',
    ],
    [
      'a fixed clock',
      { RECON_NOW: '2026-01-01T00:00:00Z' },
      'RECON_NOW: unknown, the nearest known is RECON_AUTH',
    ],
    [
      'a variable whose name has a line end',
      { 'RECON_AUTH\n': 'jwt' },
      'RECON_AUTH?: unknown, the nearest known is RECON_AUTH',
    ],
  ])('%s', (_case, env, ...problems) => {
    expect(readConfig(env)).toEqual({ ok: false, problems });
  });

  test('all problems are told at once: of variables, of what they say together, of unknown names', () => {
    const env = {
      NODE_ENV: 'production',
      PORT: 'http',
      RECON_LOG_LEVEL: 'loud',
      RECON_JWT_SECRET: 'short',
      RECON_JWKS_URL: 'http://issuer.example/k',
      RECON_REQUEST_TIMEOUT_MS: '9000',
      RECON_ZZZ: '1',
      RECON_AUHT: 'jwt',
    };

    expect(readConfig(env)).toEqual({
      ok: false,
      problems: [
        `PORT: ${PORTS}`,
        'RECON_LOG_LEVEL: expected trace, debug, info, warn, error, fatal or silent',
        `RECON_JWT_SECRET: ${SECRET_32}`,
        NEEDS_JWT,
        ONE_KEY,
        'RECON_JWKS_URL: expected an https:// URL outside development',
        'RECON_JOURNAL_KEY: expected a secret in production',
        'DATABASE_URL: expected in production, or else RECON_ALLOW_EMBEDDED=on',
        LONGER,
        'RECON_AUHT: unknown, the nearest known is RECON_AUTH',
        'RECON_ZZZ: unknown, the nearest known is RECON_AUTH',
      ],
    });
  });

  test.each<[string, NodeJS.ProcessEnv]>([
    ['of production', { ...production, RECON_JOURNAL_KEY: undefined }],
    ['of a server', { DATABASE_URL: 'mysql://db/recon' }],
    ['of tokens', { RECON_JWT_SECRET: K32 }],
  ])('a misspelt environment is one problem and no guess at the rules %s', (_case, env) => {
    expect(readConfig({ ...env, NODE_ENV: 'prod' })).toEqual({
      ok: false,
      problems: ['NODE_ENV: expected development, production or test'],
    });
  });
});

const NAMES = describeConfig(configOf({})).map((line) => line.slice(0, line.indexOf('=')));

describe('what is shown', () => {
  test('every setting in one line, of a secret only whether it is set', () => {
    const env = { ...production, RECON_ROUTER_SECRETS: 'one,two', RECON_INSTANCE: 'recon-1' };

    expect(describeConfig(configOf(env))).toEqual([
      'NODE_ENV=production',
      'PORT=4000',
      'HOST=0.0.0.0',
      'DATABASE_URL=set',
      'RECON_ALLOW_EMBEDDED=off',
      'RECON_DATA_DIR=./data',
      'RECON_ADMIN_PORT=9464',
      'RECON_ADMIN_HOST=127.0.0.1',
      'RECON_LOG_LEVEL=info',
      'RECON_AUTH=jwt',
      'RECON_JWKS_URL=https://issuer.example/jwks.json',
      'RECON_JWT_SECRET=not set',
      'RECON_JWT_ISSUER=not set',
      'RECON_JWT_AUDIENCE=not set',
      'RECON_JWT_CLOCK_TOLERANCE_SECONDS=5',
      'RECON_ROUTER_SECRETS=set',
      'RECON_SDL_AUTH=off',
      'RECON_INTROSPECTION=off',
      'RECON_GRAPHIQL=off',
      'RECON_MERCADOPAGO_SECRET=not set',
      'RECON_MERCADOPAGO_ACCEPT_UNSIGNED=off',
      'RECON_WEBHOOK_HMAC_PROVIDERS=not set',
      'RECON_SANDBOX_EVENTS=record',
      'RECON_JOURNAL_KEY=set',
      'RECON_SWEEP_INTERVAL_MS=1000',
      'RECON_SEAL_INTERVAL_MS=1000',
      'RECON_GRACE_ORDER_CREATION_MS=300000',
      `RECON_LIMITS=${JSON.stringify(DEFAULT_LIMITS)}`,
      'RECON_INSTANCE=recon-1',
      'RECON_REQUEST_TIMEOUT_MS=5000',
      'RECON_SHUTDOWN_GRACE_MS=8000',
      'RECON_IDEMPOTENCY_RETENTION_DAYS=30',
      'RECON_DELIVERY_RETENTION_DAYS=400',
    ]);
  });

  // A word no message of ours holds, so that finding it means that a value was told.
  const secret = fc.stringMatching(/^[A-Za-z0-9+/]{28,60}$/).map((random) => `qXz7${random}`);

  test('no secret of a good configuration is described', () => {
    fc.assert(
      fc.property(fc.array(secret, { minLength: 6, maxLength: 6 }), (secrets) => {
        const [a, b, c, d, e, f] = secrets as [string, string, string, string, string, string];
        const config = configOf({
          ...production,
          DATABASE_URL: `mysql://recon:${encodeURIComponent(a)}@db/recon`,
          RECON_JWKS_URL: undefined,
          RECON_JWT_SECRET: b,
          RECON_ROUTER_SECRETS: `${c},${d}`,
          RECON_MERCADOPAGO_SECRET: e,
          RECON_WEBHOOK_HMAC_PROVIDERS: `acme=${f}`,
          RECON_JOURNAL_KEY: a,
        });

        expect(describeConfig(config).filter((line) => line.includes('qXz7'))).toEqual([]);
      }),
    );
  });

  test('no value, secret or not, stands in a problem, and a problem is one line', () => {
    const value = fc
      .tuple(fc.string({ unit: 'grapheme' }), fc.string())
      .map(([before, after]) => `${before}qXz7${after}`);
    const env = fc.record(Object.fromEntries([...NAMES, 'RECON_OTHER'].map((n) => [n, value])), {
      requiredKeys: ['PORT'],
    });

    fc.assert(
      fc.property(env, (given) => {
        const read = readConfig(given);

        expect(read.ok).toBe(false);
        const problems = read.ok ? [] : read.problems;
        expect(problems.filter((line) => /qXz7|[\r\n]/.test(line))).toEqual([]);
        expect(problems.length).toBeGreaterThan(0);
      }),
    );
  });
});

describe('what is written about it', () => {
  const file = (path: string) => readFileSync(join(__dirname, '../..', path), 'utf8');
  const mentioned = (text: string) => [...new Set(text.match(/\bRECON_[A-Z_]+[A-Z]/g))];
  const rows = file('docs/configuration.md')
    .split('\n')
    .flatMap((row) => /^\| `(\w+)`\s*\| (.*?)\s*\|/.exec(row) ?? [])
    .filter((_, index) => index % 3 !== 0);
  const documented = new Map(
    rows.flatMap((name, index) => (index % 2 === 0 ? [[name, rows[index + 1]!] as const] : [])),
  );

  test('the document has a row for every variable, and for no other', () => {
    expect([...documented.keys()].sort()).toEqual([...NAMES].sort());
    expect(mentioned(file('docs/configuration.md')).filter((n) => !NAMES.includes(n))).toEqual([]);
  });

  test('a default that the document states plainly is the one in force', () => {
    const inForce = new Map(
      describeConfig(configOf({})).map((line) => line.split(/=(.*)/) as [string, string]),
    );
    const plain = [...documented].flatMap(([name, cell]) => {
      const stated = cell === 'not set' ? cell : /^`([^`]+)`$/.exec(cell)?.[1];
      return stated === undefined ? [] : [[name, stated]];
    });

    expect(plain.length).toBeGreaterThan(20);
    expect(plain).toEqual(plain.map(([name]) => [name, inForce.get(name!)]));
  });

  test('the document has a row for every limit, with the default in force', () => {
    const unitsMs = { min: 60_000, h: 3_600_000, d: 86_400_000 } as const;
    const limits = [
      ...file('docs/configuration.md').matchAll(/^\| ([a-z]\w+) +\| (\d+)(?: (min|h|d))? +\|/gm),
    ].map(([, name, count, unit]) => [
      `${name!}Ms`,
      Number(count) * (unit === undefined ? 1 : unitsMs[unit as keyof typeof unitsMs]),
    ]);

    expect(Object.fromEntries(limits)).toEqual(DEFAULT_LIMITS);
  });

  test.each(['Dockerfile', 'compose.yaml'])('%s sets only variables that exist', (path) => {
    expect(mentioned(file(path)).filter((name) => !NAMES.includes(name))).toEqual([]);
  });
});
