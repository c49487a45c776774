/** Roles of the people and services that call us (api.md "Who may"; S2.18–S2.22). */
export const ROLES = [
  'STOREFRONT',
  'CUSTOMER',
  'COMMERCE',
  'PAYMENT',
  'OMS',
  'FINANCE',
  'SUPPORT',
  'ENGINEERING',
  'ADMIN',
  'APPROVER',
  'REPORTING',
  'AUDITOR',
  'SYSTEM',
] as const;
export type Role = (typeof ROLES)[number];

export const SIDES = ['MARKETPLACE', 'SELLER'] as const;
export type Side = (typeof SIDES)[number];

/** Who acts. Made from a verified token, from the development header, or by a worker. */
export interface Actor {
  /** JWT `sub`, or the worker's name. Scope of idempotency keys. */
  readonly subject: string;
  readonly roles: readonly Role[];
  /** SELLER limits the actor to the rows of `sellerId`. */
  readonly side: Side;
  readonly sellerId: string | null;
  /** Set for CUSTOMER: sees its own orders only. */
  readonly customerId: string | null;
}

export function hasRole(actor: Actor, roles: readonly Role[]): boolean {
  return actor.roles.some((role) => roles.includes(role));
}

/** The worker or applier inside the server, acting on its own clock or for a provider. */
export function systemActor(name: string): Actor {
  return {
    subject: `system:${name}`,
    roles: ['SYSTEM'],
    side: 'MARKETPLACE',
    sellerId: null,
    customerId: null,
  };
}
