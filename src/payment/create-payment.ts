import { type Command, type KeyRef } from '../checkout/command';
import { providerReferenceKey } from '../checkout/checkout-key.rules';
import { mainOrder, type Draft, type Tools } from '../checkout/draft.rules';
import { positiveAmount, sameCurrency, type Money, type MoneyInput } from '../kernel/money';
import { refuse } from '../kernel/refusal';
import { rolesOf } from '../kernel/state-machine';
import { reference } from '../kernel/text';
import { reapplyWaiting } from '../webhook/reapply-waiting.rules';
import { cartKeys } from '../order/register-checkout';
import { disbursementsOf, type DisbursementInput } from './disbursement.rules';
import { newPayment } from './new-payment';
import { type Payment } from './payment.entity';
import { paymentMachine, type Collection, type PaymentRule } from './payment.machine';
import { checkMethod, checkProvider } from './provider-name';

export interface CreatePaymentInput {
  readonly cartGuid: string;
  readonly provider: string;
  readonly providerReference?: string | null;
  readonly method?: string | null;
  readonly amount: MoneyInput;
  readonly priority?: number | null;
  readonly binaryMode?: boolean | null;
  readonly paymentRule?: PaymentRule | null;
  readonly collection?: Collection | null;
  readonly partiallyConsumable?: boolean | null;
  readonly disbursements?: readonly DisbursementInput[] | null;
}

/** Announces a payment of a cart. One whose money came first is not doubled: the announcement completes it. */
export const createPayment: Command<CreatePaymentInput> = {
  name: 'createPayment',
  entity: 'payment',
  creation: true,
  roles: rolesOf(paymentMachine, 'createPayment'),
  keys: (input) => [...cartKeys(input.cartGuid), ...providerKey(input)],
  deliveries: ({ provider, providerReference }) =>
    providerReference ? [{ provider, unmatchedResource: providerReference }] : [],

  check(input) {
    reference(input.cartGuid, ['cartGuid']);
    checkProvider(input);
    checkMethod(input.method);
    disbursementsOf(input.disbursements, positiveAmount(input.amount, ['amount']));
  },

  decide(draft, input, tools) {
    const amount = positiveAmount(input.amount, ['amount']);
    const order = mainOrder(draft);
    if (draft.checkout.guid !== input.cartGuid || order === null) {
      refuse('NOT_FOUND', 'There is no such checkout.', { field: ['cartGuid'] });
    }
    sameCurrency(amount, order, ['amount']);
    const payment = announced(draft, input, amount) ?? begun(draft, { input, amount }, tools);
    reapplyWaiting(draft, tools.now);
    return payment.id;
  },
};

function providerKey({ provider, providerReference }: CreatePaymentInput): readonly KeyRef[] {
  if (!providerReference) return [];
  const value = providerReferenceKey(provider, providerReference);
  return [{ kind: 'PROVIDER_REFERENCE', value, field: 'providerReference' }];
}

/** The payment its provider told of before it was announced; refused when it was announced already. */
function announced(draft: Draft, input: CreatePaymentInput, amount: Money): Payment | null {
  const known = draft.payments.find(
    ({ provider, providerReference }) =>
      providerReference !== null &&
      provider === input.provider &&
      providerReference === (input.providerReference ?? null),
  );
  if (known === undefined) return null;
  if (known.expected !== null) {
    refuse('ALREADY_EXISTS', 'This payment is announced already.', {
      field: ['providerReference'],
    });
  }
  return Object.assign(known, instruction(input, amount));
}

/** What the announcement says of a payment. */
function instruction(input: CreatePaymentInput, amount: Money) {
  return {
    expected: amount.minorUnits,
    currency: amount.currency,
    method: input.method ?? null,
    priority: input.priority ?? 0,
    binaryMode: input.binaryMode ?? false,
    paymentRule: input.paymentRule ?? 'EARLY_APPROVAL',
    collection: input.collection ?? 'IMMEDIATE',
    partiallyConsumable: input.partiallyConsumable ?? true,
    disbursements: disbursementsOf(input.disbursements, amount),
  };
}

/** One nobody has heard of; on a cancelled order it waits for the order that replaces it (S0.16). */
function begun(
  draft: Draft,
  { input, amount }: { input: CreatePaymentInput; amount: Money },
  tools: Tools,
): Payment {
  const { provider, providerReference = null } = input;
  return newPayment(draft, { provider, providerReference, ...instruction(input, amount) }, tools);
}
