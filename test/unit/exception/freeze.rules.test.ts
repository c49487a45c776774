import { type Draft } from '../../../src/checkout/draft.rules';
import { freezeReasons, isFrozenFor, retryModeFor } from '../../../src/checkout/freeze.rules';
import { type ReconciliationException } from '../../../src/exception/exception.entity';
import { aCapture, aDraft, anException, aPayment } from '../../support/drafts';

const withException = (more: Partial<ReconciliationException>): Partial<Draft> => ({
  exceptions: [anException(more)],
});

test.each<[string, Partial<Draft>, string[]]>([
  ['both answers known', withException({}), []],
  ['both answers no', withException({ customerCharged: 'NO', orderFulfillable: 'NO' }), []],
  ['a question open', withException({ orderFulfillable: null }), ['TRIAGE:exc_1']],
  ['an answer unknown', withException({ customerCharged: 'UNKNOWN' }), ['TRIAGE:exc_1']],
  ['nobody asked yet', withException({ status: 'WATCHING', customerCharged: null }), []],
  [
    'only the note missing',
    withException({ status: 'AWAITING_CLOSURE', customerCharged: null }),
    [],
  ],
  ['an exception that is over', withException({ status: 'CLOSED', customerCharged: null }), []],
  ['one resolved by itself', withException({ status: 'AUTO_RESOLVED', customerCharged: null }), []],
  ['a hold', withException({ status: 'ON_HOLD' }), ['HOLD:exc_1']],
  [
    'a hold while an answer is unknown',
    withException({ status: 'ON_HOLD', customerCharged: 'UNKNOWN' }),
    ['HOLD:exc_1', 'TRIAGE:exc_1'],
  ],
  [
    'a transaction of unknown outcome',
    { transactions: [aCapture({ status: 'INDETERMINATE' })] },
    ['INDETERMINATE:ptx_1'],
  ],
  [
    'a payment of unknown amount',
    { payments: [aPayment({ amountSource: 'UNKNOWN' })] },
    ['AMOUNT_UNKNOWN:pay_1'],
  ],
])('with %s retries are frozen for %j', (_case, facts, expected) => {
  expect(freezeReasons(aDraft(facts))).toEqual(expected);
});

test.each([
  ['RUNNING', []],
  ['PAUSED', ['TRIAGE:exc_1']],
  ['BLOCKED_BY_DUPLICATE_RISK', ['HOLD:exc_1']],
  ['BLOCKED_BY_DUPLICATE_RISK', ['INDETERMINATE:ptx_1', 'TRIAGE:exc_1']],
  ['BLOCKED_BY_DUPLICATE_RISK', ['AMOUNT_UNKNOWN:pay_1']],
])('retries are %s for %j (S2.47)', (mode, reasons) => {
  expect(retryModeFor(reasons)).toBe(mode);
});

test.each<[string, Partial<Draft>, boolean]>([
  ['its own open question', withException({ customerCharged: 'UNKNOWN' }), false],
  ['its own hold', withException({ status: 'ON_HOLD' }), false],
  [
    'another exception’s open question',
    { exceptions: [anException(), anException({ id: 'exc_2', customerCharged: null })] },
    true,
  ],
  ['a result nobody knows', { transactions: [aCapture({ status: 'INDETERMINATE' })] }, true],
])('%s freezes an exception’s own action: %s', (_case, facts, expected) => {
  expect(isFrozenFor(aDraft(facts), 'exc_1')).toBe(expected);
});
