import { type Draft } from '../checkout/draft.rules';
import { type Decision, type ExceptionKind, type ExceptionKindRules } from './exception-kind.rules';
import { amountOrCurrencyMismatch } from './kinds/amount-or-currency-mismatch.rules';
import { authorizationExpiring } from './kinds/authorization-expiring.rules';
import { authorizedOmsRejected } from './kinds/authorized-oms-rejected.rules';
import { authorizedOrderNotCreated } from './kinds/authorized-order-not-created.rules';
import { cancelInvoiceRace } from './kinds/cancel-invoice-race.rules';
import { cancelledOrderAuthorizationOpen } from './kinds/cancelled-order-authorization-open.rules';
import { captureFailedAfterSuccess } from './kinds/capture-failed-after-success.rules';
import { captureInCancelledFulfillment } from './kinds/capture-in-cancelled-fulfillment.rules';
import { capturedAfterCancellation } from './kinds/captured-after-cancellation.rules';
import { capturedOmsRejected } from './kinds/captured-oms-rejected.rules';
import { capturedOrderCreationFailed } from './kinds/captured-order-creation-failed.rules';
import { chargeback } from './kinds/chargeback.rules';
import { duplicateCapture } from './kinds/duplicate-capture.rules';
import { duplicateOrder } from './kinds/duplicate-order.rules';
import { duplicateWebhook } from './kinds/duplicate-webhook.rules';
import { fulfillmentCaptureFailed } from './kinds/fulfillment-capture-failed.rules';
import { illegalProviderState } from './kinds/illegal-provider-state.rules';
import { indeterminateResult } from './kinds/indeterminate-result.rules';
import { intentNotExecuted } from './kinds/intent-not-executed.rules';
import { invoicedCaptureFailed } from './kinds/invoiced-capture-failed.rules';
import { overRefund } from './kinds/over-refund.rules';
import { paymentVacated } from './kinds/payment-vacated.rules';
import { refundFailed } from './kinds/refund-failed.rules';
import { refundedOrderLaterCreated } from './kinds/refunded-order-later-created.rules';
import { shippedNotCaptured } from './kinds/shipped-not-captured.rules';
import { stuckCapturingPayment } from './kinds/stuck-capturing-payment.rules';
import { underReservedRelease } from './kinds/under-reserved-release.rules';

/** Every kind of exception there is. */
export const catalogue: readonly ExceptionKindRules[] = [
  authorizedOrderNotCreated,
  capturedOrderCreationFailed,
  capturedOmsRejected,
  refundedOrderLaterCreated,
  capturedAfterCancellation,
  invoicedCaptureFailed,
  indeterminateResult,
  underReservedRelease,
  refundFailed,
  stuckCapturingPayment,
  duplicateWebhook,
  duplicateCapture,
  amountOrCurrencyMismatch,
  captureFailedAfterSuccess,
  chargeback,
  paymentVacated,
  illegalProviderState,
  authorizationExpiring,
  cancelledOrderAuthorizationOpen,
  shippedNotCaptured,
  captureInCancelledFulfillment,
  duplicateOrder,
  cancelInvoiceRace,
  overRefund,
  fulfillmentCaptureFailed,
  intentNotExecuted,
  authorizedOmsRejected,
];

export function rulesOf(kind: ExceptionKind): ExceptionKindRules {
  const rules = catalogue.find((one) => one.kind === kind);
  if (rules === undefined) throw new Error(`no rules for ${kind}`);
  return rules;
}

/** The decisions of the kind that the cause on record leaves. */
export function allowedDecisions(
  draft: Draft,
  row: { readonly kind: ExceptionKind; readonly subjectId: string },
): readonly Decision[] {
  const rules = rulesOf(row.kind);
  return rules.decisionsFor?.(draft, row) ?? rules.decisions;
}
