import {
  asFlag,
  asKey,
  asObject,
  asVersion,
  asWord,
  field,
  type Json,
  type JsonObject,
  readAmounts,
  readObject,
  readTime,
} from './payload.rules';
import {
  AFTER_CAPTURE,
  type Parsed,
  type ReportedAmounts,
  type ReportedStatus,
  type WebhookRequest,
} from './provider.rules';

/** The ten states of S4.1, and in_mediation of the payments API. */
const STATUSES: ReadonlyMap<string, ReportedStatus> = new Map([
  ['pending', 'PENDING'],
  ['in_process', 'IN_PROCESS'],
  ['authorized', 'AUTHORIZED'],
  ['approved', 'CAPTURED'],
  ['rejected', 'REJECTED'],
  ['cancelled', 'CANCELLED'],
  ['refunded', 'REFUNDED'],
  ['partially_refunded', 'PARTIALLY_REFUNDED'],
  ['charged_back', 'CHARGED_BACK'],
  ['in_mediation', 'DISPUTED'],
  ['vacated', 'VACATED'],
]);

/**
 * Where `status_detail` says more than `status`. An expired one was never paid or never captured:
 * which of the two only the payment's history tells. After a reimbursement the money is back.
 */
const DETAILED: ReadonlyMap<string, ReportedStatus> = new Map([
  ['approved/partially_refunded', 'PARTIALLY_REFUNDED'],
  ['cancelled/expired', 'EXPIRED'],
  ['charged_back/in_process', 'DISPUTED'],
  ['charged_back/settled', 'CHARGED_BACK'],
  ['charged_back/reimbursed', 'CAPTURED'],
]);

/** A notification, and the payment a connector may have fetched for it. */
interface Delivery {
  readonly notification: JsonObject;
  readonly resource: JsonObject | null;
}

export function mapStatus(native: string): ReportedStatus {
  return STATUSES.get(native.trim().toLowerCase()) ?? 'UNKNOWN_NATIVE';
}

/** `data.id` of the body, or null where it has none. */
export function namedPayment(rawBody: Buffer): string | null {
  const body = readObject(rawBody);
  return body.ok ? asKey(dataIdOf(unwrap(body.object).notification)) : null;
}

export function parse({ query, rawBody }: WebhookRequest): Parsed {
  const body = readObject(rawBody);
  if (!body.ok) return body;
  const delivery = unwrap(body.object);
  const { notification, resource } = delivery;
  const eventId = asKey(field(notification, 'id'));
  if (eventId === null) return { ok: false, reason: 'MISSING_EVENT_ID' };

  const action = asWord(field(notification, 'action'));
  const isSplit = action?.startsWith('splitter.') ?? false;
  const dataId = asKey(dataIdOf(notification)) ?? asKey(query['data.id'] ?? null);
  // One language of their page calls `id` the payment and `data.id` the external reference.
  const named = [dataId, isSplit ? eventId : null].filter((id) => id !== null);
  const resourceIds = withResource(named, resource);
  if (resourceIds.length === 0) return { ok: false, reason: 'MISSING_RESOURCE' };

  const time = readTime(
    (resource && field(resource, 'date_last_updated')) ?? field(notification, 'date_created'),
  );
  if (!time) return { ok: false, reason: 'BAD_TIME' };
  const status = statusOf(delivery);
  const amounts = resource && amountsOf(resource, status);

  return {
    ok: true,
    notification: {
      eventId,
      resourceIds,
      action,
      // On other topics the word counts how often a notification was sent.
      version: isSplit ? asVersion(field(notification, 'version')) : null,
      nativeStatus: asWord(newest(delivery, 'status')),
      status,
      liveMode: isLive(notification) && (resource === null || isLive(resource)),
      binaryMode: asFlag(newest(delivery, 'binary_mode')) ?? false,
      occurredAt: time.at,
      occurredAtRaw: time.raw,
      amounts: amounts === 'BAD_AMOUNT' ? null : amounts,
      unreadable: amounts === 'BAD_AMOUNT' ? amounts : null,
      cartGuid: null,
      orderCode: resource && asKey(field(resource, 'external_reference')),
      // Their settlement report names the money by the payment's id (SOURCE_ID).
      captureId: resource && AFTER_CAPTURE.includes(status) ? asKey(field(resource, 'id')) : null,
      captureAmount: null, // A resource tells sums only.
      replayable: null,
    },
  };
}

function unwrap(body: JsonObject): Delivery {
  const notification = asObject(field(body, 'notification'));
  if (!notification) return { notification: body, resource: null };
  return { notification, resource: asObject(field(body, 'resource')) };
}

/** The resource was fetched after the notification was sent. */
function newest({ notification, resource }: Delivery, name: string): Json {
  return (resource && field(resource, name)) ?? field(notification, name);
}

function dataIdOf(notification: JsonObject): Json {
  const data = asObject(field(notification, 'data'));
  return data && field(data, 'id');
}

/** The resource's own id goes first; none at all when the resource is another payment's. */
function withResource(named: readonly string[], resource: JsonObject | null): readonly string[] {
  const id = resource && asKey(field(resource, 'id'));
  if (!resource || id === null) return [...new Set(named)];
  const reference = asKey(field(resource, 'external_reference'));
  const belongs = named.includes(id) || (reference !== null && named.includes(reference));
  return belongs ? [...new Set([id, ...named])] : [];
}

/** Absent is live: a sandbox says so, and money must not vanish for a missing word. */
function isLive(object: JsonObject): boolean {
  return asFlag(field(object, 'live_mode')) ?? true;
}

function statusOf({ notification, resource }: Delivery): ReportedStatus | null {
  const speaker = resource && field(resource, 'status') !== null ? resource : notification;
  const native = field(speaker, 'status');
  if (typeof native !== 'string' || native === '') return null;
  const detail = field(speaker, 'status_detail');
  const key = `${native}/${typeof detail === 'string' ? detail : ''}`.toLowerCase();
  const status = DETAILED.get(key) ?? mapStatus(native);
  // Said in as many words: approved, and not captured yet.
  const isCaptured = asFlag(field(speaker, 'captured'));
  return status === 'CAPTURED' && isCaptured === false ? 'AUTHORIZED' : status;
}

/** `captured` is true of a payment that is merely pending: it counts only where money was promised. */
function amountsOf(
  resource: JsonObject,
  status: ReportedStatus | null,
): ReportedAmounts | null | 'BAD_AMOUNT' {
  const read = readAmounts(field(resource, 'currency_id'), {
    total: field(resource, 'transaction_amount'),
    refunded: field(resource, 'transaction_amount_refunded'),
  });
  if (!read) return 'BAD_AMOUNT';
  const { currency } = read;
  const { total, refunded } = read.minorUnits;
  if (total === null && refunded === null) return null;
  if (AFTER_CAPTURE.includes(status))
    return { currency, authorized: total, captured: total, refunded };
  if (status !== 'AUTHORIZED') return { currency, authorized: null, captured: null, refunded };
  const isCaptured = asFlag(field(resource, 'captured'));
  return { currency, authorized: total, captured: isCaptured === false ? 0n : null, refunded };
}
