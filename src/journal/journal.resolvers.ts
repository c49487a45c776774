import { type QueryResolvers } from '../graphql/generated';
import { journalVerification, wholeJournal } from '../graphql/journal-page';

// schema/journal.graphql, field by field. No rule and no SQL lives here.

const Query: Pick<QueryResolvers, 'journal' | 'verifyJournal'> = {
  journal: async (_root, args, context) => wholeJournal(context, args),
  verifyJournal: async (_root, args, context) => journalVerification(context, args),
};

export const journalResolvers = { Query };
