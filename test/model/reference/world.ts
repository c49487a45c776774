// The reference: a second telling of the state machines and the money, from the same tables and by another hand. Nothing of
// the product's rules is imported here; where the tables are silent it says nothing, and nothing is compared.

export type TransactionType =
  | 'AUTHORIZE'
  | 'AUTH_ADJUST'
  | 'CAPTURE'
  | 'SALE'
  | 'VOID'
  | 'CAPTURE_REVERSAL'
  | 'REFUND'
  | 'REFUND_REVERSAL'
  | 'CHARGEBACK'
  | 'CHARGEBACK_REVERSAL';
export type TransactionStatus =
  'NEW' | 'PENDING' | 'SUCCEEDED' | 'FAILED' | 'INDETERMINATE' | 'CANCELLED';
export type Word = 'PENDING' | 'IN_PROCESS' | 'REJECTED' | 'CANCELLED' | 'EXPIRED' | 'VACATED';
export type Policy =
  'BEFORE_FULFILLING' | 'AT_SHIPMENT' | 'AT_INVOICE' | 'AT_ORDER' | 'ON_DELIVERY';
export type Side = 'MARKETPLACE' | 'SELLER';

/** Something told about a transaction; `status` NEW is our own request. */
export interface Told {
  readonly at: number;
  readonly status: TransactionStatus;
  readonly requested: bigint | null;
  readonly processed: bigint | null;
  readonly failureType: 'HARD' | 'SOFT' | null;
}

export interface Transaction {
  readonly payment: Payment;
  readonly type: TransactionType;
  /** What results name it by: the provider's id, or our request key. */
  readonly by: { readonly gateway: string } | { readonly key: string };
  id: string | null;
  readonly fulfillment: Fulfillment | null;
  readonly parent: Transaction | null;
  readonly isFinal: boolean;
  readonly external: boolean;
  readonly told: Told[];
}

export interface Payment {
  readonly id: string;
  readonly cart: Cart;
  readonly createdAt: number;
  order: Order | null;
  expected: bigint;
  readonly priority: number;
  readonly rule: 'EARLY_APPROVAL' | 'NO_VALIDATION_OR_RESERVATION';
  readonly deferred: boolean;
  readonly transactions: Transaction[];
  readonly words: { readonly at: number; readonly word: Word }[];
  editedAt: number | null;
  expiresAt: number | null;
  /** All that is authorized is being released: the table has no word for it, the product's own is taken. */
  whileVoiding: string;
}

export interface Invoice {
  readonly number: string;
  readonly amount: bigint;
}

export interface Order {
  readonly id: string;
  readonly cart: Cart;
  readonly side: Side;
  code: string | null;
  status: string;
  since: number;
  /** What a denied cancellation goes back to. */
  before: string | null;
  readonly total: bigint;
  cancelled: bigint;
  readonly invoices: Invoice[];
  readonly grants: bigint[];
  /** Of a seller's order. */
  readonly marketplace: Order | null;
  readonly duplicateOf: Order | null;
  replacedBy: Order | null;
  readonly replaces: Order | null;
  omsStatus: string;
}

export interface Fulfillment {
  readonly id: string;
  readonly order: Order;
  readonly policy: Policy;
  status: string;
  total: bigint;
  quantity: number;
  /** Per payment: what is to come from it, and how much of that was reserved before. */
  claims: Claim[];
  /** Of what was captured for no part by name: which part takes it when, the table leaves open; the product's word. */
  pooled: bigint;
  /** The same of what is being captured for none. */
  pooling: bigint;
}

export interface Claim {
  readonly payment: Payment;
  readonly amount: bigint;
  readonly held: bigint;
}

export interface Cart {
  readonly guid: string;
  readonly orders: Order[];
  readonly payments: Payment[];
  readonly fulfillments: Fulfillment[];
}

/** What the reference does not tell itself: the exceptions and the freeze they cause are another machine. */
export interface Seen {
  readonly frozen: boolean;
  readonly liveKinds: ReadonlySet<string>;
}

export const RETRY_WINDOW_MS = 24 * 3_600_000;
export const ABANDONED_MS = 24 * 3_600_000;

export const sum = (amounts: readonly bigint[]): bigint =>
  amounts.reduce((total, amount) => total + amount, 0n);
export const least = (...amounts: bigint[]): bigint => amounts.reduce((a, b) => (b < a ? b : a));
export const most = (...amounts: bigint[]): bigint => amounts.reduce((a, b) => (b > a ? b : a));

export const paymentsOf = (order: Order): Payment[] =>
  order.cart.payments.filter((payment) => payment.order === order);
export const fulfillmentsOf = (order: Order): Fulfillment[] =>
  order.cart.fulfillments.filter((one) => one.order === order);
export const transactionsOf = (cart: Cart): Transaction[] =>
  cart.payments.flatMap(({ transactions }) => transactions);
/** On a seller's order the payment terms are those of the linked marketplace order. */
export const payerOf = (order: Order): Order => order.marketplace ?? order;
/** What the same payments pay for: the parts of the marketplace's order and of its sellers'. */
export const familyOf = (order: Order): Fulfillment[] =>
  order.cart.fulfillments.filter((one) => payerOf(one.order) === payerOf(order));
export const sellersOf = (order: Order): Order[] =>
  order.cart.orders.filter(({ marketplace }) => marketplace === order);

/** The order the cart's payments are attached to: the newest of the marketplace that is no duplicate. */
export function mainOrder(cart: Cart): Order | null {
  const own = cart.orders.filter(
    ({ side, duplicateOf }) => side === 'MARKETPLACE' && duplicateOf === null,
  );
  return own.find(({ replacedBy }) => replacedBy === null) ?? null;
}
