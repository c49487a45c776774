import { read, type Shop } from './examples';
import { type World } from './world';

/** Answers the triage questions of every live exception of an order, so that requests are not frozen (S2.42). */
export async function triageAll(world: World, { orderId }: Pick<Shop, 'orderId'>): Promise<void> {
  const { order } = await read(world, 'order(id: $id) { exceptions(live: true) { id } }', {
    id: orderId,
  });
  for (const { id } of order.exceptions) {
    await world.act('SUPPORT', 'triageException', {
      exceptionId: id,
      customerCharged: 'YES',
      orderFulfillable: 'YES',
    });
  }
}
