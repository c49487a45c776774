import { type Context } from '../context';
import { type ReconciliationException } from '../exception/exception.entity';
import {
  countExceptions,
  joined,
  selectExceptions,
  whereOf,
  type ExceptionFilter,
  type ExceptionSortColumn,
} from '../exception/exception-query';
import { decodeCursor, encodeCursor, filterHashOf } from './cursor';
import { badFilter, checkFilter } from './filter';
import { type QueryReconciliationExceptionsArgs } from './generated';
import { pageOf, pageSize, type Page } from './page';
import { seesMoney } from '../order/visibility.rules';

const SORTS: Readonly<Record<string, ExceptionSortColumn>> = {
  FIRST_KNOWN_AT: 'firstKnownAt',
  UPDATED_AT: 'updatedAt',
  DEADLINE: 'deadlineAt',
};

/** A page of exceptions: filtered, sorted, keyset; the cursor is bound to both. */
export async function exceptionPage(
  { actor, path: { db } }: Context,
  args: QueryReconciliationExceptionsArgs,
): Promise<Page<ReconciliationException>> {
  const filter = (args.filter ?? {}) as ExceptionFilter;
  checkFilter(filter);
  const where = seesMoney(actor) ? whereOf(filter) : joined([], 'OR');
  const sort = SORTS[args.sort?.field ?? 'FIRST_KNOWN_AT'] ?? 'firstKnownAt';
  const descending = args.sort?.direction === 'DESC';
  const bound = filterHashOf({ filter, sort, descending });
  const size = pageSize(args.first);
  const after = args.after ? position(decodeCursor('exceptions', bound, args.after)) : null;
  const rows = await selectExceptions(db, { where, sort, descending, after, limit: size + 1 });
  return pageOf(rows, size, {
    hasPreviousPage: after !== null,
    cursorOf: (row) => encodeCursor('exceptions', bound, [row[sort].toISOString(), row.id]),
    total: async () => countExceptions(db, where),
  });
}

function position([at, id]: readonly (string | null)[]): [Date, string] {
  const instant = new Date(at ?? '');
  if (Number.isNaN(instant.getTime()) || !id) throw badFilter('BAD_CURSOR', 'after');
  return [instant, id];
}
