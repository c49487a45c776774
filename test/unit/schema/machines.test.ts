import { commands } from '../../../src/checkout/commands';
import { exceptionMachine } from '../../../src/exception/exception.machine';
import { fulfillmentMachine } from '../../../src/fulfillment/fulfillment.machine';
import { orderMachine } from '../../../src/order/order.machine';
import { paymentMachine, transactionMachine } from '../../../src/payment/payment.machine';
import { rootFields } from './sdl';

const machines = [
  orderMachine,
  paymentMachine,
  transactionMachine,
  fulfillmentMachine,
  exceptionMachine,
];
const mutations = rootFields('Mutation').map(({ name }) => name.value);

/** Names of the machines that have an edge with this trigger. */
const tablesOf = (trigger: string) =>
  machines
    .filter(({ edges }) => edges.some((edge) => edge.trigger === trigger))
    .map(({ name }) => name);

test.each(mutations)('%s stands in exactly one table', (mutation) => {
  expect(tablesOf(mutation)).toHaveLength(1);
});

test('every mutation is a command of the write path, and every command a mutation', () => {
  expect(commands.map(({ name }) => name).sort()).toEqual([...mutations].sort());
});

test('a table triggered by what looks like a mutation has that mutation', () => {
  const triggers = machines.flatMap(({ edges }) => edges.map(({ trigger }) => trigger));
  const mutationLike = triggers.filter((trigger) => /^[a-z]+[A-Z]\w*$/.test(trigger));

  expect(mutationLike.filter((trigger) => !mutations.includes(trigger))).toEqual([]);
});

test.each(commands.map((command) => [command.name, command] as const))(
  '%s is allowed to the roles of its table',
  (name, command) => {
    const roles = machines.flatMap(({ edges }) =>
      edges.filter(({ trigger }) => trigger === name).flatMap((edge) => edge.roles),
    );

    expect(new Set(command.roles)).toEqual(new Set(roles));
  },
);
