import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { genericHmacAdapter } from '../../../src/webhook/generic-hmac.rules';
import {
  REPORTED_STATUSES,
  SIGNATURE_RESULTS,
  type WebhookRequest,
} from '../../../src/webhook/provider.rules';
import { anyRequest, bodyOf, fixture, hmacHex, HOSTILE_BODIES } from './requests';

const adapter = genericHmacAdapter('acme');
const GUIDE = fixture('guide-state-row.json');
const ROW = JSON.parse(GUIDE.toString()).payment_order_exception;
const SECRET = 'a secret of ours';
const TIMESTAMP = '1779561672';
const NOW = new Date('2026-05-23T18:41:12Z'); // The instant of TIMESTAMP.

function read(body: unknown): any {
  const parsed: any = adapter.parse(bodyOf(body));
  expect(parsed.ok).toBe(true);
  return parsed.notification;
}

function signed(changes: Record<string, string | undefined> = {}, rawBody = GUIDE): WebhookRequest {
  const signature = `sha256=${hmacHex(SECRET, `${TIMESTAMP}.`, GUIDE)}`;
  const headers = { 'x-recon-timestamp': TIMESTAMP, 'x-recon-signature': signature, ...changes };
  return { headers, query: {}, rawBody };
}

test('the row of the guide is a capture of 129.00 EUR', () => {
  expect(adapter.parse(bodyOf(GUIDE))).toEqual({
    ok: true,
    notification: {
      eventId: 'evt_1PR...',
      resourceIds: ['pi_3PR...'],
      action: null,
      version: null,
      nativeStatus: null,
      status: 'CAPTURED',
      liveMode: true,
      binaryMode: false,
      occurredAt: new Date('2026-05-23T18:41:12.000Z'),
      occurredAtRaw: '2026-05-23T18:41:12Z',
      amounts: { currency: 'EUR', authorized: null, captured: null, refunded: null },
      unreadable: null,
      cartGuid: '4f72a1...',
      orderCode: null,
      captureId: 'ch_3PR...',
      captureAmount: 12900n,
      replayable: true,
    },
  });
});

test('the row says the same without its envelope, and with the event id outside of it', () => {
  const { webhook_event_id: event_id, ...row } = ROW;

  expect(adapter.parse(bodyOf(ROW))).toEqual(adapter.parse(bodyOf(GUIDE)));
  expect(adapter.parse(bodyOf({ event_id, payment_order_exception: row }))).toEqual(
    adapter.parse(bodyOf(GUIDE)),
  );
});

test('every field of the documented shape arrives', () => {
  const notification = read({
    ...ROW,
    event_id: 'evt_2',
    status: 'partially_refunded',
    occurred_at: '2026-05-23T20:00:00.123456+02:00',
    version: 4,
    live_mode: 'false',
    binary_mode: true,
    authorized_amount: '150.00',
    captured_amount: '140.00',
    refunded_amount: '9.99',
    commerce_order_code: 'O-1',
    webhook_replayable: false,
  });

  expect(notification).toEqual({
    eventId: 'evt_2',
    resourceIds: ['pi_3PR...'],
    action: null,
    version: 4,
    nativeStatus: 'partially_refunded',
    status: 'PARTIALLY_REFUNDED',
    liveMode: false,
    binaryMode: true,
    occurredAt: new Date('2026-05-23T18:00:00.123Z'),
    occurredAtRaw: '2026-05-23T20:00:00.123456+02:00',
    amounts: { currency: 'EUR', authorized: 15000n, captured: 14000n, refunded: 999n },
    unreadable: null,
    cartGuid: '4f72a1...',
    orderCode: 'O-1',
    captureId: 'ch_3PR...',
    captureAmount: 12900n,
    replayable: false,
  });
});

test.each([
  ['authorized', null, { authorized: 12900n, captured: null }, null],
  ['authorized', 'ch_1', { authorized: 12900n, captured: null }, null],
  ['captured', null, { authorized: null, captured: 12900n }, null],
  ['captured', 'ch_1', { authorized: null, captured: null }, 12900n],
  ['refunded', 'ch_1', { authorized: null, captured: null }, 12900n],
  ['charged_back', 'ch_1', { authorized: null, captured: null }, 12900n],
  [null, 'ch_1', { authorized: null, captured: null }, 12900n],
  ['refunded', null, null, null],
  ['failed', 'ch_1', null, null],
  ['pending', null, null, null],
  ['approved', 'ch_1', null, null],
  [null, null, null, null],
])('the amount of %s with capture id %s fills %p', (status, capture_id, amounts, captureAmount) => {
  const expected = amounts && { currency: 'EUR', refunded: null, ...amounts };
  const notification = read({ ...ROW, status, capture_id });

  expect(notification.amounts).toEqual(expected);
  expect(notification.captureAmount).toBe(captureAmount);
});

test('a captured_amount beside a capture id stays the sum it is, and is not what this capture took', () => {
  const sum = { status: 'captured', captured_amount: '100.00', capture_id: 'c2' };
  const amounts = { currency: 'EUR', authorized: null, captured: 10000n, refunded: null };

  expect(read({ ...ROW, ...sum, amount: null })).toMatchObject({ amounts, captureAmount: null });
  expect(read({ ...ROW, ...sum, amount: '60.00' })).toMatchObject({
    amounts,
    captureAmount: 6000n,
  });
});

test.each([
  ['a capture id and an amount', {}, 'CAPTURED'],
  ['no amount', { amount: null }, null],
  ['no capture id', { capture_id: null }, null],
  ['an empty status', { status: '' }, 'CAPTURED'],
])('without a status, %s says %s', (_case, changes, status) => {
  expect(read({ ...ROW, ...changes }).status).toBe(status);
});

test.each(REPORTED_STATUSES.map((status) => [status.toLowerCase(), status] as const))(
  'the word %s is %s',
  (native, status) => {
    expect(adapter.mapStatus(native)).toBe(status);
  },
);

test.each([
  ['Authorised', 'AUTHORIZED'],
  ['canceled', 'CANCELLED'],
  ['chargeback', 'CHARGED_BACK'],
  ['declined', 'REJECTED'],
  ['denied', 'REJECTED'],
  ['processing', 'IN_PROCESS'],
  ['reversed', 'VOIDED'],
  ['approved', 'UNKNOWN_NATIVE'],
  ['paid', 'UNKNOWN_NATIVE'],
  ['settled', 'UNKNOWN_NATIVE'],
  ['', 'UNKNOWN_NATIVE'],
  ['constructor', 'UNKNOWN_NATIVE'],
])('the word %p is %s', (native, status) => {
  expect(adapter.mapStatus(native)).toBe(status);
});

test.each([
  ['no event id', { webhook_event_id: null }, 'MISSING_EVENT_ID'],
  ['no reference', { psp_reference: null }, 'MISSING_RESOURCE'],
  ['an object as reference', { psp_reference: {} }, 'MISSING_RESOURCE'],
  ['no time', { capture_timestamp: null }, 'BAD_TIME'],
  ['a bad time beside a good one', { occurred_at: 'now' }, 'BAD_TIME'],
])('%s is told apart', (_case, changes, reason) => {
  expect(adapter.parse(bodyOf({ ...ROW, ...changes }))).toEqual({ ok: false, reason });
});

test.each([
  ['an amount with three decimals', { amount: '129.000' }],
  ['an amount without currency', { currency: null }],
  ['a bad refund', { refunded_amount: '12,90' }],
  ['an amount of no use that is bad', { status: 'pending', amount: 'much' }],
])('%s is unknown and takes nothing else with it', (_case, changes) => {
  const readable = read({
    ...ROW,
    ...changes,
    amount: '129.00',
    currency: 'EUR',
    refunded_amount: null,
  });

  expect(read({ ...ROW, ...changes })).toEqual({
    ...readable,
    amounts: null,
    captureAmount: null,
    unreadable: 'BAD_AMOUNT',
  });
});

test('a currency in lower case, a negative amount and an amount of zero are facts like others', () => {
  expect(read({ ...ROW, currency: 'eur', amount: '-0.01', refunded_amount: '0.00' })).toMatchObject(
    {
      amounts: { currency: 'EUR', authorized: null, captured: null, refunded: 0n },
      captureAmount: -1n,
    },
  );
});

test('the signature holds over the very bytes of the body', () => {
  expect(adapter.verify(signed(), SECRET, NOW)).toBe('VALID');
  const reformatted = Buffer.from(JSON.stringify(JSON.parse(GUIDE.toString())));
  expect(adapter.verify(signed({}, reformatted), SECRET, NOW)).toBe('SIGNATURE_MISMATCH');
});

test.each([
  ['no signature', { 'x-recon-signature': undefined }, 'MISSING_SIGNATURE_HEADER'],
  ['a blank signature', { 'x-recon-signature': ' ' }, 'MISSING_SIGNATURE_HEADER'],
  ['another algorithm', { 'x-recon-signature': 'md5=00' }, 'MALFORMED_SIGNATURE_HEADER'],
  ['a time in words', { 'x-recon-timestamp': 'now' }, 'MALFORMED_SIGNATURE_HEADER'],
  ['a negative time', { 'x-recon-timestamp': '-1' }, 'MALFORMED_SIGNATURE_HEADER'],
  ['no time', { 'x-recon-timestamp': undefined }, 'MISSING_TIMESTAMP'],
  ['no hash', { 'x-recon-signature': 'sha256=' }, 'MISSING_HASH'],
  ['a short hash', { 'x-recon-signature': 'sha256=00' }, 'SIGNATURE_MISMATCH'],
  ['another hash', { 'x-recon-signature': `sha256=${'0'.repeat(64)}` }, 'SIGNATURE_MISMATCH'],
  ['another time', { 'x-recon-timestamp': '1779561673' }, 'SIGNATURE_MISMATCH'],
])('a delivery with %s is told apart', (_case, headers, result) => {
  expect(adapter.verify(signed(headers), SECRET, NOW)).toBe(result);
});

test('another secret and an empty one are a mismatch', () => {
  expect(adapter.verify(signed(), 'a secret of theirs', NOW)).toBe('SIGNATURE_MISMATCH');
  expect(adapter.verify(signed(), '', NOW)).toBe('SIGNATURE_MISMATCH');
});

test.each([
  [-300_001, 'TIMESTAMP_OUT_OF_TOLERANCE'],
  [-300_000, 'VALID'],
  [300_000, 'VALID'],
  [300_001, 'TIMESTAMP_OUT_OF_TOLERANCE'],
])('a delivery signed %i ms ago is %s', (ageMs, result) => {
  expect(adapter.verify(signed(), SECRET, new Date(NOW.getTime() + ageMs))).toBe(result);
});

test('an old delivery with a wrong hash is a mismatch: who cannot sign learns nothing of time', () => {
  const forged = signed({ 'x-recon-signature': `sha256=${'0'.repeat(64)}` });

  expect(adapter.verify(forged, SECRET, new Date(0))).toBe('SIGNATURE_MISMATCH');
});

test('the example in the documentation is a valid delivery of the guide’s row', () => {
  const page = readFileSync(join(__dirname, '../../../docs/webhooks.md'), 'utf8');
  const one = (pattern: RegExp): string => pattern.exec(page)?.[1] ?? 'not found';
  const request = {
    headers: {
      'x-recon-timestamp': one(/^x-recon-timestamp: (\d+)$/m),
      'x-recon-signature': one(/^x-recon-signature: (\S+)$/m),
    },
    query: {},
    rawBody: Buffer.from(one(/^BODY='(.*)'$/m)),
  };
  const at = new Date(Number(request.headers['x-recon-timestamp']) * 1000);

  expect(adapter.verify(request, one(/^SECRET='(.*)'$/m), at)).toBe('VALID');
  expect(adapter.parse(request)).toEqual(adapter.parse(bodyOf(GUIDE)));
});

test.each(HOSTILE_BODIES)('%s is refused by name', (_case, rawBody, reason) => {
  expect(adapter.parse(bodyOf(rawBody))).toEqual({ ok: false, reason });
  expect(({} as any).event_id).toBeUndefined();
});

test('no bytes make it throw, and what it answers is one of the words it knows', () => {
  fc.assert(
    fc.property(anyRequest(Object.keys(ROW)), fc.string(), (request, secret) => {
      const parsed = adapter.parse(request);
      expect(SIGNATURE_RESULTS).toContain(adapter.verify(request, secret, NOW));
      expect(REPORTED_STATUSES).toContain(adapter.mapStatus(secret));
      if (!parsed.ok) expect(Object.keys(parsed)).toEqual(['ok', 'reason']);
    }),
    { numRuns: 1000 },
  );
});
