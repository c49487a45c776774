import { setTimeout as delay } from 'node:timers/promises';
import { type Database } from '../db/database';
import { classify } from '../db/error-class';
import { hasRole } from '../kernel/actor';
import { type Clock } from '../kernel/clock';
import { refuse, Refused } from '../kernel/refusal';
import { idempotencyKey } from '../kernel/text';
import { adopt, bury } from './adopt.rules';
import { type Answer, type Command, type Request } from './command';
import { type DetectSettings } from './detect.rules';
import { type Draft } from './draft.rules';
import { findCheckout, type Found } from './find-checkout';
import { claim, fingerprintOf, keepAnswer, type Claim } from './idempotency';
import { type Source } from './load';
import { runCommand, type Result } from './run-command.rules';
import { appendJournal, writeDraft } from './write';
import { Overtaken } from './write-roots';

/** What the write path needs of its surroundings. */
export interface WritePath {
  readonly db: Database;
  readonly clock: Clock;
  readonly settings: DetectSettings;
  /** Hears of every run that had to start over. */
  readonly onRetry?: (command: string) => void;
}

const ATTEMPTS_MAX = 5;
const RETRY_FOR_MS = 2_000; // Longer, and the caller's own deadline is near.
const BACKOFF_MIN_MS = 10;
const BACKOFF_MAX_MS = 200;

/**
 * The only function that writes what checkouts own (design.md): claim, lock, load, decide, settle, detect, journal,
 * write, in one transaction; on a conflict the whole of it again, from nothing, bounded and jittered.
 */
export async function changeCheckout<Input>(
  path: WritePath,
  command: Command<Input>,
  request: Request<Input>,
): Promise<Answer> {
  if (request.control !== null) idempotencyKey(request.control.idempotencyKey);
  if (request.control?.dryRun === true) return dryRun(path, command, request);
  const startedMs = performance.now();
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await attemptOnce(path, command, request);
    } catch (error) {
      if (!isWorthAnotherTry(error)) throw error;
      if (attempt === ATTEMPTS_MAX || performance.now() - startedMs > RETRY_FOR_MS) {
        // A duplicate that stays is no race but our own mistake.
        if (['UNAVAILABLE', 'DUPLICATE'].includes(classify(error))) throw error;
        return refuse('CONFLICT_RETRY', 'Others kept writing the same checkout.', {
          retryable: true,
        });
      }
      path.onRetry?.(command.name);
      await delay(BACKOFF_MIN_MS + Math.random() * Math.min(BACKOFF_MAX_MS, 10 * 2 ** attempt));
    }
  }
}

/** A lost COMMIT is ambiguous, and running again under the same key answers it (reliability.md 2.5). */
function isWorthAnotherTry(error: unknown): boolean {
  if (error instanceof Refused) return false;
  const kind = classify(error);
  return (
    error instanceof Overtaken ||
    kind === 'RETRY' ||
    kind === 'LOCK_TIMEOUT' ||
    kind === 'DUPLICATE' || // Another writer took a name meanwhile: look again, decide on what is there.
    kind === 'UNAVAILABLE'
  );
}

async function attemptOnce<Input>(
  path: WritePath,
  command: Command<Input>,
  request: Request<Input>,
): Promise<Answer> {
  return path.db.write(async (sql) => {
    const source = { sql, dialect: path.db.dialect };
    const now = path.clock();
    const claimed = claimOf(command, request, now);
    if (claimed !== null) {
      const stored = await claim(source, claimed);
      if (stored !== null) return { ...stored, replayed: true, draft: null, written: null };
    }
    checkRequest(command, request);
    const found = await findCheckout(source, command, { input: request.input, now, lock: true });
    const { result, draft, adopted } = decideOn(path, found, { command, request, now });
    await write(source, { found, draft, adopted, result, command, request, now });
    const { entityId, exceptionsOpened, exceptionsResolved } = result;
    const answer = { entityId, exceptionsOpened, exceptionsResolved };
    if (claimed !== null) await keepAnswer(source, claimed, answer);
    return { ...answer, replayed: false, draft: null, written: draft };
  });
}

function claimOf<Input>(
  command: Command<Input>,
  { actor, input, control }: Request<Input>,
  now: Date,
): Claim | null {
  if (control === null) return null;
  return {
    caller: actor.subject,
    idempotencyKey: control.idempotencyKey,
    operation: command.name,
    fingerprint: fingerprintOf(command.name, input),
    now,
  };
}

/** Input first, then permission (api.md "Order of checks"). */
function checkRequest<Input>(command: Command<Input>, { actor, input }: Request<Input>): void {
  command.check?.(input);
  const isClosed = actor.side === 'SELLER' && command.sellerOrder === undefined;
  if (!hasRole(actor, command.roles) || isClosed) {
    refuse('FORBIDDEN', `${command.name} is not allowed to this role or side.`);
  }
}

interface Decided {
  readonly result: Result;
  readonly draft: Draft;
  /** Orphans as they were. */
  readonly adopted: readonly Draft[];
}

function decideOn<Input>(
  path: WritePath,
  { before, orphans, draft }: Found,
  call: { command: Command<Input>; request: Request<Input>; now: Date },
): Decided {
  const { command, request, now } = call;
  const adopted = orphans.map((orphan) => structuredClone(orphan));
  for (const orphan of orphans) adopt(draft, orphan);
  const result = runCommand(
    draft,
    before,
    {
      command,
      input: request.input,
      actor: request.actor,
      now,
      expectedVersion: request.control?.expectedVersion ?? null,
      adopted,
    },
    path.settings,
  );
  return { result, draft, adopted };
}

async function write<Input>(
  source: Source,
  done: Decided & {
    found: Found;
    command: Command<Input>;
    request: Request<Input>;
    now: Date;
  },
): Promise<void> {
  const { found, draft, adopted, result, command, request, now } = done;
  const story = { action: command.name, actor: request.actor.subject, now };
  const buried = adopted.map((orphan) => ({
    before: orphan.checkout,
    ...bury(orphan, draft.checkout, story),
  }));
  await writeDraft(source, draft, {
    changes: result.changes,
    before: found.before,
    tombstones: buried.map(({ before, checkout }) => ({ before, after: checkout })),
  });
  await appendJournal(source, [...result.journal, ...buried.flatMap(({ journal }) => journal)]);
}

/** Steps 3 to 6 on an unlocked snapshot: the same answer, nothing changed. */
async function dryRun<Input>(
  path: WritePath,
  command: Command<Input>,
  request: Request<Input>,
): Promise<Answer> {
  checkRequest(command, request);
  const now = path.clock();
  return path.db.snapshot(async (sql) => {
    const source = { sql, dialect: { ...path.db.dialect, forUpdate: '' as const } };
    const found = await findCheckout(source, command, { input: request.input, now, lock: false });
    const { result, draft } = decideOn(path, found, { command, request, now });
    const { entityId, exceptionsOpened, exceptionsResolved } = result;
    const answer = { entityId, exceptionsOpened, exceptionsResolved };
    return { ...answer, replayed: false, draft, written: null };
  });
}
