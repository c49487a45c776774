import { type Command } from '../checkout/command';
import { exceptionOf, paymentOf, type Draft } from '../checkout/draft.rules';
import { refusePan } from '../kernel/pan';
import { refuse } from '../kernel/refusal';
import { rolesOf, step } from '../kernel/state-machine';
import { requireReason } from '../kernel/text';
import { factsOf, notBefore } from './fact-time.rules';
import { addFact } from './new-fact';
import { paymentFacts } from './payment-facts.rules';
import { type PaymentTransaction } from './payment-transaction.entity';
import { type Payment } from './payment.entity';
import { paymentMachine } from './payment.machine';
import { transactionFacts } from './transactions.rules';

export interface AcceptChargebackInput {
  readonly paymentId: string;
  readonly transactionId: string;
  readonly reason: string;
  readonly exceptionId?: string | null;
}

/** Accepts an open chargeback as lost, without contesting it (states.md 2.2): the money counts as gone. */
export const acceptChargeback: Command<AcceptChargebackInput> = {
  name: 'acceptChargeback',
  entity: 'payment',
  creation: false,
  subject: 'payment',
  roles: rolesOf(paymentMachine, 'acceptChargeback'),
  keys: ({ paymentId }) => [{ kind: 'ID', value: paymentId, field: 'paymentId' }],
  target: (draft, { paymentId }) => paymentOf(draft, paymentId).id,
  probe: probeOf,

  check({ reason }) {
    refusePan(requireReason(reason, ['reason']), ['reason'], 'REJECT');
  },

  decide(draft, input, tools) {
    const payment = paymentOf(draft, input.paymentId);
    const chargeback = chargebackOf(draft, payment, input.transactionId);
    if (input.exceptionId) exceptionOf(draft, input.exceptionId);
    if (chargeback.status === 'SUCCEEDED') return payment.id; // The same state again is a success.
    const facts = paymentFacts(draft, payment, tools, input.exceptionId);
    step(paymentMachine, { trigger: 'acceptChargeback', from: payment.status }, facts);
    const { status, requestedMinor } = chargeback;
    if (status !== 'PENDING' && status !== 'NEW') {
      refuse('INVALID_TRANSITION', 'The chargeback is not open.', {
        field: ['transactionId'],
        currentState: status,
        allowedStates: ['NEW', 'PENDING'],
      });
    }
    if (requestedMinor === null) {
      refuse('GUARD_FAILED', 'Nobody told the amount of the chargeback: record the dispute.', {
        field: ['transactionId'],
      });
    }
    addFact(draft, payment, accepted(draft, payment, chargeback, tools.now), tools);
    tools.explain(payment.id, input.reason);
    return payment.id;
  },
};

/** It is lost from now on: newer than everything told of it. */
function accepted(draft: Draft, payment: Payment, chargeback: PaymentTransaction, now: Date) {
  const occurredAt = notBefore(transactionFacts(chargeback, factsOf(draft, payment)), now);
  const naturalKey = `accepted:${chargeback.id}:${occurredAt.toISOString()}`;
  return {
    naturalKey,
    kind: 'TRANSACTION',
    source: 'command',
    eventId: naturalKey,
    occurredAt,
    transactionType: 'CHARGEBACK',
    result: 'SUCCEEDED',
    processedMinor: chargeback.requestedMinor,
    currency: chargeback.currency,
    gatewayTransactionId: chargeback.gatewayTransactionId,
    providerRequestKey: chargeback.providerRequestKey,
  } as const;
}

function chargebackOf(
  { transactions }: Draft,
  { id }: Payment,
  transactionId: string,
): PaymentTransaction {
  const field = ['transactionId'];
  const one = transactions.find((row) => row.id === transactionId && row.paymentId === id);
  if (one === undefined) {
    return refuse('NOT_FOUND', 'The payment has no such transaction.', { field });
  }
  if (one.type !== 'CHARGEBACK') {
    refuse('GUARD_FAILED', 'The transaction is no chargeback.', { field });
  }
  return one;
}

/** The open one; else any, so that it is told why not. */
function probeOf(draft: Draft, paymentId: string): AcceptChargebackInput | null {
  const own = draft.transactions.filter(
    (row) => row.paymentId === paymentId && row.type === 'CHARGEBACK',
  );
  const one = own.find(({ status }) => status === 'PENDING' || status === 'NEW') ?? own.at(0);
  return one === undefined ? null : { paymentId, transactionId: one.id, reason: 'probe' };
}
