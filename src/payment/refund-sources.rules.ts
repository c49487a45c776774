import { type Draft, type Tools } from '../checkout/draft.rules';
import { smaller } from '../fulfillment/shares.rules';
import { positiveAmount, sameCurrency, type MoneyInput } from '../kernel/money';
import { Refused, refuse } from '../kernel/refusal';
import { step } from '../kernel/state-machine';
import { refundableOfDisbursement } from './disbursement.rules';
import { grantedLeft } from './granted-left.rules';
import { needsGrant, paymentFacts } from './payment-facts.rules';
import { type Payment } from './payment.entity';
import { paymentMachine } from './payment.machine';
import {
  checkLines,
  spreadRefund,
  type RefundLine,
  type RefundSource,
} from './refund-allocation.rules';
import { repeatedRequest } from './request-transaction.rules';
import { currencyOf } from './request-terms.rules';
import { returnable } from './sums.rules';

export interface RefundLineInput {
  readonly paymentId: string;
  readonly amount: MoneyInput;
}

/** What a refund is asked from. */
export interface RefundTerms {
  readonly paymentId: string;
  readonly amount: MoneyInput;
  readonly allocation?: 'CHOSEN_PAYMENT' | 'AUTOMATIC' | null;
  readonly lines?: readonly RefundLineInput[] | null;
  readonly disbursementId?: string | null;
  readonly providerRequestKey?: string | null;
  readonly exceptionId?: string | null;
}

/** The refund is under way already, on any payment it may use; refused where its key is used up (states.md 2.3). */
export function isRepeated(draft: Draft, chosen: Payment, terms: RefundTerms): boolean {
  const key = terms.providerRequestKey;
  const amountMinor = positiveAmount(terms.amount, ['amount']).minorUnits;
  return concerned(draft, chosen, terms)
    .map((payment) => repeatedRequest(draft, payment, { type: 'REFUND', key, amountMinor }))
    .some((same) => same !== null);
}

/** What each payment gives back, after every guard; refused where that is not the amount. */
export function refundLines(
  draft: Draft,
  chosen: Payment,
  terms: RefundTerms,
  tools: Tools,
): readonly RefundLine[] {
  const { minorUnits, currency } = positiveAmount(terms.amount, ['amount']);
  const must = (payment: Payment) => {
    const facts = paymentFacts(draft, payment, tools, terms.exceptionId);
    step(paymentMachine, { trigger: 'requestRefund', from: payment.status }, facts);
    sameCurrency({ currency }, currencyOf(payment), ['amount']);
  };
  const sources = concerned(draft, chosen, terms)
    .filter((payment) => {
      // Told by name, each must; the others of the order only help where they can.
      const isNamed = payment === chosen || Boolean(terms.lines);
      if (isNamed) must(payment);
      return (
        isNamed ||
        holds(() => {
          must(payment);
        })
      );
    })
    .map((payment) => sourceOf(draft, payment, terms));
  const granted = grantedLeft(draft, chosen.orderId);
  const wish = { amountMinor: minorUnits, currency, grantedLeft: granted > 0n ? granted : 0n };
  if (!terms.lines) return spreadRefund(wish, sources);
  const lines = linesOf(terms.lines);
  checkLines(wish, lines, sources);
  return lines;
}

/** The payments it may use: the named lines' in their order; else the chosen one first, then the order's oldest first. */
function concerned(draft: Draft, chosen: Payment, terms: RefundTerms): Payment[] {
  const ofOrder = draft.payments.filter(
    ({ id, orderId }) => id === chosen.id || (orderId !== null && orderId === chosen.orderId),
  );
  if (terms.lines) {
    return terms.lines.map(({ paymentId }) => {
      const named = ofOrder.find(({ id }) => id === paymentId);
      if (named !== undefined) return named;
      return refuse('NOT_FOUND', 'A line names no payment of the same order.', {
        field: ['lines', 'paymentId'],
      });
    });
  }
  if (terms.allocation !== 'AUTOMATIC') return [chosen];
  const others = ofOrder.filter(({ id }) => id !== chosen.id);
  return [chosen, ...others.sort((a, b) => (a.id < b.id ? -1 : 1))];
}

function sourceOf(draft: Draft, payment: Payment, { disbursementId }: RefundTerms): RefundSource {
  const source = {
    paymentId: payment.id,
    refundable: returnable(payment),
    needsGrant: needsGrant(draft, payment),
  };
  if (!disbursementId) return source;
  const part = payment.disbursements.find(({ id }) => id === disbursementId);
  if (part === undefined) {
    return refuse('NOT_FOUND', 'The payment has no such disbursement.', {
      field: ['disbursementId'],
    });
  }
  const left = refundableOfDisbursement(payment, part, draft.transactions);
  return { ...source, refundable: smaller(source.refundable, left) };
}

const linesOf = (lines: readonly RefundLineInput[]): RefundLine[] =>
  lines.map(({ paymentId, amount }) => ({
    paymentId,
    amountMinor: positiveAmount(amount, ['lines', 'amount']).minorUnits,
  }));

function holds(check: () => void): boolean {
  try {
    check();
    return true;
  } catch (error) {
    if (error instanceof Refused) return false;
    throw error;
  }
}
