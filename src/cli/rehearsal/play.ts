import { type Role } from '../../kernel/actor';

/** A rehearsal: which event comes, which exception must follow, and how it is brought to its end. */
export interface Play {
  readonly title: string;
  readonly kind: string;
  /** Beside id, reference and time. */
  readonly event: (names: Names) => object;
  /** Status of the payment once the event is applied. */
  readonly paymentStatus: string;
  /** By how much the summary's figures rise when the exception is there. */
  readonly signal: Readonly<Record<string, number>>;
  readonly owner: Role;
  readonly triage: { readonly customerCharged: string; readonly orderFulfillable: string };
  readonly evidence: readonly Attached[];
  /** Input of `decideException`. */
  readonly decision: { readonly decision: string; readonly [term: string]: string };
  readonly executor: Role;
  /** What is done about it, after `startExceptionAction`. */
  readonly action: (names: Names) => readonly Step[];
  readonly message: string;
  /** The note that closes it (S2.48). */
  readonly note: (names: Names) => Readonly<Record<string, string>>;
}

/** Of one run: nothing of it was ever used before. */
export interface Names {
  readonly run: string;
  readonly cartGuid: string;
  readonly channel: string;
  readonly reference: string;
  readonly orderCode: string;
  /** Known once it is announced. */
  readonly paymentId: string;
  /** Known once it is found. */
  readonly exceptionId: string;
}

export interface Attached {
  readonly role: Role;
  readonly kind: string;
  /** Why it cannot be had; absent: it is there. */
  readonly unavailable?: string;
}

export interface Step {
  readonly role: Role;
  readonly mutation: string;
  readonly input: object;
}

export const TOTAL = { amount: '129.00', currencyCode: 'EUR' };

/** What the note says where a reference cannot apply. */
const NOT_APPLICABLE = 'NOT_APPLICABLE';
const FINDINGS = {
  settlementBatch: NOT_APPLICABLE,
  rootCause: 'Rehearsal: creating the order failed at address normalisation.',
  preventionAction: 'Rehearsal: the shop normalises the address before it asks for money.',
};

/** S2.35: money reserved, no order (S2.4); the authorization is released, a refund is no way out (S2.53). */
export const authorized: Play = {
  title: 'S2.35 authorized, order creation failed',
  kind: 'AUTHORIZED_ORDER_NOT_CREATED',
  event: () => ({
    status: 'authorized',
    amount: TOTAL.amount,
    currency: TOTAL.currencyCode,
  }),
  paymentStatus: 'AUTHORIZED',
  signal: { open: 1 },
  owner: 'COMMERCE',
  triage: { customerCharged: 'NO', orderFulfillable: 'NO' },
  evidence: [
    { role: 'PAYMENT', kind: 'CAPTURE_DETAILS', unavailable: 'Nothing was captured.' },
    { role: 'OMS', kind: 'DOWNSTREAM_STATUS' },
    { role: 'ENGINEERING', kind: 'REPLAY_MARKER' },
  ],
  decision: {
    decision: 'VOID',
    reason: 'Rehearsal: the customer bought again, the reservation is not needed.',
    deadlineClass: 'FIRST_HOUR',
  },
  executor: 'PAYMENT',
  action: ({ run, paymentId, exceptionId }) => [
    {
      role: 'PAYMENT',
      mutation: 'recordTransactionResult',
      input: {
        paymentId,
        type: 'VOID',
        result: 'SUCCEEDED',
        processedAmount: TOTAL,
        gatewayTransactionId: `void_${run}`,
      },
    },
    {
      role: 'PAYMENT',
      mutation: 'recordExceptionActionResult',
      input: { exceptionId, result: 'SUCCEEDED', reference: `void_${run}` },
    },
  ],
  message: 'You were not charged; the reservation on your card is released.',
  note: ({ run, reference }) => ({
    ...FINDINGS,
    providerReference: reference,
    orderCode: NOT_APPLICABLE,
    refundOrInvoiceReference: `void_${run}`,
    customerOutcome: 'The customer was told that nothing was charged.',
    orderOutcome: 'No order was created.',
    settlementOutcome: 'The authorization was voided; nothing settles.',
  }),
};

/** Its twin: money taken, no order (S2.5); the order is repaired (S2.23). */
export const captured: Play = {
  title: 'S2.35 captured, order creation failed',
  kind: 'CAPTURED_ORDER_CREATION_FAILED',
  event: ({ run }) => ({
    status: 'captured',
    capture_id: `capture_${run}`,
    amount: TOTAL.amount,
    currency: TOTAL.currencyCode,
  }),
  paymentStatus: 'CAPTURED',
  signal: { open: 1, customersCharged: 1, awaitingRepair: 1, chargedWithoutDecision: 1 },
  owner: 'COMMERCE',
  triage: { customerCharged: 'YES', orderFulfillable: 'YES' },
  evidence: [
    { role: 'OMS', kind: 'DOWNSTREAM_STATUS' },
    { role: 'ENGINEERING', kind: 'REPLAY_MARKER' },
    { role: 'COMMERCE', kind: 'COMMERCE_PROOF' },
    { role: 'OMS', kind: 'OMS_PROOF' },
  ],
  decision: {
    decision: 'REPAIR_ORDER',
    repairAction: 'ADDRESS_FIX',
    reason: 'Rehearsal: the cart is intact and the stock is there.',
    deadlineClass: 'SETTLEMENT_CUTOFF',
  },
  executor: 'COMMERCE',
  action: ({ cartGuid, orderCode }) => [
    { role: 'COMMERCE', mutation: 'createOrder', input: { cartGuid, code: orderCode } },
  ],
  message: 'Your order is placed and on its way.',
  note: ({ reference, orderCode }) => ({
    ...FINDINGS,
    providerReference: reference,
    orderCode,
    refundOrInvoiceReference: NOT_APPLICABLE,
    customerOutcome: 'The customer has the order and was told so.',
    orderOutcome: 'The order was created from the repaired cart.',
    settlementOutcome: 'The capture settles with the order code.',
  }),
};
