import { commands } from '../../../src/checkout/commands';
import { type AnyCommand, type EntityName } from '../../../src/checkout/command';
import { type Draft } from '../../../src/checkout/draft.rules';
import { loadDrafts, lockCheckouts, resolveKeys } from '../../../src/checkout/load';
import { ROLES } from '../../../src/kernel/actor';
import {
  authorizedWithoutOrder,
  done,
  everyState,
  indeterminateCapture,
  told,
} from '../../support/exception-stories';
import { aCart, captured, creationFails, EUR_129, type Cart } from '../../support/stories';
import { startWorld, type World } from '../../support/world';

// What an entity says may be done next is held against the mutations themselves: each command about it is tried with
// its smallest valid input, as every role, on entities in every state.

let world: World;
const subjects: Record<string, { entity: EntityName; id: string }> = {};
beforeAll(async () => {
  world = await startWorld();
  for (const [state, { exceptionId }] of Object.entries(await everyState(world))) {
    subjects[`E02 ${state}`] = { entity: 'exception', id: exceptionId };
  }
  const reserved = await authorizedWithoutOrder(world);
  const unknown = await indeterminateCapture(world);
  Object.assign(subjects, {
    'E01 OPEN': exception(reserved.exceptionId),
    'E08 OPEN': exception(unknown.exceptionId),
    'payment AUTHORIZED': payment(reserved.paymentId),
    'payment INDETERMINATE': payment(unknown.paymentId),
  });
  await ordersAndPayments();
}, 120_000);
afterAll(async () => {
  await world.close();
});

const exception = (id: string) => ({ entity: 'exception' as const, id });
const payment = (id: string) => ({ entity: 'payment' as const, id });
const order = (id: string) => ({ entity: 'order' as const, id });

async function ordersAndPayments(): Promise<void> {
  const created = async (cart: Cart, code: string) =>
    done(world, 'STOREFRONT', 'createOrder', { cartGuid: cart.guid, code, total: EUR_129 });
  const pending = await aCart(world);
  const failed = await aCart(world);
  await creationFails(world, failed);
  await captured(world, failed);
  const unpaid = await aCart(world);
  await created(unpaid, 'UNPAID');
  const paid = await aCart(world);
  await captured(world, paid);
  await created(paid, 'PAID');
  const duplicate = (await created(paid, 'PAID-TWICE')).order;
  const refundedCart = await aCart(world);
  await captured(world, refundedCart);
  await told(world, refundedCart, { type: 'REFUND' });
  const nameless = await done(world, 'STOREFRONT', 'createPayment', {
    cartGuid: pending.guid,
    provider: 'acme',
    amount: EUR_129,
  });
  Object.assign(subjects, {
    'order CREATION_PENDING': order(pending.orderId),
    'order CREATION_FAILED': order(failed.orderId),
    'order PAYMENT_PENDING': order(unpaid.orderId),
    'order PAYMENT_AUTHORIZED': order(paid.orderId),
    'order that is a duplicate': order(duplicate.id),
    'payment CREATED': payment(pending.paymentId),
    'payment without reference': payment(nameless.payment.id),
    'payment CAPTURED': payment(failed.paymentId),
    'payment REFUNDED': payment(refundedCart.paymentId),
  });
}

const NAMES = [
  ...['WATCHING', 'OPEN', 'TRIAGED', 'ASSIGNED', 'ON_HOLD', 'DECIDED', 'ACTIONING'].map(e02),
  ...['AWAITING_CLOSURE', 'CLOSED', 'AUTO_RESOLVED'].map(e02),
  'E01 OPEN',
  'E08 OPEN',
  'order CREATION_PENDING',
  'order CREATION_FAILED',
  'order PAYMENT_PENDING',
  'order PAYMENT_AUTHORIZED',
  'order that is a duplicate',
  'payment CREATED',
  'payment without reference',
  'payment AUTHORIZED',
  'payment CAPTURED',
  'payment REFUNDED',
  'payment INDETERMINATE',
];

function e02(state: string): string {
  return `E02 ${state}`;
}

// CUSTOMER signs in with more than a role, and sees neither payments nor exceptions.
const READERS = ROLES.filter((role) => role !== 'CUSTOMER');
const QUERY: Readonly<Record<string, string>> = {
  exception: 'reconciliationException',
  order: 'order',
  payment: 'payment',
};

describe.each(NAMES)('%s', (name) => {
  test.each(READERS)('tells %s what the mutations do', async (role) => {
    const { entity, id } = subjects[name]!;
    const about = commands.filter(({ subject }) => subject === entity);

    const said = await transitions(role, entity, id);
    const tried = await tryAll(role, about, id);

    expect(said).toEqual(tried);
  });
});

interface Possibility {
  readonly mutation: string;
  readonly allowed: boolean;
  readonly blockers: string[];
  /** Null where the state stays, or where it is not possible. */
  readonly to: string | null;
}

async function transitions(role: string, entity: string, id: string): Promise<Possibility[]> {
  const { data, errors } = await world.ask(
    `reader@example.com; roles=${role}`,
    `query Next($id: ID!) { subject: ${QUERY[entity]!}(id: $id) {
      availableTransitions { mutation allowed to blockers { code } } } }`,
    { id },
  );
  expect(errors).toBeUndefined();
  return data.subject.availableTransitions.map((one: any) => ({
    ...one,
    blockers: one.blockers.map(({ code }: { code: string }) => code),
  }));
}

/** Each command's probe as a dry run, which dry-run.test.ts holds against the real one; all in one document. */
async function tryAll(role: string, about: AnyCommand[], id: string): Promise<Possibility[]> {
  const draft = await draftWith(id);
  const { settings } = world.path;
  const tools = { now: world.now(), calendar: settings.calendar };
  const probes = about.map((command) => command.probe?.(structuredClone(draft), id, tools) ?? null);
  const control = { idempotencyKey: 'probe-of-the-tests', dryRun: true };
  const inputs = probes.map((probe) => probe && { ...probe, control });
  const fields = about.flatMap(({ name, entity }, index) =>
    inputs[index] === null
      ? []
      : [`${name}(input: $input${index}) { ${entity!} { id status } userErrors { code } }`],
  );
  const declared = about.flatMap(({ name }, index) =>
    inputs[index] === null
      ? []
      : [`$input${index}: ${name[0]!.toUpperCase()}${name.slice(1)}Input!`],
  );
  const { data, errors } = await world.ask(
    `reader@example.com; roles=${role}`,
    `mutation Try(${declared.join(', ')}) { ${fields.join('\n')} }`,
    Object.fromEntries(inputs.map((input, index) => [`input${index}`, input])),
  );
  expect(errors).toBeUndefined();
  const before = statusIn(draft, id);
  return about.map(({ name, entity, roles }, index) => {
    if (inputs[index] === null) {
      const code = roles.some((one) => one === role) ? 'GUARD_FAILED' : 'FORBIDDEN';
      return { mutation: name, allowed: false, to: null, blockers: [code] };
    }
    const { userErrors, [entity!]: after } = data[name];
    const blockers = userErrors.map(({ code }: { code: string }) => code);
    const moved = after !== null && after.id === id && after.status !== before;
    return {
      mutation: name,
      allowed: blockers.length === 0,
      to: moved ? after.status : null,
      blockers,
    };
  });
}

async function draftWith(id: string): Promise<Draft> {
  const { db } = world.path;
  return db.snapshot(async (sql) => {
    const source = { sql, dialect: { ...db.dialect, forUpdate: '' as const } };
    const ids = await resolveKeys(source, [{ kind: 'ID', value: id, field: 'id' }]);
    const roots = await lockCheckouts(source, ids);
    const [draft] = await loadDrafts(source, roots, { cold: ['evidence'] });
    return draft!;
  });
}

function statusIn({ orders, payments, exceptions }: Draft, id: string): string {
  return [...orders, ...payments, ...exceptions].find((row) => row.id === id)!.status;
}
