import { isObjectType, isScalarType, type GraphQLObjectType } from 'graphql';
import { tableOf, type EntityClass } from '../../../src/db/table';
import { ClosureNote } from '../../../src/exception/closure-note.entity';
import { Evidence } from '../../../src/exception/evidence.entity';
import { ReconciliationException } from '../../../src/exception/exception.entity';
import { Fulfillment } from '../../../src/fulfillment/fulfillment.entity';
import { createSchema, resolvers } from '../../../src/graphql/schema';
import { JournalEntry } from '../../../src/journal/journal-entry.entity';
import { Order } from '../../../src/order/order.entity';
import { OrderInteraction } from '../../../src/order/order-interaction.entity';
import { PaymentFact } from '../../../src/payment/payment-fact.entity';
import { PaymentTransaction } from '../../../src/payment/payment-transaction.entity';
import { Payment } from '../../../src/payment/payment.entity';
import { WebhookDelivery } from '../../../src/webhook/webhook-delivery.entity';

const schema = createSchema({ sdlAuth: false });
const resolved = resolvers() as Record<string, Record<string, unknown> | undefined>;

const objectType = (name: string) => schema.getType(name) as GraphQLObjectType;
const fieldsOf = (name: string) => Object.keys(objectType(name).getFields());

/** Types whose parent is a row of ours. */
const ROWS: readonly [string, EntityClass<object>][] = [
  ['Order', Order],
  ['ReconOrderInteraction', OrderInteraction],
  ['Payment', Payment],
  ['PaymentTransaction', PaymentTransaction],
  ['ReconPaymentFact', PaymentFact],
  ['Fulfillment', Fulfillment],
  ['ReconciliationException', ReconciliationException],
  ['ReconEvidence', Evidence],
  ['ReconClosureNote', ClosureNote],
  ['ReconWebhookDelivery', WebhookDelivery],
  ['ReconJournalEntry', JournalEntry],
];
/** What a loader puts beside the columns. */
const BESIDE: Readonly<Record<string, readonly string[]>> = { ReconJournalEntry: ['position'] };

test('every resolver resolves something that exists', () => {
  const orphans = Object.entries(resolved).flatMap(([name, fields]) => {
    const type = schema.getType(name);
    if (type === undefined) return [name];
    if (isScalarType(type) || !isObjectType(type)) return [];
    const known = ['__resolveReference', ...fieldsOf(name)];
    return Object.keys(fields ?? {})
      .filter((field) => !known.includes(field))
      .map((field) => `${name}.${field}`);
  });

  expect(orphans).toEqual([]);
});

test.each(['Query', 'Mutation'])('every field of %s has a resolver', (root) => {
  const own = fieldsOf(root).filter((field) => !field.startsWith('_'));

  expect(own.filter((field) => resolved[root]?.[field] === undefined)).toEqual([]);
});

test.each(ROWS)('every field of %s is resolved or a column of its row', (name, entity) => {
  const columns = tableOf(entity).columns.map(({ property }) => property);
  const known = [...columns, ...Object.keys(resolved[name] ?? {}), ...(BESIDE[name] ?? [])];

  expect(fieldsOf(name).filter((field) => !known.includes(field))).toEqual([]);
});

test('every entity that is resolved here can be referred to', () => {
  const entities = ['Order', 'Payment', 'Fulfillment', 'ReconciliationException'];

  expect(
    entities.filter((name) => typeof resolved[name]?.['__resolveReference'] !== 'function'),
  ).toEqual([]);
});
