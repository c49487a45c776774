// States and words of the order clock (states.md 2.1).

export const ORDER_STATUSES = [
  'CREATION_PENDING',
  'CREATION_FAILED',
  'CREATED',
  'PAYMENT_PENDING',
  'PAYMENT_AUTHORIZED',
  'PAYMENT_DENIED',
  'CANCELLATION_WINDOW',
  'READY_FOR_HANDLING',
  'HANDLING',
  'VERIFYING_INVOICE',
  'INVOICED',
  'COMPLETED',
  'CANCELLATION_REQUESTED',
  'CANCELLING',
  'CANCELLED',
] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

export const OMS_STATUSES = [
  'NOT_CREATED',
  'PENDING',
  'ACCEPTED',
  'ALLOCATED',
  'REJECTED',
  'CANCELLED',
] as const;
export type OmsStatus = (typeof OMS_STATUSES)[number];

/** Why the OMS rejected an order (S2.6). */
export const OMS_CAUSES = ['INVENTORY', 'ADDRESS', 'FRAUD', 'ALLOCATION', 'UNCLASSIFIED'] as const;
export type OmsCause = (typeof OMS_CAUSES)[number];

export const ERP_POSTING_STATUSES = [
  'NOT_POSTED',
  'PENDING',
  'POSTED',
  'FAILED',
  'REVERSED',
] as const;
export type ErpPostingStatus = (typeof ERP_POSTING_STATUSES)[number];
export type PostingSubject = 'INVOICE' | 'CAPTURE' | 'REFUND' | 'CHARGEBACK';
/** NOTE: a line of the other system's log; DELIVERED: everything of an order without fulfillments arrived. */
export type InteractionKind = 'NOTE' | 'DELIVERED';

/** Automatic edges, tried in this order until none is taken. */
export const AUTOMATIC_ORDER_TRIGGERS = [
  'abandoned',
  'no external seller',
  'payments covered',
  'capture confirmed',
  'partial invoice',
  'all is invoiced',
  'all delivered',
  'cover lost',
  'new attempt',
  'declined',
  'window opens',
  'window over',
  'retry window over',
  'money done',
] as const;
