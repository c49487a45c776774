import { type PaymentFact } from './payment-fact.entity';
import { type ReportedStatus } from './payment.machine';

/** One total of the provider; minor units. A null amount: it happened, and nobody knows how much. */
export interface ProviderTotal {
  readonly amount: bigint | null;
  /** The announced amount stands in: the provider said only that it happened (webhooks.md). */
  readonly standsIn: boolean;
  /** The fact that set it; null while nothing did. */
  readonly by: PaymentFact | null;
}

/** What the provider's words and snapshots say in total. */
export interface ProviderTotals {
  authorized: ProviderTotal;
  captured: ProviderTotal;
  refunded: ProviderTotal;
  chargedBack: ProviderTotal;
  /** `refunded` without an amount: all that was captured, whatever that is. */
  allRefunded: boolean;
  /** The newest word that means something to us, and the fact that said it. */
  word: ReportedStatus | null;
  wordBy: PaymentFact | null;
  /** Place of each fact in the deciding order, by natural key. */
  order: ReadonlyMap<string, number>;
}

/** The one fact decides after the other; not where one of them is no fact. */
export function isAfter(
  { order }: ProviderTotals,
  later: string | null | undefined,
  earlier: string | null,
): boolean {
  return (order.get(later ?? '') ?? -1) > (order.get(earlier ?? '') ?? order.size);
}

/** Words that we may give a payment up after; any other of the provider stands, although ours is stamped later. */
const UNPAID: readonly (ReportedStatus | null)[] = [
  null,
  'CREATED',
  'PENDING',
  'IN_PROCESS',
  'REJECTED',
  'FAILED',
  'VACATED',
];

const NOTHING: ProviderTotal = { amount: 0n, standsIn: false, by: null };

/** Folds STATUS and SNAPSHOT facts, given in deciding order. `expected` is the announced amount, if any. */
export function foldTotals(
  ordered: readonly PaymentFact[],
  expected: bigint | null,
): ProviderTotals {
  const totals: ProviderTotals = {
    authorized: NOTHING,
    captured: NOTHING,
    refunded: NOTHING,
    chargedBack: NOTHING,
    allRefunded: false,
    word: null,
    wordBy: null,
    order: new Map(ordered.map(({ naturalKey }, index) => [naturalKey, index])),
  };
  for (const fact of ordered) {
    if (fact.kind === 'TRANSACTION') continue;
    if (fact.source === 'command' && !UNPAID.includes(totals.word)) continue;
    takeAmounts(totals, fact);
    takeWord(totals, fact, expected);
    if (fact.reported === null || fact.reported === 'UNKNOWN_NATIVE') continue;
    totals.word = fact.reported;
    totals.wordBy = fact;
  }
  return totals;
}

function takeAmounts(totals: ProviderTotals, fact: PaymentFact): void {
  const stated = (amount: bigint | null, before: ProviderTotal): ProviderTotal =>
    amount === null ? before : { amount, standsIn: false, by: fact };
  totals.authorized = stated(fact.authorizedMinor, totals.authorized);
  totals.captured = stated(fact.capturedMinor, totals.captured);
  totals.refunded = stated(fact.refundedMinor, totals.refunded);
}

/** A capture under way is of money that was reserved. */
const MEANS_AUTHORIZED: readonly (string | null)[] = ['AUTHORIZED', 'CAPTURING'];

const MEANS_CAPTURED: readonly (string | null)[] = [
  'CAPTURED',
  'PARTIALLY_REFUNDED',
  'REFUNDED',
  'DISPUTED',
  'CHARGED_BACK',
];

const NOT_ALL_REFUNDED: readonly (string | null)[] = ['CAPTURED', 'PARTIALLY_REFUNDED'];

/** A word without an amount: the announced amount stands in once, and nothing is guessed beyond it. */
function takeWord(totals: ProviderTotals, fact: PaymentFact, expected: bigint | null): void {
  const standIn: ProviderTotal = { amount: expected, standsIn: expected !== null, by: fact };
  if (MEANS_AUTHORIZED.includes(fact.reported) && totals.authorized.amount === 0n) {
    totals.authorized = standIn;
  }
  if (MEANS_CAPTURED.includes(fact.reported) && (totals.captured.amount ?? 0n) === 0n) {
    totals.captured = standIn;
  }
  if (fact.reported === 'PARTIALLY_CAPTURED' && totals.captured.amount === 0n) {
    totals.captured = { amount: null, standsIn: false, by: fact };
  }
  if (fact.reported === 'REFUNDED' && fact.refundedMinor === null) {
    totals.refunded = { ...totals.refunded, by: fact };
    totals.allRefunded = true;
  } else if (fact.refundedMinor !== null || NOT_ALL_REFUNDED.includes(fact.reported)) {
    totals.allRefunded = false;
  }
  if (fact.reported === 'PARTIALLY_REFUNDED' && totals.refunded.amount === 0n) {
    totals.refunded = { amount: null, standsIn: false, by: fact };
  }
  takeChargeback(totals, fact);
}

/** How much was charged back only the resource tells: what it says was captured and not refunded (states.md 2.2). */
function takeChargeback(totals: ProviderTotals, fact: PaymentFact): void {
  if (fact.reported === null || fact.reported === 'UNKNOWN_NATIVE') return;
  if (fact.reported !== 'CHARGED_BACK') {
    totals.chargedBack = NOTHING;
    return;
  }
  const stated = fact.capturedMinor !== null;
  const amount = stated ? (fact.capturedMinor ?? 0n) - (fact.refundedMinor ?? 0n) : null;
  totals.chargedBack = { amount, standsIn: false, by: fact };
}
