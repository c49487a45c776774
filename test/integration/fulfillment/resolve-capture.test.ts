import {
  answer,
  codesOf,
  DENIED,
  liveKinds,
  money,
  sums,
  transactionsOf,
} from '../../support/examples';
import { capturing, covered, standing, step } from '../../support/releases';
import { startWorld, type World } from '../../support/world';

let world: World;
beforeAll(async () => (world = await startWorld()));
afterAll(() => world.close());

const EVIDENCE = { evidenceReference: 'case 4711 at the processor' };
const UNKNOWN = { result: 'INDETERMINATE', indeterminateCause: 'NETWORK' };

async function failed(outcome: object = DENIED) {
  const shop = await covered(world);
  const a = await capturing(world, shop);
  await answer(world, shop.paymentId, 'CAPTURE', outcome);
  return { shop, a, paymentId: shop.paymentId };
}

const byHand = (paymentId: string, amount: string, more: object = {}) => ({
  externalCaptures: [{ paymentId, amount: money(amount), ...more }],
  ...EVIDENCE,
});

test('captured by hand outside, it is paid (S1.5)', async () => {
  const { shop, a, paymentId } = await failed();

  const wish = byHand(paymentId, '100.00', { gatewayTransactionId: 'by-hand-1' });
  await step(world, 'ADMIN', 'resolveCapture', a, wish);

  expect(await standing(world, a)).toBe('PAYMENT_CAPTURED 100.00/100.00/100.00');
  const last = (await transactionsOf(world, paymentId)).at(-1);
  expect(last).toMatchObject({
    type: 'CAPTURE',
    status: 'SUCCEEDED',
    processedAmount: money('100.00'),
    gatewayTransactionId: 'by-hand-1',
    fulfillmentId: a,
  });
  expect(await sums(world, paymentId, 'captured', 'authorizedOpen')).toEqual({
    status: 'CAPTURED',
    captured: '100.00',
    authorizedOpen: '0.00',
  });
  expect(await liveKinds(world, shop.orderId)).not.toContain('FULFILLMENT_CAPTURE_FAILED');
});

test('an unknown capture that was charged after all is that capture (S1.4)', async () => {
  const { a, paymentId } = await failed(UNKNOWN);

  await step(world, 'ADMIN', 'resolveCapture', a, byHand(paymentId, '100.00'));

  expect(await standing(world, a)).toBe('PAYMENT_CAPTURED 100.00/100.00/100.00');
  const captures = (await transactionsOf(world, paymentId)).filter(
    ({ type }) => type === 'CAPTURE',
  );
  expect(captures.map(({ status }) => status)).toEqual(['SUCCEEDED']);
  expect((await sums(world, paymentId, 'captured', 'capturing')).capturing).toBe('0.00');
});

test('what was captured before counts with it', async () => {
  const { a, paymentId } = await failed({ processedAmount: money('60.00') });
  expect(await standing(world, a)).toBe('PAYMENT_CAPTURE_FAILED 100.00/100.00/60.00');

  await step(world, 'ADMIN', 'resolveCapture', a, byHand(paymentId, '40.00'));

  expect(await standing(world, a)).toBe('PAYMENT_CAPTURED 100.00/100.00/100.00');
});

test('resolved already, it stays so and stores nothing', async () => {
  const { a, paymentId } = await failed();
  await step(world, 'ADMIN', 'resolveCapture', a, byHand(paymentId, '100.00'));
  const before = await transactionsOf(world, paymentId);

  await step(world, 'ADMIN', 'resolveCapture', a, byHand(paymentId, '100.00'));

  expect(await transactionsOf(world, paymentId)).toEqual(before);
});

describe('refused, and nothing changed', () => {
  const resolveAs = (actor: string, fulfillmentId: string, wish: object) =>
    codesOf(world, actor, 'resolveCapture', { fulfillmentId, ...wish });

  test.each(['99.99', '100.01'])('%s of a total of 100.00', async (amount) => {
    const { a, paymentId } = await failed();

    expect(await resolveAs('ADMIN', a, byHand(paymentId, amount))).toEqual(['GUARD_FAILED']);
  });

  test('without a capture, while one failed or is unknown', async () => {
    const { a } = await failed();
    expect(await resolveAs('ADMIN', a, EVIDENCE)).toEqual(['GUARD_FAILED']);

    const { a: b } = await failed(UNKNOWN);
    expect(await resolveAs('ADMIN', b, EVIDENCE)).toEqual(['OUTCOME_INDETERMINATE']);
  });

  test('a payment of another order, another currency, a known capture, nothing looked up', async () => {
    const { a, paymentId } = await failed({ processedAmount: money('60.00') });
    const other = await covered(world);
    const [, capture] = await transactionsOf(world, paymentId);
    const known = { gatewayTransactionId: capture!.gatewayTransactionId };

    expect(await resolveAs('ADMIN', a, byHand(other.paymentId, '40.00'))).toEqual(['NOT_FOUND']);
    const euro = {
      ...byHand(paymentId, '40.00'),
      externalCaptures: [{ paymentId, amount: money('40.00', 'EUR') }],
    };
    expect(await resolveAs('ADMIN', a, euro)).toEqual(['CURRENCY_MISMATCH']);
    expect(await resolveAs('ADMIN', a, byHand(paymentId, '40.00', known))).toEqual([
      'ALREADY_EXISTS',
    ]);
    const blank = { ...byHand(paymentId, '40.00'), evidenceReference: ' ' };
    expect(await resolveAs('ADMIN', a, blank)).toEqual(['EVIDENCE_MISSING']);
    expect(await resolveAs('ADMIN', a, byHand(paymentId, '0.00'))).toEqual(['AMOUNT_RANGE']);
  });

  test('while the capture is under way, and by others than ADMIN', async () => {
    const shop = await covered(world);
    const a = await capturing(world, shop);

    expect(await resolveAs('ADMIN', a, byHand(shop.paymentId, '100.00'))).toEqual([
      'INVALID_TRANSITION',
    ]);
    for (const role of ['PAYMENT', 'OMS', 'FINANCE']) {
      expect(await resolveAs(role, a, byHand(shop.paymentId, '100.00'))).toEqual(['FORBIDDEN']);
    }
  });
});
