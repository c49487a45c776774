import { randomUUID } from 'node:crypto';
import { type ExceptionStatus } from '../../src/exception/exception.machine';
import { ROLES, type Role } from '../../src/kernel/actor';
import {
  aCart,
  authorized,
  captured,
  capturedWithoutOrder,
  creationFails,
  EUR_129,
  note,
  triaged,
  type Cart,
} from './stories';
import { startWorld, type World } from './world';

/** An exception with its cart. */
export type Case = Cart & { readonly exceptionId: string };

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;

export const BASE_EVIDENCE = [
  'PAYMENT_REFERENCE',
  'CAPTURE_DETAILS',
  'ORDER_IDENTITY',
  'TRANSACTION_ROW',
  'WEBHOOK_EVENT',
  'DOWNSTREAM_STATUS',
  'REPLAY_MARKER',
] as const;

/** Does it; a refusal fails the test. Answers the payload. */
export async function done(
  world: World,
  ...[roles, mutation, input, selection]: [...Call, selection?: string]
): Promise<any> {
  const payload = await world.act(roles, mutation, input, selection);
  expect(payload.userErrors).toEqual([]);
  return payload;
}

/** It is refused with one error, and no row of the database is another one after it. Answers the error. */
export async function refused(world: World, ...call: Call): Promise<any> {
  const [error] = await allRefused(world, [call]);
  return error;
}

type Call = readonly [roles: string, mutation: string, input: object];

/** Each is refused with one error, and no row is another one after all of them. Answers the errors. */
export async function allRefused(world: World, calls: readonly Call[]): Promise<any[]> {
  const before = await world.dump();
  const errors: any[] = [];
  for (const [roles, mutation, input] of calls) {
    const { userErrors, ...rest } = await world.act(roles, mutation, input);
    expect(Object.values(rest)).toEqual([null, [], [], false, false]);
    expect(userErrors).toHaveLength(1);
    errors.push(userErrors[0]);
  }
  expect(await changedRows(world, before)).toEqual([]);
  return errors;
}

/** Every role but CUSTOMER, which signs in with more than a role, and but those named. */
export const rolesBut = (allowed: readonly Role[]): Role[] =>
  ROLES.filter((role) => !allowed.includes(role) && role !== 'CUSTOMER');

/** Rows that are there now and were not in an earlier dump, and the other way round. */
export async function changedRows(world: World, before: string): Promise<string[]> {
  const after = await world.dump();
  if (after === before) return [];
  const [old, now] = [before, after].map((dump) => new Set(dump.split('\n')));
  return [
    ...[...old!].filter((row) => !now!.has(row)).map((row) => `- ${row}`),
    ...[...now!].filter((row) => !old!.has(row)).map((row) => `+ ${row}`),
  ];
}

/** One exception as finance reads it. */
export async function read(world: World, exceptionId: string, selection: string): Promise<any> {
  const { data, errors } = await world.ask(
    'finance@example.com; roles=FINANCE',
    `query Read($id: ID!) { reconciliationException(id: $id) { ${selection} } }`,
    { id: exceptionId },
  );
  expect(errors).toBeUndefined();
  return data.reconciliationException;
}

/** Exceptions of a payment as they stand, oldest first. */
export async function exceptionsOf(
  world: World,
  { paymentId }: Cart,
  selection = 'kind status occurrence',
): Promise<any[]> {
  const { data, errors } = await world.ask(
    'finance@example.com; roles=FINANCE',
    `query Read($id: ID!) { payment(id: $id) { exceptions { ${selection} } } }`,
    { id: paymentId },
  );
  expect(errors).toBeUndefined();
  return data.payment.exceptions;
}

/** A transaction's result, told by the payment team. */
export async function told(world: World, { paymentId }: Cart, more: object): Promise<any> {
  return done(world, 'PAYMENT', 'recordTransactionResult', {
    paymentId,
    result: 'SUCCEEDED',
    requestedAmount: EUR_129,
    gatewayTransactionId: `gw_${randomUUID()}`,
    occurredAt: world.now().toISOString(),
    ...more,
  });
}

/** Evidence by a team that has every role it takes; twenty pieces in one document, which is the most. */
export async function attach(
  world: World,
  exceptionId: string,
  kinds: readonly string[],
): Promise<void> {
  if (kinds.length === 0) return;
  if (kinds.length > 20) {
    await attach(world, exceptionId, kinds.slice(0, 20));
    await attach(world, exceptionId, kinds.slice(20));
    return;
  }
  const input = (kind: string) => ({
    exceptionId,
    kind,
    reference: `ref-${kind}`,
    control: { idempotencyKey: `key-${randomUUID()}` },
  });
  const names = kinds.map((kind, index) => ({ kind, name: `attached${index}` }));
  const fields = names.map(
    ({ name }) => `${name}: attachEvidence(input: $${name}) { userErrors { code } }`,
  );
  const { data, errors } = await world.ask(
    'team@example.com; roles=PAYMENT,COMMERCE,OMS,SUPPORT,FINANCE',
    `mutation Attach(${names.map(({ name }) => `$${name}: AttachEvidenceInput!`).join(', ')}) {
      ${fields.join('\n')} }`,
    Object.fromEntries(names.map(({ kind, name }) => [name, input(kind)])),
  );
  expect(errors).toBeUndefined();
  for (const { name } of names) expect(data[name].userErrors).toEqual([]);
}

/** Money reserved and no order: E01, open at once. */
export async function authorizedWithoutOrder(world: World): Promise<Case> {
  const cart = await aCart(world);
  await authorized(world, cart);
  const { exceptionsOpened } = await creationFails(world, cart);
  return { ...cart, exceptionId: exceptionsOpened[0].id };
}

/** A capture of unknown outcome: E08. */
export async function indeterminateCapture(world: World): Promise<Case> {
  const cart = await aCart(world);
  await authorized(world, cart);
  await done(world, 'STOREFRONT', 'createOrder', { cartGuid: cart.guid, code: `O-${cart.guid}` });
  const { exceptionsOpened } = await told(world, cart, {
    type: 'CAPTURE',
    result: 'INDETERMINATE',
    indeterminateCause: 'NETWORK',
    gatewayTransactionId: `ch_${cart.reference}`,
  });
  return { ...cart, exceptionId: exceptionsOpened[0].id };
}

/** Triaged, assigned, with every piece of evidence but those named; the rest is on record. */
export async function readyToDecide(
  world: World,
  one: Case,
  without: string[] = [],
): Promise<Case> {
  const { exceptionId } = one;
  await triaged(world, exceptionId);
  const needed = ['CAPTURE_DETAILS', 'WEBHOOK_EVENT', 'DOWNSTREAM_STATUS', 'REPLAY_MARKER'];
  needed.push('COMMERCE_PROOF', 'OMS_PROOF', 'COMMERCE_STATEMENT');
  await attach(
    world,
    exceptionId,
    needed.filter((kind) => !without.includes(kind)),
  );
  return one;
}

/** A hold that ends in time: the first cut-off (22:00 UTC) after the world's start. */
export const HOLD = {
  decider: 'fiona@example.com',
  decideBy: '2026-05-23T22:00:00.000Z',
  preservedIdentifiers: ['pi_preserved'],
};

/** Valid terms of each decision. */
const TERMS: Readonly<Record<string, object>> = {
  REPAIR_ORDER: { repairAction: 'ADDRESS_FIX' },
  RETRY_CREATION: { repairAction: 'REPLAY', originalIdempotencyKey: 'original-key-0001' },
  SUPPORT_ORDER: {},
  REFUND: { refundReason: 'CUSTOMER_CANNOT_RECEIVE' },
  HOLD_SETTLEMENT: { hold: HOLD },
  ESCALATE: { hold: HOLD },
  LET_EXPIRE: {},
  VOID: {},
  RESOLVE_RESULT: {},
};

export const decisionInput = (exceptionId: string, decision: string, more: object = {}) => ({
  exceptionId,
  decision,
  reason: 'the evidence says so',
  ...TERMS[decision],
  ...more,
});

/** Who takes each decision, and who executes it. */
export const DECIDER: Readonly<Record<string, string>> = {
  REPAIR_ORDER: 'COMMERCE',
  RETRY_CREATION: 'COMMERCE',
  SUPPORT_ORDER: 'COMMERCE',
  REFUND: 'FINANCE',
  HOLD_SETTLEMENT: 'FINANCE',
  ESCALATE: 'COMMERCE',
  LET_EXPIRE: 'COMMERCE',
  VOID: 'COMMERCE',
  RESOLVE_RESULT: 'ADMIN',
};

export async function decided(world: World, one: Case, decision: string): Promise<Case> {
  const input = decisionInput(one.exceptionId, decision);
  await done(world, DECIDER[decision]!, 'decideException', input);
  return one;
}

/** E02 in each state, in one world. */
export async function everyState(world: World): Promise<Record<ExceptionStatus, Case>> {
  const open = () => capturedWithoutOrder(world);
  const repairing = async () =>
    decided(world, await readyToDecide(world, await open()), 'REPAIR_ORDER');
  const acting = async () => {
    const one = await repairing();
    await done(world, 'COMMERCE', 'startExceptionAction', { exceptionId: one.exceptionId });
    return one;
  };
  const created = async (one: Case) => {
    const input = { cartGuid: one.guid, code: `O-${one.guid}` };
    await done(world, 'COMMERCE', 'createOrder', input);
    return one;
  };
  const triagedOnly = async () => {
    const one = await open();
    const answers = { customerCharged: 'YES', orderFulfillable: 'YES' };
    await done(world, 'COMMERCE', 'triageException', { exceptionId: one.exceptionId, ...answers });
    return one;
  };
  const assigned = async () => {
    const one = await open();
    await triaged(world, one.exceptionId);
    return one;
  };
  const closed = async () => {
    const one = await created(await acting());
    const { exceptionId } = one;
    const message = 'Your order is on its way.';
    await done(world, 'SUPPORT', 'recordCustomerMessage', { exceptionId, message });
    const input = { exceptionId, note: note(one, { orderCode: `O-${one.guid}` }) };
    await done(world, 'FINANCE', 'closeException', input);
    return one;
  };
  const makers: Readonly<Record<ExceptionStatus, () => Promise<Case>>> = {
    WATCHING: () => watching(world),
    OPEN: open,
    TRIAGED: triagedOnly,
    ASSIGNED: assigned,
    ON_HOLD: async () =>
      decided(world, await readyToDecide(world, await open()), 'HOLD_SETTLEMENT'),
    DECIDED: repairing,
    ACTIONING: acting,
    AWAITING_CLOSURE: async () => created(await acting()),
    CLOSED: closed,
    AUTO_RESOLVED: async () => created(await open()),
  };
  const made: [string, Case][] = [];
  // One after the other: a delivery that two apply at once is told to one of them only.
  for (const [state, make] of Object.entries(makers)) made.push([state, await make()]);
  return Object.fromEntries(made) as Record<ExceptionStatus, Case>;
}

async function watching(world: World): Promise<Case> {
  const cart = await aCart(world);
  await captured(world, cart);
  const [exception] = await exceptionsOf(world, cart, 'id');
  return { ...cart, exceptionId: exception.id };
}

export { capturedWithoutOrder, note, triaged };

/** What each mutation about an exception takes, the smallest that is valid. */
export const SMALLEST: Readonly<Record<string, (one: Case) => object>> = {
  triageException: ({ exceptionId }) => ({
    exceptionId,
    customerCharged: 'YES',
    orderFulfillable: 'YES',
  }),
  assignException: ({ exceptionId }) => ({ exceptionId, person: 'carla@example.com' }),
  attachEvidence: ({ exceptionId }) => ({
    exceptionId,
    kind: 'DOWNSTREAM_STATUS',
    reference: 'oms-1',
  }),
  decideException: ({ exceptionId }) => decisionInput(exceptionId, 'REPAIR_ORDER'),
  startExceptionAction: ({ exceptionId }) => ({ exceptionId }),
  recordExceptionActionResult: ({ exceptionId }) => ({ exceptionId, result: 'SUCCEEDED' }),
  recordCustomerMessage: ({ exceptionId }) => ({ exceptionId, message: 'We will tell you soon.' }),
  closeException: (one) => ({ exceptionId: one.exceptionId, note: note(one) }),
};

/** States in which a mutation is a step of the machine, as states.md 2.5 draws it. */
interface Table {
  readonly states: readonly ExceptionStatus[];
  /** As `allowedStates` names them. */
  readonly allowedStates: readonly ExceptionStatus[];
  readonly roles: readonly Role[];
  readonly as: Role;
}

/** A world with an exception in each state. */
export interface Stage {
  world: World;
  cases: Record<ExceptionStatus, Case>;
}

/**
 * Refusals every mutation about an exception has in common: wrong state, wrong role, unknown id. Answers the world they
 * are shown in, which the rest of the file uses; it is there once the tests run.
 */
export function refusesOutsideOfItsTable(mutation: string, table: Table): Stage {
  const { states, allowedStates, roles, as } = table;
  const stage = {} as Stage;
  beforeAll(async () => {
    stage.world = await startWorld();
    stage.cases = await everyState(stage.world);
  }, 60_000);
  afterAll(async () => {
    await stage.world.close();
  });
  const input = (one: Case) => SMALLEST[mutation]!(one);
  const all = Object.keys(STATE_NAMES) as ExceptionStatus[];

  describe(mutation, () => {
    test.each(all.filter((state) => !states.includes(state)))(
      'refuses an exception that is %s, naming the states it is possible in',
      async (state) => {
        const error = await refused(stage.world, as, mutation, input(stage.cases[state]));

        expect(error).toMatchObject({ code: 'INVALID_TRANSITION', currentState: state });
        expect(error.allowedStates).toEqual(allowedStates);
      },
    );

    test(`refuses the roles ${rolesBut(roles).join(', ')}`, async () => {
      const one = stage.cases[states.includes('ASSIGNED') ? 'ASSIGNED' : states[0]!];

      const errors = await allRefused(
        stage.world,
        rolesBut(roles).map((role) => [role, mutation, input(one)]),
      );

      expect(errors.map(({ code }) => code)).toEqual(errors.map(() => 'FORBIDDEN'));
    });

    test('refuses an exception that does not exist', async () => {
      const exceptionId = 'exc_00000000-0000-7000-8000-000000000000';
      const nobodys = input({ ...stage.cases.OPEN, exceptionId });

      const error = await refused(stage.world, as, mutation, nobodys);

      expect(error).toMatchObject({ code: 'NOT_FOUND', field: ['exceptionId'] });
    });
  });
  return stage;
}

const STATE_NAMES: Readonly<Record<ExceptionStatus, true>> = {
  WATCHING: true,
  OPEN: true,
  TRIAGED: true,
  ASSIGNED: true,
  ON_HOLD: true,
  DECIDED: true,
  ACTIONING: true,
  AWAITING_CLOSURE: true,
  CLOSED: true,
  AUTO_RESOLVED: true,
};
