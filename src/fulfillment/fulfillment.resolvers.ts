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
  payments: async ({ orderId }, _args, { loaders }) => loaders.paymentsByOrderId.load(orderId),
  exceptions: async ({ id, checkoutId }, { live }, { loaders }) =>
    (await loaders.exceptionsByCheckoutId.load(checkoutId)).filter(
      (row) =>
        row.subjectId === id && (live === null || live === undefined || isLive(row) === live),
    ),
  retryMode: async ({ checkoutId }, _args, { loaders }) =>
    (await loaders.checkoutById.load(checkoutId))?.retryMode ?? 'RUNNING',
  total: ({ totalMinor, currency }) => ({ minorUnits: totalMinor, currency }),
  reserved: ({ reservedMinor, currency }) => ({ minorUnits: reservedMinor, currency }),
  finalized: ({ finalizedMinor, currency }) => ({ minorUnits: finalizedMinor, currency }),
  availableTransitions: async ({ id, checkoutId }, _args, context) =>
    availableTransitions(context, 'fulfillment', { id, checkoutId }),
};

export const fulfillmentResolvers = { Query, Fulfillment };
