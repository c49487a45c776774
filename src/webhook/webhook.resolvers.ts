import { deliveryPage } from '../graphql/delivery-page';
import { type QueryResolvers, type ReconWebhookDeliveryResolvers } from '../graphql/generated';

// schema/webhook.graphql, field by field. No rule and no SQL lives here.

const Query: Pick<QueryResolvers, 'webhookDeliveries'> = {
  webhookDeliveries: async (_root, args, context) => deliveryPage(context, args),
};

const ReconWebhookDelivery: ReconWebhookDeliveryResolvers = {
  providerStatus: ({ nativeStatus }) => nativeStatus,
  replayCount: async ({ provider, eventId, deliveryAttempt }, _args, { loaders }) => {
    if (eventId === null) return 0;
    const known = await loaders.replaysOfEvent.load(`${provider} ${eventId}`);
    return Math.max(0, (known?.n ?? deliveryAttempt) - deliveryAttempt);
  },
  payment: async ({ paymentId }, _args, { loaders }) =>
    paymentId === null ? null : loaders.paymentById.load(paymentId),
};

export const webhookResolvers = { Query, ReconWebhookDelivery };
