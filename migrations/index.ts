import { Checkout1 } from './0001-checkout';
import { OrderPayment2 } from './0002-order-payment';
import { Exception3 } from './0003-exception';
import { Webhook4 } from './0004-webhook';
import { Journal5 } from './0005-journal';
import { Machines6 } from './0006-machines';

/** Every migration, in order. Forward only; imported by name so that a build cannot lose one. */
export const migrations = [Checkout1, OrderPayment2, Exception3, Webhook4, Journal5, Machines6];
