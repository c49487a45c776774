import { changeCheckout, type WritePath } from '../checkout/change-checkout';
import { providerReferenceKey } from '../checkout/checkout-key.rules';
import { lockCheckouts, resolveKeys, type Source } from '../checkout/load';
import { classify } from '../db/error-class';
import { selectRows } from '../db/rows';
import { systemActor } from '../kernel/actor';
import { believed } from '../kernel/foreign-time';
import { Refused, type RefusalCode } from '../kernel/refusal';
import { applyDelivery } from '../webhook/apply-delivery';
import { type Notification } from '../webhook/provider.rules';
import { type Provider } from '../webhook/providers.rules';
import { requestOf } from '../webhook/stored-request.rules';
import { WebhookDelivery } from '../webhook/webhook-delivery.entity';

export interface ApplyDeps {
  readonly path: WritePath;
  readonly providers: ReadonlyMap<string, Provider>;
  /** The journal names it `system:<actorName>`. */
  readonly actorName: string;
  /** Hears why a delivery could not be applied; not of one that waits for its payment. */
  readonly onError: (deliveryId: string, error: unknown) => void;
}

/** Deliveries of one run; as many done means that more may be due. */
export const APPLY_BATCH = 50;
/** After a crash the next applier takes the delivery up after this. */
const LEASE_MS = 30_000;
/** When to try again after the first failure, the second, …; after the last, never. */
const WAITS_MS: readonly number[] = [60_000, 5 * 60_000, 60 * 60_000, 24 * 60 * 60_000];

/**
 * Applies deliveries that are due and answers how many it took. Their order does not matter: facts fold. One that
 * fails does not stop the others (F26), and any number of appliers may run.
 */
export async function applyDue(deps: ApplyDeps): Promise<number> {
  const { db, clock } = deps.path;
  const due = await selectRows(
    db.reader,
    db.dialect,
    WebhookDelivery,
    "`next_attempt_at` <= ? AND `outcome` IN ('RECEIVED', 'UNMATCHED')",
    [clock()],
    `ORDER BY \`next_attempt_at\`, \`id\` LIMIT ${APPLY_BATCH}`,
  );
  let taken = 0;
  for (const delivery of due) {
    try {
      const leasedUntil = await lease(deps.path, delivery);
      if (leasedUntil === null) continue;
      taken += 1;
      await applyLeased(deps, delivery, leasedUntil);
    } catch (error) {
      deps.onError(delivery.id, error);
    }
  }
  return taken;
}

/** Null when another applier has it. One that was UNMATCHED is RECEIVED again: it is being applied. */
async function lease(
  { db, clock }: WritePath,
  { id, nextAttemptAt }: WebhookDelivery,
): Promise<Date | null> {
  const until = new Date(clock().getTime() + LEASE_MS);
  const matched = await db.write((sql) =>
    sql.run(
      "UPDATE `webhook_delivery` SET `outcome` = 'RECEIVED', `next_attempt_at` = ? " +
        "WHERE `id` = ? AND `next_attempt_at` = ? AND `outcome` IN ('RECEIVED', 'UNMATCHED')",
      [until, id, nextAttemptAt],
    ),
  );
  return matched === 1 ? until : null;
}

async function applyLeased(
  deps: ApplyDeps,
  delivery: WebhookDelivery,
  leasedUntil: Date,
): Promise<void> {
  try {
    await apply(deps, delivery);
  } catch (error) {
    if (isRefusal(error, 'NOT_FOUND')) return postpone(deps, delivery, leasedUntil, 'UNMATCHED');
    deps.onError(delivery.id, error);
    // What passes by itself is no fault of the delivery: its lease runs out, and no try is counted.
    if (!passesByItself(error)) await postpone(deps, delivery, leasedUntil, 'POISON');
  }
}

async function apply(deps: ApplyDeps, delivery: WebhookDelivery): Promise<void> {
  const notification = readAgain(deps, delivery);
  const { db } = deps.path;
  const source = { sql: db.reader, dialect: db.dialect };
  const [best] = notification.resourceIds;
  const resourceId = (await knownResource(source, delivery, notification)) ?? best;
  if (resourceId === undefined) throw new Error('a notification names a resource');
  const run = (cartGuid: string | null, orderCode: string | null) =>
    changeCheckout(deps.path, applyDelivery, {
      actor: systemActor(deps.actorName),
      input: { delivery, notification, resourceId, cartGuid, orderCode },
      control: null,
    });
  // What is known of the payment outweighs what the sender says of where it belongs.
  if (await belongsToCart(source, delivery, resourceId)) {
    await run(null, null);
    return;
  }
  try {
    await run(notification.cartGuid, notification.orderCode);
  } catch (error) {
    if (!isRefusal(error, 'ALREADY_EXISTS')) throw error;
    await run(null, null);
  }
}

function readAgain({ providers }: ApplyDeps, delivery: WebhookDelivery): Notification {
  const request = requestOf(delivery);
  if (request === null) throw new Error('The payload of the delivery is gone.');
  const parsed = providers.get(delivery.provider)?.adapter.parse(request);
  if (parsed === undefined) throw new Error('The provider of the delivery is not configured.');
  if (!parsed.ok) throw new Error(`The delivery cannot be read any more: ${parsed.reason}.`);
  const { notification } = parsed;
  return { ...notification, occurredAt: believed(notification.occurredAt, delivery.receivedAt) };
}

/** The payment is one of a cart that the shop registered. */
async function belongsToCart(
  source: Source,
  { provider }: WebhookDelivery,
  resourceId: string,
): Promise<boolean> {
  const value = providerReferenceKey(provider, resourceId);
  const ids = await resolveKeys(source, [
    { kind: 'PROVIDER_REFERENCE', value, field: 'resourceId' },
  ]);
  return (await lockCheckouts({ ...source, dialect: unlocked(source) }, ids)).some(
    ({ guid }) => guid !== null,
  );
}

const unlocked = ({ dialect }: Source) => ({ ...dialect, forUpdate: '' as const });

/** The first candidate that a checkout is known by. */
async function knownResource(
  source: Source,
  { provider }: WebhookDelivery,
  { resourceIds }: Notification,
): Promise<string | null> {
  for (const resourceId of resourceIds) {
    const value = providerReferenceKey(provider, resourceId);
    const key = { kind: 'PROVIDER_REFERENCE', value, field: 'resourceId' } as const;
    if ((await resolveKeys(source, [key])).length > 0) return resourceId;
  }
  return null;
}

function isRefusal(error: unknown, code: RefusalCode): boolean {
  return error instanceof Refused && error.refusal.code === code;
}

function passesByItself(error: unknown): boolean {
  if (error instanceof Refused) return error.refusal.retryable === true;
  return ['RETRY', 'LOCK_TIMEOUT', 'UNAVAILABLE'].includes(classify(error));
}

/** Due again later, unless it was tried often enough or somebody has made it due meanwhile. */
async function postpone(
  deps: ApplyDeps,
  delivery: WebhookDelivery,
  leasedUntil: Date,
  failure: 'UNMATCHED' | 'POISON',
): Promise<void> {
  const { db } = deps.path;
  const now = deps.path.clock();
  const attempts = delivery.attempts + 1;
  await db.write(async (sql) => {
    // Its payment may have been announced while it was looked for: then nobody else would wake it.
    const appeared =
      failure === 'UNMATCHED' &&
      (await knownResource({ sql, dialect: db.dialect }, delivery, readAgain(deps, delivery))) !==
        null;
    const waitMs = appeared ? 0 : WAITS_MS[attempts - 1];
    const isParked = waitMs === undefined && failure === 'POISON';
    await sql.run(
      'UPDATE `webhook_delivery` SET `outcome` = ?, `outcome_reason` = ?, `attempts` = ?, ' +
        '`next_attempt_at` = ?, `applied_at` = ? ' +
        "WHERE `id` = ? AND `outcome` = 'RECEIVED' AND `next_attempt_at` = ?",
      [
        isParked ? 'ILLEGAL' : failure === 'UNMATCHED' ? 'UNMATCHED' : 'RECEIVED',
        isParked ? 'POISON' : null,
        attempts,
        waitMs === undefined ? null : new Date(now.getTime() + waitMs),
        isParked ? now : null,
        delivery.id,
        leasedUntil,
      ],
    );
  });
}
