import { randomUUID } from 'node:crypto';
import { commands } from '../../../src/checkout/commands';
import { type ExceptionStatus } from '../../../src/exception/exception.machine';
import {
  attach,
  capturedWithoutOrder,
  changedRows,
  everyState,
  note,
  refused,
  SMALLEST,
  type Case,
} from '../../support/exception-stories';
import { PREPARED, type Prepared } from '../../support/mutation-inputs';
import { aCart, captured, EUR_129 } from '../../support/stories';
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

const EXCEPTION = `id kind status subjectType subjectId occurrence version createdAt updatedAt
  owner { role person contributing } amount { amount currencyCode } window firstKnownAt dueAt
  openedAt deadline triage { customerCharged orderFulfillable class } retryMode retryModeReasons
  decision { decision path reason decidedBy decidedAt } hold { decider decideBy }
  missingEvidence(for: CLOSURE)`;
const EXCEPTION_DEEP = `${EXCEPTION} order { id status } payment { id status }
  evidence { kind available reference note attachedBy attachedAs attachedAt } customerMessage
  closureNote { occurrence providerReference orderCode rootCause closedBy closedAt }
  decisions { decision allowed missingEvidence }
  availableTransitions { mutation allowed to blockers { code } }`;
const PAYMENT = `id status moneyState amountSource providerReference providerStatus version createdAt
  updatedAt retryMode authorizationExpiresAt
  amounts { expected { amount } authorizedOpen { amount } captured { amount } net { amount } }
  transactions { id type status implied processedAmount { amount } occurredAt recordedAt }
  exceptions { ${EXCEPTION} }`;
const ORDER = `id code cartGuid status version createdAt updatedAt total { amount currencyCode }
  omsStatus market channel creationFailureReason retryMode retryModeReasons
  paymentStatus { chargeStatus authorizeStatus } customerView { charged nextStep message }
  exceptions { ${EXCEPTION} } linkedOrders { id }
  availableTransitions { mutation allowed to blockers { code } }`;
const FULFILLMENT = `id status capturePolicy captureResult version createdAt updatedAt
  total { amount } reserving { amount } reserved { amount } finalizing { amount } finalized { amount }
  items { reference quantity amount { amount } } splitFrom { id }
  paymentShares { payment { id } amount { amount } reservation { amount } finalization { amount } }
  transactions { id type status } order { id status } exceptions { id kind status }`;
const SELECTION: Readonly<Record<string, string>> = {
  fulfillment: FULFILLMENT,
  order: `${ORDER} payments { ${PAYMENT} }`,
  payment: `${PAYMENT} order { ${ORDER} } availableTransitions { mutation allowed to }`,
  exception: EXCEPTION_DEEP,
};

const at = (state: ExceptionStatus, mutation: string, more: object = {}) => ({
  ...SMALLEST[mutation]!(cases[state]),
  ...more,
});

/** Each mutation, by whom, and a valid input on a world made for it: what it changes is as much as it can be. */
type Mutation = readonly [string, string, () => Promise<object | Prepared>];
const MUTATIONS: readonly Mutation[] = [
  [
    'registerCheckout',
    'COMMERCE',
    async () => ({ cartGuid: `cart-${randomUUID()}`, total: EUR_129, market: 'DE' }),
  ],
  [
    'createOrder',
    'COMMERCE',
    async () => {
      const { guid } = await capturedWithoutOrder(world);
      const reference = await orphan();
      const payments = [{ provider: 'acme', providerReference: reference }];
      return { cartGuid: guid, code: `O-${guid}`, payments };
    },
  ],
  [
    'recordOrderCreationFailure',
    'COMMERCE',
    async () => {
      const cart = await aCart(world);
      await captured(world, cart);
      return { orderId: cart.orderId, reason: 'the address service timed out' };
    },
  ],
  [
    'createPayment',
    'COMMERCE',
    async () => {
      const { guid } = await aCart(world);
      const providerReference = await orphan();
      return { cartGuid: guid, provider: 'acme', providerReference, amount: EUR_129 };
    },
  ],
  [
    'recordTransactionResult',
    'PAYMENT',
    async () => {
      const { paymentId, reference } = await aCart(world);
      const gatewayTransactionId = `ch_${reference}`;
      const named = { paymentId, gatewayTransactionId, processedAmount: EUR_129 };
      return { ...named, type: 'CAPTURE', result: 'SUCCEEDED' };
    },
  ],
  [
    'recordProviderSnapshot',
    'SYSTEM',
    async () => {
      const { reference } = await aCart(world);
      return {
        provider: 'acme',
        providerReference: reference,
        status: 'captured',
        currency: 'EUR',
        authorized: '129.00',
        captured: '64.50',
        occurredAt: world.now().toISOString(),
      };
    },
  ],
  ...Object.entries(PREPARED).map(([name, prepare]): Mutation => [
    name,
    'as prepared',
    async () => prepare(world),
  ]),
  ['triageException', 'COMMERCE', async () => at('OPEN', 'triageException')],
  ['assignException', 'COMMERCE', async () => at('TRIAGED', 'assignException')],
  [
    'attachEvidence',
    'COMMERCE',
    async () => at('ASSIGNED', 'attachEvidence', { note: 'the OMS has no such order' }),
  ],
  ['decideException', 'COMMERCE', async () => at('ON_HOLD', 'decideException')],
  ['startExceptionAction', 'COMMERCE', async () => at('DECIDED', 'startExceptionAction')],
  [
    'recordExceptionActionResult',
    'COMMERCE',
    async () => at('ACTIONING', 'recordExceptionActionResult', { reference: 'ref-1' }),
  ],
  ['recordCustomerMessage', 'SUPPORT', async () => at('TRIAGED', 'recordCustomerMessage')],
  [
    'closeException',
    'FINANCE',
    async () => {
      const one = cases.AWAITING_CLOSURE;
      return { exceptionId: one.exceptionId, note: note(one, { orderCode: `O-${one.guid}` }) };
    },
  ],
];

test('every mutation there is can be rehearsed here', () => {
  expect(MUTATIONS.map(([name]) => name)).toEqual(commands.map(({ name }) => name));
});

test.each(MUTATIONS)('%s answers what it would do, and does nothing', async (...row) => {
  const [mutation, usual, prepare] = row;
  const prepared = await prepare();
  const [role, input] = isPrepared(prepared) ? prepared : [usual, prepared];
  const { entity } = commands.find(({ name }) => name === mutation)!;
  const selection = SELECTION[entity!]!;
  const idempotencyKey = `key-${randomUUID()}`;
  const before = await world.dump();

  const rehearsed = await world.act(
    role,
    mutation,
    { ...input, control: { idempotencyKey, dryRun: true } },
    selection,
  );
  const changed = await changedRows(world, before);
  const real = await world.act(
    role,
    mutation,
    { ...input, control: { idempotencyKey } },
    selection,
  );

  expect(changed).toEqual([]);
  expect(real).toMatchObject({ userErrors: [], replayed: false, dryRun: false });
  expect(withoutNewIds(rehearsed, before)).toEqual(
    withoutNewIds({ ...real, dryRun: true }, before),
  );
});

const isPrepared = (one: object | Prepared): one is Prepared => Array.isArray(one);

test('a refusal is rehearsed too', async () => {
  const { exceptionId } = cases.CLOSED;
  const control = { idempotencyKey: `key-${randomUUID()}`, dryRun: true };
  const input = { exceptionId, person: 'carla@example.com', control };
  const before = await world.dump();

  const rehearsed = await world.act('COMMERCE', 'assignException', input);
  const real = await refused(world, 'COMMERCE', 'assignException', {
    exceptionId,
    person: 'carla@example.com',
  });

  expect(rehearsed).toMatchObject({ exception: null, userErrors: [real], dryRun: true });
  expect(await changedRows(world, before)).toEqual([]);
});

test('a rehearsal claims no key: other input may take it', async () => {
  const { exceptionId } = await capturedWithoutOrder(world);
  const idempotencyKey = `key-${randomUUID()}`;
  const input = (person: string, dryRun: boolean) => ({
    exceptionId,
    person,
    control: { idempotencyKey, dryRun },
  });

  await world.act('COMMERCE', 'assignException', input('carla@example.com', true));
  const real = await world.act('COMMERCE', 'assignException', input('otto@example.com', false));

  expect(real).toMatchObject({ userErrors: [], replayed: false });
});

test('a stale version is refused in a rehearsal as in earnest', async () => {
  const { exceptionId } = await capturedWithoutOrder(world);
  const control = { idempotencyKey: `key-${randomUUID()}`, dryRun: true, expectedVersion: 1 };

  const { userErrors } = await world.act('COMMERCE', 'assignException', {
    exceptionId,
    person: 'carla@example.com',
    control,
  });

  expect(userErrors).toMatchObject([{ code: 'VERSION_CONFLICT', currentVersion: 2 }]);
});

/** The answer with what was made just now called `new`, since each run makes its own. */
function withoutNewIds(payload: unknown, before: string): unknown {
  return JSON.parse(
    JSON.stringify(payload).replace(/([a-z]{3})_[0-9a-f-]{36}/g, (id, prefix: string) =>
      before.includes(id) ? id : `${prefix}_new`,
    ),
  );
}

/** Money whose payment nobody announced. Answers the provider's reference. */
async function orphan(): Promise<string> {
  const reference = `pi_${randomUUID()}`;
  await world.deliver({
    psp_reference: reference,
    capture_id: `ch_${reference}`,
    amount: '129.00',
    currency: 'EUR',
    capture_timestamp: world.now().toISOString(),
    webhook_event_id: `evt_${reference}`,
  });
  return reference;
}
