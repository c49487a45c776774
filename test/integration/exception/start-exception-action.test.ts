import { decisionRules } from '../../../src/exception/decision.rules';
import { type Role } from '../../../src/kernel/actor';
import {
  allRefused,
  attach,
  authorizedWithoutOrder,
  capturedWithoutOrder,
  decided,
  done,
  indeterminateCapture,
  readyToDecide,
  refused,
  refusesOutsideOfItsTable,
  type Stage,
  rolesBut,
  told,
  triaged,
  type Case,
} from '../../support/exception-stories';
import { type World } from '../../support/world';

const EXECUTORS: readonly Role[] = ['COMMERCE', 'PAYMENT', 'OMS', 'FINANCE', 'ADMIN', 'SYSTEM'];

const stage = refusesOutsideOfItsTable('startExceptionAction', {
  states: ['DECIDED', 'ACTIONING'],
  allowedStates: ['DECIDED', 'ACTIONING'],
  roles: ['COMMERCE', 'SYSTEM'],
  as: 'COMMERCE',
});

let world: World;
let cases: Stage['cases'];
beforeAll(() => {
  ({ world, cases } = stage);
});

/** Each decision that is executed, with a case it was taken on. */
const DECISIONS = {
  REPAIR_ORDER: capturedWithoutOrder,
  SUPPORT_ORDER: capturedWithoutOrder,
  REFUND: capturedWithoutOrder,
  RETRY_CREATION: authorizedWithoutOrder,
  LET_EXPIRE: authorizedWithoutOrder,
  VOID: authorizedWithoutOrder,
  RESOLVE_RESULT: indeterminateCapture,
} as const;

async function decidedAs(decision: keyof typeof DECISIONS): Promise<Case> {
  const one = await readyToDecide(world, await DECISIONS[decision](world));
  await attach(world, one.exceptionId, ['PROVIDER_LOOKUP']);
  return decided(world, one, decision);
}

describe('what was decided is begun by its executing role, and by nobody else', () => {
  test.each(Object.keys(DECISIONS) as (keyof typeof DECISIONS)[])('%s', async (decision) => {
    const { executors } = decisionRules[decision];
    const { exceptionId } = await decidedAs(decision);

    const errors = await allRefused(
      world,
      rolesBut(executors).map((role) => [role, 'startExceptionAction', { exceptionId }]),
    );
    expect(errors.map(({ code }) => code)).toEqual(errors.map(() => 'FORBIDDEN'));
    for (const role of executors) {
      const started = await done(world, role, 'startExceptionAction', { exceptionId }, 'status');
      expect(started.exception.status).toBe('ACTIONING');
    }
    expect(executors.every((role) => EXECUTORS.includes(role))).toBe(true);
  });
});

test('beginning again is the same state', async () => {
  const { ACTIONING } = cases;
  const { exceptionId } = ACTIONING;

  const { exception } = await done(
    world,
    'SYSTEM',
    'startExceptionAction',
    { exceptionId },
    'status',
  );

  expect(exception.status).toBe('ACTIONING');
});

describe('nothing is begun while something else freezes retries (S2.42)', () => {
  test.each(['REPAIR_ORDER', 'REFUND'] as const)('%s', async (decision) => {
    const one = await decidedAs(decision);
    const lost = { type: 'REFUND', gatewayTransactionId: `lost_${one.reference}` };
    await told(world, one, {
      ...lost,
      result: 'INDETERMINATE',
      indeterminateCause: 'PROCESSOR_ERROR',
    });
    const as = decision === 'REFUND' ? 'PAYMENT' : 'COMMERCE';
    const input = { exceptionId: one.exceptionId };

    const error = await refused(world, as, 'startExceptionAction', input);
    world.advance(1);
    const { exceptionsOpened } = await told(world, one, { ...lost, result: 'FAILED' });
    // That the refund failed is a case of its own, and asks the same two questions.
    for (const { id, kind } of exceptionsOpened) {
      expect(kind).toBe('REFUND_FAILED');
      await triaged(world, id);
    }
    const started = await done(world, as, 'startExceptionAction', input, 'status');

    expect(error.code).toBe('REPLAY_BLOCKED');
    expect(started.exception.status).toBe('ACTIONING');
  });

  test('but the look-up that ends the freeze may begin', async () => {
    const one = await decidedAs('RESOLVE_RESULT');

    const started = await done(
      world,
      'ADMIN',
      'startExceptionAction',
      { exceptionId: one.exceptionId },
      'status retryMode',
    );

    expect(started.exception).toEqual({
      status: 'ACTIONING',
      retryMode: 'BLOCKED_BY_DUPLICATE_RISK',
    });
  });
});
