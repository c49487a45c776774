import { ClosureNote } from '../exception/closure-note.entity';
import { Evidence } from '../exception/evidence.entity';
import { ReconciliationException } from '../exception/exception.entity';
import { Fulfillment } from '../fulfillment/fulfillment.entity';
import { OrderInteraction } from '../order/order-interaction.entity';
import { Order } from '../order/order.entity';
import { PaymentFact } from '../payment/payment-fact.entity';
import { PaymentTransaction } from '../payment/payment-transaction.entity';
import { Payment } from '../payment/payment.entity';
import { WebhookDelivery } from '../webhook/webhook-delivery.entity';
import { type ColdTable } from './command';
import { type Rows } from './draft.rules';
import { PersonalText } from './personal-text.entity';

/** Which entity holds which rows of the aggregate, in the order they are read and written. */
export const TABLES = {
  orders: Order,
  payments: Payment,
  facts: PaymentFact,
  transactions: PaymentTransaction,
  fulfillments: Fulfillment,
  interactions: OrderInteraction,
  exceptions: ReconciliationException,
  evidence: Evidence,
  closureNotes: ClosureNote,
  texts: PersonalText,
  deliveries: WebhookDelivery,
} as const satisfies Record<keyof Rows, unknown>;

/** Read by a filter of the command's, or only appended to; never by checkout. */
const BY_QUERY: readonly (keyof Rows)[] = ['deliveries', 'interactions'];
const COLD: readonly (keyof Rows)[] = ['evidence', 'closureNotes', 'texts'];

/** A cold table is read only by the commands that name it. */
export function isRead(table: keyof Rows, cold: readonly ColdTable[]): boolean {
  return (
    !BY_QUERY.includes(table) && (!COLD.includes(table) || cold.some((name) => name === table))
  );
}
