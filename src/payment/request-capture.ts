import { type Command } from '../checkout/command';
import { paymentOf, type Draft, type Tools } from '../checkout/draft.rules';
import { fulfillmentFacts } from '../fulfillment/fulfillment-facts.rules';
import { type Fulfillment } from '../fulfillment/fulfillment.entity';
import { moveFulfillment } from '../fulfillment/move-fulfillment.rules';
import { smaller } from '../fulfillment/shares.rules';
import { sharesOnceStarted } from '../fulfillment/uncaptured.rules';
import { positiveAmount, sameCurrency, sum, type MoneyInput } from '../kernel/money';
import { refuse } from '../kernel/refusal';
import { rolesOf, step } from '../kernel/state-machine';
import { reference } from '../kernel/text';
import { paymentFacts } from './payment-facts.rules';
import { paymentMachine } from './payment.machine';
import { currencyOf, fulfillmentFor, smallestAmount, requireDecided } from './request-terms.rules';
import { repeatedRequest, requestTransaction } from './request-transaction.rules';
import { capturable } from './sums.rules';

export interface RequestCaptureInput {
  readonly paymentId: string;
  readonly amount: MoneyInput;
  readonly fulfillmentId?: string | null;
  readonly final?: boolean | null;
  readonly providerRequestKey?: string | null;
  readonly exceptionId?: string | null;
}

/**
 * Asks for a capture of what is reserved: journals the intent, a transaction NEW (states.md 2.2). Never beyond what is
 * open, nor beyond what its fulfillment still needs; a final one has the rest released once it succeeds (money.md 7).
 */
export const requestCapture: Command<RequestCaptureInput> = {
  name: 'requestCapture',
  entity: 'payment',
  creation: false,
  subject: 'payment',
  roles: rolesOf(paymentMachine, 'requestCapture'),
  keys: ({ paymentId }) => [{ kind: 'ID', value: paymentId, field: 'paymentId' }],
  target: (draft, { paymentId }) => paymentOf(draft, paymentId).id,
  probe: (draft, paymentId) => ({ paymentId, amount: smallestAmount(draft, paymentId) }),

  check({ amount, providerRequestKey }) {
    positiveAmount(amount, ['amount']);
    if (providerRequestKey) reference(providerRequestKey, ['providerRequestKey']);
  },

  decide(draft, input, tools) {
    const payment = paymentOf(draft, input.paymentId);
    const { minorUnits, currency } = positiveAmount(input.amount, ['amount']);
    const { providerRequestKey: key, exceptionId } = input;
    const request = { type: 'CAPTURE', key, amountMinor: minorUnits } as const;
    if (repeatedRequest(draft, payment, request) !== null) return payment.id;
    requireDecided(draft, input.exceptionId);
    const facts = paymentFacts(draft, payment, tools, exceptionId);
    step(paymentMachine, { trigger: 'requestCapture', from: payment.status }, facts);
    sameCurrency({ currency }, currencyOf(payment), ['amount']);
    const fulfillment = fulfillmentFor(draft, payment, input.fulfillmentId);
    const open = capturable(payment);
    const needed = fulfillment === null ? open : neededBy(draft, fulfillment);
    const available = smaller(open, needed);
    if (minorUnits > available) {
      refuse('AMOUNT_EXCEEDS', 'That is more than can be captured; see available.', {
        field: ['amount'],
        available: { minorUnits: available, currency },
      });
    }
    if (fulfillment !== null) beginCapture(draft, fulfillment, { exceptionId }, tools);
    requestTransaction(
      draft,
      payment,
      {
        type: 'CAPTURE',
        amountMinor: minorUnits,
        fulfillmentId: input.fulfillmentId ?? null,
        providerRequestKey: key ?? null,
        finalCapture: input.final ?? false,
      },
      tools,
    );
    return payment.id;
  },
};

/** Its total less what is captured for it or under way; minor units. */
function neededBy(draft: Draft, fulfillment: Fulfillment): bigint {
  const given = sharesOnceStarted(draft, fulfillment).map(
    ({ captured, capturing }) => captured + capturing,
  );
  return fulfillment.totalMinor - sum(given);
}

/** Where the capture of it has begun already, another payment's joins it. */
const BEGUN: readonly string[] = ['CAPTURING_PAYMENT', 'CAPTURE_AWAITING_RESULT'];

/** By the edges of the release: its guards hold for a capture asked for by itself, too. */
function beginCapture(
  draft: Draft,
  fulfillment: Fulfillment,
  { exceptionId }: { readonly exceptionId: string | null | undefined },
  tools: Tools,
): void {
  if (BEGUN.includes(fulfillment.status)) return;
  const isRetry = fulfillment.status === 'PAYMENT_CAPTURE_FAILED';
  const trigger = isRetry ? 'retryCapture' : 'captureFulfillment';
  const facts = fulfillmentFacts(draft, fulfillment, tools, exceptionId);
  moveFulfillment(fulfillment, { trigger }, facts, tools.now);
}
