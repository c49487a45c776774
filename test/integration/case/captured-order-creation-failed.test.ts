import { attachAll, capturedWithoutOrder, note, triaged } from '../../support/stories';
import { startWorld, type World } from '../../support/world';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(async () => {
  await world.close();
});

const STATE = 'status occurrence decision { decision path } closureNote { rootCause orderCode }';

test('money taken without an order is found, decided as a repair, and closed by finance (S2.5, S2.23, S2.48)', async () => {
  const cart = await capturedWithoutOrder(world);
  const { exceptionId } = cart;
  await triaged(world, exceptionId);
  await attachAll(world, exceptionId);

  const decided = await world.act(
    'COMMERCE',
    'decideException',
    {
      exceptionId,
      decision: 'REPAIR_ORDER',
      reason: 'the cart is intact and stock is there',
      repairAction: 'ADDRESS_FIX',
      deadlineClass: 'SETTLEMENT_CUTOFF',
    },
    STATE,
  );
  const started = await world.act('COMMERCE', 'startExceptionAction', { exceptionId }, 'status');
  world.advance(10 * 60_000);
  const repaired = await world.act(
    'COMMERCE',
    'createOrder',
    { cartGuid: cart.guid, code: 'ORDER-1' },
    'status code exceptions { id status }',
  );
  await world.act('SUPPORT', 'recordCustomerMessage', {
    exceptionId,
    message: 'Your order is on its way.',
  });
  const closed = await world.act(
    'FINANCE',
    'closeException',
    { exceptionId, note: note(cart, { orderCode: 'ORDER-1' }) },
    STATE,
  );

  expect(decided.userErrors).toEqual([]);
  expect(decided.exception).toMatchObject({
    status: 'DECIDED',
    decision: { decision: 'REPAIR_ORDER', path: 'REPAIR' },
  });
  expect(started.exception.status).toBe('ACTIONING');
  expect(repaired.order).toEqual({
    status: 'PAYMENT_AUTHORIZED',
    code: 'ORDER-1',
    exceptions: [{ id: exceptionId, status: 'AWAITING_CLOSURE' }],
  });
  expect(closed.userErrors).toEqual([]);
  expect(closed.exception).toMatchObject({
    status: 'CLOSED',
    occurrence: 1,
    closureNote: { rootCause: 'the address service timed out', orderCode: 'ORDER-1' },
  });
});
