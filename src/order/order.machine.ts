import { type Role } from '../kernel/actor';
import { type Edge, type Guard, type Machine } from '../kernel/state-machine';
import * as must from './order-guards.rules';
import { ORDER_STATUSES, type OrderStatus } from './order-status.rules';

// The order clock as a table (states.md 2.1); its words are in order-status.rules.ts.

export * from './order-status.rules';
export type { OrderFacts } from './order-guards.rules';
export { NO_MONEY } from './order-guards.rules';

type OrderEdge = Edge<OrderStatus, must.OrderFacts>;
type States = readonly OrderStatus[];

const shop: readonly Role[] = ['SYSTEM', 'STOREFRONT', 'COMMERCE'];
const clock: readonly Role[] = ['SYSTEM'];
const oms: readonly Role[] = ['OMS', 'SYSTEM'];
const cancellers: readonly Role[] = ['COMMERCE', 'ADMIN', 'SYSTEM'];

const UNCREATED = ['CREATION_PENDING', 'CREATION_FAILED'] as const;
const PAID = ['PAYMENT_AUTHORIZED', 'CANCELLATION_WINDOW', 'READY_FOR_HANDLING'] as const;
/** CREATED … HANDLING. */
const BEFORE_INVOICE = ['CREATED', 'PAYMENT_PENDING', ...PAID, 'HANDLING'] as const;
const LIVE = ORDER_STATUSES.filter((status) => status !== 'CANCELLED' && status !== 'COMPLETED');

const automatic = (
  from: States,
  to: OrderStatus,
  trigger: string,
  ...guards: readonly Guard<must.OrderFacts>[]
): OrderEdge => ({ from, to, trigger, guards, roles: clock });

const creation: readonly OrderEdge[] = [
  { from: null, to: 'CREATION_PENDING', trigger: 'registerCheckout', roles: shop },
  { from: null, to: 'CREATED', trigger: 'createOrder', roles: shop },
  { from: UNCREATED, to: 'CREATED', trigger: 'createOrder', roles: shop },
  { from: UNCREATED, to: 'CREATED', trigger: 'repairOrder', roles: ['COMMERCE'] },
  {
    from: UNCREATED, // From CREATION_FAILED it is a same-state success.
    to: 'CREATION_FAILED',
    trigger: 'recordOrderCreationFailure',
    roles: shop,
  },
  automatic(['CREATION_PENDING'], 'CANCELLED', 'abandoned', must.timeIsOver, must.noMoneyIsSeen),
];

const payment: readonly OrderEdge[] = [
  { from: ['CREATED'], to: 'PAYMENT_PENDING', trigger: 'confirmOrderBySeller', roles: oms },
  automatic(['CREATED'], 'PAYMENT_PENDING', 'no external seller', must.isMarketplace),
  automatic(['PAYMENT_PENDING'], 'PAYMENT_AUTHORIZED', 'payments covered', must.paymentsCover),
  automatic(
    ['PAYMENT_PENDING'],
    'PAYMENT_DENIED',
    'declined',
    must.isMarketplace,
    must.nothingLeftToHope,
  ),
  automatic(['PAYMENT_DENIED'], 'PAYMENT_PENDING', 'new attempt', must.aPaymentMaySucceed),
  automatic(
    ['PAYMENT_DENIED'],
    'CANCELLING',
    'retry window over', // By itself it gives back only what is certain; the rest people decide.
    must.timeIsOver,
    must.isNotFrozen,
    must.noCaptureIsOpen,
    must.moneyIsNotContested,
    must.nothingIsSent,
  ),
  automatic(
    PAID,
    'PAYMENT_PENDING',
    'cover lost',
    must.isMarketplace,
    must.coverIsLost,
    must.nothingIsInvoiced,
  ),
];

const handling: readonly OrderEdge[] = [
  automatic(
    ['PAYMENT_AUTHORIZED'],
    'CANCELLATION_WINDOW',
    'window opens',
    must.windowIsConfigured,
    must.nothingIsInvoiced,
  ),
  {
    from: ['CANCELLATION_WINDOW', 'PAYMENT_AUTHORIZED'],
    to: 'READY_FOR_HANDLING',
    trigger: 'releaseOrderForHandling',
    guards: [must.paymentsCover],
    roles: ['SYSTEM', 'COMMERCE'],
  },
  automatic(
    ['CANCELLATION_WINDOW'],
    'READY_FOR_HANDLING',
    'window over',
    must.timeIsOver,
    must.paymentsCover,
  ),
  {
    from: ['READY_FOR_HANDLING'],
    to: 'HANDLING',
    trigger: 'startHandling',
    guards: [must.isNotFrozen, must.paymentsCover],
    roles: oms,
  },
  {
    from: ['HANDLING', 'VERIFYING_INVOICE'],
    to: 'VERIFYING_INVOICE',
    trigger: 'insertInvoice',
    roles: oms,
  },
  automatic(
    [...PAID, 'HANDLING', 'VERIFYING_INVOICE'],
    'VERIFYING_INVOICE',
    'mirrored invoice', // S0.10: the seller is not stopped by where the marketplace order stands.
    must.isMarketplace,
  ),
  automatic(
    [...PAID, 'HANDLING'],
    'VERIFYING_INVOICE',
    'all is invoiced', // What was not invoiced was cancelled since, or the mirror came while the order stood still.
    must.allIsInvoiced,
  ),
  automatic(['VERIFYING_INVOICE'], 'INVOICED', 'capture confirmed', must.allIsInvoicedAndCaptured),
  automatic(
    ['VERIFYING_INVOICE'],
    'PAYMENT_AUTHORIZED',
    'partial invoice',
    must.aPartIsInvoicedAndCaptured,
  ),
  automatic(['INVOICED'], 'COMPLETED', 'all delivered', must.everythingArrived),
];

const cancellation: readonly OrderEdge[] = [
  {
    from: BEFORE_INVOICE,
    to: 'CANCELLATION_REQUESTED',
    trigger: 'requestOrderCancellation',
    guards: [must.nothingIsInvoiced],
    roles: ['SUPPORT', 'COMMERCE', 'CUSTOMER', 'SYSTEM'],
  },
  ...BEFORE_INVOICE.map((to): OrderEdge => ({
    from: ['CANCELLATION_REQUESTED'],
    to,
    trigger: 'denyOrderCancellation',
    roles: ['COMMERCE', 'OMS'],
  })),
  {
    from: [...UNCREATED, ...BEFORE_INVOICE, 'PAYMENT_DENIED', 'CANCELLATION_REQUESTED'],
    to: 'CANCELLING',
    trigger: 'cancelOrder',
    guards: [must.noCaptureIsOpen, must.noMoneyIsHeldOrForced],
    roles: cancellers,
  },
  {
    from: ['VERIFYING_INVOICE'],
    to: 'CANCELLING',
    trigger: 'cancelOrder',
    guards: [must.noCaptureIsOpen, must.theCaptureFailed, must.noMoneyIsHeldOrForced],
    roles: cancellers,
  },
  automatic(
    [...BEFORE_INVOICE, 'PAYMENT_DENIED', 'CANCELLATION_REQUESTED'],
    'CANCELLING',
    'last fulfillment cancelled',
    must.nothingIsInvoiced,
    must.noCaptureIsOpen,
  ),
  automatic(['CANCELLING'], 'CANCELLED', 'money done', must.allMoneyIsDone),
  {
    from: ['CANCELLED', 'CANCELLING'],
    to: null,
    trigger: 'replaceOrder',
    roles: ['COMMERCE', 'SUPPORT'],
  },
];

const records: readonly OrderEdge[] = [
  { from: LIVE, to: null, trigger: 'markDuplicateOrder', roles: ['COMMERCE'] },
  { from: LIVE, to: null, trigger: 'linkOrders', roles: ['SYSTEM', 'COMMERCE'] },
  { from: ORDER_STATUSES, to: null, trigger: 'recordOmsStatus', roles: oms },
  { from: ORDER_STATUSES, to: null, trigger: 'recordErpPosting', roles: ['FINANCE', 'SYSTEM'] },
  {
    from: ORDER_STATUSES,
    to: null,
    trigger: 'recordOrderInteraction',
    roles: ['SYSTEM', 'COMMERCE', 'OMS', 'SUPPORT'],
  },
  { from: ORDER_STATUSES, to: null, trigger: 'primePayments', roles: ['SYSTEM', 'COMMERCE'] },
  { from: ORDER_STATUSES, to: null, trigger: 'grantRefund', roles: ['FINANCE', 'SUPPORT'] },
];

export const orderMachine: Machine<OrderStatus, must.OrderFacts> = {
  name: 'ORDER',
  states: ORDER_STATUSES,
  edges: [...creation, ...payment, ...handling, ...cancellation, ...records],
};
