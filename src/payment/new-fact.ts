import { type Draft, type Tools } from '../checkout/draft.rules';
import { type PaymentFact } from './payment-fact.entity';
import { type Payment } from './payment.entity';

/** What every fact says; the rest is silent unless told. */
export type FactContent = Pick<
  PaymentFact,
  'naturalKey' | 'kind' | 'source' | 'eventId' | 'occurredAt'
> &
  Partial<PaymentFact>;

const SILENT = {
  providerVersion: null,
  reported: null,
  nativeStatus: null,
  transactionType: null,
  parentKey: null,
  result: null,
  requestedMinor: null,
  processedMinor: null,
  currency: null,
  authorizedMinor: null,
  capturedMinor: null,
  refundedMinor: null,
  gatewayTransactionId: null,
  providerRequestKey: null,
  responseCode: null,
  reasonCode: null,
  rawMessage: null,
  failureType: null,
  indeterminateCause: null,
  sourceSystem: null,
  method: null,
  authorizationExpiresAt: null,
  fulfillmentId: null,
  externallyExecuted: false,
  requestId: null,
  finalCapture: false,
  disbursementId: null,
  respondBy: null,
  evidenceReference: null,
  riskStatus: null,
  deliveryId: null,
} as const;

function isStored(draft: Draft, { id }: Payment, key: string): boolean {
  return draft.facts.some(({ paymentId, naturalKey }) => paymentId === id && naturalKey === key);
}

/** Stores a fact once: answers false when the same one is there already. */
export function addFact(
  draft: Draft,
  payment: Payment,
  content: FactContent,
  { now, newId }: Pick<Tools, 'now' | 'newId'>,
): boolean {
  if (isStored(draft, payment, content.naturalKey)) return false;
  draft.facts.push(factOf(payment, content, { now, newId }));
  return true;
}

/** The fact as it would be stored. */
export function factOf(
  { id, checkoutId }: Payment,
  content: FactContent,
  { now, newId }: Pick<Tools, 'now' | 'newId'>,
): PaymentFact {
  return {
    ...SILENT,
    ...content,
    id: newId('fct'),
    checkoutId,
    paymentId: id,
    recordedAt: now,
  };
}
