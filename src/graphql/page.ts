import { GraphQLError } from 'graphql';
import { type PageInfo } from './generated';

/** One page of rows, answered as a Relay connection. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  cursorOf(row: Row): string;
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  /** Counted only when it is asked for. */
  total(): Promise<number>;
}

const PAGE_MAX = 200;

/** Rows to read for a page: one more than asked for tells whether there are more. */
export function pageSize(first: number | null | undefined, max = PAGE_MAX): number {
  const size = first ?? 20;
  if (size >= 1 && size <= max) return size;
  throw new GraphQLError(`first must be 1 to ${max}.`, {
    extensions: { code: 'BAD_USER_INPUT', reason: 'PAGE_SIZE', field: ['first'] },
  });
}

/** A page of the rows read with one more than `size`. */
export function pageOf<Row>(
  rows: readonly Row[],
  size: number,
  rest: Pick<Page<Row>, 'cursorOf' | 'hasPreviousPage' | 'total'>,
): Page<Row> {
  return { rows: rows.slice(0, size), hasNextPage: rows.length > size, ...rest };
}

/** Fields of every connection type; the parent is the page. */
export const connectionFields = {
  edges: <Row>(page: Page<Row>) =>
    page.rows.map((row) => ({ node: row, cursor: page.cursorOf(row) })),
  nodes: <Row>(page: Page<Row>) => [...page.rows],
  totalCount: <Row>(page: Page<Row>) => page.total(),
  pageInfo: <Row>(page: Page<Row>): PageInfo => {
    const [first, last] = [page.rows[0], page.rows.at(-1)];
    return {
      hasNextPage: page.hasNextPage,
      hasPreviousPage: page.hasPreviousPage,
      startCursor: first === undefined ? null : page.cursorOf(first),
      endCursor: last === undefined ? null : page.cursorOf(last),
    };
  },
};
