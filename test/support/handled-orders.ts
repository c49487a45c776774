import { randomUUID } from 'node:crypto';
import { anOrder, done, money, read, told, type Shop } from './examples';
import { type World } from './world';

/** Orders on their way: paid, handled, of two sides. A test changes only what it is about. */

export const SELLER = 'side=SELLER; sellerId=seller-1';
export const SELLER_OMS = `OMS; ${SELLER}`;

export const release = (world: World, orderId: string, actor = 'SYSTEM') =>
  done(world, actor, 'releaseOrderForHandling', { orderId });

export const start = (world: World, orderId: string, actor = 'OMS') =>
  done(world, actor, 'startHandling', { orderId });

/** An order of EUR 100.00 whose payment is authorized in full. */
export async function paidOrder(world: World, total = '100.00'): Promise<Shop> {
  const shop = await anOrder(world, total, { currency: 'EUR' });
  await told(world, shop, 'AUTHORIZE', total);
  return shop;
}

export async function handledOrder(world: World, total = '100.00'): Promise<Shop> {
  const shop = await paidOrder(world, total);
  await release(world, shop.orderId);
  await start(world, shop.orderId);
  return shop;
}

let numbers = 0;

/** Inserts an invoice, as the marketplace's OMS unless said otherwise; answers its number. */
export async function invoice(
  world: World,
  orderId: string,
  amount: string,
  { actor = 'OMS', ...more }: { actor?: string; [name: string]: unknown } = {},
): Promise<string> {
  numbers += 1;
  const number = `INV-${numbers}`;
  const input = { orderId, number, amount: money(amount, 'EUR'), ...more };
  await done(world, actor, 'insertInvoice', input);
  return number;
}

export interface Pair extends Shop {
  readonly sellerOrderId: string;
}

/** A seller's order beside a marketplace order, waiting for the seller. */
export const aSellerOrder = (
  world: World,
  { guid, orderId }: Pick<Shop, 'guid' | 'orderId'>,
  { sellerId = 'seller-1', total = '100.00' } = {},
) =>
  done(world, 'COMMERCE', 'createOrder', {
    cartGuid: guid,
    code: `SEL-${randomUUID()}`,
    total: money(total, 'EUR'),
    side: 'SELLER',
    sellerId,
    marketplaceOrderId: orderId,
  });

/** Both orders paid and released, the seller's in handling. */
export async function handledPair(world: World, total = '100.00'): Promise<Pair> {
  const shop = await paidOrder(world, total);
  const sellerOrderId = await aSellerOrder(world, shop, { total });
  await done(world, SELLER_OMS, 'confirmOrderBySeller', { orderId: sellerOrderId });
  await release(world, shop.orderId);
  await release(world, sellerOrderId);
  await start(world, sellerOrderId, SELLER_OMS);
  return { ...shop, sellerOrderId };
}

/** A capture of it whose outcome nobody knows: retries are frozen. */
export const unknownCapture = (world: World, shop: Shop, amount = '100.00') =>
  told(world, shop, 'CAPTURE', amount, {
    result: 'INDETERMINATE',
    indeterminateCause: 'NETWORK',
    gatewayTransactionId: null,
    providerRequestKey: `unknown-${shop.paymentId}`,
  });

export const cancel = (world: World, orderId: string, more: object = {}) =>
  done(world, 'COMMERCE', 'cancelOrder', { orderId, reason: 'the customer wants it', ...more });

export const replace = (world: World, orderId: string, more: object) =>
  done(world, 'COMMERCE', 'replaceOrder', { orderId, code: `NEW-${randomUUID()}`, ...more });

/** Fields of an order. */
export async function orderOf(world: World, id: string, selection: string): Promise<any> {
  return (await read(world, `order(id: $id) { ${selection} }`, { id })).order;
}

export const statusesOf = async (world: World, ...ids: string[]): Promise<string[]> =>
  Promise.all(ids.map(async (id) => (await orderOf(world, id, 'status')).status));

/** A repeated wish: a success that changes nothing of the order. */
export async function repeats(
  world: World,
  actor: string,
  mutation: string,
  input: { orderId: string; [name: string]: unknown },
): Promise<boolean> {
  const before = await orderOf(world, input.orderId, 'version status');
  await done(world, actor, mutation, input);
  const after = await orderOf(world, input.orderId, 'version status');
  return JSON.stringify(before) === JSON.stringify(after);
}

/** Both questions of every live exception are answered: what stays frozen is frozen by something else (S2.41). */
export async function triageAll(world: World, orderId: string): Promise<void> {
  const { exceptions } = await orderOf(world, orderId, 'exceptions(live: true) { id }');
  for (const { id } of exceptions) {
    await world.act('SUPPORT', 'triageException', {
      exceptionId: id,
      customerCharged: 'NO',
      orderFulfillable: 'YES',
    });
  }
}
