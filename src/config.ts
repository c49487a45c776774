import { hostname } from 'node:os';
import { join } from 'node:path';
import { type ZodType } from 'zod';
import { DEFAULT_LIMITS, type Limits } from './kernel/limits';
import * as is from './kernel/settings';

/** Every setting, read once at boot and frozen; docs/configuration.md says what each means. */
export interface Config {
  readonly environment: 'development' | 'production' | 'test';
  /** 0: any free port. */
  readonly port: number;
  readonly host: string;
  /** Null: embedded, in `databaseFile(config)`. */
  readonly databaseUrl: string | null;
  readonly allowEmbedded: boolean;
  readonly dataDir: string;
  /** 0: no admin port. */
  readonly adminPort: number;
  readonly adminHost: string;
  readonly logLevel: (typeof LOG_LEVELS)[number];
  /** With jwt, exactly one of `jwksUrl` and `jwtSecret` is not null. */
  readonly auth: 'dev-header' | 'jwt';
  readonly jwksUrl: string | null;
  readonly jwtSecret: string | null;
  /** Null: the claim is not checked. */
  readonly jwtIssuer: string | null;
  readonly jwtAudience: string | null;
  readonly jwtClockToleranceSeconds: number;
  /** Empty: the router sends none. Two are valid at once while one replaces the other. */
  readonly routerSecrets: readonly string[];
  readonly sdlAuth: boolean;
  readonly introspection: boolean;
  readonly graphiql: boolean;
  /** Null: no signature can be verified. */
  readonly mercadopagoSecret: string | null;
  readonly mercadopagoAcceptUnsigned: boolean;
  /** A list, not an object by name: the name asked for comes from a URL, and may be `constructor`. */
  readonly hmacProviders: readonly HmacProvider[];
  readonly sandboxEvents: 'record' | 'apply';
  /** Null: a key file in `dataDir`. */
  readonly journalKey: string | null;
  readonly sweepIntervalMs: number;
  readonly sealIntervalMs: number;
  readonly graceOrderCreationMs: number;
  readonly limits: Limits;
  readonly instance: string;
  readonly requestTimeoutMs: number;
  readonly shutdownGraceMs: number;
  readonly idempotencyRetentionDays: number;
  readonly deliveryRetentionDays: number;
}

export type HmacProvider = is.NamedSecret;
type Environment = Config['environment'];
const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** Documented, so known to everyone: for trying webhooks out, refused in production. */
const MERCADOPAGO = 'mercadopago-secret-for-development';
const SANDBOX = { name: 'sandbox', secret: 'sandbox-secret-for-development' };

const interval = is.integer(10, 3_600_000);
const timeout = is.integer(10, 600_000);
const days = (min: number) => is.integer(min, 3_650);
const onlyIn = (environment: Environment) => (given: Environment) => given === environment;

const setting = <F extends keyof Config>(
  field: F,
  kind: ZodType<Config[F]>,
  fallback: Config[F] | ((environment: Environment) => Config[F]),
) => ({ field, kind, fallback: typeof fallback === 'function' ? fallback : () => fallback });

/** The one list of variables. What its name calls a secret is never shown: see `IS_SECRET`. */
const SETTINGS = {
  NODE_ENV: setting('environment', is.oneOf(['development', 'production', 'test']), 'development'),
  PORT: setting('port', is.integer(0, 65_535), 4000),
  HOST: setting('host', is.host, (given) => (given === 'production' ? '0.0.0.0' : '127.0.0.1')),
  DATABASE_URL: setting('databaseUrl', is.databaseUrl, null),
  RECON_ALLOW_EMBEDDED: setting('allowEmbedded', is.onOff, false),
  RECON_DATA_DIR: setting('dataDir', is.line('a directory'), './data'),
  RECON_ADMIN_PORT: setting('adminPort', is.integer(0, 65_535), 9464),
  RECON_ADMIN_HOST: setting('adminHost', is.host, '127.0.0.1'),
  RECON_LOG_LEVEL: setting('logLevel', is.oneOf(LOG_LEVELS), 'info'),
  RECON_AUTH: setting('auth', is.oneOf(['dev-header', 'jwt']), 'dev-header'),
  RECON_JWKS_URL: setting('jwksUrl', is.jwksUrl, null),
  RECON_JWT_SECRET: setting('jwtSecret', is.secret(32), null),
  RECON_JWT_ISSUER: setting('jwtIssuer', is.line('an issuer'), null),
  RECON_JWT_AUDIENCE: setting('jwtAudience', is.line('an audience'), null),
  RECON_JWT_CLOCK_TOLERANCE_SECONDS: setting('jwtClockToleranceSeconds', is.integer(0, 300), 5),
  RECON_ROUTER_SECRETS: setting('routerSecrets', is.secrets(2), []),
  RECON_SDL_AUTH: setting('sdlAuth', is.onOff, false),
  RECON_INTROSPECTION: setting('introspection', is.onOff, onlyIn('development')),
  RECON_GRAPHIQL: setting('graphiql', is.onOff, onlyIn('development')),
  RECON_MERCADOPAGO_SECRET: setting('mercadopagoSecret', is.secret(1), (environment) =>
    environment === 'development' ? MERCADOPAGO : null,
  ),
  RECON_MERCADOPAGO_ACCEPT_UNSIGNED: setting('mercadopagoAcceptUnsigned', is.onOff, false),
  RECON_WEBHOOK_HMAC_PROVIDERS: setting(
    'hmacProviders',
    is.namedSecrets(16, ['mercadopago', 'stripe']),
    (environment) => (environment === 'development' ? [SANDBOX] : []),
  ),
  RECON_SANDBOX_EVENTS: setting('sandboxEvents', is.oneOf(['record', 'apply']), (environment) =>
    environment === 'production' ? 'record' : 'apply',
  ),
  RECON_JOURNAL_KEY: setting('journalKey', is.secret(32), null),
  RECON_SWEEP_INTERVAL_MS: setting('sweepIntervalMs', interval, 1000),
  RECON_SEAL_INTERVAL_MS: setting('sealIntervalMs', interval, 1000),
  RECON_GRACE_ORDER_CREATION_MS: setting('graceOrderCreationMs', is.integer(0, 900_000), 300_000),
  RECON_LIMITS: setting('limits', is.durations(DEFAULT_LIMITS), DEFAULT_LIMITS),
  RECON_INSTANCE: setting('instance', is.word(128), () => `${hostname()}:${process.pid}`),
  RECON_REQUEST_TIMEOUT_MS: setting('requestTimeoutMs', timeout, 5000),
  RECON_SHUTDOWN_GRACE_MS: setting('shutdownGraceMs', timeout, 8000),
  RECON_IDEMPOTENCY_RETENTION_DAYS: setting('idempotencyRetentionDays', days(30), 30),
  RECON_DELIVERY_RETENTION_DAYS: setting('deliveryRetentionDays', days(1), 400),
};

const KEYS = 'RECON_JWKS_URL, RECON_JWT_SECRET';
const IS_SECRET = /SECRET|KEY|PROVIDERS|DATABASE_URL/;
type Values = is.Values<typeof SETTINGS>;

/** Every problem at once, one line each: the variable and what is expected, never what was given. */
export function readConfig(
  env: NodeJS.ProcessEnv,
): { ok: true; config: Config } | { ok: false; problems: string[] } {
  const { values, problems } = is.readSettings(SETTINGS, env);
  problems.push(...contradictions(values, env), ...is.unknownNames(SETTINGS, env, 'RECON_'));
  if (problems.length > 0) return { ok: false, problems };
  const environment = values.NODE_ENV ?? 'development';
  const fields = Object.entries(SETTINGS).map(([name, { field, fallback }]) => [
    field,
    values[name as keyof Values] ?? fallback(environment),
  ]);
  return { ok: true, config: is.deepFreeze(Object.fromEntries(fields) as Config) };
}

/** One line per setting, `NAME=value`. */
export function describeConfig(config: Config): string[] {
  return Object.entries(SETTINGS).map(
    ([name, { field }]) => `${name}=${is.shown(config[field], IS_SECRET.test(name))}`,
  );
}

/** The file of the embedded database. */
export const databaseFile = ({ dataDir }: Config): string => join(dataDir, 'recon.db');

/** What variables say together. One that was given and is not in `v` has its problem already. */
function contradictions(v: Values, env: NodeJS.ProcessEnv): string[] {
  const given = (name: keyof Values) => env[name] !== undefined;
  const environment = given('NODE_ENV') ? v.NODE_ENV : 'development';
  const production = environment === 'production';
  const elsewhere = production || environment === 'test';
  const auth = given('RECON_AUTH') ? v.RECON_AUTH : 'dev-header';
  const header = environment !== undefined && auth === 'dev-header';
  const jwtOnly = production || (environment === 'development' && given('DATABASE_URL'));
  const keys = Number(given('RECON_JWKS_URL')) + Number(given('RECON_JWT_SECRET'));
  const number = (
    name: 'PORT' | 'RECON_ADMIN_PORT' | `RECON_${'REQUEST_TIMEOUT' | 'SHUTDOWN_GRACE'}_MS`,
  ) => (given(name) ? (v[name] ?? NaN) : SETTINGS[name].fallback('development'));

  const rules: readonly (readonly [boolean, string])[] = [
    [jwtOnly && header, 'RECON_AUTH: expected jwt in production and with DATABASE_URL'],
    [environment === 'test' && !given('RECON_AUTH'), 'RECON_AUTH: expected dev-header or jwt'],
    [(production || v.RECON_AUTH === 'jwt') && keys !== 1, `${KEYS}: expected exactly one`],
    [!jwtOnly && header && keys > 0, `${KEYS}: expected only with RECON_AUTH=jwt`],
    [
      elsewhere && !/^https:/i.test(v.RECON_JWKS_URL ?? 'https:'),
      'RECON_JWKS_URL: expected an https:// URL outside development',
    ],
    [
      elsewhere && v.RECON_MERCADOPAGO_ACCEPT_UNSIGNED === true,
      'RECON_MERCADOPAGO_ACCEPT_UNSIGNED: expected off outside development',
    ],
    [
      production && v.RECON_MERCADOPAGO_SECRET === MERCADOPAGO,
      'RECON_MERCADOPAGO_SECRET: expected a secret that is not documented',
    ],
    [
      production &&
        v.RECON_WEBHOOK_HMAC_PROVIDERS?.some((p) => p.secret === SANDBOX.secret) === true,
      'RECON_WEBHOOK_HMAC_PROVIDERS: expected secrets that are not documented',
    ],
    [
      production && !given('RECON_JOURNAL_KEY'),
      'RECON_JOURNAL_KEY: expected a secret in production',
    ],
    [
      production && !given('DATABASE_URL') && v.RECON_ALLOW_EMBEDDED !== true,
      'DATABASE_URL: expected in production, or else RECON_ALLOW_EMBEDDED=on',
    ],
    [
      number('PORT') !== 0 && number('PORT') === number('RECON_ADMIN_PORT'),
      'RECON_ADMIN_PORT: expected another port than PORT',
    ],
    [
      number('RECON_SHUTDOWN_GRACE_MS') <= number('RECON_REQUEST_TIMEOUT_MS'),
      'RECON_SHUTDOWN_GRACE_MS: expected more than RECON_REQUEST_TIMEOUT_MS',
    ],
  ];
  return rules.flatMap(([isBroken, problem]) => (isBroken ? [problem] : []));
}
