import { type Actor, ROLES, type Side, SIDES } from '../kernel/actor';

/** Says who calls, from the request's headers. Throws Unauthenticated or AuthUnavailable. */
export type Authenticate = (
  headers: Readonly<Record<string, string | undefined>>,
) => Promise<Actor>;

/** Answered 401. The reason goes to a metric, never to the caller. */
export class Unauthenticated extends Error {
  override readonly name = 'Unauthenticated';
  constructor(
    readonly reason: string,
    message = 'A valid bearer token is required.',
  ) {
    super(message);
  }
}

/** Answered 503: the keys to judge by cannot be fetched, so the token is neither good nor bad. */
export class AuthUnavailable extends Error {
  override readonly name = 'AuthUnavailable';
  constructor(cause: unknown) {
    super('The keys that verify tokens are out of reach; try again.', { cause });
  }
}

/** Claims as they came; nothing is known of their types yet. */
type Claims = Readonly<Record<string, unknown>>;

/** The actor that a verified token (or the development header) names. Unknown roles are dropped. */
export function actorOf(claims: Claims): Actor {
  const roles = claims['roles'];
  const actor: Actor = {
    subject: textClaim(claims, 'sub') ?? '',
    roles: Array.isArray(roles) ? ROLES.filter((role) => roles.includes(role)) : [],
    side: sideOf(textClaim(claims, 'side')),
    sellerId: textClaim(claims, 'sellerId'),
    customerId: textClaim(claims, 'customerId'),
  };
  const incomplete = incompleteness(actor);
  if (incomplete !== null) throw new Unauthenticated(incomplete);
  return actor;
}

function textClaim(claims: Claims, name: string): string | null {
  const value = claims[name] ?? null;
  if (value === null || isShortText(value)) return value;
  throw new Unauthenticated(`claim_${name}`);
}

/** Visible ASCII, as OpenID Connect has it, and short enough for the columns that keep it. */
export function isShortText(value: unknown): value is string {
  return typeof value === 'string' && /^[!-~]{1,255}$/.test(value);
}

function sideOf(side: string | null): Side {
  const known = SIDES.find((candidate) => candidate === (side ?? 'MARKETPLACE'));
  if (known === undefined) throw new Unauthenticated('claim_side');
  return known;
}

/** Who is limited to own rows must say whose they are; otherwise nothing would limit them. */
function incompleteness({ subject, roles, side, sellerId, customerId }: Actor): string | null {
  if (subject === '') return 'claim_sub';
  if (side === 'SELLER' && sellerId === null) return 'claim_sellerId';
  if (roles.includes('CUSTOMER') && customerId === null) return 'claim_customerId';
  return null;
}
