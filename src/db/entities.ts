import { CheckoutKey } from '../checkout/checkout-key.entity';
import { Checkout } from '../checkout/checkout.entity';
import { IdempotencyKey } from '../checkout/idempotency-key.entity';
import { PersonalText } from '../checkout/personal-text.entity';
import { ClosureNote } from '../exception/closure-note.entity';
import { Evidence } from '../exception/evidence.entity';
import { ReconciliationException } from '../exception/exception.entity';
import { Fulfillment } from '../fulfillment/fulfillment.entity';
import { JournalEntry } from '../journal/journal-entry.entity';
import { JournalPosition } from '../journal/journal-position.entity';
import { JournalQueue } from '../journal/journal-queue.entity';
import { JournalSeal } from '../journal/journal-seal.entity';
import { Order } from '../order/order.entity';
import { OrderInteraction } from '../order/order-interaction.entity';
import { PaymentFact } from '../payment/payment-fact.entity';
import { PaymentTransaction } from '../payment/payment-transaction.entity';
import { Payment } from '../payment/payment.entity';
import { WebhookDelivery } from '../webhook/webhook-delivery.entity';
import { Lease } from '../worker/lease.entity';

/** Every table of ours. A test holds them beside the migrated database. */
export const entities = [
  Checkout,
  CheckoutKey,
  IdempotencyKey,
  PersonalText,
  Order,
  OrderInteraction,
  Payment,
  PaymentFact,
  PaymentTransaction,
  Fulfillment,
  ReconciliationException,
  Evidence,
  ClosureNote,
  WebhookDelivery,
  JournalEntry,
  JournalQueue,
  JournalPosition,
  JournalSeal,
  Lease,
];
