import { rulesOf } from '../../../src/exception/catalogue.rules';
import { decidersOf, decisionRules } from '../../../src/exception/decision.rules';
import { DECISIONS } from '../../../src/exception/exception-kind.rules';
import {
  allRefused,
  attach,
  authorizedWithoutOrder,
  BASE_EVIDENCE,
  capturedWithoutOrder,
  DECIDER,
  decisionInput,
  done,
  HOLD,
  indeterminateCapture,
  readyToDecide,
  refused,
  refusesOutsideOfItsTable,
  rolesBut,
  triaged,
  type Case,
} from '../../support/exception-stories';
import { aCart, creationFails, EUR_129 } from '../../support/stories';
import { START, type World } from '../../support/world';

const DECIDABLE = ['ASSIGNED', 'ON_HOLD', 'DECIDED'] as const;

const stage = refusesOutsideOfItsTable('decideException', {
  states: DECIDABLE,
  allowedStates: DECIDABLE,
  roles: ['COMMERCE'],
  as: 'COMMERCE',
});

let world: World;
beforeAll(() => {
  ({ world } = stage);
});
// Each test begins at the same time of day: a hold ends by the cut-off.
beforeEach(() => {
  world.advance(START.getTime() - world.now().getTime());
});

const KINDS = {
  AUTHORIZED_ORDER_NOT_CREATED: authorizedWithoutOrder,
  CAPTURED_ORDER_CREATION_FAILED: capturedWithoutOrder,
  INDETERMINATE_RESULT: indeterminateCapture,
} as const;
const NAMES = Object.keys(KINDS) as (keyof typeof KINDS)[];
/** What these kinds allow; the decisions of the others are told by their own rules and stories. */
const THEIRS = DECISIONS.filter((decision) =>
  NAMES.some((kind) => rulesOf(kind).decisions.includes(decision)),
);

const DECIDED =
  'status hold { decider decideBy preservedIdentifiers } decision { decision path reason decidedBy }';

/** Every piece of evidence any decision asks for. */
async function ready(kind: keyof typeof KINDS): Promise<Case> {
  const one = await readyToDecide(world, await KINDS[kind](world));
  await attach(world, one.exceptionId, ['PROVIDER_LOOKUP']);
  return one;
}

describe.each(NAMES.map((kind) => [kind, rulesOf(kind).decisions] as const))(
  '%s',
  (kind, decisions) => {
    test.each(decisions)('may be decided as %s, by who decides it', async (decision) => {
      const { exceptionId } = await ready(kind);
      const role = DECIDER[decision]!;
      const input = decisionInput(exceptionId, decision);

      const { exception } = await done(world, role, 'decideException', input, DECIDED);

      const { path } = decisionRules[decision];
      const isHeld = path === 'HOLD_AND_ESCALATE';
      expect(exception).toEqual({
        status: isHeld ? 'ON_HOLD' : 'DECIDED',
        hold: isHeld ? HOLD : null,
        decision: {
          decision,
          path,
          reason: 'the evidence says so',
          decidedBy: `${role.toLowerCase()}@example.com`,
        },
      });
    });

    test('may not be decided as anything else: a reservation is never refunded (S2.53)', async () => {
      const { exceptionId } = await ready(kind);

      const errors = await allRefused(
        world,
        DECISIONS.filter((one) => !decisions.includes(one)).map((decision) => [
          decidersOf(rulesOf(kind), decision)[0]!,
          'decideException',
          decisionInput(exceptionId, decision),
        ]),
      );

      expect(errors.length).toBeGreaterThan(0);
      for (const error of errors) {
        expect(error).toMatchObject({ code: 'GUARD_FAILED', field: ['decision'] });
      }
    });
  },
);

describe('each decision is taken by its deciders and by nobody else (S2.18, S2.26)', () => {
  test.each(THEIRS)('%s', async (decision) => {
    const { deciders } = decisionRules[decision];
    const kind = NAMES.find((name) => rulesOf(name).decisions.includes(decision))!;
    const { exceptionId } = await ready(kind);
    const input = decisionInput(exceptionId, decision);

    const errors = await allRefused(
      world,
      rolesBut(deciders).map((role) => [role, 'decideException', input]),
    );
    expect(errors.map(({ code }) => code)).toEqual(errors.map(() => 'FORBIDDEN'));
    for (const role of deciders) await done(world, role, 'decideException', input);
  });
});

describe('any single piece of evidence that is missing is named, and nothing is decided', () => {
  const repairs = ['REPAIR_ORDER', 'SUPPORT_ORDER'];
  const all = [...repairs, 'REFUND', 'HOLD_SETTLEMENT', 'ESCALATE'];
  test.each<[string, string[]]>([
    ['PAYMENT_REFERENCE', all],
    ['CAPTURE_DETAILS', all],
    ['ORDER_IDENTITY', all],
    ['WEBHOOK_EVENT', all],
    ['DOWNSTREAM_STATUS', all],
    ['REPLAY_MARKER', all],
    ['COMMERCE_PROOF', repairs],
    ['OMS_PROOF', repairs],
    ['COMMERCE_STATEMENT', ['REFUND']],
  ])('without %s not %j', async (kind, decisions) => {
    const { exceptionId } = await lacking(kind);

    const errors = await allRefused(
      world,
      decisions.map((decision) => [
        DECIDER[decision]!,
        'decideException',
        decisionInput(exceptionId, decision),
      ]),
    );

    for (const error of errors) {
      expect(error).toMatchObject({ code: 'EVIDENCE_MISSING', missingEvidence: [kind] });
    }
  });

  test.each([
    ['REPAIR_ORDER', { repairAction: null }, ['REPAIR_ACTION']],
    ['REPAIR_ORDER', { repairAction: 'REPLAY' }, ['ORIGINAL_IDEMPOTENCY_KEY']],
    ['REFUND', { refundReason: null }, ['REFUND_REASON']],
    ['ESCALATE', { hold: { ...HOLD, preservedIdentifiers: [] } }, ['PRESERVED_IDENTIFIERS']],
    ['ESCALATE', { hold: null }, ['NAMED_DECIDER', 'DECIDE_BY', 'PRESERVED_IDENTIFIERS']],
    ['HOLD_SETTLEMENT', { hold: { ...HOLD, preservedIdentifiers: [] } }, ['PRESERVED_IDENTIFIERS']],
  ])('%s given with %j', async (decision, more, missingEvidence) => {
    const { exceptionId } = await ready('CAPTURED_ORDER_CREATION_FAILED');
    const input = decisionInput(exceptionId, decision, more);

    const error = await refused(world, DECIDER[decision]!, 'decideException', input);

    expect(error).toMatchObject({ code: 'EVIDENCE_MISSING', missingEvidence });
  });

  test.each(['DOWNSTREAM_STATUS', 'REPLAY_MARKER'])(
    'LET_EXPIRE and VOID without %s',
    async (kind) => {
      const one = await readyToDecide(world, await authorizedWithoutOrder(world), [kind]);

      for (const decision of ['LET_EXPIRE', 'VOID']) {
        const input = decisionInput(one.exceptionId, decision);
        const error = await refused(world, 'COMMERCE', 'decideException', input);
        expect(error).toMatchObject({ code: 'EVIDENCE_MISSING', missingEvidence: [kind] });
      }
    },
  );

  test('RESOLVE_RESULT without the look-up at the provider (S1.4)', async () => {
    const one = await readyToDecide(world, await indeterminateCapture(world));
    const input = decisionInput(one.exceptionId, 'RESOLVE_RESULT');

    const error = await refused(world, 'ADMIN', 'decideException', input);

    expect(error).toMatchObject({
      code: 'EVIDENCE_MISSING',
      missingEvidence: ['PROVIDER_LOOKUP'],
    });
  });
});

describe('before the two questions are answered nothing is decided (S2.41)', () => {
  test.each(['REPAIR_ORDER', 'REFUND', 'HOLD_SETTLEMENT', 'ESCALATE'])(
    'not %s',
    async (decision) => {
      const { exceptionId } = await capturedWithoutOrder(world);
      await done(world, 'COMMERCE', 'assignException', { exceptionId, person: 'c@example.com' });
      const input = decisionInput(exceptionId, decision);

      const error = await refused(world, DECIDER[decision]!, 'decideException', input);

      expect(error.code).toBe('GUARD_FAILED');
    },
  );
});

describe('while an answer is unknown only what can do no harm is decided (S2.42)', () => {
  test.each(['REPAIR_ORDER', 'SUPPORT_ORDER', 'REFUND'])('not %s', async (decision) => {
    const { exceptionId } = await ready('CAPTURED_ORDER_CREATION_FAILED');
    await unknown(exceptionId);

    const error = await refused(
      world,
      DECIDER[decision]!,
      'decideException',
      decisionInput(exceptionId, decision),
    );

    expect(error).toMatchObject({ code: 'REPLAY_BLOCKED', field: ['decision'] });
  });

  test.each([
    ['CAPTURED_ORDER_CREATION_FAILED', 'HOLD_SETTLEMENT', 'ON_HOLD'],
    ['CAPTURED_ORDER_CREATION_FAILED', 'ESCALATE', 'ON_HOLD'],
    ['INDETERMINATE_RESULT', 'RESOLVE_RESULT', 'DECIDED'],
  ] as const)('but %s may be decided as %s', async (kind, decision, status) => {
    const { exceptionId } = await ready(kind);
    await unknown(exceptionId);
    const input = decisionInput(exceptionId, decision);

    const { exception } = await done(world, DECIDER[decision]!, 'decideException', input, 'status');

    expect(exception.status).toBe(status);
  });
});

describe('a hold ends by the cut-off of its window (S2.27)', () => {
  const DAY_MS = 24 * 3_600_000;
  const CUT_OFF = Date.parse(HOLD.decideBy);
  const NOW = START.getTime();

  test.each([
    ['now', 'GUARD_FAILED', NOW, NOW],
    ['1 ms from now', 'ok', NOW, NOW + 1],
    ['at the cut-off', 'ok', NOW, CUT_OFF],
    ['1 ms after the cut-off', 'GUARD_FAILED', NOW, CUT_OFF + 1],
    ['after the cut-off: at the next one', 'ok', CUT_OFF, CUT_OFF + DAY_MS],
    ['after the cut-off: 1 ms past the next', 'GUARD_FAILED', CUT_OFF, CUT_OFF + DAY_MS + 1],
  ])('%s: %s', async (...row) => {
    const [, expected, decidedAtMs, decideByMs] = row;
    const { exceptionId } = await readyToDecide(world, await capturedWithoutOrder(world));
    world.advance(decidedAtMs - world.now().getTime());
    const decideBy = new Date(decideByMs).toISOString();
    const input = decisionInput(exceptionId, 'HOLD_SETTLEMENT', { hold: { ...HOLD, decideBy } });

    if (expected === 'ok') {
      const held = await done(world, 'FINANCE', 'decideException', input, 'deadline retryMode');
      expect(held.exception).toEqual({
        deadline: decideBy,
        retryMode: 'BLOCKED_BY_DUPLICATE_RISK',
      });
    } else {
      const error = await refused(world, 'FINANCE', 'decideException', input);
      expect(error).toMatchObject({ code: expected, field: ['hold', 'decideBy'] });
    }
  });

  test('the decision that follows ends it', async () => {
    const { exceptionId } = await ready('CAPTURED_ORDER_CREATION_FAILED');
    const hold = decisionInput(exceptionId, 'HOLD_SETTLEMENT');
    await done(world, 'FINANCE', 'decideException', hold);
    const follows = decisionInput(exceptionId, 'REFUND');

    const { exception } = await done(world, 'FINANCE', 'decideException', follows, DECIDED);

    expect(exception).toMatchObject({
      status: 'DECIDED',
      hold: null,
      decision: { decision: 'REFUND', path: 'REFUND_AND_CLOSE' },
    });
  });
});

test.each<[string, object, string, string[]]>([
  ['no reason', { reason: '' }, 'REASON_REQUIRED', ['reason']],
  ['a reason without words', { reason: '🙏🏽 \u200d' }, 'REASON_REQUIRED', ['reason']],
  ['a reason of 10,001 characters', { reason: 'x'.repeat(10_001) }, 'TOO_LONG', ['reason']],
  ['a card number as reason', { reason: 'card 4111111111111111' }, 'PAN_DETECTED', ['reason']],
  [
    'a card number as original key',
    { originalIdempotencyKey: '4111111111111111' },
    'PAN_DETECTED',
    ['originalIdempotencyKey'],
  ],
  [
    'a card number as decider',
    { hold: { ...HOLD, decider: '4111 1111 1111 1111' } },
    'PAN_DETECTED',
    ['hold', 'decider'],
  ],
  [
    'a card number to preserve',
    { hold: { ...HOLD, preservedIdentifiers: ['4111111111111111'] } },
    'PAN_DETECTED',
    ['hold', 'preservedIdentifiers'],
  ],
  ['no decider', { hold: { ...HOLD, decider: ' ' } }, 'REASON_REQUIRED', ['hold', 'decider']],
  [
    '101 identifiers',
    { hold: { ...HOLD, preservedIdentifiers: Array(101).fill('pi') } },
    'LIMIT',
    ['hold', 'preservedIdentifiers'],
  ],
  [
    'a hold to a decision that holds nothing',
    { decision: 'RETRY_CREATION', hold: HOLD },
    'GUARD_FAILED',
    ['hold'],
  ],
])('%s decides nothing', async (_case, more, code, field) => {
  const { exceptionId } = await capturedWithoutOrder(world);

  const error = await refused(
    world,
    'COMMERCE',
    'decideException',
    decisionInput(exceptionId, 'ESCALATE', more),
  );

  expect(error).toMatchObject({ code, field });
});

const unknown = (exceptionId: string) =>
  done(world, 'COMMERCE', 'triageException', {
    exceptionId,
    customerCharged: 'UNKNOWN',
    orderFulfillable: 'YES',
  });

/** E02 with everything any decision on it needs, but for one kind; its transaction row cannot be lacking. */
async function lacking(kind: string): Promise<Case> {
  const one = kind === 'ORDER_IDENTITY' ? await orphan() : await chargedWithout(kind);
  const others = [...BASE_EVIDENCE, 'COMMERCE_PROOF', 'OMS_PROOF', 'COMMERCE_STATEMENT'];
  await triaged(world, one.exceptionId);
  await attach(
    world,
    one.exceptionId,
    others.filter((other) => other !== kind),
  );
  return one;
}

/** Told by the payment team, so that no webhook speaks of it. */
async function chargedWithout(kind: string): Promise<Case> {
  const cart = await aCart(world);
  let { paymentId } = cart;
  if (kind === 'PAYMENT_REFERENCE') {
    const input = { cartGuid: cart.guid, provider: 'acme', method: 'card', amount: EUR_129 };
    paymentId = (await done(world, 'STOREFRONT', 'createPayment', input)).payment.id;
  }
  await creationFails(world, cart);
  const { exceptionsOpened } = await done(world, 'PAYMENT', 'recordTransactionResult', {
    paymentId,
    type: 'CAPTURE',
    result: 'SUCCEEDED',
    processedAmount: EUR_129,
    providerRequestKey: 'request-1',
    ...(kind === 'CAPTURE_DETAILS' ? {} : { gatewayTransactionId: `ch_${cart.reference}` }),
  });
  return { ...cart, paymentId, exceptionId: exceptionsOpened[0].id };
}

/** Money whose cart nobody announced. */
async function orphan(): Promise<Case> {
  const reference = `pi_orphan_${String(world.now().getTime())}_${String(Math.random()).slice(2)}`;
  await world.deliver({
    psp_reference: reference,
    capture_id: `ch_${reference}`,
    amount: '129.00',
    currency: 'EUR',
    capture_timestamp: world.now().toISOString(),
    webhook_event_id: `evt_${reference}`,
  });
  const { data } = await world.ask(
    'finance@example.com; roles=FINANCE',
    `query Find($reference: String!) {
      payment(provider: "acme", providerReference: $reference) { id exceptions { id } } }`,
    { reference },
  );
  const { id: paymentId, exceptions } = data.payment;
  // Its grace ends with the next write of it; a sweep would end that of others too.
  world.advance(300_000);
  await attach(world, exceptions[0].id, ['REPLAY_MARKER']);
  return { guid: '', orderId: '', paymentId, reference, exceptionId: exceptions[0].id };
}
