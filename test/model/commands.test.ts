import fc from 'fast-check';
import { changeCheckout } from '../../src/checkout/change-checkout';
import { Checkout } from '../../src/checkout/checkout.entity';
import { type AnyCommand } from '../../src/checkout/command';
import { loadDrafts } from '../../src/checkout/load';
import { assignException } from '../../src/exception/assign-exception';
import { attachEvidence } from '../../src/exception/attach-evidence';
import { closeException } from '../../src/exception/close-exception';
import { decideException } from '../../src/exception/decide-exception';
import { EVIDENCE_KINDS } from '../../src/exception/evidence-kind.rules';
import { DECISIONS } from '../../src/exception/exception-kind.rules';
import { ReconciliationException } from '../../src/exception/exception.entity';
import { recordCustomerMessage } from '../../src/exception/record-customer-message';
import { recordExceptionActionResult } from '../../src/exception/record-exception-action-result';
import { startExceptionAction } from '../../src/exception/start-exception-action';
import { triageException } from '../../src/exception/triage-exception';
import { type Actor, ROLES } from '../../src/kernel/actor';
import { Refused } from '../../src/kernel/refusal';
import { createOrder } from '../../src/order/create-order';
import { Order } from '../../src/order/order.entity';
import { recordOrderCreationFailure } from '../../src/order/record-order-creation-failure';
import { registerCheckout } from '../../src/order/register-checkout';
import { createPayment } from '../../src/payment/create-payment';
import { Payment } from '../../src/payment/payment.entity';
import { TRANSACTION_TYPES } from '../../src/payment/payment.machine';
import { recordProviderSnapshot } from '../../src/payment/record-provider-snapshot';
import { recordTransactionResult } from '../../src/payment/record-transaction-result';
import { WebhookDelivery } from '../../src/webhook/webhook-delivery.entity';
import { lane } from '../support/lane';
import { acmeRequest, openWorld, type World } from '../support/webhook-world';
import { checkInvariants, dumpOf, readTables, type Tables } from './invariants';

// Random sequences of everything Step 1 can be told, against the write path and a real database. After each of them
// the invariants hold; what was refused has changed nothing. FC_RUNS plays more, FC_SEED others.
const SEED = Number(process.env['FC_SEED'] ?? 20260523);
const RUNS = Number(process.env['FC_RUNS'] ?? (lane() === 'sqlite' ? 100 : 6));
const COMMANDS = 30;

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const EVERYBODY: Actor = {
  subject: 'model',
  roles: ROLES,
  side: 'MARKETPLACE',
  sellerId: null,
  customerId: null,
};
const NOBODY: Actor = { ...EVERYBODY, subject: 'auditor', roles: ['AUDITOR'] };

/** A move as data, so that a failing sequence can be read. Numbers pick a cart, a payment, an exception. */
type Move = Readonly<Record<string, unknown>> & { readonly is: string };

// Few names, so that moves meet: two carts, three payments, three gateway ids.
const cart = fc.constantFrom('cart-a', 'cart-b');
const reference = fc.constantFrom('p1', 'p2', 'p3');
const pick = fc.nat({ max: 5 });
const amount = fc.constantFrom('0.00', '29.00', '100.00', '129.00', '130.00');
const currency = fc.constantFrom('EUR', 'EUR', 'EUR', 'EUR', 'USD');
const money = fc.record({ amount, currencyCode: currency });
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
const secondsAgo = fc.integer({ min: -2, max: 5 });
const status = fc.constantFrom(
  'pending',
  'authorized',
  'captured',
  'refunded',
  'partially_refunded',
  'charged_back',
  'cancelled',
  'expired',
  'rejected',
  'disputed',
  'in_limbo',
);
const is = (name: string, fields: Record<string, fc.Arbitrary<unknown>> = {}) =>
  fc.record({ is: fc.constant(name), ...fields }) as fc.Arbitrary<Move>;

const orders = fc.oneof(
  is('registerCheckout', { cart }),
  is('createOrder', {
    cart,
    code: fc.constantFrom('A', 'B', 'C'),
    payments: fc.uniqueArray(reference, { maxLength: 2 }),
    total: maybe(fc.constantFrom('129.00', '129.00', '100.00')),
  }),
  is('recordOrderCreationFailure', { order: pick }),
);
const payments = fc.oneof(
  is('createPayment', { cart, reference: maybe(reference), money }),
  is('recordTransactionResult', {
    payment: pick,
    type: fc.constantFrom(...TRANSACTION_TYPES, 'AUTHORIZE', 'CAPTURE', 'CAPTURE', 'REFUND'),
    result: fc.constantFrom(
      'PENDING',
      'SUCCEEDED',
      'SUCCEEDED',
      'FAILED',
      'INDETERMINATE',
      'CANCELLED',
    ),
    money,
    gateway: maybe(fc.constantFrom('g1', 'g2', 'g3')),
    key: maybe(fc.constantFrom('k1', 'k2')),
    parent: maybe(fc.constantFrom('g1', 'g2')),
    secondsAgo,
  }),
  is('recordProviderSnapshot', {
    reference,
    version: maybe(fc.integer({ min: 1, max: 4 })),
    status,
    currency,
    authorized: maybe(amount),
    captured: maybe(amount),
    refunded: maybe(amount),
    secondsAgo,
  }),
);
const webhooks = is('webhook', {
  reference,
  event: fc.nat({ max: 6 }),
  version: maybe(fc.integer({ min: 1, max: 4 })),
  status: maybe(status),
  amount: maybe(amount),
  currency,
  capture: maybe(fc.constantFrom('g1', 'g2')),
  cart: maybe(cart),
  secondsAgo,
});
const work = fc.oneof(
  is('triageException', {
    exception: pick,
    charged: fc.constantFrom('YES', 'NO', 'UNKNOWN'),
    fulfillable: fc.constantFrom('YES', 'YES', 'NO', 'UNKNOWN'),
  }),
  is('assignException', { exception: pick }),
  is('attachEvidence', {
    exception: pick,
    kind: fc.constantFrom(...EVIDENCE_KINDS),
    available: fc.boolean(),
  }),
  is('attachEverything', { exception: pick }),
  is('decideException', { exception: pick, decision: fc.constantFrom(...DECISIONS) }),
  is('startExceptionAction', { exception: pick }),
  is('recordExceptionActionResult', {
    exception: pick,
    result: fc.constantFrom('SUCCEEDED', 'FAILED'),
  }),
  is('recordCustomerMessage', { exception: pick }),
  is('closeException', { exception: pick }),
);
const time = fc.oneof(
  is('wait', { seconds: fc.constantFrom(1, 60, 300, 3_600, 90_000) }),
  is('sweep'),
  is('apply'),
);
/** One case from its money to its note: what chance alone would rarely play to the end. */
const story = fc
  .record({
    cart,
    reference,
    exception: fc.nat({ max: 1 }),
    code: fc.constantFrom('A', 'B', 'C'),
    path: fc.constantFrom('repair', 'refund', 'hold'),
  })
  .map(({ cart: of, reference: told, exception, code, path }): Move[] => [
    { is: 'registerCheckout', cart: of },
    { is: 'createPayment', cart: of, reference: told, money: TOTAL },
    { ...CAPTURE, reference: told, cart: of },
    { is: 'recordOrderCreationFailure', order: 0 },
    {
      is: 'triageException',
      exception,
      charged: 'YES',
      fulfillable: path === 'refund' ? 'NO' : 'YES',
    },
    { is: 'assignException', exception },
    { is: 'attachEverything', exception },
    { is: 'decideException', exception, decision: DECISION_OF[path] },
    { is: 'startExceptionAction', exception },
    ...(path === 'repair'
      ? [{ is: 'createOrder', cart: of, code, payments: [], total: null }]
      : []),
    { is: 'recordExceptionActionResult', exception, result: 'SUCCEEDED' },
    { is: 'recordCustomerMessage', exception },
    { is: 'closeException', exception },
  ]);
const TOTAL = { amount: '129.00', currencyCode: 'EUR' };
const CAPTURE = {
  is: 'webhook',
  event: 9,
  version: null,
  status: 'captured',
  amount: '129.00',
  currency: 'EUR',
  capture: 'g1',
  secondsAgo: 1,
};
const DECISION_OF: Readonly<Record<string, string>> = {
  repair: 'REPAIR_ORDER',
  refund: 'REFUND',
  hold: 'HOLD_SETTLEMENT',
};
const again = is('again');
const stranger = is('stranger', { cart });
const move = fc.oneof(
  { weight: 4, arbitrary: orders },
  { weight: 7, arbitrary: payments },
  { weight: 6, arbitrary: webhooks },
  { weight: 6, arbitrary: work },
  { weight: 3, arbitrary: time },
  { weight: 1, arbitrary: again },
  { weight: 1, arbitrary: stranger },
);

const one = move.map((it) => [it]);
const sequence = fc
  .array(fc.oneof({ weight: 12, arbitrary: one }, { weight: 1, arbitrary: story }), {
    minLength: COMMANDS,
    maxLength: COMMANDS,
  })
  .map((parts) => parts.flat().slice(0, COMMANDS));

interface Sent {
  readonly command: AnyCommand;
  readonly input: unknown;
  readonly idempotencyKey: string;
}

/** One sequence: what it knows of the world, and what it sent last. */
class Player {
  private last: Sent | null = null;
  private sent = 0;
  readonly told: string[] = [];

  /** Plays a move; true when it was refused. */
  async play(it: Move): Promise<boolean> {
    try {
      await this.make(it);
      return false;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.told.push(`${it.is}: ${error.refusal.code}`);
      return true;
    }
  }

  private async make(it: Move): Promise<void> {
    switch (it.is) {
      case 'wait':
        return world.moveClock(Number(it['seconds']) * 1_000);
      case 'sweep':
        return void (await world.sweep());
      case 'apply':
        return void (await world.apply());
      case 'webhook':
        return this.deliver(it);
      case 'again':
        return this.repeat();
      case 'stranger':
        return this.send(registerCheckout, { cartGuid: it['cart'], total: TOTAL }, NOBODY);
      case 'attachEverything':
        return this.attachEverything(it);
      default:
        return this.send(COMMANDS_BY_NAME[it.is]!, await this.inputOf(it));
    }
  }

  private async send(command: AnyCommand, input: unknown, actor = EVERYBODY): Promise<void> {
    this.sent += 1;
    const idempotencyKey = `model-key-number-${this.sent}`;
    await changeCheckout(world.path, command, {
      actor,
      input,
      control: { idempotencyKey, dryRun: false },
    });
    this.last = { command, input, idempotencyKey };
  }

  /** The same request again answers what it answered, and does nothing. */
  private async repeat(): Promise<void> {
    if (this.last === null) return;
    const { command, input, idempotencyKey } = this.last;
    const before = dumpOf(await readTables(world));
    const request = { actor: EVERYBODY, input, control: { idempotencyKey, dryRun: false } };
    const { replayed } = await changeCheckout(world.path, command, request);
    expect(replayed).toBe(true);
    expect(dumpOf(await readTables(world))).toBe(before);
  }

  private async deliver(it: Move): Promise<void> {
    const body = {
      event_id: `evt-${it['event']}`,
      psp_reference: it['reference'],
      version: it['version'],
      status: it['status'],
      amount: it['amount'],
      currency: it['currency'],
      capture_id: it['capture'],
      cart_guid: it['cart'],
      occurred_at: at(it).toISOString(),
    };
    const stated = Object.entries(body).filter(([, value]) => value !== null);
    const { status: answered } = await world.receive(
      'acme',
      acmeRequest(Object.fromEntries(stated), world.now()),
    );
    expect([200, 400, 422]).toContain(answered);
    await world.apply();
  }

  private async attachEverything(it: Move): Promise<void> {
    const { exceptionId } = (await this.inputOf(it)) as { exceptionId: string };
    for (const kind of [
      'DOWNSTREAM_STATUS',
      'REPLAY_MARKER',
      'COMMERCE_PROOF',
      'OMS_PROOF',
      'COMMERCE_STATEMENT',
    ]) {
      await this.send(attachEvidence, {
        exceptionId,
        kind,
        available: true,
        reference: `ref-${kind}`,
      });
    }
  }

  private async inputOf(it: Move): Promise<unknown> {
    const exceptionId = await pickId(ReconciliationException, it['exception'], 'exc');
    switch (it.is) {
      case 'registerCheckout':
        return { cartGuid: it['cart'], total: TOTAL, customerId: 'cus_1' };
      case 'createOrder':
        return {
          cartGuid: it['cart'],
          code: it['code'],
          total: it['total'] === null ? null : { amount: it['total'], currencyCode: 'EUR' },
          payments: (it['payments'] as string[]).map((providerReference) => ({
            provider: 'acme',
            providerReference,
          })),
        };
      case 'recordOrderCreationFailure':
        return { orderId: await pickId(Order, it['order'], 'ord'), reason: 'no stock' };
      case 'createPayment':
        return {
          cartGuid: it['cart'],
          provider: 'acme',
          providerReference: it['reference'],
          method: 'card',
          amount: it['money'],
        };
      case 'recordTransactionResult':
        return this.resultOf(it);
      case 'recordProviderSnapshot':
        return {
          provider: 'acme',
          providerReference: it['reference'],
          version: it['version'],
          status: it['status'],
          currency: it['currency'],
          authorized: it['authorized'],
          captured: it['captured'],
          refunded: it['refunded'],
          occurredAt: at(it),
        };
      case 'triageException':
        return { exceptionId, customerCharged: it['charged'], orderFulfillable: it['fulfillable'] };
      case 'assignException':
        return { exceptionId, person: 'carla@example.com' };
      case 'attachEvidence':
        return {
          exceptionId,
          kind: it['kind'],
          available: it['available'],
          reference: 'ref-1',
          note: 'seen',
        };
      case 'decideException':
        return decisionOf(exceptionId, it);
      case 'recordExceptionActionResult':
        return { exceptionId, result: it['result'], reference: 're_1' };
      case 'recordCustomerMessage':
        return { exceptionId, message: 'Your order is on its way.', supportCase: 'CASE-1' };
      case 'closeException':
        return (await noteOf(exceptionId)) ?? { exceptionId, note: NOTE };
      default:
        return { exceptionId };
    }
  }

  private async resultOf(it: Move): Promise<unknown> {
    return {
      paymentId: await pickId(Payment, it['payment'], 'pay'),
      type: it['type'],
      result: it['result'],
      requestedAmount: it['money'],
      processedAmount: it['result'] === 'SUCCEEDED' ? it['money'] : null,
      gatewayTransactionId: it['gateway'],
      providerRequestKey: it['key'],
      parentGatewayTransactionId: it['parent'],
      indeterminateCause: it['result'] === 'INDETERMINATE' ? 'NETWORK' : null,
      occurredAt: at(it),
    };
  }
}

const NOTE = {
  providerReference: 'p1',
  orderCode: 'NOT_APPLICABLE',
  settlementBatch: 'NOT_APPLICABLE',
  refundOrInvoiceReference: 'NOT_APPLICABLE',
  rootCause: 'the address service timed out',
  preventionAction: 'the shop retries',
  customerOutcome: 'the customer has the order',
  orderOutcome: 'the order was created',
  settlementOutcome: 'it settles',
};
const COMMANDS_BY_NAME: Readonly<Record<string, AnyCommand>> = Object.fromEntries(
  [
    registerCheckout,
    createOrder,
    recordOrderCreationFailure,
    createPayment,
    recordTransactionResult,
    recordProviderSnapshot,
    triageException,
    assignException,
    attachEvidence,
    decideException,
    startExceptionAction,
    recordExceptionActionResult,
    recordCustomerMessage,
    closeException,
  ].map((command: AnyCommand) => [command.name, command]),
);

/** The note that says what is on record. */
async function noteOf(exceptionId: string): Promise<unknown> {
  const { db } = world.path;
  const [row] = await world.rows(ReconciliationException, '`id` = ?', [exceptionId]);
  if (row === undefined) return null;
  const roots = await world.rows(Checkout, '`id` = ?', [row.checkoutId]);
  const source = { sql: db.reader, dialect: db.dialect };
  const [draft] = await loadDrafts(source, roots, { cold: ['evidence', 'closureNotes'] });
  const tools = { now: world.now(), calendar: world.path.settings.calendar };
  return closeException.probe?.(draft!, exceptionId, tools);
}

const at = (it: Move) => new Date(world.now().getTime() - Number(it['secondsAgo']) * 1_000);

function decisionOf(exceptionId: string, it: Move): unknown {
  const hold = {
    decider: 'fiona@example.com',
    decideBy: new Date(world.now().getTime() + 60_000),
    preservedIdentifiers: ['p1'],
  };
  return {
    exceptionId,
    decision: it['decision'],
    reason: 'so it was decided',
    repairAction:
      it['decision'] === 'REPAIR_ORDER' || it['decision'] === 'RETRY_CREATION'
        ? 'ADDRESS_FIX'
        : null,
    refundReason: it['decision'] === 'REFUND' ? 'ELAPSED_TIME' : null,
    hold: it['decision'] === 'HOLD_SETTLEMENT' || it['decision'] === 'ESCALATE' ? hold : null,
  };
}

/** The id of some row; of none while there is none. */
async function pickId(
  entity: typeof Order | typeof Payment | typeof ReconciliationException,
  index: unknown,
  prefix: string,
): Promise<string> {
  const rows = await world.rows<{ id: string }>(entity);
  if (typeof index === 'number' && rows.length > 0) return rows[index % rows.length]!.id;
  return `${prefix}_01900000-0000-7000-8000-000000000000`;
}

/** What a refusal may write beside: nothing. Deliveries are written by their own route, also when they are refused. */
async function playAll(moves: readonly Move[]): Promise<Player> {
  await world.clear();
  const player = new Player();
  let before: Tables = await readTables(world);
  for (const it of moves) {
    const refused = await player.play(it);
    const after = await readTables(world);
    // A move of several commands may be refused half way.
    if (refused && it.is !== 'attachEverything') expect(dumpOf(after)).toBe(dumpOf(before));
    await checkInvariants(world, before, after, world.path.settings);
    before = after;
  }
  return player;
}

test(`whatever is told in whatever order, the invariants hold (seed ${SEED}, ${RUNS} runs of ${COMMANDS})`, async () => {
  process.stdout.write(`commands: FC_SEED=${SEED} FC_RUNS=${RUNS}\n`);
  const accepted = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(sequence, async (moves) => {
      const player = await playAll(moves);
      for (const { is: name } of moves) accepted.set(name, (accepted.get(name) ?? 0) + 1);
      for (const text of player.told) {
        const [name = ''] = text.split(':');
        accepted.set(name, (accepted.get(name) ?? 0) - 1);
      }
      expect(world.errors).toEqual([]);
      // I6: once everything had its time, no delivery waits without a reason.
      world.moveClock(10 * 86_400_000);
      for (let rounds = 0; rounds < 10 && (await world.apply()) > 0; rounds += 1)
        world.moveClock(86_400_000);
      while ((await world.sweep()) > 0);
      const waiting = await world.rows(WebhookDelivery, "`outcome` = 'RECEIVED'");
      expect(waiting).toEqual([]);
    }),
    { seed: SEED, numRuns: RUNS, endOnFailure: false },
  );
  // The sequences did meet every command in a state that takes it.
  const never = [...accepted].filter(([, times]) => times === 0).map(([name]) => name);
  if (RUNS >= 100) expect(never.filter((name) => name !== 'stranger')).toEqual([]);
}, 600_000);
