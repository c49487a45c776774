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
import {
  answeredBy,
  captureFailed,
  capturing,
  delivered,
  fulfilling,
  fulfillmentCaptured,
  handled,
  linked,
  paid,
  planned,
  released,
  shipped,
} from '../../support/order-stories';
import { aCart, captured, creationFails, EUR_129, type Cart } from '../../support/stories';
import { lane } from '../../support/lane';
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
  await ordersOnTheirWay();
  await fulfillments();
}, 240_000);
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

const fulfillment = (id: string) => ({ entity: 'fulfillment' as const, id });

async function ordersOnTheirWay(): Promise<void> {
  const act = async (role: string, mutation: string, input: object) =>
    done(world, role, mutation, input);
  const reason = 'the customer called';
  const ready = await paid(world);
  await act('COMMERCE', 'releaseOrderForHandling', { orderId: ready.orderId });
  const handling = await handled(world);
  const invoiced = await handled(world);
  await act('OMS', 'insertInvoice', { orderId: invoiced.orderId, number: 'I-1', amount: EUR_129 });
  const complete = await handled(world);
  const invoice = { orderId: complete.orderId, number: 'I-1', amount: EUR_129 };
  await act('OMS', 'insertInvoice', invoice);
  await answeredBy(world, complete, 'CAPTURE', 'SUCCEEDED');
  const doubted = await paid(world);
  await act('SUPPORT', 'requestOrderCancellation', { orderId: doubted.orderId, reason });
  const cancelling = await paid(world);
  await act('COMMERCE', 'cancelOrder', { orderId: cancelling.orderId, reason });
  const cancelled = await paid(world);
  await act('COMMERCE', 'cancelOrder', { orderId: cancelled.orderId, reason });
  await answeredBy(world, cancelled, 'VOID', 'SUCCEEDED');
  const { sellerOrderId } = await linked(world, paid);
  Object.assign(subjects, {
    'order READY_FOR_HANDLING': order(ready.orderId),
    'order HANDLING': order(handling.orderId),
    'order VERIFYING_INVOICE': order(invoiced.orderId),
    'order INVOICED': order(complete.orderId),
    'order CANCELLATION_REQUESTED': order(doubted.orderId),
    'order CANCELLING': order(cancelling.orderId),
    'order CANCELLED': order(cancelled.orderId),
    'order of a seller': order(sellerOrderId),
    'payment CAPTURING': payment(invoiced.paymentId),
    'payment VOIDED': payment(cancelled.paymentId),
  });
}

async function fulfillments(): Promise<void> {
  const awaiting = await capturing(world);
  await answeredBy(world, awaiting, 'CAPTURE', 'PENDING');
  const stories = {
    NEW: await planned(world),
    RELEASED: await released(world),
    CAPTURING_PAYMENT: await capturing(world),
    CAPTURE_AWAITING_RESULT: awaiting,
    PAYMENT_CAPTURED: await fulfillmentCaptured(world),
    PAYMENT_CAPTURE_FAILED: await captureFailed(world),
    FULFILLING: await fulfilling(world),
    FULFILLED: await shipped(world),
    DELIVERED: await delivered(world),
  };
  for (const [state, { fulfillmentId }] of Object.entries(stories)) {
    subjects[`fulfillment ${state}`] = fulfillment(fulfillmentId);
  }
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
  'order READY_FOR_HANDLING',
  'order HANDLING',
  'order VERIFYING_INVOICE',
  'order INVOICED',
  'order CANCELLATION_REQUESTED',
  'order CANCELLING',
  'order CANCELLED',
  'order of a seller',
  ...['NEW', 'RELEASED', 'CAPTURING_PAYMENT', 'CAPTURE_AWAITING_RESULT'].map(part),
  ...['PAYMENT_CAPTURED', 'PAYMENT_CAPTURE_FAILED', 'FULFILLING', 'FULFILLED'].map(part),
  part('DELIVERED'),
  'payment CAPTURING',
  'payment VOIDED',
  'payment CREATED',
  'payment without reference',
  'payment AUTHORIZED',
  'payment CAPTURED',
  'payment REFUNDED',
  'payment INDETERMINATE',
];

function part(state: string): string {
  return `fulfillment ${state}`;
}

function e02(state: string): string {
  return `E02 ${state}`;
}

// CUSTOMER signs in with more than a role, and sees neither payments nor exceptions.
// The other database loads the same rows for whoever asks: four roles show that it does.
const SHOWN = lane() === 'sqlite' ? ROLES : ['COMMERCE', 'PAYMENT', 'OMS', 'AUDITOR'];
const READERS = SHOWN.filter((role) => role !== 'CUSTOMER');
const QUERY: Readonly<Record<string, string>> = {
  exception: 'reconciliationException',
  order: 'order',
  payment: 'payment',
  fulfillment: 'fulfillment',
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

/** A document holds only so many writes. */
const AT_ONCE = 6;

async function tryAll(role: string, about: AnyCommand[], id: string): Promise<Possibility[]> {
  const tried: Possibility[] = [];
  for (let from = 0; from < about.length; from += AT_ONCE) {
    tried.push(...(await trySome(role, about.slice(from, from + AT_ONCE), id)));
  }
  return tried;
}

/** Each command's probe as a dry run, which dry-run.test.ts holds against the real one; all in one document. */
async function trySome(role: string, about: AnyCommand[], id: string): Promise<Possibility[]> {
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
    `mutation Try${declared.length > 0 ? `(${declared.join(', ')})` : ''} { ${fields.join('\n')} __typename }`,
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

function statusIn(draft: Draft, id: string): string {
  const { orders, payments, fulfillments: parts, exceptions } = draft;
  return [...orders, ...payments, ...parts, ...exceptions].find((row) => row.id === id)!.status;
}
