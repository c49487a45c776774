import { randomUUID } from 'node:crypto';
import { type World } from './world';

// The worked examples over the API: what somebody does, what the provider answers, and the figures one may read then.

export const money = (amount: string, currencyCode = 'USD') => ({ amount, currencyCode });

const OF_AN_ORDER =
  /Order|^(registerCheckout|startHandling|insertInvoice|record(Oms|Erp)\w+|primePayments|grantRefund)$/;
const OF_A_FULFILLMENT =
  /Fulfillment|^(resolveCapture|retryCapture|startFulfilling|confirmDelivery|recordReturn)$/;

function entityOf(mutation: string): 'order' | 'fulfillment' | 'payment' {
  if (mutation === 'attachPaymentToOrder') return 'payment';
  if (OF_A_FULFILLMENT.test(mutation)) return 'fulfillment';
  return OF_AN_ORDER.test(mutation) ? 'order' : 'payment';
}

/** `OMS`, or `OMS; side=SELLER; sellerId=seller-1`. */
const headerOf = (actor: string) =>
  `${actor.split(';')[0]!.toLowerCase()}@example.com; roles=${actor}`;

async function send(world: World, actor: string, mutation: string, input: object): Promise<any> {
  const type = `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input`;
  const control = { idempotencyKey: `key-${randomUUID()}` };
  const body = await world.ask(
    headerOf(actor),
    `mutation Act($input: ${type}!) { ${mutation}(input: $input) {
      entity: ${entityOf(mutation)} { id }
      userErrors { code message field currentState allowedStates available { amount currencyCode } } } }`,
    { input: { ...input, control } },
  );
  if (body.errors) throw new Error(JSON.stringify(body.errors));
  return body.data[mutation];
}

/** A mutation that must succeed, a second after what came before; answers the id of its entity. */
export async function done(
  world: World,
  actor: string,
  mutation: string,
  input: object,
): Promise<string> {
  world.advance(1000);
  const { entity, userErrors } = await send(world, actor, mutation, input);
  if (userErrors.length > 0) throw new Error(`${mutation}: ${JSON.stringify(userErrors)}`);
  return entity.id;
}

/** A mutation that must be refused and change nothing: code, field, and what would be available. */
export async function refusals(
  world: World,
  actor: string,
  mutation: string,
  input: object,
): Promise<{ code: string; field: string[] | null; available: object | null }[]> {
  world.advance(1000);
  const before = await world.dump();
  const { entity, userErrors } = await send(world, actor, mutation, input);
  if ((await world.dump()) !== before) throw new Error(`${mutation} was to change nothing.`);
  if (entity !== null) throw new Error(`${mutation} was to be refused.`);
  return userErrors.map(({ code, field, available }: any) => ({ code, field, available }));
}

export async function codesOf(
  world: World,
  actor: string,
  mutation: string,
  input: object,
): Promise<string[]> {
  return (await refusals(world, actor, mutation, input)).map(({ code }) => code);
}

export async function read(world: World, selection: string, variables: object = {}): Promise<any> {
  const types = Object.keys(variables).map((name) => `$${name}: ID!`);
  const head = types.length === 0 ? 'query' : `query (${types.join(', ')})`;
  const body = await world.ask(headerOf('AUDITOR'), `${head} { ${selection} }`, variables);
  if (body.errors) throw new Error(JSON.stringify(body.errors));
  return body.data;
}

export interface Shop {
  readonly guid: string;
  readonly orderId: string;
  readonly currency: string;
  /** In the order they were announced. */
  readonly paymentIds: readonly string[];
  readonly references: readonly string[];
  /** The first. */
  readonly paymentId: string;
}

/** Announces another payment of the cart. */
export async function aPayment(
  world: World,
  { guid, currency }: Pick<Shop, 'guid' | 'currency'>,
  { amount, ...more }: { amount: string; [name: string]: unknown },
): Promise<string> {
  return done(world, 'STOREFRONT', 'createPayment', {
    cartGuid: guid,
    provider: 'acme',
    method: 'card',
    amount: money(amount, currency),
    ...more,
  });
}

/** A created order and its payments, nothing moved yet. */
export async function anOrder(
  world: World,
  total: string,
  {
    currency = 'USD',
    payments = [{ amount: total }] as readonly { amount: string; [name: string]: unknown }[],
  } = {},
): Promise<Shop> {
  const guid = `cart-${randomUUID()}`;
  const orderId = await done(world, 'STOREFRONT', 'registerCheckout', {
    cartGuid: guid,
    total: money(total, currency),
    customerId: 'cus_1',
    market: 'DE',
    channel: 'web',
  });
  const paymentIds: string[] = [];
  const references: string[] = [];
  for (const payment of payments) {
    const providerReference = `pi_${randomUUID()}`;
    const given = { providerReference, ...payment };
    paymentIds.push(await aPayment(world, { guid, currency }, given));
    references.push(given.providerReference);
  }
  await done(world, 'STOREFRONT', 'createOrder', { cartGuid: guid, code: `ORD-${randomUUID()}` });
  return { guid, orderId, currency, paymentIds, references, paymentId: paymentIds[0]! };
}

export const prime = (world: World, { orderId, currency }: Shop, amount: string) =>
  done(world, 'SYSTEM', 'primePayments', { orderId, initialAmount: money(amount, currency) });

/** Plans a release. */
export const aRelease = (
  world: World,
  { orderId, currency }: Shop,
  amount: string,
  more: object = {},
) => done(world, 'OMS', 'createFulfillment', { orderId, total: money(amount, currency), ...more });

export const reserve = (world: World, fulfillmentId: string, actor = 'OMS') =>
  done(world, actor, 'reserveFulfillment', { fulfillmentId });

export const finalize = (world: World, fulfillmentId: string) =>
  done(world, 'OMS', 'captureFulfillment', { fulfillmentId });

interface Transaction {
  readonly id: string;
  readonly type: string;
  readonly status: string;
  readonly requestedAmount: { amount: string; currencyCode: string } | null;
  readonly processedAmount: { amount: string; currencyCode: string } | null;
  readonly providerRequestKey: string | null;
  readonly gatewayTransactionId: string | null;
  readonly fulfillmentId: string | null;
}

/** Attempts, oldest first. */
export async function transactionsOf(world: World, id: string): Promise<readonly Transaction[]> {
  const { payment } = await read(
    world,
    `payment(id: $id) { transactions { id type status requestedAmount { amount currencyCode }
      processedAmount { amount currencyCode } providerRequestKey gatewayTransactionId fulfillmentId } }`,
    { id },
  );
  return payment.transactions;
}

/** Type and amount of what was asked of the provider and has no result yet. */
export async function asked(world: World, paymentId: string): Promise<string[]> {
  const all = await transactionsOf(world, paymentId);
  return all
    .filter(({ status }) => status === 'NEW')
    .map(({ type, requestedAmount }) => `${type} ${requestedAmount!.amount}`);
}

/** The provider answers the one open request of a type: done in full, unless told otherwise. */
export async function answer(
  world: World,
  paymentId: string,
  type: string,
  outcome: object = {},
): Promise<void> {
  const open = (await transactionsOf(world, paymentId)).filter(
    (one) => one.type === type && (one.status === 'NEW' || one.status === 'PENDING'),
  );
  if (open.length !== 1) throw new Error(`${open.length} open requests of type ${type}.`);
  const { providerRequestKey, requestedAmount } = open[0]!;
  const isDone = !('result' in outcome) || outcome.result === 'SUCCEEDED';
  await done(world, 'SYSTEM', 'recordTransactionResult', {
    paymentId,
    type,
    result: 'SUCCEEDED',
    providerRequestKey,
    gatewayTransactionId: `gw_${providerRequestKey}`,
    requestedAmount,
    ...(isDone ? { processedAmount: requestedAmount } : {}),
    occurredAt: world.now().toISOString(),
    ...outcome,
  });
}

export const DENIED = { result: 'FAILED', failureType: 'HARD', reasonCode: 'DENIED' };

/** The provider tells of a transaction that we did not ask for. */
export async function told(
  world: World,
  { paymentId, currency }: { paymentId: string; currency: string },
  type: string,
  amount: string,
  more: object = {},
): Promise<void> {
  await done(world, 'SYSTEM', 'recordTransactionResult', {
    paymentId,
    type,
    result: 'SUCCEEDED',
    requestedAmount: money(amount, currency),
    gatewayTransactionId: `gw_${randomUUID()}`,
    occurredAt: world.now().toISOString(),
    ...more,
  });
}

/** Asks for a capture, which succeeds. */
export async function capture(world: World, shop: Shop, amount: string): Promise<void> {
  const { paymentId, currency } = shop;
  await done(world, 'PAYMENT', 'requestCapture', { paymentId, amount: money(amount, currency) });
  await answer(world, paymentId, 'CAPTURE');
}

export const grant = (world: World, { orderId, currency }: Shop, amount: string) =>
  done(world, 'FINANCE', 'grantRefund', {
    orderId,
    amount: money(amount, currency),
    reason: 'the customer was promised it',
  });

export const askRefund = (world: World, shop: Shop, amount: string, more: object = {}) =>
  done(world, 'PAYMENT', 'requestRefund', {
    paymentId: shop.paymentId,
    amount: money(amount, shop.currency),
    ...more,
  });

/** Grants a refund and asks for it, and it succeeds. */
export async function refund(world: World, shop: Shop, amount: string): Promise<void> {
  await grant(world, shop, amount);
  await askRefund(world, shop, amount);
  await answer(world, shop.paymentId, 'REFUND');
}

const amountOf = (value: { amount: string } | null) => (value === null ? '-' : value.amount);

/**
 * The figures of a payment rule's example: validation/reservation/finalization of the payment, approved/deposited/failed
 * of each attempt of the back end (`-` where there was no such transaction).
 */
export async function figures(world: World, id: string): Promise<{ vrf: string; be: string[] }> {
  const { payment } = await read(
    world,
    `payment(id: $id) { validationAmount { amount } reservationAmount { amount }
      finalizationAmount { amount }
      backEndRows { approved { amount } deposited { amount } failed { amount } } }`,
    { id },
  );
  return {
    vrf: [payment.validationAmount, payment.reservationAmount, payment.finalizationAmount]
      .map(amountOf)
      .join('/'),
    be: payment.backEndRows.map(({ approved, deposited, failed }: any) =>
      [approved, deposited, failed].map(amountOf).join('/'),
    ),
  };
}

/** Total/reserved/finalized of a release, and its status. */
export async function releaseOf(
  world: World,
  id: string,
): Promise<{ rel: string; status: string }> {
  const { fulfillment } = await read(
    world,
    'fulfillment(id: $id) { status total { amount } reserved { amount } finalized { amount } }',
    { id },
  );
  const { total, reserved, finalized, status } = fulfillment;
  return { rel: [total, reserved, finalized].map(amountOf).join('/'), status };
}

/** What a payment gives for a release: validation/reservation/finalization. */
export async function shareOf(world: World, id: string, paymentId: string): Promise<string> {
  const { fulfillment } = await read(
    world,
    `fulfillment(id: $id) { paymentShares { payment { id } validation { amount }
      reservation { amount } finalization { amount } } }`,
    { id },
  );
  const share = fulfillment.paymentShares.find(({ payment }: any) => payment.id === paymentId);
  if (share === undefined) return 'none';
  return [share.validation, share.reservation, share.finalization].map(amountOf).join('/');
}

/** Status and sums of a payment, the named ones. */
export async function sums(world: World, id: string, ...names: string[]): Promise<any> {
  const selected = names.map((name) => `${name} { amount }`).join(' ');
  const { payment } = await read(
    world,
    `payment(id: $id) { status amounts { net { amount } ${selected} } }`,
    { id },
  );
  const amounts = names.map((name) => [name, payment.amounts[name].amount]);
  return { status: payment.status, ...Object.fromEntries(amounts) };
}

export async function orderStatus(world: World, id: string): Promise<string> {
  return (await read(world, 'order(id: $id) { status }', { id })).order.status;
}

/** Kinds of the live exceptions of an order's checkout, sorted. */
export async function liveKinds(world: World, id: string): Promise<string[]> {
  const { order } = await read(world, 'order(id: $id) { exceptions(live: true) { kind } }', { id });
  return order.exceptions.map(({ kind }: { kind: string }) => kind).sort();
}
