import { ASK_AGAIN_AFTER_MS } from '../../../src/checkout/ask-provider.rules';
import {
  attach,
  decided,
  done,
  exceptionsOf,
  HOUR_MS,
  indeterminateCapture,
  MINUTE_MS,
  note,
  readyToDecide,
  told,
  type Case,
} from '../../support/exception-stories';
import {
  aCart,
  authorized,
  captured,
  capturedWithoutOrder,
  creationFails,
  EUR_129,
  type Cart,
} from '../../support/stories';
import { startWorld, type World } from '../../support/world';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(async () => {
  await world.close();
});

const GRACE_MS = 5 * MINUTE_MS;
const E01 = 'AUTHORIZED_ORDER_NOT_CREATED';
const E02 = 'CAPTURED_ORDER_CREATION_FAILED';
const E08 = 'INDETERMINATE_RESULT';

const created = (cart: Cart) =>
  done(world, 'STOREFRONT', 'createOrder', { cartGuid: cart.guid, code: `O-${cart.guid}` });

const seen = async (cart: Cart) =>
  (await exceptionsOf(world, cart)).map((one) => `${one.kind} ${one.status} ${one.occurrence}`);

describe('money without an order is watched for its grace, and then open', () => {
  test.each([
    [E01, authorized],
    [E02, captured],
  ])('%s: watched 1 ms before the boundary, open at it', async (kind, moves) => {
    const cart = await aCart(world);
    await moves(world, cart);
    const atOnce = await seen(cart);

    world.advance(GRACE_MS - 1);
    await world.sweep();
    const before = await seen(cart);
    world.advance(1);
    await world.sweep();
    const at = await seen(cart);

    expect(atOnce).toEqual([`${kind} WATCHING 1`]);
    expect(before).toEqual([`${kind} WATCHING 1`]);
    expect(at).toEqual([`${kind} OPEN 1`]);
  });

  test.each([
    [E01, authorized],
    [E02, captured],
  ])('%s: open at once when creating the order failed before the money came', async (...row) => {
    const [kind, moves] = row;
    const cart = await aCart(world);
    await creationFails(world, cart);

    await moves(world, cart);

    expect(await seen(cart)).toEqual([`${kind} OPEN 1`]);
  });

  test.each([
    [E01, authorized],
    [E02, captured],
  ])('%s: a failed creation ends the grace', async (kind, moves) => {
    const cart = await aCart(world);
    await moves(world, cart);

    const { exceptionsOpened } = await creationFails(world, cart);

    expect(exceptionsOpened).toEqual([{ id: expect.any(String), kind, status: 'OPEN' }]);
    expect(await seen(cart)).toEqual([`${kind} OPEN 1`]);
  });

  test.each([
    [E01, authorized],
    [E02, captured],
  ])('%s: resolved by the order that comes 1 ms before the grace is over', async (kind, moves) => {
    const cart = await aCart(world);
    await moves(world, cart);
    world.advance(GRACE_MS - 1);

    const { exceptionsResolved } = await created(cart);

    expect(exceptionsResolved).toEqual([{ id: expect.any(String), kind, status: 'AUTO_RESOLVED' }]);
  });

  test('the owner, the deadline and the first answer stand when it opens (S2.31, S2.41)', async () => {
    const cart = await capturedWithoutOrder(world);
    const capturedAt = world.now().getTime();

    const [exception] = await exceptionsOf(
      world,
      cart,
      `owner { role person contributing } window deadline openedAt
       triage { customerCharged orderFulfillable class } retryMode amount { amount currencyCode }`,
    );

    expect(exception).toEqual({
      owner: { role: 'COMMERCE', person: null, contributing: ['PAYMENT', 'OMS', 'FINANCE'] },
      window: 'FIRST_MINUTES',
      deadline: new Date(capturedAt + HOUR_MS).toISOString(),
      openedAt: new Date(capturedAt).toISOString(),
      triage: { customerCharged: 'YES', orderFulfillable: null, class: null },
      retryMode: 'PAUSED',
      amount: EUR_129,
    });
  });
});

describe('one contradiction, one exception', () => {
  test('a reservation without an order yields to the capture of it (E01 to E02)', async () => {
    const cart = await aCart(world);
    await authorized(world, cart);
    await creationFails(world, cart);

    await captured(world, cart);

    expect(await seen(cart)).toEqual([`${E01} AUTO_RESOLVED 1`, `${E02} OPEN 1`]);
  });

  test('a created order raises nothing, however the money comes', async () => {
    const cart = await aCart(world);
    await created(cart);

    await authorized(world, cart);
    await captured(world, cart);

    expect(await seen(cart)).toEqual([]);
  });
});

describe('a reservation resolves by itself, whenever it ends', () => {
  test.each<[string, (cart: Cart) => Promise<unknown>]>([
    ['the order gets its code', created],
    ['the authorization is voided', (cart) => told(world, cart, { type: 'VOID' })],
    [
      'the authorization runs out',
      (cart) =>
        world.deliver({
          psp_reference: cart.reference,
          status: 'expired',
          occurred_at: world.now().toISOString(),
          webhook_event_id: `expired_${cart.reference}`,
        }),
    ],
  ])('%s', async (_case, ends) => {
    const cart = await aCart(world);
    await authorized(world, cart);
    await creationFails(world, cart);
    world.advance(3 * 24 * HOUR_MS);

    await ends(cart);

    expect(await seen(cart)).toEqual([`${E01} AUTO_RESOLVED 1`]);
  });
});

describe('a charge resolves by itself only within five minutes of the capture, in provider time', () => {
  test.each([
    ['1 ms before it is over', 'AUTO_RESOLVED', GRACE_MS - 1],
    ['at the fifth minute', 'AWAITING_CLOSURE', GRACE_MS],
  ])('an order that comes %s leaves it %s', async (_case, status, afterMs) => {
    const cart = await capturedWithoutOrder(world);
    world.advance(afterMs);

    await created(cart);

    expect(await seen(cart)).toEqual([`${E02} ${status} 1`]);
  });

  test('a webhook that was four minutes under way leaves one minute', async () => {
    const late = await aCart(world);
    await creationFails(world, late);
    await captured(world, late, new Date(world.now().getTime() - 4 * MINUTE_MS));
    world.advance(MINUTE_MS);

    await created(late);

    expect(await seen(late)).toEqual([`${E02} AWAITING_CLOSURE 1`]);
  });

  test('money given back is not an order: a note still says how it ended (S2.49)', async () => {
    const cart = await capturedWithoutOrder(world);

    await told(world, cart, { type: 'REFUND' });

    expect(await seen(cart)).toEqual([`${E02} AWAITING_CLOSURE 1`]);
  });
});

describe('an outcome nobody knows (E08)', () => {
  test.each(['AUTHORIZE', 'CAPTURE', 'VOID', 'REFUND', 'CAPTURE_REVERSAL', 'CHARGEBACK'])(
    'a %s of unknown outcome opens it at once, and its definite result resolves it',
    async (type) => {
      const cart = await aCart(world);
      await created(cart);
      const transaction = { type, gatewayTransactionId: `gw_${cart.reference}` };

      const { exceptionsOpened } = await told(world, cart, {
        ...transaction,
        result: 'INDETERMINATE',
        indeterminateCause: 'NETWORK',
      });
      world.advance(1);
      const { exceptionsResolved } = await told(world, cart, { ...transaction, result: 'FAILED' });

      expect(exceptionsOpened).toMatchObject([{ kind: E08, status: 'OPEN' }]);
      expect(exceptionsResolved).toMatchObject([{ kind: E08, status: 'AUTO_RESOLVED' }]);
    },
  );

  test('the provider is asked at once, after 5 minutes, an hour and a day, and no more', async () => {
    const one = await indeterminateCapture(world);
    const asked = [await asksOf(one)];

    for (const afterMs of ASK_AGAIN_AFTER_MS.slice(1)) {
      const startMs = (await firstKnownAt(one)).getTime();
      world.advance(startMs + afterMs - 1 - world.now().getTime());
      await world.sweep();
      asked.push(await asksOf(one));
      world.advance(1);
      await world.sweep();
      asked.push(await asksOf(one));
    }
    world.advance(30 * 24 * HOUR_MS);
    await world.sweep();
    asked.push(await asksOf(one));

    expect(ASK_AGAIN_AFTER_MS).toEqual([0, 5 * MINUTE_MS, HOUR_MS, 24 * HOUR_MS]);
    expect(asked).toEqual([1, 1, 2, 2, 3, 3, 4, 4]);
  });

  test('asking that was slept through is made up for once', async () => {
    const one = await indeterminateCapture(world);
    world.advance(2 * HOUR_MS);

    await world.sweep();
    await world.sweep();

    expect(await asksOf(one)).toBe(2);
  });
});

describe('only a new cause re-opens', () => {
  test('facts that are told again change nothing', async () => {
    const cart = await refundedAndClosed();

    await captured(world, cart, new Date(cart.capturedAtMs));
    await world.sweep();
    await creationFails(world, cart);

    expect(await seen(cart)).toEqual([`${E02} CLOSED 1`]);
  });

  test.each([
    ['of another amount', '64.50'],
    ['of the same amount', '129.00'],
  ])('a new capture %s after the refund does, as the second occurrence', async (_case, amount) => {
    const cart = await refundedAndClosed();
    const processedAmount = { amount, currencyCode: 'EUR' };
    world.advance(MINUTE_MS);

    const { exceptionsOpened } = await told(world, cart, { type: 'CAPTURE', processedAmount });

    expect(exceptionsOpened).toContainEqual({ id: cart.exceptionId, kind: E02, status: 'OPEN' });
    expect(kindsOf(exceptionsOpened)).toContain('CAPTURED_AFTER_CANCELLATION');
    const [again] = await exceptionsOf(
      world,
      cart,
      'status occurrence owner { person } decision { decision } amount { amount }',
    );
    expect(again).toEqual({
      status: 'OPEN',
      occurrence: 2,
      owner: { person: null },
      decision: null,
      amount: { amount },
    });
  });

  test('a new authorization of the same amount does, after the first was voided and closed', async () => {
    const cart = await aCart(world);
    await authorized(world, cart);
    const { exceptionsOpened } = await creationFails(world, cart);
    const one: Case = { ...cart, exceptionId: exceptionsOpened[0].id };
    await decided(world, await readyToDecide(world, one), 'VOID');
    await told(world, one, { type: 'VOID' });
    await attach(world, one.exceptionId, ['ACTION_REFERENCE', 'SUPPORT_NOTE']);
    await done(world, 'FINANCE', 'closeException', {
      exceptionId: one.exceptionId,
      note: note(one),
    });
    world.advance(MINUTE_MS);

    await told(world, one, { type: 'AUTHORIZE' });

    expect(await seen(one)).toEqual([`${E01} OPEN 2`, 'ILLEGAL_PROVIDER_STATE OPEN 1']);
  });

  test('evidence of the first occurrence proves nothing in the second', async () => {
    const one = await refundedAndClosed();
    world.advance(MINUTE_MS);
    await told(world, one, { type: 'CAPTURE' });

    const [again] = await exceptionsOf(
      world,
      one,
      `toDecide: missingEvidence(for: DECISION, decision: REFUND)
       toClose: missingEvidence(for: CLOSURE, decision: REFUND)`,
    );

    expect(again.toDecide).toEqual([
      'DOWNSTREAM_STATUS',
      'REPLAY_MARKER',
      'COMMERCE_STATEMENT',
      'REFUND_REASON',
    ]);
    expect(again.toClose).toContain('REFUND_REFERENCE');
  });

  test.each<[string, (one: Refunded) => object]>([
    ['is reversed', () => ({ type: 'REFUND_REVERSAL' })],
    [
      'fails late',
      ({ refund }) => ({ type: 'REFUND', gatewayTransactionId: refund, result: 'FAILED' }),
    ],
  ])(
    'a refund that %s after the note does: the customer is charged again',
    async (_case, undone) => {
      const one = await refundedAndClosed();
      world.advance(MINUTE_MS);

      await told(world, one, undone(one));

      expect(await seen(one)).toEqual([`${E02} OPEN 2`, 'REFUND_FAILED OPEN 1']);
    },
  );

  test('a capture between the refund and the note does at once: it is not closed over', async () => {
    const one = await refundedAndAwaiting();
    world.advance(MINUTE_MS);

    const { exceptionsOpened } = await told(world, one, { type: 'CAPTURE' });

    expect(exceptionsOpened).toContainEqual({ id: one.exceptionId, kind: E02, status: 'OPEN' });
    expect(await seen(one)).toEqual([`${E02} OPEN 2`, 'CAPTURED_AFTER_CANCELLATION OPEN 1']);
  });
});

const kindsOf = (rows: readonly { kind: string }[]) => rows.map(({ kind }) => kind);

interface Refunded extends Case {
  readonly capturedAtMs: number;
  readonly refund: string;
}

async function refundedAndAwaiting(): Promise<Refunded> {
  const capturedAtMs = world.now().getTime();
  const one = await readyToDecide(world, await capturedWithoutOrder(world));
  const { exceptionId } = one;
  await decided(world, one, 'REFUND');
  await done(world, 'PAYMENT', 'startExceptionAction', { exceptionId });
  const refund = `re_${one.reference}`;
  await told(world, one, { type: 'REFUND', gatewayTransactionId: refund });
  await done(world, 'SUPPORT', 'recordCustomerMessage', {
    exceptionId,
    message: 'Your money is on its way back.',
    supportCase: 'CASE-1',
  });
  await attach(world, exceptionId, ['FINANCE_POSTING']);
  return { ...one, capturedAtMs, refund };
}

const closes = (one: Refunded) =>
  done(world, 'FINANCE', 'closeException', {
    exceptionId: one.exceptionId,
    note: note(one, { refundOrInvoiceReference: one.refund }),
  });

async function refundedAndClosed(): Promise<Refunded> {
  const one = await refundedAndAwaiting();
  await closes(one);
  return one;
}

/** FETCH_PROVIDER_RESOURCE intents journaled for the payment. */
async function asksOf({ paymentId }: Cart): Promise<number> {
  const { data, errors } = await world.ask(
    'finance@example.com; roles=FINANCE',
    `query Asks($id: ID!) { payment(id: $id) { journal(first: 200) { nodes { action } } } }`,
    { id: paymentId },
  );
  expect(errors).toBeUndefined();
  const actions = data.payment.journal.nodes.map((entry: { action: string }) => entry.action);
  return actions.filter((action: string) => action === 'FETCH_PROVIDER_RESOURCE').length;
}

async function firstKnownAt(one: Case): Promise<Date> {
  const [exception] = await exceptionsOf(world, one, 'firstKnownAt');
  return new Date(exception.firstKnownAt);
}
