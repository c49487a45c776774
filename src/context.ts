import { type WritePath } from './checkout/change-checkout';
import { databaseReader, draftReader } from './checkout/row-reader';
import { type Draft } from './checkout/draft.rules';
import { type Actor } from './kernel/actor';
import { type JournalKey } from './journal/journal-key';
import { createLoaders, type Loaders } from './loaders';
import { seesMoney } from './order/visibility.rules';

/** What one request may use. */
export interface Context {
  readonly actor: Actor;
  readonly requestId: string;
  readonly path: WritePath;
  readonly journalKey: JournalKey;
  loaders: Loaders;
  /** What a dry run made of a checkout, while its payload is being answered. */
  draft: Draft | null;
}

export interface Surroundings {
  readonly path: WritePath;
  readonly journalKey: JournalKey;
}

export function createContext(
  { path, journalKey }: Surroundings,
  actor: Actor,
  requestId: string,
): Context {
  const loaders = committedLoaders(path, actor);
  return { actor, requestId, path, journalKey, loaders, draft: null };
}

/** After a write nothing that was loaded before it counts; a dry run's rows count until the next one. */
export function forgetLoaded(context: Context, draft: Draft | null = null): void {
  const { path, actor } = context;
  context.draft = draft;
  context.loaders =
    draft === null
      ? committedLoaders(path, actor)
      : createLoaders(draftReader(databaseReader(path.db), draft), actor, path.db.reader);
}

/** What was committed just now is known without reading it again. */
export function rememberWritten({ loaders, actor }: Context, written: Draft): void {
  if (!seesMoney(actor)) return;
  for (const row of written.orders) loaders.orderById.prime(row.id, row);
  for (const row of written.payments) loaders.paymentById.prime(row.id, row);
  for (const row of written.exceptions) loaders.exceptionById.prime(row.id, row);
}

function committedLoaders({ db }: WritePath, actor: Actor): Loaders {
  return createLoaders(databaseReader(db), actor, db.reader);
}
