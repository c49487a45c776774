import { mapStatus, namedPayment, parse } from './mercadopago-payload.rules';
import { isHmacSha256Hex } from './payload.rules';
import { type ProviderAdapter, type SignatureResult, type WebhookRequest } from './provider.rules';

/** `acceptUnsigned`: QR notifications carry no signature; they are then NOT_CHECKED. */
export function mercadopagoAdapter(options: { readonly acceptUnsigned: boolean }): ProviderAdapter {
  return {
    name: 'mercadopago',
    verify: (request, secret) =>
      options.acceptUnsigned && isBlank(request.headers['x-signature'])
        ? 'NOT_CHECKED'
        : verify(request, secret),
    parse,
    mapStatus,
  };
}

/** The time of the signature is signed but has no age limit: retries come for four days. */
function verify({ headers, query, rawBody }: WebhookRequest, secret: string): SignatureResult {
  const header = headers['x-signature'];
  if (isBlank(header)) return 'MISSING_SIGNATURE_HEADER';
  const parts = signatureParts(header);
  if (!parts) return 'MALFORMED_SIGNATURE_HEADER';
  const ts = parts.get('ts') ?? '';
  const v1 = parts.get('v1') ?? '';
  if (ts === '') return 'MISSING_TIMESTAMP';
  if (v1 === '') return 'MISSING_HASH';
  // Ten digits are seconds, thirteen milliseconds: their pages show both.
  if (!/^\d{10}(?:\d{3})?$/.test(ts)) return 'MALFORMED_SIGNATURE_HEADER';
  const dataId = query['data.id']?.toLowerCase() ?? '';
  const requestId = headers['x-request-id'] ?? '';
  // What the request does not have is left out of the manifest, label and all.
  const manifest =
    (dataId === '' ? '' : `id:${dataId};`) +
    (requestId === '' ? '' : `request-id:${requestId};`) +
    `ts:${ts};`;
  if (!isHmacSha256Hex(v1, secret, [manifest])) return 'SIGNATURE_MISMATCH';
  return speaksOfAnother(rawBody, dataId) ? 'SIGNATURE_MISMATCH' : 'VALID';
}

function isBlank(header: string | undefined): header is undefined | '' {
  return header === undefined || header.trim() === '';
}

/** Null unless it is `name=value` throughout, each name once. */
function signatureParts(header: string): ReadonlyMap<string, string> | null {
  const parts = new Map<string, string>();
  for (const part of header.split(',')) {
    const [name = '', value, ...rest] = part.split('=').map((text) => text.trim());
    if (name === '' || value === undefined || rest.length > 0 || parts.has(name)) return null;
    parts.set(name, value);
  }
  return parts;
}

/** The signature covers the id in the query, not the body: it must not vouch for another payment. */
function speaksOfAnother(rawBody: Buffer, signedId: string): boolean {
  const named = signedId === '' ? null : namedPayment(rawBody);
  return named !== null && named.toLowerCase() !== signedId;
}
