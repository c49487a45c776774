import { type Database } from '../../../src/db/database';
import { Checkout } from '../../../src/checkout/checkout.entity';
import { JournalEntry } from '../../../src/journal/journal-entry.entity';
import { createPayment } from '../../../src/payment/create-payment';
import { PaymentFact } from '../../../src/payment/payment-fact.entity';
import { registerCheckout } from '../../../src/order/register-checkout';
import { type Provider } from '../../../src/webhook/providers.rules';
import { APPLY_BATCH, applyDue } from '../../../src/worker/apply';
import {
  acmeRequest,
  DAY,
  HOUR,
  MINUTE,
  openWorld,
  START,
  type World,
} from '../../support/webhook-world';

let world: World;

beforeAll(async () => (world = await openWorld()));
afterAll(() => world.close());
beforeEach(() => world.clear());

const captured = (name: string) =>
  acmeRequest({
    event_id: `evt-${name}`,
    psp_reference: `psp-${name}`,
    occurred_at: '2026-05-23T18:40:00Z',
    status: 'captured',
    amount: '10.00',
    currency: 'EUR',
  });

/** The adapter as it is, but for one event, which it does not survive. */
function poisonedBy(eventId: string): ReadonlyMap<string, Provider> {
  const { adapter, secret } = world.providers.get('acme')!;
  const parse: typeof adapter.parse = (request) => {
    const parsed = adapter.parse(request);
    if (parsed.ok && parsed.notification.eventId === eventId) throw new Error('poison');
    return parsed;
  };
  return new Map([['acme', { secret, adapter: { ...adapter, parse } }]]);
}

test('two appliers at once apply each delivery once', async () => {
  const ids: string[] = [];
  for (const name of ['a', 'b', 'c']) {
    ids.push((await world.receive('acme', captured(name))).body.id);
  }

  const taken = await Promise.all([world.apply(), world.apply()]);

  expect(taken[0] + taken[1]).toBe(3);
  expect(await world.rows(PaymentFact)).toHaveLength(3);
  expect(await world.rows(Checkout)).toHaveLength(3);
  for (const id of ids) expect((await world.delivery(id)).outcome).toBe('APPLIED');
  const applied = await world.rows(
    JournalEntry,
    "`subject_type` = 'WebhookDelivery' AND `action` = 'applyDelivery'",
  );
  expect(applied).toHaveLength(3);
  expect(applied.map(({ actor }) => actor)).toEqual(Array(3).fill('system:apply'));
  expect(world.errors).toEqual([]);
});

test('deliveries of one unknown payment at once open one checkout', async () => {
  for (const event of ['1', '2']) {
    const { rawBody } = captured('same');
    const body = { ...(JSON.parse(rawBody.toString()) as object), event_id: `evt-${event}` };
    await world.receive('acme', acmeRequest(body));
  }

  await Promise.all([world.apply(), world.apply()]);

  expect(await world.rows(Checkout)).toHaveLength(1);
  expect((await world.payment('psp-same')).captured).toBe(1_000n);
  expect(world.errors).toEqual([]);
});

test('a delivery whose applier died is taken up again after 30 seconds', async () => {
  const { body } = await world.receive('acme', captured('a'));
  await world.db.write((sql) =>
    sql.run('UPDATE `webhook_delivery` SET `next_attempt_at` = ?', [
      new Date(START.getTime() + 30_000),
    ]),
  );

  world.moveClock(29_999);
  expect(await world.apply()).toBe(0);
  world.moveClock(1);
  expect(await world.apply()).toBe(1);

  expect((await world.delivery(body.id)).outcome).toBe('APPLIED');
});

test('poison is parked after five tries, and what came with it is applied (F26)', async () => {
  const poison = await world.receive('acme', captured('poison'));
  const healthy = await world.receive('acme', captured('healthy'));
  const providers = poisonedBy('evt-poison');

  expect(await world.apply(providers)).toBe(2);
  expect((await world.delivery(healthy.body.id)).outcome).toBe('APPLIED');
  for (const waitMs of [MINUTE, 5 * MINUTE, HOUR, DAY]) {
    expect((await world.delivery(poison.body.id)).outcome).toBe('RECEIVED');
    world.moveClock(waitMs - 1);
    expect(await world.apply(providers)).toBe(0);
    world.moveClock(1);
    expect(await world.apply(providers)).toBe(1);
  }

  expect(await world.delivery(poison.body.id)).toMatchObject({
    outcome: 'ILLEGAL',
    outcomeReason: 'POISON',
    attempts: 5,
    nextAttemptAt: null,
    appliedAt: world.now(),
  });
  expect(world.errors).toEqual(Array(5).fill(`${poison.body.id} Error: poison`));
});

test('what passes by itself counts no try: the delivery is due again after its lease', async () => {
  const { body } = await world.receive('acme', captured('a'));
  let writes = 0;
  // The lease is written; then the server is gone.
  const failing: Database = {
    ...world.db,
    write: (work) => {
      writes += 1;
      if (writes === 1) return world.db.write(work);
      return Promise.reject(Object.assign(new Error('gone'), { code: 'ECONNREFUSED' }));
    },
  };
  const errors: string[] = [];

  const taken = await applyDue({
    path: { ...world.path, db: failing },
    providers: world.providers,
    actorName: 'apply',
    onError: (id, error) => errors.push(`${id} ${String(error)}`),
  });

  expect(taken).toBe(1);
  expect(errors).toEqual([`${body.id} Error: gone`]);
  expect(await world.delivery(body.id)).toMatchObject({
    outcome: 'RECEIVED',
    attempts: 0,
    nextAttemptAt: new Date(START.getTime() + 30_000),
  });
});

test('a payment announced while its delivery was found unmatched is not missed', async () => {
  const pending = {
    event_id: 'evt-1',
    psp_reference: 'psp-1',
    occurred_at: '2026-05-23T18:40:00Z',
    status: 'pending',
  };
  const { body } = await world.receive('acme', acmeRequest(pending));
  const amount = { amount: '10.00', currencyCode: 'EUR' };
  let writes = 0;
  // Between the try that finds nothing (2) and the note that it found nothing (3).
  const racing: Database = {
    ...world.db,
    write: async (work) => {
      writes += 1;
      if (writes === 3) {
        await world.run(registerCheckout, { cartGuid: 'cart-1', total: amount });
        await world.run(createPayment, {
          cartGuid: 'cart-1',
          provider: 'acme',
          providerReference: 'psp-1',
          amount,
        });
      }
      return world.db.write(work);
    },
  };

  await applyDue({
    path: { ...world.path, db: racing },
    providers: world.providers,
    actorName: 'apply',
    onError: (_id, error) => world.errors.push(String(error)),
  });
  expect(await world.delivery(body.id)).toMatchObject({ nextAttemptAt: START });
  await world.apply();

  expect((await world.delivery(body.id)).outcome).toBe('APPLIED');
  expect(world.errors).toEqual([]);
});

test('one run takes 50 deliveries, the oldest first', async () => {
  const late = await world.receive('acme', captured('late'));
  await world.db.write((sql) =>
    sql.run('UPDATE `webhook_delivery` SET `next_attempt_at` = ?', [new Date(START.getTime() + 1)]),
  );
  for (let sent = 0; sent < APPLY_BATCH; sent += 1) {
    await world.receive('acme', captured(String(sent)));
  }
  world.moveClock(1);

  expect(await world.apply()).toBe(50);
  expect((await world.delivery(late.body.id)).outcome).toBe('RECEIVED');
  expect(await world.apply()).toBe(1);
  expect((await world.delivery(late.body.id)).outcome).toBe('APPLIED');
});
