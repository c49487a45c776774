import { mercadopagoAdapter } from '../../../src/webhook/mercadopago.rules';
import { type WebhookRequest } from '../../../src/webhook/provider.rules';
import { fixture, hmacHex } from './requests';

const adapter = mercadopagoAdapter({ acceptUnsigned: false });
const NOW = new Date('2026-05-23T18:41:12Z');

// The vector of the provider's own kit.
const SECRET = 'your_secret_key_here';
const TS = '1742505638683';
const V1 = '633f91233312dd391ec75fa0bea539cfc2d6c4918873305b84a96cc1c58db71c';
const OFFICIAL: WebhookRequest = {
  headers: {
    'x-signature': `ts=${TS},v1=${V1}`,
    'x-request-id': '2066ca19-c6f1-498a-be75-1923005edd06',
  },
  query: { 'data.id': 'ORD01JQ4S4KY8HWQ6NA5PXB65B3D3' },
  rawBody: Buffer.from('{"data":{"id":"ORD01JQ4S4KY8HWQ6NA5PXB65B3D3"}}'),
};

function withSignature(signature: string | undefined): WebhookRequest {
  return { ...OFFICIAL, headers: { ...OFFICIAL.headers, 'x-signature': signature } };
}

/** Signs `manifest` as the provider would and leaves the rest of the request to the case. */
function signed(manifest: string, rest: Partial<WebhookRequest>, ts: string): WebhookRequest {
  return {
    headers: { ...rest.headers, 'x-signature': `ts=${ts},v1=${hmacHex(SECRET, manifest)}` },
    query: rest.query ?? {},
    rawBody: rest.rawBody ?? Buffer.from('{}'),
  };
}

test('the official vector is valid, though the id in the query is in upper case', () => {
  expect(adapter.verify(OFFICIAL, SECRET, NOW)).toBe('VALID');
});

test.each([
  ['no header', undefined, 'MISSING_SIGNATURE_HEADER'],
  ['a blank header', ' ', 'MISSING_SIGNATURE_HEADER'],
  ['words that are not name=value', 'nonsense', 'MALFORMED_SIGNATURE_HEADER'],
  ['two equal signs in a part', `ts=${TS},v1==${V1}`, 'MALFORMED_SIGNATURE_HEADER'],
  ['a name given twice', `ts=${TS},ts=${TS},v1=${V1}`, 'MALFORMED_SIGNATURE_HEADER'],
  ['a part without a name', `=1,ts=${TS},v1=${V1}`, 'MALFORMED_SIGNATURE_HEADER'],
  ['a time that is not digits', `ts=yesterday,v1=${V1}`, 'MALFORMED_SIGNATURE_HEADER'],
  ['a time of eleven digits', `ts=17425056386,v1=${V1}`, 'MALFORMED_SIGNATURE_HEADER'],
  ['no time', `v1=${V1}`, 'MISSING_TIMESTAMP'],
  ['an empty time', `ts=,v1=${V1}`, 'MISSING_TIMESTAMP'],
  ['no hash', `ts=${TS}`, 'MISSING_HASH'],
  ['an empty hash', `ts=${TS},v1=`, 'MISSING_HASH'],
  ['the hash of a later version only', `ts=${TS},v2=${V1}`, 'MISSING_HASH'],
  ['a short hash', `ts=${TS},v1=deadbeef`, 'SIGNATURE_MISMATCH'],
  ['a hash that is not hexadecimal', `ts=${TS},v1=${'é'.repeat(64)}`, 'SIGNATURE_MISMATCH'],
  ['another hash', `ts=${TS},v1=${'0'.repeat(64)}`, 'SIGNATURE_MISMATCH'],
  ['a time one millisecond later', `ts=1742505638684,v1=${V1}`, 'SIGNATURE_MISMATCH'],
  ['blanks around the parts', ` ts=${TS} , v1=${V1} `, 'VALID'],
  ['the hash in upper case', `ts=${TS},v1=${V1.toUpperCase()}`, 'VALID'],
  ['the parts the other way round', `v1=${V1},ts=${TS}`, 'VALID'],
])('a signature of %s is %s → %s', (_case, signature, result) => {
  expect(adapter.verify(withSignature(signature), SECRET, NOW)).toBe(result);
});

test.each([
  ['the secret', OFFICIAL, 'your_secret_key_herf'],
  ['the id in the query', { ...OFFICIAL, query: { 'data.id': 'ORD02' } }, SECRET],
  ['no id in the query', { ...OFFICIAL, query: {} }, SECRET],
  [
    'the request id',
    { ...OFFICIAL, headers: { ...OFFICIAL.headers, 'x-request-id': 'another' } },
    SECRET,
  ],
  [
    'the payment the body speaks of',
    { ...OFFICIAL, rawBody: fixture('mercadopago-notification.json') },
    SECRET,
  ],
  [
    'the payment inside a connector’s envelope',
    { ...OFFICIAL, rawBody: Buffer.from('{"notification":{"data":{"id":"ORD02"}}}') },
    SECRET,
  ],
])('changing %s makes the signature a mismatch', (_case, request, secret) => {
  expect(adapter.verify(request, secret, NOW)).toBe('SIGNATURE_MISMATCH');
});

test('an empty secret verifies nothing, not even what was signed with it', () => {
  const signedWith = (secret: string): WebhookRequest => ({
    headers: { 'x-signature': `ts=1704908010,v1=${hmacHex(secret, 'ts:1704908010;')}` },
    query: {},
    rawBody: OFFICIAL.rawBody,
  });

  expect(adapter.verify(signedWith(''), '', NOW)).toBe('SIGNATURE_MISMATCH');
  expect(adapter.verify(signedWith('x'), 'x', NOW)).toBe('VALID');
});

test.each([
  ['the request id', 'id:123;ts:1704908010;', { query: { 'data.id': '123' } }],
  ['the id', 'request-id:r1;ts:1704908010;', { headers: { 'x-request-id': 'r1' } }],
  ['both', 'ts:1704908010;', {}],
  ['the id, empty in the query', 'ts:1704908010;', { query: { 'data.id': '' } }],
])('a part that is missing is left out of the manifest: %s', (_case, manifest, rest) => {
  expect(adapter.verify(signed(manifest, rest, '1704908010'), SECRET, NOW)).toBe('VALID');
});

test('a time of seconds is taken like one of milliseconds, however old', () => {
  expect(adapter.verify(signed('ts:1000000000;', {}, '1000000000'), SECRET, NOW)).toBe('VALID');
});

test('an unsigned delivery is not checked where that is configured, a signed one still is', () => {
  const lenient = mercadopagoAdapter({ acceptUnsigned: true });

  expect(lenient.verify(withSignature(undefined), SECRET, NOW)).toBe('NOT_CHECKED');
  expect(lenient.verify(OFFICIAL, 'another', NOW)).toBe('SIGNATURE_MISMATCH');
  expect(lenient.verify(OFFICIAL, SECRET, NOW)).toBe('VALID');
});
