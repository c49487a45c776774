import { projectPayments } from '../../src/checkout/project-payments.rules';
import { type Draft } from '../../src/checkout/draft.rules';
import { rulesOf } from '../../src/exception/catalogue.rules';
import { type ExceptionKind, type Finding } from '../../src/exception/exception-kind.rules';
import { type Fulfillment } from '../../src/fulfillment/fulfillment.entity';
import { projectFulfillments } from '../../src/fulfillment/fulfillment.rules';
import { DEFAULT_LIMITS } from '../../src/kernel/limits';
import { type Order } from '../../src/order/order.entity';
import { addFact } from '../../src/payment/new-fact';
import { newPayment } from '../../src/payment/new-payment';
import { type PaymentFact } from '../../src/payment/payment-fact.entity';
import { type Payment } from '../../src/payment/payment.entity';
import { aDraft, anOrder } from './drafts';

/** A checkout in memory whose payments are what their facts make of them; minutes count from its start. */

const T0 = new Date('2026-05-23T18:41:30.000Z');
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const at = (ms: number): Date => new Date(T0.getTime() + ms);

export const SETTINGS = { orderCreationGraceMs: 300_000, limits: DEFAULT_LIMITS };

export class KindCase {
  readonly draft: Draft = aDraft({
    orders: [],
    payments: [],
    facts: [],
    transactions: [],
    exceptions: [],
  });
  private ids = 0;

  order(more: Partial<Order> = {}): Order {
    const order = anOrder({
      id: `ord_${(this.ids += 1)}`,
      code: `O-${this.ids}`,
      codeAt: T0,
      createdAt: T0,
      statusAt: T0,
      status: 'PAYMENT_PENDING',
      sellerId: null,
      totalMinor: 12900n,
      cancelledMinor: 0n,
      currency: 'EUR',
      omsCause: null,
      marketplaceOrderId: null,
      replacesOrderId: null,
      invoices: [],
      refundGrants: [],
      ...more,
    });
    this.draft.orders.push(order);
    return order;
  }

  payment(more: Partial<Payment> = {}): Payment {
    const payment = newPayment(
      this.draft,
      { provider: 'acme', providerReference: `pi_${this.ids + 1}`, orderId: null },
      { now: T0, newId: (prefix) => `${prefix}_${(this.ids += 1)}` },
    );
    const orderId = this.draft.orders[0]?.id ?? null;
    return Object.assign(payment, { orderId, expected: 12900n, currency: 'EUR', ...more });
  }

  fulfillment(more: Partial<Fulfillment> = {}): Fulfillment {
    const fulfillment: Fulfillment = {
      id: `ful_${(this.ids += 1)}`,
      checkoutId: 'chk_1',
      orderId: this.draft.orders[0]?.id ?? '',
      status: 'NEW',
      statusAt: T0,
      capturePolicy: 'BEFORE_FULFILLING',
      captureResult: 'NONE',
      totalMinor: 12900n,
      reservingMinor: 0n,
      reservedMinor: 0n,
      finalizingMinor: 0n,
      finalizedMinor: 0n,
      currency: 'EUR',
      items: [],
      claims: [],
      splitFromId: null,
      version: 1,
      createdAt: T0,
      updatedAt: T0,
      ...more,
    };
    this.draft.fulfillments.push(fulfillment);
    return fulfillment;
  }

  /** A report of the provider, by default of the moment it happened. */
  fact(payment: Payment, more: Partial<PaymentFact>, ms = 0): void {
    const naturalKey = `f${(this.ids += 1)}`;
    addFact(
      this.draft,
      payment,
      {
        naturalKey,
        kind: 'STATUS',
        source: 'webhook:acme',
        eventId: naturalKey,
        occurredAt: at(ms),
        ...more,
      },
      { now: at(ms), newId: (prefix) => `${prefix}_${(this.ids += 1)}` },
    );
    this.settle(ms);
  }

  /** A transaction the provider told of, or that was requested (`result: null`). */
  transaction(
    payment: Payment,
    transactionType: NonNullable<PaymentFact['transactionType']>,
    more: Partial<PaymentFact> = {},
    ms = 0,
  ): void {
    const isDone = more.result === undefined || more.result === 'SUCCEEDED';
    const gatewayTransactionId = isDone ? `gw_${(this.ids += 1)}` : null;
    const amount = more.result === null ? {} : { processedMinor: 12900n };
    this.fact(
      payment,
      {
        kind: 'TRANSACTION',
        transactionType,
        result: 'SUCCEEDED',
        requestedMinor: 12900n,
        currency: 'EUR',
        gatewayTransactionId,
        ...amount,
        ...more,
      },
      ms,
    );
  }

  word(payment: Payment, reported: PaymentFact['reported'], ms = 0, more = {}): void {
    this.fact(payment, { reported, nativeStatus: reported, ...more }, ms);
  }

  snapshot(payment: Payment, reported: PaymentFact['reported'], ms = 0, more = {}): void {
    this.word(payment, reported, ms, { kind: 'SNAPSHOT', ...more });
  }

  settle(ms = 0): void {
    const newId = (prefix: string) => `${prefix}_${(this.ids += 1)}`;
    projectPayments(this.draft, { now: at(ms), newId } as Parameters<typeof projectPayments>[1]);
    projectFulfillments(this.draft);
  }

  find(kind: ExceptionKind, ms = 0): readonly Finding[] {
    projectFulfillments(this.draft);
    return rulesOf(kind).find(this.draft, SETTINGS, at(ms));
  }

  subjects(kind: ExceptionKind, ms = 0): string[] {
    return this.find(kind, ms).map(({ subjectId }) => subjectId);
  }

  /** Moments at which time alone may make a kind's predicate true, as milliseconds from the start. */
  due(kind: ExceptionKind): number[] {
    const times = rulesOf(kind).dueTimes?.(this.draft, SETTINGS) ?? [];
    return times.map((time) => time.getTime() - T0.getTime());
  }

  resolves(kind: ExceptionKind, subjectId: string, ms = 0): boolean {
    return rulesOf(kind).resolvesItself(this.draft, { subjectId, moneyAt: T0 }, at(ms));
  }
}
