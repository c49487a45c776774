import { answer } from '../graphql/answer';
import { type MutationResolvers } from '../graphql/generated';
import { type Loaders } from '../loaders';
import { cancelFulfillment } from './cancel-fulfillment';
import { captureFulfillment } from './capture-fulfillment';
import { confirmDelivery } from './confirm-delivery';
import { createFulfillment } from './create-fulfillment';
import { overrideFulfillmentStatus } from './override-fulfillment-status';
import { recordReturn } from './record-return';
import { reserveFulfillment } from './reserve-fulfillment';
import { resolveCapture } from './resolve-capture';
import { retryCapture } from './retry-capture';
import { shipFulfillment } from './ship-fulfillment';
import { splitFulfillment } from './split-fulfillment';
import { startFulfilling } from './start-fulfilling';

// Mutations of schema/fulfillment.graphql that act on one fulfillment. No rule and no SQL lives here.

const entity = {
  name: 'fulfillment',
  read: async (loaders: Loaders, id: string) => loaders.fulfillmentById.load(id),
} as const;

const Mutation: Pick<
  MutationResolvers,
  | 'createFulfillment'
  | 'reserveFulfillment'
  | 'captureFulfillment'
  | 'overrideFulfillmentStatus'
  | 'resolveCapture'
  | 'retryCapture'
  | 'cancelFulfillment'
  | 'startFulfilling'
  | 'shipFulfillment'
  | 'confirmDelivery'
  | 'recordReturn'
  | 'splitFulfillment'
> = {
  createFulfillment: (_root, { input }, context) =>
    answer(context, { command: createFulfillment, input, ...entity }),
  reserveFulfillment: (_root, { input }, context) =>
    answer(context, { command: reserveFulfillment, input, ...entity }),
  captureFulfillment: (_root, { input }, context) =>
    answer(context, { command: captureFulfillment, input, ...entity }),
  overrideFulfillmentStatus: (_root, { input }, context) =>
    answer(context, { command: overrideFulfillmentStatus, input, ...entity }),
  resolveCapture: (_root, { input }, context) =>
    answer(context, { command: resolveCapture, input, ...entity }),
  retryCapture: (_root, { input }, context) =>
    answer(context, { command: retryCapture, input, ...entity }),
  cancelFulfillment: (_root, { input }, context) =>
    answer(context, { command: cancelFulfillment, input, ...entity }),
  startFulfilling: (_root, { input }, context) =>
    answer(context, { command: startFulfilling, input, ...entity }),
  shipFulfillment: (_root, { input }, context) =>
    answer(context, { command: shipFulfillment, input, ...entity }),
  confirmDelivery: (_root, { input }, context) =>
    answer(context, { command: confirmDelivery, input, ...entity }),
  recordReturn: (_root, { input }, context) =>
    answer(context, { command: recordReturn, input, ...entity }),
  splitFulfillment: (_root, { input }, context) =>
    answer(context, { command: splitFulfillment, input, ...entity }),
};

export const fulfillmentMutationResolvers = { Mutation };
