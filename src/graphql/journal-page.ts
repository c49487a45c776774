import { GraphQLError } from 'graphql';
import { resolveKeys } from '../checkout/load';
import { type Context } from '../context';
import { selectRowsIn } from '../db/rows';
import { Checkout } from '../checkout/checkout.entity';
import {
  journalCount,
  journalPage,
  subjectJournalCount,
  subjectJournalPage,
  type JournalFilter,
  type JournalRow,
} from '../journal/journal.loaders';
import { UnknownCursor, verifyJournal } from '../journal/verify-journal';
import { badCursor, decodeCursor, encodeCursor, filterHashOf } from './cursor';
import { checkFilter } from './filter';
import {
  type QueryJournalArgs,
  type QueryVerifyJournalArgs,
  type ReconJournalVerification,
} from './generated';
import { pageOf, pageSize, type Page } from './page';
import { seesMoney } from '../order/visibility.rules';

interface PageArgs {
  readonly first?: number | null;
  readonly after?: string | null;
}

/** The whole journal in its global order: what other services follow (design.md). */
export async function wholeJournal(
  { actor, path: { db } }: Context,
  { filter, first, after }: QueryJournalArgs,
): Promise<Page<JournalRow>> {
  checkFilter(filter);
  const wanted: JournalFilter = {
    kinds: seesMoney(actor) ? (filter?.kindIn ?? null) : [],
    actions: filter?.actionIn ?? null,
    subjectId: filter?.subjectId ?? null,
  };
  const bound = filterHashOf(wanted);
  const size = pageSize(first);
  const from = after ? positionIn(decodeCursor('journal', bound, after)) : null;
  const page = { after: from, first: size + 1, filter: wanted };
  const rows = await journalPage(db.reader, db.dialect, page);
  return pageOf(rows, size, {
    hasPreviousPage: from !== null,
    cursorOf: ({ position }) => encodeCursor('journal', bound, [(position ?? 0n).toString()]),
    total: async () => journalCount(db.reader, db.dialect, wanted),
  });
}

function positionIn([text]: readonly (string | null)[]): bigint {
  if (!text || !/^\d{1,15}$/.test(text)) throw badCursor();
  return BigInt(text);
}

/** The history of one entity, oldest first, newest changes included. */
export async function subjectJournal(
  { actor, path: { db } }: Context,
  subjectId: string,
  { first, after }: PageArgs,
): Promise<Page<JournalRow>> {
  const bound = filterHashOf(subjectId);
  const size = pageSize(first);
  const [afterId = null] = after ? decodeCursor('subject-journal', bound, after) : [];
  const page = { subjectId: seesMoney(actor) ? subjectId : '', afterId, first: size + 1 };
  const rows = await subjectJournalPage(db.reader, db.dialect, page);
  return pageOf(rows, size, {
    hasPreviousPage: afterId !== null,
    cursorOf: ({ id }) => encodeCursor('subject-journal', bound, [id]),
    total: async () => subjectJournalCount(db.reader, db.dialect, page.subjectId),
  });
}

const VERIFIED_MAX = 10_000;

/** Recomputes the chains of one entity's checkout and of what it adopted, or everything. */
export async function journalVerification(
  { path: { db }, journalKey }: Context,
  { subject, after, first }: QueryVerifyJournalArgs,
): Promise<ReconJournalVerification> {
  const checkoutIds = subject ? await chainsOf(db, subject) : null;
  const size = pageSize(first, VERIFIED_MAX);
  try {
    const { firstBad, ...found } = await verifyJournal(
      { db, key: journalKey },
      { checkoutIds, after: after ?? null, first: size },
    );
    return { ...found, firstBad: firstBad === null ? null : { ...firstBad } };
  } catch (error) {
    if (error instanceof UnknownCursor) throw badCursor();
    throw error;
  }
}

async function chainsOf(db: Context['path']['db'], subject: string): Promise<string[]> {
  const source = { sql: db.reader, dialect: db.dialect };
  const [id] = await resolveKeys(source, [{ kind: 'ID', value: subject, field: 'subject' }]);
  if (id === undefined) {
    throw new GraphQLError('There is no such subject.', {
      extensions: { code: 'BAD_USER_INPUT', reason: 'BAD_ID', field: ['subject'] },
    });
  }
  const adopted = await selectRowsIn(db.reader, db.dialect, Checkout, 'adoptedInto', [id]);
  return [id, ...adopted.map((orphan) => orphan.id)];
}
