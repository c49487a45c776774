import { type WebhookRequest } from './provider.rules';
import { type WebhookDelivery } from './webhook-delivery.entity';

/** A request as an HTTP server hands it over: a name may have come more than once. */
export interface RawRequest {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly rawBody: Buffer;
}

/** What signatures are made of. A closed list: other headers hold cookies, tokens and addresses. */
const KEPT_HEADERS: readonly string[] = [
  'x-signature',
  'x-request-id',
  'x-recon-signature',
  'x-recon-timestamp',
];

/** Before a payload that is not text and stands in base64. */
const BASE64 = 'base64:';

/** What adapters read and what is stored, so that a delivery can be verified again from its row. */
export function keptRequest({ headers, query, rawBody }: RawRequest): WebhookRequest {
  const kept = KEPT_HEADERS.map((name) => [name, headers[name]] as const);
  return { headers: onlyText(kept), query: onlyText(Object.entries(query)), rawBody };
}

/** A value that came twice is none: nobody knows which of the two was signed. */
function onlyText(entries: readonly (readonly [string, unknown])[]): Record<string, string> {
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

/** The body as a text column keeps it, byte for byte: itself where it is text, else in base64. */
export function payloadText(rawBody: Buffer): string {
  const text = rawBody.toString('utf8');
  const isText = Buffer.from(text, 'utf8').equals(rawBody) && !text.includes('\0');
  // A text that looks encoded is encoded too: then whatever looks encoded is.
  if (isText && !text.startsWith(BASE64)) return text;
  return BASE64 + rawBody.toString('base64');
}

/** The request a delivery came with; null once retention has emptied its payload. */
export function requestOf({
  payload,
  headers,
  query,
}: Pick<WebhookDelivery, 'payload' | 'headers' | 'query'>): WebhookRequest | null {
  if (payload === null) return null;
  const rawBody = payload.startsWith(BASE64)
    ? Buffer.from(payload.slice(BASE64.length), 'base64')
    : Buffer.from(payload, 'utf8');
  return { headers, query, rawBody };
}
