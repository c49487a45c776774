import { changeCheckout, type WritePath } from '../../src/checkout/change-checkout';
import { type Command } from '../../src/checkout/command';
import { type Database } from '../../src/db/database';
import { entities } from '../../src/db/entities';
import { insertRows, selectRows } from '../../src/db/rows';
import { JournalEntry } from '../../src/journal/journal-entry.entity';
import { sealJournal } from '../../src/journal/seal-journal';
import { type JournalKey } from '../../src/journal/seal.rules';
import { verifyJournal } from '../../src/journal/verify-journal';
import { systemActor, type Actor } from '../../src/kernel/actor';
import { DEFAULT_CALENDAR } from '../../src/kernel/calendar';
import { DEFAULT_LIMITS } from '../../src/kernel/limits';
import { newId } from '../../src/kernel/id';
import { createOrder } from '../../src/order/create-order';
import { registerCheckout } from '../../src/order/register-checkout';
import { createPayment } from '../../src/payment/create-payment';
import { recordTransactionResult } from '../../src/payment/record-transaction-result';
import { applyDelivery } from '../../src/webhook/apply-delivery';
import { type Notification } from '../../src/webhook/provider.rules';
import { WebhookDelivery } from '../../src/webhook/webhook-delivery.entity';
import { migrations } from '../../migrations';
import { openTestDatabase } from './lane';

export const NOW = new Date('2026-05-23T18:41:12.000Z');
export const KEY: JournalKey = { keyId: '0123456789abcdef', key: Buffer.from('a key for tests') };

const TABLES = [
  'checkout',
  'checkout_key',
  'orders',
  'payment',
  'payment_fact',
  'payment_transaction',
  'reconciliation_exception',
  'webhook_delivery',
  'idempotency_key',
  'journal_entry',
  'journal_queue',
  'journal_position',
  'journal_seal',
];
const EUR_129 = { amount: '129.00', currencyCode: 'EUR' };
const actor: Actor = { ...systemActor('test'), roles: ['COMMERCE', 'PAYMENT', 'ADMIN', 'SYSTEM'] };

/** A database with real writes in its journal, and what a test of the journal does with it. */
export const openJournalWorld = async () => worldOn(await openTestDatabase(entities, migrations));

/** The same on a database that is open and migrated. */
export function worldOn(db: Database) {
  const path: WritePath = {
    db,
    clock: () => NOW,
    settings: {
      orderCreationGraceMs: 300_000,
      calendar: DEFAULT_CALENDAR,
      limits: DEFAULT_LIMITS,
    },
  };
  let keys = 0;
  const write = <Input>(command: Command<Input>, input: Input) => {
    keys += 1;
    const control = { idempotencyKey: `journal-world-${keys}-key`, dryRun: false };
    return changeCheckout(path, command, { actor, input, control });
  };
  const run = (text: string, parameters: readonly unknown[] = []) =>
    db.write((sql) => sql.run(text, parameters));
  return {
    db,
    path,
    write,
    /** Raw SQL behind the product's back. */
    run,
    /** Answers the checkout's id: an order registered, paid and created. */
    paidOrder: (cartGuid: string) => paidOrder(db, write, cartGuid),
    orphan: (providerReference: string) => orphan(path, providerReference),
    entry: (checkoutId: string, sequence: number) => entryOf(db, checkoutId, sequence),
    entries: (checkoutId: string): Promise<JournalEntry[]> =>
      selectRows(
        db.reader,
        db.dialect,
        JournalEntry,
        '`checkout_id` = ?',
        [checkoutId],
        'ORDER BY `sequence`',
      ),
    count: async (table: string): Promise<number> =>
      Number((await db.reader.query(`SELECT COUNT(*) AS n FROM ${table}`))[0]?.['n']),
    seal: () => sealJournal({ db, clock: () => NOW, key: KEY }),
    verify: (
      checkoutIds: string[] | null = null,
      more: { after?: string | null; first?: number } = {},
    ) => verifyJournal({ db, key: KEY }, { checkoutIds, after: null, first: 1_000, ...more }),
    async clear() {
      for (const table of TABLES) await run(`DELETE FROM ${table}`);
    },
  };
}

export type JournalWorld = ReturnType<typeof worldOn>;

async function paidOrder(
  db: Database,
  write: <Input>(command: Command<Input>, input: Input) => Promise<{ entityId: string | null }>,
  cartGuid: string,
): Promise<string> {
  await write(registerCheckout, { cartGuid, total: EUR_129 });
  const providerReference = `pi-${cartGuid}`;
  const announced = { cartGuid, provider: 'sandbox', providerReference, amount: EUR_129 };
  const payment = await write(createPayment, announced);
  await write(recordTransactionResult, {
    paymentId: payment.entityId ?? '',
    type: 'CAPTURE',
    result: 'SUCCEEDED',
    processedAmount: EUR_129,
    gatewayTransactionId: `ch-${cartGuid}`,
  });
  await write(createOrder, { cartGuid, code: `code-${cartGuid}` });
  return checkoutOf(db, cartGuid);
}

async function entryOf(db: Database, checkoutId: string, sequence: number): Promise<JournalEntry> {
  const where = '`checkout_id` = ? AND `sequence` = ?';
  const at = [checkoutId, sequence];
  const [entry] = await selectRows(db.reader, db.dialect, JournalEntry, where, at);
  if (entry === undefined) throw new Error('There is no such entry.');
  return entry;
}

async function checkoutOf(db: Database, key: string): Promise<string> {
  const [row] = await db.reader.query<{ checkout_id: string }>(
    'SELECT `checkout_id` FROM `checkout_key` WHERE `value` = ?',
    [key],
  );
  return row?.checkout_id ?? '';
}

/** Money nobody announced, told by its provider; answers the id of the checkout it opened. */
async function orphan({ db, clock, settings }: WritePath, resourceId: string): Promise<string> {
  const delivery = { ...RECEIVED, id: newId('wdl', NOW), eventId: resourceId, resourceId };
  await db.write((sql) => insertRows(sql, db.dialect, WebhookDelivery, [delivery]));
  const notification = { ...CAPTURED, eventId: resourceId, resourceIds: [resourceId] };
  await changeCheckout({ db, clock, settings }, applyDelivery, {
    actor,
    input: { delivery, notification, resourceId, cartGuid: null, orderCode: null },
    control: null,
  });
  const [row] = await db.reader.query<{ checkout_id: string }>(
    'SELECT `checkout_id` FROM `webhook_delivery` WHERE `id` = ?',
    [delivery.id],
  );
  return row?.checkout_id ?? '';
}

const RECEIVED: Omit<WebhookDelivery, 'id' | 'eventId' | 'resourceId'> = {
  provider: 'sandbox',
  otherResourceId: null,
  action: null,
  providerVersion: null,
  nativeStatus: 'captured',
  liveMode: true,
  payloadHash: 'a'.repeat(64),
  payload: '{}',
  headers: {},
  query: {},
  signatureResult: 'VALID',
  deliveryAttempt: 1,
  replayable: true,
  outcome: 'RECEIVED',
  outcomeReason: null,
  attempts: 0,
  nextAttemptAt: null,
  occurredAt: NOW,
  receivedAt: NOW,
  appliedAt: null,
  checkoutId: null,
  paymentId: null,
};

const CAPTURED: Omit<Notification, 'eventId' | 'resourceIds'> = {
  action: null,
  version: null,
  nativeStatus: 'captured',
  status: 'CAPTURED',
  liveMode: true,
  binaryMode: false,
  occurredAt: NOW,
  occurredAtRaw: NOW.toISOString(),
  amounts: { currency: 'EUR', authorized: 12_900n, captured: 12_900n, refunded: 0n },
  cartGuid: null,
  orderCode: null,
  captureId: null,
  captureAmount: null,
  unreadable: null,
  replayable: null,
};
