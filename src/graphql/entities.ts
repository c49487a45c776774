import { GraphQLError, isObjectType, isUnionType, type GraphQLSchema } from 'graphql';
import { type Context } from '../context';

type Resolve = (reference: object, context: Context, info: unknown) => unknown;

/**
 * Answers `_entities` slot by slot: a reference of an unknown type, without a key or with a malformed id is an error
 * of its own slot, where the library fails the whole batch (facts.md A 23). References are loaded in batches.
 */
export function answerEntitiesBySlot(schema: GraphQLSchema): GraphQLSchema {
  const field = schema.getQueryType()?.getFields()['_entities'];
  const union = schema.getType('_Entity');
  if (!field || !isUnionType(union)) throw new Error('the schema has entities');
  const types = new Map(union.getTypes().map((type) => [type.name, type]));
  field.resolve = (_root, { representations }: { representations: unknown[] }, context, info) =>
    representations.map(async (reference) => {
      const known = typeof reference === 'object' && reference !== null ? reference : {};
      const name = (known as { __typename?: unknown }).__typename;
      const type = typeof name === 'string' ? types.get(name) : undefined;
      const resolve = isObjectType(type)
        ? ((type as { resolveReference?: Resolve }).resolveReference ??
          (type.extensions['apollo'] as { subgraph?: { resolveReference?: Resolve } } | undefined)
            ?.subgraph?.resolveReference)
        : undefined;
      if (type === undefined || resolve === undefined) throw badRepresentation();
      const row: unknown = await resolve(known, context as Context, info);
      // Rows are frozen by nobody, but they are shared by loaders: the type's name goes on a copy.
      return row === null ? null : { ...(row as object), __typename: type.name };
    });
  return schema;
}

function badRepresentation(): GraphQLError {
  const message = 'A representation is an object with the __typename of one of our entities.';
  return new GraphQLError(message, {
    extensions: { code: 'BAD_USER_INPUT', reason: 'BAD_REPRESENTATION' },
  });
}
