import { type Role } from './actor';
import { refuse, Refused, type Refusal } from './refusal';

/** Answers null when the rule holds, or the reason why it does not. Never a boolean. Its name says what must hold. */
export type Guard<Facts> = (facts: Facts) => Refusal | null;

export interface Edge<State extends string, Facts> {
  /** null: the subject does not exist yet. */
  readonly from: readonly State[] | null;
  /** null: the state stays, or is derived from facts. */
  readonly to: State | null;
  /** Mutation field, fact, or automatic rule. */
  readonly trigger: string;
  readonly guards?: readonly Guard<Facts>[];
  readonly roles: readonly Role[];
}

/** A state machine as data: what the code runs, what `stateMachine` answers, what docs/ shows. */
export interface Machine<State extends string, Facts> {
  readonly name: string;
  readonly states: readonly State[];
  readonly edges: readonly Edge<State, Facts>[];
}

/** Roles that may trigger something somewhere in the machine. */
export function rolesOf<State extends string, Facts>(
  machine: Machine<State, Facts>,
  trigger: string,
): readonly Role[] {
  const roles = machine.edges.filter((edge) => edge.trigger === trigger).map(({ roles }) => roles);
  return [...new Set(roles.flat())];
}

/**
 * The next state, or a throw that rolls back: INVALID_TRANSITION where the table has no such edge, else the first
 * guard that does not hold. `to` picks between edges that leave one state by one trigger.
 */
export function step<State extends string, Facts>(
  machine: Machine<State, Facts>,
  move: { readonly trigger: string; readonly from: State | null; readonly to?: State },
  facts: Facts,
): State {
  const sameTrigger = machine.edges.filter(
    ({ trigger, to }) => trigger === move.trigger && (move.to === undefined || to === move.to),
  );
  const edge = sameTrigger.find(({ from }) =>
    move.from === null ? from === null : from?.includes(move.from),
  );
  if (edge === undefined) {
    return refuse('INVALID_TRANSITION', `${move.trigger} is not possible in this state.`, {
      ...(move.from !== null && { currentState: move.from }),
      allowedStates: [...new Set(sameTrigger.flatMap(({ from }) => from ?? []))],
    });
  }
  for (const guard of edge.guards ?? []) {
    const reason = guard(facts);
    if (reason !== null) throw new Refused(reason);
  }
  const next = edge.to ?? move.from;
  if (next === null) throw new Error(`${machine.name}: ${move.trigger} creates no state`);
  return next;
}

/** States nothing leads out of. */
export function terminalStates<State extends string, Facts>(
  machine: Machine<State, Facts>,
): State[] {
  return machine.states.filter(
    (state) =>
      !machine.edges.some(
        ({ from, to }) => to !== null && to !== state && from?.includes(state) === true,
      ),
  );
}

/** A guard is named by what must hold: `paymentsCover` is told as "payments cover". */
export const guardWords = ({ name }: { readonly name: string }): string =>
  name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

/** The machine as Mermaid text, one line per step. Edges that move nothing, records and the like, are left out. */
export function mermaidOf<State extends string, Facts>(machine: Machine<State, Facts>): string {
  const lines = machine.edges.flatMap(({ from, to, trigger }) =>
    to === null ? [] : (from ?? ['[*]']).map((state) => `  ${state} --> ${to}: ${trigger}`),
  );
  const ends = terminalStates(machine).map((state) => `  ${state} --> [*]`);
  return ['stateDiagram-v2', ...new Set([...lines, ...ends])].join('\n');
}
