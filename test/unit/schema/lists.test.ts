import { RETRY_MODES } from '../../../src/checkout/checkout.entity';
import { EVIDENCE_KINDS } from '../../../src/exception/evidence-kind.rules';
import { type DecisionPath } from '../../../src/exception/decision.rules';
import {
  DECISIONS,
  EXCEPTION_KINDS,
  type DeadlineClass,
  type ExceptionGroup,
  type Impact,
  type RefundReason,
  type RepairAction,
  type SubjectType,
  type TriageAnswer,
  type TriageClass,
} from '../../../src/exception/exception-kind.rules';
import { EXCEPTION_STATUSES, exceptionMachine } from '../../../src/exception/exception.machine';
import { type Window } from '../../../src/exception/window.rules';
import {
  CAPTURE_POLICIES,
  CAPTURE_RESULTS,
  FULFILLMENT_STATUSES,
  fulfillmentMachine,
} from '../../../src/fulfillment/fulfillment.machine';
import type * as Sdl from '../../../src/graphql/generated';
import { JOURNAL_ENTRY_KINDS } from '../../../src/journal/journal-entry.entity';
import { ROLES, SIDES } from '../../../src/kernel/actor';
import { REFUSAL_CODES } from '../../../src/kernel/refusal';
import { type NotificationHop, type RefundGrant } from '../../../src/order/order.entity';
import { type NextStep } from '../../../src/order/customer-view.rules';
import {
  ERP_POSTING_STATUSES,
  OMS_CAUSES,
  OMS_STATUSES,
  ORDER_STATUSES,
  orderMachine,
  type InteractionKind,
  type PostingSubject,
} from '../../../src/order/order.machine';
import { type AuthorizeStatus, type ChargeStatus } from '../../../src/order/order.rules';
import {
  MONEY_STATES,
  PAYMENT_RULES,
  PAYMENT_STATUSES,
  paymentMachine,
  TRANSACTION_STATUSES,
  TRANSACTION_TYPES,
  transactionMachine,
  type AmountSource,
  type Collection,
  type FactKind,
  type IndeterminateCause,
  type RiskStatus,
  type SettlementStatus,
  type TransactionResult,
} from '../../../src/payment/payment.machine';
import { type PaymentFact } from '../../../src/payment/payment-fact.entity';
import { SIGNATURE_RESULTS } from '../../../src/webhook/provider.rules';
import { DELIVERY_OUTCOMES } from '../../../src/webhook/webhook-delivery.entity';
import { enums } from './sdl';

const machines = [
  orderMachine,
  paymentMachine,
  transactionMachine,
  fulfillmentMachine,
  exceptionMachine,
];

/** Enums that are a list of the code. */
const LISTS: Readonly<Record<string, readonly string[]>> = {
  ReconUserErrorCode: REFUSAL_CODES,
  ReconRole: ROLES,
  ReconSide: SIDES,
  ReconRetryMode: RETRY_MODES,
  ReconStateMachineKind: machines.map(({ name }) => name),
  ReconOrderStatus: ORDER_STATUSES,
  ReconOmsStatus: OMS_STATUSES,
  ReconOmsRejectionCause: OMS_CAUSES,
  ReconErpPostingStatus: ERP_POSTING_STATUSES,
  ReconPaymentStatus: PAYMENT_STATUSES,
  ReconMoneyState: MONEY_STATES,
  ReconTransactionType: TRANSACTION_TYPES,
  ReconTransactionStatus: TRANSACTION_STATUSES,
  ReconTransactionResult: TRANSACTION_STATUSES.filter((status) => status !== 'NEW'),
  ReconFulfillmentStatus: FULFILLMENT_STATUSES,
  ReconCapturePolicy: CAPTURE_POLICIES,
  ReconCaptureResult: CAPTURE_RESULTS,
  ReconPaymentRule: PAYMENT_RULES,
  ReconExceptionKind: EXCEPTION_KINDS,
  ReconExceptionStatus: EXCEPTION_STATUSES,
  ReconDecision: DECISIONS,
  ReconEvidenceKind: EVIDENCE_KINDS,
  ReconDeliveryOutcome: DELIVERY_OUTCOMES,
  ReconSignatureResult: SIGNATURE_RESULTS,
  ReconJournalEntryKind: JOURNAL_ENTRY_KINDS,
};

test.each(Object.entries(LISTS))('%s has the values of the code', (name, list) => {
  expect([...(enums.get(name) ?? [])].sort()).toEqual([...list].sort());
});

/** Empty where A and B are the same union; asks for an argument nobody has where they are not. */
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? [] : [never]) : [never];
const same = <A, B>(..._proof: Same<A, B>) => undefined;

/** Enums that are a union of the code: the compiler compares them (`npm run types`). */
const UNIONS = {
  ReconAmountSource: same<Sdl.ReconAmountSource, AmountSource>(),
  ReconAuthorizeStatus: same<Sdl.ReconAuthorizeStatus, AuthorizeStatus>(),
  ReconChargeStatus: same<Sdl.ReconChargeStatus, ChargeStatus>(),
  ReconCollection: same<Sdl.ReconCollection, Collection>(),
  ReconRiskStatus: same<Sdl.ReconRiskStatus, RiskStatus>(),
  ReconSettlementStatus: same<Sdl.ReconSettlementStatus, SettlementStatus>(),
  ReconDeadlineClass: same<Sdl.ReconDeadlineClass, DeadlineClass>(),
  ReconDecisionPath: same<Sdl.ReconDecisionPath, DecisionPath>(),
  ReconExceptionGroup: same<Sdl.ReconExceptionGroup, ExceptionGroup>(),
  ReconExceptionSubjectType: same<Sdl.ReconExceptionSubjectType, SubjectType>(),
  ReconFactKind: same<Sdl.ReconFactKind, FactKind>(),
  ReconFailureType: same<Sdl.ReconFailureType, NonNullable<PaymentFact['failureType']>>(),
  ReconHopParty: same<Sdl.ReconHopParty, NotificationHop['from'] | NotificationHop['to']>(),
  ReconImpact: same<Sdl.ReconImpact, Impact>(),
  ReconIndeterminateCause: same<Sdl.ReconIndeterminateCause, IndeterminateCause>(),
  ReconInteractionKind: same<Sdl.ReconInteractionKind, InteractionKind>(),
  ReconNextStep: same<Sdl.ReconNextStep, NextStep>(),
  ReconPostingSubject: same<Sdl.ReconPostingSubject, PostingSubject>(),
  ReconRefundGrantSource: same<Sdl.ReconRefundGrantSource, RefundGrant['source']>(),
  ReconRefundReason: same<Sdl.ReconRefundReason, RefundReason>(),
  ReconRepairAction: same<Sdl.ReconRepairAction, RepairAction>(),
  ReconTransactionResult: same<Sdl.ReconTransactionResult, TransactionResult>(),
  ReconTriageAnswer: same<Sdl.ReconTriageAnswer, TriageAnswer>(),
  ReconTriageClass: same<Sdl.ReconTriageClass, TriageClass>(),
  ReconWindow: same<Sdl.ReconWindow, Window>(),
};

/** Words of requests and answers that no row keeps. */
const OF_THE_API = [
  'ReconActionResult',
  'ReconDisputeState',
  'ReconRefundAllocation',
  'ReconEvidencePurpose',
  'ReconExceptionSortField',
  'ReconRequiresApproval',
  'ReconSortDirection',
];

test('every enum is held against the code, or belongs to the API alone', () => {
  const held = new Set([...Object.keys(LISTS), ...Object.keys(UNIONS), ...OF_THE_API]);

  expect([...enums.keys()].sort()).toEqual([...held].sort());
});
