import { DEFAULT_CALENDAR } from '../../../src/kernel/calendar';
import {
  believed,
  checkFutureTime,
  checkTime,
  LAST_INSTANT,
  noLater,
} from '../../../src/kernel/foreign-time';
import {
  deadlineAt,
  latestHoldEnd,
  NO_DEADLINE,
  settlementCutOff,
} from '../../../src/exception/window.rules';
import { Refused, type Refusal } from '../../../src/kernel/refusal';

const NOW = new Date('2026-05-23T18:41:30.000Z');
const at = (text: string) => new Date(text);
function refusalOf(run: () => unknown): Refusal | null {
  try {
    run();
  } catch (error) {
    if (error instanceof Refused) return error.refusal;
    throw error;
  }
  return null;
}

test.each([
  ['1 ms before 1970', '1969-12-31T23:59:59.999Z', false],
  ['1970', '1970-01-01T00:00:00.000Z', true],
  ['now', '2026-05-23T18:41:30.000Z', true],
  ['365 days ahead', '2027-05-23T18:41:30.000Z', true],
  ['1 ms more', '2027-05-23T18:41:30.001Z', false],
])('%s can be when something happened: %s %s', (_case, time, plausible) => {
  expect(believed(at(time), NOW)).toEqual(plausible ? at(time) : NOW);
  expect(refusalOf(() => checkTime(at(time), ['occurredAt'], NOW))).toEqual(
    plausible
      ? null
      : {
          code: 'GUARD_FAILED',
          message: 'The time is before 1970 or more than a year ahead.',
          field: ['occurredAt'],
        },
  );
});

test.each([
  ['nothing', null, true],
  ['1 ms before 1970', '1969-12-31T23:59:59.999Z', false],
  ['1970', '1970-01-01T00:00:00.000Z', true],
  ['the last instant', '9999-12-30T23:59:59.999Z', true],
  ['1 ms later', '9999-12-31T00:00:00.000Z', false],
])('%s can be told of what is to come: %s %s', (_case, time, kept) => {
  const check = () => checkFutureTime(time === null ? null : at(time), ['promisedBy']);
  expect(refusalOf(check)).toEqual(
    kept
      ? null
      : {
          code: 'GUARD_FAILED',
          message: 'The time is before 1970 or after 9999-12-30.',
          field: ['promisedBy'],
        },
  );
});

test('no instant that is counted reaches the one that stands for no deadline', () => {
  const late = at('9999-12-31T23:30:00.000Z');

  expect(NO_DEADLINE.getTime() - LAST_INSTANT.getTime()).toBe(1);
  expect(noLater(late)).toEqual(LAST_INSTANT);
  expect(noLater(LAST_INSTANT)).toEqual(LAST_INSTANT);
  expect(noLater(NOW)).toEqual(NOW);
  expect(settlementCutOff(late, DEFAULT_CALENDAR)).toEqual(LAST_INSTANT);
  expect(deadlineAt(late, NOW, DEFAULT_CALENDAR)).toEqual(LAST_INSTANT);
  expect(deadlineAt(NOW, late, DEFAULT_CALENDAR)).toEqual(LAST_INSTANT);
  expect(latestHoldEnd(late, NOW, DEFAULT_CALENDAR)).toEqual(LAST_INSTANT);
  expect(latestHoldEnd(NOW, late, DEFAULT_CALENDAR)).toEqual(LAST_INSTANT);
});
