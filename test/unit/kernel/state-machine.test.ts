import { refusal, Refused } from '../../../src/kernel/refusal';
import {
  mermaidOf,
  rolesOf,
  step,
  terminalStates,
  type Machine,
} from '../../../src/kernel/state-machine';

type Light = 'RED' | 'GREEN' | 'OFF';
interface Road {
  readonly clear: boolean;
  readonly power: boolean;
}

const roadIsClear = ({ clear }: Road) =>
  clear ? null : refusal('GUARD_FAILED', 'The road is not clear.');
const thereIsPower = ({ power }: Road) => (power ? null : refusal('LIMIT', 'There is no power.'));

const light: Machine<Light, Road> = {
  name: 'LIGHT',
  states: ['RED', 'GREEN', 'OFF'],
  edges: [
    { from: null, to: 'RED', trigger: 'install', roles: ['ADMIN'] },
    {
      from: ['RED'],
      to: 'GREEN',
      trigger: 'switch',
      guards: [thereIsPower, roadIsClear],
      roles: ['OMS'],
    },
    { from: ['GREEN'], to: 'RED', trigger: 'switch', roles: ['OMS', 'SYSTEM'] },
    { from: ['RED', 'GREEN'], to: null, trigger: 'clean', roles: ['SUPPORT'] },
    { from: ['RED', 'GREEN'], to: 'RED', trigger: 'break', roles: ['SYSTEM'] },
    { from: ['RED', 'GREEN'], to: 'OFF', trigger: 'break', roles: ['SYSTEM'] },
  ],
};
const fine: Road = { clear: true, power: true };

function refusalOf(work: () => unknown) {
  try {
    return work();
  } catch (error) {
    if (error instanceof Refused) return error.refusal;
    throw error;
  }
}

describe('a step', () => {
  test.each([
    ['into the machine', { trigger: 'install', from: null }, 'RED'],
    ['from one state to another', { trigger: 'switch', from: 'RED' }, 'GREEN'],
    ['picks the edge of the state it is in', { trigger: 'switch', from: 'GREEN' }, 'RED'],
    ['that leaves the state as it is', { trigger: 'clean', from: 'GREEN' }, 'GREEN'],
    ['picks the first of two ways out', { trigger: 'break', from: 'GREEN' }, 'RED'],
    ['picks the one it is told', { trigger: 'break', from: 'GREEN', to: 'OFF' }, 'OFF'],
  ] as const)('%s', (_what, move, next) => {
    expect(step(light, move, fine)).toBe(next);
  });

  test.each([
    [
      'from a state it does not leave',
      { trigger: 'switch', from: 'OFF' },
      { currentState: 'OFF', allowedStates: ['RED', 'GREEN'] },
    ],
    ['from nothing', { trigger: 'switch', from: null }, { allowedStates: ['RED', 'GREEN'] }],
    [
      'of what exists already',
      { trigger: 'install', from: 'RED' },
      { currentState: 'RED', allowedStates: [] },
    ],
    [
      'to a state it does not lead to',
      { trigger: 'switch', from: 'RED', to: 'OFF' },
      { currentState: 'RED', allowedStates: [] },
    ],
    [
      'by a trigger there is not',
      { trigger: 'paint', from: 'RED' },
      { currentState: 'RED', allowedStates: [] },
    ],
  ] as const)('%s is refused, and says where it would be possible', (_what, move, details) => {
    expect(refusalOf(() => step(light, move, fine))).toEqual({
      code: 'INVALID_TRANSITION',
      message: `${move.trigger} is not possible in this state.`,
      ...details,
    });
  });

  test('is refused by the first guard that does not hold', () => {
    const go = (road: Road) =>
      refusalOf(() => step(light, { trigger: 'switch', from: 'RED' }, road));

    expect(go({ clear: false, power: false })).toEqual({
      code: 'LIMIT',
      message: 'There is no power.',
    });
    expect(go({ clear: false, power: true })).toEqual({
      code: 'GUARD_FAILED',
      message: 'The road is not clear.',
    });
  });

  test('does not ask the guards of another edge', () => {
    expect(step(light, { trigger: 'switch', from: 'GREEN' }, { clear: false, power: false })).toBe(
      'RED',
    );
  });

  test('into a machine must say which state: anything else is our mistake', () => {
    const wrong: Machine<Light, Road> = {
      ...light,
      edges: [{ from: null, to: null, trigger: 'install', roles: ['ADMIN'] }],
    };

    expect(() => step(wrong, { trigger: 'install', from: null }, fine)).toThrow(
      'LIGHT: install creates no state',
    );
  });
});

test('roles of a trigger are those of all its edges, each once', () => {
  expect(rolesOf(light, 'switch')).toEqual(['OMS', 'SYSTEM']);
  expect(rolesOf(light, 'paint')).toEqual([]);
});

test('an end is a state nothing leads out of; staying is no way out', () => {
  expect(terminalStates(light)).toEqual(['OFF']);
  expect(terminalStates({ ...light, edges: light.edges.slice(0, 1) })).toEqual([
    'RED',
    'GREEN',
    'OFF',
  ]);
  const loop = { from: ['RED'], to: 'RED', trigger: 'wait', roles: [] } as const;
  expect(terminalStates({ ...light, edges: [loop] })).toEqual(['RED', 'GREEN', 'OFF']);
  const record = { from: ['RED'], to: null, trigger: 'note', roles: [] } as const;
  expect(terminalStates({ ...light, edges: [record] })).toEqual(['RED', 'GREEN', 'OFF']);
});

test('the picture has one line per step, each once, and none for what moves nothing', () => {
  expect(mermaidOf({ ...light, edges: [...light.edges, light.edges[0]!] })).toBe(
    [
      'stateDiagram-v2',
      '  [*] --> RED: install',
      '  RED --> GREEN: switch',
      '  GREEN --> RED: switch',
      '  RED --> RED: break',
      '  GREEN --> RED: break',
      '  RED --> OFF: break',
      '  GREEN --> OFF: break',
      '  OFF --> [*]',
    ].join('\n'),
  );
});
