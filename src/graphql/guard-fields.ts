import { defaultFieldResolver, GraphQLError, isObjectType, type GraphQLSchema } from 'graphql';
import { type Context } from '../context';
import { hasRole } from '../kernel/actor';
import { isForEverybody, ruleOf, type Rule } from './authorization';

/**
 * Puts the table of authorization.ts before every resolver that it does not open to everybody. Mutations answer
 * FORBIDDEN as data instead (api.md), so their rule is checked in the write path. Throws on a field without a rule.
 */
export function guardFields(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      const rule = ruleOf(type.name, field.name);
      if (isForEverybody(rule) || type.name === 'Mutation') continue;
      const resolve = field.resolve ?? defaultFieldResolver;
      field.resolve = (parent, args, context: Context, info) => {
        forbid(context, rule);
        return resolve(parent, args, context, info);
      };
    }
  }
  return schema;
}

function forbid({ actor }: Context, rule: Rule): void {
  if (hasRole(actor, rule)) return;
  throw new GraphQLError('This field is not for your roles.', {
    extensions: { code: 'FORBIDDEN' },
  });
}
