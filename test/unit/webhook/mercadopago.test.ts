import fc from 'fast-check';
import { mercadopagoAdapter } from '../../../src/webhook/mercadopago.rules';
import { REPORTED_STATUSES, SIGNATURE_RESULTS } from '../../../src/webhook/provider.rules';
import { anyRequest, bodyOf, fixture, HOSTILE_BODIES } from './requests';

const adapter = mercadopagoAdapter({ acceptUnsigned: false });
const SAMPLE = JSON.parse(fixture('mercadopago-notification.json').toString());
const RESOURCE = {
  id: 555,
  external_reference: 'ext_ref_ibp',
  status: 'approved',
  transaction_amount: 10.2,
  currency_id: 'ARS',
  captured: true,
  live_mode: true,
  binary_mode: true,
  date_last_updated: '2019-01-24T00:00:00.000-04:00',
};

function parse(body: unknown): any {
  return adapter.parse(bodyOf(body));
}

/** The notification of a body that must be one. */
function read(body: unknown): any {
  const parsed = parse(body);
  expect(parsed.ok).toBe(true);
  return parsed.notification;
}

function withResource(changes: object): any {
  return read({ notification: SAMPLE, resource: { ...RESOURCE, ...changes } });
}

test('the notification of the documents says approved, at its own time, of either id', () => {
  expect(parse(fixture('mercadopago-notification.json'))).toEqual({
    ok: true,
    notification: {
      eventId: '1111111',
      resourceIds: ['ext_ref_ibp', '1111111'],
      action: 'splitter.update',
      version: 2,
      nativeStatus: 'approved',
      status: 'CAPTURED',
      liveMode: true,
      binaryMode: false,
      occurredAt: new Date('2019-01-23T20:14:51.107Z'),
      occurredAtRaw: '2019-01-23T16:14:51.107-04:00',
      amounts: null,
      unreadable: null,
      cartGuid: null,
      orderCode: null,
      captureId: null,
      captureAmount: null,
      replayable: null,
    },
  });
});

test('a payment notification says nothing of the status, has no version and one id', () => {
  const notification = read({
    id: 12345,
    live_mode: true,
    type: 'payment',
    date_created: '2015-03-25T10:04:58.396-04:00',
    user_id: 44444,
    api_version: 'v1',
    version: 3,
    action: 'payment.created',
    data: { id: '999999999' },
  });

  expect(notification).toMatchObject({
    eventId: '12345',
    resourceIds: ['999999999'],
    version: null,
    nativeStatus: null,
    status: null,
  });
});

test.each([
  ['authorized', 'AUTHORIZED'],
  ['in_process', 'IN_PROCESS'],
  ['pending', 'PENDING'],
  ['approved', 'CAPTURED'],
  ['rejected', 'REJECTED'],
  ['cancelled', 'CANCELLED'],
  ['refunded', 'REFUNDED'],
  ['partially_refunded', 'PARTIALLY_REFUNDED'],
  ['charged_back', 'CHARGED_BACK'],
  ['vacated', 'VACATED'],
  ['in_mediation', 'DISPUTED'],
  ['APPROVED ', 'CAPTURED'],
  ['invented_next_year', 'UNKNOWN_NATIVE'],
  ['constructor', 'UNKNOWN_NATIVE'],
  ['captured', 'UNKNOWN_NATIVE'],
])('their %s is our %s', (native, status) => {
  expect(adapter.mapStatus(native)).toBe(status);
  expect(read({ ...SAMPLE, status: native })).toMatchObject({ nativeStatus: native, status });
});

test.each([
  ['approved', 'accredited', 'CAPTURED'],
  ['approved', 'partially_refunded', 'PARTIALLY_REFUNDED'],
  ['cancelled', 'expired', 'EXPIRED'],
  ['cancelled', 'by_collector', 'CANCELLED'],
  ['cancelled', 'by_payer', 'CANCELLED'],
  ['charged_back', 'in_process', 'DISPUTED'],
  ['charged_back', 'settled', 'CHARGED_BACK'],
  ['charged_back', 'reimbursed', 'CAPTURED'],
])('%s with the detail %s is %s', (status, status_detail, expected) => {
  expect(withResource({ status, status_detail })).toMatchObject({
    nativeStatus: status,
    status: expected,
  });
});

test('a detail counts only beside the status of the same speaker', () => {
  const notification = { ...SAMPLE, status_detail: 'partially_refunded' };

  expect(read(notification).status).toBe('PARTIALLY_REFUNDED');
  expect(read({ notification, resource: RESOURCE }).status).toBe('CAPTURED');
});

test.each([
  ['the string true', 'true', true],
  ['the string false', 'false', false],
  ['a string in upper case', 'FALSE', false],
  ['true', true, true],
  ['false', false, false],
  ['one', 1, true],
  ['zero', 0, false],
  ['null', null, true],
  ['another word', 'yes', true],
  ['nothing', undefined, true],
])('live_mode %s means live: %s → %s', (_case, live_mode, liveMode) => {
  expect(read({ ...SAMPLE, live_mode }).liveMode).toBe(liveMode);
});

test('a sandbox payment is no live event, whatever the notification says', () => {
  expect(withResource({ live_mode: false }).liveMode).toBe(false);
});

test.each([
  [1, 1],
  ['7', 7],
  [2147483647, 2147483647],
  ['2147483648', null],
  [1.7e12, null],
  [0, null],
  [-1, null],
  [1.5, null],
  [null, null],
  [{}, null],
])('the version %p orders as %p', (version, expected) => {
  expect(read({ ...SAMPLE, version }).version).toBe(expected);
});

test('the payment a connector sends along brings amounts, its own id first and its own time', () => {
  expect(withResource({ transaction_amount_refunded: 0 })).toEqual({
    eventId: '1111111',
    resourceIds: ['555', 'ext_ref_ibp', '1111111'],
    action: 'splitter.update',
    version: 2,
    nativeStatus: 'approved',
    status: 'CAPTURED',
    liveMode: true,
    binaryMode: true,
    occurredAt: new Date('2019-01-24T04:00:00.000Z'),
    occurredAtRaw: '2019-01-24T00:00:00.000-04:00',
    amounts: { currency: 'ARS', authorized: 1020n, captured: 1020n, refunded: 0n },
    unreadable: null,
    cartGuid: null,
    orderCode: 'ext_ref_ibp',
    captureId: '555',
    captureAmount: null,
    replayable: null,
  });
});

test.each([
  ['authorized, not captured', { status: 'authorized', captured: false }, [1020n, 0n, null]],
  ['authorized, silent on capture', { status: 'authorized', captured: null }, [1020n, null, null]],
  ['approved, not captured', { captured: false }, [1020n, 0n, null]],
  [
    'pending, though captured is true',
    { status: 'pending', transaction_amount_refunded: 0 },
    [null, null, 0n],
  ],
  ['refunded', { status: 'refunded', transaction_amount_refunded: '10.20' }, [1020n, 1020n, 1020n]],
  ['a negative refund', { transaction_amount_refunded: -0.01 }, [1020n, 1020n, -1n]],
])('%s reports the sums it states', (_case, changes, [authorized, captured, refunded]) => {
  const amounts = { currency: 'ARS', authorized, captured, refunded };
  expect(withResource(changes).amounts).toEqual(amounts);
});

test('approved with captured false is authorized and has no capture id', () => {
  expect(withResource({ captured: false })).toMatchObject({
    status: 'AUTHORIZED',
    captureId: null,
  });
});

test('a payment without amounts reports none', () => {
  expect(withResource({ transaction_amount: null }).amounts).toBeNull();
});

test.each([
  ['the text of a number', '1000.50', 'ARS', 100050n],
  ['a number no float can hold', '9999999999999.99', 'ARS', 999999999999999n],
  ['a number with a trailing zero', '10.20', 'ARS', 1020n],
  ['yen, without decimals', '500', 'JPY', 500n],
  ['dinars, with three', '1.234', 'KWD', 1234n],
  ['zero', '0', 'ARS', 0n],
  ['a negative number', '-10.20', 'ARS', -1020n],
  ['the largest', '10000000000000.00', 'ARS', 10n ** 15n],
])('an amount is read from its digits: %s', (_case, digits, currency, minorUnits) => {
  for (const json of [digits, `"${digits}"`]) {
    const resource = `{"status":"approved","transaction_amount":${json},"currency_id":"${currency}"}`;
    const body = `{"notification":${JSON.stringify(SAMPLE)},"resource":${resource}}`;
    expect(read(body).amounts.captured).toBe(minorUnits);
  }
});

test.each([
  ['more decimals than the currency has', '"10.201"', '"ARS"'],
  ['an exponent', '1e3', '"ARS"'],
  ['more than can be kept', '10000000000000.01', '"ARS"'],
  ['an empty text', '""', '"ARS"'],
  ['a comma', '"10,20"', '"ARS"'],
  ['a boolean', 'true', '"ARS"'],
  ['an object', '{}', '"ARS"'],
  ['no currency', '10', 'null'],
  ['no such currency', '10', '"XQZ"'],
  ['the name of a built-in', '10', '"constructor"'],
])('an amount that cannot be read exactly is unknown: %s', (_case, amount, currency) => {
  const resource = `{"transaction_amount":${amount},"currency_id":${currency}}`;
  const silent = read({ notification: SAMPLE, resource: {} });

  expect(read(`{"notification":${JSON.stringify(SAMPLE)},"resource":${resource}}`)).toEqual({
    ...silent,
    amounts: null,
    unreadable: 'BAD_AMOUNT',
  });
});

test.each([
  ['no id', { id: undefined }, 'MISSING_EVENT_ID'],
  ['an empty id', { id: '' }, 'MISSING_EVENT_ID'],
  ['an id with a space', { id: 'a b' }, 'MISSING_EVENT_ID'],
  ['an id in another alphabet', { id: 'событие' }, 'MISSING_EVENT_ID'],
  ['half an emoji as id', { id: '\ud800' }, 'MISSING_EVENT_ID'],
  ['an id of 192 characters', { id: 'x'.repeat(192) }, 'MISSING_EVENT_ID'],
  ['no time', { date_created: undefined }, 'BAD_TIME'],
  ['a number as time', { date_created: 1548274491 }, 'BAD_TIME'],
  ['a time without offset', { date_created: '2019-01-23T16:14:51.107' }, 'BAD_TIME'],
  ['30 February', { date_created: '2019-02-30T16:14:51Z' }, 'BAD_TIME'],
  ['25 o’clock', { date_created: '2019-01-23T25:14:51Z' }, 'BAD_TIME'],
  ['a time before there was time', { date_created: '1969-12-31T23:59:59Z' }, 'BAD_TIME'],
])('%s is told apart', (_case, changes, reason) => {
  expect(parse({ ...SAMPLE, ...changes })).toEqual({ ok: false, reason });
});

test.each([
  ['2019-01-23T16:14:51-04:00', '2019-01-23T20:14:51.000Z'],
  ['2019-01-23T16:14:51.1-0400', '2019-01-23T20:14:51.100Z'],
  ['2019-01-23T20:14:51.107999Z', '2019-01-23T20:14:51.107Z'],
  ['1970-01-01T00:00:00Z', '1970-01-01T00:00:00.000Z'],
  ['2024-02-29T23:59:59.999999999+14:00', '2024-02-29T09:59:59.999Z'],
])('the time %s is cut to the millisecond and kept as it came', (date_created, utc) => {
  const notification = read({ ...SAMPLE, date_created });

  expect(notification.occurredAt.toISOString()).toBe(utc);
  expect(notification.occurredAtRaw).toBe(date_created);
});

test('an id of twenty digits and one of 191 characters stay whole', () => {
  const body = fixture('mercadopago-notification.json').toString();

  expect(read(body.replace('1111111', '12345678901234567890')).eventId).toBe(
    '12345678901234567890',
  );
  expect(read({ ...SAMPLE, id: 'x'.repeat(191) }).eventId).toBe('x'.repeat(191));
});

test('the signed id in the query stands in for one the body does not have', () => {
  const request = bodyOf({ ...SAMPLE, action: 'payment.updated', data: null });

  expect(adapter.parse(request)).toEqual({ ok: false, reason: 'MISSING_RESOURCE' });
  const parsed: any = adapter.parse({ ...request, query: { 'data.id': '42' } });
  expect(parsed.notification.resourceIds).toEqual(['42']);
});

test('the payment of another notification is not taken for this one', () => {
  const resource = { ...RESOURCE, external_reference: 'another' };

  expect(parse({ notification: SAMPLE, resource })).toEqual({
    ok: false,
    reason: 'MISSING_RESOURCE',
  });
  expect(
    read({ notification: SAMPLE, resource: { ...resource, id: 1111111 } }).resourceIds,
  ).toEqual(['1111111', 'ext_ref_ibp']);
});

test('words to show are cut and cannot break a line', () => {
  const notification = read({ ...SAMPLE, status: 'pagó\n' + 'x'.repeat(100), action: '\u202e' });

  expect(notification).toMatchObject({
    nativeStatus: 'pag??' + 'x'.repeat(59),
    status: 'UNKNOWN_NATIVE',
    action: '?',
  });
});

test.each(HOSTILE_BODIES)('%s is refused by name', (_case, rawBody, reason) => {
  expect(parse(rawBody)).toEqual({ ok: false, reason });
  expect(({} as any).id).toBeUndefined();
});

test('no bytes make it throw, and what it answers is one of the words it knows', () => {
  const names = ['id', 'status', 'status_detail', 'action', 'date_created', 'data', 'currency_id'];
  const amounts = ['transaction_amount', 'transaction_amount_refunded', 'captured', 'live_mode'];
  fc.assert(
    fc.property(anyRequest([...names, ...amounts]), fc.string(), (request, secret) => {
      const parsed = adapter.parse(request);
      expect(SIGNATURE_RESULTS).toContain(adapter.verify(request, secret, new Date(0)));
      expect(REPORTED_STATUSES).toContain(adapter.mapStatus(secret));
      if (!parsed.ok) expect(Object.keys(parsed)).toEqual(['ok', 'reason']);
    }),
    { numRuns: 1000 },
  );
});
