import { selectRows } from '../db/rows';
import { toNumber } from '../db/values';
import { joined } from '../exception/exception-query';
import { OrderInteraction } from '../order/order-interaction.entity';
import { type Context } from '../context';
import { badCursor, decodeCursor, encodeCursor, filterHashOf } from './cursor';
import { pageOf, pageSize, type Page } from './page';

interface PageArgs {
  readonly first?: number | null;
  readonly after?: string | null;
}

/** The log of an order, oldest first. Whoever may see the order may see that something was written. */
export async function interactionsOfOrder(
  { path: { db } }: Context,
  orderId: string,
  { first, after }: PageArgs,
): Promise<Page<OrderInteraction>> {
  const bound = filterHashOf(orderId);
  const size = pageSize(first);
  const from = after ? position(decodeCursor('interactions', bound, after)) : null;
  const ofOrder = { text: '`order_id` = ?', parameters: [orderId] };
  const { text, parameters } = joined([ofOrder, ...(from === null ? [] : [beyond(from)])], 'AND');
  const suffix = `ORDER BY \`occurred_at\`, \`id\` LIMIT ${size + 1}`;
  const { reader, dialect } = db;
  const rows = await selectRows(reader, dialect, OrderInteraction, text, parameters, suffix);
  return pageOf(rows, size, {
    hasPreviousPage: from !== null,
    cursorOf: ({ occurredAt, id }) =>
      encodeCursor('interactions', bound, [occurredAt.toISOString(), id]),
    total: async () => {
      const [row] = await db.reader.query<{ n: unknown }>(
        'SELECT COUNT(*) AS `n` FROM `order_interaction` WHERE `order_id` = ?',
        [orderId],
      );
      return toNumber(row?.n);
    },
  });
}

/** Two comparisons: MariaDB does not scan an index for a row constructor. */
const beyond = ([at, id]: readonly [Date, string]) => ({
  text: '`occurred_at` >= ? AND (`occurred_at` > ? OR `id` > ?)',
  parameters: [at, at, id],
});

function position([at, id]: readonly (string | null)[]): [Date, string] {
  const instant = new Date(at ?? '');
  if (Number.isNaN(instant.getTime()) || !id) throw badCursor();
  return [instant, id];
}
