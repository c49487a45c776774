import { type Decision, type TriageAnswer } from '../../../src/exception/exception-kind.rules';
import {
  EXCEPTION_STATUSES,
  exceptionMachine,
  isLive,
  NO_FACTS,
  type ExceptionFacts,
  type ExceptionStatus,
} from '../../../src/exception/exception.machine';
import { Refused } from '../../../src/kernel/refusal';
import { step } from '../../../src/kernel/state-machine';

// The whole machine on one screen, checked cell by cell with facts that satisfy every guard, so that only the table
// decides. A dot is a step that is illegal there; where a trigger has two ways out, the column says which.
const PICTURE = `
                 grace cured:over cured:closure cause triage   changed  assign   attach           message          decide  hold    start     done             failed  close
WATCHING         OPEN  RESOLVED   .             .     .        .        WATCHING WATCHING         WATCHING         .       .       .         .                .       .
OPEN             .     RESOLVED   AWAITING      .     TRIAGED  .        ASSIGNED OPEN             OPEN             .       .       .         .                .       .
TRIAGED          .     RESOLVED   AWAITING      .     TRIAGED  .        ASSIGNED TRIAGED          TRIAGED          .       .       .         .                .       .
ASSIGNED         .     RESOLVED   AWAITING      .     ASSIGNED .        ASSIGNED ASSIGNED         ASSIGNED         DECIDED ON_HOLD .         .                .       .
ON_HOLD          .     RESOLVED   AWAITING      .     ON_HOLD  .        ON_HOLD  ON_HOLD          ON_HOLD          DECIDED ON_HOLD .         .                .       .
DECIDED          .     .          AWAITING      .     DECIDED  ASSIGNED DECIDED  DECIDED          DECIDED          DECIDED ON_HOLD ACTIONING .                .       .
ACTIONING        .     .          AWAITING      .     .        .        ACTIONING ACTIONING       ACTIONING        .       .       ACTIONING AWAITING         DECIDED .
AWAITING_CLOSURE .     .          .             OPEN  AWAITING .        AWAITING AWAITING         AWAITING         .       .       .         AWAITING         .       CLOSED
CLOSED           .     .          .             OPEN  .        .        .        .                .                .       .       .         .                .       .
AUTO_RESOLVED    .     .          .             OPEN  .        .        .        .                .                .       .       .         .                .       .
`;

const SHORT: Readonly<Record<string, ExceptionStatus>> = {
  AWAITING: 'AWAITING_CLOSURE',
  RESOLVED: 'AUTO_RESOLVED',
};

/** Column → trigger, and which way out where there are two. */
const MOVES: Readonly<Record<string, { trigger: string; to?: ExceptionStatus }>> = {
  grace: { trigger: 'grace over' },
  'cured:over': { trigger: 'cured', to: 'AUTO_RESOLVED' },
  'cured:closure': { trigger: 'cured', to: 'AWAITING_CLOSURE' },
  cause: { trigger: 'new cause' },
  triage: { trigger: 'triageException' },
  changed: { trigger: 'answer changed' },
  assign: { trigger: 'assignException' },
  attach: { trigger: 'attachEvidence' },
  message: { trigger: 'recordCustomerMessage' },
  decide: { trigger: 'decideException', to: 'DECIDED' },
  hold: { trigger: 'decideException', to: 'ON_HOLD' },
  start: { trigger: 'startExceptionAction' },
  done: { trigger: 'recordExceptionActionResult', to: 'AWAITING_CLOSURE' },
  failed: { trigger: 'recordExceptionActionResult', to: 'DECIDED' },
  close: { trigger: 'closeException' },
};

const SATISFYING: ExceptionFacts = {
  ...NO_FACTS,
  customerCharged: 'YES',
  orderFulfillable: 'YES',
  decision: 'REPAIR_ORDER',
};

/** The next state, or the code of the refusal. */
function outcome(from: ExceptionStatus | null, column: string, facts: ExceptionFacts): string {
  try {
    return step(exceptionMachine, { from, ...MOVES[column]! }, facts);
  } catch (error) {
    if (error instanceof Refused) return error.refusal.code;
    throw error;
  }
}

describe('exception transitions', () => {
  const [columns = [], ...rows] = PICTURE.trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  const cells = rows.flatMap(([from, ...targets]) =>
    targets.map(
      (to, column) => [from, columns[column], SHORT[to] ?? to] as [ExceptionStatus, string, string],
    ),
  );

  test('the picture names every state and every trigger but the first sighting', () => {
    const drawn = new Set(Object.values(MOVES).map(({ trigger }) => trigger));
    const known = new Set(exceptionMachine.edges.map(({ trigger }) => trigger));

    expect(rows.map(([from]) => from)).toEqual(EXCEPTION_STATUSES);
    expect(columns).toEqual(Object.keys(MOVES));
    expect(known).toEqual(new Set([...drawn, 'detected']));
    expect(cells).toHaveLength(EXCEPTION_STATUSES.length * columns.length);
  });

  test.each(cells)('%s + %s → %s', (from, column, to) => {
    expect(outcome(from, column, SATISFYING)).toBe(to === '.' ? 'INVALID_TRANSITION' : to);
  });

  test.each(['WATCHING', 'OPEN'] as const)('a first sighting may begin as %s', (to) => {
    expect(step(exceptionMachine, { trigger: 'detected', from: null, to }, NO_FACTS)).toBe(to);
  });

  test('only CLOSED and AUTO_RESOLVED are over', () => {
    const over = EXCEPTION_STATUSES.filter((status) => !isLive({ status }));

    expect(over).toEqual(['CLOSED', 'AUTO_RESOLVED']);
  });
});

describe('exception guards', () => {
  const triage = (customerCharged: TriageAnswer | null, orderFulfillable: TriageAnswer | null) => ({
    customerCharged,
    orderFulfillable,
  });
  const taking = (decision: Decision) => ({ decision });

  test.each<[string, ExceptionStatus, string, Partial<ExceptionFacts>, string]>([
    ['first answer open', 'ASSIGNED', 'decide', triage(null, 'YES'), 'GUARD_FAILED'],
    ['second answer open', 'ASSIGNED', 'decide', triage('YES', null), 'GUARD_FAILED'],
    ['first answer open', 'ASSIGNED', 'hold', triage(null, 'YES'), 'GUARD_FAILED'],
    ['charged unknown', 'ASSIGNED', 'decide', triage('UNKNOWN', 'YES'), 'REPLAY_BLOCKED'],
    ['fulfillable unknown', 'ASSIGNED', 'decide', triage('NO', 'UNKNOWN'), 'REPLAY_BLOCKED'],
    ['unknown, but a hold', 'ASSIGNED', 'hold', triage('UNKNOWN', 'UNKNOWN'), 'ON_HOLD'],
    [
      'unknown, but the result is resolved',
      'ASSIGNED',
      'decide',
      { ...triage('UNKNOWN', 'UNKNOWN'), ...taking('RESOLVE_RESULT') },
      'DECIDED',
    ],
    ['evidence', 'DECIDED', 'decide', { missingEvidence: ['OMS_PROOF'] }, 'EVIDENCE_MISSING'],
    ['evidence', 'ASSIGNED', 'hold', { missingEvidence: ['DECIDE_BY'] }, 'EVIDENCE_MISSING'],
    [
      'evidence',
      'AWAITING_CLOSURE',
      'close',
      { missingEvidence: ['ORDER_CODE'] },
      'EVIDENCE_MISSING',
    ],
    ['a hold that ends late', 'ASSIGNED', 'hold', { holdWithinDeadline: false }, 'GUARD_FAILED'],
    ['another freeze', 'DECIDED', 'start', { frozen: true }, 'REPLAY_BLOCKED'],
    [
      'another freeze, but the look-up ends it',
      'DECIDED',
      'start',
      { frozen: true, ...taking('RESOLVE_RESULT') },
      'ACTIONING',
    ],
    ['charged unknown', 'OPEN', 'message', triage('UNKNOWN', 'YES'), 'GUARD_FAILED'],
    ['fulfillable open', 'OPEN', 'message', triage('YES', null), 'GUARD_FAILED'],
    ['both answers no', 'OPEN', 'message', triage('NO', 'NO'), 'OPEN'],
  ])('%s: %s + %s with %o → %s', (...row) => {
    const [, from, column, facts, expected] = row;
    expect(outcome(from, column, { ...SATISFYING, ...facts })).toBe(expected);
  });
});
