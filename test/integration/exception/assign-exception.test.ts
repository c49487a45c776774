import {
  authorizedWithoutOrder,
  capturedWithoutOrder,
  done,
  refused,
  refusesOutsideOfItsTable,
  type Stage,
} from '../../support/exception-stories';
import { type World } from '../../support/world';

const LIVE = [
  'WATCHING',
  'OPEN',
  'TRIAGED',
  'ASSIGNED',
  'ON_HOLD',
  'DECIDED',
  'ACTIONING',
  'AWAITING_CLOSURE',
] as const;

const stage = refusesOutsideOfItsTable('assignException', {
  states: LIVE,
  allowedStates: [
    'OPEN',
    'TRIAGED',
    'ASSIGNED',
    'WATCHING',
    'ON_HOLD',
    'DECIDED',
    'ACTIONING',
    'AWAITING_CLOSURE',
  ],
  roles: ['COMMERCE', 'PAYMENT', 'OMS', 'FINANCE'],
  as: 'COMMERCE',
});

let world: World;
let cases: Stage['cases'];
beforeAll(() => {
  ({ world, cases } = stage);
});

const OWNER = 'status owner { role person contributing }';

test('it names one accountable person, and the other clocks contribute (S2.3, S2.31)', async () => {
  const { exceptionId } = await capturedWithoutOrder(world);
  const input = { exceptionId, person: 'carla@example.com' };

  const { exception } = await done(world, 'COMMERCE', 'assignException', input, OWNER);

  expect(exception).toEqual({
    status: 'ASSIGNED',
    owner: {
      role: 'COMMERCE',
      person: 'carla@example.com',
      contributing: ['PAYMENT', 'OMS', 'FINANCE'],
    },
  });
});

test('the accountable role never contributes to itself, and nobody contributes twice', async () => {
  const { exceptionId } = await capturedWithoutOrder(world);
  const contributing = ['OMS', 'FINANCE', 'OMS', 'PAYMENT'];
  const input = { exceptionId, person: 'fiona@example.com', role: 'FINANCE', contributing };

  const { exception } = await done(world, 'PAYMENT', 'assignException', input, OWNER);

  expect(exception.owner).toEqual({
    role: 'FINANCE',
    person: 'fiona@example.com',
    contributing: ['OMS', 'PAYMENT'],
  });
});

test('who is made the owner may pass it on', async () => {
  const { exceptionId } = await authorizedWithoutOrder(world);
  const toFinance = { exceptionId, person: 'fiona@example.com', role: 'FINANCE' };
  await done(world, 'COMMERCE', 'assignException', toFinance);

  const back = { exceptionId, person: 'carla@example.com', role: 'COMMERCE' };
  const { exception } = await done(world, 'FINANCE', 'assignException', back, OWNER);

  expect(exception.owner).toMatchObject({ role: 'COMMERCE', person: 'carla@example.com' });
});

test('it may be done in every live state and moves only those before ASSIGNED', async () => {
  const after: string[] = [];

  for (const state of LIVE) {
    const input = { exceptionId: cases[state].exceptionId, person: 'carla@example.com' };
    const { exception } = await done(world, 'COMMERCE', 'assignException', input, OWNER);
    after.push(exception.status);
  }

  expect(after).toEqual([
    'WATCHING',
    'ASSIGNED',
    'ASSIGNED',
    'ASSIGNED',
    'ON_HOLD',
    'DECIDED',
    'ACTIONING',
    'AWAITING_CLOSURE',
  ]);
});

test.each<[string, object, string, string[]]>([
  ['nobody', { person: ' ' }, 'REASON_REQUIRED', ['person']],
  ['a name of 192 characters', { person: 'x'.repeat(192) }, 'TOO_LONG', ['person']],
  ['a card number', { person: '4111111111111111' }, 'PAN_DETECTED', ['person']],
  ['the shop', { role: 'STOREFRONT' }, 'GUARD_FAILED', ['role']],
  ['customer service', { role: 'SUPPORT' }, 'GUARD_FAILED', ['role']],
  ['seven contributors', { contributing: Array(7).fill('OMS') }, 'LIMIT', ['contributing']],
])('%s cannot own it', async (_case, more, code, field) => {
  const { exceptionId } = await capturedWithoutOrder(world);
  const input = { exceptionId, person: 'carla@example.com', ...more };

  const error = await refused(world, 'COMMERCE', 'assignException', input);

  expect(error).toMatchObject({ code, field });
});

test('a name of 191 characters can', async () => {
  const { exceptionId } = await capturedWithoutOrder(world);

  await done(world, 'COMMERCE', 'assignException', { exceptionId, person: 'x'.repeat(191) });
});
