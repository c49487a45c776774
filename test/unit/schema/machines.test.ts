import { commands } from '../../../src/checkout/commands';
import { exceptionMachine } from '../../../src/exception/exception.machine';
import { fulfillmentMachine } from '../../../src/fulfillment/fulfillment.machine';
import { orderMachine } from '../../../src/order/order.machine';
import { paymentMachine, transactionMachine } from '../../../src/payment/payment.machine';
import { BULK_FORMS, ruleOf } from '../../../src/graphql/authorization';
import { rootFields } from './sdl';

const machines = [
  orderMachine,
  paymentMachine,
  transactionMachine,
  fulfillmentMachine,
  exceptionMachine,
];
const bulkForms = Object.values(BULK_FORMS);
const mutations = rootFields('Mutation').map(({ name }) => name.value);
const single = mutations.filter((name) => !bulkForms.includes(name));

/** Names of the machines that have an edge with this trigger. */
const tablesOf = (trigger: string) =>
  machines
    .filter(({ edges }) => edges.some((edge) => edge.trigger === trigger))
    .map(({ name }) => name);

test.each(single)('%s stands in exactly one table', (mutation) => {
  expect(tablesOf(mutation)).toHaveLength(1);
});

test('every mutation is a command of the write path, and every command a mutation', () => {
  expect(commands.map(({ name }) => name).sort()).toEqual([...single].sort());
});

test.each(Object.entries(BULK_FORMS))('%s has the bulk form %s', (name, bulk) => {
  expect(mutations).toEqual(expect.arrayContaining([name, bulk]));
  expect(tablesOf(name)).toHaveLength(1);
  expect(tablesOf(bulk)).toEqual([]);
  expect(ruleOf('Mutation', bulk)).toEqual(ruleOf('Mutation', name));
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
