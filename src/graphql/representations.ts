import { type FieldNode, Kind, type SelectionSetNode, valueFromASTUntyped } from 'graphql';
import { type CostInput } from './document-cost';
import { fragmentsOf } from './document-size';
import { LIMITS } from './limits';

export interface BadRepresentation {
  readonly reason: 'TOO_MANY_REPRESENTATIONS';
  readonly message: string;
  readonly field: readonly string[];
  readonly max?: number;
}

/** Whether an operation refers to more entities than a batch holds. What each refers to is its own slot's matter. */
export function checkRepresentations(input: CostInput): BadRepresentation | null {
  let total = 0;
  for (const field of entityFields(input)) {
    const representations = representationsOf(field, input.variables);
    total += representations.length;
    if (total > LIMITS.representations) {
      const message = `A document refers to at most ${LIMITS.representations} entities.`;
      const max = LIMITS.representations;
      return { reason: 'TOO_MANY_REPRESENTATIONS', message, field: ['representations'], max };
    }
  }
  return null;
}

/** The `_entities` fields of the root, wherever fragments put them; each fragment once. */
function entityFields({ document, operation }: CostInput): readonly FieldNode[] {
  const fragments = fragmentsOf(document);
  const spread = new Set<string>();
  const found: FieldNode[] = [];
  const search = (set: SelectionSetNode): void => {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        if (selection.name.value === '_entities') found.push(selection);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        search(selection.selectionSet);
      } else if (!spread.has(selection.name.value)) {
        spread.add(selection.name.value);
        const fragment = fragments.get(selection.name.value);
        if (fragment) search(fragment.selectionSet);
      }
    }
  };
  search(operation.selectionSet);
  return found;
}

function representationsOf(field: FieldNode, variables: CostInput['variables']): unknown[] {
  const value = field.arguments?.find(({ name }) => name.value === 'representations')?.value;
  if (!value) return [];
  const given: unknown = valueFromASTUntyped(value, { ...variables });
  // One reference without brackets is a list of one; null and undefined are the coercion's to refuse.
  if (given === undefined || given === null) return [];
  return Array.isArray(given) ? given : [given];
}
