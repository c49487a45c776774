import { randomUUID } from 'node:crypto';
import { type ExceptionStatus } from '../../../src/exception/exception.machine';
import {
  attach,
  capturedWithoutOrder,
  changedRows,
  decisionInput,
  done,
  everyState,
  note,
  refused,
  SMALLEST,
  type Case,
} from '../../support/exception-stories';
import { startWorld, type World } from '../../support/world';

let world: World;
let cases: Record<ExceptionStatus, Case>;
beforeAll(async () => {
  world = await startWorld();
  cases = await everyState(world);
  await attach(world, cases.AWAITING_CLOSURE.exceptionId, ['SUPPORT_NOTE']);
}, 60_000);
afterAll(async () => {
  await world.close();
});

/** Each mutation about an exception: who does it, on which one, and other valid input. */
const MUTATIONS: readonly [string, string, ExceptionStatus, (one: Case) => object][] = [
  ['triageException', 'COMMERCE', 'OPEN', () => ({ orderFulfillable: 'NO' })],
  ['assignException', 'COMMERCE', 'TRIAGED', () => ({ person: 'otto@example.com' })],
  ['attachEvidence', 'COMMERCE', 'ASSIGNED', () => ({ reference: 'oms-2' })],
  ['decideException', 'COMMERCE', 'ON_HOLD', () => ({ reason: 'another reason' })],
  ['startExceptionAction', 'COMMERCE', 'DECIDED', () => ({ exceptionId: cases.OPEN.exceptionId })],
  ['recordExceptionActionResult', 'COMMERCE', 'ACTIONING', () => ({ reference: 'ref-2' })],
  ['recordCustomerMessage', 'SUPPORT', 'TRIAGED', () => ({ message: 'Another word.' })],
  [
    'closeException',
    'FINANCE',
    'AWAITING_CLOSURE',
    (one) => ({ note: note(one, { rootCause: 'another cause', orderCode: `O-${one.guid}` }) }),
  ],
];

const inputOf = (mutation: string, one: Case): object =>
  mutation === 'closeException'
    ? { exceptionId: one.exceptionId, note: note(one, { orderCode: `O-${one.guid}` }) }
    : SMALLEST[mutation]!(one);

const SELECTION = 'id version';

describe.each(MUTATIONS)('%s', (mutation, role, state, other) => {
  const idempotencyKey = `key-${randomUUID()}`;
  const control = { idempotencyKey };
  let first: any;
  beforeAll(async () => {
    const input = { ...inputOf(mutation, cases[state]), control };
    first = await done(world, role, mutation, input, SELECTION);
  });

  test('asked twice is done once, and answers the same ids', async () => {
    const input = { ...inputOf(mutation, cases[state]), control };
    const before = await world.dump();

    const again = await done(world, role, mutation, input, SELECTION);

    expect(again).toEqual({ ...first, replayed: true });
    expect(first.replayed).toBe(false);
    expect(await changedRows(world, before)).toEqual([]);
  });

  test('answers a replay whatever version it expects', async () => {
    const input = inputOf(mutation, cases[state]);
    const stale = { ...input, control: { ...control, expectedVersion: 1 } };

    const again = await done(world, role, mutation, stale, SELECTION);

    expect(again.replayed).toBe(true);
  });

  test('refuses other input under the same key', async () => {
    const input = { ...inputOf(mutation, cases[state]), ...other(cases[state]), control };

    const error = await refused(world, role, mutation, input);

    expect(error).toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
      field: ['control', 'idempotencyKey'],
    });
  });

  test('refuses another mutation under the same key', async () => {
    const [wanted] = mutation === 'attachEvidence' ? ['startExceptionAction'] : ['attachEvidence'];
    const input = { ...inputOf(wanted!, cases[state]), control };

    const error = await refused(world, role, wanted!, input);

    expect(error.code).toBe('IDEMPOTENCY_KEY_REUSED');
  });

  test.each([0, 1, 999])('refuses the stale or future version %i', async (expectedVersion) => {
    const input = inputOf(mutation, cases[state]);
    const fresh = { idempotencyKey: `key-${randomUUID()}`, expectedVersion };
    const { data } = await world.ask(
      'finance@example.com; roles=FINANCE',
      'query Version($id: ID!) { reconciliationException(id: $id) { version } }',
      { id: cases[state].exceptionId },
    );
    const { version } = data.reconciliationException;

    const error = await refused(world, role, mutation, { ...input, control: fresh });

    expect(error).toMatchObject({
      code: 'VERSION_CONFLICT',
      currentVersion: version,
      field: ['control', 'expectedVersion'],
    });
  });
});

test('takes the current version, and counts it up', async () => {
  const { exceptionId } = await capturedWithoutOrder(world);
  const input = { exceptionId, customerCharged: 'YES', orderFulfillable: 'YES' };
  const control = { idempotencyKey: `key-${randomUUID()}`, expectedVersion: 2 };

  const { exception } = await done(
    world,
    'SUPPORT',
    'triageException',
    { ...input, control },
    'version',
  );

  expect(exception.version).toBe(3);
});

test('another caller’s same key is its own', async () => {
  const { exceptionId } = await capturedWithoutOrder(world);
  const control = { idempotencyKey: 'shared-by-two-callers' };
  const input = (person: string) => ({ exceptionId, person, control });

  const first = await done(world, 'COMMERCE', 'assignException', input('carla@example.com'));
  const second = await done(world, 'PAYMENT', 'assignException', input('paul@example.com'));

  expect([first.replayed, second.replayed]).toEqual([false, false]);
});

test('a refused request leaves its key free: the same one is done once what it lacked is there', async () => {
  const { exceptionId } = await capturedWithoutOrder(world);
  const control = { idempotencyKey: `key-${randomUUID()}` };
  const input = { exceptionId, message: 'We will tell you soon.', control };
  await refused(world, 'SUPPORT', 'recordCustomerMessage', input);
  await done(world, 'SUPPORT', 'triageException', {
    exceptionId,
    customerCharged: 'YES',
    orderFulfillable: 'NO',
  });

  const { replayed } = await done(world, 'SUPPORT', 'recordCustomerMessage', input);

  expect(replayed).toBe(false);
});

test('what is absent and what is null is the same input', async () => {
  const { exceptionId } = await capturedWithoutOrder(world);
  const control = { idempotencyKey: `key-${randomUUID()}` };
  const input = { exceptionId, person: 'carla@example.com', control };
  await done(world, 'COMMERCE', 'assignException', input);

  const again = await done(world, 'COMMERCE', 'assignException', {
    ...input,
    role: null,
    contributing: null,
  });

  expect(again.replayed).toBe(true);
});

describe('a key is 16 to 128 printable ASCII characters without a space', () => {
  const of = (length: number) => `k${randomUUID()}`.padEnd(length, 'x').slice(0, length);

  test.each([
    ['16 characters', of(16)],
    ['128 characters', of(128)],
    ['every other sign', '!"#$%&()*+,-./:;<=>?@[]^_`{|}~'],
  ])('%s are taken', async (_case, idempotencyKey) => {
    const { exceptionId } = await capturedWithoutOrder(world);
    const control = { idempotencyKey };

    await done(world, 'COMMERCE', 'assignException', { exceptionId, person: 'carla', control });
  });

  test.each([
    ['nothing', ''],
    ['15 characters', of(15)],
    ['129 characters', of(129)],
    ['a space', 'a key with spaces'],
    ['a character that is not ASCII', 'schlüssel-0123456'],
    ['a line end', 'line-end-0123456\n'],
  ])('%s is not', async (_case, idempotencyKey) => {
    const { exceptionId } = await capturedWithoutOrder(world);
    const input = { exceptionId, person: 'carla', control: { idempotencyKey } };

    const error = await refused(world, 'COMMERCE', 'assignException', input);

    expect(error).toMatchObject({
      code: 'IDEMPOTENCY_KEY_INVALID',
      field: ['control', 'idempotencyKey'],
    });
  });

  test('a card number is not', async () => {
    const { exceptionId } = await capturedWithoutOrder(world);
    const control = { idempotencyKey: '4111111111111111' };
    const input = { exceptionId, person: 'carla', control };

    const error = await refused(world, 'COMMERCE', 'assignException', input);

    expect(error.code).toBe('PAN_DETECTED');
  });
});

test('a decision taken twice under two keys is two decisions', async () => {
  const one = cases.ON_HOLD;
  const input = decisionInput(one.exceptionId, 'REPAIR_ORDER', { reason: 'decided anew' });

  const first = await done(world, 'COMMERCE', 'decideException', input, 'version');
  world.advance(1);
  const second = await done(world, 'COMMERCE', 'decideException', input, 'version');

  expect(second.exception.version).toBe(first.exception.version + 1);
});
