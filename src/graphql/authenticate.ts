import { createRemoteJWKSet, errors, jwtVerify, type JWTVerifyResult } from 'jose';
import { type Actor, type Role, ROLES } from '../kernel/actor';
import {
  actorOf,
  type Authenticate,
  AuthUnavailable,
  isShortText,
  Unauthenticated,
} from './actor-claims';

export { AuthUnavailable, Unauthenticated, type Authenticate };

export interface JwtOptions {
  /** Exactly one of `jwksUrl` and `secret`: one kind of key per kind of token (RFC 8725, 3.1). */
  readonly jwksUrl: string | null;
  readonly secret: string | null;
  /** Null: that claim is not checked. */
  readonly issuer: string | null;
  readonly audience: string | null;
  readonly clockToleranceSeconds: number;
  readonly fetchTimeoutMs?: number;
  /** For how long an unknown key id does not make us fetch again. */
  readonly cooldownMs?: number;
}

interface Keys {
  verify(token: string): Promise<JWTVerifyResult>;
  ready(): boolean;
}

export function jwtAuthentication(options: JwtOptions): Authenticate & { ready(): boolean } {
  const keys = keysOf(options);
  const authenticate: Authenticate = async (headers) => {
    const token = /^Bearer +(\S+)$/i.exec(headers['authorization'] ?? '')?.[1];
    if (token === undefined) throw new Unauthenticated('absent');
    const { payload, protectedHeader } = await keys.verify(token).catch(refuseToken);
    if (!isAccessToken(protectedHeader.typ)) throw new Unauthenticated('typ');
    return actorOf(payload);
  };
  return Object.assign(authenticate, { ready: () => keys.ready() });
}

function keysOf({ jwksUrl, secret, ...options }: JwtOptions): Keys {
  const rules = {
    ...(options.issuer !== null && { issuer: options.issuer }),
    ...(options.audience !== null && { audience: options.audience }),
    clockTolerance: options.clockToleranceSeconds,
    requiredClaims: ['sub', 'exp'],
  };
  if (jwksUrl !== null && secret === null) {
    const jwks = createRemoteJWKSet(new URL(jwksUrl), {
      timeoutDuration: options.fetchTimeoutMs ?? 5000,
      cooldownDuration: options.cooldownMs ?? 30_000,
    });
    const algorithms = ['RS256', 'ES256', 'EdDSA'];
    return {
      verify: (token) => jwtVerify(token, jwks, { ...rules, algorithms }),
      ready: readiness(jwks),
    };
  }
  if (secret === null || jwksUrl !== null) throw new TypeError('Give a JWKS URL or a secret.');
  const key = new TextEncoder().encode(secret);
  return {
    verify: (token) => jwtVerify(token, key, { ...rules, algorithms: ['HS256'] }),
    ready: () => true,
  };
}

/** Fetches the keys before the first token comes, and again when asked about stale ones. */
function readiness(jwks: ReturnType<typeof createRemoteJWKSet>): () => boolean {
  let failed = false;
  const fetchKeys = () => {
    jwks.reload().then(
      () => (failed = false),
      () => (failed = true),
    );
  };
  fetchKeys();
  return () => {
    if (jwks.fresh) return true;
    fetchKeys();
    return jwks.jwks() !== undefined && !failed;
  };
}

/** Errors of these codes are the token's fault; whatever else comes out of jose is not. */
const TOKEN_FAULT =
  /^ERR_(JW[ST]_|JOSE_ALG_NOT_ALLOWED|JOSE_NOT_SUPPORTED|JWKS_NO_MATCHING_KEY|JWKS_MULTIPLE_MATCHING_KEYS)/;

function refuseToken(error: unknown): never {
  if (error instanceof errors.JOSEError && TOKEN_FAULT.test(error.code)) {
    const claim = error instanceof errors.JWTClaimValidationFailed ? `_${error.claim}` : '';
    throw new Unauthenticated(isKnownClaim(claim) ? error.code + claim : error.code);
  }
  throw new AuthUnavailable(error);
}

/** Reasons are metric labels: a closed set, whatever stands in the token. */
function isKnownClaim(claim: string): boolean {
  return ['_iss', '_aud', '_sub', '_exp', '_nbf', '_iat'].includes(claim);
}

/** A token made for something else (a logout, a proof of possession) is no access token. */
function isAccessToken(typ: string | undefined): boolean {
  return typ === undefined || /^(application\/)?(at\+)?jwt$/i.test(typ);
}

const DEV_HEADER = 'x-recon-actor';
const DEV_FORM =
  `Send the header ${DEV_HEADER}: <subject>; roles=COMMERCE,FINANCE; side=SELLER; ` +
  'sellerId=<id>; customerId=<id>. Only the subject and roles are always required; ' +
  `side SELLER needs sellerId, role CUSTOMER needs customerId. Roles: ${ROLES.join(', ')}.`;

/** For development: believes the header. Configuration refuses it in production. */
export function devHeaderAuthentication(): Authenticate {
  return (headers) =>
    new Promise((resolve) => {
      resolve(devActor(headers[DEV_HEADER] ?? ''));
    });
}

function devActor(header: string): Actor {
  const [subject = '', ...pairs] = header.split(';').map((part) => part.trim());
  const given = new Map(pairs.filter((pair) => pair !== '').map(split));
  const known = ['roles', 'side', 'sellerId', 'customerId'];
  const roles = (given.get('roles') ?? '').split(',').map((role) => role.trim());
  const malformed =
    given.size !== pairs.filter((pair) => pair !== '').length ||
    [...given.keys()].some((name) => !known.includes(name)) ||
    [...given].some(([name, value]) => name !== 'roles' && !isShortText(value)) ||
    !roles.every((role): role is Role => ROLES.some((candidate) => candidate === role)) ||
    !isShortText(subject);
  if (malformed) throw new Unauthenticated('dev_header', DEV_FORM);
  try {
    return actorOf({ ...Object.fromEntries(given), sub: subject, roles });
  } catch {
    throw new Unauthenticated('dev_header', DEV_FORM);
  }
}

function split(pair: string): [string, string] {
  const at = pair.indexOf('=');
  return at < 0 ? [pair, ''] : [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
}
