import { DateTime } from 'luxon';

/** When money settles and when finance closes its books. */
export interface Calendar {
  /** IANA zone the times are in. */
  readonly zone: string;
  /** Daily settlement cut-off, `HH:mm` in the zone. */
  readonly cutOff: string;
}

export const DEFAULT_CALENDAR: Calendar = { zone: 'UTC', cutOff: '22:00' };

/** The first cut-off strictly after an instant. */
export function nextCutOff(calendar: Calendar, after: Date): Date {
  const [hour = 0, minute = 0] = calendar.cutOff.split(':').map(Number);
  const from = DateTime.fromJSDate(after, { zone: calendar.zone });
  const today = from.set({ hour, minute, second: 0, millisecond: 0 });
  return (today > from ? today : today.plus({ days: 1 }).set({ hour, minute })).toJSDate();
}
