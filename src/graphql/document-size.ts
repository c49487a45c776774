import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/** Sizes with every fragment spread out; of several operations the largest of each. */
export interface Size {
  readonly depth: number;
  readonly rootFields: number;
  readonly selections: number;
}

const NOTHING: Size = { depth: 0, rootFields: 0, selections: 0 };

/** Each fragment is measured once, so that a bomb of fragments costs us its tokens, not its size. */
export function measureOperations(document: DocumentNode): Size {
  const measure = measurer(document);
  return document.definitions
    .filter((definition) => definition.kind === Kind.OPERATION_DEFINITION)
    .map((operation) => measure(operation.selectionSet))
    .reduce(largest, NOTHING);
}

function measurer(document: DocumentNode): (set: SelectionSetNode) => Size {
  const fragments = fragmentsOf(document);
  const measured = new Map<string, Size>();

  const measure = (set: SelectionSetNode): Size => set.selections.map(sizeOf).reduce(sum, NOTHING);

  const sizeOf = (selection: SelectionNode): Size => {
    switch (selection.kind) {
      case Kind.FIELD: {
        const inner = selection.selectionSet ? measure(selection.selectionSet) : NOTHING;
        return { depth: inner.depth + 1, rootFields: 1, selections: inner.selections + 1 };
      }
      case Kind.INLINE_FRAGMENT:
        return measure(selection.selectionSet);
      case Kind.FRAGMENT_SPREAD:
        return sizeOfFragment(selection.name.value);
    }
  };

  const sizeOfFragment = (name: string): Size => {
    const known = measured.get(name);
    if (known) return known;
    // A fragment inside itself counts as nothing here: another rule refuses the document.
    measured.set(name, NOTHING);
    const fragment = fragments.get(name);
    const size = fragment ? measure(fragment.selectionSet) : NOTHING;
    measured.set(name, size);
    return size;
  };

  return measure;
}

export function fragmentsOf(document: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> {
  return new Map(
    document.definitions
      .filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment]),
  );
}

function sum(one: Size, other: Size): Size {
  return {
    depth: Math.max(one.depth, other.depth),
    rootFields: one.rootFields + other.rootFields,
    selections: one.selections + other.selections,
  };
}

function largest(one: Size, other: Size): Size {
  return {
    depth: Math.max(one.depth, other.depth),
    rootFields: Math.max(one.rootFields, other.rootFields),
    selections: Math.max(one.selections, other.selections),
  };
}
