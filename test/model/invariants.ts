import { loadDrafts } from '../../src/checkout/load';
import { type Draft } from '../../src/checkout/draft.rules';
import { Checkout } from '../../src/checkout/checkout.entity';
import { IdempotencyKey } from '../../src/checkout/idempotency-key.entity';
import { entities } from '../../src/db/entities';
import { selectRows } from '../../src/db/rows';
import { type EntityClass } from '../../src/db/table';
import { catalogue, rulesOf } from '../../src/exception/catalogue.rules';
import { isLive } from '../../src/exception/exception.machine';
import { type DetectSettings } from '../../src/checkout/detect.rules';
import { freezeReasons, retryModeFor } from '../../src/checkout/freeze.rules';
import { entryHash, GENESIS } from '../../src/journal/chain.rules';
import { type JournalEntry } from '../../src/journal/journal-entry.entity';
import { canonicalJson, sha256Hex } from '../../src/kernel/canonical';
import { Refused } from '../../src/kernel/refusal';
import { step } from '../../src/kernel/state-machine';
import { fulfillmentFacts } from '../../src/fulfillment/fulfillment-facts.rules';
import {
  AUTOMATIC_FULFILLMENT_TRIGGERS,
  fulfillmentMachine,
} from '../../src/fulfillment/fulfillment.machine';
import { projectFulfillments } from '../../src/fulfillment/fulfillment.rules';
import { systemActor } from '../../src/kernel/actor';
import { type Limits } from '../../src/kernel/limits';
import { AUTOMATIC_ORDER_TRIGGERS, orderMachine } from '../../src/order/order.machine';
import { orderFacts } from '../../src/order/order.rules';
import { projectPayment } from '../../src/payment/payment.rules';
import { net } from '../../src/payment/sums.rules';
import { type World } from '../support/webhook-world';

type Row = Readonly<Record<string, unknown>>;

/** Every row of every table, by table and primary key. */
export type Tables = ReadonlyMap<string, readonly Row[]>;

export async function readTables({ db }: World): Promise<Tables> {
  const tables = new Map<string, readonly Row[]>();
  for (const entity of entities as readonly EntityClass<object>[]) {
    const rows = await selectRows(db.reader, db.dialect, entity, '', [], '');
    tables.set(
      entity.name,
      rows.map((row) => ({ ...row })),
    );
  }
  return tables;
}

/** One text of everything that is stored. */
export function dumpOf(tables: Tables): string {
  return [...tables].map(([name, rows]) => [name, ...rows.map(text).sort()].join('\n')).join('\n');
}

const text = (value: unknown) =>
  JSON.stringify(value, (_key, part: unknown) => (typeof part === 'bigint' ? `${part}` : part));

/** What must hold after every command (numbers as in the reliability contract); throws at the first that does not. */
export async function checkInvariants(
  world: World,
  before: Tables,
  after: Tables,
  settings: DetectSettings,
): Promise<void> {
  const { db } = world;
  const source = { sql: db.reader, dialect: db.dialect };
  const roots = (after.get(Checkout.name) ?? []) as unknown as Checkout[];
  const drafts = await loadDrafts(source, roots, { cold: ['evidence', 'closureNotes'] });
  for (const draft of drafts) {
    projectionIsRecomputed(draft);
    sumsHold(draft);
    fulfillmentsAreRecomputed(draft);
    const { nextCheckAt } = draft.checkout;
    // What time alone has changed since its last write, the sweeper looks at next.
    if (nextCheckAt === null || nextCheckAt > world.now()) {
      moversAreAtRest(draft, { now: world.now(), limits: settings.limits });
      exceptionsAreThoseOfTheFacts(draft, settings, world.now());
    }
    closedOnesHaveANote(draft);
    freezeFollows(draft);
    tombstonesAreEmpty(draft);
  }
  everyChangeIsJournaled(before, after);
  chainsAreWhole(after);
  answersExist(after);
}

function fail(invariant: string, about: unknown): never {
  throw new Error(`${invariant}: ${text(about)}`);
}

/** I3, I5: what is stored of a payment is what its facts say, in one currency. */
function projectionIsRecomputed(draft: Draft): void {
  for (const payment of draft.payments) {
    const facts = draft.facts.filter(({ paymentId }) => paymentId === payment.id);
    const terms = { ...payment, currency: payment.expected === null ? null : payment.currency };
    const { transactions, ...derived } = projectPayment(terms, facts);
    const stored: Row = { ...payment };
    // What failed for a release and is outstanding depends on the release, too (money.md 3).
    const isReleased = facts.some(({ fulfillmentId }) => fulfillmentId !== null);
    for (const [field, value] of Object.entries(derived)) {
      if (field === 'failedOutstanding' && isReleased) continue;
      if (text(stored[field]) !== text(value)) fail('I3 payment', [field, stored[field], value]);
    }
    const rows = draft.transactions.filter(({ paymentId }) => paymentId === payment.id);
    if (rows.length !== transactions.length) fail('I3 count', [rows, transactions]);
    for (const { failedMinor: _failed, decidedBy: _decided, ...one } of transactions) {
      const row: Row = { ...rows.find(({ naturalKey }) => naturalKey === one.naturalKey) };
      for (const [field, value] of Object.entries(one)) {
        if (text(row[field]) !== text(value)) fail('I3 transaction', [field, row[field], value]);
      }
    }
    const order = draft.orders.find(({ id }) => id === payment.orderId);
    const announced = payment.expected !== null && order !== undefined;
    if (announced && payment.currency !== order.currency) fail('I5 currency', payment);
  }
  const strays = draft.transactions.filter(
    (row) => !draft.payments.some(({ id }) => id === row.paymentId),
  );
  if (strays.length > 0) fail('I3 strays', strays);
}

/** Kinds that stand for sums a report has broken (states.md 2.2). */
const BROKEN_SUMS = [
  'DUPLICATE_CAPTURE',
  'OVER_REFUND',
  'AMOUNT_OR_CURRENCY_MISMATCH',
  'ILLEGAL_PROVIDER_STATE',
];

/** I1, I2, I4: what adds up adds up, unless a report said otherwise and an exception says so. */
function sumsHold(draft: Draft): void {
  const isTold = (id: string) =>
    draft.exceptions.some(
      (row) =>
        isLive(row) &&
        BROKEN_SUMS.includes(row.kind) &&
        (row.subjectId === id || row.paymentId === id),
    );
  for (const payment of draft.payments.filter(({ id }) => !isTold(id))) {
    // What was taken beyond its authorization and is given back contradicts nothing any more.
    if (net(payment) > payment.authorized) fail('I1', payment);
    if (payment.refunded + payment.chargedBack > payment.captured) fail('I2', payment);
  }
}

/** A fulfillment's amounts are what the transactions say; an order knows its parts. */
function fulfillmentsAreRecomputed(draft: Draft): void {
  const copy = structuredClone(draft);
  projectFulfillments(copy);
  if (text(copy.fulfillments) !== text(draft.fulfillments)) {
    fail('I3 fulfillment', [draft.fulfillments, copy.fulfillments]);
  }
  for (const { orderId } of draft.fulfillments) {
    if (!draft.orders.some(({ id }) => id === orderId)) fail('I3 stray fulfillment', orderId);
  }
}

/** I7: an order without a code waits, failed or was given up; nothing is left that would move by itself. */
function moversAreAtRest(draft: Draft, tools: { now: Date; limits: Limits }): void {
  for (const order of draft.orders) {
    const waits = order.status === 'CREATION_PENDING' || order.status === 'CREATION_FAILED';
    const isOver = order.status === 'CANCELLING' || order.status === 'CANCELLED';
    if (waits && order.code !== null) fail('I7 code', order);
    if (!waits && !isOver && order.code === null) fail('I7 code', order);
    for (const trigger of AUTOMATIC_ORDER_TRIGGERS) {
      const facts = orderFacts(draft, order, tools);
      if (isPossible(() => step(orderMachine, { trigger, from: order.status }, facts))) {
        fail('I7 at rest', [order.status, trigger]);
      }
    }
  }
  for (const row of draft.fulfillments) {
    const facts = fulfillmentFacts(draft, row, { actor: systemActor('model') });
    for (const trigger of AUTOMATIC_FULFILLMENT_TRIGGERS) {
      if (isPossible(() => step(fulfillmentMachine, { trigger, from: row.status }, facts))) {
        fail('I7 at rest', [row.status, trigger]);
      }
    }
  }
}

function isPossible(work: () => unknown): boolean {
  try {
    work();
    return true;
  } catch (error) {
    if (error instanceof Refused) return false;
    throw error;
  }
}

/** I8: live is what the predicate finds and nobody closed over, and what waits to be closed. */
function exceptionsAreThoseOfTheFacts(draft: Draft, settings: DetectSettings, now: Date): void {
  const found = new Map(catalogue.map((rules) => [rules.kind, rules.find(draft, settings, now)]));
  for (const [kind, findings] of found) {
    const rows = draft.exceptions.filter((row) => row.kind === kind);
    const standing = findings.filter(
      ({ subjectId, within }) =>
        !rulesOf(kind).yieldsTo.some((other) =>
          found
            .get(other)
            ?.some((one) => one.subjectId === subjectId || within?.includes(one.subjectId)),
        ),
    );
    for (const finding of standing) {
      const cause = sha256Hex(canonicalJson(finding.cause));
      const row = rows.find(({ subjectId }) => subjectId === finding.subjectId);
      if (row === undefined) fail('I8 missing', [kind, finding]);
      // What waits for its note keeps the cause it was worked on.
      const waits = row.status === 'AWAITING_CLOSURE';
      const known = isLive(row) ? waits || row.cause === cause : row.closedCause === cause;
      if (!known) fail('I8 cause', [row, finding.cause]);
    }
    for (const row of rows.filter(isLive)) {
      const isFound = standing.some(({ subjectId }) => subjectId === row.subjectId);
      const stays = row.status === 'AWAITING_CLOSURE' || rulesOf(kind).neverResolves === true;
      if (!isFound && !stays) fail('I8 without a reason', row);
    }
    const subjects = rows.map(({ subjectId }) => subjectId);
    if (new Set(subjects).size !== subjects.length) fail('I8 twice', rows);
  }
}

/** I9: nothing is closed without its note. */
function closedOnesHaveANote(draft: Draft): void {
  for (const row of draft.exceptions.filter(({ status }) => status === 'CLOSED')) {
    const note = draft.closureNotes.find(
      ({ exceptionId, occurrence }) => exceptionId === row.id && occurrence === row.occurrence,
    );
    if (note === undefined || row.closedCause === null || row.closedAt === null) fail('I9', row);
  }
}

/** I12: the freeze is what its causes say. */
function freezeFollows(draft: Draft): void {
  const { checkout } = draft;
  if (checkout.adoptedInto !== null) return;
  const reasons = freezeReasons(draft);
  if (text(checkout.retryReasons) !== text(reasons)) fail('I12', [checkout.retryReasons, reasons]);
  if (checkout.retryMode !== retryModeFor(reasons)) fail('I12', checkout.retryMode);
}

function tombstonesAreEmpty({ checkout, ...rows }: Draft): void {
  if (checkout.adoptedInto === null) return;
  const left = Object.values(rows).filter((list) => list.length > 0);
  if (left.length > 0) fail('a tombstone holds rows', left);
}

/** Bookkeeping, and what writers beside the write path own. */
const UNTOLD = new Set([
  'version',
  'createdAt',
  'updatedAt',
  'journalSequence',
  'journalHash',
  'nextCheckAt',
  'leasedUntil',
]);
const JOURNALED = [
  'Checkout',
  'Order',
  'Payment',
  'PaymentFact',
  'PaymentTransaction',
  'Fulfillment',
  'OrderInteraction',
  'ReconciliationException',
  'Evidence',
  'ClosureNote',
];

/** I10: a row that changed has an entry that says so, a tombstone by the adoption. */
function everyChangeIsJournaled(before: Tables, after: Tables): void {
  const told = (row: Row) => text(Object.entries(row).filter(([field]) => !UNTOLD.has(field)));
  const earlier = new Set((before.get('JournalEntry') ?? []).map((row) => row['id']));
  const entries = (after.get('JournalEntry') ?? []).filter((row) => !earlier.has(row['id']));
  const subjects = new Set(entries.map((row) => row['subjectId']));
  const chains = new Set(
    entries.filter((row) => row['kind'] === 'ADOPTION').map((row) => row['checkoutId']),
  );
  for (const table of JOURNALED) {
    const old = new Map((before.get(table) ?? []).map((row) => [row['id'], told(row)]));
    const now = new Map((after.get(table) ?? []).map((row) => [row['id'], told(row)]));
    for (const id of new Set([...old.keys(), ...now.keys()])) {
      if (old.get(id) === now.get(id)) continue;
      if (!subjects.has(id) && !chains.has(id)) fail('I10', [table, old.get(id), now.get(id)]);
    }
  }
}

/** I11: gapless, hashed, and as long as the checkout says. */
function chainsAreWhole(after: Tables): void {
  const entries = (after.get('JournalEntry') ?? []) as unknown as JournalEntry[];
  for (const checkout of (after.get('Checkout') ?? []) as unknown as Checkout[]) {
    let hash = GENESIS;
    const chain = entries
      .filter(({ checkoutId }) => checkoutId === checkout.id)
      .sort((a, b) => a.sequence - b.sequence);
    for (const [index, { id: _id, ...entry }] of chain.entries()) {
      if (entry.sequence !== index + 1 || entry.previousHash !== hash) fail('I11 link', entry);
      if (entryHash(entry) !== entry.hash) fail('I11 hash', entry);
      ({ hash } = entry);
    }
    if (checkout.journalSequence !== chain.length || checkout.journalHash !== hash) {
      fail('I11 tail', checkout);
    }
  }
}

/** I13: what a key answered is there. */
function answersExist(after: Tables): void {
  const ids = new Set([...after.values()].flat().map((row) => row['id']));
  for (const { answer } of (after.get(IdempotencyKey.name) ?? []) as unknown as IdempotencyKey[]) {
    const named = [answer.entityId, ...answer.exceptionsOpened, ...answer.exceptionsResolved];
    if (answer.entityId === null || !named.every((id) => ids.has(id))) fail('I13', answer);
  }
}
