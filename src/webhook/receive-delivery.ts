import { createHash } from 'node:crypto';
import { type Database, type Sql } from '../db/database';
import { insertRows } from '../db/rows';
import { toNumber } from '../db/values';
import { type Clock } from '../kernel/clock';
import { newId } from '../kernel/id';
import { type Parsed, type SignatureResult, type WebhookRequest } from './provider.rules';
import { type Provider } from './providers.rules';
import { keptRequest, payloadText, type RawRequest } from './stored-request.rules';
import { type DeliveryOutcome, WebhookDelivery } from './webhook-delivery.entity';

export interface ReceiveDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly providers: ReadonlyMap<string, Provider>;
  /** What becomes of a sandbox event. */
  readonly sandboxEvents: 'record' | 'apply';
  /** Called when a delivery that is to be applied is committed. */
  readonly wake: () => void;
}

export interface DeliveryAnswer {
  readonly status: number;
  readonly body: object;
}

/** Deliveries with an invalid signature that are kept per provider and minute: anybody can send them. */
export const REJECTED_KEPT_MAX = 60;
const REJECTED_WINDOW_MS = 60_000;

/**
 * Stores a delivery before it is understood; applying it is the applier's work. 401 for an invalid signature, else
 * 200 even for a body nobody can read: sending the same bytes again would not mend them.
 */
export async function receiveDelivery(
  deps: ReceiveDeps,
  provider: string,
  request: RawRequest,
): Promise<DeliveryAnswer> {
  const known = deps.providers.get(provider);
  if (known === undefined) return { status: 404, body: { error: 'UNKNOWN_PROVIDER' } };
  const row = deliveryOf(deps, known, keptRequest(request));
  if (row.outcome === 'REJECTED_SIGNATURE') {
    // Read first, so that a flood of forgeries does not queue for writing.
    const isKept = !(await isFlooded(deps.db.reader, row)) && (await store(deps.db, row));
    return { status: 401, body: { id: isKept ? row.id : null, outcome: row.outcome } };
  }
  await store(deps.db, row);
  if (row.outcome === 'RECEIVED') deps.wake();
  return { status: 200, body: { id: row.id, outcome: row.outcome } };
}

function deliveryOf(
  { clock, sandboxEvents }: ReceiveDeps,
  { adapter, secret }: Provider,
  request: WebhookRequest,
): WebhookDelivery {
  const now = clock();
  const signatureResult = secret === null ? 'NOT_CHECKED' : adapter.verify(request, secret, now);
  const parsed = adapter.parse(request);
  const said = parsed.ok ? parsed.notification : null;
  const outcome = outcomeOf(signatureResult, parsed, sandboxEvents);
  const isWaiting = outcome === 'RECEIVED';
  return {
    id: newId('wdl', now),
    provider: adapter.name,
    eventId: said?.eventId ?? null,
    resourceId: said?.resourceIds[0] ?? null,
    otherResourceId: said?.resourceIds[1] ?? null,
    action: said?.action ?? null,
    providerVersion: said?.version ?? null,
    nativeStatus: said?.nativeStatus ?? null,
    liveMode: said?.liveMode ?? true,
    payloadHash: createHash('sha256').update(request.rawBody).digest('hex'),
    payload: payloadText(request.rawBody),
    headers: { ...request.headers } as Record<string, string>,
    query: { ...request.query } as Record<string, string>,
    signatureResult,
    deliveryAttempt: 1,
    replayable:
      outcome !== 'REJECTED_SIGNATURE' && (said?.replayable ?? signatureResult === 'VALID'),
    outcome,
    outcomeReason: outcome === 'MALFORMED' && !parsed.ok ? parsed.reason : null,
    attempts: 0,
    nextAttemptAt: isWaiting ? now : null,
    occurredAt: said?.occurredAt ?? null,
    receivedAt: now,
    appliedAt: isWaiting ? null : now,
    checkoutId: null,
    paymentId: null,
  };
}

function outcomeOf(
  signatureResult: SignatureResult,
  parsed: Parsed,
  sandboxEvents: 'record' | 'apply',
): DeliveryOutcome {
  if (signatureResult !== 'VALID' && signatureResult !== 'NOT_CHECKED') return 'REJECTED_SIGNATURE';
  if (!parsed.ok) return 'MALFORMED';
  return parsed.notification.liveMode || sandboxEvents === 'apply' ? 'RECEIVED' : 'SANDBOX';
}

/** Answers false for a forgery that is one too many. */
async function store(db: Database, row: WebhookDelivery): Promise<boolean> {
  return db.write(async (sql) => {
    if (row.outcome === 'REJECTED_SIGNATURE' && (await isFlooded(sql, row))) return false;
    row.deliveryAttempt = 1 + (await countEarlier(sql, row));
    await insertRows(sql, db.dialect, WebhookDelivery, [row]);
    return true;
  });
}

async function isFlooded(sql: Sql, { provider, receivedAt }: WebhookDelivery): Promise<boolean> {
  const [row] = await sql.query<{ kept: unknown }>(
    'SELECT COUNT(*) AS `kept` FROM `webhook_delivery` ' +
      "WHERE `received_at` > ? AND `provider` = ? AND `outcome` = 'REJECTED_SIGNATURE'",
    [new Date(receivedAt.getTime() - REJECTED_WINDOW_MS), provider],
  );
  return toNumber(row?.kept) >= REJECTED_KEPT_MAX;
}

async function countEarlier(sql: Sql, { provider, eventId }: WebhookDelivery): Promise<number> {
  if (eventId === null) return 0;
  const [row] = await sql.query<{ earlier: unknown }>(
    'SELECT COUNT(*) AS `earlier` FROM `webhook_delivery` WHERE `provider` = ? AND `event_id` = ?',
    [provider, eventId],
  );
  return toNumber(row?.earlier);
}
