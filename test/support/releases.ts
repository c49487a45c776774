import { anOrder, answer, aRelease, done, money, read, reserve, told, type Shop } from './examples';
import { type World } from './world';

// Stories of releases: an order whose money is reserved, and what may be read of its parts.

/** A created order whose payments are authorized in full. */
export async function covered(
  world: World,
  total = '100.00',
  {
    amounts = [total],
    currency = 'USD',
    ...more
  }: { amounts?: string[]; currency?: string } & {
    [name: string]: unknown;
  } = {},
): Promise<Shop> {
  const payments = amounts.map((amount, index) => ({ amount, priority: 9 - index, ...more }));
  const shop = await anOrder(world, total, { currency, payments });
  for (const [index, paymentId] of shop.paymentIds.entries()) {
    await told(world, { paymentId, currency }, 'AUTHORIZE', amounts[index]!);
  }
  return shop;
}

/** A line of a release. */
export const line = (
  reference: string,
  quantity: number,
  amount: string,
  currencyCode = 'USD',
) => ({
  reference,
  quantity,
  amount: money(amount, currencyCode),
});

/** A release whose money is reserved. */
export async function released(
  world: World,
  shop: Shop,
  amount = '100.00',
  more: object = {},
): Promise<string> {
  const id = await aRelease(world, shop, amount, more);
  await reserve(world, id);
  return id;
}

/** A release whose captures are asked for. */
export async function capturing(
  world: World,
  shop: Shop,
  amount = '100.00',
  more: object = {},
): Promise<string> {
  const id = await released(world, shop, amount, more);
  await done(world, 'OMS', 'captureFulfillment', { fulfillmentId: id });
  return id;
}

/** A release that is captured in full. */
export async function paid(
  world: World,
  shop: Shop,
  amount = '100.00',
  more: object = {},
): Promise<string> {
  const id = await capturing(world, shop, amount, more);
  for (const paymentId of shop.paymentIds) await answer(world, paymentId, 'CAPTURE');
  return id;
}

export const step = (world: World, actor: string, mutation: string, id: string, more = {}) =>
  done(world, actor, mutation, { fulfillmentId: id, ...more });

/** Status and total/reserved/finalized. */
export async function standing(world: World, id: string): Promise<string> {
  const { fulfillment } = await read(
    world,
    'fulfillment(id: $id) { status total { amount } reserved { amount } finalized { amount } }',
    { id },
  );
  const { status, total, reserved, finalized } = fulfillment;
  return `${status} ${total.amount}/${reserved.amount}/${finalized.amount}`;
}

export async function statusOf(world: World, id: string): Promise<string> {
  return (await read(world, 'fulfillment(id: $id) { status }', { id })).fulfillment.status;
}

/** Lines of a release: reference, quantity, amount. */
export async function linesOf(world: World, id: string): Promise<string[]> {
  const { fulfillment } = await read(
    world,
    'fulfillment(id: $id) { items { reference quantity amount { amount } } }',
    { id },
  );
  return fulfillment.items.map(
    ({ reference, quantity, amount }: any) => `${reference} ${quantity} ${amount.amount}`,
  );
}

/** What may be refunded of an order: source and amount. */
export async function grantsOf(world: World, orderId: string): Promise<string[]> {
  const { order } = await read(
    world,
    'order(id: $id) { refundGrants { source amount { amount } } }',
    { id: orderId },
  );
  return order.refundGrants.map(({ source, amount }: any) => `${source} ${amount.amount}`);
}

/** Answers both triage questions of every live case, so that nothing is frozen by them. */
export async function triageAll(world: World, orderId: string): Promise<void> {
  const { order } = await read(world, 'order(id: $id) { exceptions(live: true) { id status } }', {
    id: orderId,
  });
  for (const { id, status } of order.exceptions) {
    if (status !== 'OPEN') continue;
    const { userErrors } = await world.act('SUPPORT', 'triageException', {
      exceptionId: id,
      customerCharged: 'YES',
      orderFulfillable: 'YES',
    });
    if (userErrors.length > 0) throw new Error(JSON.stringify(userErrors));
  }
}
