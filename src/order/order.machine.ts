import { type Role } from '../kernel/actor';
import { refusal, type Refusal } from '../kernel/refusal';
import { type Machine } from '../kernel/state-machine';

// States and words of the order clock (states.md 2.1).

export const ORDER_STATUSES = [
  'CREATION_PENDING',
  'CREATION_FAILED',
  'CREATED',
  'PAYMENT_PENDING',
  'PAYMENT_AUTHORIZED',
  'PAYMENT_DENIED',
] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

export const OMS_STATUSES = [
  'NOT_CREATED',
  'PENDING',
  'ACCEPTED',
  'ALLOCATED',
  'REJECTED',
  'CANCELLED',
] as const;
export type OmsStatus = (typeof OMS_STATUSES)[number];

export const ERP_POSTING_STATUSES = [
  'NOT_POSTED',
  'PENDING',
  'POSTED',
  'FAILED',
  'REVERSED',
] as const;
export type ErpPostingStatus = (typeof ERP_POSTING_STATUSES)[number];

/** What the guards look at; minor units of the order's currency. */
export interface OrderFacts {
  /** Σ cover of its payments (states.md 2.1). */
  readonly covered: bigint;
  /** Σ expected of payments that may still succeed: CREATED, PENDING, IN_PROCESS. */
  readonly hoped: bigint;
  /** Order total less cancelled amounts. */
  readonly payable: bigint;
}

export const NO_MONEY: OrderFacts = { covered: 0n, hoped: 0n, payable: 0n };

function paymentsCover({ covered, payable }: OrderFacts): Refusal | null {
  return covered >= payable
    ? null
    : refusal('GUARD_FAILED', 'The payments do not cover the order.');
}

function coverIsLost({ covered, payable }: OrderFacts): Refusal | null {
  return covered < payable ? null : refusal('GUARD_FAILED', 'The payments still cover the order.');
}

function nothingLeftToHope({ covered, hoped, payable }: OrderFacts): Refusal | null {
  return covered + hoped < payable
    ? null
    : refusal('GUARD_FAILED', 'A payment may still cover the order.');
}

function aPaymentMaySucceed(facts: OrderFacts): Refusal | null {
  return nothingLeftToHope(facts) === null
    ? refusal('GUARD_FAILED', 'No payment can cover the order.')
    : null;
}

const shop: readonly Role[] = ['SYSTEM', 'STOREFRONT', 'COMMERCE'];
const clock: readonly Role[] = ['SYSTEM'];

export const orderMachine: Machine<OrderStatus, OrderFacts> = {
  name: 'ORDER',
  states: ORDER_STATUSES,
  edges: [
    { from: null, to: 'CREATION_PENDING', trigger: 'registerCheckout', roles: shop },
    { from: null, to: 'CREATED', trigger: 'createOrder', roles: shop },
    {
      from: ['CREATION_PENDING', 'CREATION_FAILED'],
      to: 'CREATED',
      trigger: 'createOrder',
      roles: shop,
    },
    {
      from: ['CREATION_PENDING', 'CREATION_FAILED'], // From CREATION_FAILED it is a same-state success.
      to: 'CREATION_FAILED',
      trigger: 'recordOrderCreationFailure',
      roles: shop,
    },
    { from: ['CREATED'], to: 'PAYMENT_PENDING', trigger: 'no external seller', roles: clock },
    {
      from: ['PAYMENT_PENDING'],
      to: 'PAYMENT_AUTHORIZED',
      trigger: 'payments covered',
      guards: [paymentsCover],
      roles: clock,
    },
    {
      from: ['PAYMENT_PENDING'],
      to: 'PAYMENT_DENIED',
      trigger: 'declined',
      guards: [nothingLeftToHope],
      roles: clock,
    },
    {
      from: ['PAYMENT_DENIED'],
      to: 'PAYMENT_PENDING',
      trigger: 'new attempt',
      guards: [aPaymentMaySucceed],
      roles: clock,
    },
    {
      from: ['PAYMENT_AUTHORIZED'],
      to: 'PAYMENT_PENDING',
      trigger: 'cover lost',
      guards: [coverIsLost],
      roles: clock,
    },
  ],
};

/** Automatic edges, tried in this order until none is taken. */
export const AUTOMATIC_ORDER_TRIGGERS = [
  'no external seller',
  'payments covered',
  'cover lost',
  'new attempt',
  'declined',
] as const;
