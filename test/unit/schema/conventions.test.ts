import { Kind, print, visit, type DirectiveNode } from 'graphql';
import { BULK_FORMS } from '../../../src/graphql/authorization';
import { documents, inputNamed, objectNamed, rootFields, types, type Described } from './sdl';

const mutations = rootFields('Mutation');
const textOf = (name: string) => name[0]!.toUpperCase() + name.slice(1);
const words = (node: Described) => node.description?.value.split(/\s+/).length ?? 0;

describe('descriptions', () => {
  /** `Type`, `Type.field`, `Type.field(argument)`, `Enum.VALUE`: all that a reader may point at. */
  const told: [string, Described][] = types.flatMap((type) => {
    const name = type.name.value;
    const members = ('fields' in type ? type.fields : 'values' in type ? type.values : []) ?? [];
    const own: [string, Described][] = type.kind.endsWith('Definition') ? [[name, type]] : [];
    return [
      ...own,
      ...members.flatMap((member): [string, Described][] => [
        [`${name}.${member.name.value}`, member],
        ...(('arguments' in member ? member.arguments : []) ?? []).map(
          (argument): [string, Described] => [
            `${name}.${member.name.value}(${argument.name.value})`,
            argument,
          ],
        ),
      ]),
    ];
  });

  test('everything has one', () => {
    expect(told.length).toBeGreaterThan(600);
    expect(told.filter(([, node]) => words(node) === 0).map(([at]) => at)).toEqual([]);
  });

  test('a root field says in at least three words what it does', () => {
    const roots = [...mutations, ...rootFields('Query')];

    expect(roots.filter((field) => words(field) < 3).map(({ name }) => name.value)).toEqual([]);
  });

  test('none only repeats the name', () => {
    const plain = (text: string) => text.toLowerCase().replace(/[^a-z]/g, '');
    const parts = told.filter(([at]) => /\.\w+$/.test(at) && !at.startsWith('Recon'));
    const repeated = parts.filter(
      ([, { name, description }]) => plain(description?.value ?? '') === plain(name.value),
    );

    expect(repeated.map(([at]) => at)).toEqual([]);
  });

  test('every mutation names who may call it', () => {
    const roles = /\b(Roles?|owner|role|Every role|Any owner)\b/;
    const silent = mutations.filter(({ description }) => !roles.test(description?.value ?? ''));

    expect(silent.map(({ name }) => name.value)).toEqual([]);
  });
});

describe('names', () => {
  /** Plain names on purpose: entities, roots, values that other subgraphs share, and one published type. */
  const PLAIN = [
    'Query Mutation Money PageInfo Customer',
    'Order Payment PaymentTransaction Fulfillment ReconciliationException',
  ].flatMap((line) => line.split(' '));

  test('a type of ours begins with Recon or with its mutation, so that no other subgraph chooses it', () => {
    const prefixes = ['Recon', ...mutations.map(({ name }) => textOf(name.value))];
    const risky = types
      .filter(({ kind }) => !kind.startsWith('Scalar'))
      .map(({ name }) => name.value)
      .filter((name) => !PLAIN.includes(name))
      .filter((name) => !prefixes.some((prefix) => name.startsWith(prefix)));

    expect(risky).toEqual([]);
  });

  test('there is no Node, no Query.node, no @oneOf and no directive of ours', () => {
    const names = types.map(({ name }) => name.value);
    const definitions = documents.flatMap((document) => document.definitions);

    expect(names.filter((name) => /^(Recon)?Node$/.test(name))).toEqual([]);
    expect(rootFields('Query').map(({ name }) => name.value)).not.toContain('node');
    expect(definitions.filter(({ kind }) => kind === Kind.DIRECTIVE_DEFINITION)).toEqual([]);
    expect(documents.map(print).join('\n')).not.toContain('@oneOf');
  });

  test('entities have the keys that clients refer to them by', () => {
    const keys = types.flatMap((type) =>
      (type.directives ?? [])
        .filter(({ name }) => name.value === 'key')
        .map((key) => `${type.name.value} ${print(key)}`),
    );

    expect(keys.sort()).toEqual([
      'Customer @key(fields: "id", resolvable: false)',
      'Fulfillment @key(fields: "id")',
      'Order @key(fields: "code")',
      'Order @key(fields: "id")',
      'Payment @key(fields: "id")',
      'Payment @key(fields: "provider providerReference")',
      'ReconciliationException @key(fields: "id")',
    ]);
  });

  test('every entity says its version and when it was made and changed', () => {
    const entities = ['Order', 'Payment', 'Fulfillment', 'ReconciliationException'];
    const common = ['version: Int!', 'createdAt: DateTime!', 'updatedAt: DateTime!'];

    for (const entity of entities) {
      const fields = (objectNamed(entity)?.fields ?? []).map(
        (field) => `${field.name.value}: ${print(field.type)}`,
      );
      expect(fields).toEqual(expect.arrayContaining(['id: ID!', ...common]));
    }
  });
});

test('every directive that is imported is used, and no other', () => {
  const used = new Set<string>();
  const imported: string[] = [];
  const note = (directive: DirectiveNode) => {
    if (directive.name.value !== 'link') used.add(`@${directive.name.value}`);
    for (const { name, value } of directive.arguments ?? []) {
      if (name.value !== 'import' || value.kind !== Kind.LIST) continue;
      imported.push(...value.values.map((one) => (one.kind === Kind.STRING ? one.value : '')));
    }
  };

  for (const document of documents) visit(document, { Directive: note });

  expect(imported.length).toBeGreaterThan(0);
  expect([...used].sort()).toEqual(imported.sort());
});

const bulkForms = Object.entries(BULK_FORMS).map(([name, bulk]) => [bulk, name] as const);
const isBulk = (name: string) => bulkForms.some(([bulk]) => bulk === name);
const single = mutations.filter(({ name }) => !isBulk(name.value));

describe.each(single.map((field) => [field.name.value, field] as const))('%s', (name, field) => {
  const type = textOf(name);

  test('takes one input and answers a nullable payload of its own name', () => {
    const args = (field.arguments ?? []).map((one) => `${one.name.value}: ${print(one.type)}`);

    expect(args).toEqual([`input: ${type}Input!`]);
    expect(print(field.type)).toBe(`${type}Payload`);
  });

  test('ends its input with the control of every write', () => {
    const last = inputNamed(`${type}Input`)?.fields?.at(-1);

    expect(`${last?.name.value ?? ''}: ${last ? print(last.type) : ''}`).toBe(
      'control: ReconControl!',
    );
  });

  test('answers its entity and what every write answers', () => {
    const [entity, ...rest] = (objectNamed(`${type}Payload`)?.fields ?? []).map(
      (one) => `${one.name.value}: ${print(one.type)}`,
    );

    expect([
      'order: Order',
      'payment: Payment',
      'fulfillment: Fulfillment',
      'exception: ReconciliationException',
    ]).toContain(entity);
    expect(rest).toEqual([
      'exceptionsOpened: [ReconciliationException!]!',
      'exceptionsResolved: [ReconciliationException!]!',
      'userErrors: [ReconUserError!]!',
      'replayed: Boolean!',
      'dryRun: Boolean!',
    ]);
  });
});

describe.each(bulkForms)('%s', (bulk, name) => {
  const type = textOf(bulk);
  const fieldsOf = (fields: readonly { name: { value: string }; type: any }[] | undefined) =>
    (fields ?? []).map((one) => `${one.name.value}: ${print(one.type)}`);

  test('takes rows of the single form, each with its own control, and answers one result per row', () => {
    expect(fieldsOf(inputNamed(`${type}Input`)?.fields)).toEqual([
      `rows: [${textOf(name)}Input!]!`,
    ]);
    expect(fieldsOf(objectNamed(`${type}Payload`)?.fields)).toEqual([
      `results: [${textOf(name)}Payload!]!`,
      'userErrors: [ReconUserError!]!',
    ]);
  });
});
