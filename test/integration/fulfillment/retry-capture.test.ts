import { answer, asked, codesOf, DENIED, done, read, transactionsOf } from '../../support/examples';
import { capturing, covered, standing, step, triageAll } from '../../support/releases';
import { startWorld, type World } from '../../support/world';

let world: World;
beforeAll(async () => (world = await startWorld()));
afterAll(() => world.close());

const SOFT = { result: 'FAILED', failureType: 'SOFT', reasonCode: 'TRY_LATER' };
const retryAs = (actor: string, fulfillmentId: string, more: object = {}) =>
  codesOf(world, actor, 'retryCapture', { fulfillmentId, ...more });

async function failed(outcome: object, { triage = true } = {}) {
  const shop = await covered(world);
  const a = await capturing(world, shop);
  await answer(world, shop.paymentId, 'CAPTURE', outcome);
  expect(await standing(world, a)).toBe('PAYMENT_CAPTURE_FAILED 100.00/100.00/0.00');
  if (triage) await triageAll(world, shop.orderId);
  return { shop, a };
}

test('after a soft failure it is asked for again, as an attempt of its own', async () => {
  const { shop, a } = await failed(SOFT);

  await step(world, 'PAYMENT', 'retryCapture', a);

  expect(await standing(world, a)).toBe('CAPTURING_PAYMENT 100.00/100.00/0.00');
  expect(await asked(world, shop.paymentId)).toEqual(['CAPTURE 100.00']);
  await answer(world, shop.paymentId, 'CAPTURE');
  expect(await standing(world, a)).toBe('PAYMENT_CAPTURED 100.00/100.00/100.00');
  const captures = (await transactionsOf(world, shop.paymentId)).slice(1);
  expect(captures.map(({ status, fulfillmentId }) => [status, fulfillmentId])).toEqual([
    ['FAILED', a],
    ['SUCCEEDED', a],
  ]);
});

test('a partial capture is completed with what is missing', async () => {
  const shop = await covered(world, '100.00', { amounts: ['30.00', '70.00'] });
  const [first, second] = shop.paymentIds as [string, string];
  const a = await capturing(world, shop);
  await answer(world, first, 'CAPTURE', DENIED);
  await answer(world, second, 'CAPTURE');
  await triageAll(world, shop.orderId);

  await step(world, 'ADMIN', 'retryCapture', a);

  expect(await asked(world, first)).toEqual(['CAPTURE 30.00']);
  expect(await asked(world, second)).toEqual([]);
});

test('an edited instruction is a reason to try again', async () => {
  const { shop, a } = await failed(DENIED);
  await done(world, 'SUPPORT', 'editPaymentInstruction', {
    paymentId: shop.paymentId,
    instrumentReference: 'card-with-the-right-expiry',
  });

  await step(world, 'PAYMENT', 'retryCapture', a);

  expect(await asked(world, shop.paymentId)).toEqual(['CAPTURE 100.00']);
});

describe('refused, and nothing changed', () => {
  test('after a hard failure (S1.7)', async () => {
    const { a } = await failed(DENIED);

    expect(await retryAs('PAYMENT', a)).toEqual(['GUARD_FAILED']);
  });

  test('after a soft failure whose retry failed hard', async () => {
    const { shop, a } = await failed(SOFT);
    await step(world, 'PAYMENT', 'retryCapture', a);
    await answer(world, shop.paymentId, 'CAPTURE', DENIED);
    await triageAll(world, shop.orderId);

    expect(await retryAs('PAYMENT', a)).toEqual(['GUARD_FAILED']);
  });

  test('while an outcome is unknown (S1.2)', async () => {
    const unknown = { result: 'INDETERMINATE', indeterminateCause: 'NETWORK' };
    const { a } = await failed(unknown);

    expect(await retryAs('ADMIN', a)).toEqual(['OUTCOME_INDETERMINATE']);
  });

  test('while nobody has answered whether the customer was charged', async () => {
    const { a } = await failed(SOFT, { triage: false });

    expect(await retryAs('PAYMENT', a)).toEqual(['REPLAY_BLOCKED']);
  });

  test('by an exception that was not decided so, or is not there', async () => {
    const { shop, a } = await failed(SOFT, { triage: false });
    const { order } = await read(world, 'order(id: $id) { exceptions(live: true) { id } }', {
      id: shop.orderId,
    });
    const exceptionId = order.exceptions[0].id;

    expect(await retryAs('PAYMENT', a, { exceptionId })).toEqual(['GUARD_FAILED']);
    const nowhere = `${exceptionId.slice(0, -4)}0000`;
    expect(await retryAs('PAYMENT', a, { exceptionId: nowhere })).toEqual(['NOT_FOUND']);
  });

  test('where nothing failed, and by roles that move no money', async () => {
    const a = await capturing(world, await covered(world));

    expect(await retryAs('PAYMENT', a)).toEqual(['INVALID_TRANSITION']);
    expect(await retryAs('OMS', a)).toEqual(['FORBIDDEN']);
    expect(await retryAs('COMMERCE', a)).toEqual(['FORBIDDEN']);
  });
});
