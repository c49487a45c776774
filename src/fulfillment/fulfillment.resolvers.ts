import { subjectJournal } from '../graphql/journal-page';
import {
  amountsOf,
  inTime,
  payersOf,
  sharesFor,
  transactionsOf,
} from './fulfillment-money.loaders';
import { concerns } from './split-family.rules';
import { isLive } from '../exception/exception.machine';
import { availableTransitions } from '../graphql/available-transitions';
import { type FulfillmentResolvers, type QueryResolvers } from '../graphql/generated';
import { idOrNull, referenced } from '../graphql/lookup';

// schema/fulfillment.graphql, field by field. No rule and no SQL lives here.

const Query: Pick<QueryResolvers, 'fulfillment'> = {
  fulfillment: async (_root, { id }, { loaders }) =>
    idOrNull('ful', id, (key) => loaders.fulfillmentById.load(key)),
};

const Fulfillment: FulfillmentResolvers = {
  __resolveReference: async (reference, { loaders }) =>
    referenced(reference, {
      id: ({ id }) => idOrNull('ful', id ?? '', (key) => loaders.fulfillmentById.load(key)),
    }),
  order: async ({ orderId }, _args, { loaders }) => {
    const order = await loaders.orderById.load(orderId);
    if (order === null) throw new Error('a fulfillment has an order');
    return order;
  },
  payments: async (fulfillment, _args, { loaders }) => payersOf(loaders, fulfillment),
  items: ({ items, currency }) =>
    items.map(({ reference, quantity, amountMinor }) => ({
      reference,
      quantity,
      amount: { minorUnits: BigInt(amountMinor), currency },
    })),
  paymentShares: async (fulfillment, _args, { loaders }) => {
    const payments = await payersOf(loaders, fulfillment);
    if (payments.length === 0) return [];
    const shares = await sharesFor(loaders, fulfillment, payments);
    return shares.flatMap((share) => {
      const payment = payments.find(({ id }) => id === share.paymentId);
      return payment === undefined ? [] : [{ payment, ...amountsOf(share, fulfillment) }];
    });
  },
  transactions: async (fulfillment, _args, { loaders }) => {
    const payments = await payersOf(loaders, fulfillment);
    const transactions = await transactionsOf(loaders, payments);
    const parts = await loaders.fulfillmentsByOrderId.load(fulfillment.orderId);
    return inTime(transactions.filter((one) => concerns(one, fulfillment, parts)));
  },
  splitFrom: async ({ splitFromId }, _args, { loaders }) =>
    splitFromId === null ? null : loaders.fulfillmentById.load(splitFromId),
  statusSince: ({ statusAt }) => statusAt,
  journal: async ({ id }, args, context) => subjectJournal(context, id, args),
  exceptions: async ({ id, checkoutId }, { live }, { loaders }) =>
    (await loaders.exceptionsByCheckoutId.load(checkoutId)).filter(
      (row) =>
        row.subjectId === id && (live === null || live === undefined || isLive(row) === live),
    ),
  retryMode: async ({ checkoutId }, _args, { loaders }) =>
    (await loaders.checkoutById.load(checkoutId))?.retryMode ?? 'RUNNING',
  total: ({ totalMinor, currency }) => ({ minorUnits: totalMinor, currency }),
  reserving: ({ reservingMinor, currency }) => ({ minorUnits: reservingMinor, currency }),
  finalizing: ({ finalizingMinor, currency }) => ({ minorUnits: finalizingMinor, currency }),
  reserved: ({ reservedMinor, currency }) => ({ minorUnits: reservedMinor, currency }),
  finalized: ({ finalizedMinor, currency }) => ({ minorUnits: finalizedMinor, currency }),
  availableTransitions: async ({ id, checkoutId }, _args, context) =>
    availableTransitions(context, 'fulfillment', { id, checkoutId }),
};

export const fulfillmentResolvers = { Query, Fulfillment };
