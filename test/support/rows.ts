import { insertRows, selectRows } from '../../src/db/rows';
import { Fulfillment } from '../../src/fulfillment/fulfillment.entity';
import { newId } from '../../src/kernel/id';
import { Order } from '../../src/order/order.entity';
import { type Cart } from './stories';
import { type World } from './world';

/** A planned fulfillment of the cart's order over the whole of it, whatever state the order is in; answers its id. */
export async function aFulfillment(world: World, cart: Cart): Promise<string> {
  const { db } = world;
  const [order] = await selectRows(db.reader, db.dialect, Order, '`id` = ?', [cart.orderId]);
  if (order === undefined) throw new Error('There is no such order.');
  const row: Fulfillment = {
    id: newId('ful'),
    checkoutId: order.checkoutId,
    orderId: cart.orderId,
    status: 'NEW',
    statusAt: world.now(),
    capturePolicy: 'BEFORE_FULFILLING',
    captureResult: 'NONE',
    totalMinor: order.totalMinor,
    reservingMinor: 0n,
    reservedMinor: 0n,
    finalizingMinor: 0n,
    finalizedMinor: 0n,
    currency: order.currency,
    items: [],
    claims: [],
    splitFromId: null,
    version: 1,
    createdAt: world.now(),
    updatedAt: world.now(),
  };
  await db.write((sql) => insertRows(sql, db.dialect, Fulfillment, [row]));
  return row.id;
}

/** The seller's own order of the cart; answers its id. */
export async function aSellerOrder(world: World, cart: Cart, sellerId: string): Promise<string> {
  const { order } = await world.act('SYSTEM', 'createOrder', {
    cartGuid: cart.guid,
    code: `SELLER-${sellerId}-${cart.guid}`,
    total: { amount: '129.00', currencyCode: 'EUR' },
    side: 'SELLER',
    sellerId,
    marketplaceOrderId: cart.orderId,
  });
  return order.id;
}
