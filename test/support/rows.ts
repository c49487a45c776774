import { insertRows, selectRows } from '../../src/db/rows';
import { Fulfillment } from '../../src/fulfillment/fulfillment.entity';
import { newId } from '../../src/kernel/id';
import { Order } from '../../src/order/order.entity';
import { type Cart } from './stories';
import { type World } from './world';

// Rows that no mutation makes yet, put beside those of a cart.

async function orderRow({ db }: World, orderId: string): Promise<Order> {
  const [row] = await selectRows(db.reader, db.dialect, Order, '`id` = ?', [orderId]);
  if (row === undefined) throw new Error('There is no such order.');
  return row;
}

/** A planned fulfillment of the cart's order over the whole of it; answers its id. */
export async function aFulfillment(world: World, cart: Cart): Promise<string> {
  const { checkoutId, totalMinor, currency } = await orderRow(world, cart.orderId);
  const row: Fulfillment = {
    id: newId('ful'),
    checkoutId,
    orderId: cart.orderId,
    status: 'NEW',
    totalMinor,
    reservedMinor: 0n,
    finalizedMinor: 0n,
    currency,
    version: 1,
    createdAt: world.now(),
    updatedAt: world.now(),
  };
  await world.db.write((sql) => insertRows(sql, world.db.dialect, Fulfillment, [row]));
  return row.id;
}

/** The seller's own order of the cart; answers its id. */
export async function aSellerOrder(world: World, cart: Cart, sellerId: string): Promise<string> {
  const marketplace = await orderRow(world, cart.orderId);
  const row: Order = { ...marketplace, id: newId('ord'), code: null, side: 'SELLER', sellerId };
  await world.db.write((sql) => insertRows(sql, world.db.dialect, Order, [row]));
  return row.id;
}
