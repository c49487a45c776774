import { createHmac } from 'node:crypto';

const hmac = (secret: string, text: string) =>
  createHmac('sha256', secret).update(text).digest('hex');

/** As docs/webhooks.md describes the generic shape. */
export function signedGeneric(body: object, secret: string, now: Date) {
  const text = JSON.stringify(body);
  const timestamp = Math.floor(now.getTime() / 1000).toString();
  return {
    body: text,
    headers: {
      'content-type': 'application/json',
      'x-recon-timestamp': timestamp,
      'x-recon-signature': `sha256=${hmac(secret, `${timestamp}.${text}`)}`,
    },
  };
}

/** Mercado Pago signs the id in the query, the request id and the time. */
export function signedMercadopago(body: object & { data?: { id?: string } }, secret: string) {
  const id = body.data?.id ?? '';
  const requestId = 'req-1';
  const ts = '1742505638683';
  const manifest = `id:${id.toLowerCase()};request-id:${requestId};ts:${ts};`;
  return {
    body: JSON.stringify(body),
    query: `?data.id=${id}&type=payment`,
    headers: {
      'content-type': 'application/json',
      'x-request-id': requestId,
      'x-signature': `ts=${ts},v1=${hmac(secret, manifest)}`,
    },
  };
}
