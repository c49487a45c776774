import { insertRows } from '../../../src/db/rows';
import { newId } from '../../../src/kernel/id';
import { PaymentFact } from '../../../src/payment/payment-fact.entity';
import { paid } from '../../support/order-stories';
import { refused, rowsOf } from '../../support/refused';
import { startWorld, type World } from '../../support/world';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(async () => {
  await world.close();
});

test('a key is spent for the payment, not for one kind of request (states.md 2.3)', async () => {
  const { paymentId } = await paid(world);
  const providerRequestKey = 'spent-key';
  const amount = { amount: '29.00', currencyCode: 'EUR' };
  await world.act('PAYMENT', 'requestCapture', { paymentId, amount, providerRequestKey });
  const answered = { paymentId, type: 'CAPTURE', result: 'SUCCEEDED', providerRequestKey };
  await world.act('SYSTEM', 'recordTransactionResult', { ...answered, processedAmount: amount });

  const again = { paymentId, amount, providerRequestKey };

  expect(await refused(world, 'PAYMENT', 'requestVoid', again)).toEqual([
    { code: 'ALREADY_EXISTS', field: ['providerRequestKey'] },
  ]);
});

test('a request beyond two thousand transactions is refused, a report is not', async () => {
  const { paymentId } = await paid(world);
  const [fact] = await rowsOf(world, PaymentFact, '`payment_id` = ?', [paymentId]);
  const more = Array.from({ length: 2_000 }, (_, index) => ({
    ...fact!,
    id: newId('fct', world.now()),
    result: 'FAILED' as const,
    processedMinor: null,
    naturalKey: `filler-${index}`,
    gatewayTransactionId: `filler-${index}`,
  }));
  await world.db.write((sql) => insertRows(sql, world.db.dialect, PaymentFact, more));
  const told = { paymentId, type: 'AUTHORIZE', result: 'FAILED', gatewayTransactionId: 'one-more' };
  const reported = await world.act('SYSTEM', 'recordTransactionResult', told);
  const amount = { amount: '29.00', currencyCode: 'EUR' };

  const asked = await refused(world, 'PAYMENT', 'requestCapture', { paymentId, amount });

  expect(reported.userErrors).toEqual([]);
  expect(asked).toEqual([{ code: 'LIMIT', field: null }]);
}, 30_000);
