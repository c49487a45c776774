import { type Draft } from '../../checkout/draft.rules';
import { inDecidingOrder } from '../../payment/fact-order.rules';
import { type PaymentFact } from '../../payment/payment-fact.entity';
import { type ExceptionKindRules } from '../exception-kind.rules';

/**
 * E13: one version of a resource told with another status or amount, or one transaction that succeeded with two
 * amounts (money.md 9). A delivery that is the same to the letter is counted on itself and contradicts nothing.
 */
export const duplicateWebhook: ExceptionKindRules = {
  kind: 'DUPLICATE_WEBHOOK',
  description: 'The provider told one version or one transaction in two ways.',
  source: 'S2.36; saleor/saleor#18196',
  subjectType: 'DELIVERY',
  group: 'DUPLICATE_WEBHOOKS',
  impact: ['TECHNICAL', 'FINANCE'],
  owners: ['ENGINEERING', 'PAYMENT'],
  contributing: ['FINANCE'],
  decisions: ['ACCEPT_AS_IS', 'ESCALATE'],
  forbidden: [],
  yieldsTo: [],
  autoResolves: 'What was told twice stays so: it is accepted and closed.',
  asksProvider: false,
  maxGraceMs: () => 0,

  find(draft) {
    return draft.payments.flatMap((payment) => {
      const own = inDecidingOrder(draft.facts.filter(({ paymentId }) => paymentId === payment.id));
      const told = new Map<string, PaymentFact>();
      for (const [index, fact] of own.entries()) {
        const earlier = own.slice(0, index).find((one) => contradicts(one, fact));
        if (earlier !== undefined) told.set(subjectOf(fact), fact);
      }
      return [...told].map(([subjectId, fact]) => ({
        subjectId,
        orderId: payment.orderId,
        paymentId: payment.id,
        cause: [payment.id, fact.naturalKey, fact.reported, amountIn(fact), fact.currency],
        graceMs: 0,
        amountMinor: fact.currency === null ? null : amountIn(fact),
        currency: amountIn(fact) === null ? null : fact.currency,
        moneyAt: fact.occurredAt,
      }));
    });
  },

  resolvesItself: (_draft: Draft) => false,
};

/** The delivery that told it; of a report that came otherwise, the report. */
const subjectOf = ({ deliveryId, id }: PaymentFact): string => deliveryId ?? id;

const amountIn = (fact: PaymentFact): bigint | null =>
  fact.processedMinor ?? fact.capturedMinor ?? fact.authorizedMinor;

function contradicts(one: PaymentFact, other: PaymentFact): boolean {
  if (one.kind === 'TRANSACTION' && other.kind === 'TRANSACTION') {
    return (
      one.gatewayTransactionId !== null &&
      one.gatewayTransactionId === other.gatewayTransactionId &&
      one.transactionType === other.transactionType &&
      one.result === 'SUCCEEDED' &&
      other.result === 'SUCCEEDED' &&
      differs(one.processedMinor, other.processedMinor)
    );
  }
  if (one.kind === 'TRANSACTION' || other.kind === 'TRANSACTION') return false;
  return (
    one.providerVersion !== null &&
    one.providerVersion === other.providerVersion &&
    (differs(one.reported, other.reported) ||
      differs(one.authorizedMinor, other.authorizedMinor) ||
      differs(one.capturedMinor, other.capturedMinor) ||
      differs(one.refundedMinor, other.refundedMinor) ||
      differs(one.currency, other.currency))
  );
}

/** What one of them leaves out contradicts nothing: a bare notification, and the resource it was about. */
function differs<Value>(one: Value | null, other: Value | null): boolean {
  return one !== null && other !== null && one !== other;
}
