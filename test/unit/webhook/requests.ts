import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { type WebhookRequest } from '../../../src/webhook/provider.rules';

export function fixture(name: string): Buffer {
  return readFileSync(join(__dirname, '../../support/fixtures', name));
}

/** A delivery with nothing but a body. */
export function bodyOf(body: unknown): WebhookRequest {
  const rawBody = Buffer.isBuffer(body)
    ? body
    : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return { headers: {}, query: {}, rawBody };
}

export function hmacHex(secret: string, ...parts: (string | Buffer)[]): string {
  const hmac = createHmac('sha256', secret);
  for (const part of parts) hmac.update(part);
  return hmac.digest('hex');
}

/** Bodies nobody means well with, by what they are. */
export const HOSTILE_BODIES: [string, Buffer, string][] = [
  ['nothing', Buffer.alloc(0), 'NOT_JSON'],
  ['a broken object', Buffer.from('{"id":'), 'NOT_JSON'],
  ['bytes that are not UTF-8', Buffer.from('{"id":"\xff"}', 'latin1'), 'NOT_JSON'],
  ['a megabyte of zeros', Buffer.alloc(1_000_000), 'NOT_JSON'],
  ['a megabyte of brackets', Buffer.alloc(1_000_000, '['), 'NOT_JSON'],
  ['a megabyte of quotes', Buffer.alloc(1_000_000, '"'), 'NOT_JSON'],
  [
    'half a million closed brackets',
    Buffer.from('['.repeat(5e5) + ']'.repeat(5e5)),
    'NOT_AN_OBJECT',
  ],
  ['a string of a megabyte', Buffer.from(JSON.stringify('\\'.repeat(5e5))), 'NOT_AN_OBJECT'],
  ['a number of a megabyte', Buffer.alloc(1_000_000, '9'), 'NOT_AN_OBJECT'],
  ['null', Buffer.from('null'), 'NOT_AN_OBJECT'],
  ['a list', Buffer.from('[{"id":1}]'), 'NOT_AN_OBJECT'],
  ['a number', Buffer.from('42'), 'NOT_AN_OBJECT'],
  ['an empty object', Buffer.from('{}'), 'MISSING_EVENT_ID'],
  [
    'a prototype to pollute',
    Buffer.from(
      '{"__proto__":{"id":"1","event_id":"1","psp_reference":"p"},"constructor":{"prototype":{"id":1}}}',
    ),
    'MISSING_EVENT_ID',
  ],
];

/** Requests out of any bytes, any JSON, and JSON with our field names and anything in them. */
export function anyRequest(fieldNames: readonly string[]): fc.Arbitrary<WebhookRequest> {
  const value = fc.oneof(
    fc.jsonValue(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('129.00', 'EUR', '2026-05-23T18:41:12Z', 'approved', 'captured', 'splitter.x'),
  );
  const object = fc.dictionary(fc.constantFrom(...fieldNames, '__proto__'), value);
  const body = fc.oneof(
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    fc.oneof(fc.jsonValue(), object).map((json) => Buffer.from(JSON.stringify(json))),
    fc
      .record({ notification: object, resource: object, payment_order_exception: object })
      .map((json) => Buffer.from(JSON.stringify(json))),
  );
  const signature = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('ts=1704908010,v1=' + 'a'.repeat(64), 'sha256=' + 'a'.repeat(64), 'ts=,v1='),
  );
  const headers = fc.dictionary(
    fc.constantFrom(
      'x-signature',
      'x-request-id',
      'x-recon-signature',
      'x-recon-timestamp',
      'toString',
    ),
    signature,
  );
  const query = fc.dictionary(fc.constantFrom('data.id', 'id'), fc.string({ unit: 'binary' }));
  return fc.record({ headers, query, rawBody: body });
}
