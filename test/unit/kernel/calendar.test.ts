import { DEFAULT_CALENDAR, nextCutOff } from '../../../src/kernel/calendar';

const cutOff = (calendar: { zone: string; cutOff: string }, after: string) =>
  nextCutOff(calendar, new Date(after)).toISOString();

describe('the next cut-off', () => {
  test.each([
    ['later the same day', '2026-05-23T18:41:30.000Z', '2026-05-23T22:00:00.000Z'],
    ['a millisecond before it', '2026-05-23T21:59:59.999Z', '2026-05-23T22:00:00.000Z'],
    [
      'at it: the next one, for it is strictly after',
      '2026-05-23T22:00:00.000Z',
      '2026-05-24T22:00:00.000Z',
    ],
    ['a millisecond after it', '2026-05-23T22:00:00.001Z', '2026-05-24T22:00:00.000Z'],
    ['over the end of a month', '2026-05-31T23:00:00.000Z', '2026-06-01T22:00:00.000Z'],
    ['over the end of a year', '2026-12-31T22:00:00.000Z', '2027-01-01T22:00:00.000Z'],
    ['over the day a leap year has more', '2028-02-28T22:00:00.000Z', '2028-02-29T22:00:00.000Z'],
  ])('of the shipped calendar, %s', (_when, after, expected) => {
    expect(cutOff(DEFAULT_CALENDAR, after)).toBe(expected);
  });

  const berlin = { zone: 'Europe/Berlin', cutOff: '18:00' };
  test.each([
    ['in summer', '2026-07-01T10:00:00.000Z', '2026-07-01T16:00:00.000Z'],
    ['in winter', '2026-01-15T10:00:00.000Z', '2026-01-15T17:00:00.000Z'],
    ['the day clocks go forward', '2026-03-28T18:00:00.000Z', '2026-03-29T16:00:00.000Z'],
    ['the day clocks go back', '2026-10-24T17:00:00.000Z', '2026-10-25T17:00:00.000Z'],
    [
      'where the zone has another day than UTC',
      '2026-07-01T22:30:00.000Z',
      '2026-07-02T16:00:00.000Z',
    ],
  ])('keeps the time of the wall, %s', (_when, after, expected) => {
    expect(cutOff(berlin, after)).toBe(expected);
  });

  test('in an hour the clocks leave out comes when they have moved on, and keeps its time afterwards', () => {
    const night = { zone: 'Europe/Berlin', cutOff: '02:30' };

    expect(cutOff(night, '2026-03-28T12:00:00.000Z')).toBe('2026-03-29T01:30:00.000Z');
    expect(cutOff(night, '2026-03-29T12:00:00.000Z')).toBe('2026-03-30T00:30:00.000Z');
  });

  test('in a zone far ahead of UTC', () => {
    expect(
      cutOff({ zone: 'Pacific/Kiritimati', cutOff: '00:00' }, '2026-05-23T09:59:59.000Z'),
    ).toBe('2026-05-23T10:00:00.000Z');
  });
});
