import { type PaymentFact } from '../../../src/payment/payment-fact.entity';
import { projectPayment, type PaymentProjection } from '../../../src/payment/payment.rules';
import {
  type ReportedStatus,
  type TransactionResult,
  type TransactionType,
} from '../../../src/payment/payment.machine';

/** Provider time in minutes after noon. */
export const at = (minute: number): Date => new Date(Date.UTC(2026, 4, 23, 12, minute));

const SILENT: Omit<PaymentFact, 'id' | 'naturalKey' | 'kind' | 'eventId' | 'occurredAt'> = {
  checkoutId: 'chk_1',
  paymentId: 'pay_1',
  source: 'test',
  providerVersion: null,
  recordedAt: at(59),
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
};

type Told = Partial<PaymentFact> & { readonly minute?: number };

function factOf(
  kind: PaymentFact['kind'],
  words: string,
  { minute = 0, ...told }: Told,
): PaymentFact {
  const occurredAt = told.occurredAt ?? at(minute);
  const content = { ...SILENT, currency: 'EUR', ...told, kind, occurredAt };
  const naturalKey =
    told.naturalKey ??
    [words, minute, told.providerVersion, told.gatewayTransactionId, told.providerRequestKey].join(
      '|',
    );
  return { ...content, naturalKey, eventId: naturalKey, id: told.id ?? `fct_${naturalKey}` };
}

/** A report of one transaction: `tx('CAPTURE', 'SUCCEEDED', 50n, { gatewayTransactionId: 'c1' })`. Amounts are both. */
export function tx(
  type: TransactionType,
  result: TransactionResult,
  amount: bigint | null,
  told: Told = {},
): PaymentFact {
  return factOf('TRANSACTION', `${type} ${result} ${amount}`, {
    transactionType: type,
    result,
    requestedMinor: amount,
    processedMinor: result === 'SUCCEEDED' ? amount : null,
    ...told,
    ...(told.gatewayTransactionId === undefined && told.providerRequestKey === undefined
      ? { gatewayTransactionId: `${type.toLowerCase()}-1` }
      : {}),
  });
}

/** A request of ours, recorded as it was made: `asked('CAPTURE', 50n, 'k1', { minute: 1 })`. */
export const asked = (
  type: TransactionType,
  amount: bigint,
  key: string,
  { minute = 0, ...told }: Told = {},
): PaymentFact =>
  factOf('TRANSACTION', `${type} asked ${amount}`, {
    transactionType: type,
    requestedMinor: amount,
    providerRequestKey: key,
    minute,
    recordedAt: at(minute),
    ...told,
  });

/** The provider's word, without an amount. */
export const word = (reported: ReportedStatus, told: Told = {}): PaymentFact =>
  factOf('STATUS', reported, {
    reported,
    nativeStatus: reported.toLowerCase(),
    currency: null,
    ...told,
  });

/** The provider's totals. */
export const snapshot = (
  reported: ReportedStatus,
  totals: Pick<Told, 'authorizedMinor' | 'capturedMinor' | 'refundedMinor'>,
  told: Told = {},
): PaymentFact =>
  factOf('SNAPSHOT', reported, {
    reported,
    nativeStatus: reported.toLowerCase(),
    ...totals,
    ...told,
  });

export const ANNOUNCED = { expected: 100n, currency: 'EUR' } as const;
export const UNANNOUNCED = { expected: null, currency: null } as const;

export const project = (
  facts: readonly PaymentFact[],
  terms: { expected: bigint | null; currency: string | null } = ANNOUNCED,
): PaymentProjection => projectPayment(terms, facts);

/** The sums that are not zero, as numbers: what a reader of a test wants to see. */
export function amounts(projection: PaymentProjection): Record<string, number> {
  const names = [
    'authorizing',
    'authorized',
    'capturing',
    'captured',
    'voiding',
    'voided',
    'expired',
    'refunding',
    'refunded',
    'disputed',
    'chargedBack',
    'failedLifetime',
    'failedOutstanding',
  ] as const;
  return Object.fromEntries(
    names.filter((name) => projection[name] !== 0n).map((name) => [name, Number(projection[name])]),
  );
}
