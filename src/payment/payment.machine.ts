import { type Role } from '../kernel/actor';
import { type Edge, type Guard, type Machine } from '../kernel/state-machine';
import * as must from './payment-guards.rules';
import {
  PAYMENT_STATUSES,
  TRANSACTION_STATUSES,
  type PaymentStatus,
  type TransactionStatus,
} from './payment-status.rules';

// The money clock as a table (states.md 2.2, 2.3); its words are in payment-status.rules.ts. A payment's status is derived from its facts
// (payment.rules.ts): the reports say which fact leads where and are never refused, the requests are guarded.

export * from './payment-status.rules';
export { NO_PAYMENT_FACTS, type PaymentFacts } from './payment-guards.rules';

const clock: readonly Role[] = ['SYSTEM'];
const reporters: readonly Role[] = ['SYSTEM', 'PAYMENT', 'ADMIN'];
const unpaid = ['CREATED', 'PENDING', 'IN_PROCESS', 'REJECTED'] as const;
const taken = ['CAPTURED', 'PARTIALLY_CAPTURED', 'PARTIALLY_REFUNDED', 'REFUNDED'] as const;

type PaymentEdge = Edge<PaymentStatus, must.PaymentFacts>;

const by = (
  trigger: string,
  from: readonly PaymentStatus[],
  ...targets: readonly PaymentStatus[]
): readonly PaymentEdge[] => targets.map((to) => ({ from, to, trigger, roles: reporters }));

/** A command or record: the status that follows is derived. */
const on = (
  trigger: string,
  roles: readonly Role[],
  from: readonly PaymentStatus[] = PAYMENT_STATUSES,
  ...guards: readonly Guard<must.PaymentFacts>[]
): PaymentEdge => ({ from, to: null, trigger, guards, roles });

/** A payment whose outcome nobody knows is refused with that reason, not for its state. */
const requests: readonly PaymentEdge[] = [
  on(
    'requestCapture',
    ['PAYMENT', 'SYSTEM', 'ADMIN'],
    ['AUTHORIZED', 'PARTIALLY_CAPTURED', 'PARTIALLY_REFUNDED', 'INDETERMINATE'],
    must.isTheMarketplace,
    must.outcomesAreKnown,
    must.noCaptureOrVoidIsOpen,
    must.retriesRun,
    must.authorizationStands,
    must.orderIsNotCancelled,
  ),
  on(
    'requestVoid',
    ['PAYMENT', 'COMMERCE', 'SYSTEM'],
    ['AUTHORIZED', 'PARTIALLY_CAPTURED', 'PARTIALLY_REFUNDED', 'INDETERMINATE'],
    must.outcomesAreKnown,
    must.noCaptureIsOpen,
    must.retriesRun,
  ),
  on(
    'requestRefund',
    ['PAYMENT', 'FINANCE', 'SYSTEM'],
    ['CAPTURED', 'PARTIALLY_CAPTURED', 'PARTIALLY_REFUNDED', 'INDETERMINATE'],
    must.outcomesAreKnown,
    must.retriesRun,
    must.refundIsInTime,
    must.refundIsBacked,
    must.orderIsNotRecoverable,
  ),
  on('cancelPayment', ['PAYMENT', 'SYSTEM'], ['CREATED', 'PENDING', 'IN_PROCESS']),
  on(
    'editPaymentInstruction',
    ['SUPPORT', 'PAYMENT'],
    PAYMENT_STATUSES, // It executes nothing.
    must.nothingIsUnderWay,
  ),
  on('resolveIndeterminateTransaction', ['ADMIN', 'PAYMENT', 'SYSTEM'], ['INDETERMINATE']),
  on('acceptChargeback', ['FINANCE', 'SYSTEM'], ['DISPUTED', 'CHARGED_BACK']),
];

const records: readonly PaymentEdge[] = [
  on('recordTransactionResult', reporters),
  on('recordProviderSnapshot', clock),
  on('recordPaymentStatus', clock),
  on('recordExternalTransaction', ['ADMIN', 'PAYMENT', 'FINANCE']),
  on('recordTransactionEvent', reporters),
  on('recordDispute', ['SYSTEM', 'FINANCE']),
  on('attachPaymentToOrder', ['COMMERCE', 'PAYMENT']),
];

export const paymentMachine: Machine<PaymentStatus, must.PaymentFacts> = {
  name: 'PAYMENT',
  states: PAYMENT_STATUSES,
  edges: [
    {
      from: null,
      to: 'CREATED',
      trigger: 'createPayment',
      roles: ['SYSTEM', 'STOREFRONT', 'COMMERCE'],
    },
    ...requests,
    ...records,
    ...by('provider reports pending', unpaid, 'PENDING', 'IN_PROCESS'),
    ...by('AUTHORIZE succeeded', [...unpaid, 'FAILED', 'EXPIRED'], 'AUTHORIZED'),
    ...by('CAPTURE pending', ['AUTHORIZED', 'PARTIALLY_CAPTURED'], 'CAPTURING'),
    ...by(
      'CAPTURE or SALE succeeded',
      [...unpaid, 'AUTHORIZED', 'CAPTURING', 'PARTIALLY_CAPTURED', 'PARTIALLY_REFUNDED'],
      'CAPTURED',
      'PARTIALLY_CAPTURED',
    ),
    ...by('CAPTURE failed', ['CAPTURING'], 'AUTHORIZED', 'PARTIALLY_CAPTURED'),
    ...by('capture reversed or failed late', ['CAPTURED', 'PARTIALLY_CAPTURED'], 'AUTHORIZED'),
    ...by('outcome unknown', PAYMENT_STATUSES, 'INDETERMINATE'),
    ...by(
      'definite result',
      ['INDETERMINATE'],
      'AUTHORIZED',
      'CAPTURED',
      'PARTIALLY_CAPTURED',
      'REJECTED',
      'PENDING',
      'REFUNDED',
      'PARTIALLY_REFUNDED',
      'VOIDED',
    ),
    ...by('declined', ['CREATED', 'PENDING', 'IN_PROCESS'], 'REJECTED'),
    ...by('cancelled', ['CREATED', 'PENDING', 'IN_PROCESS'], 'CANCELLED'),
    ...by('no call made', ['CREATED', 'PENDING'], 'FAILED'),
    ...by('VOID succeeded', ['AUTHORIZED'], 'VOIDED'),
    ...by('remainder voided or expired', ['PARTIALLY_CAPTURED'], 'CAPTURED'),
    ...by('expired', ['AUTHORIZED', 'CAPTURING'], 'EXPIRED'),
    ...by(
      'REFUND succeeded',
      ['CAPTURED', 'PARTIALLY_CAPTURED', 'PARTIALLY_REFUNDED'],
      'PARTIALLY_REFUNDED',
      'REFUNDED',
    ),
    ...by('CHARGEBACK opened', taken, 'DISPUTED'),
    ...by('CHARGEBACK lost', [...taken, 'DISPUTED'], 'CHARGED_BACK'),
    ...by('CHARGEBACK reversed', ['DISPUTED', 'CHARGED_BACK'], 'CAPTURED'),
    ...by('REFUND reversed', ['REFUNDED', 'PARTIALLY_REFUNDED'], 'CAPTURED'),
    ...by('provider reports vacated', ['CREATED'], 'VACATED'),
    ...by(
      'newer success at the provider',
      ['VOIDED', 'EXPIRED', 'CANCELLED', 'REJECTED', 'FAILED', 'VACATED'],
      'AUTHORIZED',
      'CAPTURED',
    ),
  ],
};

const result = (
  from: readonly TransactionStatus[],
  to: TransactionStatus,
  trigger: string,
): Machine<TransactionStatus, never>['edges'][number] => ({ from, to, trigger, roles: reporters });

export const transactionMachine: Machine<TransactionStatus, never> = {
  name: 'PAYMENT_TRANSACTION',
  states: TRANSACTION_STATUSES,
  edges: [
    { from: null, to: 'NEW', trigger: 'intent journaled', roles: ['SYSTEM'] },
    result(['NEW', 'INDETERMINATE'], 'PENDING', 'submitted'),
    result(['NEW', 'PENDING', 'INDETERMINATE', 'FAILED'], 'SUCCEEDED', 'provider success'),
    result(['NEW', 'PENDING', 'INDETERMINATE'], 'FAILED', 'provider decline, or no call made'),
    result(['SUCCEEDED'], 'FAILED', 'late failure'),
    result(['NEW', 'PENDING'], 'INDETERMINATE', 'no answer, or one not recorded'),
    result(['NEW', 'PENDING'], 'CANCELLED', 'cancelled while pending'),
  ],
};
