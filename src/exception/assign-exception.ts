import { exceptionOf } from '../checkout/draft.rules';
import { type Role } from '../kernel/actor';
import { refusePan } from '../kernel/pan';
import { refuse } from '../kernel/refusal';
import { step } from '../kernel/state-machine';
import { boundedText, requireReason } from '../kernel/text';
import { exceptionCommand, exceptionFacts, ownersOf, requireRole } from './exception-command';
import { exceptionMachine } from './exception.machine';

export interface AssignExceptionInput {
  readonly exceptionId: string;
  readonly role?: Role | null;
  readonly person: string;
  readonly contributing?: readonly Role[] | null;
}

const MAY_OWN: readonly Role[] = ['COMMERCE', 'PAYMENT', 'OMS', 'FINANCE', 'ADMIN', 'ENGINEERING'];

/** Names the one accountable owner and those who contribute, one per clock (S2.3, S2.31). */
export const assignException = exceptionCommand<AssignExceptionInput>('assignException', {
  probe: (_draft, exceptionId) => ({ exceptionId, person: 'probe' }),

  check({ person, role, contributing }) {
    requireReason(person, ['person']);
    boundedText(person, ['person'], 191);
    refusePan(person, ['person'], 'REJECT');
    if (role && !MAY_OWN.includes(role)) {
      refuse('GUARD_FAILED', 'This role cannot own an exception.', { field: ['role'] });
    }
    if ((contributing?.length ?? 0) > MAY_OWN.length) {
      refuse('LIMIT', `At most ${MAY_OWN.length} contributing roles.`, { field: ['contributing'] });
    }
  },

  decide(draft, { exceptionId, role, person, contributing }, { actor }) {
    const row = exceptionOf(draft, exceptionId);
    requireRole(actor, ownersOf(row), 'Assigning');
    row.status = step(
      exceptionMachine,
      { trigger: 'assignException', from: row.status },
      exceptionFacts(row),
    );
    row.ownerRole = role ?? row.ownerRole;
    row.ownerPerson = person;
    const others = contributing ?? row.contributing;
    row.contributing = [...new Set(others)].filter((one) => one !== row.ownerRole);
    return row.id;
  },
});
