import { type ReconciliationException } from '../exception/exception.entity';
import { isLive } from '../exception/exception.machine';
import { type JournalEntry } from '../journal/journal-entry.entity';
import { changesBetween, sameValue, type RowChange } from '../journal/diff.rules';
import { writeEntries, type Reason } from '../journal/write-entries.rules';
import { sha256Hex } from '../kernel/canonical';
import { type Actor } from '../kernel/actor';
import { newId } from '../kernel/id';
import { refuse } from '../kernel/refusal';
import { isShopper, seesOrder } from '../order/visibility.rules';
import { type Command, type EntityName } from './command';
import { detect, type DetectSettings } from './detect.rules';
import { type Draft, type Intent, type Rows, type Tools } from './draft.rules';
import { freezeReasons, retryModeFor } from './freeze.rules';
import { refuseBeyondLimit } from './limit.rules';
import { nextCheckAt } from './next-check.rules';
import { settle } from './settle.rules';

export interface Run<Input> {
  readonly command: Command<Input>;
  readonly input: Input;
  readonly actor: Actor;
  readonly now: Date;
  readonly expectedVersion: number | null;
  /** Orphans this checkout takes over, as they were; their rows are in the draft already. */
  readonly adopted: readonly Draft[];
}

/** What a command did to a checkout: everything that is to be written. */
export interface Result {
  readonly entityId: string | null;
  readonly exceptionsOpened: readonly string[];
  readonly exceptionsResolved: readonly string[];
  readonly changes: readonly RowChange[];
  readonly journal: readonly JournalEntry[];
}

const ENTITY_ROWS: Readonly<Record<EntityName, keyof Rows>> = {
  order: 'orders',
  payment: 'payments',
  fulfillment: 'fulfillments',
  exception: 'exceptions',
};

/**
 * Steps 4 to 6 of the write path (design.md): decide, settle, detect, journal. Pure: it changes the draft in memory,
 * and throws a refusal. `before` is the checkout as it was; null for one that is new.
 */
export function runCommand<Input>(
  draft: Draft,
  before: Draft | null,
  run: Run<Input>,
  settings: DetectSettings,
): Result {
  const { command, input, now } = run;
  const intents: Intent[] = [];
  const reasons = new Map<string, Reason>();
  const tools: Tools = {
    actor: run.actor,
    now,
    calendar: settings.calendar,
    limits: settings.limits,
    newId: (prefix) => newId(prefix, now),
    intend: (intent) => intents.push(intent),
    explain: (subjectId, text) => reasons.set(subjectId, keepReason(draft, text, now)),
  };
  checkOwner(draft, run);
  checkVersion(draft, run);
  const entityId = command.decide(draft, input, tools);
  refuseBeyondLimit(draft, before);
  settle(draft, tools);
  const wasFrozen = freezeReasons(draft).length > 0;
  detect(draft, tools, settings);
  if (wasFrozen && freezeReasons(draft).length === 0) {
    // What had to wait for the end of the freeze goes on in the same write.
    settle(draft, tools);
    detect(draft, tools, settings);
  }
  draft.checkout.retryReasons = freezeReasons(draft);
  draft.checkout.retryMode = retryModeFor(draft.checkout.retryReasons);
  draft.checkout.nextCheckAt = nextCheckAt(draft, now, settings);
  const changes = [...changesBetween(before, draft), ...lostInAdoption(run.adopted, draft)];
  const earlier = before === null ? run.adopted : [before, ...run.adopted];
  countVersions(draft, earlier, changes, now);
  if (before !== null && changes.length > 0) {
    Object.assign(draft.checkout, { version: before.checkout.version + 1, updatedAt: now });
  }
  const journal = writeEntries(draft.checkout, changes, {
    action: command.name,
    actor: run.actor.subject,
    now,
    reasons,
    intents,
    adoptions: run.adopted.map(({ checkout }) => ({
      checkoutId: checkout.id,
      lastHash: checkout.journalHash,
    })),
    newId: tools.newId,
  });
  return { entityId, ...exceptionsTouched(draft, earlier), changes, journal };
}

/** Rows of an orphan that its new home has no place for: an implied transaction that is told by itself now. */
function lostInAdoption(adopted: readonly Draft[], draft: Draft): RowChange[] {
  return adopted
    .flatMap((orphan) => changesBetween(orphan, draft))
    .filter(({ after }) => after === null);
}

/** The text goes where an erasure reaches it; the journal keeps its id and hash. */
function keepReason(draft: Draft, text: string, now: Date): Reason {
  const id = newId('txt', now);
  const { id: checkoutId } = draft.checkout;
  draft.texts.push({ id, checkoutId, field: 'journal.reason', text, createdAt: now });
  return { reasonId: id, reasonHash: sha256Hex(text) };
}

/** A seller's people, and a shopper, act on their own orders only: others' do not exist for them. */
function checkOwner<Input>(draft: Draft, { command, input, actor }: Run<Input>): void {
  if (actor.side === 'MARKETPLACE' && !isShopper(actor)) return;
  const id = command.sellerOrder?.(draft, input) ?? command.target?.(draft, input) ?? null;
  const order = draft.orders.find((row) => row.id === id);
  if (order !== undefined && seesOrder(actor, order)) return;
  refuse('NOT_FOUND', 'There is no such order.');
}

function checkVersion<Input>(draft: Draft, run: Run<Input>): void {
  const { command, input, expectedVersion } = run;
  const id = command.target?.(draft, input) ?? null;
  if (id === null || command.entity === null || command.creation || expectedVersion === null)
    return;
  const row = draft[ENTITY_ROWS[command.entity]].find((one) => one.id === id);
  if (row === undefined || !('version' in row) || row.version === expectedVersion) return;
  refuse('VERSION_CONFLICT', 'The subject has another version than expectedVersion.', {
    field: ['control', 'expectedVersion'],
    currentVersion: row.version,
  });
}

/** Rows that changed count one version up; new ones begin with 1. */
function countVersions(
  draft: Draft,
  earlier: readonly Draft[],
  changes: readonly RowChange[],
  now: Date,
): void {
  const known = new Map(earlier.flatMap(versioned).map(({ id, version }) => [id, version]));
  const changed = new Set(changes.map(({ subjectId }) => subjectId));
  for (const row of versioned(draft)) {
    const version = known.get(row.id);
    if (version === undefined || !changed.has(row.id)) continue;
    Object.assign(row, { version: version + 1, updatedAt: now });
  }
}

function versioned(draft: Draft): { id: string; version: number }[] {
  const { orders, payments, transactions, fulfillments, exceptions } = draft;
  return [...orders, ...payments, ...transactions, ...fulfillments, ...exceptions];
}

/** Exceptions that became WATCHING or OPEN now, and those that are over now. */
function exceptionsTouched(draft: Draft, earlier: readonly Draft[]) {
  const old = new Map(earlier.flatMap(({ exceptions }) => exceptions).map((row) => [row.id, row]));
  const became = (row: ReconciliationException) =>
    !sameValue(old.get(row.id)?.status ?? null, row.status);
  const ids = (is: (row: ReconciliationException) => boolean) =>
    draft.exceptions.filter((row) => became(row) && is(row)).map(({ id }) => id);
  return {
    exceptionsOpened: ids(({ status }) => status === 'WATCHING' || status === 'OPEN'),
    exceptionsResolved: ids((row) => !isLive(row)),
  };
}
