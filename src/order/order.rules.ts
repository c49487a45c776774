import { type Payment } from '../payment/payment.entity';
import { cover, net } from '../payment/sums.rules';
import { type Order } from './order.entity';
import { type OrderFacts } from './order.machine';

const MAY_SUCCEED = ['CREATED', 'PENDING', 'IN_PROCESS', 'INDETERMINATE'];

/** What the order machine looks at. Only payments in the order's currency count (money.md 1). */
export function orderFacts(order: Order, payments: readonly Payment[]): OrderFacts {
  const counted = payments.filter(
    ({ orderId, currency }) => orderId === order.id && currency === order.currency,
  );
  return {
    covered: counted.reduce((sum, payment) => sum + cover(payment), 0n),
    hoped: counted
      .filter(({ status }) => MAY_SUCCEED.includes(status))
      // One of unknown amount may cover all of it.
      .reduce((sum, { expected }) => sum + (expected ?? order.totalMinor), 0n),
    payable: order.totalMinor,
  };
}

export type ChargeStatus = 'NONE' | 'PARTIAL' | 'FULL' | 'OVERCHARGED';
export type AuthorizeStatus = 'NONE' | 'PARTIAL' | 'FULL';

/** Coverage by money taken and by money taken or reserved (money.md 8). Equality first: a total of 0 is FULL. */
export function orderPaymentStatus(
  order: Order,
  payments: readonly Payment[],
): { chargeStatus: ChargeStatus; authorizeStatus: AuthorizeStatus } {
  const counted = payments.filter(({ currency }) => currency === order.currency);
  const charged = counted.reduce((sum, payment) => sum + net(payment) - payment.refunding, 0n);
  const { covered, payable } = orderFacts(order, payments);
  return {
    chargeStatus: charged === payable ? 'FULL' : chargeStatusOf(charged, payable),
    authorizeStatus: covered >= payable ? 'FULL' : covered > 0n ? 'PARTIAL' : 'NONE',
  };
}

function chargeStatusOf(charged: bigint, payable: bigint): ChargeStatus {
  if (charged <= 0n) return 'NONE';
  return charged > payable ? 'OVERCHARGED' : 'PARTIAL';
}

/** The order has its code: it exists for the shop. */
export function isCreated(order: Order | null): order is Order & { code: string } {
  return order !== null && order.code !== null;
}
