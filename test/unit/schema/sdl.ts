import {
  Kind,
  type DocumentNode,
  type InputObjectTypeDefinitionNode,
  type NameNode,
  type ObjectTypeDefinitionNode,
  type StringValueNode,
  type TypeDefinitionNode,
  type TypeExtensionNode,
} from 'graphql';
import { typeDefs } from '../../../src/graphql/schema';

/** What a description stands at. */
export interface Described {
  readonly name: NameNode;
  readonly description?: StringValueNode | undefined;
}

const isType = ({ kind }: { kind: string }) => /Type(Definition|Extension)$/.test(kind);

export const documents: readonly DocumentNode[] = typeDefs();

/** Every definition and extension of a type, in the order of the files. */
export const types = documents.flatMap(({ definitions }) => definitions.filter(isType)) as (
  TypeDefinitionNode | TypeExtensionNode
)[];

const objects = types.filter(({ kind }) =>
  kind.startsWith('ObjectType'),
) as ObjectTypeDefinitionNode[];

const inputs = types.filter(
  ({ kind }) => kind === Kind.INPUT_OBJECT_TYPE_DEFINITION,
) as InputObjectTypeDefinitionNode[];

/** Root fields of Query or Mutation, wherever they are declared. */
export const rootFields = (root: 'Query' | 'Mutation') =>
  objects.filter(({ name }) => name.value === root).flatMap(({ fields }) => fields ?? []);

/** Values of each enum. */
export const enums = new Map(
  types.flatMap((type) =>
    type.kind === Kind.ENUM_TYPE_DEFINITION
      ? [[type.name.value, (type.values ?? []).map(({ name }) => name.value)] as const]
      : [],
  ),
);

export const inputNamed = (name: string) => inputs.find((input) => input.name.value === name);
export const objectNamed = (name: string) => objects.find((type) => type.name.value === name);
