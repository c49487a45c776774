import { orderMachine } from '../order/order.machine';
import { exceptionMachine } from '../exception/exception.machine';
import { IDLE_RULES, type Idle } from '../exception/idle.rules';
import { fulfillmentMachine } from '../fulfillment/fulfillment.machine';
import { guardWords, mermaidOf, terminalStates, type Machine } from '../kernel/state-machine';
import { formatDecimal } from '../kernel/money';
import { paymentMachine, transactionMachine } from '../payment/payment.machine';
import {
  type MoneyResolvers,
  type QueryResolvers,
  type ReconExceptionConnectionResolvers,
  type ReconStateMachine,
  type ReconStateMachineKind,
  type ReconUserErrorResolvers,
} from './generated';
import { connectionFields } from './page';

// schema/base.graphql, field by field. No rule and no SQL lives here.

const Query: Pick<QueryResolvers, 'viewer' | 'stateMachine'> = {
  viewer: (_root, _args, { actor: { subject, roles, side, sellerId } }) => ({
    subject,
    roles: [...roles],
    side,
    sellerId,
  }),
  stateMachine: (_root, { kind }) => answered(kind),
};

function described<State extends string, Facts>(
  kind: ReconStateMachineKind,
  machine: Machine<State, Facts>,
): ReconStateMachine {
  return {
    kind,
    states: [...machine.states],
    terminalStates: terminalStates(machine),
    edges: machine.edges.flatMap(({ from, to, trigger, guards, roles }) =>
      (from ?? [null]).map((state) => ({
        from: state,
        to,
        trigger,
        guards: (guards ?? []).map(guardWords),
        roles: [...roles],
      })),
    ),
    idle: Object.entries(IDLE_RULES[kind] as Readonly<Record<string, Idle>>).map(
      ([state, { exception, trigger, afterMinutes }]) => ({
        state,
        exceptionKind: exception ?? null,
        trigger: trigger ?? null,
        afterMinutes,
      }),
    ),
    mermaid: mermaidOf(machine),
  };
}

function answered(kind: ReconStateMachineKind): ReconStateMachine {
  switch (kind) {
    case 'ORDER':
      return described(kind, orderMachine);
    case 'PAYMENT':
      return described(kind, paymentMachine);
    case 'PAYMENT_TRANSACTION':
      return described(kind, transactionMachine);
    case 'FULFILLMENT':
      return described(kind, fulfillmentMachine);
    case 'RECONCILIATION_EXCEPTION':
      return described(kind, exceptionMachine);
  }
}

const Money: MoneyResolvers = {
  amount: ({ minorUnits, currency }) => formatDecimal(minorUnits, currency),
  currencyCode: ({ currency }) => currency,
};

const ReconUserError: ReconUserErrorResolvers = {
  retryable: ({ retryable }) => retryable ?? false,
};

const connection = connectionFields as ReconExceptionConnectionResolvers;

export const baseResolvers = {
  Query,
  Money,
  ReconUserError,
  ReconExceptionConnection: connection,
  ReconWebhookDeliveryConnection: connection,
  ReconJournalConnection: connection,
};
