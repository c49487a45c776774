import { answer } from '../graphql/answer';
import { type MutationResolvers } from '../graphql/generated';
import { type Loaders } from '../loaders';
import { acceptChargeback } from './accept-chargeback';
import { attachPaymentToOrder } from './attach-payment-to-order';
import { cancelPayment } from './cancel-payment';
import { editPaymentInstruction } from './edit-payment-instruction';
import { recordDispute } from './record-dispute';
import { recordExternalTransaction } from './record-external-transaction';
import { recordPaymentStatus } from './record-payment-status';
import { recordTransactionEvent } from './record-transaction-event';
import { requestCapture } from './request-capture';
import { requestRefund } from './request-refund';
import { requestVoid } from './request-void';
import { resolveIndeterminateTransaction } from './resolve-indeterminate-transaction';

// Mutations of schema/payment.graphql that act on one payment. No rule and no SQL lives here.

const entity = {
  name: 'payment',
  read: async (loaders: Loaders, id: string) => loaders.paymentById.load(id),
} as const;

const Mutation: Pick<
  MutationResolvers,
  | 'requestCapture'
  | 'requestVoid'
  | 'requestRefund'
  | 'recordPaymentStatus'
  | 'recordExternalTransaction'
  | 'resolveIndeterminateTransaction'
  | 'cancelPayment'
  | 'editPaymentInstruction'
  | 'attachPaymentToOrder'
  | 'recordTransactionEvent'
  | 'recordDispute'
  | 'acceptChargeback'
> = {
  requestCapture: (_root, { input }, context) =>
    answer(context, { command: requestCapture, input, ...entity }),
  requestVoid: (_root, { input }, context) =>
    answer(context, { command: requestVoid, input, ...entity }),
  requestRefund: (_root, { input }, context) =>
    answer(context, { command: requestRefund, input, ...entity }),
  recordPaymentStatus: (_root, { input }, context) =>
    answer(context, { command: recordPaymentStatus, input, ...entity }),
  recordExternalTransaction: (_root, { input }, context) =>
    answer(context, { command: recordExternalTransaction, input, ...entity }),
  resolveIndeterminateTransaction: (_root, { input }, context) =>
    answer(context, { command: resolveIndeterminateTransaction, input, ...entity }),
  cancelPayment: (_root, { input }, context) =>
    answer(context, { command: cancelPayment, input, ...entity }),
  editPaymentInstruction: (_root, { input }, context) =>
    answer(context, { command: editPaymentInstruction, input, ...entity }),
  attachPaymentToOrder: (_root, { input }, context) =>
    answer(context, { command: attachPaymentToOrder, input, ...entity }),
  recordTransactionEvent: (_root, { input }, context) =>
    answer(context, { command: recordTransactionEvent, input, ...entity }),
  recordDispute: (_root, { input }, context) =>
    answer(context, { command: recordDispute, input, ...entity }),
  acceptChargeback: (_root, { input }, context) =>
    answer(context, { command: acceptChargeback, input, ...entity }),
};

export const paymentMutationResolvers = { Mutation };
