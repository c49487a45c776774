import { type Command } from '../checkout/command';
import { orderOf, type Draft, type Tools } from '../checkout/draft.rules';
import { freezeReasons } from '../checkout/freeze.rules';
import { anyAmount, sameCurrency, type MoneyInput } from '../kernel/money';
import { refuse } from '../kernel/refusal';
import { rolesOf } from '../kernel/state-machine';
import { moveOrder } from '../order/move-order.rules';
import { type Order } from '../order/order.entity';
import { orderMachine } from '../order/order.machine';
import { countedPayments, orderFacts, payableOf } from '../order/order.rules';
import { planPrime, type PrimePlan } from './prime.rules';
import { requestTransaction } from './request-transaction.rules';

export interface PrimePaymentsInput {
  readonly orderId: string;
  readonly initialAmount?: MoneyInput | null;
}

/** Nothing more is to be paid for it. */
const OVER: readonly string[] = ['CANCELLING', 'CANCELLED', 'COMPLETED'];
const FIELD = ['initialAmount'];

/**
 * Primes the payments of an order at order capture (S3.1, S3.2): by priority each does for its share of the initial
 * amount what its payment rule says, which may be nothing at all (S3.8). Again it does no more than what is missing.
 */
export const primePayments: Command<PrimePaymentsInput> = {
  name: 'primePayments',
  entity: 'order',
  creation: false,
  subject: 'order',
  roles: rolesOf(orderMachine, 'primePayments'),
  keys: ({ orderId }) => [{ kind: 'ID', value: orderId, field: 'orderId' }],
  target: (draft, { orderId }) => orderOf(draft, orderId).id,
  probe: (_draft, orderId) => ({ orderId }),

  check({ initialAmount }) {
    if (!initialAmount || anyAmount(initialAmount, FIELD).minorUnits >= 0n) return;
    refuse('AMOUNT_RANGE', 'An initial amount is not below zero.', {
      field: [...FIELD, 'amount'],
    });
  },

  decide(draft, input, tools) {
    const order = orderOf(draft, input.orderId);
    refuseOver(order);
    moveOrder(order, { trigger: 'primePayments' }, orderFacts(draft, order, tools), tools.now);
    const { currency } = order;
    const initial = initialAmountOf(order, input);
    const plan = planPrime(draft, order, initial, tools);
    if (plan.missing > 0n) {
      refuse('AMOUNT_EXCEEDS', 'The payments cannot give the initial amount; see available.', {
        field: FIELD,
        available: { minorUnits: initial - plan.missing, currency },
      });
    }
    order.initialMinor = initial;
    for (const payment of countedPayments(order, draft.payments)) payment.validationMinor = 0n;
    for (const { payment, share } of plan.payments) payment.validationMinor = share;
    act(draft, order, plan, tools);
    return order.id;
  },
};

function refuseOver({ side, status }: Order): void {
  if (side !== 'MARKETPLACE') {
    refuse('GUARD_FAILED', 'Payments belong to the marketplace order (S0.2).', {
      field: ['orderId'],
    });
  }
  if (!OVER.includes(status)) return;
  refuse('INVALID_TRANSITION', 'The order is over: nothing is taken for it any more.', {
    field: ['orderId'],
    currentState: status,
    allowedStates: orderMachine.states.filter((state) => !OVER.includes(state)),
  });
}

/** Given once, it never changes (money.md 11); what is payable if nothing else was ever said. */
function initialAmountOf(order: Order, { initialAmount }: PrimePaymentsInput): bigint {
  const { currency, initialMinor } = order;
  const payable = payableOf(order);
  if (!initialAmount) return initialMinor ?? payable;
  const given = anyAmount(initialAmount, FIELD);
  sameCurrency(given, order, FIELD);
  if (initialMinor !== null) {
    if (given.minorUnits === initialMinor) return initialMinor;
    refuse('GUARD_FAILED', 'The order was primed with another initial amount.', {
      field: [...FIELD, 'amount'],
    });
  }
  if (given.minorUnits > payable) {
    refuse('AMOUNT_EXCEEDS', 'The initial amount is more than what is payable; see available.', {
      field: FIELD,
      available: { minorUnits: payable, currency },
    });
  }
  return given.minorUnits;
}

/** Asks the providers, unless something is unknown or frozen (S1.2, S2.42). */
function act(draft: Draft, order: Order, { payments }: PrimePlan, tools: Tools): void {
  const requests = payments.flatMap(({ payment, actions }) =>
    actions.map((action) => ({ payment, action })),
  );
  if (requests.length === 0) return;
  const counted = countedPayments(order, draft.payments);
  if (counted.some(({ moneyState }) => moneyState === 'UNKNOWN')) {
    refuse('OUTCOME_INDETERMINATE', 'The outcome of an earlier request is not known yet (S1.2).');
  }
  if (freezeReasons(draft).length > 0) {
    refuse('REPLAY_BLOCKED', 'Retries are frozen on this checkout; see retryModeReasons.');
  }
  const requestId = tools.newId('req');
  for (const { payment, action } of requests) {
    requestTransaction(draft, payment, { ...action, requestId }, tools);
  }
}
