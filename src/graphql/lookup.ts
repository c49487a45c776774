import { GraphQLError } from 'graphql';
import { isId, type IdPrefix } from '../kernel/id';

function badInput(message: string, reason: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT', reason } });
}

type Keys = Readonly<Record<string, string | null | undefined>>;

/** A lookup takes exactly one key; a key may have several parts, and then all of them (api.md). */
export function exactlyOneKey(args: Keys, keys: readonly (readonly string[])[]): void {
  const given = Object.keys(args).filter((name) => args[name] !== null && args[name] !== undefined);
  const exact = keys.filter(
    (key) => key.length === given.length && key.every((part) => given.includes(part)),
  );
  if (exact.length === 1) return;
  const wanted = keys.map((key) => key.join(' and ')).join(', or ');
  throw badInput(`Give exactly one key: ${wanted}.`, 'ONE_KEY');
}

/** Refuses what cannot be an id of the type, without asking the database. */
export async function idOrNull<Row>(
  prefix: IdPrefix,
  id: string,
  load: (id: string) => Promise<Row | null>,
): Promise<Row | null> {
  if (isId(id, prefix)) return load(id);
  throw badInput(`An id of this type has the form ${prefix}_<uuid>.`, 'BAD_ID');
}

/**
 * The entity a router refers to, by whichever of its keys is complete. One bad reference is an error of its own slot:
 * the others are answered.
 */
export async function referenced<Row>(
  reference: object,
  resolvers: Readonly<Record<string, (key: Record<string, string>) => Promise<Row | null>>>,
): Promise<Row | null> {
  const given = reference as Readonly<Record<string, unknown>>;
  for (const [parts, resolve] of Object.entries(resolvers)) {
    const names = parts.split(' ');
    const values = names.map((name) => given[name]).filter((value) => typeof value === 'string');
    if (values.length !== names.length) continue;
    return resolve(Object.fromEntries(names.map((name, index) => [name, values[index] ?? ''])));
  }
  throw badInput(
    'A representation has all fields of one of the keys, as strings.',
    'BAD_REPRESENTATION',
  );
}
