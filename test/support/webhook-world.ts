import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { migrations } from '../../migrations';
import { changeCheckout, type WritePath } from '../../src/checkout/change-checkout';
import { type Command } from '../../src/checkout/command';
import { type Database } from '../../src/db/database';
import { entities } from '../../src/db/entities';
import { selectRows } from '../../src/db/rows';
import { type EntityClass } from '../../src/db/table';
import { ReconciliationException } from '../../src/exception/exception.entity';
import { JournalEntry } from '../../src/journal/journal-entry.entity';
import { ROLES } from '../../src/kernel/actor';
import { DEFAULT_CALENDAR } from '../../src/kernel/calendar';
import { DEFAULT_LIMITS } from '../../src/kernel/limits';
import { newId } from '../../src/kernel/id';
import { Payment } from '../../src/payment/payment.entity';
import { providerRegistry, type Provider } from '../../src/webhook/providers.rules';
import { receiveDelivery } from '../../src/webhook/receive-delivery';
import { type RawRequest } from '../../src/webhook/stored-request.rules';
import { WebhookDelivery } from '../../src/webhook/webhook-delivery.entity';
import { applyDue } from '../../src/worker/apply';
import { sweepDue } from '../../src/worker/sweep';
import { openTestDatabase } from './lane';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
/** A moment after those of the fixtures. */
export const START = new Date('2026-05-23T18:45:00.000Z');
/** As the product's default. */
export const GRACE_MS = 5 * MINUTE;

const SECRETS = {
  acme: 'acme-secret-of-the-tests',
  mercadopago: 'mercadopago-secret-of-the-tests',
};

const ADMIN = {
  subject: 'test',
  roles: ROLES,
  side: 'MARKETPLACE',
  sellerId: null,
  customerId: null,
} as const;

export type World = Awaited<ReturnType<typeof openWorld>>;

/** A database of the lane, a clock that stands still until it is moved, and the ways in. */
export async function openWorld(sandboxEvents: 'record' | 'apply' = 'record') {
  const db = await openTestDatabase(entities, migrations);
  let nowMs = START.getTime();
  const path: WritePath = {
    db,
    clock: () => new Date(nowMs),
    settings: {
      orderCreationGraceMs: GRACE_MS,
      calendar: DEFAULT_CALENDAR,
      limits: DEFAULT_LIMITS,
    },
  };
  const providers = providerRegistry({
    mercadopagoSecret: SECRETS.mercadopago,
    acceptUnsignedMercadopago: false,
    genericHmac: { acme: SECRETS.acme },
  });
  const woken = { times: 0 };
  const errors: string[] = [];
  const onError = (id: string, error: unknown) => errors.push(`${id} ${String(error)}`);
  const rows = <T extends object>(entity: EntityClass<T>, where = '', values: unknown[] = []) =>
    selectRows(db.reader, db.dialect, entity, where, values, 'ORDER BY 1, 2');

  return {
    db,
    path,
    providers,
    woken,
    errors,
    rows,
    now: () => new Date(nowMs),
    moveClock: (byMs: number) => void (nowMs += byMs),
    receive: (provider: string, request: RawRequest) =>
      receiveDelivery(
        { db, clock: path.clock, providers, sandboxEvents, wake: () => (woken.times += 1) },
        provider,
        request,
      ) as Promise<{ status: number; body: { id: string; outcome: string } }>,
    apply: (given: ReadonlyMap<string, Provider> = providers) =>
      applyDue({ path, providers: given, actorName: 'apply', onError }),
    sweep: (limit?: number) =>
      sweepDue({ path, onError, ...(limit === undefined ? {} : { limit }) }),
    run: <Input>(command: Command<Input>, input: Input) =>
      changeCheckout(path, command, {
        actor: ADMIN,
        input,
        control: { idempotencyKey: `key-of-the-tests-${newId('evd')}`, dryRun: false },
      }),
    delivery: async (id: string) => one(await rows(WebhookDelivery, '`id` = ?', [id])),
    payment: async (reference: string) =>
      one(await rows(Payment, '`provider_reference` = ?', [reference])),
    exceptions: async (checkoutId: string) =>
      (await rows(ReconciliationException, '`checkout_id` = ?', [checkoutId])).map(
        ({ kind, status, amountMinor, currency }) => ({ kind, status, amountMinor, currency }),
      ),
    intents: async () =>
      (await rows(JournalEntry, "`kind` = 'INTENT'")).map(({ action, subjectId, after }) => ({
        action,
        subjectId,
        after,
      })),
    close: () => db.close(),
    async clear() {
      nowMs = START.getTime();
      woken.times = 0;
      errors.length = 0;
      await empty(db);
    },
  };
}

async function empty(db: Database): Promise<void> {
  const names = (
    await db.reader.query<{ name: string }>(
      db.embedded
        ? "SELECT name FROM sqlite_master WHERE type = 'table'"
        : 'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()',
    )
  ).map(({ name }) => name);
  await db.write(async (sql) => {
    for (const name of names) if (name !== 'migration') await sql.run(`DELETE FROM \`${name}\``);
  });
}

function one<T>(found: T[]): T {
  if (found.length !== 1) throw new Error(`One row was expected, not ${found.length}.`);
  return found[0]!;
}

export function fixture(name: string): Buffer {
  return readFileSync(join(__dirname, 'fixtures', name));
}

const hmac = (secret: string, text: string | Buffer) =>
  createHmac('sha256', secret).update(text).digest('hex');

/** A delivery of the generic shape, signed at `at`. */
export function acmeRequest(body: unknown, at: Date = START): RawRequest {
  const rawBody = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const signature = hmac(SECRETS.acme, Buffer.concat([Buffer.from(`${timestamp}.`), rawBody]));
  return {
    headers: { 'x-recon-timestamp': timestamp, 'x-recon-signature': `sha256=${signature}` },
    query: {},
    rawBody,
  };
}

/** A notification of Mercado Pago; its signature is over the id in the query. */
export function mercadopagoRequest(body: Buffer | object): RawRequest {
  const rawBody = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  const { data } = JSON.parse(rawBody.toString()) as { data: { id: string } };
  const manifest = `id:${data.id.toLowerCase()};request-id:req-1;ts:1704908010;`;
  const signature = `ts=1704908010,v1=${hmac(SECRETS.mercadopago, manifest)}`;
  return {
    headers: { 'x-signature': signature, 'x-request-id': 'req-1', cookie: 'a=secret' },
    query: { 'data.id': data.id },
    rawBody,
  };
}
