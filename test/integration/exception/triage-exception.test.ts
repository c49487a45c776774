import {
  authorizedWithoutOrder,
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

const OWNERS = ['COMMERCE', 'PAYMENT', 'OMS', 'FINANCE'] as const;
const STATES = ['TRIAGED', 'ASSIGNED', 'ON_HOLD', 'DECIDED', 'AWAITING_CLOSURE'] as const;

const stage = refusesOutsideOfItsTable('triageException', {
  states: ['OPEN', ...STATES],
  allowedStates: ['OPEN', ...STATES],
  roles: [...OWNERS, 'SUPPORT'],
  as: 'COMMERCE',
});

let world: World;
let cases: Stage['cases'];
beforeAll(() => {
  ({ world, cases } = stage);
});

const triages = (exceptionId: string, customerCharged: string, orderFulfillable: string) =>
  done(
    world,
    'SUPPORT',
    'triageException',
    { exceptionId, customerCharged, orderFulfillable },
    `status triage { customerCharged orderFulfillable class } retryMode retryModeReasons
     decision { decision }`,
  );

test.each([
  ['YES', 'YES', 'OPERATIONAL_REPAIR', 'RUNNING'],
  ['YES', 'NO', 'CUSTOMER_RECOVERY', 'RUNNING'],
  ['NO', 'YES', 'FINANCE_RECONCILIATION', 'RUNNING'],
  ['NO', 'NO', 'FINANCE_RECONCILIATION', 'RUNNING'],
  ['UNKNOWN', 'YES', null, 'PAUSED'],
  ['YES', 'UNKNOWN', null, 'PAUSED'],
  ['UNKNOWN', 'UNKNOWN', null, 'PAUSED'],
])('charged %s and fulfillable %s sort it into %s and leave retries %s', async (...row) => {
  const [customerCharged, orderFulfillable, sorted, retryMode] = row;
  const { exceptionId } = await capturedWithoutOrder(world);

  const { exception } = await triages(exceptionId, customerCharged, orderFulfillable);

  expect(exception).toEqual({
    status: 'TRIAGED',
    triage: { customerCharged, orderFulfillable, class: sorted },
    retryMode,
    retryModeReasons: retryMode === 'PAUSED' ? [`TRIAGE:${exceptionId}`] : [],
    decision: null,
  });
});

test('an answer that becomes known ends the freeze', async () => {
  const { exceptionId } = await capturedWithoutOrder(world);
  await triages(exceptionId, 'YES', 'UNKNOWN');

  const { exception } = await triages(exceptionId, 'YES', 'NO');

  expect(exception).toMatchObject({ retryMode: 'RUNNING', retryModeReasons: [] });
});

test('it may be repeated in every later state and moves none of them but a decision', async () => {
  for (const state of STATES.filter((one) => one !== 'DECIDED')) {
    const { exception } = await triages(cases[state].exceptionId, 'NO', 'NO');
    expect(exception.status).toBe(state);
  }
});

test('a changed answer re-opens the decision, and what was given with it must be given anew', async () => {
  const one = await readyToDecide(world, await capturedWithoutOrder(world));
  await decided(world, one, 'REPAIR_ORDER');

  const { exception } = await triages(one.exceptionId, 'YES', 'NO');

  expect(exception).toMatchObject({ status: 'ASSIGNED', decision: null });
  expect(
    await read(world, one.exceptionId, 'missingEvidence(for: DECISION, decision: REPAIR_ORDER)'),
  ).toEqual({ missingEvidence: ['REPAIR_ACTION'] });
});

test('the same answers leave the decision as it is', async () => {
  const one = await readyToDecide(world, await capturedWithoutOrder(world));
  await decided(world, one, 'REPAIR_ORDER');

  const { exception } = await triages(one.exceptionId, 'YES', 'YES');

  expect(exception).toMatchObject({
    status: 'DECIDED',
    decision: { decision: 'REPAIR_ORDER' },
  });
});

test('only who answers for the kind triages it: finance has no part in a mere reservation', async () => {
  const { exceptionId } = await authorizedWithoutOrder(world);
  const input = { exceptionId, customerCharged: 'NO', orderFulfillable: 'YES' };

  const error = await refused(world, 'FINANCE', 'triageException', input);

  expect(error.code).toBe('FORBIDDEN');
});

test('money given back before anybody answered can be triaged, told and closed', async () => {
  const one = await capturedWithoutOrder(world);
  await done(world, 'PAYMENT', 'recordTransactionResult', {
    paymentId: one.paymentId,
    type: 'REFUND',
    result: 'SUCCEEDED',
    processedAmount: { amount: '129.00', currencyCode: 'EUR' },
    gatewayTransactionId: `re_${one.reference}`,
  });

  const { exception } = await triages(one.exceptionId, 'NO', 'NO');
  const message = { exceptionId: one.exceptionId, message: 'Your money is back.' };
  await done(world, 'SUPPORT', 'recordCustomerMessage', message);

  expect(exception.status).toBe('AWAITING_CLOSURE');
  expect(await read(world, one.exceptionId, 'missingEvidence(for: CLOSURE)')).toEqual({
    missingEvidence: ['SUPPORT_CASE', 'FINANCE_POSTING'],
  });
});
