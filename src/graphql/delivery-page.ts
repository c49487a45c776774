import { type Context } from '../context';
import { toNumber } from '../db/values';
import { selectRows } from '../db/rows';
import { joined, rangeConditions, textConditions, type Where } from '../exception/exception-query';
import { WebhookDelivery } from '../webhook/webhook-delivery.entity';
import { decodeCursor, encodeCursor, filterHashOf } from './cursor';
import { checkFilter } from './filter';
import { type QueryWebhookDeliveriesArgs } from './generated';
import { pageOf, pageSize, type Page } from './page';
import { seesMoney } from '../order/visibility.rules';

interface PageArgs {
  readonly first?: number | null;
  readonly after?: string | null;
}

/** Deliveries, newest first. */
export async function deliveryPage(
  context: Context,
  { filter, ...page }: QueryWebhookDeliveriesArgs,
): Promise<Page<WebhookDelivery>> {
  checkFilter(filter);
  const where = joined(
    [
      ...textConditions('provider', filter?.provider),
      ...textConditions('event_id', filter?.eventId),
      ...textConditions('outcome', filter?.outcomeIn ? { in: filter.outcomeIn } : null),
      ...rangeConditions('received_at', filter?.receivedAt),
    ],
    'AND',
  );
  return pageWhere(context, where, page);
}

/** Deliveries that named a payment, newest first. */
export async function deliveriesOfPayment(
  context: Context,
  paymentId: string,
  page: PageArgs,
): Promise<Page<WebhookDelivery>> {
  return pageWhere(context, { text: '`payment_id` = ?', parameters: [paymentId] }, page);
}

/** Ids sort by arrival, so the id alone is the key of the page. */
async function pageWhere(
  { actor, path: { db } }: Context,
  wanted: Where,
  { first, after }: PageArgs,
): Promise<Page<WebhookDelivery>> {
  const where = seesMoney(actor) ? wanted : joined([], 'OR');
  const bound = filterHashOf(where);
  const size = pageSize(first);
  const [before = null] = after ? decodeCursor('deliveries', bound, after) : [];
  const beyond = before === null ? [] : [{ text: '`id` < ?', parameters: [before] }];
  const { text, parameters } = joined([where, ...beyond], 'AND');
  const suffix = `ORDER BY \`id\` DESC LIMIT ${size + 1}`;
  const rows = await selectRows(db.reader, db.dialect, WebhookDelivery, text, parameters, suffix);
  return pageOf(rows, size, {
    hasPreviousPage: before !== null,
    cursorOf: ({ id }) => encodeCursor('deliveries', bound, [id]),
    total: async () => {
      const [row] = await db.reader.query<{ n: unknown }>(
        `SELECT COUNT(*) AS \`n\` FROM \`webhook_delivery\` WHERE ${where.text}`,
        where.parameters,
      );
      return toNumber(row?.n);
    },
  });
}
