import { type Command } from '../checkout/command';
import { exceptionOf, type Draft } from '../checkout/draft.rules';
import { hasRole, type Actor, type Role } from '../kernel/actor';
import { refuse } from '../kernel/refusal';
import { rolesOf } from '../kernel/state-machine';
import { rulesOf } from './catalogue.rules';
import { type ReconciliationException } from './exception.entity';
import { exceptionMachine, NO_FACTS, type ExceptionFacts } from './exception.machine';

interface OnException {
  readonly exceptionId: string;
}

/** What every command about one exception has in common. */
export function exceptionCommand<Input extends OnException>(
  name: string,
  command: Pick<Command<Input>, 'cold' | 'check' | 'decide' | 'probe'>,
): Command<Input> {
  return {
    name,
    entity: 'exception',
    subject: 'exception',
    creation: false,
    roles: rolesOf(exceptionMachine, name),
    keys: ({ exceptionId }) => [{ kind: 'ID', value: exceptionId, field: 'exceptionId' }],
    target: (draft, { exceptionId }) => exceptionOf(draft, exceptionId).id,
    ...command,
  };
}

/** Everybody who answers for an exception: its kind's owners, its own, and those who contribute. */
export function ownersOf(row: ReconciliationException): readonly Role[] {
  const { owners, contributing } = rulesOf(row.kind);
  return [...owners, ...contributing, row.ownerRole, ...row.contributing];
}

/** FORBIDDEN unless the actor holds one of the roles; says which rule, not who the actor is. */
export function requireRole(actor: Actor, roles: readonly Role[], what: string): void {
  if (!hasRole(actor, roles))
    refuse('FORBIDDEN', `${what} is for ${[...new Set(roles)].join(', ')}.`);
}

const EVIDENCE_MAX = 200;

/** LIMIT unless the exception can take this many pieces of evidence more. */
export function requireRoom(
  { evidence }: Draft,
  { id }: ReconciliationException,
  pieces: number,
): void {
  const held = evidence.filter(({ exceptionId }) => exceptionId === id).length;
  if (held + pieces <= EVIDENCE_MAX) return;
  refuse('LIMIT', `An exception has at most ${EVIDENCE_MAX} pieces of evidence.`);
}

/** The role in which the actor does it: the first of theirs that is allowed. */
export function actingRole(actor: Actor, roles: readonly Role[]): Role {
  return actor.roles.find((role) => roles.includes(role)) ?? 'SYSTEM';
}

/** What the exception's guards look at. */
export function exceptionFacts(
  row: ReconciliationException,
  more: Partial<ExceptionFacts> = {},
): ExceptionFacts {
  const { customerCharged, orderFulfillable, decision } = row;
  return { ...NO_FACTS, customerCharged, orderFulfillable, decision, ...more };
}
