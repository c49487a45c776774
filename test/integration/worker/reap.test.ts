import { IdempotencyKey } from '../../../src/checkout/idempotency-key.entity';
import { insertRows } from '../../../src/db/rows';
import { newId } from '../../../src/kernel/id';
import {
  type DeliveryOutcome,
  WebhookDelivery,
} from '../../../src/webhook/webhook-delivery.entity';
import { reap } from '../../../src/worker/reap';
import { DAY, openWorld, START, type World } from '../../support/webhook-world';

let world: World;

beforeAll(async () => (world = await openWorld()));
afterAll(() => world.close());
beforeEach(() => world.clear());

const run = (instance = 'a') =>
  reap({
    db: world.db,
    clock: world.path.clock,
    instance,
    retention: { idempotencyDays: 30, deliveryDays: 400 },
  });
const ago = (ms: number) => new Date(START.getTime() - ms);

async function keys(...createdAt: Date[]): Promise<void> {
  const rows = createdAt.map((at, index) => ({
    caller: 'test',
    idempotencyKey: `key-${index}`,
    operation: 'registerCheckout',
    fingerprint: '0'.repeat(64),
    answer: { entityId: null, exceptionsOpened: [], exceptionsResolved: [] },
    createdAt: at,
  }));
  await world.db.write((sql) => insertRows(sql, world.db.dialect, IdempotencyKey, rows));
}

interface Old {
  readonly outcome?: DeliveryOutcome;
  readonly receivedAt: Date;
  readonly appliedAt?: Date | null;
}

async function deliveries(...old: Old[]): Promise<void> {
  const rows = old.map(({ outcome = 'APPLIED', receivedAt, appliedAt = receivedAt }, index) => ({
    id: newId('wdl', new Date(START.getTime() + index)),
    provider: 'acme',
    eventId: `evt-${index}`,
    resourceId: 'psp-1',
    otherResourceId: null,
    action: null,
    providerVersion: null,
    nativeStatus: null,
    liveMode: true,
    payloadHash: '0'.repeat(64),
    payload: '{}',
    headers: { 'x-request-id': '1' },
    query: {},
    signatureResult: 'VALID' as const,
    deliveryAttempt: 1,
    replayable: true,
    outcome,
    outcomeReason: null,
    attempts: 0,
    nextAttemptAt: null,
    occurredAt: null,
    receivedAt,
    appliedAt,
    checkoutId: null,
    paymentId: null,
  }));
  await world.db.write((sql) => insertRows(sql, world.db.dialect, WebhookDelivery, rows));
}

const kept = async () =>
  (await world.rows(WebhookDelivery)).map(({ payload, headers }) => [payload, headers]);
const FULL = ['{}', { 'x-request-id': '1' }];
const EMPTY = [null, {}];

test('keys older than their days are deleted, none of exactly that age', async () => {
  await keys(ago(30 * DAY + 1), ago(30 * DAY), ago(0));

  expect(await run()).toEqual({ keys: 1, deliveries: 0 });

  const left = await world.rows(IdempotencyKey, '');
  expect(left.map(({ idempotencyKey }) => idempotencyKey)).toEqual(['key-1', 'key-2']);
});

test('deliveries older than their days lose payload and headers, none of exactly that age', async () => {
  await deliveries(
    { receivedAt: ago(400 * DAY + 1) },
    { receivedAt: ago(400 * DAY) },
    { receivedAt: ago(0) },
  );

  expect(await run()).toEqual({ keys: 0, deliveries: 1 });

  expect(await kept()).toEqual([EMPTY, FULL, FULL]);
  expect(await run()).toEqual({ keys: 0, deliveries: 0 });
});

test('a delivery that was applied late is as old as its outcome', async () => {
  const receivedAt = ago(500 * DAY);
  await deliveries(
    { receivedAt, appliedAt: ago(400 * DAY + 1) },
    { receivedAt, appliedAt: ago(400 * DAY) },
  );

  expect(await run()).toEqual({ keys: 0, deliveries: 1 });

  expect(await kept()).toEqual([EMPTY, FULL]);
});

test('what may still be applied keeps its bytes, everything else does not', async () => {
  const outcomes = [
    'RECEIVED',
    'UNMATCHED',
    'APPLIED',
    'DUPLICATE',
    'STALE',
    'REJECTED_SIGNATURE',
    'SANDBOX',
    'ILLEGAL',
    'MALFORMED',
  ] as const;
  await deliveries(
    ...outcomes.map((outcome) => ({ outcome, receivedAt: ago(401 * DAY), appliedAt: null })),
  );

  expect(await run()).toEqual({ keys: 0, deliveries: 7 });

  expect(await kept()).toEqual([FULL, FULL, ...Array<unknown>(7).fill(EMPTY)]);
});

test('more than one chunk goes in one run', async () => {
  await keys(...Array.from({ length: 2_500 }, (_, index) => ago(30 * DAY + 2_500 - index)));

  expect(await run()).toEqual({ keys: 2_500, deliveries: 0 });

  expect(await world.rows(IdempotencyKey)).toEqual([]);
});

test('while one instance reaps, another one does not', async () => {
  await run('a');
  await keys(ago(31 * DAY));

  expect(await run('b')).toEqual({ keys: 0, deliveries: 0 });
  expect(await run('a')).toEqual({ keys: 1, deliveries: 0 });
});
