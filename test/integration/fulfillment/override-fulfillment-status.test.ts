import {
  answer,
  codesOf,
  DENIED,
  liveKinds,
  money,
  sums,
  transactionsOf,
} from '../../support/examples';
import { capturing, covered, paid, standing, step } from '../../support/releases';
import { startWorld, type World } from '../../support/world';

let world: World;
beforeAll(async () => (world = await startWorld()));
afterAll(() => world.close());

const WHY = { reason: 'looked it up at the processor', evidenceReference: 'case 4711' };
const MINUTE_MS = 60_000;

/** Captures of two payments that nobody answered for sixteen minutes (S1.12). */
async function stuck() {
  const shop = await covered(world, '100.00', { amounts: ['30.00', '70.00'] });
  const a = await capturing(world, shop);
  world.advance(16 * MINUTE_MS);
  await world.sweep();
  expect(await liveKinds(world, shop.orderId)).toContain('STUCK_CAPTURING_PAYMENT');
  const [first, second] = shop.paymentIds as [string, string];
  return { shop, a, ids: [await openOf(first), await openOf(second)] as [string, string] };
}

async function openOf(paymentId: string): Promise<string> {
  const all = await transactionsOf(world, paymentId);
  return all.find(({ type }) => type === 'CAPTURE')!.id;
}

const charged = (transactionId: string, amount: string) => ({
  transactionId,
  result: 'SUCCEEDED',
  processedAmount: money(amount),
});
const declined = (transactionId: string) => ({ transactionId, result: 'FAILED' });
const overrideAs = (actor: string, fulfillmentId: string, wish: object) =>
  codesOf(world, actor, 'overrideFulfillmentStatus', { fulfillmentId, ...WHY, ...wish });

test('what was charged completely is captured, its transactions with it (S1.14)', async () => {
  const { shop, a, ids } = await stuck();

  await step(world, 'ADMIN', 'overrideFulfillmentStatus', a, {
    ...WHY,
    status: 'PAYMENT_CAPTURED',
    results: [charged(ids[0], '30.00'), charged(ids[1], '70.00')],
  });

  expect(await standing(world, a)).toBe('PAYMENT_CAPTURED 100.00/100.00/100.00');
  expect((await sums(world, shop.paymentIds[1]!, 'captured')).status).toBe('CAPTURED');
  expect(await liveKinds(world, shop.orderId)).not.toContain('STUCK_CAPTURING_PAYMENT');
});

test('what was charged in part has failed, and the part is kept', async () => {
  const { a, ids } = await stuck();

  await step(world, 'ADMIN', 'overrideFulfillmentStatus', a, {
    ...WHY,
    status: 'PAYMENT_CAPTURE_FAILED',
    results: [charged(ids[0], '30.00'), declined(ids[1])],
  });

  expect(await standing(world, a)).toBe('PAYMENT_CAPTURE_FAILED 100.00/100.00/30.00');
});

test('overridden to where it is already, it stays so', async () => {
  const a = await paid(world, await covered(world));

  await step(world, 'ADMIN', 'overrideFulfillmentStatus', a, {
    ...WHY,
    status: 'PAYMENT_CAPTURED',
  });

  expect(await standing(world, a)).toBe('PAYMENT_CAPTURED 100.00/100.00/100.00');
});

describe('refused, and nothing changed', () => {
  const both = (ids: [string, string]) => [charged(ids[0], '30.00'), charged(ids[1], '70.00')];

  test('a status the captures do not agree with', async () => {
    const { a, ids } = await stuck();
    const short = [charged(ids[0], '30.00'), charged(ids[1], '69.99')];

    expect(await overrideAs('ADMIN', a, { status: 'PAYMENT_CAPTURED', results: short })).toEqual([
      'GUARD_FAILED',
    ]);
    expect(
      await overrideAs('ADMIN', a, { status: 'PAYMENT_CAPTURE_FAILED', results: both(ids) }),
    ).toEqual(['GUARD_FAILED']);
    for (const status of ['FULFILLED', 'CANCELLED', 'NEW']) {
      expect(await overrideAs('ADMIN', a, { status, results: both(ids) })).toEqual([
        'GUARD_FAILED',
      ]);
    }
  });

  test('results that leave one open, name another, or say too little', async () => {
    const { a, ids } = await stuck();
    const status = 'PAYMENT_CAPTURED';
    const wish = (...results: object[]) => overrideAs('ADMIN', a, { status, results });

    expect(await wish(charged(ids[0], '30.00'))).toEqual(['GUARD_FAILED']);
    expect(await overrideAs('ADMIN', a, { status })).toEqual(['GUARD_FAILED']);
    expect(await wish(...both(ids), declined(`${ids[0].slice(0, -4)}0000`))).toEqual(['NOT_FOUND']);
    expect(await wish(...both(ids), declined(ids[0]))).toEqual(['GUARD_FAILED']);
    expect(await wish({ ...charged(ids[0], '30.00'), result: 'PENDING' })).toEqual([
      'GUARD_FAILED',
    ]);
    expect(await wish({ transactionId: ids[0], result: 'SUCCEEDED' })).toEqual(['GUARD_FAILED']);
    expect(await wish(charged(ids[0], '0.00'))).toEqual(['AMOUNT_RANGE']);
  });

  test('without a reason or evidence', async () => {
    const { a, ids } = await stuck();
    const wish = { status: 'PAYMENT_CAPTURED', results: both(ids) };

    expect(await overrideAs('ADMIN', a, { ...wish, reason: ' ' })).toEqual(['REASON_REQUIRED']);
    expect(await overrideAs('ADMIN', a, { ...wish, evidenceReference: '' })).toEqual([
      'EVIDENCE_MISSING',
    ]);
  });

  test('before it is stuck (S1.12)', async () => {
    const shop = await covered(world);
    const a = await capturing(world, shop);
    const results = [charged(await openOf(shop.paymentId), '100.00')];
    world.advance(14 * MINUTE_MS);
    await world.sweep();

    expect(await overrideAs('ADMIN', a, { status: 'PAYMENT_CAPTURED', results })).toEqual([
      'GUARD_FAILED',
    ]);
  });

  test('after it is over, and by others than ADMIN', async () => {
    const shop = await covered(world);
    const a = await capturing(world, shop);
    await answer(world, shop.paymentId, 'CAPTURE', DENIED);

    const wish = { status: 'PAYMENT_CAPTURED' };
    expect(await overrideAs('ADMIN', a, wish)).toEqual(['INVALID_TRANSITION']);
    for (const role of ['PAYMENT', 'OMS', 'FINANCE', 'SUPPORT']) {
      expect(await overrideAs(role, a, wish)).toEqual(['FORBIDDEN']);
    }
  });
});
