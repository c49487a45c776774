import { buildSubgraphSchema } from '@apollo/subgraph';
import { graphqlSync, isObjectType, parse, print, visit, type DocumentNode } from 'graphql';
import { isForEverybody, ruleOf } from '../../../src/graphql/authorization';
import { guardFields } from '../../../src/graphql/guard-fields';
import { createSchema, typeDefs } from '../../../src/graphql/schema';
import { withAuthDirectives } from '../../../src/graphql/sdl-auth';

const sdl = (sdlAuth: boolean): string => {
  const { data } = graphqlSync({
    schema: createSchema({ sdlAuth }),
    source: '{ _service { sdl } }',
    contextValue: { actor: { roles: [] } },
  });
  return (data as any)._service.sdl;
};

const AUTH = ['authenticated', 'requiresScopes'];

/** The SDL without auth directives, their import and their definitions, which a prefix names while they are not imported. */
function withoutAuth(document: DocumentNode): DocumentNode {
  return visit(document, {
    DirectiveDefinition: ({ name }) =>
      AUTH.includes(name.value.replace('federation__', '')) ? null : undefined,
    Directive: (node) => (AUTH.includes(node.name.value) ? null : undefined),
    StringValue: (node) => (AUTH.some((name) => node.value === `@${name}`) ? null : undefined),
  });
}

test('with auth directives the SDL differs in nothing else', () => {
  const plain = parse(sdl(false));
  const guarded = parse(sdl(true));

  expect(print(withoutAuth(guarded))).toBe(print(withoutAuth(plain)));
  expect(sdl(false)).not.toMatch(/@authenticated|@requiresScopes/);
});

test('with auth directives every field of ours carries the rule of the table', () => {
  const guarded = parse(sdl(true));
  const wrong: string[] = [];
  visit(guarded, {
    ObjectTypeDefinition: (type) => {
      for (const field of type.fields ?? []) {
        if (type.name.value.startsWith('_') || field.name.value.startsWith('_')) continue;
        const rule = ruleOf(type.name.value, field.name.value);
        const scopes = rule.map((role) => `["role:${role}"]`).join(', ');
        const expected = isForEverybody(rule)
          ? '@authenticated'
          : `@requiresScopes(scopes: [${scopes}])`;
        const carried = (field.directives ?? []).map(print);
        if (!carried.includes(expected)) wrong.push(`${type.name.value}.${field.name.value}`);
      }
    },
  });

  expect(wrong).toEqual([]);
});

describe('what is added without a rule fails the build', () => {
  const withMore = (text: string) => [...typeDefs(), parse(text)];
  const build = (text: string) =>
    guardFields(buildSubgraphSchema(withMore(text).map((document) => ({ typeDefs: document }))));

  test.each([
    ['a type', 'type ReconThing { secret: String }', 'ReconThing.secret'],
    ['a mutation', 'extend type Mutation { payMe: String }', 'Mutation.payMe'],
  ])('%s', (_case, text, field) => {
    const message = `No rule says who may use ${field}.`;

    expect(() => build(text)).toThrow(message);
    expect(() => withAuthDirectives(withMore(text))).toThrow(message);
  });

  test('while what has one is built', () => {
    expect(() => build('extend type Order { nickname: String }')).not.toThrow();
  });
});

test('every field of every type has a rule that names somebody', () => {
  const types = Object.values(createSchema({ sdlAuth: false }).getTypeMap());
  const ours = types.filter(isObjectType).filter(({ name }) => !name.startsWith('__'));
  const rules = ours.flatMap((type) =>
    Object.keys(type.getFields()).map((field) => ruleOf(type.name, field)),
  );

  expect(rules.length).toBeGreaterThan(300);
  expect(rules.filter((rule) => rule.length === 0)).toEqual([]);
});

test.each([
  'Order.creationFailureReason',
  'ReconOrderInteraction.message',
  'ReconOrderInteraction.recordedBy',
  'ReconciliationException.customerMessage',
  'ReconEvidence.note',
  'ReconOwner.person',
  'ReconHold.decider',
  'ReconHold.preservedIdentifiers',
  'ReconDecisionRecord.reason',
  'ReconPaymentFact.rawMessage',
  'ReconClosureNote.rootCause',
  'ReconClosureNote.preventionAction',
  'ReconClosureNote.customerOutcome',
  'ReconClosureNote.orderOutcome',
  'ReconClosureNote.settlementOutcome',
])('%s is words about people or by them: neither for reports nor for the shop', (field) => {
  const [type = '', name = ''] = field.split('.');

  expect(ruleOf(type, name)).not.toContain('REPORTING');
  expect(ruleOf(type, name)).not.toContain('STOREFRONT');
});
