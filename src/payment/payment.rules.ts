import { expiryOf } from './authorization-expiry.rules';
import { inDecidingOrder } from './fact-order.rules';
import { impliedTransactions } from './implied.rules';
import { type PaymentFact } from './payment-fact.entity';
import { type Payment } from './payment.entity';
import {
  type AmountSource,
  type MoneyState,
  type PaymentStatus,
  type ReportedStatus,
  type RiskStatus,
  type TransactionStatus,
  type TransactionType,
} from './payment.machine';
import { authorizedOpen, sumUp, type PaymentSums } from './sums.rules';
import { foldTotals, isAfter, type ProviderTotals } from './totals.rules';
import { foldTransactions, type ProjectedTransaction } from './transactions.rules';
import { resolveUnknown } from './unknown-outcome.rules';

/** Everything about a payment that follows from its facts. */
export interface PaymentProjection extends PaymentSums {
  readonly currency: string | null;
  readonly status: PaymentStatus;
  readonly moneyState: MoneyState;
  readonly amountSource: AmountSource;
  readonly providerStatus: string | null;
  readonly providerVersion: number | null;
  readonly riskStatus: RiskStatus;
  readonly authorizationExpiresAt: Date | null;
  readonly authorizedAt: Date | null;
  readonly capturedAt: Date | null;
  readonly transactions: readonly ProjectedTransaction[];
}

/** The projection: a function of the set of facts, never of the order in which they arrived. */
export function projectPayment(
  terms: Pick<Payment, 'expected' | 'currency'>,
  facts: readonly PaymentFact[],
): PaymentProjection {
  const ordered = inDecidingOrder(facts);
  // Announced, or of the first fact that names one: then every fact of the set agrees on which is first.
  const currency =
    terms.currency ?? ordered.find((fact) => fact.currency !== null)?.currency ?? null;
  // A fact in another currency is stored, shown, and enters no sum (money.md 1).
  const counted = ordered.filter((fact) => fact.currency === null || fact.currency === currency);
  const totals = foldTotals(counted, terms.expected);
  const isOurs = (one: ProjectedTransaction) => one.currency === null || one.currency === currency;
  const folded = foldTransactions(ordered);
  const inCurrency = resolveUnknown(folded.filter(isOurs), totals);
  const reported = [...inCurrency, ...folded.filter((one) => !isOurs(one))];
  const implied = impliedTransactions(totals, inCurrency, currency);
  const transactions = [...reported, ...implied];
  const sums = sumUp([...inCurrency, ...implied], totals);
  const newest = counted.findLast(saysSomething);
  const status = derivedStatus(sums, [...inCurrency, ...implied], totals, newest);
  const unknown = hasUnknownAmount(implied);
  const occurred = (...types: TransactionType[]): Date | null =>
    firstDate(transactions.filter((one) => types.includes(one.type) && one.status === 'SUCCEEDED'));
  return {
    ...sums,
    currency,
    status,
    moneyState: moneyStateOf(status, sums, unknown),
    amountSource: amountSourceOf(transactions, totals, unknown),
    providerStatus: lastOf(ordered, 'nativeStatus'),
    providerVersion: lastOf(ordered, 'providerVersion'),
    riskStatus: lastOf(ordered, 'riskStatus') ?? 'NONE',
    authorizationExpiresAt: expiryOf(transactions, ordered),
    authorizedAt: occurred('AUTHORIZE', 'SALE'),
    capturedAt: occurred('CAPTURE', 'SALE'),
    transactions,
  };
}

function lastOf<Field extends keyof PaymentFact>(
  ordered: readonly PaymentFact[],
  field: Field,
): PaymentFact[Field] | null {
  return ordered.findLast((fact) => fact[field] !== null)?.[field] ?? null;
}

function firstDate(transactions: readonly ProjectedTransaction[]): Date | null {
  return transactions.reduce<Date | null>(
    (first, { occurredAt }) => (first === null || occurredAt < first ? occurredAt : first),
    null,
  );
}

/** A word we do not know hides nothing that was said before it. */
function saysSomething({ kind, reported, result, transactionType }: PaymentFact): boolean {
  // A request says nothing yet, but that of an authorization says that it is being tried again.
  const isAttempt = transactionType === 'AUTHORIZE' || transactionType === 'SALE';
  if (kind === 'TRANSACTION') return result !== null || isAttempt;
  return reported !== null && reported !== 'UNKNOWN_NATIVE';
}

function hasUnknownAmount(implied: readonly ProjectedTransaction[]): boolean {
  return implied.some(({ processedMinor }) => processedMinor === null);
}

function amountSourceOf(
  transactions: readonly ProjectedTransaction[],
  totals: ProviderTotals,
  unknown: boolean,
): AmountSource {
  if (unknown) return 'UNKNOWN';
  const standsIn = totals.authorized.standsIn || totals.captured.standsIn;
  if (standsIn && transactions.some(({ implied }) => implied)) return 'EXPECTED';
  return transactions.length > 0 ? 'REPORTED' : 'NONE';
}

/** First match decides (states.md 2.2). */
function derivedStatus(
  sums: PaymentSums,
  transactions: readonly ProjectedTransaction[],
  totals: ProviderTotals,
  newest: PaymentFact | undefined,
): PaymentStatus {
  const { word } = totals;
  const has = (type: TransactionType, ...statuses: TransactionStatus[]) =>
    transactions.some((one) => one.type === type && statuses.includes(one.status));
  if (transactions.some(({ status }) => status === 'INDETERMINATE')) return 'INDETERMINATE';
  const unknown = (type: TransactionType) =>
    transactions.some((one) => one.implied && one.type === type && one.processedMinor === null);
  if (sums.chargedBack > 0n || unknown('CHARGEBACK')) return 'CHARGED_BACK';
  if (has('CHARGEBACK', 'NEW', 'PENDING') || isDisputedByWord(transactions, totals))
    return 'DISPUTED';
  if (sums.capturing > 0n) return 'CAPTURING';
  const open = authorizedOpen(sums);
  if (sums.captured > 0n) {
    if (sums.refunded >= sums.captured && open <= 0n) return 'REFUNDED';
    if (sums.refunded > 0n || unknown('REFUND')) return 'PARTIALLY_REFUNDED';
    return open <= 0n ? 'CAPTURED' : 'PARTIALLY_CAPTURED';
  }
  if (unknown('CAPTURE')) return unknown('REFUND') ? refundedWord(word) : capturedWord(word);
  // It stays reserved until the void is done (states.md 2.2: AUTHORIZED → VOIDED by its success).
  if (open > 0n || sums.voiding > 0n) return 'AUTHORIZED';
  return statusFromNewest(sums, newest, word);
}

function refundedWord(word: ReportedStatus | null): PaymentStatus {
  return word === 'REFUNDED' ? 'REFUNDED' : 'PARTIALLY_REFUNDED';
}

const capturedWord = (word: ReportedStatus | null): PaymentStatus =>
  word === 'PARTIALLY_CAPTURED' ? word : 'CAPTURED';

/** The provider says so, and no dispute was told of since that is over. */
function isDisputedByWord(
  transactions: readonly ProjectedTransaction[],
  totals: ProviderTotals,
): boolean {
  const isSince = ({ type, decidedBy }: ProjectedTransaction) =>
    (type === 'CHARGEBACK' || type === 'CHARGEBACK_REVERSAL') &&
    isAfter(totals, decidedBy, totals.wordBy?.naturalKey ?? null);
  return totals.word === 'DISPUTED' && !transactions.some(isSince);
}

/** No money is reserved or taken: the newest report speaks. */
function statusFromNewest(
  sums: PaymentSums,
  newest: PaymentFact | undefined,
  word: ReportedStatus | null,
): PaymentStatus {
  if (newest?.kind === 'TRANSACTION') {
    const { transactionType: type, result } = newest;
    if (type === 'VOID' && result === 'SUCCEEDED') return 'VOIDED';
    // A capture or refund that failed says nothing of an authorization that had run out before.
    if (type === 'AUTHORIZE' || type === 'SALE' || sums.authorized === 0n) {
      if (result === null || result === 'PENDING') return 'PENDING';
      if (result === 'FAILED') return 'REJECTED';
      if (result === 'CANCELLED') return 'CANCELLED';
    }
  }
  if (sums.expired > 0n) return 'EXPIRED';
  if (sums.voided > 0n) return 'VOIDED';
  if (word === null || word === 'UNKNOWN_NATIVE') return 'CREATED';
  // What was never authorized cannot run out: the provider gave the payment up (M6).
  if (word === 'EXPIRED' && sums.authorized === 0n) return 'CANCELLED';
  // The provider speaks of money it gave no amount of: its word stands, moneyState says UNKNOWN.
  return word;
}

function moneyStateOf(status: PaymentStatus, sums: PaymentSums, unknown: boolean): MoneyState {
  if (status === 'INDETERMINATE' || unknown) return 'UNKNOWN';
  if (status === 'DISPUTED') return 'DISPUTED';
  if (status === 'CHARGED_BACK' || status === 'REFUNDED') return 'RETURNED';
  if (status === 'PARTIALLY_REFUNDED') return 'PARTIALLY_RETURNED';
  if (sums.captured > 0n) return 'CAPTURED';
  return authorizedOpen(sums) > 0n ? 'RESERVED' : 'NONE';
}
