import { overallStatus } from '../fulfillment/overall-status.rules';
import {
  type OrderResolvers,
  type ReconErpPosting,
  type ReconNotificationHop,
  type ReconOrderInteractionConnectionResolvers,
  type ReconOrderInteractionResolvers,
} from '../graphql/generated';
import { interactionsOfOrder } from '../graphql/interaction-page';
import { connectionFields } from '../graphql/page';
import { type Loaders } from '../loaders';
import { amountOrNull } from '../payment/payment-amounts';
import { isLinked } from './order-links.rules';
import { type ErpPosting, type NotificationHop, type Order as OrderRow } from './order.entity';
import { grantedOf, payableOf } from './order.rules';

// What an order holds beside its own state: its records and its links. No rule and no SQL lives here.

const money = (amountMinor: string, { currency }: OrderRow) => ({
  minorUnits: BigInt(amountMinor),
  currency,
});

const linked = async (id: string | null, loaders: Loaders) =>
  id === null ? null : loaders.orderById.load(id);

const posting = ({ recordedAt, ...rest }: ErpPosting): ReconErpPosting => ({
  ...rest,
  recordedAt: new Date(recordedAt),
});

function hop({ from, to, ...at }: NotificationHop): ReconNotificationHop {
  const [sentAt, receivedAt] = [new Date(at.sentAt), new Date(at.receivedAt)];
  return { from, to, sentAt, receivedAt, lagMs: receivedAt.getTime() - sentAt.getTime() };
}

const Order: OrderResolvers = {
  payable: (order) => ({ minorUnits: payableOf(order), currency: order.currency }),
  grantedRefunds: (order) => ({ minorUnits: grantedOf(order), currency: order.currency }),
  initialAmount: ({ initialMinor, currency }) => amountOrNull(initialMinor, currency),
  statusSince: ({ statusAt }) => statusAt,
  omsRejectionCause: ({ omsCause }) => omsCause,
  duplicateOfOrder: async ({ duplicateOfOrderId }, _args, { loaders }) =>
    linked(duplicateOfOrderId, loaders),
  marketplaceOrder: async ({ marketplaceOrderId }, _args, { loaders }) =>
    linked(marketplaceOrderId, loaders),
  replacesOrder: async ({ replacesOrderId }, _args, { loaders }) =>
    linked(replacesOrderId, loaders),
  replacedByOrder: async ({ replacedByOrderId }, _args, { loaders }) =>
    linked(replacedByOrderId, loaders),
  linkedOrders: async (order, _args, { loaders }) =>
    (await loaders.ordersByCheckoutId.load(order.checkoutId)).filter((other) =>
      isLinked(order, other),
    ),
  invoices: (order) =>
    order.invoices.map(({ amountMinor, insertedAt, fulfillmentIds, ...rest }) => ({
      ...rest,
      fulfillmentIds: [...fulfillmentIds],
      amount: money(amountMinor, order),
      insertedAt: new Date(insertedAt),
    })),
  erpPostings: ({ erpPostings }) => erpPostings.map(posting),
  refundGrants: (order) =>
    order.refundGrants.map(({ amountMinor, grantedAt, ...rest }) => ({
      ...rest,
      amount: money(amountMinor, order),
      grantedAt: new Date(grantedAt),
    })),
  notificationHops: ({ notificationHops }) => notificationHops.map(hop),
  interactions: async ({ id }, args, context) => interactionsOfOrder(context, id, args),
  fulfillmentStatus: async (order, _args, { loaders }) => {
    const orders = await loaders.ordersByCheckoutId.load(order.checkoutId);
    const sellers = orders.filter(({ marketplaceOrderId }) => marketplaceOrderId === order.id);
    const own = [order.id, ...sellers.map(({ id }) => id)];
    const rows = await Promise.all(own.map((id) => loaders.fulfillmentsByOrderId.load(id)));
    return overallStatus(rows.flat());
  },
};

const ReconOrderInteraction: ReconOrderInteractionResolvers = {
  message: async ({ textId }, _args, { loaders }) =>
    textId === null ? null : ((await loaders.textById.load(textId))?.text ?? null),
};

const connection = connectionFields as ReconOrderInteractionConnectionResolvers;

export const orderRecordResolvers = {
  Order,
  ReconOrderInteraction,
  ReconOrderInteractionConnection: connection,
};
