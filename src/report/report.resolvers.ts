import {
  type QueryResolvers,
  type ReconReconciliationSummaryResolvers,
} from '../graphql/generated';
import { formatDecimal } from '../kernel/money';
import { reconciliationSummary } from './reconciliation-summary';

// schema/report.graphql, field by field. No rule and no SQL lives here.

const Query: Pick<QueryResolvers, 'reconciliationSummary'> = {
  reconciliationSummary: async (_root, { filter }, { path }) => {
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

const ReconReconciliationSummary: ReconReconciliationSummaryResolvers = {};

export const reportResolvers = { Query, ReconReconciliationSummary };
