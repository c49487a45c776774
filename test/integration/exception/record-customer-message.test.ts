import {
  attach,
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

const stage = refusesOutsideOfItsTable('recordCustomerMessage', {
  states: LIVE,
  allowedStates: LIVE,
  roles: ['SUPPORT'],
  as: 'SUPPORT',
});

let world: World;
let cases: Stage['cases'];
beforeAll(() => {
  ({ world, cases } = stage);
});

async function answered(customerCharged: string, orderFulfillable: string): Promise<string> {
  const { exceptionId } = await capturedWithoutOrder(world);
  const input = { exceptionId, customerCharged, orderFulfillable };
  await done(world, 'SUPPORT', 'triageException', input);
  return exceptionId;
}

describe('the customer is told only when both answers are known (S2.22)', () => {
  test.each([
    ['UNKNOWN', 'YES'],
    ['YES', 'UNKNOWN'],
    ['UNKNOWN', 'UNKNOWN'],
  ])('not while charged is %s and fulfillable %s', async (charged, fulfillable) => {
    const input = { exceptionId: await answered(charged, fulfillable), message: 'All is well.' };

    const error = await refused(world, 'SUPPORT', 'recordCustomerMessage', input);

    expect(error.code).toBe('GUARD_FAILED');
  });

  test('not while it is open and one question is unanswered', async () => {
    const { exceptionId } = await capturedWithoutOrder(world);
    const input = { exceptionId, message: 'All is well.' };

    const error = await refused(world, 'SUPPORT', 'recordCustomerMessage', input);

    expect(error.code).toBe('GUARD_FAILED');
  });

  test.each([
    ['YES', 'YES'],
    ['YES', 'NO'],
    ['NO', 'YES'],
    ['NO', 'NO'],
  ])('but when charged is %s and fulfillable %s', async (charged, fulfillable) => {
    const exceptionId = await answered(charged, fulfillable);
    const input = { exceptionId, message: 'This is what happened.' };

    const { exception } = await done(
      world,
      'SUPPORT',
      'recordCustomerMessage',
      input,
      'status customerMessage',
    );

    expect(exception).toEqual({ status: 'TRIAGED', customerMessage: 'This is what happened.' });
  });
});

test('it moves no state, and what is told last is what is shown', async () => {
  for (const state of LIVE.filter((one) => one !== 'WATCHING' && one !== 'OPEN')) {
    const { exceptionId } = cases[state];
    const tell = (message: string) =>
      done(world, 'SUPPORT', 'recordCustomerMessage', { exceptionId, message });
    await tell('The first word.');
    await tell('The last word.');
    expect(await read(world, exceptionId, 'status customerMessage')).toEqual({
      status: state,
      customerMessage: 'The last word.',
    });
  }
});

test('the case it belongs to becomes evidence with it', async () => {
  const exceptionId = await answered('YES', 'NO');
  const input = { exceptionId, message: 'Your money is on its way.', supportCase: 'CASE-7' };

  await done(world, 'SUPPORT', 'recordCustomerMessage', input);

  const { evidence } = await read(
    world,
    exceptionId,
    'evidence { kind reference note attachedAs }',
  );
  expect(evidence).toMatchObject([
    { kind: 'CUSTOMER_MESSAGE', note: 'Your money is on its way.', attachedAs: 'SUPPORT' },
    { kind: 'SUPPORT_CASE', reference: 'CASE-7', attachedAs: 'SUPPORT' },
  ]);
});

test('a card number in a message is redacted before it is stored anywhere', async () => {
  const exceptionId = await answered('YES', 'NO');
  const input = { exceptionId, message: 'Your card 4111-1111-1111-1111 was charged.' };

  await done(world, 'SUPPORT', 'recordCustomerMessage', input);

  const { customerMessage } = await read(world, exceptionId, 'customerMessage');
  expect(customerMessage).toMatch(/^Your card .+ was charged\.$/);
  expect(await world.dump()).not.toMatch(/1111-1111/);
});

test.each<[string, object, string, string[]]>([
  ['an empty message', { message: ' ' }, 'REASON_REQUIRED', ['message']],
  ['10,001 characters', { message: 'x'.repeat(10_001) }, 'TOO_LONG', ['message']],
  ['a card number as case', { supportCase: '4111111111111111' }, 'PAN_DETECTED', ['supportCase']],
])('%s is not told', async (_case, more, code, field) => {
  const input = { exceptionId: await answered('YES', 'NO'), message: 'All is well.', ...more };

  const error = await refused(world, 'SUPPORT', 'recordCustomerMessage', input);

  expect(error).toMatchObject({ code, field });
});

test('of two hundred pieces of evidence a message takes one, and two with its case', async () => {
  const exceptionId = await answered('YES', 'NO');
  for (const pieces of [...Array(9).fill(20), 19]) {
    await attach(world, exceptionId, Array(pieces).fill('REPLAY_MARKER'));
  }
  const input = { exceptionId, message: 'All is well.' };

  const withCase = await refused(world, 'SUPPORT', 'recordCustomerMessage', {
    ...input,
    supportCase: 'CASE-8',
  });
  await done(world, 'SUPPORT', 'recordCustomerMessage', input);
  const oneMore = await refused(world, 'SUPPORT', 'recordCustomerMessage', input);

  expect([withCase.code, oneMore.code]).toEqual(['LIMIT', 'LIMIT']);
});

test('of the message the journal keeps a hash, not the words', async () => {
  const exceptionId = await answered('YES', 'NO');
  await done(world, 'SUPPORT', 'recordCustomerMessage', {
    exceptionId,
    message: 'Seventeen lilac umbrellas.',
  });

  const rows = await world.db.reader.query('SELECT `before`, `after` FROM `journal_entry`');

  expect(JSON.stringify(rows)).not.toMatch(/lilac/);
});
