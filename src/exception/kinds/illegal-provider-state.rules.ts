import { type Draft } from '../../checkout/draft.rules';
import { illegalSteps } from '../../payment/legal-steps.rules';
import { inDecidingOrder } from '../../payment/fact-order.rules';
import { type PaymentFact } from '../../payment/payment-fact.entity';
import { type Payment } from '../../payment/payment.entity';
import { type PaymentTransaction } from '../../payment/payment-transaction.entity';
import { type TransactionType } from '../../payment/payment.machine';
import { type Limits } from '../../kernel/limits';
import { type ExceptionKindRules } from '../exception-kind.rules';
import { after, believedUntil } from '../money-about.rules';

/**
 * E22: judged over the set of facts in their deciding order, so that the order of arrival does not matter: a step that
 * no row of states.md 2.2 has, a word we do not know, PENDING in binary mode, or for more than a month; and a request
 * that the provider took and never answered, where no fulfillment waits for it. An event that is merely stale stands
 * where it belongs and contradicts nothing.
 */
export const illegalProviderState: ExceptionKindRules = {
  kind: 'ILLEGAL_PROVIDER_STATE',
  description: 'The provider told a state that cannot follow from what it told before.',
  source: 'S4.1, S4.2, S4.9; design',
  subjectType: 'PAYMENT',
  group: 'DUPLICATE_WEBHOOKS',
  impact: ['TECHNICAL'],
  owners: ['PAYMENT', 'ENGINEERING'],
  contributing: [],
  decisions: ['ACCEPT_AS_IS', 'REPROCESS', 'ESCALATE'],
  forbidden: [],
  yieldsTo: [],
  autoResolves: 'A snapshot of the resource agrees.',
  asksProvider: false,
  maxGraceMs: () => 0,

  find(draft, { limits }, now) {
    return draft.payments.flatMap((payment) => {
      const facts = factsOf(draft, payment);
      const illegal = illegalSteps(payment, facts);
      const pendingSince = pendingFrom(payment, facts);
      const isLate = pendingSince !== null && after(pendingSince, limits.paymentPendingMs) <= now;
      const hanging = unanswered(draft, payment).filter((one) => believedUntil(one, limits) <= now);
      const [first] = illegal;
      if (first === undefined && !isLate && hanging.length === 0) return [];
      return [
        {
          subjectId: payment.id,
          orderId: payment.orderId,
          paymentId: payment.id,
          cause: [
            payment.id,
            ...illegal.map(({ naturalKey }) => naturalKey),
            ...(isLate ? ['PENDING', pendingSince.toISOString()] : []),
            ...hanging.map(({ id }) => id).sort(),
          ],
          graceMs: 0,
          amountMinor: payment.expected,
          currency: payment.expected === null ? null : payment.currency,
          moneyAt: first?.occurredAt ?? payment.createdAt,
        },
      ];
    });
  },

  dueTimes: (draft: Draft, { limits }: { limits: Limits }) =>
    draft.payments.flatMap((payment) => {
      const since = pendingFrom(payment, factsOf(draft, payment));
      return [
        ...(since === null ? [] : [after(since, limits.paymentPendingMs)]),
        ...unanswered(draft, payment).map((one) => believedUntil(one, limits)),
      ];
    }),

  resolvesItself: () => true,
};

/** A refund has its own kind (E10), a pending payment its own limit. */
const ANSWERED_SOON: readonly TransactionType[] = ['CAPTURE', 'VOID', 'AUTH_ADJUST'];

/** Requests under way that no fulfillment waits for; one that is cancelled waits for nothing. */
function unanswered(draft: Draft, { id }: Payment): PaymentTransaction[] {
  const waiting = draft.fulfillments.filter(({ status }) => status !== 'CANCELLED');
  return draft.transactions.filter(
    ({ paymentId, type, status, fulfillmentId }) =>
      paymentId === id &&
      status === 'PENDING' &&
      ANSWERED_SOON.includes(type) &&
      !waiting.some((one) => one.id === fulfillmentId),
  );
}

const factsOf = (draft: Draft, { id }: Payment): PaymentFact[] =>
  inDecidingOrder(draft.facts.filter(({ paymentId }) => paymentId === id));

/** Since when the payment is pending without a break; null where it is not. */
function pendingFrom({ status }: Payment, facts: readonly PaymentFact[]): Date | null {
  if (status !== 'PENDING' && status !== 'IN_PROCESS') return null;
  const isPending = ({ reported, result, kind }: PaymentFact) =>
    kind === 'TRANSACTION'
      ? result === null || result === 'PENDING'
      : reported === 'PENDING' || reported === 'IN_PROCESS' || reported === null;
  const broken = facts.findLastIndex((fact) => !isPending(fact));
  return facts
    .slice(broken + 1)
    .map(({ recordedAt }) => recordedAt)
    .reduce<Date | null>((first, at) => (first === null || at < first ? at : first), null);
}
