import { type Command } from '../checkout/command';
import { paymentOf } from '../checkout/draft.rules';
import { positiveAmount, sameCurrency, type Money, type MoneyInput } from '../kernel/money';
import { refuse, Refused } from '../kernel/refusal';
import { rolesOf, step } from '../kernel/state-machine';
import { reference } from '../kernel/text';
import { paymentFacts } from './payment-facts.rules';
import { noReleaseIsReserved } from './payment-guards.rules';
import { type Payment } from './payment.entity';
import { paymentMachine } from './payment.machine';
import { checkMethod } from './provider-name';

export interface EditPaymentInstructionInput {
  readonly paymentId: string;
  readonly amount?: MoneyInput | null;
  readonly method?: string | null;
  readonly instrumentReference?: string | null;
  readonly force?: boolean | null;
}

/**
 * Edits a payment instruction and executes nothing: an explicit reserve does, with the new data (S3.11, S3.12). Amount
 * and method stand while a release has reserved money that is not finalized; the instrument's data may change whenever
 * nothing is under way. That the payments add up to the order again is for the next edit, and told until then (E15).
 */
export const editPaymentInstruction: Command<EditPaymentInstructionInput> = {
  name: 'editPaymentInstruction',
  entity: 'payment',
  creation: false,
  subject: 'payment',
  roles: rolesOf(paymentMachine, 'editPaymentInstruction'),
  keys: ({ paymentId }) => [{ kind: 'ID', value: paymentId, field: 'paymentId' }],
  target: (draft, { paymentId }) => paymentOf(draft, paymentId).id,
  probe: (_draft, paymentId) => ({ paymentId, instrumentReference: 'probe' }),
  check: checkEdit,

  decide(draft, input, tools) {
    const payment = paymentOf(draft, input.paymentId);
    const facts = paymentFacts(draft, payment, tools);
    step(paymentMachine, { trigger: 'editPaymentInstruction', from: payment.status }, facts);
    const { method, instrumentReference } = input;
    const amount = input.amount ? positiveAmount(input.amount, ['amount']) : null;
    if (amount !== null) sameCurrency(amount, { currency: payment.currency ?? '' }, ['amount']);
    const newAmount = amount !== null && amount.minorUnits !== payment.expected ? amount : null;
    const newMethod = method && method !== payment.method ? method : null;
    if (newAmount !== null || newMethod !== null) {
      const reason = noReleaseIsReserved(facts);
      if (reason !== null) throw new Refused(reason);
    }
    if (newAmount !== null) checkNewAmount(payment, newAmount, input.force === true);
    if (newAmount === null && !method && !instrumentReference) return payment.id;
    Object.assign(payment, {
      expected: newAmount?.minorUnits ?? payment.expected,
      method: newMethod ?? payment.method,
      instrumentReference: instrumentReference ?? payment.instrumentReference,
      instructionEditedAt: tools.now,
    });
    return payment.id;
  },
};

function checkEdit({ amount, method, instrumentReference, force }: EditPaymentInstructionInput) {
  if (!amount && !method && !instrumentReference) {
    refuse('GUARD_FAILED', 'amount, method or instrumentReference says what is edited.', {
      field: ['amount'],
    });
  }
  if (amount) positiveAmount(amount, ['amount']);
  checkMethod(method);
  if (instrumentReference) reference(instrumentReference, ['instrumentReference']);
  if (!force || amount) return;
  refuse('GUARD_FAILED', 'force goes with an amount.', { field: ['force'] });
}

/** More is always allowed; less than was captured only by force (W8). */
function checkNewAmount(payment: Payment, amount: Money, force: boolean): void {
  const field = ['amount'];
  if (payment.disbursements.length > 0) {
    refuse('GUARD_FAILED', 'Its disbursements add up to the amount it has (V5).', { field });
  }
  if (payment.amountSource === 'EXPECTED' || payment.amountSource === 'UNKNOWN') {
    refuse('GUARD_FAILED', 'The announced amount stands in for one the provider did not tell.', {
      field,
    });
  }
  if (amount.minorUnits < payment.captured && !force) {
    refuse('AMOUNT_EXCEEDS', 'More is captured already; force it to go below that.', { field });
  }
}
