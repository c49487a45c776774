import { type Command, type KeyRef } from '../checkout/command';
import { providerReferenceKey } from '../checkout/checkout-key.rules';
import { mainOrder, type Draft, type Tools } from '../checkout/draft.rules';
import { positiveAmount, sameCurrency, type Money, type MoneyInput } from '../kernel/money';
import { refuse } from '../kernel/refusal';
import { rolesOf } from '../kernel/state-machine';
import { reference } from '../kernel/text';
import { reapplyWaiting } from '../webhook/reapply-waiting.rules';
import { newPayment } from './new-payment';
import { type Payment } from './payment.entity';
import { cartKeys } from '../order/register-checkout';
import { paymentMachine } from './payment.machine';
import { checkMethod, checkProvider } from './provider-name';

export interface CreatePaymentInput {
  readonly cartGuid: string;
  readonly provider: string;
  readonly providerReference?: string | null;
  readonly method?: string | null;
  readonly amount: MoneyInput;
  readonly priority?: number | null;
  readonly binaryMode?: boolean | null;
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
    positiveAmount(input.amount, ['amount']);
  },

  decide(draft, input, tools) {
    const amount = positiveAmount(input.amount, ['amount']);
    const order = mainOrder(draft);
    if (draft.checkout.guid !== input.cartGuid || order === null) {
      refuse('NOT_FOUND', 'There is no such checkout.', { field: ['cartGuid'] });
    }
    sameCurrency(amount, order, ['amount']);
    const payment =
      announced(draft, input, amount) ?? newPaymentOf(draft, { input, amount }, tools);
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
  return Object.assign(known, {
    expected: amount.minorUnits,
    currency: amount.currency,
    method: input.method ?? null,
    priority: input.priority ?? 0,
    binaryMode: input.binaryMode ?? false,
  });
}

function newPaymentOf(
  draft: Draft,
  { input, amount }: { input: CreatePaymentInput; amount: Money },
  tools: Tools,
): Payment {
  return newPayment(
    draft,
    {
      provider: input.provider,
      providerReference: input.providerReference ?? null,
      method: input.method ?? null,
      priority: input.priority ?? 0,
      binaryMode: input.binaryMode ?? false,
      expected: amount.minorUnits,
      currency: amount.currency,
    },
    tools,
  );
}
