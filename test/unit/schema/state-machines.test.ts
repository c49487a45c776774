import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { graphql } from 'graphql';
import { machinesDocument } from '../../../src/cli/machine-docs';
import { catalogue } from '../../../src/exception/catalogue.rules';
import { exceptionMachine } from '../../../src/exception/exception.machine';
import { AT_REST, IDLE_RULES, type Idle } from '../../../src/exception/idle.rules';
import { fulfillmentMachine } from '../../../src/fulfillment/fulfillment.machine';
import { createSchema } from '../../../src/graphql/schema';
import { systemActor } from '../../../src/kernel/actor';
import { orderMachine } from '../../../src/order/order.machine';
import { paymentMachine, transactionMachine } from '../../../src/payment/payment.machine';

interface AnyMachine {
  readonly name: string;
  readonly states: readonly string[];
  readonly edges: readonly {
    readonly from: readonly string[] | null;
    readonly to: string | null;
    readonly trigger: string;
  }[];
}

const machines = [
  orderMachine,
  paymentMachine,
  transactionMachine,
  fulfillmentMachine,
  exceptionMachine,
].map((machine) => [machine.name as keyof typeof IDLE_RULES, machine as AnyMachine] as const);

/** States that some way through the table leads to. */
function reached({ edges }: AnyMachine): string[] {
  const found = new Set(
    edges.flatMap(({ from, to }) => (from === null && to !== null ? [to] : [])),
  );
  for (const state of found) {
    for (const { from, to } of edges) if (to !== null && from?.includes(state)) found.add(to);
  }
  return [...found];
}

describe.each(machines)('the machine %s', (name, machine) => {
  const idle: Readonly<Record<string, Idle>> = IDLE_RULES[name];

  test('reaches every state it has', () => {
    expect(reached(machine).sort()).toEqual([...machine.states].sort());
  });

  test('says of every state that may not last what happens when nothing happens', () => {
    const said = [...Object.keys(idle), ...AT_REST[name]];

    expect(said.sort()).toEqual([...machine.states].sort());
  });

  test('raises exceptions of the catalogue, and takes edges of its own', () => {
    const kinds = catalogue.map(({ kind }) => kind);
    const raised = Object.values(idle).flatMap(({ exception }) => exception ?? []);
    const taken = Object.entries(idle).filter(([, { trigger }]) => trigger !== undefined);
    const missing = taken.filter(
      ([state, { trigger }]) =>
        !machine.edges.some((edge) => edge.trigger === trigger && edge.from?.includes(state)),
    );

    expect(raised.filter((kind) => !kinds.includes(kind))).toEqual([]);
    expect(missing).toEqual([]);
  });

  test('is answered as it runs', async () => {
    const { data } = await graphql({
      schema: createSchema({ sdlAuth: false }),
      source: `{ stateMachine(kind: ${name}) { states edges { trigger from to } } }`,
      contextValue: { actor: systemActor('test') },
    });
    const { states, edges } = data?.['stateMachine'] as {
      states: string[];
      edges: { trigger: string; from: string | null; to: string | null }[];
    };

    expect(states).toEqual(machine.states);
    expect(edges.map(({ trigger, from, to }) => [trigger, from, to])).toEqual(
      machine.edges.flatMap(({ trigger, from, to }) =>
        (from ?? [null]).map((state) => [trigger, state, to]),
      ),
    );
  });
});

test('the document of the machines is what `npm run docs` writes', () => {
  const path = join(__dirname, '../../../docs/state-machines.md');
  // The formatter pads the tables.
  const words = (text: string) => text.replace(/\s+/g, ' ').replace(/-+/g, '-').trim();

  expect(words(readFileSync(path, 'utf8'))).toBe(words(machinesDocument()));
});
