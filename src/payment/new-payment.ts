import { providerReferenceKey } from '../checkout/checkout-key.rules';
import { type Draft, type Tools } from '../checkout/draft.rules';
import { type Payment } from './payment.entity';
import { step } from '../kernel/state-machine';
import { NO_PAYMENT_FACTS, paymentMachine } from './payment.machine';

/** What is known of a payment when it is first heard of; the rest is derived from its facts. */
export type PaymentStart = Pick<Payment, 'provider' | 'providerReference'> &
  Partial<
    Pick<
      Payment,
      | 'orderId'
      | 'method'
      | 'priority'
      | 'expected'
      | 'currency'
      | 'binaryMode'
      | 'paymentRule'
      | 'collection'
      | 'partiallyConsumable'
      | 'disbursements'
    >
  >;

const NO_MONEY = {
  authorized: 0n,
  authorizing: 0n,
  capturing: 0n,
  captured: 0n,
  voiding: 0n,
  voided: 0n,
  expired: 0n,
  refunding: 0n,
  refunded: 0n,
  disputed: 0n,
  chargedBack: 0n,
  failedLifetime: 0n,
  failedOutstanding: 0n,
};

export function newPayment(
  draft: Draft,
  start: PaymentStart,
  { now, newId }: Pick<Tools, 'now' | 'newId'>,
): Payment {
  const payment: Payment = {
    id: newId('pay'),
    checkoutId: draft.checkout.id,
    orderId: null,
    method: null,
    priority: 0,
    expected: null,
    currency: null,
    binaryMode: false,
    paymentRule: 'EARLY_APPROVAL',
    collection: 'IMMEDIATE',
    partiallyConsumable: true,
    disbursements: [],
    ...start,
    status: step(paymentMachine, { trigger: 'createPayment', from: null }, NO_PAYMENT_FACTS),
    moneyState: 'NONE',
    amountSource: 'NONE',
    providerStatus: null,
    providerVersion: null,
    ...NO_MONEY,
    validationMinor: 0n,
    reservationMinor: 0n,
    finalizationMinor: 0n,
    settlementStatus: 'NOT_SETTLED',
    riskStatus: 'NONE',
    instrumentReference: null,
    instructionEditedAt: null,
    authorizationExpiresAt: null,
    authorizedAt: null,
    capturedAt: null,
    version: 1,
    createdAt: now,
    updatedAt: now,
  };
  draft.payments.push(payment);
  draft.newKeys.push({ kind: 'ID', value: payment.id });
  nameAtProvider(draft, payment);
  return payment;
}

/** The checkout is found by the provider's reference from now on. */
function nameAtProvider(draft: Draft, { provider, providerReference }: Payment): void {
  if (providerReference === null) return;
  const value = providerReferenceKey(provider, providerReference);
  draft.newKeys.push({ kind: 'PROVIDER_REFERENCE', value });
}
