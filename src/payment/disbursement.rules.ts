import {
  anyAmount,
  positiveAmount,
  sameCurrency,
  sum,
  type Money,
  type MoneyInput,
} from '../kernel/money';
import { refuse } from '../kernel/refusal';
import { reference } from '../kernel/text';
import { type PaymentTransaction } from './payment-transaction.entity';
import { type Disbursement, type Payment } from './payment.entity';
import { type TransactionStatus, type TransactionType } from './payment.machine';

/** A part of a split payment, as announced (M1). */
export interface DisbursementInput {
  readonly id: string;
  readonly sellerId: string;
  readonly amount: MoneyInput;
  readonly fee?: MoneyInput | null;
  readonly releaseDays?: number | null;
}

const PARTS_MAX = 100;
const RELEASE_DAYS_MAX = 3_650;
const FIELD = ['disbursements'];

/** The parts of a split payment as they are kept; refused unless they add up to exactly the payment (V5). */
export function disbursementsOf(
  inputs: readonly DisbursementInput[] | null | undefined,
  whole: Money,
): Disbursement[] {
  if (!inputs || inputs.length === 0) return [];
  if (inputs.length > PARTS_MAX) {
    refuse('LIMIT', `At most ${PARTS_MAX} disbursements.`, { field: FIELD });
  }
  const parts = inputs.map((input) => partOf(input, whole));
  if (new Set(parts.map(({ id }) => id)).size !== parts.length) {
    refuse('GUARD_FAILED', 'Two disbursements have one id.', { field: [...FIELD, 'id'] });
  }
  if (sum(parts.map(({ amountMinor }) => BigInt(amountMinor))) !== whole.minorUnits) {
    refuse('GUARD_FAILED', 'The disbursements do not add up to the amount (V5).', { field: FIELD });
  }
  return parts;
}

function partOf(input: DisbursementInput, whole: Money): Disbursement {
  reference(input.id, [...FIELD, 'id']);
  reference(input.sellerId, [...FIELD, 'sellerId']);
  const amount = positiveAmount(input.amount, [...FIELD, 'amount']);
  sameCurrency(amount, whole, [...FIELD, 'amount']);
  const releaseDays = input.releaseDays ?? 0;
  if (releaseDays < 0 || releaseDays > RELEASE_DAYS_MAX) {
    refuse('GUARD_FAILED', `A disbursement is released after 0 to ${RELEASE_DAYS_MAX} days.`, {
      field: [...FIELD, 'releaseDays'],
    });
  }
  return {
    id: input.id,
    sellerId: input.sellerId,
    amountMinor: amount.minorUnits.toString(),
    feeMinor: feeOf(input, amount).toString(),
    releaseDays,
  };
}

/** Part of the amount, so not more than it. */
function feeOf({ fee: input }: DisbursementInput, amount: Money): bigint {
  if (!input) return 0n;
  const field = [...FIELD, 'fee'];
  const fee = anyAmount(input, field);
  sameCurrency(fee, amount, field);
  if (fee.minorUnits < 0n) {
    refuse('AMOUNT_RANGE', 'A fee is not below zero.', { field: [...field, 'amount'] });
  }
  if (fee.minorUnits > amount.minorUnits) {
    refuse('AMOUNT_EXCEEDS', 'A fee is part of its disbursement.', { field, available: amount });
  }
  return fee.minorUnits;
}

/** The parts with their amounts, as they are shown. */
export function shownDisbursements(payment: Payment, transactions: readonly PaymentTransaction[]) {
  const { currency, disbursements } = payment;
  if (currency === null) return [];
  return disbursements.map((part) => ({
    ...part,
    amount: { minorUnits: BigInt(part.amountMinor), currency },
    fee: { minorUnits: BigInt(part.feeMinor), currency },
    refunded: { minorUnits: refundedOfDisbursement(payment, part, transactions), currency },
  }));
}

const OPEN: readonly TransactionStatus[] = ['NEW', 'PENDING', 'INDETERMINATE'];
const DONE: readonly TransactionStatus[] = ['SUCCEEDED'];

/** Refunded of a disbursement, less what was taken back; minor units. */
function refundedOfDisbursement(
  payment: Payment,
  { id }: Pick<Disbursement, 'id'>,
  transactions: readonly PaymentTransaction[],
): bigint {
  const refunds = ofPart(payment, id, transactions);
  const names = refunds.map(({ gatewayTransactionId }) => gatewayTransactionId);
  const reversals = transactions.filter(
    ({ parentKey, disbursementId }) =>
      (parentKey !== null && names.includes(parentKey)) || disbursementId === id,
  );
  const back = amountsOf(payment, reversals, { type: 'REFUND_REVERSAL', in: DONE });
  const refunded = amountsOf(payment, refunds, { type: 'REFUND', in: DONE });
  return back < refunded ? refunded - back : 0n;
}

/** What a disbursement can still give back: its amount less what was refunded or is being refunded. */
export function refundableOfDisbursement(
  payment: Payment,
  part: Disbursement,
  transactions: readonly PaymentTransaction[],
): bigint {
  const refunds = ofPart(payment, part.id, transactions);
  const underWay = amountsOf(payment, refunds, { type: 'REFUND', in: OPEN });
  const refunded = refundedOfDisbursement(payment, part, transactions);
  const left = BigInt(part.amountMinor) - refunded - underWay;
  return left > 0n ? left : 0n;
}

const ofPart = (payment: Payment, id: string, transactions: readonly PaymentTransaction[]) =>
  transactions.filter(
    ({ paymentId, disbursementId, type }) =>
      paymentId === payment.id && disbursementId === id && type === 'REFUND',
  );

function amountsOf(
  { id, currency }: Payment,
  transactions: readonly PaymentTransaction[],
  which: { readonly type: TransactionType; readonly in: readonly TransactionStatus[] },
): bigint {
  return sum(
    transactions
      .filter((one) => one.paymentId === id && one.type === which.type)
      .filter((one) => which.in.includes(one.status))
      .filter((one) => one.currency === null || one.currency === currency)
      .map(({ processedMinor, requestedMinor }) => processedMinor ?? requestedMinor ?? 0n),
  );
}
