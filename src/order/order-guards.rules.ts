import { type Side } from '../kernel/actor';
import { refusal, type Refusal } from '../kernel/refusal';

/** What the order machine's guards look at; minor units of the order's currency. */
export interface OrderFacts {
  readonly side: Side;
  /** Order total less cancelled amounts. */
  readonly payable: bigint;
  /** That less granted refunds: what has to be covered (money.md 8). */
  readonly needed: bigint;
  /** Σ cover of its payments (states.md 2.1). */
  readonly covered: bigint;
  /** Σ expected of payments that may still succeed: CREATED, PENDING, IN_PROCESS, INDETERMINATE. */
  readonly hoped: bigint;
  /** What payments collected on delivery or on terms will still bring. */
  readonly deferred: bigint;
  readonly captured: bigint;
  readonly net: bigint;
  readonly authorizedOpen: bigint;
  readonly invoiced: bigint;
  /** SELLER: the linked marketplace order tells that it is paid (S0.6). */
  readonly isTold: boolean;
  /** Some transaction is NEW, PENDING or INDETERMINATE. */
  readonly transactionOpen: boolean;
  /** A CAPTURE or VOID is. */
  readonly captureOrVoidOpen: boolean;
  /** The newest capture of some payment for some fulfillment, or for none by name, failed. */
  readonly captureFailed: boolean;
  /** Some payment is CREATED, PENDING or IN_PROCESS. */
  readonly paymentUnfinished: boolean;
  /** Money was ever seen on one of its payments. */
  readonly moneySeen: boolean;
  /** The outcome of some payment is unknown, or it is disputed or charged back. */
  readonly moneyContested: boolean;
  /** Some of the goods left the house. */
  readonly goodsSent: boolean;
  /** Everything arrived or came back, and not all of it was cancelled. */
  readonly delivered: boolean;
  /** Retries are frozen on the checkout (S2.42). */
  readonly frozen: boolean;
  /** The actor takes responsibility for giving captured money back. */
  readonly forced: boolean;
  /** Time the status may last is over: retry window, cancellation window, abandoned cart. */
  readonly isOverdue: boolean;
  /** A cancellation window is configured. */
  readonly hasWindow: boolean;
}

export const NO_MONEY: OrderFacts = {
  side: 'MARKETPLACE',
  payable: 0n,
  needed: 0n,
  covered: 0n,
  hoped: 0n,
  deferred: 0n,
  captured: 0n,
  net: 0n,
  authorizedOpen: 0n,
  invoiced: 0n,
  isTold: false,
  transactionOpen: false,
  captureOrVoidOpen: false,
  captureFailed: false,
  paymentUnfinished: false,
  moneySeen: false,
  moneyContested: false,
  goodsSent: false,
  delivered: false,
  frozen: false,
  forced: false,
  isOverdue: false,
  hasWindow: false,
};

type OrderGuard = (facts: OrderFacts) => Refusal | null;

const unless = (holds: boolean, message: string): Refusal | null =>
  holds ? null : refusal('GUARD_FAILED', message);

export const paymentsCover: OrderGuard = ({ side, covered, needed, isTold }) =>
  side === 'SELLER'
    ? unless(isTold, 'The marketplace has not told that the order is paid.')
    : unless(covered >= needed, 'The payments do not cover the order.');

export const isMarketplace: OrderGuard = ({ side }) =>
  unless(side === 'MARKETPLACE', 'Only the marketplace order follows its payments.');

export const coverIsLost: OrderGuard = ({ covered, needed }) =>
  unless(covered < needed, 'The payments still cover the order.');

export const nothingIsInvoiced: OrderGuard = ({ invoiced }) =>
  unless(invoiced === 0n, 'Something is invoiced already.');

export const allIsInvoiced: OrderGuard = ({ invoiced, payable }) =>
  unless(invoiced > 0n && invoiced === payable, 'The invoices are not the whole order.');

export const nothingLeftToHope: OrderGuard = ({ covered, hoped, needed }) =>
  unless(covered + hoped < needed, 'A payment may still cover the order.');

export const aPaymentMaySucceed: OrderGuard = ({ covered, hoped, needed }) =>
  unless(covered + hoped >= needed, 'No payment can cover the order.');

export const timeIsOver: OrderGuard = ({ isOverdue }) =>
  unless(isOverdue, 'Its time is not over yet.');

export const moneyIsNotContested: OrderGuard = ({ moneyContested }) =>
  unless(!moneyContested, 'A payment is disputed or charged back, or nobody knows its outcome.');

export const nothingIsSent: OrderGuard = ({ goodsSent }) =>
  unless(!goodsSent, 'Goods of the order left the house.');

export const windowIsConfigured: OrderGuard = ({ hasWindow }) =>
  unless(hasWindow, 'No cancellation window is configured.');

export const noMoneyIsSeen: OrderGuard = ({ moneySeen, transactionOpen }) =>
  unless(!moneySeen && !transactionOpen, 'Money was seen on the cart.');

export const isNotFrozen: OrderGuard = ({ frozen }) =>
  frozen
    ? refusal('REPLAY_BLOCKED', 'Retries are frozen on this checkout; see retryModeReasons.')
    : null;

/** S0.15: without confirmation of the capture the marketplace order does not advance. */
export const allIsInvoicedAndCaptured: OrderGuard = ({
  side,
  captured,
  deferred,
  invoiced,
  payable,
}) =>
  unless(
    invoiced === payable && (side === 'SELLER' || captured + deferred >= invoiced),
    'The invoices are not the whole order, or their capture is not confirmed.',
  );

export const aPartIsInvoicedAndCaptured: OrderGuard = ({
  side,
  captured,
  deferred,
  invoiced,
  payable,
}) =>
  unless(
    invoiced > 0n && invoiced < payable && (side === 'SELLER' || captured + deferred >= invoiced),
    'No part is invoiced, or its capture is not confirmed.',
  );

export const everythingArrived: OrderGuard = ({ delivered }) =>
  unless(delivered, 'Not everything was delivered, returned or cancelled.');

export const noCaptureIsOpen: OrderGuard = ({ captureOrVoidOpen }) =>
  captureOrVoidOpen
    ? refusal('OUTCOME_INDETERMINATE', 'A capture or void of the order has no definite result yet.')
    : null;

/** S0.16: the way out of an invoiced order whose capture failed. */
export const theCaptureFailed: OrderGuard = ({ side, captureFailed }) =>
  unless(
    side === 'SELLER' || captureFailed,
    'An order being invoiced is cancelled only after its capture failed (S0.16).',
  );

export const noMoneyIsHeldOrForced: OrderGuard = ({ net, forced }) =>
  unless(net <= 0n || forced, 'Captured money has to be given back first; force requests that.');

export const allMoneyIsDone: OrderGuard = (facts) =>
  unless(
    facts.authorizedOpen <= 0n &&
      facts.net <= 0n &&
      !facts.transactionOpen &&
      !facts.paymentUnfinished,
    'Money is still reserved, held or under way.',
  );
