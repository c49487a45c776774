import { changeCheckout } from '../../../src/checkout/change-checkout';
import { type Checkout } from '../../../src/checkout/checkout.entity';
import { commands } from '../../../src/checkout/commands';
import { type ReconciliationException } from '../../../src/exception/exception.entity';
import { type Actor, ROLES } from '../../../src/kernel/actor';
import { Refused } from '../../../src/kernel/refusal';
import { type PaymentTransaction } from '../../../src/payment/payment-transaction.entity';
import { type World } from '../../support/webhook-world';
import { dumpOf, readTables, type Tables } from '../invariants';
import { differences, type Stored } from './compare';
import { contradictionsOf, EXACT, isKnown } from './contradictions';
import { factPlans } from './fact-plans';
import { fulfillmentPlans } from './fulfillment-plans';
import { namedFor, namedUnderWayFor, unnamedOf, unnamedUnderWayOf } from './fulfillment';
import { orderPlans } from './order-plans';
import { paymentPlans } from './payment-plans';
import { settle, type Wanted } from './settle';
import { type Done, type Move, type Plan, type Scene, type Step } from './step';
import {
  familyOf,
  transactionsOf,
  type Cart,
  type Order,
  type Seen,
  type Transaction,
} from './world';

export const plans: Readonly<Record<string, Plan>> = {
  ...orderPlans,
  ...paymentPlans,
  ...factPlans,
  ...fulfillmentPlans,
};

const EVERYBODY: Actor = {
  subject: 'model',
  roles: ROLES,
  side: 'MARKETPLACE',
  sellerId: null,
  customerId: null,
};
const SELLER: Actor = {
  ...EVERYBODY,
  subject: 'seller',
  roles: ROLES.filter((role) => role !== 'SYSTEM'),
  side: 'SELLER',
  sellerId: 'seller-0',
};
const OVER = ['CLOSED', 'AUTO_RESOLVED', 'MERGED'];

/** Plays moves on the product and on the reference, and finds where they part. */
export class Player implements Scene {
  readonly carts: readonly Cart[];
  /** What was played, for the reader of a failure. */
  readonly story: string[] = [];
  readonly accepted = new Set<string>();
  readonly refused = new Set<string>();
  /** States something was in after a move. */
  readonly reached = new Set<string>();
  /** Moves that could not be played, or of which the tables do not say enough. */
  silent = 0;
  turn = 0;

  private constructor(
    private readonly world: World,
    private tables: Tables,
    guids: readonly string[],
  ) {
    this.carts = guids.map((guid) => ({ guid, orders: [], payments: [], fulfillments: [] }));
  }

  static async on(world: World): Promise<Player> {
    return new Player(world, await readTables(world), ['a', 'b']);
  }

  get now(): number {
    return this.world.now().getTime();
  }

  seen(cart: Cart): Seen {
    const root = this.rows<Checkout>('Checkout').find(({ guid }) => guid === cart.guid);
    const live = this.rows<ReconciliationException>('ReconciliationException').filter(
      ({ checkoutId, status }) => checkoutId === root?.id && !OVER.includes(status),
    );
    return {
      frozen: root !== undefined && root.retryMode !== 'RUNNING',
      liveKinds: new Set(live.map(({ kind }) => kind)),
    };
  }

  /** Plays one move; answers the tables before and after it. Throws where product and reference part. */
  async play(move: Move): Promise<{ before: Tables; after: Tables }> {
    this.turn += 1;
    this.world.moveClock(1_000);
    const before = this.tables;
    switch (move.is) {
      case 'wait':
        this.world.moveClock(Number(move['seconds']) * 1_000);
        return { before, after: before };
      case 'sweep':
        await this.sweep();
        break;
      case 'answerTriage':
        await this.answerTriage(move);
        break;
      default: {
        const step = plans[move.is]!(this, move);
        if (step === null) this.silent += 1;
        else await this.take(step);
      }
    }
    return { before, after: this.tables };
  }

  private async take(step: Step): Promise<void> {
    const told = await this.send(step);
    const broken = [...new Set(step.refusals)];
    this.story.push(`${step.command} ${text(step.input)} -> ${told.code ?? 'accepted'}`);
    if (told.code !== null) {
      this.refused.add(`${step.command}: ${told.code}`);
      const after = await readTables(this.world);
      if (dumpOf(after) !== dumpOf(this.tables)) this.fail('a refusal changed something');
      if (broken.includes(told.code)) return;
      this.fail(
        `refused with ${told.code} (${told.message}), expected ${broken.join(' or ') || 'acceptance'}`,
      );
    }
    if (broken.length > 0 && step.either !== true)
      this.fail(`accepted, expected ${broken.join(' or ')}`);
    this.accepted.add(step.command);
    await this.follow([step.cart], (done) =>
      step.effect?.({ ...done, entityId: told.entityId ?? '' }),
    );
  }

  private async send(
    step: Step,
  ): Promise<{ code: string | null; message: string; entityId: string | null }> {
    const command = commands.find(({ name }) => name === step.command);
    if (command === undefined) throw new Error(`There is no command ${step.command}.`);
    const control = { idempotencyKey: `machines-key-number-${this.turn}`, dryRun: false };
    const actor = step.as === 'SELLER' ? SELLER : EVERYBODY;
    try {
      const { entityId } = await changeCheckout(this.world.path, command, {
        actor,
        input: step.input,
        control,
      });
      return { code: null, message: '', entityId };
    } catch (error) {
      if (!(error instanceof Refused)) throw this.explained(error);
      return { code: error.refusal.code, message: error.message, entityId: null };
    }
  }

  private async sweep(): Promise<void> {
    this.story.push('sweep');
    for (let rounds = 0; rounds < 10 && (await this.world.sweep()) > 0; rounds += 1);
    if (this.world.errors.length > 0) this.fail(this.world.errors.join('; '));
    await this.follow(this.carts, () => undefined);
  }

  /** Answers what the exceptions ask, so that the freeze ends and sequences go on. */
  private async answerTriage(move: Move): Promise<void> {
    const cart = this.carts[Number(move['cart'] ?? 0) % this.carts.length]!;
    const root = this.rows<Checkout>('Checkout').find(({ guid }) => guid === cart.guid);
    const live = this.rows<ReconciliationException>('ReconciliationException').filter(
      ({ checkoutId, status }) => checkoutId === root?.id && !OVER.includes(status),
    );
    let written = false;
    for (const [index, { id, customerCharged, orderFulfillable }] of live.entries()) {
      if (customerCharged === 'YES' && orderFulfillable === 'YES') continue;
      const control = { idempotencyKey: `machines-triage-${this.turn}-${index}`, dryRun: false };
      const input = { exceptionId: id, customerCharged: 'YES', orderFulfillable: 'YES' };
      const command = commands.find(({ name }) => name === 'triageException')!;
      await changeCheckout(this.world.path, command, { actor: EVERYBODY, input, control }).then(
        () => (written = true),
        (error: unknown) => {
          if (!(error instanceof Refused)) throw this.explained(error);
        },
      );
    }
    this.story.push('answerTriage');
    await this.follow(written ? [cart] : [], () => undefined);
  }

  /** The reference does what the product did; requests the product made are matched with those a rule wants. */
  private async follow(
    carts: readonly Cart[],
    effect: (done: Omit<Done, 'entityId'>) => void,
  ): Promise<void> {
    this.tables = await readTables(this.world);
    const known = new Set(this.carts.flatMap(transactionsOf).map(({ id }) => id));
    const fresh = this.rows<PaymentTransaction>('PaymentTransaction').filter(
      ({ id }) => !known.has(id),
    );
    const asked = fresh.filter(
      ({ status, externallyExecuted }) => status === 'NEW' || externallyExecuted,
    );
    const stored = this.stored();
    const done = {
      now: this.now,
      take: (wanted: Wanted) => this.adopt(wanted, asked),
      waits: ({ id, cart }: Order) =>
        this.rows<Checkout>('Checkout').find(({ guid }) => guid === cart.guid)?.retryMode !==
          'RUNNING' && stored.orders.find((row) => row.id === id)?.status === 'PAYMENT_DENIED',
      statusOf: ({ id }: { id: string }) =>
        stored.fulfillments.find((row) => row.id === id)?.status ?? '',
    };
    effect(done);
    for (const one of this.carts.flatMap(transactionsOf)) {
      const { by } = one;
      if (!('gateway' in by)) continue;
      one.id ??=
        fresh.find(({ gatewayTransactionId }) => gatewayTransactionId === by.gateway)?.id ?? null;
    }
    for (const payment of this.carts.flatMap(({ payments }) => payments)) {
      payment.whileVoiding = stored.payments.find(({ id }) => id === payment.id)?.status ?? '';
    }
    this.share(stored);
    for (const cart of carts) settle(cart, done);
    if (asked.length > 0) this.fail(`requested without a rule: ${asked.map(brief).join(', ')}`);
    const found = differences(this.carts, stored);
    if (found.length > 0) this.fail(found.join('\n'));
    this.exceptionsAreThere();
    for (const { status } of stored.orders) this.reached.add(`order ${status}`);
    for (const { status } of stored.payments) this.reached.add(`payment ${status}`);
    for (const { status } of stored.fulfillments) this.reached.add(`fulfillment ${status}`);
  }

  /** Takes over which parts count what was captured for none, and holds it to what there is. */
  private share({ fulfillments }: Stored): void {
    for (const one of this.carts.flatMap((cart) => cart.fulfillments)) {
      const row = fulfillments.find(({ id }) => id === one.id);
      one.pooled = unnamedOf(one.order) > 0n ? (row?.finalizedMinor ?? 0n) - namedFor(one) : 0n;
      const underWay = unnamedUnderWayOf(one.order);
      one.pooling = underWay > 0n ? (row?.finalizingMinor ?? 0n) - namedUnderWayFor(one) : 0n;
      if (one.pooling < 0n || one.pooling > underWay)
        this.fail('a part counts what is not being captured');
      const taken = familyOf(one.order).reduce((total, { pooled }) => total + pooled, 0n);
      if (one.pooled < 0n || taken > unnamedOf(one.order))
        this.fail('a part counts what was not captured');
    }
  }

  /** No contradiction commits without its exception, and none of the simple ones is raised without it. */
  private exceptionsAreThere(): void {
    const rows = this.rows<ReconciliationException>('ReconciliationException').filter(
      ({ status }) => !OVER.includes(status),
    );
    const expected = this.carts.flatMap((cart) => {
      const root = this.rows<Checkout>('Checkout').find(({ guid }) => guid === cart.guid);
      return contradictionsOf(cart).map(({ kind, subjectId }) => ({
        kind,
        subjectId: subjectId ?? root?.id,
      }));
    });
    for (const { kind, subjectId } of expected.filter((one) => isKnown(one.kind))) {
      const isThere = rows.some((row) => row.kind === kind && row.subjectId === subjectId);
      if (!isThere) this.fail(`${kind} of ${subjectId ?? ''} has no live exception`);
      this.reached.add(`exception ${kind}`);
    }
    for (const row of rows.filter(
      ({ kind, status }) => EXACT.includes(kind) && status !== 'AWAITING_CLOSURE',
    )) {
      const isReal = expected.some(
        (one) => one.kind === row.kind && one.subjectId === row.subjectId,
      );
      if (!isReal) this.fail(`${row.kind} is ${row.status} without a reason`);
    }
  }

  private adopt(wanted: Wanted, asked: PaymentTransaction[]): void {
    const mine = asked.filter(
      ({ type, paymentId, fulfillmentId }) =>
        wanted.types.includes(type) &&
        (wanted.payment === undefined || wanted.payment.id === paymentId) &&
        (wanted.fulfillment === undefined || (wanted.fulfillment?.id ?? null) === fulfillmentId),
    );
    const total = mine.reduce((sum, row) => sum + amountOf(row), 0n);
    const isRight = wanted.atMost === true ? total <= wanted.sum : total === wanted.sum;
    if (!isRight || mine.some((row) => amountOf(row) <= 0n)) {
      this.fail(
        `${wanted.why}: expected ${wanted.types.join('/')} of ${wanted.atMost === true ? 'at most ' : ''}${wanted.sum}, requested: ${mine.map(brief).join(', ') || 'nothing'}; others: ${asked.map(brief).join(', ')}`,
      );
    }
    for (const row of mine) {
      asked.splice(asked.indexOf(row), 1);
      this.remember(row);
    }
  }

  private remember(row: PaymentTransaction): void {
    const cart = this.carts.find(({ payments }) =>
      payments.some(({ id }) => id === row.paymentId),
    )!;
    const payment = cart.payments.find(({ id }) => id === row.paymentId)!;
    const one: Transaction = {
      payment,
      type: row.type,
      by: row.externallyExecuted
        ? { gateway: row.gatewayTransactionId ?? '' }
        : { key: row.providerRequestKey ?? '' },
      id: row.id,
      fulfillment: cart.fulfillments.find(({ id }) => id === row.fulfillmentId) ?? null,
      parent: null,
      isFinal: row.finalCapture,
      external: row.externallyExecuted,
      told: [
        {
          at: row.occurredAt.getTime(),
          status: row.status === 'SUCCEEDED' ? 'SUCCEEDED' : 'NEW',
          requested: row.requestedMinor ?? row.processedMinor,
          processed: row.processedMinor,
          failureType: null,
        },
      ],
    };
    payment.transactions.push(one);
  }

  private stored(): Stored {
    return {
      orders: this.rows('Order'),
      payments: this.rows('Payment'),
      transactions: this.rows('PaymentTransaction'),
      fulfillments: this.rows('Fulfillment'),
    };
  }

  private rows<T>(table: string): T[] {
    return (this.tables.get(table) ?? []) as unknown as T[];
  }

  private fail(what: string): never {
    throw new Error(`${what}\nafter:\n  ${this.story.join('\n  ')}`);
  }

  private explained(error: unknown): Error {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    return new Error(`${message}\n${stack ?? ''}\nafter:\n  ${this.story.join('\n  ')}`);
  }
}

/** Short enough to read: null fields and the long part of ids say nothing. */
const text = (value: unknown) =>
  JSON.stringify(value, (_key, part: unknown) => part ?? undefined).replace(
    /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{6}/g,
    '',
  );
/** What was executed outside was never requested. */
const amountOf = ({ requestedMinor, processedMinor }: PaymentTransaction): bigint =>
  requestedMinor ?? processedMinor ?? 0n;
const brief = (row: PaymentTransaction) =>
  `${row.type} ${row.status} ${String(row.requestedMinor)} of ${row.paymentId.slice(-6)} for ${row.fulfillmentId ?? 'none'}`;
