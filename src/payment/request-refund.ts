import { type Command } from '../checkout/command';
import { paymentOf } from '../checkout/draft.rules';
import { positiveAmount, sameCurrency } from '../kernel/money';
import { refuse } from '../kernel/refusal';
import { rolesOf } from '../kernel/state-machine';
import { reference } from '../kernel/text';
import { needsGrant } from './payment-facts.rules';
import { paymentMachine } from './payment.machine';
import { isRepeated, refundLines, type RefundTerms } from './refund-sources.rules';
import { fulfillmentFor, requireDecided, smallestAmount } from './request-terms.rules';
import { requestTransaction } from './request-transaction.rules';

export interface RequestRefundInput extends RefundTerms {
  readonly fulfillmentId?: string | null;
}

/** As many as one order has payments a person can oversee. */
const LINES_MAX = 100;

/**
 * Asks to give captured money back (states.md 2.2): backed by a cancellation, by what a return or grant leaves, or by a
 * decided REFUND, spread over the order's payments as told (money.md 6). One request over all of its transactions.
 */
export const requestRefund: Command<RequestRefundInput> = {
  name: 'requestRefund',
  entity: 'payment',
  creation: false,
  subject: 'payment',
  roles: rolesOf(paymentMachine, 'requestRefund'),
  keys: ({ paymentId }) => [{ kind: 'ID', value: paymentId, field: 'paymentId' }],
  target: (draft, { paymentId }) => paymentOf(draft, paymentId).id,
  probe: (draft, paymentId) => ({ paymentId, amount: smallestAmount(draft, paymentId) }),
  check: checkRefund,

  decide(draft, input, tools) {
    const payment = paymentOf(draft, input.paymentId);
    fulfillmentFor(draft, payment, input.fulfillmentId);
    if (isRepeated(draft, payment, input)) return payment.id;
    requireDecided(draft, input.exceptionId);
    const requestId = tools.newId('req');
    for (const { paymentId, amountMinor } of refundLines(draft, payment, input, tools)) {
      const one = paymentOf(draft, paymentId);
      requestTransaction(
        draft,
        one,
        {
          type: 'REFUND',
          amountMinor,
          requestId,
          providerRequestKey: input.providerRequestKey ?? null,
          fulfillmentId: input.fulfillmentId ?? null,
          disbursementId: input.disbursementId ?? null,
          decided: !needsGrant(draft, one),
        },
        tools,
      );
    }
    return payment.id;
  },
};

function checkRefund(input: RequestRefundInput): void {
  const amount = positiveAmount(input.amount, ['amount']);
  for (const field of ['providerRequestKey', 'disbursementId'] as const) {
    const value = input[field];
    if (value) reference(value, [field]);
  }
  const { lines } = input;
  for (const { amount: part } of lines ?? []) {
    sameCurrency(positiveAmount(part, ['lines', 'amount']), amount, ['lines', 'amount']);
  }
  if (lines && (lines.length === 0 || lines.length > LINES_MAX)) {
    refuse('LIMIT', `A refund has 1 to ${LINES_MAX} lines.`, { field: ['lines'] });
  }
  if (lines && input.allocation) {
    refuse('GUARD_FAILED', 'A refund has lines or an allocation, not both.', { field: ['lines'] });
  }
  if (input.disbursementId && (lines || input.allocation === 'AUTOMATIC')) {
    refuse('GUARD_FAILED', 'A disbursement is taken back on its own payment alone.', {
      field: ['disbursementId'],
    });
  }
}
