import { type Command } from '../checkout/command';
import { exceptionOf, paymentOf, type Draft } from '../checkout/draft.rules';
import { canonicalJson, sha256Hex } from '../kernel/canonical';
import { checkTime } from '../kernel/foreign-time';
import { positiveAmount, sameCurrency, type MoneyInput } from '../kernel/money';
import { refuse } from '../kernel/refusal';
import { rolesOf } from '../kernel/state-machine';
import { reference } from '../kernel/text';
import { inDecidingOrder } from './fact-order.rules';
import { factsOf, notBefore } from './fact-time.rules';
import { addFact, factOf, type FactContent } from './new-fact';
import { type PaymentTransaction } from './payment-transaction.entity';
import { type Payment } from './payment.entity';
import { paymentMachine, type TransactionResult } from './payment.machine';
import { foldTransactions, transactionFacts } from './transactions.rules';

export interface ResolveIndeterminateTransactionInput {
  readonly paymentId: string;
  readonly transactionId: string;
  readonly result: TransactionResult;
  readonly processedAmount?: MoneyInput | null;
  readonly evidenceReference: string;
  readonly exceptionId?: string | null;
  readonly occurredAt?: Date | null;
}

const ANSWERS: readonly TransactionResult[] = ['SUCCEEDED', 'FAILED', 'PENDING'];

/**
 * Answers an unknown outcome from evidence; nothing is guessed (S1.2, S1.4). It also states the amount of what the
 * provider said happened without saying how much (E08); a snapshot of the provider answers either just as well.
 */
export const resolveIndeterminateTransaction: Command<ResolveIndeterminateTransactionInput> = {
  name: 'resolveIndeterminateTransaction',
  entity: 'payment',
  creation: false,
  subject: 'payment',
  roles: rolesOf(paymentMachine, 'resolveIndeterminateTransaction'),
  keys: ({ paymentId }) => [{ kind: 'ID', value: paymentId, field: 'paymentId' }],
  target: (draft, { paymentId }) => paymentOf(draft, paymentId).id,
  probe: probeOf,
  check: checkAnswer,

  decide(draft, input, tools) {
    const payment = paymentOf(draft, input.paymentId);
    const transaction = unknownTransaction(draft, payment, input);
    if (input.exceptionId) exceptionOf(draft, input.exceptionId);
    const amount = input.processedAmount
      ? positiveAmount(input.processedAmount, ['processedAmount'])
      : null;
    const currency = payment.currency ?? amount?.currency ?? null;
    if (amount !== null) sameCurrency(amount, { currency: currency ?? '' }, ['processedAmount']);
    checkTime(input.occurredAt ?? tools.now, ['occurredAt'], tools.now);
    const content = (occurredAt: Date): FactContent => {
      const told = { ...input, occurredAt, unknownSince: transaction.occurredAt };
      const naturalKey = `resolve:${sha256Hex(canonicalJson(told))}`;
      return {
        naturalKey,
        kind: 'TRANSACTION',
        source: 'resolved',
        eventId: naturalKey,
        occurredAt,
        transactionType: transaction.type,
        result: input.result,
        processedMinor: amount?.minorUnits ?? null,
        currency,
        evidenceReference: input.evidenceReference,
        ...namesOf(transaction),
      };
    };
    const at = input.occurredAt ?? tools.now;
    const facts = factsOf(draft, payment);
    const inTime = factOf(payment, content(at), tools);
    // Told as older than what made it unknown it may decide nothing: then it stands behind that.
    const decides = answers([...facts, inTime], transaction, inTime.naturalKey);
    const own = transactionFacts(transaction, facts);
    addFact(draft, payment, decides ? content(at) : content(notBefore(own, at)), tools);
    return payment.id;
  },
};

/** What is implied has no name at the provider: the answer gives it one of ours. */
function namesOf({ id, gatewayTransactionId, providerRequestKey }: PaymentTransaction) {
  const isNamed = gatewayTransactionId !== null || providerRequestKey !== null;
  return {
    gatewayTransactionId,
    providerRequestKey: isNamed ? providerRequestKey : `resolved:${id}`,
  };
}

/** The new fact decides, and leaves the transaction unknown no more; the provider's word that it is lasts till after it. */
function answers(
  facts: Parameters<typeof foldTransactions>[0],
  { naturalKey: name, implied, status: before }: PaymentTransaction,
  by: string,
): boolean {
  if (implied && before === 'INDETERMINATE') return false;
  const folded = foldTransactions(inDecidingOrder(facts));
  return (
    folded.some(({ decidedBy }) => decidedBy === by) &&
    !folded.some(({ naturalKey, status }) => naturalKey === name && status === 'INDETERMINATE')
  );
}

const isOfUnknownAmount = ({ implied, status, processedMinor }: PaymentTransaction): boolean =>
  implied && status === 'SUCCEEDED' && processedMinor === null;

function unknownTransaction(
  { transactions }: Draft,
  { id }: Payment,
  { transactionId, result }: ResolveIndeterminateTransactionInput,
): PaymentTransaction {
  const one = transactions.find((row) => row.id === transactionId && row.paymentId === id);
  if (one === undefined) {
    return refuse('NOT_FOUND', 'The payment has no such transaction.', {
      field: ['transactionId'],
    });
  }
  if (isOfUnknownAmount(one)) {
    if (result === 'SUCCEEDED') return one;
    refuse('GUARD_FAILED', 'The provider says that it happened: only its amount is unknown.', {
      field: ['result'],
    });
  }
  if (one.status !== 'INDETERMINATE') {
    refuse('INVALID_TRANSITION', 'The outcome of the transaction is known.', {
      field: ['transactionId'],
      currentState: one.status,
      allowedStates: ['INDETERMINATE'],
    });
  }
  return one;
}

function checkAnswer(input: ResolveIndeterminateTransactionInput): void {
  const { result, processedAmount, evidenceReference } = input;
  reference(evidenceReference, ['evidenceReference']);
  if (!ANSWERS.includes(result)) {
    refuse('GUARD_FAILED', 'A look-up answers SUCCEEDED, FAILED or PENDING.', {
      field: ['result'],
    });
  }
  if (processedAmount) positiveAmount(processedAmount, ['processedAmount']);
  if (Boolean(processedAmount) === (result === 'SUCCEEDED')) return;
  refuse('GUARD_FAILED', 'processedAmount goes with SUCCEEDED, and only with it (S1.4).', {
    field: ['processedAmount'],
  });
}

/** One that is unknown; else any, so that it is told why not. */
function probeOf(draft: Draft, paymentId: string): ResolveIndeterminateTransactionInput | null {
  const own = draft.transactions.filter((row) => row.paymentId === paymentId);
  const one = own.find(({ status }) => status === 'INDETERMINATE') ?? own.at(0);
  if (one === undefined) return null;
  return {
    paymentId,
    transactionId: one.id,
    result: 'PENDING',
    evidenceReference: 'probe',
  };
}
