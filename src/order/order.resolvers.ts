import { answer } from '../graphql/answer';
import { availableTransitions } from '../graphql/available-transitions';
import {
  type MutationResolvers,
  type OrderResolvers,
  type QueryResolvers,
} from '../graphql/generated';
import { exactlyOneKey, idOrNull, referenced } from '../graphql/lookup';
import { isLive } from '../exception/exception.machine';
import { type Loaders } from '../loaders';
import { subjectJournal } from '../graphql/journal-page';
import { createOrder } from './create-order';
import { customerView } from './customer-view.rules';
import { orderPaymentStatus } from './order.rules';
import { recordOrderCreationFailure } from './record-order-creation-failure';
import { registerCheckout } from './register-checkout';
import { seesMoney } from './visibility.rules';

// schema/order.graphql, field by field. No rule and no SQL lives here.

const Query: Pick<QueryResolvers, 'order'> = {
  order: async (_root, args, { loaders }) => {
    exactlyOneKey(args, [['id'], ['code']]);
    if (args.id) return idOrNull('ord', args.id, (id) => loaders.orderById.load(id));
    return loaders.orderByCode.load(args.code ?? '');
  },
};

const Mutation: Pick<
  MutationResolvers,
  'registerCheckout' | 'createOrder' | 'recordOrderCreationFailure'
> = {
  registerCheckout: (_root, { input }, context) =>
    answer(context, { command: registerCheckout, input, ...entity }),
  createOrder: (_root, { input }, context) =>
    answer(context, { command: createOrder, input, ...entity }),
  recordOrderCreationFailure: (_root, { input }, context) =>
    answer(context, { command: recordOrderCreationFailure, input, ...entity }),
};

const entity = {
  name: 'order',
  read: async (loaders: Loaders, id: string) => loaders.orderById.load(id),
} as const;

const Order: OrderResolvers = {
  __resolveReference: async (reference, { loaders }) =>
    referenced(reference, {
      id: ({ id }) => idOrNull('ord', id ?? '', (key) => loaders.orderById.load(key)),
      code: ({ code }) => loaders.orderByCode.load(code ?? ''),
    }),
  cartGuid: ({ guid }) => guid,
  total: ({ totalMinor, currency }) => ({ minorUnits: totalMinor, currency }),
  customer: ({ customerId }) => (customerId === null ? null : { id: customerId }),
  paymentStatus: async (order, _args, { loaders }) => {
    if (order.marketplaceOrderId === null) {
      return orderPaymentStatus(order, await loaders.paymentsByOrderId.load(order.id));
    }
    // A seller may know whether its order is paid, although not with what (S0.14).
    const paying = (await loaders.unshownOrderById.load(order.marketplaceOrderId)) ?? order;
    return orderPaymentStatus(paying, await loaders.unshownPaymentsByOrderId.load(paying.id));
  },
  retryMode: async ({ checkoutId }, _args, { loaders }) =>
    (await loaders.checkoutById.load(checkoutId))?.retryMode ?? 'RUNNING',
  // They name the shop's payments and other sellers' cases.
  retryModeReasons: async ({ checkoutId }, _args, { loaders, actor }) =>
    seesMoney(actor) ? ((await loaders.checkoutById.load(checkoutId))?.retryReasons ?? []) : [],
  payments: async ({ id }, _args, { loaders }) => loaders.paymentsByOrderId.load(id),
  fulfillments: async ({ id }, _args, { loaders }) => loaders.fulfillmentsByOrderId.load(id),
  exceptions: async ({ checkoutId }, { live }, { loaders }) =>
    (await loaders.exceptionsByCheckoutId.load(checkoutId)).filter(
      (row) => live === null || live === undefined || isLive(row) === live,
    ),
  journal: async ({ id }, args, context) => subjectJournal(context, id, args),
  customerView: async (order, _args, { loaders }) => {
    const exceptions = await loaders.exceptionsByCheckoutId.load(order.checkoutId);
    const told = exceptions.findLast(({ customerMessageId }) => customerMessageId !== null);
    const text = told?.customerMessageId
      ? await loaders.textById.load(told.customerMessageId)
      : null;
    const { marketplaceOrderId } = order;
    const market = marketplaceOrderId && (await loaders.unshownOrderById.load(marketplaceOrderId));
    const paying = market || order;
    const payments = await loaders.unshownPaymentsByOrderId.load(paying.id);
    return customerView({ order, paying, payments, exceptions, told: text?.text ?? null });
  },
  availableTransitions: async ({ id, checkoutId }, _args, context) =>
    availableTransitions(context, 'order', { id, checkoutId }),
};

export const orderResolvers = { Query, Mutation, Order };
