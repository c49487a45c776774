import { createHash } from 'node:crypto';

import { REJECTED_KEPT_MAX, receiveDelivery } from '../../../src/webhook/receive-delivery';
import { WebhookDelivery } from '../../../src/webhook/webhook-delivery.entity';
import {
  acmeRequest,
  fixture,
  MINUTE,
  mercadopagoRequest,
  openWorld,
  START,
  type World,
} from '../../support/webhook-world';

let world: World;

beforeAll(async () => (world = await openWorld()));
afterAll(() => world.close());
beforeEach(() => world.clear());

const PENDING = {
  event_id: 'evt-1',
  psp_reference: 'psp-1',
  occurred_at: '2026-05-23T18:40:00Z',
  status: 'pending',
};
const forged = () => ({
  ...acmeRequest(PENDING),
  headers: { 'x-recon-timestamp': '1779561900', 'x-recon-signature': `sha256=${'0'.repeat(64)}` },
});

test('a delivery is stored as it came and is due at once', async () => {
  const body = fixture('mercadopago-notification.json');

  const answer = await world.receive('mercadopago', mercadopagoRequest(body));

  expect(answer).toEqual({
    status: 200,
    body: { id: expect.stringMatching(/^wdl_/), outcome: 'RECEIVED' },
  });
  expect(await world.rows(WebhookDelivery)).toEqual([
    {
      id: answer.body.id,
      provider: 'mercadopago',
      eventId: '1111111',
      resourceId: 'ext_ref_ibp',
      action: 'splitter.update',
      providerVersion: 2,
      nativeStatus: 'approved',
      liveMode: true,
      payloadHash: createHash('sha256').update(body).digest('hex'),
      payload: body.toString(),
      headers: { 'x-signature': expect.stringMatching(/^ts=/), 'x-request-id': 'req-1' },
      query: { 'data.id': 'ext_ref_ibp' },
      signatureResult: 'VALID',
      deliveryAttempt: 1,
      replayable: true,
      outcome: 'RECEIVED',
      outcomeReason: null,
      attempts: 0,
      nextAttemptAt: START,
      occurredAt: new Date('2019-01-23T20:14:51.107Z'),
      otherResourceId: '1111111',
      receivedAt: START,
      appliedAt: null,
      checkoutId: null,
      paymentId: null,
    },
  ]);
  expect(world.woken.times).toBe(1);
});

test('a provider nobody configured is not found, and nothing is stored', async () => {
  const answer = await world.receive('constructor', acmeRequest(PENDING));

  expect(answer).toEqual({ status: 404, body: { error: 'UNKNOWN_PROVIDER' } });
  expect(await world.rows(WebhookDelivery)).toEqual([]);
});

test('each delivery of one event says which one it is', async () => {
  const attempts: number[] = [];
  for (const body of [PENDING, PENDING, { ...PENDING, event_id: 'evt-2' }, PENDING]) {
    const answer = await world.receive('acme', acmeRequest(body));
    attempts.push((await world.delivery(answer.body.id)).deliveryAttempt);
  }

  expect(attempts).toEqual([1, 2, 1, 3]);
});

test('a delivery with an invalid signature is stored, answered 401 and never applied', async () => {
  const answer = await world.receive('acme', forged());

  expect(answer).toEqual({
    status: 401,
    body: { id: expect.stringMatching(/^wdl_/), outcome: 'REJECTED_SIGNATURE' },
  });
  expect(await world.apply()).toBe(0);
  expect(await world.delivery(answer.body.id)).toMatchObject({
    outcome: 'REJECTED_SIGNATURE',
    signatureResult: 'SIGNATURE_MISMATCH',
    replayable: false,
    nextAttemptAt: null,
    appliedAt: START,
    checkoutId: null,
  });
  expect(world.woken.times).toBe(0);
});

test('of forged deliveries 60 a minute are stored per provider, and genuine ones go on', async () => {
  const stored = async () =>
    (await world.rows(WebhookDelivery, "`outcome` = 'REJECTED_SIGNATURE'")).length;
  for (let sent = 0; sent < REJECTED_KEPT_MAX; sent += 1) await world.receive('acme', forged());
  expect(await stored()).toBe(60);

  const oneTooMany = await world.receive('acme', forged());

  expect(oneTooMany).toEqual({ status: 401, body: { id: null, outcome: 'REJECTED_SIGNATURE' } });
  expect(await stored()).toBe(60);
  expect((await world.receive('acme', acmeRequest(PENDING))).status).toBe(200);
  const other = { ...forged(), headers: {} };
  expect((await world.receive('mercadopago', other)).body.id).toMatch(/^wdl_/);
  world.moveClock(MINUTE - 1);
  expect((await world.receive('acme', forged())).body.id).toBeNull();
  world.moveClock(1);
  expect((await world.receive('acme', forged())).body.id).toMatch(/^wdl_/);
});

test.each([
  ['bytes that are not UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 'base64:e/99', 'NOT_JSON'],
  ['text with NUL', Buffer.from('{\0}'), 'base64:ewB9', 'NOT_JSON'],
  ['text that looks encoded', Buffer.from('base64:e30='), 'base64:YmFzZTY0OmUzMD0=', 'NOT_JSON'],
  ['a byte order mark', Buffer.from('\ufeff[]'), '\ufeff[]', 'NOT_AN_OBJECT'],
  ['nothing', Buffer.alloc(0), '', 'NOT_JSON'],
  [
    'words of any script',
    Buffer.from('{"name":"Zoë 🧾"}'),
    '{"name":"Zoë 🧾"}',
    'MISSING_EVENT_ID',
  ],
])('%s: signed but unreadable, stored and answered 200', async (_name, body, payload, reason) => {
  const answer = await world.receive('acme', acmeRequest(body));

  expect(answer.status).toBe(200);
  expect(await world.delivery(answer.body.id)).toMatchObject({
    outcome: 'MALFORMED',
    outcomeReason: reason,
    payload,
    payloadHash: createHash('sha256').update(body).digest('hex'),
    eventId: null,
    nextAttemptAt: null,
  });
  expect(await world.apply()).toBe(0);
});

test('a sandbox event is recorded and not applied', async () => {
  const answer = await world.receive('acme', acmeRequest({ ...PENDING, live_mode: 'false' }));

  expect(answer.body.outcome).toBe('SANDBOX');
  expect(await world.apply()).toBe(0);
  expect(await world.delivery(answer.body.id)).toMatchObject({
    outcome: 'SANDBOX',
    liveMode: false,
    nextAttemptAt: null,
  });
});

test('where sandbox events are applied, one is received like any other', async () => {
  const answer = await receiveDelivery(
    {
      db: world.db,
      clock: world.path.clock,
      providers: world.providers,
      sandboxEvents: 'apply',
      wake: () => undefined,
    },
    'acme',
    acmeRequest({ ...PENDING, live_mode: false }),
  );

  expect(answer.body).toMatchObject({ outcome: 'RECEIVED' });
});

test.each([
  ['the sender allows it', true, true],
  ['the sender forbids it', false, false],
  ['the sender says nothing', undefined, true],
])('whether it may be replayed: %s', async (_name, said, replayable) => {
  const answer = await world.receive('acme', acmeRequest({ ...PENDING, webhook_replayable: said }));

  expect((await world.delivery(answer.body.id)).replayable).toBe(replayable);
});

test('a provider without a secret is not checked', async () => {
  const acme = world.providers.get('acme')!;
  const answer = await receiveDelivery(
    {
      db: world.db,
      clock: world.path.clock,
      providers: new Map([['acme', { ...acme, secret: null }]]),
      sandboxEvents: 'record',
      wake: () => undefined,
    },
    'acme',
    { ...acmeRequest(PENDING), headers: {} },
  );

  expect(answer).toMatchObject({ status: 200, body: { outcome: 'RECEIVED' } });
  expect(await world.rows(WebhookDelivery)).toMatchObject([
    { signatureResult: 'NOT_CHECKED', replayable: false },
  ]);
});

test('an id that stands twice in the query is none: nobody knows which was signed', async () => {
  const request = mercadopagoRequest(fixture('mercadopago-notification.json'));

  const answer = await world.receive('mercadopago', {
    ...request,
    query: { 'data.id': ['ext_ref_ibp', 'ext_ref_ibp'] },
  });

  expect(answer.status).toBe(401);
});
