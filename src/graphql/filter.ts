import { GraphQLError } from 'graphql';

const DEPTH_MAX = 3;
const LIST_MAX = 200;
const PREFIX_MIN = 3;

/** What any filter may hold; `in` and `startsWith` stand in the conditions beside them. */
interface Nested {
  readonly and?: readonly object[] | null;
  readonly or?: readonly object[] | null;
}

/** What a filter may cost: depth of and/or, length of lists, length of a prefix. Throws BAD_USER_INPUT. */
export function checkFilter(filter: object | null | undefined, depth = 0): void {
  if (!filter) return;
  if (depth > DEPTH_MAX) throw badFilter('FILTER_TOO_DEEP', 'filter');
  for (const condition of Object.values(filter) as unknown[]) checkCondition(condition);
  const { and, or }: Nested = filter;
  const nested = [...(and ?? []), ...(or ?? [])];
  checkLength(nested);
  for (const part of nested) checkFilter(part, depth + 1);
}

export function badFilter(reason: string, field: string): GraphQLError {
  return new GraphQLError(`The ${field} is not one this list understands.`, {
    extensions: { code: 'BAD_USER_INPUT', reason, field: [field] },
  });
}

/** A list of its own (`outcomeIn`), or what a column is compared with. */
function checkCondition(condition: unknown): void {
  if (typeof condition !== 'object' || condition === null) return;
  if (Array.isArray(condition)) {
    checkLength(condition);
    return;
  }
  const { in: list, startsWith } = condition as {
    readonly in?: readonly unknown[] | null;
    readonly startsWith?: string | null;
  };
  checkLength(list ?? []);
  if (startsWith && startsWith.length < PREFIX_MIN) throw badFilter('PREFIX_TOO_SHORT', 'filter');
}

function checkLength(list: readonly unknown[]): void {
  if (list.length > LIST_MAX) throw badFilter('LIST_TOO_LONG', 'filter');
}
