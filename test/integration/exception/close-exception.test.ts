import {
  attach,
  authorizedWithoutOrder,
  capturedWithoutOrder,
  DECIDER,
  decided,
  decisionInput,
  done,
  indeterminateCapture,
  note,
  read,
  readyToDecide,
  refused,
  refusesOutsideOfItsTable,
  told,
  type Case,
} from '../../support/exception-stories';
import { type World } from '../../support/world';

const stage = refusesOutsideOfItsTable('closeException', {
  states: ['AWAITING_CLOSURE'],
  allowedStates: ['AWAITING_CLOSURE'],
  roles: ['FINANCE'],
  as: 'FINANCE',
});

let world: World;
beforeAll(() => {
  ({ world } = stage);
});

type Act = (one: Case) => Promise<unknown>;

/** One way from detection to CLOSED. What it does to close is by the evidence it yields. */
interface Path {
  readonly start: (world: World) => Promise<Case>;
  readonly decision: string;
  readonly executor: string;
  readonly evidence: Readonly<Record<string, Act>>;
  /** What is missing when one act is left out, where that is more than its own evidence. */
  readonly missing?: Readonly<Record<string, string[]>>;
  /** What the note says beside the provider's reference. */
  readonly says: (one: Case) => object;
}

const codeOf = ({ guid }: Case) => `O-${guid}`;
const refundOf = ({ reference }: Case) => `re_${reference}`;

const creates: Act = (one) =>
  done(world, 'COMMERCE', 'createOrder', { cartGuid: one.guid, code: codeOf(one) });
const refunds: Act = (one) =>
  told(world, one, { type: 'REFUND', gatewayTransactionId: refundOf(one) });
const tells =
  (more: object = {}): Act =>
  ({ exceptionId }) =>
    done(world, 'SUPPORT', 'recordCustomerMessage', {
      exceptionId,
      message: 'This is how it ended.',
      ...more,
    });
const attaches =
  (kind: string): Act =>
  ({ exceptionId }) =>
    attach(world, exceptionId, [kind]);

const repair = (start: Path['start'], decision: string): Path => ({
  start,
  decision,
  executor: 'COMMERCE',
  evidence: { ORDER_CODE: creates, SUPPORT_NOTE: tells() },
  missing: { ORDER_CODE: ['ORDER_CODE', 'PAYMENT_LINKED'] },
  says: (one) => ({ orderCode: codeOf(one) }),
});

const other = (start: Path['start'], decision: string, executor: string): Path => ({
  start,
  decision,
  executor,
  evidence: { ACTION_REFERENCE: attaches('ACTION_REFERENCE'), SUPPORT_NOTE: tells() },
  says: () => ({}),
});

const PATHS: Readonly<Record<string, Path>> = {
  'P1, a repaired order': repair(capturedWithoutOrder, 'REPAIR_ORDER'),
  'P1, a support order': repair(capturedWithoutOrder, 'SUPPORT_ORDER'),
  'P1, a reservation that gets its order': repair(authorizedWithoutOrder, 'RETRY_CREATION'),
  'P2, a refund': {
    start: capturedWithoutOrder,
    decision: 'REFUND',
    executor: 'PAYMENT',
    evidence: {
      REFUND_REFERENCE: refunds,
      // The message comes with the note; alone, the note is attached.
      CUSTOMER_MESSAGE: tells(),
      SUPPORT_CASE: attaches('SUPPORT_CASE'),
      FINANCE_POSTING: attaches('FINANCE_POSTING'),
      SUPPORT_NOTE: attaches('SUPPORT_NOTE'),
    },
    missing: { SUPPORT_NOTE: [] },
    says: (one) => ({ refundOrInvoiceReference: refundOf(one) }),
  },
  'E01, an authorization left to expire': other(authorizedWithoutOrder, 'LET_EXPIRE', 'PAYMENT'),
  'E01, a voided authorization': other(authorizedWithoutOrder, 'VOID', 'PAYMENT'),
  'E08, a result that was looked up': {
    ...other(indeterminateCapture, 'RESOLVE_RESULT', 'ADMIN'),
    says: (one) => ({ orderCode: codeOf(one) }),
  },
};

async function begun({ start, decision, executor }: Path): Promise<Case> {
  const one = await readyToDecide(world, await start(world));
  await attach(world, one.exceptionId, ['PROVIDER_LOOKUP']);
  await decided(world, one, decision);
  await done(world, executor, 'startExceptionAction', { exceptionId: one.exceptionId });
  return one;
}

/** Everything that closing needs, but for one piece of evidence. */
async function awaiting(path: Path, without: string | null = null): Promise<Case> {
  const one = await begun(path);
  for (const [kind, act] of Object.entries(path.evidence)) if (kind !== without) await act(one);
  const { exceptionId } = one;
  const result = { exceptionId, result: 'SUCCEEDED' };
  await done(world, path.executor, 'recordExceptionActionResult', result);
  return one;
}

const closing = (one: Case, more: object) => ({
  exceptionId: one.exceptionId,
  note: note(one, more),
});

describe.each(Object.entries(PATHS))('%s', (_name, path) => {
  test('leads from detection to CLOSED, with its permanent note (S2.48)', async () => {
    const one = await awaiting(path);
    const input = closing(one, path.says(one));

    const { exception } = await done(
      world,
      'FINANCE',
      'closeException',
      input,
      `status occurrence deadline decision { decision }
       closureNote { occurrence providerReference orderCode settlementBatch
         refundOrInvoiceReference rootCause preventionAction customerOutcome orderOutcome
         settlementOutcome knownIssueReference closedBy closedAt }`,
    );

    expect(exception).toMatchObject({
      status: 'CLOSED',
      occurrence: 1,
      decision: { decision: path.decision },
      closureNote: {
        ...input.note,
        occurrence: 1,
        knownIssueReference: null,
        closedBy: 'finance@example.com',
        closedAt: world.now().toISOString(),
      },
    });
  });

  test.each(Object.keys(path.evidence))('is not closed without %s, and says so', async (kind) => {
    const one = await awaiting(path, kind);
    const says = kind === 'ORDER_CODE' ? {} : path.says(one);
    const missingEvidence = path.missing?.[kind] ?? [kind];
    if (missingEvidence.length === 0) return;

    const error = await refused(world, 'FINANCE', 'closeException', closing(one, says));

    expect(error).toMatchObject({ code: 'EVIDENCE_MISSING', missingEvidence });
  });
});

test('P4: a hold is closed over the decision that followed it', async () => {
  const path = PATHS['P1, a repaired order']!;
  const one = await readyToDecide(world, await path.start(world));
  await done(
    world,
    'FINANCE',
    'decideException',
    decisionInput(one.exceptionId, 'HOLD_SETTLEMENT'),
  );
  world.advance(60_000);
  await done(
    world,
    DECIDER['REPAIR_ORDER']!,
    'decideException',
    decisionInput(one.exceptionId, 'REPAIR_ORDER'),
  );
  await done(world, 'COMMERCE', 'startExceptionAction', { exceptionId: one.exceptionId });
  await creates(one);
  await tells()(one);

  await done(world, 'FINANCE', 'closeException', closing(one, path.says(one)));

  expect(await read(world, one.exceptionId, 'status decision { path }')).toEqual({
    status: 'CLOSED',
    decision: { path: 'REPAIR' },
  });
});

test.each<[string, (one: Case) => Promise<unknown>, string[]]>([
  [
    'an order came late',
    (one) => {
      world.advance(600_000);
      return creates(one);
    },
    ['SUPPORT_NOTE'],
  ],
  [
    'the money went back',
    refunds,
    ['CUSTOMER_MESSAGE', 'SUPPORT_CASE', 'FINANCE_POSTING', 'SUPPORT_NOTE'],
  ],
])('what was cured without a decision, because %s, needs that path’s evidence', async (...row) => {
  const [, cures, missingEvidence] = row;
  const one = await capturedWithoutOrder(world);
  await cures(one);

  const error = await refused(world, 'FINANCE', 'closeException', closing(one, {}));

  expect(error).toMatchObject({ code: 'EVIDENCE_MISSING', missingEvidence });
});

describe('the note matches the records (S2.56)', () => {
  const repaired = PATHS['P1, a repaired order']!;
  const refund = PATHS['P2, a refund']!;

  test.each<[string, Path, object, string]>([
    [
      'another provider reference',
      repaired,
      { providerReference: 'pi_other' },
      'providerReference',
    ],
    ['none', repaired, { providerReference: 'NOT_APPLICABLE' }, 'providerReference'],
    ['another order code', repaired, { orderCode: 'O-other' }, 'orderCode'],
    ['no order code', repaired, { orderCode: 'NOT_APPLICABLE' }, 'orderCode'],
    ['an order code where there is no order', refund, { orderCode: 'O-other' }, 'orderCode'],
    [
      'another refund',
      refund,
      { refundOrInvoiceReference: 're_other' },
      'refundOrInvoiceReference',
    ],
    [
      'no refund',
      refund,
      { refundOrInvoiceReference: 'NOT_APPLICABLE' },
      'refundOrInvoiceReference',
    ],
  ])('%s is refused', async (_case, path, more, field) => {
    const one = await awaiting(path);
    const input = closing(one, { ...path.says(one), ...more });

    const error = await refused(world, 'FINANCE', 'closeException', input);

    expect(error).toMatchObject({ code: 'GUARD_FAILED', field: ['note', field] });
  });

  test('a refund told from outside is named by the evidence it came with', async () => {
    const one = await begun(refund);
    const { exceptionId } = one;
    await done(world, 'PAYMENT', 'recordExceptionActionResult', {
      exceptionId,
      result: 'SUCCEEDED',
    });
    await tells({ supportCase: 'CASE-1' })(one);
    await attach(world, exceptionId, ['REFUND_REFERENCE', 'FINANCE_POSTING']);
    const says = { refundOrInvoiceReference: 'ref-REFUND_REFERENCE' };

    const closed = await done(world, 'FINANCE', 'closeException', closing(one, says), 'status');

    expect(closed.exception.status).toBe('CLOSED');
  });
});

describe('the note is complete, in words, and holds no card number', () => {
  const REFERENCES = [
    'providerReference',
    'orderCode',
    'settlementBatch',
    'refundOrInvoiceReference',
    'knownIssueReference',
  ];
  const TEXTS = [
    'rootCause',
    'preventionAction',
    'customerOutcome',
    'orderOutcome',
    'settlementOutcome',
  ];

  test.each<[string, string, string]>([
    ...REFERENCES.slice(0, 4).map((field): [string, string, string] => [field, '', 'GUARD_FAILED']),
    ...REFERENCES.map((field): [string, string, string] => [
      field,
      '4111111111111111',
      'PAN_DETECTED',
    ]),
    ...TEXTS.map((field): [string, string, string] => [field, ' ', 'REASON_REQUIRED']),
    ...TEXTS.map((field): [string, string, string] => [field, 'x'.repeat(2001), 'TOO_LONG']),
    ...TEXTS.map((field): [string, string, string] => [
      field,
      'card 4111 1111 1111 1111',
      'PAN_DETECTED',
    ]),
  ])('%s: %.30s is %s', async (field, value, code) => {
    const one = await capturedWithoutOrder(world);

    const error = await refused(
      world,
      'FINANCE',
      'closeException',
      closing(one, { [field]: value }),
    );

    expect(error).toMatchObject({ code, field: ['note', field] });
  });
});
