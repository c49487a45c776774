import { randomUUID } from 'node:crypto';
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { migrations } from '../../migrations';
import { changeCheckout, type WritePath } from '../../src/checkout/change-checkout';
import { type AnyCommand } from '../../src/checkout/command';
import { openDatabase, type Database } from '../../src/db/database';
import { entities } from '../../src/db/entities';
import { tableOf } from '../../src/db/table';
import { verifyJournal } from '../../src/journal/verify-journal';
import { ROLES } from '../../src/kernel/actor';
import { DEFAULT_CALENDAR } from '../../src/kernel/calendar';
import { DEFAULT_LIMITS } from '../../src/kernel/limits';
import { createOrder } from '../../src/order/create-order';
import { recordOrderCreationFailure } from '../../src/order/record-order-creation-failure';
import { registerCheckout } from '../../src/order/register-checkout';
import { createPayment } from '../../src/payment/create-payment';
import { recordTransactionResult } from '../../src/payment/record-transaction-result';
import { providerRegistry } from '../../src/webhook/providers.rules';
import { receiveDelivery } from '../../src/webhook/receive-delivery';
import { applyDue } from '../../src/worker/apply';
import { inBatches, runChange, type End } from '../support/killed-child';
import { freshTarget, lane } from '../support/lane';
import { signedGeneric } from '../support/signed-webhooks';

const NOW = new Date('2026-05-23T18:45:00.000Z');
const EUR_129 = { amount: '129.00', currencyCode: 'EUR' };
const SECRET = 'acme-secret-of-the-tests';
const SETTINGS = {
  orderCreationGraceMs: 300_000,
  calendar: DEFAULT_CALENDAR,
  limits: DEFAULT_LIMITS,
};
const ACTOR = {
  subject: 'test',
  roles: ROLES,
  side: 'MARKETPLACE',
  sellerId: null,
  customerId: null,
} as const;
const JOURNAL_KEY = { keyId: 'test', key: Buffer.from('journal-key-of-the-tests') };
const CHILDREN = 4;

let target: { url: string | null; file: string };
let remove: () => Promise<void>;
beforeEach(async () => {
  ({ target, remove } = await freshTarget());
  const db = await open();
  await db.migrate();
  await db.close();
});
afterEach(() => remove());

const open = (of = target) => openDatabase({ ...of, entities, migrations });
const pathOn = (db: Database): WritePath => ({ db, clock: () => NOW, settings: SETTINGS });

/** A checkout of its own, and the request that is to be killed. */
interface Site {
  readonly name: string;
  readonly command: AnyCommand;
  readonly request: Parameters<typeof changeCheckout<any>>[2];
}

type Prepare = (db: Database, name: string) => Promise<{ command: AnyCommand; input: object }>;

/** Money that came before its order, in a checkout of its own; the order of a registered cart takes it over. */
const adoption: Prepare = async (db, name) => {
  await run(db, registerCheckout, { cartGuid: `cart-${name}`, total: EUR_129 }, `register-${name}`);
  const event = {
    event_id: `evt-${name}`,
    psp_reference: `pi-${name}`,
    occurred_at: '2026-05-23T18:44:00Z',
    status: 'captured',
    capture_id: `ch-${name}`,
    amount: '129.00',
    currency: 'EUR',
  };
  const providers = providerRegistry({
    mercadopagoSecret: null,
    acceptUnsignedMercadopago: false,
    genericHmac: { acme: SECRET },
  });
  const { body, headers } = signedGeneric(event, SECRET, NOW);
  await receiveDelivery(
    { db, clock: () => NOW, providers, sandboxEvents: 'record', wake: () => undefined },
    'acme',
    { headers, query: {}, rawBody: Buffer.from(body) },
  );
  const onError = (_id: string, error: unknown) => {
    throw error;
  };
  await applyDue({ path: pathOn(db), providers, actorName: 'apply', onError });
  const payments = [{ provider: 'acme', providerReference: `pi-${name}` }];
  const input = { cartGuid: `cart-${name}`, code: `ORDER-${name}`, payments };
  return { command: createOrder, input };
};

/** The capture that makes a failed order creation an exception. */
const capture: Prepare = async (db, name) => {
  const cart = { cartGuid: `cart-${name}` };
  const orderId = await run(
    db,
    registerCheckout,
    { ...cart, total: EUR_129 },
    `register-checkout-${name}`,
  );
  const paymentId = await run(
    db,
    createPayment,
    { ...cart, provider: 'acme', providerReference: `pi-${name}`, amount: EUR_129 },
    `create-payment-${name}`,
  );
  const failure = { orderId: orderId!, reason: 'address normalisation failed' };
  await run(db, recordOrderCreationFailure, failure, `creation-failure-${name}`);
  return {
    command: recordTransactionResult,
    input: {
      paymentId,
      type: 'CAPTURE',
      result: 'SUCCEEDED',
      processedAmount: EUR_129,
      gatewayTransactionId: `ch-${name}`,
    },
  };
};

async function run(
  db: Database,
  command: AnyCommand,
  input: object,
  idempotencyKey: string,
): Promise<string | null> {
  const control = { idempotencyKey, dryRun: false };
  return (await changeCheckout(pathOn(db), command, { actor: ACTOR, input, control })).entityId;
}

async function prepared(db: Database, prepare: Prepare): Promise<Site> {
  const name = randomUUID();
  const { command, input } = await prepare(db, name);
  const control = { idempotencyKey: `the-request-${name}`, dryRun: false };
  return { name, command, request: { actor: ACTOR, input, control } };
}

/** On the embedded database each child has a copy of the file: only one process may hold it. */
function ownTarget(name: string): typeof target {
  if (lane() === 'mariadb') return target;
  const directory = join(dirname(target.file), name);
  mkdirSync(directory);
  const file = join(directory, 'recon.db');
  for (const part of ['', '-wal']) {
    if (existsSync(target.file + part)) cpSync(target.file + part, file + part);
  }
  return { url: null, file };
}

interface Kill {
  readonly site: Site;
  readonly killBefore: number | null;
  readonly underWay: boolean;
}

function child(on: typeof target, { site, killBefore, underWay }: Kill): Promise<End> {
  const { name } = site.command;
  const { request } = site;
  const settings = SETTINGS;
  return runChange({
    target: on,
    settings,
    now: NOW.toISOString(),
    name,
    request,
    killBefore,
    underWay,
  });
}

/** Every row that is about the site, without what chance made of it. */
async function contentOf(db: Database, { name }: Site): Promise<string[]> {
  const [{ ids } = { ids: '' }] = await checkoutsOf(db, name);
  const own = [...ids.split(','), name];
  const content: string[] = [];
  for (const entity of entities) {
    const table = tableOf(entity).name;
    for (const row of await db.reader.query(`SELECT * FROM \`${table}\``)) {
      const text = JSON.stringify(row, (_key, value: unknown) =>
        typeof value === 'bigint' ? value.toString() : value,
      );
      if (!own.some((one) => text.includes(one))) continue;
      content.push(`${table} ${withoutChance(text, name)}`);
    }
  }
  return content.sort();
}

const withoutChance = (text: string, name: string) =>
  text
    .replaceAll(name, 'NAME')
    .replace(/\b([a-z]{3})_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '$1_ID')
    .replace(/[0-9a-f]{32,64}/g, 'HASH');

/** Comma-separated: the checkout that bears the site's names, and the one it took over. */
const checkoutsOf = (db: Database, name: string) =>
  db.reader.query<{ ids: string }>(
    `SELECT GROUP_CONCAT(c.id) AS ids FROM checkout c WHERE EXISTS (
      SELECT * FROM checkout_key k WHERE k.value LIKE ? AND k.checkout_id IN (c.id, c.adopted_into))`,
    [`%${name}`],
  );

/** What the same request with the same key finds, and leaves. */
async function retried(db: Database, site: Site) {
  const { replayed } = await changeCheckout(pathOn(db), site.command, site.request);
  const [{ ids } = { ids: '' }] = await checkoutsOf(db, site.name);
  const journal = await verifyJournal(
    { db, key: JOURNAL_KEY },
    { checkoutIds: ids.split(','), after: null, first: 1_000 },
  );
  const content = await contentOf(db, site);
  const keys = content.filter(
    (row) => row.startsWith('idempotency_key') && row.includes('the-request'),
  ).length;
  return { replayed, content, keys, journalValid: journal.valid && journal.checked > 0 };
}

async function onDatabase<T>(on: typeof target, work: (db: Database) => Promise<T>): Promise<T> {
  const db = await open(on);
  try {
    return await work(db);
  } finally {
    await db.close();
  }
}

/** One run that is left alone: what it leaves, and the statements it takes. */
async function undisturbed(prepare: Prepare) {
  const site = await onDatabase(target, (db) => prepared(db, prepare));
  const { how, output } = await child(target, { site, killBefore: null, underWay: false });
  if (how !== 'exit 0') throw new Error(`${how}: ${output}`);
  const content = await onDatabase(target, (db) => contentOf(db, site));
  return { statements: JSON.parse(output) as string[], content };
}

interface Plan {
  readonly moments: readonly number[];
  /** What an undisturbed run leaves. */
  readonly content: readonly string[];
  readonly underWay: boolean;
}

/** What came of it, beside what an undisturbed run leaves. */
interface Effect {
  readonly missing: string[];
  readonly tooMuch: string[];
  readonly keys: number;
  readonly journalValid: boolean;
}

const ONE_EFFECT: Effect = { missing: [], tooMuch: [], keys: 1, journalValid: true };

/** The rows of `left` that are not in `right`, each as often as it is there too often. */
function without(left: readonly string[], right: readonly string[]): string[] {
  const rest = [...right];
  return left.filter((row) => {
    const at = rest.indexOf(row);
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
}

/** Killed, and asked again, once per element: before each statement, or while it is under way. */
async function killedAt(
  prepare: Prepare,
  { moments, content, underWay }: Plan,
): Promise<(Effect & { killBefore: number; replayed: boolean })[]> {
  const sites = await onDatabase(target, (db) =>
    inBatches(moments, 1, () => prepared(db, prepare)),
  );
  return inBatches(
    sites.map((site, index) => ({ site, killBefore: moments[index]!, underWay })),
    CHILDREN,
    async (kill) => {
      const on = ownTarget(kill.site.name);
      const { how, output } = await child(on, kill);
      if (how !== 'SIGKILL') throw new Error(`${how}: ${output}`);
      const after = await onDatabase(on, (db) => retried(db, kill.site));
      return {
        killBefore: kill.killBefore,
        replayed: after.replayed,
        missing: without(content, after.content),
        tooMuch: without(after.content, content),
        keys: after.keys,
        journalValid: after.journalValid,
      };
    },
  );
}

const STORIES = [
  { story: 'createOrder with an orphan to adopt', prepare: adoption },
  { story: 'recordTransactionResult that opens an exception', prepare: capture },
];

test.each(STORIES)(
  'a server killed between any two statements of $story has one effect once it is asked again',
  async ({ prepare }) => {
    const { statements, content } = await undisturbed(prepare);
    // Before the first one, between any two, and after the last: committed, and nobody was told.
    const moments = Array.from({ length: statements.length + 1 }, (_, index) => index + 1);

    const outcomes = await killedAt(prepare, { moments, content, underWay: false });

    expect(statements.at(-1)).toBe('COMMIT');
    expect(outcomes).toEqual(
      moments.map((killBefore) => ({
        killBefore,
        replayed: killBefore > statements.length,
        ...ONE_EFFECT,
      })),
    );
  },
  120_000,
);

test.each(STORIES)(
  'a server killed while a statement of $story is under way has one effect once it is asked again',
  async ({ prepare }) => {
    const { statements, content } = await undisturbed(prepare);
    // The first, one in the middle, and COMMIT, of which nobody can say whether it was done.
    const last = statements.length;
    const moments = [1, Math.ceil(last / 2), last, last, last];

    const outcomes = await killedAt(prepare, { moments, content, underWay: true });

    expect(outcomes.map(({ replayed: _, ...rest }) => rest)).toEqual(
      moments.map((killBefore) => ({ killBefore, ...ONE_EFFECT })),
    );
  },
  120_000,
);
