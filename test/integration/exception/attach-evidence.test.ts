import { ROLES } from '../../../src/kernel/actor';
import {
  allRefused,
  attach,
  BASE_EVIDENCE,
  capturedWithoutOrder,
  done,
  read,
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
const ATTACHERS = ROLES.filter((role) => !['AUDITOR', 'REPORTING', 'CUSTOMER'].includes(role));

const stage = refusesOutsideOfItsTable('attachEvidence', {
  states: LIVE,
  allowedStates: LIVE,
  roles: ATTACHERS,
  as: 'OMS',
});

let world: World;
let cases: Stage['cases'];
beforeAll(() => {
  ({ world, cases } = stage);
});

const EVIDENCE = 'status evidence { kind available reference note attachedBy attachedAs }';

test('it says who attached what, in which role, and moves no state', async () => {
  for (const state of LIVE) {
    const input = {
      exceptionId: cases[state].exceptionId,
      kind: 'DOWNSTREAM_STATUS',
      reference: 'oms-7',
      note: 'the OMS has no such order',
    };
    const { exception } = await done(world, 'OMS', 'attachEvidence', input, EVIDENCE);
    expect(exception.status).toBe(state);
    expect(exception.evidence.at(-1)).toEqual({
      kind: 'DOWNSTREAM_STATUS',
      available: true,
      reference: 'oms-7',
      note: 'the OMS has no such order',
      attachedBy: 'oms@example.com',
      attachedAs: 'OMS',
    });
  }
});

test.each(ATTACHERS)('%s may attach what has no owner', async (role) => {
  const { exceptionId } = await capturedWithoutOrder(world);
  const input = { exceptionId, kind: 'REPLAY_MARKER', reference: 'replay-1' };

  await done(world, role, 'attachEvidence', input);

  const { evidence } = await read(world, exceptionId, 'evidence { kind attachedAs }');
  expect(evidence).toEqual([{ kind: 'REPLAY_MARKER', attachedAs: role }]);
});

describe('a proof is given by its owner only (S2.18–S2.22)', () => {
  test.each([
    ['COMMERCE_PROOF', ['COMMERCE']],
    ['COMMERCE_STATEMENT', ['COMMERCE']],
    ['OMS_PROOF', ['OMS']],
    ['PROVIDER_LOOKUP', ['ADMIN', 'PAYMENT']],
    ['SUPPORT_CASE', ['SUPPORT']],
    ['SUPPORT_NOTE', ['SUPPORT']],
    ['FINANCE_POSTING', ['FINANCE']],
  ])('%s by %j', async (kind, owners) => {
    const { exceptionId } = await capturedWithoutOrder(world);
    const input = { exceptionId, kind, reference: 'ref-1' };

    for (const role of owners) await done(world, role, 'attachEvidence', input);
    const others = ATTACHERS.filter((role) => !owners.includes(role));
    const errors = await allRefused(
      world,
      others.map((role) => [role, 'attachEvidence', input]),
    );

    expect(errors.map(({ code }) => code)).toEqual(others.map(() => 'FORBIDDEN'));
  });
});

test.each(BASE_EVIDENCE)('%s may be marked unavailable, with a word of why', async (kind) => {
  const { exceptionId } = await capturedWithoutOrder(world);
  const input = { exceptionId, kind, available: false, note: 'the OMS keeps it for a day only' };

  const { exception } = await done(world, 'OMS', 'attachEvidence', input, EVIDENCE);

  expect(exception.evidence).toMatchObject([{ kind, available: false, reference: null }]);
});

test.each<[string, string, object, string, string[]]>([
  [
    'an unavailable proof',
    'OMS_PROOF',
    { available: false, note: 'no' },
    'GUARD_FAILED',
    ['available'],
  ],
  [
    'an unavailable case',
    'SUPPORT_CASE',
    { available: false, note: 'x' },
    'GUARD_FAILED',
    ['available'],
  ],
  ['unavailable, unexplained', 'REPLAY_MARKER', { available: false }, 'REASON_REQUIRED', ['note']],
  ['available, without reference', 'REPLAY_MARKER', {}, 'GUARD_FAILED', ['reference']],
  [
    'a reference with a space',
    'REPLAY_MARKER',
    { reference: 'a b' },
    'GUARD_FAILED',
    ['reference'],
  ],
  [
    'a card number as reference',
    'REPLAY_MARKER',
    { reference: '4111111111111111' },
    'PAN_DETECTED',
    ['reference'],
  ],
  [
    'a note of 10,001 characters',
    'REPLAY_MARKER',
    { reference: 'r', note: 'x'.repeat(10_001) },
    'TOO_LONG',
    ['note'],
  ],
  ['the order code', 'ORDER_CODE', { reference: 'r' }, 'GUARD_FAILED', ['kind']],
  ['the customer message', 'CUSTOMER_MESSAGE', { reference: 'r' }, 'GUARD_FAILED', ['kind']],
  ['the refund reason', 'REFUND_REASON', { reference: 'r' }, 'GUARD_FAILED', ['kind']],
])('%s is no evidence', async (...row) => {
  const [, kind, more, code, field] = row;
  const { exceptionId } = await capturedWithoutOrder(world);

  const error = await refused(world, 'OMS', 'attachEvidence', { exceptionId, kind, ...more });

  expect(error).toMatchObject({ code, field });
});

test('a card number in a note is redacted before it is stored anywhere', async () => {
  const { exceptionId } = await capturedWithoutOrder(world);
  const note = 'the customer read out 4111 1111 1111 1111 on the phone';
  const input = { exceptionId, kind: 'REPLAY_MARKER', reference: 'r-1', note };

  await done(world, 'SUPPORT', 'attachEvidence', input);

  const { evidence } = await read(world, exceptionId, 'evidence { note }');
  expect(evidence[0].note).toMatch(/^the customer read out .+ on the phone$/);
  expect(evidence[0].note).not.toMatch(/1111 1111/);
  expect(await world.dump()).not.toMatch(/4111.?1111.?1111.?1111/);
});

test('an exception holds two hundred pieces of evidence, and not one more', async () => {
  const { exceptionId } = await capturedWithoutOrder(world);
  const input = { exceptionId, kind: 'REPLAY_MARKER', reference: 'r-1' };
  await attach(world, exceptionId, Array(200).fill('REPLAY_MARKER'));

  const error = await refused(world, 'OMS', 'attachEvidence', input);

  expect(error.code).toBe('LIMIT');
});
