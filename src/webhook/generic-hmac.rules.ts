import {
  asFlag,
  asKey,
  asObject,
  asVersion,
  asWord,
  field,
  isHmacSha256Hex,
  type Json,
  readAmounts,
  readObject,
  readTime,
} from './payload.rules';
import {
  AFTER_CAPTURE,
  type Notification,
  type Parsed,
  type ProviderAdapter,
  REPORTED_STATUSES,
  type ReportedStatus,
  type SignatureResult,
  type WebhookRequest,
} from './provider.rules';

/** Either way: a clock may be wrong in both directions. */
const TOLERANCE_MS = 5 * 60_000;

/** Other spellings. `approved`, `paid` and `settled` are not here: each means several things. */
const SYNONYMS: ReadonlyMap<string, ReportedStatus> = new Map([
  ['authorised', 'AUTHORIZED'],
  ['canceled', 'CANCELLED'],
  ['chargeback', 'CHARGED_BACK'],
  ['declined', 'REJECTED'],
  ['denied', 'REJECTED'],
  ['processing', 'IN_PROCESS'],
  ['reversed', 'VOIDED'],
]);

/** For a service of yours that relays a provider's events: docs/webhooks.md has the shape. */
export function genericHmacAdapter(name: string): ProviderAdapter {
  return { name, verify, parse, mapStatus };
}

function mapStatus(native: string): ReportedStatus {
  const word = native.trim().toLowerCase();
  const ours = REPORTED_STATUSES.find((status) => status.toLowerCase() === word);
  return ours ?? SYNONYMS.get(word) ?? 'UNKNOWN_NATIVE';
}

function verify(request: WebhookRequest, secret: string, now: Date): SignatureResult {
  const signature = request.headers['x-recon-signature']?.trim() ?? '';
  const timestamp = request.headers['x-recon-timestamp']?.trim() ?? '';
  if (signature === '') return 'MISSING_SIGNATURE_HEADER';
  if (!signature.startsWith('sha256=')) return 'MALFORMED_SIGNATURE_HEADER';
  if (timestamp === '') return 'MISSING_TIMESTAMP';
  const hash = signature.slice('sha256='.length);
  if (hash === '') return 'MISSING_HASH';
  if (!/^\d{1,12}$/.test(timestamp)) return 'MALFORMED_SIGNATURE_HEADER';
  if (!isHmacSha256Hex(hash, secret, [`${timestamp}.`, request.rawBody])) {
    return 'SIGNATURE_MISMATCH';
  }
  // After the hash: only who knows the secret is told that its clock is wrong.
  const ageMs = now.getTime() - Number(timestamp) * 1000;
  return Math.abs(ageMs) <= TOLERANCE_MS ? 'VALID' : 'TIMESTAMP_OUT_OF_TOLERANCE';
}

function parse({ rawBody }: WebhookRequest): Parsed {
  const body = readObject(rawBody);
  if (!body.ok) return body;
  const row = asObject(field(body.object, 'payment_order_exception'));
  const read: Read = (name) => (row && field(row, name)) ?? field(body.object, name);

  const eventId = asKey(read('event_id')) ?? asKey(read('webhook_event_id'));
  if (eventId === null) return { ok: false, reason: 'MISSING_EVENT_ID' };
  const reference = asKey(read('psp_reference'));
  if (reference === null) return { ok: false, reason: 'MISSING_RESOURCE' };
  const time = readTime(read('occurred_at') ?? read('capture_timestamp'));
  if (!time) return { ok: false, reason: 'BAD_TIME' };
  const captureId = asKey(read('capture_id'));
  const status = statusOf(read, captureId);
  const money = moneyOf(read, { status, captureId });

  return {
    ok: true,
    notification: {
      eventId,
      resourceIds: [reference],
      action: null,
      version: asVersion(read('version')),
      nativeStatus: asWord(read('status')),
      status,
      liveMode: asFlag(read('live_mode')) ?? true,
      binaryMode: asFlag(read('binary_mode')) ?? false,
      occurredAt: time.at,
      occurredAtRaw: time.raw,
      ...money,
      cartGuid: asKey(read('cart_guid')),
      orderCode: asKey(read('commerce_order_code')),
      captureId,
      replayable: asFlag(read('webhook_replayable')),
    },
  };
}

type Read = (name: string) => Json;

/** The guide's row (S2.28) has no status: a capture with its amount is one. */
function statusOf(read: Read, captureId: string | null): ReportedStatus | null {
  const native = read('status');
  if (typeof native === 'string' && native !== '') return mapStatus(native);
  return captureId !== null && read('amount') !== null ? 'CAPTURED' : null;
}

/**
 * `amount` is short for the sum its status is about where that one has no field of its own. Beside
 * a `capture_id` it is no sum but what this capture took, whatever happened to the money since.
 */
function moneyOf(
  read: Read,
  event: { readonly status: ReportedStatus | null; readonly captureId: string | null },
): Pick<Notification, 'amounts' | 'captureAmount' | 'unreadable'> {
  const amounts = readAmounts(read('currency'), {
    amount: read('amount'),
    authorized: read('authorized_amount'),
    captured: read('captured_amount'),
    refunded: read('refunded_amount'),
  });
  if (!amounts) return { amounts: null, captureAmount: null, unreadable: 'BAD_AMOUNT' };
  const { amount, refunded } = amounts.minorUnits;
  const isOfCapture = event.captureId !== null && AFTER_CAPTURE.includes(event.status);
  const captureAmount = isOfCapture ? amount : null;
  const authorized =
    amounts.minorUnits.authorized ?? (event.status === 'AUTHORIZED' ? amount : null);
  const captured =
    amounts.minorUnits.captured ?? (event.status === 'CAPTURED' && !isOfCapture ? amount : null);
  const isSilent = [authorized, captured, refunded, captureAmount].every((sum) => sum === null);
  const sums = { currency: amounts.currency, authorized, captured, refunded };
  return { amounts: isSilent ? null : sums, captureAmount, unreadable: null };
}
