import { answer } from '../graphql/answer';
import { answerBulk } from '../graphql/answer-bulk';
import { type MutationResolvers } from '../graphql/generated';
import { type Loaders } from '../loaders';
import { cancelOrder } from './cancel-order';
import { confirmOrderBySeller } from './confirm-order-by-seller';
import { denyOrderCancellation } from './deny-order-cancellation';
import { grantRefund } from '../payment/grant-refund';
import { insertInvoice } from './insert-invoice';
import { linkOrders } from './link-orders';
import { markDuplicateOrder } from './mark-duplicate-order';
import { primePayments } from '../payment/prime-payments';
import { recordErpPosting } from './record-erp-posting';
import { recordOmsStatus } from './record-oms-status';
import { recordOrderInteraction } from './record-order-interaction';
import { releaseOrderForHandling } from './release-order-for-handling';
import { repairOrder } from './repair-order';
import { replaceOrder } from './replace-order';
import { requestOrderCancellation } from './request-order-cancellation';
import { startHandling } from './start-handling';

// Mutations of schema/order.graphql that act on one order. No rule and no SQL lives here.

const entity = {
  name: 'order',
  read: async (loaders: Loaders, id: string) => loaders.orderById.load(id),
} as const;

const Mutation: Pick<
  MutationResolvers,
  | 'repairOrder'
  | 'confirmOrderBySeller'
  | 'releaseOrderForHandling'
  | 'startHandling'
  | 'insertInvoice'
  | 'requestOrderCancellation'
  | 'denyOrderCancellation'
  | 'cancelOrder'
  | 'replaceOrder'
  | 'linkOrders'
  | 'markDuplicateOrder'
  | 'recordOmsStatus'
  | 'recordErpPosting'
  | 'recordOrderInteraction'
  | 'primePayments'
  | 'grantRefund'
  | 'recordOmsStatuses'
  | 'recordErpPostings'
> = {
  repairOrder: (_root, { input }, context) =>
    answer(context, { command: repairOrder, input, ...entity }),
  confirmOrderBySeller: (_root, { input }, context) =>
    answer(context, { command: confirmOrderBySeller, input, ...entity }),
  releaseOrderForHandling: (_root, { input }, context) =>
    answer(context, { command: releaseOrderForHandling, input, ...entity }),
  startHandling: (_root, { input }, context) =>
    answer(context, { command: startHandling, input, ...entity }),
  insertInvoice: (_root, { input }, context) =>
    answer(context, { command: insertInvoice, input, ...entity }),
  requestOrderCancellation: (_root, { input }, context) =>
    answer(context, { command: requestOrderCancellation, input, ...entity }),
  denyOrderCancellation: (_root, { input }, context) =>
    answer(context, { command: denyOrderCancellation, input, ...entity }),
  cancelOrder: (_root, { input }, context) =>
    answer(context, { command: cancelOrder, input, ...entity }),
  replaceOrder: (_root, { input }, context) =>
    answer(context, { command: replaceOrder, input, ...entity }),
  linkOrders: (_root, { input }, context) =>
    answer(context, { command: linkOrders, input, ...entity }),
  markDuplicateOrder: (_root, { input }, context) =>
    answer(context, { command: markDuplicateOrder, input, ...entity }),
  recordOmsStatus: (_root, { input }, context) =>
    answer(context, { command: recordOmsStatus, input, ...entity }),
  recordErpPosting: (_root, { input }, context) =>
    answer(context, { command: recordErpPosting, input, ...entity }),
  recordOrderInteraction: (_root, { input }, context) =>
    answer(context, { command: recordOrderInteraction, input, ...entity }),
  primePayments: (_root, { input }, context) =>
    answer(context, { command: primePayments, input, ...entity }),
  grantRefund: (_root, { input }, context) =>
    answer(context, { command: grantRefund, input, ...entity }),
  recordOmsStatuses: (_root, { input }, context) =>
    answerBulk(context, { command: recordOmsStatus, input, ...entity }),
  recordErpPostings: (_root, { input }, context) =>
    answerBulk(context, { command: recordErpPosting, input, ...entity }),
};

export const orderMutationResolvers = { Mutation };
