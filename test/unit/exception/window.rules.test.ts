import { DEFAULT_CALENDAR, type Calendar } from '../../../src/kernel/calendar';
import {
  deadlineAt,
  latestHoldEnd,
  settlementCutOff,
  windowAt,
} from '../../../src/exception/window.rules';

const CAPTURED_AT = '2026-05-23T18:41:30.000Z';
const at = (text: string) => new Date(text);
const berlin: Calendar = { zone: 'Europe/Berlin', cutOff: '22:00' };

describe('the control window counts from the money, in provider time (S2.30–S2.33)', () => {
  test.each([
    ['a clock that runs behind', '2026-05-23T18:41:29.000Z', 'FIRST_MINUTES'],
    ['the capture', '2026-05-23T18:41:30.000Z', 'FIRST_MINUTES'],
    ['1 ms before five minutes', '2026-05-23T18:46:29.999Z', 'FIRST_MINUTES'],
    ['five minutes', '2026-05-23T18:46:30.000Z', 'FIRST_HOUR'],
    ['1 ms before the hour', '2026-05-23T19:41:29.999Z', 'FIRST_HOUR'],
    ['the hour', '2026-05-23T19:41:30.000Z', 'BEFORE_SETTLEMENT'],
    ['1 ms before the cut-off', '2026-05-23T21:59:59.999Z', 'BEFORE_SETTLEMENT'],
    ['the cut-off', '2026-05-23T22:00:00.000Z', 'AFTER_SETTLEMENT'],
  ])('%s (%s) is %s', (_case, now, expected) => {
    expect(windowAt(at(CAPTURED_AT), at(now), DEFAULT_CALENDAR)).toBe(expected);
  });
});

describe('the cut-off is the first one after the first hour', () => {
  test.each([
    ['a capture whose hour ends before it', '2026-05-23T20:59:59.999Z', '2026-05-23T22:00:00.000Z'],
    ['a capture whose hour ends with it', '2026-05-23T21:00:00.000Z', '2026-05-24T22:00:00.000Z'],
    ['a capture after it', '2026-05-23T23:00:00.000Z', '2026-05-24T22:00:00.000Z'],
  ])('%s', (_case, moneyAt, expected) => {
    expect(settlementCutOff(at(moneyAt), DEFAULT_CALENDAR)).toEqual(at(expected));
  });

  test.each([
    ['the day the clocks go forward', '2026-03-29T10:00:00.000Z', '2026-03-29T20:00:00.000Z'],
    ['the day they go back', '2026-10-25T10:00:00.000Z', '2026-10-25T21:00:00.000Z'],
  ])('is the local hour on %s', (_case, moneyAt, expected) => {
    expect(settlementCutOff(at(moneyAt), berlin)).toEqual(at(expected));
  });
});

describe('the deadline and the latest end of a hold', () => {
  test.each([
    ['in the first minutes', '2026-05-23T18:42:00.000Z', '2026-05-23T19:41:30.000Z'],
    ['1 ms before the hour', '2026-05-23T19:41:29.999Z', '2026-05-23T19:41:30.000Z'],
    ['at the hour', '2026-05-23T19:41:30.000Z', '2026-05-23T22:00:00.000Z'],
    ['at the cut-off', '2026-05-23T22:00:00.000Z', '2026-05-24T22:00:00.000Z'],
    ['days later', '2026-05-26T08:00:00.000Z', '2026-05-26T22:00:00.000Z'],
  ])('a decision %s (%s) is due at %s', (_case, now, expected) => {
    expect(deadlineAt(at(CAPTURED_AT), at(now), DEFAULT_CALENDAR)).toEqual(at(expected));
  });

  test.each([
    ['before the cut-off: at it', '2026-05-23T18:42:00.000Z', '2026-05-23T22:00:00.000Z'],
    ['1 ms before the cut-off: at it', '2026-05-23T21:59:59.999Z', '2026-05-23T22:00:00.000Z'],
    ['at the cut-off: at the next', '2026-05-23T22:00:00.000Z', '2026-05-24T22:00:00.000Z'],
  ])('a hold ends %s', (_case, now, expected) => {
    expect(latestHoldEnd(at(CAPTURED_AT), at(now), DEFAULT_CALENDAR)).toEqual(at(expected));
  });
});
