import { isLive } from '../exception/exception.machine';
import { answer } from '../graphql/answer';
import { answerBulk } from '../graphql/answer-bulk';
import { availableTransitions } from '../graphql/available-transitions';
import {
  type MutationResolvers,
  type PaymentResolvers,
  type PaymentTransactionResolvers,
  type QueryResolvers,
  type ReconPaymentAmountsResolvers,
  type ReconPaymentFactResolvers,
} from '../graphql/generated';
import { exactlyOneKey, idOrNull, referenced } from '../graphql/lookup';
import { subjectJournal } from '../graphql/journal-page';
import { type Loaders } from '../loaders';
import { providerReferenceKey } from '../checkout/checkout-key.rules';
import { deliveriesOfPayment } from '../graphql/delivery-page';
import { createPayment } from './create-payment';
import { backEndRows } from './back-end-rows.rules';
import { shownDisbursements } from './disbursement.rules';
import { amountsOf, amountOrNull } from './payment-amounts';
import { recordProviderSnapshot } from './record-provider-snapshot';
import { recordTransactionResult } from './record-transaction-result';
import { eventsOf } from './transaction-log.rules';

// schema/payment.graphql, field by field. No rule and no SQL lives here.

const byReference = async (
  { provider, providerReference }: Record<string, string>,
  loaders: Loaders,
) => loaders.paymentByReference.load(providerReferenceKey(provider ?? '', providerReference ?? ''));

const Query: Pick<QueryResolvers, 'payment'> = {
  payment: async (_root, args, { loaders }) => {
    exactlyOneKey(args, [['id'], ['provider', 'providerReference']]);
    if (args.id) return idOrNull('pay', args.id, (id) => loaders.paymentById.load(id));
    const { provider, providerReference } = args;
    return byReference(
      { provider: provider ?? '', providerReference: providerReference ?? '' },
      loaders,
    );
  },
};

const Mutation: Pick<
  MutationResolvers,
  | 'createPayment'
  | 'recordTransactionResult'
  | 'recordTransactionResults'
  | 'recordProviderSnapshot'
> = {
  createPayment: (_root, { input }, context) =>
    answer(context, { command: createPayment, input, ...entity }),
  recordTransactionResult: (_root, { input }, context) =>
    answer(context, { command: recordTransactionResult, input, ...entity }),
  recordTransactionResults: (_root, { input }, context) =>
    answerBulk(context, { command: recordTransactionResult, input, ...entity }),
  recordProviderSnapshot: (_root, { input }, context) =>
    answer(context, { command: recordProviderSnapshot, input, ...entity }),
};

const entity = {
  name: 'payment',
  read: async (loaders: Loaders, id: string) => loaders.paymentById.load(id),
} as const;

const Payment: PaymentResolvers = {
  __resolveReference: async (reference, { loaders }) =>
    referenced(reference, {
      id: ({ id }) => idOrNull('pay', id ?? '', (key) => loaders.paymentById.load(key)),
      'provider providerReference': (key) => byReference(key, loaders),
    }),
  currencyCode: ({ currency }) => currency,
  amounts: (payment) => (payment.currency === null ? null : payment),
  validationAmount: ({ validationMinor, currency }) => amountOrNull(validationMinor, currency),
  reservationAmount: ({ reservationMinor, currency }) => amountOrNull(reservationMinor, currency),
  finalizationAmount: ({ finalizationMinor, currency }) =>
    amountOrNull(finalizationMinor, currency),
  backEndRows: async ({ id, currency }, _args, { loaders }) => {
    if (currency === null) return [];
    const [transactions, facts] = await Promise.all([
      loaders.transactionsByPaymentId.load(id),
      loaders.factsByPaymentId.load(id),
    ]);
    return backEndRows(transactions, facts, currency).map(({ approved, deposited, failed }) => ({
      approved: amountOrNull(approved, currency),
      deposited: { minorUnits: deposited, currency },
      failed: { minorUnits: failed, currency },
    }));
  },
  disbursements: async (payment, _args, { loaders }) =>
    payment.disbursements.length === 0
      ? []
      : shownDisbursements(payment, await loaders.transactionsByPaymentId.load(payment.id)),
  order: async ({ orderId }, _args, { loaders }) =>
    orderId === null ? null : loaders.orderById.load(orderId),
  transactions: async ({ id }, _args, { loaders }) =>
    (await loaders.transactionsByPaymentId.load(id)).toSorted(
      (a, b) => a.occurredAt.getTime() - b.occurredAt.getTime() || (a.id < b.id ? -1 : 1),
    ),
  fulfillments: async ({ orderId }, _args, { loaders }) =>
    orderId === null ? [] : loaders.fulfillmentsByOrderId.load(orderId),
  exceptions: async ({ id }, { live }, { loaders }) =>
    (await loaders.exceptionsByPaymentId.load(id)).filter(
      (row) => live === null || live === undefined || isLive(row) === live,
    ),
  webhookDeliveries: async ({ id }, args, context) => deliveriesOfPayment(context, id, args),
  journal: async ({ id }, args, context) => subjectJournal(context, id, args),
  retryMode: async ({ checkoutId }, _args, { loaders }) =>
    (await loaders.checkoutById.load(checkoutId))?.retryMode ?? 'RUNNING',
  availableTransitions: async ({ id, checkoutId }, _args, context) =>
    availableTransitions(context, 'payment', { id, checkoutId }),
};

const ReconPaymentAmounts: ReconPaymentAmountsResolvers = amountsOf;

const PaymentTransaction: PaymentTransactionResolvers = {
  requestedAmount: ({ requestedMinor, currency }) => amountOrNull(requestedMinor, currency),
  processedAmount: ({ processedMinor, currency }) => amountOrNull(processedMinor, currency),
  parent: async ({ id, paymentId, parentKey }, _args, { loaders }) =>
    parentKey === null
      ? null
      : ((await loaders.transactionsByPaymentId.load(paymentId)).find(
          (one) =>
            one.id !== id &&
            (one.gatewayTransactionId === parentKey || one.naturalKey === parentKey),
        ) ?? null),
  final: ({ finalCapture }) => finalCapture,
  events: async (transaction, _args, { loaders }) => {
    const { paymentId } = transaction;
    const facts = await loaders.factsByPaymentId.load(paymentId);
    return eventsOf(transaction, facts, await loaders.transactionsByPaymentId.load(paymentId));
  },
};

const ReconPaymentFact: ReconPaymentFactResolvers = {
  providerStatus: ({ nativeStatus }) => nativeStatus,
};

export const paymentResolvers = {
  Query,
  Mutation,
  Payment,
  ReconPaymentAmounts,
  PaymentTransaction,
  ReconPaymentFact,
};
