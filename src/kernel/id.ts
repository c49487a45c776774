import { randomInt } from 'node:crypto';
import { v7 } from 'uuid';
import { systemClock } from './clock';

/** What an id is of, readable in a log. Three letters, so that an id fills VARCHAR(40) exactly. */
export const ID_PREFIXES = {
  checkout: 'chk',
  closureNote: 'not',
  evidence: 'evd',
  exception: 'exc',
  fact: 'fct',
  fulfillment: 'ful',
  interaction: 'int',
  journalEntry: 'jrn',
  order: 'ord',
  payment: 'pay',
  refundGrant: 'grt',
  request: 'req',
  text: 'txt',
  transaction: 'ptx',
  webhookDelivery: 'wdl',
} as const;
export type IdPrefix = (typeof ID_PREFIXES)[keyof typeof ID_PREFIXES];

const ID_LENGTH = 40;
const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

let last = { msecs: -1, seq: 0 };

/**
 * Sorts by time as text; ids made one after the other for one millisecond sort as they were made,
 * so that what one command creates keeps its order.
 */
export function newId(prefix: IdPrefix, now: Date = systemClock()): string {
  const msecs = now.getTime();
  // Half of the 32 bits: the other half is room to count up.
  last = { msecs, seq: last.msecs === msecs ? last.seq + 1 : randomInt(2 ** 31) };
  return `${prefix}_${v7(last)}`;
}

/** Shape only, lower case only: decides without the database whether an id can exist. */
export function isId(text: string, prefix: IdPrefix): boolean {
  // The length first: the text may be as long as a request.
  if (text.length !== ID_LENGTH || !text.startsWith(`${prefix}_`)) return false;
  return UUID_V7.test(text.slice(prefix.length + 1));
}
