import { GraphQLError } from 'graphql';
import { checkFilter } from '../graphql/filter';
import {
  type QueryResolvers,
  type ReconReconciliationSummaryResolvers,
} from '../graphql/generated';
import { type Actor } from '../kernel/actor';
import { formatDecimal } from '../kernel/money';
import { seesMoney } from '../order/visibility.rules';
import { reconciliationSummary } from './reconciliation-summary';

// schema/report.graphql, field by field. No rule and no SQL lives here.

const Query: Pick<QueryResolvers, 'reconciliationSummary'> = {
  reconciliationSummary: async (_root, { filter }, { path, actor }) => {
    forbidWithoutMoney(actor);
    checkFilter(filter);
    const summary = await reconciliationSummary(path.db, filter ?? {}, path.clock());
    const heldAmount = summary.heldAmount.map(({ minorUnits, currency, count }) => ({
      currencyCode: currency,
      amount: formatDecimal(minorUnits, currency),
      minorUnits,
      count,
    }));
    return { ...summary, heldAmount };
  },
};

/** A total over all checkouts cannot leave out what the actor may not see. */
function forbidWithoutMoney(actor: Actor): void {
  if (seesMoney(actor)) return;
  throw new GraphQLError('The summary is the marketplace’s.', {
    extensions: { code: 'FORBIDDEN' },
  });
}

const ReconReconciliationSummary: ReconReconciliationSummaryResolvers = {};

export const reportResolvers = { Query, ReconReconciliationSummary };
