import { answer } from '../graphql/answer';
import { answerBulk } from '../graphql/answer-bulk';
import { availableTransitions, draftOf } from '../graphql/available-transitions';
import {
  type MutationResolvers,
  type QueryResolvers,
  type ReconciliationExceptionResolvers,
  type ReconClosureNoteResolvers,
  type ReconEvidenceResolvers,
} from '../graphql/generated';
import { idOrNull, referenced } from '../graphql/lookup';
import { subjectJournal } from '../graphql/journal-page';
import { seesMoney } from '../order/visibility.rules';
import { amountOrNull } from '../payment/payment-amounts';
import { assignException } from './assign-exception';
import { attachEvidence } from './attach-evidence';
import { catalogueEntries } from './catalogue-entries';
import { closeException } from './close-exception';
import { decideException } from './decide-exception';
import { decisionOptions } from './decision-options';
import { decisionRecord, holdOf } from './decision-record';
import { exceptionPage } from '../graphql/exception-page';
import { missingEvidence } from './missing-evidence';
import { recordCustomerMessage } from './record-customer-message';
import { recordExceptionActionResult } from './record-exception-action-result';
import { startExceptionAction } from './start-exception-action';
import { triageException } from './triage-exception';
import { NO_DEADLINE, windowAt } from './window.rules';
import { type Loaders } from '../loaders';

// schema/exception.graphql, field by field. No rule and no SQL lives here.

const Query: Pick<
  QueryResolvers,
  'reconciliationException' | 'reconciliationExceptions' | 'exceptionCatalogue'
> = {
  reconciliationException: async (_root, { id }, { loaders }) =>
    idOrNull('exc', id, (key) => loaders.exceptionById.load(key)),
  reconciliationExceptions: async (_root, args, context) => exceptionPage(context, args),
  exceptionCatalogue: (_root, _args, { path }) => catalogueEntries(path.settings),
};

const entity = {
  name: 'exception',
  read: async (loaders: Loaders, id: string) => loaders.exceptionById.load(id),
} as const;

const Mutation: Pick<
  MutationResolvers,
  | 'triageException'
  | 'triageExceptions'
  | 'assignException'
  | 'assignExceptions'
  | 'attachEvidence'
  | 'decideException'
  | 'startExceptionAction'
  | 'recordExceptionActionResult'
  | 'recordCustomerMessage'
  | 'closeException'
> = {
  triageException: (_root, { input }, context) =>
    answer(context, { command: triageException, input, ...entity }),
  triageExceptions: (_root, { input }, context) =>
    answerBulk(context, { command: triageException, input, ...entity }),
  assignException: (_root, { input }, context) =>
    answer(context, { command: assignException, input, ...entity }),
  assignExceptions: (_root, { input }, context) =>
    answerBulk(context, { command: assignException, input, ...entity }),
  attachEvidence: (_root, { input }, context) =>
    answer(context, { command: attachEvidence, input, ...entity }),
  decideException: (_root, { input }, context) =>
    answer(context, { command: decideException, input, ...entity }),
  startExceptionAction: (_root, { input }, context) =>
    answer(context, { command: startExceptionAction, input, ...entity }),
  recordExceptionActionResult: (_root, { input }, context) =>
    answer(context, { command: recordExceptionActionResult, input, ...entity }),
  recordCustomerMessage: (_root, { input }, context) =>
    answer(context, { command: recordCustomerMessage, input, ...entity }),
  closeException: (_root, { input }, context) =>
    answer(context, { command: closeException, input, ...entity }),
};

const ReconciliationException: ReconciliationExceptionResolvers = {
  __resolveReference: async (reference, { loaders }) =>
    referenced(reference, {
      id: ({ id }) => idOrNull('exc', id ?? '', (key) => loaders.exceptionById.load(key)),
    }),
  owner: ({ ownerRole, ownerPerson, contributing }) => ({
    role: ownerRole,
    person: ownerPerson,
    contributing,
  }),
  group: ({ ownerGroup }) => ownerGroup,
  // Of its goods a seller may know what is owed; what the shop's payments hold it may not (S0.14).
  amount: ({ subjectType, amountMinor, currency }, _args, { actor }) =>
    subjectType === 'FULFILLMENT' || seesMoney(actor) ? amountOrNull(amountMinor, currency) : null,
  window: ({ moneyAt }, _args, { path }) => windowAt(moneyAt, path.clock(), path.settings.calendar),
  deadline: ({ deadlineAt }) => (deadlineAt < NO_DEADLINE ? deadlineAt : null),
  triage: ({ customerCharged, orderFulfillable, triageClass }) => ({
    customerCharged,
    orderFulfillable,
    class: triageClass,
  }),
  decision: (row) => decisionRecord(row),
  hold: (row) => holdOf(row),
  retryMode: async ({ checkoutId }, _args, { loaders }) =>
    (await loaders.checkoutById.load(checkoutId))?.retryMode ?? 'RUNNING',
  retryModeReasons: async ({ checkoutId }, _args, { loaders, actor }) =>
    seesMoney(actor) ? ((await loaders.checkoutById.load(checkoutId))?.retryReasons ?? []) : [],
  order: async ({ orderId }, _args, { loaders }) =>
    orderId === null ? null : loaders.orderById.load(orderId),
  payment: async ({ paymentId }, _args, { loaders }) =>
    paymentId === null ? null : loaders.paymentById.load(paymentId),
  fulfillment: async ({ subjectType, subjectId }, _args, { loaders }) =>
    subjectType === 'FULFILLMENT' ? loaders.fulfillmentById.load(subjectId) : null,
  evidence: async ({ id }, _args, { loaders }) => loaders.evidenceByExceptionId.load(id),
  missingEvidence: async (row, args, context) =>
    missingEvidence(await draftOf(context, row.checkoutId), row, args),
  decisions: async (row, _args, context) =>
    decisionOptions(await draftOf(context, row.checkoutId), row, context.actor),
  closureNote: async ({ id }, _args, { loaders }) =>
    (await loaders.closureNotesByExceptionId.load(id)).at(-1) ?? null,
  customerMessage: async ({ customerMessageId }, _args, { loaders }) =>
    customerMessageId === null
      ? null
      : ((await loaders.textById.load(customerMessageId))?.text ?? null),
  journal: async ({ id }, args, context) => subjectJournal(context, id, args),
  availableTransitions: async ({ id, checkoutId }, _args, context) =>
    availableTransitions(context, 'exception', { id, checkoutId }),
};

const ReconEvidence: ReconEvidenceResolvers = {
  note: async ({ noteId }, _args, { loaders }) =>
    noteId === null ? null : ((await loaders.textById.load(noteId))?.text ?? null),
};

const ReconClosureNote: ReconClosureNoteResolvers = {};

export const exceptionResolvers = {
  Query,
  Mutation,
  ReconciliationException,
  ReconEvidence,
  ReconClosureNote,
};
