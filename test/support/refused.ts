import { selectRows } from '../../src/db/rows';
import { type EntityClass } from '../../src/db/table';
import { type World } from './world';

/** A mutation that must change nothing: answers code and field of each refusal, and throws if a row differs. */
export async function refused(
  world: World,
  roles: string,
  mutation: string,
  input: object,
): Promise<{ code: string; field: string[] | null }[]> {
  const before = await world.dump();
  const payload = await world.act(roles, mutation, input);
  const after = await world.dump();
  if (after !== before) throw new Error(`${mutation} was refused and changed something.`);
  const [entity] = Object.keys(payload).filter((name) => ['order', 'payment'].includes(name));
  if (entity !== undefined && payload[entity] !== null) throw new Error('A refusal has no entity.');
  return payload.userErrors.map(({ code, field }: { code: string; field: string[] | null }) => ({
    code,
    field,
  }));
}

/** Rows as they are committed. */
export async function rowsOf<T extends object>(
  { db }: World,
  entity: EntityClass<T>,
  where = '',
  values: unknown[] = [],
): Promise<T[]> {
  return selectRows(db.reader, db.dialect, entity, where, values, 'ORDER BY 1, 2');
}
