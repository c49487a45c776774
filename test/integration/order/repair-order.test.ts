import { randomUUID } from 'node:crypto';
import { JournalEntry } from '../../../src/journal/journal-entry.entity';
import { PersonalText } from '../../../src/checkout/personal-text.entity';
import {
  attach,
  authorizedWithoutOrder,
  capturedWithoutOrder,
  decided,
  decisionInput,
  done,
  readyToDecide,
  type Case,
} from '../../support/exception-stories';
import { refused, rowsOf } from '../../support/refused';
import { aCart, creationFails, EUR_129 } from '../../support/stories';
import { START, startWorld, type World } from '../../support/world';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());
// Each test begins at the same time of day: decisions have deadlines.
beforeEach(() => {
  world.advance(START.getTime() - world.now().getTime());
});

let orders = 0;
const KEY = 'original-key-0001';

const repair = (one: Case, more: object = {}) => {
  orders += 1;
  const { orderId, paymentId } = one;
  const base = { orderId, code: `REP-${orders}`, paymentIds: [paymentId], action: 'ADDRESS_FIX' };
  return { ...base, ...more };
};

const ORDER = 'id code status payments { id order { code } }';

/** Captured, no order, and somebody decided what is done about it. */
async function decidedCase(decision = 'REPAIR_ORDER'): Promise<Case> {
  return decided(world, await readyToDecide(world, await capturedWithoutOrder(world)), decision);
}

/** Decided as a replay under the original key. */
async function decidedAsReplay(one: Case): Promise<Case> {
  await readyToDecide(world, one);
  const terms = { repairAction: 'REPLAY', originalIdempotencyKey: KEY };
  await done(
    world,
    'COMMERCE',
    'decideException',
    decisionInput(one.exceptionId, 'REPAIR_ORDER', terms),
  );
  return one;
}

const replayOf = async (more: object = {}) => {
  const one = await decidedAsReplay(await capturedWithoutOrder(world));
  return repair(one, { action: 'REPLAY', originalIdempotencyKey: KEY, ...more });
};

describe('an order that could not be created', () => {
  test.each(['REPAIR_ORDER', 'SUPPORT_ORDER'])(
    'is repaired where %s is decided, and its exception waits for its closing (S2.23)',
    async (decision) => {
      const one = await decidedCase(decision);
      const input = repair(one);

      const { order, exceptionsResolved } = await done(
        world,
        'COMMERCE',
        'repairOrder',
        input,
        `${ORDER} exceptions { id status }`,
      );

      expect(order).toEqual({
        id: one.orderId,
        code: input.code,
        status: 'PAYMENT_AUTHORIZED',
        payments: [{ id: one.paymentId, order: { code: input.code } }],
        exceptions: [{ id: one.exceptionId, status: 'AWAITING_CLOSURE' }],
      });
      expect(exceptionsResolved).toEqual([]);
    },
  );

  test.each(['ADDRESS_FIX', 'FRAUD_RELEASE', 'CART_FIX'])('is repaired by %s', async (action) => {
    const one = await decidedCase();
    const input = repair(one, { action, exceptionId: one.exceptionId });

    const { order } = await done(world, 'COMMERCE', 'repairOrder', input, ORDER);

    expect(order.code).toBe(input.code);
    const [entry] = await rowsOf(world, JournalEntry, "subject_id = ? AND action = 'repairOrder'", [
      one.orderId,
    ]);
    const [text] = await rowsOf(world, PersonalText, 'id = ?', [entry!.reasonId]);
    expect(text!.text).toBe(`REPAIR_ORDER ${action}`);
  });

  test('is repaired while its action is under way', async () => {
    const one = await decidedCase();
    await done(world, 'COMMERCE', 'startExceptionAction', { exceptionId: one.exceptionId });

    const { order } = await done(world, 'COMMERCE', 'repairOrder', repair(one), ORDER);

    expect(order.status).toBe('PAYMENT_AUTHORIZED');
  });

  test('whose money is only reserved is repaired where RETRY_CREATION is decided (E01)', async () => {
    const one = await authorizedWithoutOrder(world);
    await decided(world, await readyToDecide(world, one), 'RETRY_CREATION');

    const { order } = await done(world, 'COMMERCE', 'repairOrder', repair(one), ORDER);

    expect(order.status).toBe('PAYMENT_AUTHORIZED');
  });

  test('once more with the same code and payment is a success without effect', async () => {
    const one = await decidedCase();
    const input = repair(one);
    const first = await done(world, 'COMMERCE', 'repairOrder', input, 'id version');

    const again = await done(world, 'COMMERCE', 'repairOrder', input, 'id version');

    expect(again.order).toEqual(first.order);
  });

  test('adopts a payment nobody had announced, with its exception (S2.29)', async () => {
    const reference = `pi_${randomUUID()}`;
    await world.deliver({
      psp_reference: reference,
      capture_id: `ch_${reference}`,
      amount: '129.00',
      currency: 'EUR',
      capture_timestamp: world.now().toISOString(),
      webhook_event_id: `evt_${reference}`,
    });
    world.advance(301_000);
    await world.sweep();
    const found = await world.ask(
      'finance; roles=FINANCE',
      `query One($reference: String!) {
        payment(provider: "acme", providerReference: $reference) { id order { id } exceptions { id } } }`,
      { reference },
    );
    const { id: paymentId, order: none, exceptions } = found.data.payment;
    expect(none).toBeNull();
    const cart = await aCart(world);
    await creationFails(world, cart);
    const orphan = { ...cart, paymentId, exceptionId: exceptions[0].id };
    await attach(world, orphan.exceptionId, ['ORDER_IDENTITY']);
    await decided(world, await readyToDecide(world, orphan), 'REPAIR_ORDER');

    const { order } = await done(world, 'COMMERCE', 'repairOrder', repair(orphan), ORDER);

    expect(order.payments.map(({ id }: any) => id).sort()).toEqual(
      [cart.paymentId, paymentId].sort(),
    );
  });
});

describe('a replay', () => {
  test('names the key of the request it replays, and goes where that is the decided one', async () => {
    const { order } = await done(world, 'COMMERCE', 'repairOrder', await replayOf(), ORDER);

    expect(order.status).toBe('PAYMENT_AUTHORIZED');
  });

  test('names any key where the decision names none', async () => {
    const terms = { action: 'REPLAY', originalIdempotencyKey: 'some-other-key-01' };
    const input = repair(await decidedCase(), terms);

    const { userErrors } = await world.act('COMMERCE', 'repairOrder', input);

    expect(userErrors).toEqual([]);
  });

  test('without a key lacks its evidence, which it names (S2.23)', async () => {
    const input = await replayOf({ originalIdempotencyKey: null });

    const { order, userErrors } = await world.act('COMMERCE', 'repairOrder', input);

    expect(order).toBeNull();
    expect(userErrors).toMatchObject([
      {
        code: 'EVIDENCE_MISSING',
        field: ['originalIdempotencyKey'],
        missingEvidence: ['ORIGINAL_IDEMPOTENCY_KEY'],
      },
    ]);
  });

  test('with another key than was decided could create a second order, and is blocked', async () => {
    const input = await replayOf({ originalIdempotencyKey: 'original-key-0002' });

    expect(await refused(world, 'COMMERCE', 'repairOrder', input)).toEqual([
      { code: 'REPLAY_BLOCKED', field: ['originalIdempotencyKey'] },
    ]);
  });

  test('of what its sender says must not run again is blocked; another repair of it is not (S2.16)', async () => {
    const cart = await aCart(world);
    await world.deliver({
      psp_reference: cart.reference,
      capture_id: `ch_${cart.reference}`,
      amount: '129.00',
      currency: 'EUR',
      capture_timestamp: world.now().toISOString(),
      cart_guid: cart.guid,
      webhook_event_id: `evt_${cart.reference}`,
      webhook_replayable: false,
    });
    const { exceptionsOpened } = await creationFails(world, cart);
    const one = { ...cart, exceptionId: exceptionsOpened[0].id };
    await decidedAsReplay(one);
    const replay = repair(one, { action: 'REPLAY', originalIdempotencyKey: KEY });

    expect(await refused(world, 'COMMERCE', 'repairOrder', replay)).toEqual([
      { code: 'REPLAY_BLOCKED', field: ['action'] },
    ]);
    await done(world, 'COMMERCE', 'repairOrder', repair(one, { action: 'CART_FIX' }));
  });
});

describe('is refused', () => {
  test('while nothing is decided, and while something else is', async () => {
    const open = await readyToDecide(world, await capturedWithoutOrder(world));
    const refund = await decidedCase('REFUND');
    const held = await decidedCase('ESCALATE');
    const undecided = [{ code: 'GUARD_FAILED', field: ['exceptionId'] }];

    for (const one of [open, refund, held]) {
      expect(await refused(world, 'COMMERCE', 'repairOrder', repair(one))).toEqual(undecided);
    }
  });

  test('once what was decided is over, because the money went back', async () => {
    const one = await decidedCase();
    await done(world, 'PAYMENT', 'recordTransactionResult', {
      paymentId: one.paymentId,
      type: 'REFUND',
      result: 'SUCCEEDED',
      requestedAmount: EUR_129,
      processedAmount: EUR_129,
      gatewayTransactionId: `re_${one.reference}`,
    });

    expect(await refused(world, 'COMMERCE', 'repairOrder', repair(one))).toEqual([
      { code: 'GUARD_FAILED', field: ['exceptionId'] },
    ]);
  });

  test('for an exception that decided nothing, although another one did', async () => {
    const one = await decidedCase();
    const foreign = await decidedCase();

    expect(
      await refused(
        world,
        'COMMERCE',
        'repairOrder',
        repair(one, { exceptionId: foreign.exceptionId }),
      ),
    ).toEqual([{ code: 'NOT_FOUND', field: ['exceptionId'] }]);
  });

  test('while retries are frozen by something else than its own exception (S2.42)', async () => {
    const one = await decidedCase();
    await done(world, 'PAYMENT', 'recordTransactionResult', {
      paymentId: one.paymentId,
      type: 'REFUND',
      result: 'INDETERMINATE',
      indeterminateCause: 'NETWORK',
      requestedAmount: EUR_129,
      gatewayTransactionId: `re_${one.reference}`,
    });

    expect(await refused(world, 'COMMERCE', 'repairOrder', repair(one))).toEqual([
      { code: 'REPLAY_BLOCKED', field: null },
    ]);
  });

  test('without what pays for it (S2.29), and with more than 100 payments', async () => {
    const one = await decidedCase();

    expect(
      await refused(world, 'COMMERCE', 'repairOrder', repair(one, { paymentIds: [] })),
    ).toEqual([{ code: 'GUARD_FAILED', field: ['paymentIds'] }]);
    expect(
      await refused(
        world,
        'COMMERCE',
        'repairOrder',
        repair(one, { paymentIds: Array(101).fill(one.paymentId) }),
      ),
    ).toEqual([{ code: 'LIMIT', field: ['paymentIds'] }]);
  });

  test('with a payment nobody knows, and with one of another cart', async () => {
    const one = await decidedCase();
    const other = await capturedWithoutOrder(world);
    const unknown = 'pay_00000000-0000-7000-8000-000000000000';

    expect(
      await refused(world, 'COMMERCE', 'repairOrder', repair(one, { paymentIds: [unknown] })),
    ).toEqual([{ code: 'NOT_FOUND', field: ['paymentIds'] }]);
    expect(
      await refused(
        world,
        'COMMERCE',
        'repairOrder',
        repair(one, { paymentIds: [one.paymentId, other.paymentId] }),
      ),
    ).toMatchObject([{ code: 'ALREADY_EXISTS' }]);
  });

  test('with a code another order has, in this cart or another', async () => {
    const one = await decidedCase();
    const other = await aCart(world);
    const taken = `REP-TAKEN-${orders}`;
    await world.act('STOREFRONT', 'createOrder', { cartGuid: other.guid, code: taken });
    const repaired = await decidedCase();
    const { order } = await done(world, 'COMMERCE', 'repairOrder', repair(repaired), 'code');

    for (const code of [taken, order.code]) {
      expect(await refused(world, 'COMMERCE', 'repairOrder', repair(one, { code }))).toEqual([
        { code: 'ALREADY_EXISTS', field: ['code'] },
      ]);
    }
  });

  test('for an order that has another code already', async () => {
    const one = await decidedCase();
    await done(world, 'COMMERCE', 'repairOrder', repair(one));

    expect(await refused(world, 'COMMERCE', 'repairOrder', repair(one))).toEqual([
      { code: 'ALREADY_EXISTS', field: ['code'] },
    ]);
  });

  test.each([
    ['a code with a space', { code: 'REP 1' }, 'GUARD_FAILED', 'code'],
    ['a card number as its code', { code: '4111111111111111' }, 'PAN_DETECTED', 'code'],
    [
      'a key that is no reference',
      { originalIdempotencyKey: 'two words' },
      'GUARD_FAILED',
      'originalIdempotencyKey',
    ],
  ])('with %s', async (_case, more, code, field) => {
    const one = await decidedCase();

    expect(await refused(world, 'COMMERCE', 'repairOrder', repair(one, more))).toEqual([
      { code, field: [field] },
    ]);
  });

  test.each(['PAYMENT', 'OMS', 'FINANCE', 'SUPPORT', 'ADMIN', 'SYSTEM', 'STOREFRONT'])(
    'from %s (S2.18)',
    async (role) => {
      const one = await decidedCase();

      expect(await refused(world, role, 'repairOrder', repair(one))).toEqual([
        { code: 'FORBIDDEN', field: null },
      ]);
    },
  );
});

test('is offered exactly while it is decided and possible', async () => {
  const offered = async ({ orderId }: Case) => {
    const { data } = await world.ask(
      'commerce; roles=COMMERCE',
      `query One($id: ID!) { order(id: $id) {
        availableTransitions { mutation to allowed blockers { code } } } }`,
      { id: orderId },
    );
    return data.order.availableTransitions.find(({ mutation }: any) => mutation === 'repairOrder');
  };
  const open = await capturedWithoutOrder(world);
  const one = await decidedCase();

  expect(await offered(open)).toEqual({
    mutation: 'repairOrder',
    to: null,
    allowed: false,
    blockers: [{ code: 'GUARD_FAILED' }],
  });
  expect(await offered(one)).toEqual({
    mutation: 'repairOrder',
    to: 'PAYMENT_AUTHORIZED',
    allowed: true,
    blockers: [],
  });
});
