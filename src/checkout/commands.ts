import { assignException } from '../exception/assign-exception';
import { attachEvidence } from '../exception/attach-evidence';
import { closeException } from '../exception/close-exception';
import { decideException } from '../exception/decide-exception';
import { recordCustomerMessage } from '../exception/record-customer-message';
import { recordExceptionActionResult } from '../exception/record-exception-action-result';
import { startExceptionAction } from '../exception/start-exception-action';
import { triageException } from '../exception/triage-exception';
import { createOrder } from '../order/create-order';
import { recordOrderCreationFailure } from '../order/record-order-creation-failure';
import { registerCheckout } from '../order/register-checkout';
import { createPayment } from '../payment/create-payment';
import { recordProviderSnapshot } from '../payment/record-provider-snapshot';
import { recordTransactionResult } from '../payment/record-transaction-result';
import { repairOrder } from '../order/repair-order';
import { confirmOrderBySeller } from '../order/confirm-order-by-seller';
import { releaseOrderForHandling } from '../order/release-order-for-handling';
import { startHandling } from '../order/start-handling';
import { insertInvoice } from '../order/insert-invoice';
import { requestOrderCancellation } from '../order/request-order-cancellation';
import { denyOrderCancellation } from '../order/deny-order-cancellation';
import { cancelOrder } from '../order/cancel-order';
import { replaceOrder } from '../order/replace-order';
import { linkOrders } from '../order/link-orders';
import { markDuplicateOrder } from '../order/mark-duplicate-order';
import { recordOmsStatus } from '../order/record-oms-status';
import { recordErpPosting } from '../order/record-erp-posting';
import { recordOrderInteraction } from '../order/record-order-interaction';
import { primePayments } from '../payment/prime-payments';
import { grantRefund } from '../payment/grant-refund';
import { requestCapture } from '../payment/request-capture';
import { requestVoid } from '../payment/request-void';
import { requestRefund } from '../payment/request-refund';
import { recordPaymentStatus } from '../payment/record-payment-status';
import { recordExternalTransaction } from '../payment/record-external-transaction';
import { resolveIndeterminateTransaction } from '../payment/resolve-indeterminate-transaction';
import { cancelPayment } from '../payment/cancel-payment';
import { editPaymentInstruction } from '../payment/edit-payment-instruction';
import { attachPaymentToOrder } from '../payment/attach-payment-to-order';
import { recordTransactionEvent } from '../payment/record-transaction-event';
import { recordDispute } from '../payment/record-dispute';
import { acceptChargeback } from '../payment/accept-chargeback';
import { createFulfillment } from '../fulfillment/create-fulfillment';
import { reserveFulfillment } from '../fulfillment/reserve-fulfillment';
import { captureFulfillment } from '../fulfillment/capture-fulfillment';
import { overrideFulfillmentStatus } from '../fulfillment/override-fulfillment-status';
import { resolveCapture } from '../fulfillment/resolve-capture';
import { retryCapture } from '../fulfillment/retry-capture';
import { cancelFulfillment } from '../fulfillment/cancel-fulfillment';
import { startFulfilling } from '../fulfillment/start-fulfilling';
import { shipFulfillment } from '../fulfillment/ship-fulfillment';
import { confirmDelivery } from '../fulfillment/confirm-delivery';
import { recordReturn } from '../fulfillment/record-return';
import { splitFulfillment } from '../fulfillment/split-fulfillment';
import { type AnyCommand } from './command';

/** Every mutation there is. */
export const commands: readonly AnyCommand[] = [
  registerCheckout,
  createOrder,
  recordOrderCreationFailure,
  createPayment,
  recordTransactionResult,
  recordProviderSnapshot,
  repairOrder,
  confirmOrderBySeller,
  releaseOrderForHandling,
  startHandling,
  insertInvoice,
  requestOrderCancellation,
  denyOrderCancellation,
  cancelOrder,
  replaceOrder,
  linkOrders,
  markDuplicateOrder,
  recordOmsStatus,
  recordErpPosting,
  recordOrderInteraction,
  primePayments,
  grantRefund,
  requestCapture,
  requestVoid,
  requestRefund,
  recordPaymentStatus,
  recordExternalTransaction,
  resolveIndeterminateTransaction,
  cancelPayment,
  editPaymentInstruction,
  attachPaymentToOrder,
  recordTransactionEvent,
  recordDispute,
  acceptChargeback,
  createFulfillment,
  reserveFulfillment,
  captureFulfillment,
  overrideFulfillmentStatus,
  resolveCapture,
  retryCapture,
  cancelFulfillment,
  startFulfilling,
  shipFulfillment,
  confirmDelivery,
  recordReturn,
  splitFulfillment,
  triageException,
  assignException,
  attachEvidence,
  decideException,
  startExceptionAction,
  recordExceptionActionResult,
  recordCustomerMessage,
  closeException,
];
