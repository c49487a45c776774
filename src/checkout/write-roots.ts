import { encode, tableOf } from '../db/table';
import { Checkout } from './checkout.entity';
import { type Source } from './load';

/** Another writer was faster; the whole unit runs again on what it left. */
export class Overtaken extends Error {
  override readonly name = 'Overtaken';
}

/** A root as it was read, and as it is to be. */
export interface RootChange {
  readonly before: Checkout;
  readonly after: Checkout;
}

/**
 * Compares-and-sets the roots of a write in one statement, however many it adopts. A root's version is the version
 * check of everything below it.
 */
export async function writeRoots({ sql }: Source, roots: readonly RootChange[]): Promise<void> {
  const table = tableOf(Checkout);
  const columns = table.columns.filter((one) => one.updated && one.property !== 'createdAt');
  const cases = roots.map(() => 'WHEN ? THEN ?').join(' ');
  const assignments = columns.map(({ name }) => `\`${name}\` = CASE \`id\` ${cases} END`);
  const values = columns.flatMap((column) =>
    roots.flatMap(({ after }) => [after.id, encode(table, column, after[propertyOf(column)])]),
  );
  const matched = await sql.run(
    `UPDATE \`checkout\` SET ${assignments.join(', ')} WHERE ` +
      roots.map(() => '(`id` = ? AND `version` = ?)').join(' OR '),
    [...values, ...roots.flatMap(({ before }) => [before.id, before.version])],
  );
  if (matched !== roots.length) throw new Overtaken('the checkout was changed by another writer');
}

const propertyOf = ({ property }: { readonly property: string }) => property as keyof Checkout;
