import { type Command } from '../checkout/command';
import { paymentOf } from '../checkout/draft.rules';
import { refusePan } from '../kernel/pan';
import { rolesOf, step } from '../kernel/state-machine';
import { requireReason } from '../kernel/text';
import { factsOf, notBefore } from './fact-time.rules';
import { addFact } from './new-fact';
import { paymentFacts } from './payment-facts.rules';
import { paymentMachine } from './payment.machine';

export interface CancelPaymentInput {
  readonly paymentId: string;
  readonly reason: string;
}

/**
 * Gives up a payment before anything was authorized (M6). Where a provider has begun, it is asked to give it up too;
 * should it have finished meanwhile, its later success is booked all the same and told (states.md 2.2).
 */
export const cancelPayment: Command<CancelPaymentInput> = {
  name: 'cancelPayment',
  entity: 'payment',
  creation: false,
  subject: 'payment',
  roles: rolesOf(paymentMachine, 'cancelPayment'),
  keys: ({ paymentId }) => [{ kind: 'ID', value: paymentId, field: 'paymentId' }],
  target: (draft, { paymentId }) => paymentOf(draft, paymentId).id,
  probe: (_draft, paymentId) => ({ paymentId, reason: 'probe' }),

  check({ reason }) {
    refusePan(requireReason(reason, ['reason']), ['reason'], 'REJECT');
  },

  decide(draft, { paymentId, reason }, tools) {
    const payment = paymentOf(draft, paymentId);
    const { status, provider, providerReference } = payment;
    if (status === 'CANCELLED') return payment.id; // The same state again is a success.
    const facts = paymentFacts(draft, payment, tools);
    step(paymentMachine, { trigger: 'cancelPayment', from: status }, facts);
    const occurredAt = notBefore(factsOf(draft, payment), tools.now);
    const naturalKey = `cancelled:${payment.id}:${occurredAt.toISOString()}`;
    addFact(
      draft,
      payment,
      {
        naturalKey,
        kind: 'STATUS',
        source: 'command',
        eventId: naturalKey,
        occurredAt,
        reported: 'CANCELLED',
      },
      tools,
    );
    if (status !== 'CREATED') {
      tools.intend({
        action: 'CANCEL_PAYMENT',
        subjectType: 'Payment',
        subjectId: payment.id,
        details: { provider, providerReference },
      });
    }
    tools.explain(payment.id, reason);
    return payment.id;
  },
};
