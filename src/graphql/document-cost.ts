import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldNode,
  getNamedType,
  getNullableType,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import { fragmentsOf } from './document-size';

/** `first` when it is not given: the default page. */
const PAGE_DEFAULT = 20;
/** What a neighbour list is taken to hold, where `@listSize(assumedSize:)` does not say. */
const NEIGHBOURS_ASSUMED = 4;
/** Larger pages are refused by the field itself, with a better reason than ours. */
const PAGE_MAX_COUNTED = 1000;

export interface CostInput {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
}

/**
 * Objects an operation may have to load: each object field is 1 (or its `@cost(weight:)`), and a
 * list multiplies itself and what is below it by `first`. Scalars without a weight are free.
 */
export function operationCost(input: CostInput): number {
  const fragments = fragmentsOf(input.document);
  const known = new Map<string, number>();

  const costOfSet = (set: SelectionSetNode, type: GraphQLNamedType, paged: boolean): number =>
    set.selections.reduce((total, selection) => {
      switch (selection.kind) {
        case Kind.FIELD:
          return total + costOfField(selection, type, paged);
        case Kind.INLINE_FRAGMENT: {
          const on = selection.typeCondition?.name.value;
          const inner = on === undefined ? type : (input.schema.getType(on) ?? type);
          return total + costOfSet(selection.selectionSet, inner, paged);
        }
        case Kind.FRAGMENT_SPREAD:
          return total + costOfFragment(selection.name.value, paged);
      }
    }, 0);

  const costOfFragment = (name: string, paged: boolean): number => {
    const key = `${name} ${String(paged)}`;
    const fragment = fragments.get(name);
    const on = fragment && input.schema.getType(fragment.typeCondition.name.value);
    if (!fragment || !on) return 0;
    const cost = known.get(key) ?? costOfSet(fragment.selectionSet, on, paged);
    known.set(key, cost);
    return cost;
  };

  const costOfField = (node: FieldNode, parent: GraphQLNamedType, paged: boolean): number => {
    const field = fieldOf(parent, node.name.value);
    if (!field) return 0;
    const type = getNamedType(field.type);
    const hasPages = field.args.some(({ name }) => name === 'first');
    const inner = node.selectionSet ? costOfSet(node.selectionSet, type, hasPages) : 0;
    const own = numberOf(field, 'cost', 'weight') ?? (isCompositeType(type) ? 1 : 0);
    // `nodes` and `edges` of a page are the page, which `first` has counted.
    const times = hasPages ? pageOf(node, input) : paged ? 1 : neighboursOf(field);
    return times * (own + inner);
  };

  const root = input.schema.getRootType(input.operation.operation);
  return root ? costOfSet(input.operation.selectionSet, root, false) : 0;
}

function fieldOf(parent: GraphQLNamedType, name: string): GraphQLField<unknown, unknown> | null {
  if (!isObjectType(parent) && !isInterfaceType(parent)) return null;
  return parent.getFields()[name] ?? null;
}

function neighboursOf(field: GraphQLField<unknown, unknown>): number {
  const type = getNullableType(field.type);
  if (!isListType(type) || !isCompositeType(getNamedType(type))) return 1;
  return numberOf(field, 'listSize', 'assumedSize') ?? NEIGHBOURS_ASSUMED;
}

/** The page as the caller writes it; what is no page at all is left to the field to refuse. */
function pageOf(node: FieldNode, { operation, variables }: CostInput): number {
  const argument = node.arguments?.find(({ name }) => name.value === 'first');
  const first = intOf(argument?.value, operation, variables);
  return Math.min(Math.max(first ?? PAGE_DEFAULT, 0), PAGE_MAX_COUNTED);
}

function intOf(
  value: ValueNode | undefined,
  operation: OperationDefinitionNode,
  variables: CostInput['variables'],
): number | null {
  if (value?.kind === Kind.INT) return Number(value.value);
  if (value?.kind !== Kind.VARIABLE) return null;
  const name = value.name.value;
  const given = variables[name];
  if (typeof given === 'number') return Math.trunc(given);
  const definition = operation.variableDefinitions?.find((one) => one.variable.name.value === name);
  return given === undefined ? intOf(definition?.defaultValue, operation, {}) : null;
}

function numberOf(
  field: GraphQLField<unknown, unknown>,
  directive: string,
  argument: string,
): number | null {
  const applied: ConstDirectiveNode | undefined = field.astNode?.directives?.find(
    ({ name }) => name.value === directive,
  );
  const value = applied?.arguments?.find(({ name }) => name.value === argument)?.value;
  // A weight is a String by Apollo's definition of @cost and an Int by others'.
  if (value?.kind === Kind.INT || value?.kind === Kind.STRING) return Number(value.value);
  return null;
}
