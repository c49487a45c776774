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
import { type AnyCommand } from './command';

/** Every mutation there is. */
export const commands: readonly AnyCommand[] = [
  registerCheckout,
  createOrder,
  recordOrderCreationFailure,
  createPayment,
  recordTransactionResult,
  recordProviderSnapshot,
  triageException,
  assignException,
  attachEvidence,
  decideException,
  startExceptionAction,
  recordExceptionActionResult,
  recordCustomerMessage,
  closeException,
];
