import { type QueryResolvers, type ReconJournalEntryResolvers } from '../graphql/generated';
import { journalVerification, wholeJournal } from '../graphql/journal-page';

// schema/journal.graphql, field by field. No rule and no SQL lives here.

const Query: Pick<QueryResolvers, 'journal' | 'verifyJournal'> = {
  journal: async (_root, args, context) => wholeJournal(context, args),
  verifyJournal: async (_root, args, context) => journalVerification(context, args),
};

const ReconJournalEntry: ReconJournalEntryResolvers = {
  reason: async ({ reasonId }, _args, { loaders }) =>
    reasonId === null ? null : ((await loaders.textById.load(reasonId))?.text ?? null),
};

export const journalResolvers = { Query, ReconJournalEntry };
