import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import fc from 'fast-check';
import { exportJWK, exportSPKI, generateKeyPair, type JWK, SignJWT } from 'jose';
import {
  type Authenticate,
  devHeaderAuthentication,
  jwtAuthentication,
  type JwtOptions,
} from '../../../src/graphql/authenticate';
import { until } from './edge';

interface Pair {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly jwk: JWK;
}

async function pair(kid: string, alg = 'RS256'): Promise<Pair> {
  const keys = await generateKeyPair(alg, { extractable: true });
  return { kid, alg, ...keys, jwk: { ...(await exportJWK(keys.publicKey)), kid, alg, use: 'sig' } };
}

/** A key server whose keys and status the test changes; it counts what it is asked. */
class KeyServer {
  keys: JWK[] = [];
  status = 200;
  asked = 0;
  private readonly server: Server = createServer((_request, response) => {
    this.asked += 1;
    response.writeHead(this.status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ keys: this.keys }));
  });
  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/jwks`;
  }
  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}

const NOW = () => Math.floor(Date.now() / 1000);
const claims = { iss: 'https://id.test', aud: 'recon', sub: 'ana', roles: ['FINANCE', 'KING'] };

function token(pair: Pair, changes: object = {}, header: object = {}): Promise<string> {
  return new SignJWT({ exp: NOW() + 60, ...claims, ...changes })
    .setProtectedHeader({ alg: pair.alg, kid: pair.kid, ...header })
    .sign(pair.privateKey);
}

const bearer = (jwt: string) => ({ authorization: `Bearer ${jwt}` });

/** What the caller is told, and the reason that stays with us. */
function refusal(authenticate: Authenticate, headers: Record<string, string>): Promise<string> {
  return authenticate(headers).then(
    () => 'let in',
    (error: any) => `${error.name}: ${error.reason ?? ''}: ${error.message}`,
  );
}

const options = (jwksUrl: string | null, changes: Partial<JwtOptions> = {}): JwtOptions => ({
  jwksUrl,
  secret: null,
  issuer: claims.iss,
  audience: claims.aud,
  clockToleranceSeconds: 5,
  cooldownMs: 0,
  ...changes,
});

describe('tokens signed by keys of a key server', () => {
  const server = new KeyServer();
  let rsa: Pair;
  let url: string;
  let authenticate: Authenticate & { ready(): boolean };
  beforeAll(async () => {
    rsa = await pair('k1');
    server.keys = [rsa.jwk];
    url = await server.start();
    authenticate = jwtAuthentication(options(url));
  });
  afterAll(() => server.stop());

  test('a good one names the actor; unknown roles are dropped', async () => {
    expect(await authenticate(bearer(await token(rsa)))).toEqual({
      subject: 'ana',
      roles: ['FINANCE'],
      side: 'MARKETPLACE',
      sellerId: null,
      customerId: null,
    });
  });

  test.each(['ES256', 'EdDSA'])('%s is accepted too', async (alg) => {
    const key = await pair(`k-${alg}`, alg);
    server.keys = [rsa.jwk, key.jwk];

    expect((await authenticate(bearer(await token(key)))).subject).toBe('ana');
    server.keys = [rsa.jwk];
  });

  test('three seconds late is in time, six are not', async () => {
    const late = (seconds: number) => token(rsa, { exp: NOW() - seconds });

    expect(await refusal(authenticate, bearer(await late(3)))).toBe('let in');
    expect(await refusal(authenticate, bearer(await late(6)))).toMatch(/ERR_JWT_EXPIRED/);
  });

  const tampered = (jwt: string) => {
    const [header, , signature] = jwt.split('.');
    const body = Buffer.from(JSON.stringify({ ...claims, sub: 'eve', exp: NOW() + 60 }));
    return `${header}.${body.toString('base64url')}.${signature}`;
  };
  const unsigned = () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    return `${part({ alg: 'none' })}.${part({ ...claims, exp: NOW() + 60 })}.`;
  };
  const withPublicKeyAsSecret = async () =>
    new SignJWT({ ...claims, exp: NOW() + 60 })
      .setProtectedHeader({ alg: 'HS256', kid: rsa.kid })
      .sign(new TextEncoder().encode(await exportSPKI(rsa.publicKey)));

  test.each<[string, () => string | Promise<string>, string]>([
    ['expired', () => token(rsa, { exp: NOW() - 60 }), 'ERR_JWT_EXPIRED'],
    ['not yet valid', () => token(rsa, { nbf: NOW() + 60 }), 'ERR_JWT_CLAIM_VALIDATION_FAILED_nbf'],
    ['of another issuer', () => token(rsa, { iss: 'x' }), 'ERR_JWT_CLAIM_VALIDATION_FAILED_iss'],
    ['for another audience', () => token(rsa, { aud: 'x' }), 'ERR_JWT_CLAIM_VALIDATION_FAILED_aud'],
    ['without exp', () => token(rsa, { exp: undefined }), 'ERR_JWT_CLAIM_VALIDATION_FAILED_exp'],
    ['without sub', () => token(rsa, { sub: undefined }), 'ERR_JWT_CLAIM_VALIDATION_FAILED_sub'],
    ['made for a logout', () => token(rsa, {}, { typ: 'logout+jwt' }), 'typ'],
    ['alg none', unsigned, 'ERR_JOSE_ALG_NOT_ALLOWED'],
    ['HS256 with the public key', withPublicKeyAsSecret, 'ERR_JOSE_ALG_NOT_ALLOWED'],
    [
      'another key of the same id',
      async () => token(await pair('k1')),
      'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
    ],
    ['tampered', async () => tampered(await token(rsa)), 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED'],
    [
      'stripped of its signature',
      async () => (await token(rsa)).replace(/[^.]*$/, ''),
      'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
    ],
    ['of an unknown key', async () => token(await pair('k9')), 'ERR_JWKS_NO_MATCHING_KEY'],
    [
      'with an unknown crit',
      async () => {
        const part = (v: object) => Buffer.from(JSON.stringify(v)).toString('base64url');
        return `${part({ alg: 'RS256', kid: 'k1', crit: ['x'], x: 1 })}.${part(claims)}.aa`;
      },
      'ERR_JOSE_NOT_SUPPORTED',
    ],
    ['garbage', () => 'garbage', 'ERR_JWS_INVALID'],
    ['dots', () => '..', 'ERR_JWS_INVALID'],
    ['sub a number', () => token(rsa, { sub: 7 }), 'claim_sub'],
    ['sub empty', () => token(rsa, { sub: '' }), 'claim_sub'],
    ['sub with a line end', () => token(rsa, { sub: 'a\nb' }), 'claim_sub'],
    ['sub of 256 characters', () => token(rsa, { sub: 'a'.repeat(256) }), 'claim_sub'],
    ['an unknown side', () => token(rsa, { side: 'BOTH' }), 'claim_side'],
    ['a seller without sellerId', () => token(rsa, { side: 'SELLER' }), 'claim_sellerId'],
    [
      'a customer without customerId',
      () => token(rsa, { roles: ['CUSTOMER'] }),
      'claim_customerId',
    ],
  ])('%s is refused with the one text', async (_case, make, reason) => {
    expect(await refusal(authenticate, bearer(await make()))).toBe(
      `Unauthenticated: ${reason}: A valid bearer token is required.`,
    );
  });

  test.each<[string, Record<string, string>]>([
    ['absent', {}],
    ['empty', { authorization: '' }],
    ['Basic', { authorization: 'Basic YTpi' }],
    ['Bearer without token', { authorization: 'Bearer ' }],
    ['two tokens', { authorization: 'Bearer a b' }],
    ['the development header', { 'x-recon-actor': 'ana; roles=ADMIN' }],
    ['a claims header', { 'x-user-id': 'ana' }],
  ])('%s is no token', async (_case, headers) => {
    expect(await refusal(authenticate, headers)).toBe(
      'Unauthenticated: absent: A valid bearer token is required.',
    );
  });

  test('limited people carry what limits them', async () => {
    const seller = await token(rsa, { side: 'SELLER', sellerId: 's1', sub: 'a'.repeat(255) });
    const customer = await token(rsa, { roles: ['CUSTOMER'], customerId: 'c1' }, { typ: 'at+jwt' });

    expect(await authenticate(bearer(seller))).toMatchObject({ side: 'SELLER', sellerId: 's1' });
    expect(await authenticate(bearer(customer))).toMatchObject({ customerId: 'c1' });
  });

  test('whatever stands there, it is 401 and never an error of ours', async () => {
    const calm = jwtAuthentication(options(url, { cooldownMs: 60_000 }));
    const dotted = fc.array(fc.base64String(), { minLength: 1, maxLength: 4 });
    const header = fc.oneof(
      fc.string(),
      dotted.map((parts) => `Bearer ${parts.join('.')}`),
    );

    await fc.assert(
      fc.asyncProperty(header, async (authorization) => {
        expect(await refusal(calm, { authorization })).toMatch(/^Unauthenticated: /);
      }),
    );
  });
});

describe('the key server', () => {
  const server = new KeyServer();
  let first: Pair;
  let url: string;
  beforeAll(async () => {
    first = await pair('k1');
    url = await server.start();
  });
  afterAll(() => server.stop());
  beforeEach(() => {
    server.keys = [first.jwk];
    server.status = 200;
  });

  test('broken and nothing known: neither let in nor refused, and not ready', async () => {
    server.status = 500;
    const authenticate = jwtAuthentication(options(url));

    expect(await refusal(authenticate, bearer(await token(first)))).toMatch(/^AuthUnavailable: /);
    expect(authenticate.ready()).toBe(false);
  });

  test('unreachable and nothing known: the same', async () => {
    const authenticate = jwtAuthentication(options('http://127.0.0.1:1/jwks'));

    expect(await refusal(authenticate, bearer(await token(first)))).toMatch(/^AuthUnavailable: /);
    expect(authenticate.ready()).toBe(false);
  });

  test('what is no token at all is refused even then', async () => {
    const authenticate = jwtAuthentication(options('http://127.0.0.1:1/jwks'));

    expect(await refusal(authenticate, {})).toMatch(/^Unauthenticated: absent/);
    expect(await refusal(authenticate, bearer('x'))).toMatch(/^Unauthenticated: ERR_JWS_INVALID/);
  });

  test('broken after the keys were fetched: known keys still let in', async () => {
    const authenticate = jwtAuthentication(options(url));
    await authenticate(bearer(await token(first)));

    server.status = 500;

    expect(await refusal(authenticate, bearer(await token(first)))).toBe('let in');
    expect(authenticate.ready()).toBe(true);
  });

  test('broken for longer than keys may be kept: nobody is let in, and not ready', async () => {
    const authenticate = jwtAuthentication(options(url));
    await authenticate(bearer(await token(first)));
    const late = await token(first, { exp: NOW() + 3600 });
    const now = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 11 * 60_000);

    try {
      expect(authenticate.ready()).toBe(true);
      server.status = 500;
      expect(await refusal(authenticate, bearer(late))).toMatch(/^AuthUnavailable: /);
      await until(() => !authenticate.ready());
      server.status = 200;
      await until(() => authenticate.ready());
      expect(await refusal(authenticate, bearer(late))).toBe('let in');
    } finally {
      now.mockRestore();
    }
  });

  test('a rotated key is picked up, the old one is let go', async () => {
    const authenticate = jwtAuthentication(options(url));
    const second = await pair('k2');
    await authenticate(bearer(await token(first)));

    server.keys = [second.jwk];

    expect(await refusal(authenticate, bearer(await token(second)))).toBe('let in');
    expect(await refusal(authenticate, bearer(await token(first)))).toMatch(/NO_MATCHING_KEY/);
  });

  test('fifty unknown keys make us ask once', async () => {
    const stranger = await pair('k9');
    const before = server.asked;
    const authenticate = jwtAuthentication(options(url, { cooldownMs: 60_000 }));

    for (let i = 0; i < 50; i += 1) {
      const unknown = { ...stranger, kid: `u${i}` };
      expect(await refusal(authenticate, bearer(await token(unknown)))).toMatch(/NO_MATCHING_KEY/);
    }

    expect(server.asked - before).toBe(1);
  });
});

describe('tokens signed by a shared secret', () => {
  const secret = 's'.repeat(32);
  const sign = (key: string, alg = 'HS256') =>
    new SignJWT({ ...claims, exp: NOW() + 60 })
      .setProtectedHeader({ alg })
      .sign(new TextEncoder().encode(key));
  const authenticate = jwtAuthentication(options(null, { secret }));

  test('let in with it, refused with another secret or algorithm', async () => {
    const long = 's'.repeat(64);

    expect(authenticate.ready()).toBe(true);
    expect(await refusal(authenticate, bearer(await sign(secret)))).toBe('let in');
    expect(await refusal(authenticate, bearer(await sign(`${secret}x`)))).toMatch(/SIGNATURE/);
    expect(await refusal(authenticate, bearer(await sign(long, 'HS512')))).toMatch(/ALG_NOT/);
  });

  test('issuer and audience are checked only where they are set', async () => {
    const open = jwtAuthentication(options(null, { secret, issuer: null, audience: null }));
    const other = jwtAuthentication(options(null, { secret, issuer: 'x', audience: null }));

    expect(await refusal(open, bearer(await sign(secret)))).toBe('let in');
    expect(await refusal(other, bearer(await sign(secret)))).toMatch(/_iss/);
  });

  test('neither or both kinds of key are a mistake of configuration', () => {
    expect(() => jwtAuthentication(options(null))).toThrow('Give a JWKS URL or a secret.');
    expect(() => jwtAuthentication(options('http://127.0.0.1:1/', { secret }))).toThrow(TypeError);
  });
});

describe('the development header', () => {
  const authenticate = devHeaderAuthentication();

  test('names subject, roles and limits', async () => {
    const header =
      'ana@example.com; roles=COMMERCE, CUSTOMER; side=SELLER; sellerId=s1; customerId=c1;';

    expect(await authenticate({ 'x-recon-actor': header })).toEqual({
      subject: 'ana@example.com',
      roles: ['CUSTOMER', 'COMMERCE'],
      side: 'SELLER',
      sellerId: 's1',
      customerId: 'c1',
    });
  });

  test.each<[string, string | undefined]>([
    ['absent', undefined],
    ['empty', ''],
    ['without roles', 'ana'],
    ['with empty roles', 'ana; roles='],
    ['with an unknown role', 'ana; roles=QUEEN-4111'],
    ['without subject', '; roles=ADMIN'],
    ['with a space in an id', 'ana; roles=CUSTOMER; customerId=c 1'],
    ['with a subject of another script', 'änne; roles=ADMIN'],
    ['with an unknown part', 'ana; roles=ADMIN; admin=4111'],
    ['with a part twice', 'ana; roles=SUPPORT; roles=ADMIN'],
    ['with a part without value', 'ana; roles=ADMIN; sellerId'],
    ['with an unknown side', 'ana; roles=ADMIN; side=4111'],
    ['of a seller without sellerId', 'ana; roles=COMMERCE; side=SELLER'],
    ['of a customer without customerId', 'ana; roles=CUSTOMER'],
  ])('%s is refused, and the form is shown', async (_case, header) => {
    const answer = await refusal(
      authenticate,
      header === undefined ? {} : { 'x-recon-actor': header },
    );

    expect(answer).toMatch(
      /^Unauthenticated: dev_header: Send the header x-recon-actor: <subject>; roles=/,
    );
    expect(answer).not.toContain('4111');
  });
});
