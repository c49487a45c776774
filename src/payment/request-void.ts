import { type Command } from '../checkout/command';
import { paymentOf } from '../checkout/draft.rules';
import { positiveAmount, sameCurrency, type MoneyInput } from '../kernel/money';
import { Refused, refuse } from '../kernel/refusal';
import { rolesOf, step } from '../kernel/state-machine';
import { reference } from '../kernel/text';
import { paymentFacts } from './payment-facts.rules';
import { nothingIsCaptured } from './payment-guards.rules';
import { paymentMachine } from './payment.machine';
import { currencyOf, smallestAmount, requireDecided } from './request-terms.rules';
import { repeatedRequest, requestTransaction } from './request-transaction.rules';
import { capturable } from './sums.rules';

export interface RequestVoidInput {
  readonly paymentId: string;
  readonly amount?: MoneyInput | null;
  readonly providerRequestKey?: string | null;
  readonly exceptionId?: string | null;
}

/**
 * Asks to release reserved money (states.md 2.2). Without an amount all of it, and only while nothing is captured (K3);
 * with one up to what is open: what was captured stays (I1).
 */
export const requestVoid: Command<RequestVoidInput> = {
  name: 'requestVoid',
  entity: 'payment',
  creation: false,
  subject: 'payment',
  roles: rolesOf(paymentMachine, 'requestVoid'),
  keys: ({ paymentId }) => [{ kind: 'ID', value: paymentId, field: 'paymentId' }],
  target: (draft, { paymentId }) => paymentOf(draft, paymentId).id,
  probe: (draft, paymentId) => ({ paymentId, amount: smallestAmount(draft, paymentId) }),

  check({ amount, providerRequestKey }) {
    if (amount) positiveAmount(amount, ['amount']);
    if (providerRequestKey) reference(providerRequestKey, ['providerRequestKey']);
  },

  decide(draft, input, tools) {
    const payment = paymentOf(draft, input.paymentId);
    const amount = input.amount ? positiveAmount(input.amount, ['amount']) : null;
    const { providerRequestKey: key } = input;
    const request = { type: 'VOID', key, amountMinor: amount?.minorUnits ?? null } as const;
    if (repeatedRequest(draft, payment, request) !== null) return payment.id;
    requireDecided(draft, input.exceptionId);
    const facts = paymentFacts(draft, payment, tools, input.exceptionId);
    step(paymentMachine, { trigger: 'requestVoid', from: payment.status }, facts);
    const { currency } = currencyOf(payment);
    if (amount !== null) sameCurrency(amount, { currency }, ['amount']);
    const reason = amount === null ? nothingIsCaptured(facts) : null;
    if (reason !== null) throw new Refused({ ...reason, field: ['amount'] });
    const open = capturable(payment);
    const amountMinor = amount?.minorUnits ?? open;
    if (amountMinor > open || open === 0n) {
      refuse('AMOUNT_EXCEEDS', 'That is more than is reserved and open; see available.', {
        field: ['amount'],
        available: { minorUnits: open, currency },
      });
    }
    requestTransaction(
      draft,
      payment,
      { type: 'VOID', amountMinor, providerRequestKey: key ?? null },
      tools,
    );
    return payment.id;
  },
};
