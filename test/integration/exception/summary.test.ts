import { randomUUID } from 'node:crypto';
import {
  decided,
  done,
  HOLD,
  HOUR_MS,
  MINUTE_MS,
  readyToDecide,
  type Case,
} from '../../support/exception-stories';
import { START, startWorld, type World } from '../../support/world';

// A hand-made set of cases, and every figure of the stakeholder summary (S2.45–S2.47) worked out beside it.

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(async () => {
  await world.close();
});

interface Terms {
  readonly customerId?: string;
  readonly amount?: string;
  readonly currencyCode?: string;
  readonly market?: string;
  readonly channel?: string;
  readonly type?: string;
}

/** Money without an order; creating it failed, so that it is open at once. */
async function aCase(terms: Terms = {}): Promise<Case> {
  const { customerId, market = 'DE', channel = 'web', type = 'CAPTURE' } = terms;
  const total = { amount: terms.amount ?? '129.00', currencyCode: terms.currencyCode ?? 'EUR' };
  const [guid, reference] = [`cart-${randomUUID()}`, `pi_${randomUUID()}`];
  const described = { market, channel, ...(customerId && { customerId }) };
  const registered = { cartGuid: guid, total, ...described };
  const { order } = await done(world, 'STOREFRONT', 'registerCheckout', registered);
  const { payment } = await done(world, 'STOREFRONT', 'createPayment', {
    cartGuid: guid,
    provider: 'acme',
    providerReference: reference,
    amount: total,
  });
  const failed = { orderId: order.id, reason: 'the address service timed out' };
  await done(world, 'STOREFRONT', 'recordOrderCreationFailure', failed);
  const { exceptionsOpened } = await moves(payment.id, { type, processedAmount: total });
  return {
    guid,
    reference,
    orderId: order.id,
    paymentId: payment.id,
    exceptionId: exceptionsOpened[0].id,
  };
}

const moves = (paymentId: string, more: object) =>
  done(world, 'PAYMENT', 'recordTransactionResult', {
    paymentId,
    result: 'SUCCEEDED',
    gatewayTransactionId: `gw_${randomUUID()}`,
    occurredAt: world.now().toISOString(),
    ...more,
  });

const at = (ms: number) => new Date(START.getTime() + ms).toISOString();

async function summary(filter?: object): Promise<any> {
  const { data, errors } = await world.ask(
    'rita@example.com; roles=REPORTING',
    `query Summary($filter: ReconSummaryFilter) { reconciliationSummary(filter: $filter) {
      asOf customersCharged awaitingRepair refunded
      heldAmount { currencyCode amount minorUnits count }
      oldestUnresolvedCapture nextDecisionDeadline
      retryModes { running paused blockedByDuplicateRisk } chargedWithoutDecision watching open
      dataThroughPosition } }`,
    { filter },
  );
  expect(errors).toBeUndefined();
  return data.reconciliationSummary;
}

const NOTHING = {
  customersCharged: 0,
  awaitingRepair: 0,
  refunded: 0,
  heldAmount: [],
  oldestUnresolvedCapture: null,
  nextDecisionDeadline: null,
  retryModes: { running: 0, paused: 0, blockedByDuplicateRisk: 0 },
  chargedWithoutDecision: 0,
  watching: 0,
  open: 0,
  dataThroughPosition: '0',
};

test('where nothing is wrong every figure is zero, and none is null', async () => {
  expect(await summary()).toEqual({ ...NOTHING, asOf: at(0) });
});

test('the figures of seven cases in two currencies are those worked out by hand', async () => {
  // 0 min  ann  129.00 EUR, open, nobody decided
  await aCase({ customerId: 'ann' });
  world.advance(MINUTE_MS);
  // 1 min  ann  71.00 EUR, held
  await held(await aCase({ customerId: 'ann', amount: '71.00' }));
  // 1 min  ben  5000 JPY, held
  await held(await aCase({ customerId: 'ben', amount: '5000', currencyCode: 'JPY' }));
  // 1 min  cy   300.00 EUR, held
  await held(await aCase({ customerId: 'cy', amount: '300.00' }));
  world.advance(MINUTE_MS);
  // 2 min  dee  refund decided and done, the note is to come
  const refunded = await readyToDecide(world, await aCase({ customerId: 'dee' }));
  await decided(world, refunded, 'REFUND');
  const processedAmount = { amount: '129.00', currencyCode: 'EUR' };
  await moves(refunded.paymentId, { type: 'REFUND', processedAmount });
  // 2 min  eve  repair decided, not begun
  const repairing = await readyToDecide(world, await aCase({ customerId: 'eve' }));
  await decided(world, repairing, 'REPAIR_ORDER');
  // 2 min  fay  only reserved
  await aCase({ customerId: 'fay', type: 'AUTHORIZE' });

  expect(await summary()).toEqual({
    asOf: at(2 * MINUTE_MS),
    customersCharged: 4, // ann once, ben, cy, eve
    awaitingRepair: 5, // ann twice, ben, cy, eve
    refunded: 1, // dee
    heldAmount: [
      { currencyCode: 'EUR', amount: '371.00', minorUnits: '37100', count: 2 },
      { currencyCode: 'JPY', amount: '5000', minorUnits: '5000', count: 1 },
    ],
    oldestUnresolvedCapture: at(0),
    nextDecisionDeadline: at(HOUR_MS), // the first hour of ann's first
    retryModes: { running: 2, paused: 2, blockedByDuplicateRisk: 3 }, // dee eve · ann fay · holds
    chargedWithoutDecision: 1, // ann
    watching: 0,
    open: 7,
    dataThroughPosition: '0',
  });
});

const held = async (one: Case) =>
  decided(world, await readyToDecide(world, one), 'HOLD_SETTLEMENT');

test('what is watched is counted at once, and asks for no decision yet (S2.51)', async () => {
  const guid = `cart-${randomUUID()}`;
  const total = { amount: '129.00', currencyCode: 'EUR' };
  await done(world, 'STOREFRONT', 'registerCheckout', { cartGuid: guid, total });
  const announced = { cartGuid: guid, provider: 'acme', amount: total };
  const { payment } = await done(world, 'STOREFRONT', 'createPayment', announced);
  await moves(payment.id, { type: 'CAPTURE', processedAmount: total });

  expect(await summary()).toMatchObject({
    customersCharged: 1, // nobody knows who, so the checkout counts as one
    awaitingRepair: 1,
    watching: 1,
    open: 0,
    nextDecisionDeadline: null,
    oldestUnresolvedCapture: at(0),
    retryModes: { running: 1, paused: 0, blockedByDuplicateRisk: 0 },
  });
});

test('the next deadline is that of a hold where it comes first', async () => {
  const one = await readyToDecide(world, await aCase());
  const decideBy = at(10 * MINUTE_MS);
  await done(world, 'FINANCE', 'decideException', {
    exceptionId: one.exceptionId,
    decision: 'HOLD_SETTLEMENT',
    reason: 'two systems disagree',
    hold: { ...HOLD, decideBy },
  });
  await aCase();

  expect((await summary()).nextDecisionDeadline).toBe(decideBy);
});

test('a decision that is withdrawn leaves the customer without one again (S2.34)', async () => {
  const one = await readyToDecide(world, await aCase());
  const before = (await summary()).chargedWithoutDecision;
  await decided(world, one, 'REPAIR_ORDER');
  const after = (await summary()).chargedWithoutDecision;
  await done(world, 'SUPPORT', 'triageException', {
    exceptionId: one.exceptionId,
    customerCharged: 'YES',
    orderFulfillable: 'NO',
  });
  const again = (await summary()).chargedWithoutDecision;

  expect([before, after, again]).toEqual([1, 0, 1]);
});

test('what is over is not counted; what waits for its note still is', async () => {
  const quick = await aCase();
  await done(world, 'COMMERCE', 'createOrder', { cartGuid: quick.guid, code: 'QUICK' });
  const resolved = await summary();
  const late = await aCase();
  world.advance(5 * MINUTE_MS);
  await done(world, 'COMMERCE', 'createOrder', { cartGuid: late.guid, code: 'LATE' });
  const waiting = await summary();

  expect(resolved).toEqual({ ...NOTHING, asOf: at(0) });
  expect(waiting).toMatchObject({
    customersCharged: 1,
    awaitingRepair: 0,
    open: 1,
    nextDecisionDeadline: null,
    oldestUnresolvedCapture: at(0),
  });
});

test('money half given back is still charged, and held for what is left', async () => {
  const one = await aCase({ customerId: 'ann' });
  await held(one);
  const processedAmount = { amount: '29.00', currencyCode: 'EUR' };
  await moves(one.paymentId, { type: 'REFUND', processedAmount });

  expect(await summary()).toMatchObject({
    customersCharged: 1,
    refunded: 0,
    heldAmount: [{ currencyCode: 'EUR', amount: '100.00', minorUnits: '10000', count: 1 }],
  });
});

test.each<[string, object, number]>([
  ['a market', { market: { eq: 'DE' } }, 2],
  ['markets', { market: { in: ['FR', 'IT'] } }, 1],
  ['no market', { market: { in: [] } }, 0],
  ['a channel', { channel: { eq: 'app' } }, 1],
  ['a channel’s beginning', { channel: { startsWith: 'web' } }, 2],
  ['both', { market: { eq: 'DE' }, channel: { eq: 'web' } }, 1],
])('a filter by %s counts that alone', async (_case, filter, open) => {
  await aCase({ market: 'DE', channel: 'web' });
  await aCase({ market: 'DE', channel: 'app' });
  await aCase({ market: 'FR', channel: 'web' });

  const { open: counted, customersCharged } = await summary(filter);

  expect([counted, customersCharged]).toEqual([open, open]);
});

test('it says how far the sealed journal reaches', async () => {
  await aCase();
  await world.seal();

  const { dataThroughPosition } = await summary();

  expect(Number(dataThroughPosition)).toBeGreaterThan(0);
});
