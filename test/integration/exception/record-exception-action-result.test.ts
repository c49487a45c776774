import {
  capturedWithoutOrder,
  decided,
  done,
  read,
  readyToDecide,
  refused,
  refusesOutsideOfItsTable,
  type Stage,
} from '../../support/exception-stories';
import { type World } from '../../support/world';

const stage = refusesOutsideOfItsTable('recordExceptionActionResult', {
  states: ['ACTIONING', 'AWAITING_CLOSURE'],
  allowedStates: ['ACTIONING', 'AWAITING_CLOSURE'],
  roles: ['COMMERCE', 'SYSTEM'],
  as: 'COMMERCE',
});

let world: World;
let cases: Stage['cases'];
beforeAll(() => {
  ({ world, cases } = stage);
});

async function acting(): Promise<string> {
  const one = await readyToDecide(world, await capturedWithoutOrder(world));
  const { exceptionId } = await decided(world, one, 'REFUND');
  await done(world, 'PAYMENT', 'startExceptionAction', { exceptionId });
  return exceptionId;
}

test.each([
  ['SUCCEEDED', 'AWAITING_CLOSURE'],
  ['FAILED', 'DECIDED'],
])('an execution that %s leaves it %s', async (result, status) => {
  const exceptionId = await acting();

  const { exception } = await done(
    world,
    'PAYMENT',
    'recordExceptionActionResult',
    { exceptionId, result },
    'status decision { decision }',
  );

  expect(exception).toEqual({ status, decision: { decision: 'REFUND' } });
});

test('what failed may be begun again', async () => {
  const exceptionId = await acting();
  await done(world, 'PAYMENT', 'recordExceptionActionResult', { exceptionId, result: 'FAILED' });

  const again = await done(world, 'PAYMENT', 'startExceptionAction', { exceptionId }, 'status');

  expect(again.exception.status).toBe('ACTIONING');
});

test('a success does not close: it waits for its evidence and its note (S2.26)', async () => {
  const exceptionId = await acting();
  const input = { exceptionId, result: 'SUCCEEDED', reference: 're_1' };

  await done(world, 'PAYMENT', 'recordExceptionActionResult', input);

  expect(await read(world, exceptionId, 'status missingEvidence(for: CLOSURE)')).toEqual({
    status: 'AWAITING_CLOSURE',
    missingEvidence: [
      'REFUND_REFERENCE',
      'CUSTOMER_MESSAGE',
      'SUPPORT_CASE',
      'FINANCE_POSTING',
      'SUPPORT_NOTE',
    ],
  });
});

test('the result of what was cured already may still be told, a failure not', async () => {
  const { AWAITING_CLOSURE } = cases;
  const { exceptionId } = AWAITING_CLOSURE;
  const act = 'recordExceptionActionResult';

  const error = await refused(world, 'COMMERCE', act, { exceptionId, result: 'FAILED' });
  const told = await done(world, 'COMMERCE', act, { exceptionId, result: 'SUCCEEDED' }, 'status');

  expect(error).toMatchObject({
    code: 'INVALID_TRANSITION',
    currentState: 'AWAITING_CLOSURE',
    allowedStates: ['ACTIONING'],
  });
  expect(told.exception.status).toBe('AWAITING_CLOSURE');
});

test.each(['COMMERCE', 'FINANCE', 'ADMIN'])('%s tells nothing of a refund', async (role) => {
  const input = { exceptionId: await acting(), result: 'SUCCEEDED' };

  const error = await refused(world, role, 'recordExceptionActionResult', input);

  expect(error.code).toBe('FORBIDDEN');
});

test.each([
  ['a card number', '4111111111111111', 'PAN_DETECTED'],
  ['two words', 're 1', 'GUARD_FAILED'],
])('%s is no reference', async (_case, reference, code) => {
  const input = { exceptionId: await acting(), result: 'SUCCEEDED', reference };

  const error = await refused(world, 'PAYMENT', 'recordExceptionActionResult', input);

  expect(error).toMatchObject({ code, field: ['reference'] });
});
