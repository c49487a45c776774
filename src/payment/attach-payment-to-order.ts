import { type Command } from '../checkout/command';
import { mainOrder, orderOf, paymentOf, type Draft } from '../checkout/draft.rules';
import { refuse } from '../kernel/refusal';
import { rolesOf, step } from '../kernel/state-machine';
import { reference } from '../kernel/text';
import { type Order } from '../order/order.entity';
import { paymentFacts } from './payment-facts.rules';
import { type Payment } from './payment.entity';
import { paymentMachine } from './payment.machine';

export interface AttachPaymentToOrderInput {
  readonly paymentId: string;
  readonly orderId: string;
  readonly evidenceReference: string;
}

/**
 * Says which order a payment pays (S2.29): one nobody announced comes from its own checkout with its exceptions, one of
 * an order that does not stand any more follows to another of the cart (S0.16). No money moves.
 */
export const attachPaymentToOrder: Command<AttachPaymentToOrderInput> = {
  name: 'attachPaymentToOrder',
  entity: 'payment',
  creation: false,
  subject: 'payment',
  roles: rolesOf(paymentMachine, 'attachPaymentToOrder'),
  keys: ({ paymentId, orderId }) => [
    { kind: 'ID', value: orderId, field: 'orderId' },
    { kind: 'ID', value: paymentId, field: 'paymentId' },
  ],
  target: (draft, { paymentId }) => paymentOf(draft, paymentId).id,
  probe: probeOf,

  check({ evidenceReference }) {
    reference(evidenceReference, ['evidenceReference']);
  },

  decide(draft, { paymentId, orderId, evidenceReference }, tools) {
    const payment = paymentOf(draft, paymentId);
    const order = orderOf(draft, orderId);
    if (payment.orderId === order.id) return payment.id; // The same state again is a success.
    const facts = paymentFacts(draft, payment, tools);
    step(paymentMachine, { trigger: 'attachPaymentToOrder', from: payment.status }, facts);
    if (order.side !== 'MARKETPLACE') {
      refuse('GUARD_FAILED', 'Payments belong to the marketplace order (S0.2).', {
        field: ['orderId'],
      });
    }
    refuseTaken(draft, payment);
    if (payment.currency !== null && payment.currency !== order.currency) {
      refuse('CURRENCY_MISMATCH', 'The payment and the order have different currencies.', {
        field: ['orderId'],
      });
    }
    payment.orderId = order.id;
    tools.explain(payment.id, evidenceReference);
    return payment.id;
  },
};

function refuseTaken({ orders }: Draft, { orderId }: Payment): void {
  const holder = orders.find(({ id }) => id === orderId);
  if (holder === undefined || !stands(holder)) return;
  refuse('ALREADY_EXISTS', 'The payment pays for another order that stands.', {
    field: ['paymentId'],
  });
}

const stands = ({ status, replacedByOrderId, duplicateOfOrderId }: Order): boolean =>
  status !== 'CANCELLED' && replacedByOrderId === null && duplicateOfOrderId === null;

/** The order it pays, else the one of the cart it could. */
function probeOf(draft: Draft, paymentId: string): AttachPaymentToOrderInput | null {
  const { orderId } = paymentOf(draft, paymentId);
  const id = orderId ?? mainOrder(draft)?.id;
  return id === undefined ? null : { paymentId, orderId: id, evidenceReference: 'probe' };
}
