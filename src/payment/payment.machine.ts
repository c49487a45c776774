import { type Role } from '../kernel/actor';
import { type Machine } from '../kernel/state-machine';

// States and words of the money clock (states.md 2.2, 2.3). A payment's status is derived from its facts
// (payment.rules.ts), so the edges here say which report leads where; none of them can be refused.

export const PAYMENT_STATUSES = [
  'CREATED',
  'PENDING',
  'IN_PROCESS',
  'AUTHORIZED',
  'CAPTURING',
  'PARTIALLY_CAPTURED',
  'CAPTURED',
  'PARTIALLY_REFUNDED',
  'REFUNDED',
  'DISPUTED',
  'CHARGED_BACK',
  'VOIDED',
  'EXPIRED',
  'REJECTED',
  'CANCELLED',
  'FAILED',
  'VACATED',
  'INDETERMINATE',
] as const;
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number];

export const MONEY_STATES = [
  'NONE',
  'RESERVED',
  'CAPTURED',
  'PARTIALLY_RETURNED',
  'RETURNED',
  'DISPUTED',
  'UNKNOWN',
] as const;
export type MoneyState = (typeof MONEY_STATES)[number];

export type AmountSource = 'NONE' | 'REPORTED' | 'EXPECTED' | 'UNKNOWN';

export const TRANSACTION_TYPES = [
  'AUTHORIZE',
  'AUTH_ADJUST',
  'CAPTURE',
  'SALE',
  'VOID',
  'CAPTURE_REVERSAL',
  'REFUND',
  'REFUND_REVERSAL',
  'CHARGEBACK',
  'CHARGEBACK_REVERSAL',
] as const;
export type TransactionType = (typeof TRANSACTION_TYPES)[number];

export const TRANSACTION_STATUSES = [
  'NEW',
  'PENDING',
  'SUCCEEDED',
  'FAILED',
  'INDETERMINATE',
  'CANCELLED',
] as const;
export type TransactionStatus = (typeof TRANSACTION_STATUSES)[number];
export type TransactionResult = Exclude<TransactionStatus, 'NEW'>;

export type FactKind = 'TRANSACTION' | 'STATUS' | 'SNAPSHOT';
export type IndeterminateCause = 'NETWORK' | 'PROCESSOR_ERROR' | 'NOT_RECORDED';

/** What a provider says of a payment, in our words; UNKNOWN_NATIVE where it used a word we do not know. */
export type ReportedStatus = PaymentStatus | 'UNKNOWN_NATIVE';

const reporters: readonly Role[] = ['SYSTEM', 'PAYMENT', 'ADMIN'];
const unpaid = ['CREATED', 'PENDING', 'IN_PROCESS', 'REJECTED'] as const;
const taken = ['CAPTURED', 'PARTIALLY_CAPTURED', 'PARTIALLY_REFUNDED', 'REFUNDED'] as const;

const by = (
  trigger: string,
  from: readonly PaymentStatus[],
  ...targets: readonly PaymentStatus[]
): Machine<PaymentStatus, never>['edges'] =>
  targets.map((to) => ({ from, to, trigger, roles: reporters }));

export const paymentMachine: Machine<PaymentStatus, never> = {
  name: 'PAYMENT',
  states: PAYMENT_STATUSES,
  edges: [
    {
      from: null,
      to: 'CREATED',
      trigger: 'createPayment',
      roles: ['SYSTEM', 'STOREFRONT', 'COMMERCE'],
    },
    { from: PAYMENT_STATUSES, to: null, trigger: 'recordTransactionResult', roles: reporters },
    { from: PAYMENT_STATUSES, to: null, trigger: 'recordProviderSnapshot', roles: ['SYSTEM'] },
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
