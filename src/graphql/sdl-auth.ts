import {
  Kind,
  parse,
  visit,
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
} from 'graphql';
import { isForEverybody, ruleOf } from './authorization';

type ObjectNode = ObjectTypeDefinitionNode | ObjectTypeExtensionNode;

/**
 * The SDL with `@authenticated` and `@requiresScopes` as authorization.ts says them. They enforce nothing here and not
 * in every router: the subgraph checks by itself. A scope is `role:` and the role's name.
 */
export function withAuthDirectives(documents: readonly DocumentNode[]): DocumentNode[] {
  return documents.map((document) =>
    visit(document, {
      Directive: (node) =>
        node.name.value === 'link' ? withImports(node as ConstDirectiveNode) : undefined,
      ObjectTypeDefinition: withRules,
      ObjectTypeExtension: withRules,
    }),
  );
}

function withRules<Node extends ObjectNode>(type: Node): Node {
  const fields = (type.fields ?? []).map((field) => ({
    ...field,
    directives: [...(field.directives ?? []), directiveFor(type.name.value, field)],
  }));
  return { ...type, fields };
}

function directiveFor(type: string, field: FieldDefinitionNode): ConstDirectiveNode {
  const rule = ruleOf(type, field.name.value);
  const scopes = rule.map((role) => `["role:${role}"]`).join(', ');
  return directive(
    isForEverybody(rule) ? '@authenticated' : `@requiresScopes(scopes: [${scopes}])`,
  );
}

function withImports(link: ConstDirectiveNode): ConstDirectiveNode {
  return {
    ...link,
    arguments: (link.arguments ?? []).map((argument) =>
      argument.name.value === 'import' && argument.value.kind === Kind.LIST
        ? {
            ...argument,
            value: {
              ...argument.value,
              values: [
                ...argument.value.values,
                { kind: Kind.STRING, value: '@authenticated' },
                { kind: Kind.STRING, value: '@requiresScopes' },
              ],
            },
          }
        : argument,
    ),
  };
}

/** A directive from its text. */
function directive(text: string): ConstDirectiveNode {
  const [definition] = parse(`type T { f: Int ${text} }`).definitions;
  const field =
    definition?.kind === Kind.OBJECT_TYPE_DEFINITION ? definition.fields?.[0] : undefined;
  const [node] = field?.directives ?? [];
  if (node === undefined) throw new Error('the text is a directive');
  return node;
}
