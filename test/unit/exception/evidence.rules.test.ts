import { type Draft } from '../../../src/checkout/draft.rules';
import {
  EVIDENCE_KINDS,
  mayBeUnavailable,
  NOT_ATTACHABLE,
  type EvidenceKind,
} from '../../../src/exception/evidence-kind.rules';
import {
  missingToClose,
  missingToDecide,
  type DecisionTerms,
} from '../../../src/exception/evidence.rules';
import { type ReconciliationException } from '../../../src/exception/exception.entity';
import { DECISIONS, type Decision } from '../../../src/exception/exception-kind.rules';
import { aCapture, aDraft, anEvidence, anException, anOrder, aPayment } from '../../support/drafts';

const NO_TERMS: DecisionTerms = {
  repairAction: null,
  originalIdempotencyKey: null,
  refundReason: null,
  holdDecider: null,
  holdDecideBy: null,
  preservedIdentifiers: [],
};
const BASE = EVIDENCE_KINDS.slice(0, 7);
const NOT_RECORDED: EvidenceKind[] = ['DOWNSTREAM_STATUS', 'REPLAY_MARKER'];
const HOLD: EvidenceKind[] = ['NAMED_DECIDER', 'DECIDE_BY', 'PRESERVED_IDENTIFIERS'];

const toDecide = (decision: Decision, draft: Draft, terms: Partial<DecisionTerms> = {}) =>
  missingToDecide(draft, anException(), { decision, terms: { ...NO_TERMS, ...terms } });

test.each<[Decision, EvidenceKind[]]>([
  ['REPAIR_ORDER', ['COMMERCE_PROOF', 'OMS_PROOF', 'REPAIR_ACTION']],
  ['RETRY_CREATION', ['COMMERCE_PROOF', 'OMS_PROOF', 'REPAIR_ACTION']],
  ['SUPPORT_ORDER', ['COMMERCE_PROOF', 'OMS_PROOF']],
  ['REFUND', ['COMMERCE_STATEMENT', 'REFUND_REASON']],
  ['HOLD_SETTLEMENT', HOLD],
  ['ESCALATE', HOLD],
  ['LET_EXPIRE', []],
  ['VOID', []],
  ['RESOLVE_RESULT', ['PROVIDER_LOOKUP']],
])('%s needs, beside what the records hold, %j', (decision, more) => {
  expect(toDecide(decision, aDraft())).toEqual([...NOT_RECORDED, ...more]);
});

test('every decision rests on the whole base evidence (S2.10–S2.16)', () => {
  const nothing = aDraft({
    checkout: { id: 'chk_1', guid: null } as Draft['checkout'],
    payments: [],
    facts: [],
    transactions: [],
  });

  for (const decision of DECISIONS) {
    expect(toDecide(decision, nothing).slice(0, BASE.length)).toEqual(BASE);
  }
});

test.each<[string, EvidenceKind, Partial<Draft>]>([
  [
    'no provider reference',
    'PAYMENT_REFERENCE',
    { payments: [aPayment({ providerReference: null })] },
  ],
  ['no cart', 'ORDER_IDENTITY', { checkout: { id: 'chk_1', guid: null } as Draft['checkout'] }],
  ['no delivery', 'WEBHOOK_EVENT', { facts: [] }],
  [
    'no capture id',
    'CAPTURE_DETAILS',
    { transactions: [aCapture({ gatewayTransactionId: null })] },
  ],
  ['no amount', 'CAPTURE_DETAILS', { transactions: [aCapture({ processedMinor: null })] }],
  ['no method', 'CAPTURE_DETAILS', { payments: [aPayment({ method: null })] }],
  ['a failed capture', 'CAPTURE_DETAILS', { transactions: [aCapture({ status: 'FAILED' })] }],
  ['an authorization only', 'CAPTURE_DETAILS', { transactions: [aCapture({ type: 'AUTHORIZE' })] }],
])('with %s, %s is what is missing, until it is attached or marked unavailable', (...row) => {
  const [, kind, facts] = row;
  const marked = [anEvidence(kind, { available: false })];

  expect(toDecide('VOID', aDraft(facts))).toEqual(
    BASE.filter((one) => one === kind || NOT_RECORDED.includes(one)),
  );
  expect(toDecide('VOID', aDraft({ ...facts, evidence: marked }))).toEqual(NOT_RECORDED);
});

test('a payment nothing was told of lacks its transaction row and its capture', () => {
  const missing = ['CAPTURE_DETAILS', 'TRANSACTION_ROW', ...NOT_RECORDED];

  expect(toDecide('VOID', aDraft({ transactions: [] }))).toEqual(missing);
});

test('evidence of another exception is none', () => {
  const evidence = [anEvidence('DOWNSTREAM_STATUS', { exceptionId: 'exc_2' })];

  expect(toDecide('VOID', aDraft({ evidence }))).toEqual(NOT_RECORDED);
});

test.each<[string, Decision, Partial<DecisionTerms>, EvidenceKind[]]>([
  [
    'a repair action',
    'REPAIR_ORDER',
    { repairAction: 'CART_FIX' },
    ['COMMERCE_PROOF', 'OMS_PROOF'],
  ],
  [
    'a replay without its key',
    'REPAIR_ORDER',
    { repairAction: 'REPLAY' },
    ['COMMERCE_PROOF', 'OMS_PROOF', 'ORIGINAL_IDEMPOTENCY_KEY'],
  ],
  [
    'a replay with its key',
    'REPAIR_ORDER',
    { repairAction: 'REPLAY', originalIdempotencyKey: 'key' },
    ['COMMERCE_PROOF', 'OMS_PROOF'],
  ],
  ['a refund reason', 'REFUND', { refundReason: 'ELAPSED_TIME' }, ['COMMERCE_STATEMENT']],
  ['a decider', 'ESCALATE', { holdDecider: 'fiona' }, ['DECIDE_BY', 'PRESERVED_IDENTIFIERS']],
  ['a date', 'ESCALATE', { holdDecideBy: new Date(0) }, ['NAMED_DECIDER', 'PRESERVED_IDENTIFIERS']],
  ['identifiers', 'ESCALATE', { preservedIdentifiers: ['pi'] }, ['NAMED_DECIDER', 'DECIDE_BY']],
])('%s given with %s leaves %o → %j', (_case, decision, terms, expected) => {
  expect(toDecide(decision, aDraft(), terms)).toEqual([...NOT_RECORDED, ...expected]);
});

const created = { orders: [anOrder({ code: 'O-1' })] };
const REFUND_CLOSE: EvidenceKind[] = [
  'REFUND_REFERENCE',
  'CUSTOMER_MESSAGE',
  'SUPPORT_CASE',
  'FINANCE_POSTING',
  'SUPPORT_NOTE',
];
const OTHER_CLOSE: EvidenceKind[] = ['ACTION_REFERENCE', 'SUPPORT_NOTE'];

test.each<[string, Partial<ReconciliationException>, Partial<Draft>, EvidenceKind[]]>([
  [
    'a repair without its order',
    { decision: 'REPAIR_ORDER' },
    {},
    ['ORDER_CODE', 'PAYMENT_LINKED', 'SUPPORT_NOTE'],
  ],
  ['a repair with its order', { decision: 'REPAIR_ORDER' }, created, ['SUPPORT_NOTE']],
  [
    'a repair whose payment pays another order',
    { decision: 'SUPPORT_ORDER' },
    { ...created, payments: [aPayment({ orderId: 'ord_2' })] },
    ['PAYMENT_LINKED', 'SUPPORT_NOTE'],
  ],
  ['a refund', { decision: 'REFUND' }, {}, REFUND_CLOSE],
  ['a hold', { decision: 'HOLD_SETTLEMENT' }, {}, OTHER_CLOSE],
  ['a void', { decision: 'VOID' }, {}, OTHER_CLOSE],
  ['a void with its reference', { decision: 'VOID', actionReference: 'v' }, {}, ['SUPPORT_NOTE']],
  ['an order nobody decided on', {}, created, ['SUPPORT_NOTE']],
  ['a refund nobody decided on', {}, { payments: [aPayment({ refunded: 1n })] }, REFUND_CLOSE],
  [
    'a result nobody decided on',
    { kind: 'INDETERMINATE_RESULT', subjectType: 'TRANSACTION' },
    created,
    OTHER_CLOSE,
  ],
])('to close %s needs %j', (_case, exception, facts, expected) => {
  expect(missingToClose(aDraft(facts), anException(exception))).toEqual(expected);
});

test.each<[string, Parameters<typeof aCapture>[0], boolean]>([
  ['succeeded', {}, true],
  ['failed', { status: 'FAILED' }, false],
  ['of unknown outcome', { status: 'INDETERMINATE' }, false],
  ['without the provider’s reference', { gatewayTransactionId: null }, false],
  ['of another payment', { paymentId: 'pay_2' }, false],
])('a refund %s is its own reference: %s', (_case, more, present) => {
  const refund = aCapture({ id: 'ptx_2', type: 'REFUND', ...more });
  const missing = missingToClose(
    aDraft({ transactions: [aCapture(), refund] }),
    anException({ decision: 'REFUND' }),
  );

  expect(missing.includes('REFUND_REFERENCE')).toBe(!present);
});

test('only the records of S2.10–S2.16 may be marked unavailable', () => {
  expect(EVIDENCE_KINDS.filter(mayBeUnavailable)).toEqual(BASE);
});

test('what is given with a decision or read from the records is not attached', () => {
  expect(NOT_ATTACHABLE).toEqual([
    'REPAIR_ACTION',
    'ORIGINAL_IDEMPOTENCY_KEY',
    'REFUND_REASON',
    ...HOLD,
    'ORDER_CODE',
    'PAYMENT_LINKED',
    'CUSTOMER_MESSAGE',
  ]);
});
